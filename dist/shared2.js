import { C as openedKey, T as once } from "./shared.js";
import { createPrivateKey, sign } from "node:crypto";
import { createServer } from "node:net";
// src/connection/agent.ts
const FAILURE = 5;
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const RSA_SHA2_256 = 2;
const RSA_SHA2_512 = 4;
/** No question of OpenSSH's is near it. */
const LONGEST = 262144;
/**
* @param text as `readKey` gives it.
* @throws Failure that names `ssh_private_key`.
*/
const openKey = once((text, passphrase) => {
	const key = openedKey(text, passphrase);
	const secret = createPrivateKey(key.getPrivatePEM());
	return {
		type: key.type,
		publicKey: key.getPublicSSH(),
		secret
	};
});
/** Answers at the socket `path` until disposed. */
async function serveAgent(path, key) {
	const visitors = /* @__PURE__ */ new Set();
	const server = createServer((socket) => {
		visitors.add(socket);
		socket.on("close", () => visitors.delete(socket));
		socket.on("error", () => socket.destroy());
		eachMessage(socket, (message) => socket.write(framed(answer(message, key))));
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(path, resolve);
	});
	server.unref();
	return { async [Symbol.asyncDispose]() {
		server.close();
		for (const socket of visitors) socket.destroy();
	} };
}
function eachMessage(socket, onMessage) {
	let seen = Buffer.alloc(0);
	socket.on("data", (chunk) => {
		seen = Buffer.concat([seen, chunk]);
		while (seen.length >= 4) {
			const end = 4 + seen.readUInt32BE();
			if (end > LONGEST) return void socket.destroy();
			if (seen.length < end) return void 0;
			onMessage(seen.subarray(4, end));
			seen = seen.subarray(end);
		}
	});
}
/** Anything but the two questions that a login asks is refused, as the draft wants it of what an agent does not know. */
function answer(message, key) {
	const refused = Buffer.from([FAILURE]);
	if (message[0] === REQUEST_IDENTITIES) {
		const one = Buffer.from([
			0,
			0,
			0,
			1
		]);
		return Buffer.concat([
			Buffer.from([IDENTITIES_ANSWER]),
			one,
			framed(key.publicKey),
			framed("")
		]);
	}
	if (message[0] !== SIGN_REQUEST) return refused;
	const wanted = fieldAt(message, 1);
	const data = wanted && fieldAt(message, 5 + wanted.length);
	if (!wanted?.equals(key.publicKey) || !data || message.length !== 13 + wanted.length + data.length) return refused;
	const signature = signatureOf(key, data, message.readUInt32BE(message.length - 4));
	return signature ? Buffer.concat([Buffer.from([SIGN_RESPONSE]), framed(signature)]) : refused;
}
function signatureOf({ type, secret }, data, flags) {
	if (type === "ssh-ed25519") return Buffer.concat([framed(type), framed(sign(null, data, secret))]);
	if (type === "ssh-rsa") {
		const bits = flags & RSA_SHA2_512 ? 512 : flags & RSA_SHA2_256 ? 256 : void 0;
		if (bits === void 0) return void 0;
		return Buffer.concat([framed(`rsa-sha2-${bits}`), framed(sign(`sha${bits}`, data, secret))]);
	}
	const curve = /^ecdsa-sha2-nistp(256|384|521)$/.exec(type)?.[1];
	if (curve === void 0) return void 0;
	const both = sign(`sha${curve === "521" ? 512 : curve}`, data, {
		key: secret,
		dsaEncoding: "ieee-p1363"
	});
	const half = both.length / 2;
	const pair = Buffer.concat([mpint(both.subarray(0, half)), mpint(both.subarray(half))]);
	return Buffer.concat([framed(type), framed(pair)]);
}
function fieldAt(message, at) {
	if (message.length < at + 4) return void 0;
	const end = at + 4 + message.readUInt32BE(at);
	return message.length < end ? void 0 : message.subarray(at + 4, end);
}
/** With its length in front. */
function framed(content) {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(content.length);
	return Buffer.concat([length, Buffer.from(content, "latin1")]);
}
/** RFC 4251: no zeros in front, but one where the number would else look negative. */
function mpint(digits) {
	let start = 0;
	while (start < digits.length && digits[start] === 0) start++;
	const plain = digits.subarray(start);
	const sign = (plain[0] ?? 0) >= 128 ? Buffer.from([0]) : Buffer.alloc(0);
	return framed(Buffer.concat([sign, plain]));
}
// src/environment.ts
/** Inputs hold the SSH key, and the ACTIONS_ tokens speak for the workflow: neither is any other program's business. */
const SECRET = /^(INPUT_|ACTIONS_RUNTIME_TOKEN$|ACTIONS_ID_TOKEN_)/i;
function withoutSecrets() {
	const env = {};
	for (const [name, value] of Object.entries(process.env)) if (value !== void 0 && !SECRET.test(name)) env[name] = value;
	return env;
}
export { openKey as n, serveAgent as r, withoutSecrets as t };

import { A as field, M as readerOf, N as once, O as openedKey, j as mpint } from "./shared.js";
import { createPrivateKey, sign } from "node:crypto";
import { extname } from "node:path";
import { createServer } from "node:net";
// src/environment.ts
/** Inputs hold the SSH key, and the ACTIONS_ tokens speak for the workflow: neither is any other program's business. */
const SECRET = /^(INPUT_|ACTIONS_RUNTIME_TOKEN$|ACTIONS_ID_TOKEN_)/i;
function withoutSecrets() {
	const env = {};
	for (const [name, value] of Object.entries(process.env)) if (value !== void 0 && !SECRET.test(name)) env[name] = value;
	return env;
}
/** For a program whose output is parsed: messages in English; of an rsync, bytes beyond ASCII come escaped. */
function plainLocale(extra = {}) {
	const own = Object.entries(withoutSecrets()).filter(([name]) => !name.startsWith("RSYNC_"));
	return {
		...Object.fromEntries(own),
		LC_ALL: "C",
		...extra
	};
}
/** Where the workflow's files are, which paths in the settings are relative to. */
function workspace() {
	return process.env.GITHUB_WORKSPACE || process.cwd();
}
/** A program of the action's own that runs beside it: in src/ and in dist/ it lies beside this module, and ends like it. */
function ownProgram(name) {
	return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url);
}
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
		eachMessage(socket, (message) => socket.write(field(answer(message, key))));
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
			field(key.publicKey),
			field("")
		]);
	}
	if (message[0] !== SIGN_REQUEST) return refused;
	const question = readerOf(message.subarray(1));
	const [wanted, data, flags] = [
		question.field(),
		question.field(),
		question.number(4)
	];
	if (!wanted.equals(key.publicKey) || question.left !== 0) return refused;
	const signature = signatureOf(key, data, flags);
	return signature ? Buffer.concat([Buffer.from([SIGN_RESPONSE]), field(signature)]) : refused;
}
function signatureOf({ type, secret }, data, flags) {
	if (type === "ssh-ed25519") return Buffer.concat([field(type), field(sign(null, data, secret))]);
	if (type === "ssh-rsa") {
		const bits = flags & RSA_SHA2_512 ? 512 : flags & RSA_SHA2_256 ? 256 : void 0;
		if (bits === void 0) return void 0;
		return Buffer.concat([field(`rsa-sha2-${bits}`), field(sign(`sha${bits}`, data, secret))]);
	}
	const curve = /^ecdsa-sha2-nistp(256|384|521)$/.exec(type)?.[1];
	if (curve === void 0) return void 0;
	const both = sign(`sha${curve === "521" ? 512 : curve}`, data, {
		key: secret,
		dsaEncoding: "ieee-p1363"
	});
	const half = both.length / 2;
	const pair = Buffer.concat([mpint(both.subarray(0, half)), mpint(both.subarray(half))]);
	return Buffer.concat([field(type), field(pair)]);
}
export { withoutSecrets as a, plainLocale as i, serveAgent as n, workspace as o, ownProgram as r, openKey as t };

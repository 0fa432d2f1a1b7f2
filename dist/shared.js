import { i as __toESM } from "./rolldown-runtime.js";
import { t as require_lib } from "./ssh2.js";
import { createHash, createHmac, createPrivateKey } from "node:crypto";
// src/failure.ts
/** An error whose message is meant for the user; anything else that is thrown is a defect of ours. */
var Failure = class Failure extends Error {
	name = "Failure";
	detail;
	constructor(message, detail = {}) {
		super(message, detail.cause === void 0 ? void 0 : { cause: detail.cause });
		this.detail = detail;
	}
	/** The same failure, seen from further out: what is already known stays. */
	at(outer) {
		return new Failure(this.message, {
			...outer,
			...this.detail
		});
	}
};
/** Any thrown thing as a Failure, so that a report never has to guess. */
function failureFrom(error, detail = {}) {
	if (error instanceof Failure) return error.at(detail);
	return new Failure(error instanceof Error ? error.message : String(error), {
		...detail,
		cause: error
	});
}
// src/connection/once.ts
var import_lib = /* @__PURE__ */ __toESM(require_lib(), 1);
/** `work` that remembers what came of the same texts before, a failure too. */
function once(work) {
	const outcomes = /* @__PURE__ */ new Map();
	return (...texts) => {
		const name = JSON.stringify(texts);
		const outcome = outcomes.get(name) ?? outcomeOf(() => work(...texts));
		outcomes.set(name, outcome);
		return outcome();
	};
}
function outcomeOf(work) {
	try {
		const value = work();
		return () => value;
	} catch (error) {
		return () => {
			throw error;
		};
	}
}
// src/connection/wire.ts
/** With its length in front; of a text, one character a byte. */
function field(content) {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(content.length);
	return Buffer.concat([length, Buffer.from(content, "latin1")]);
}
/** A number as a field: no zeros in front, but one where it would else look negative. */
function mpint(digits) {
	let start = 0;
	while (start < digits.length && digits[start] === 0) start++;
	const plain = digits.subarray(start);
	const sign = (plain[0] ?? 0) >= 128 ? Buffer.from([0]) : Buffer.alloc(0);
	return field(Buffer.concat([sign, plain]));
}
function readerOf(bytes) {
	let at = 0;
	const number = (size) => {
		at += size;
		if (at > bytes.length) return 0;
		return size === 8 ? Number(bytes.readBigUInt64BE(at - 8)) : bytes.readUInt32BE(at - 4);
	};
	return {
		number,
		field() {
			const start = at + 4;
			at = start + number(4);
			return bytes.subarray(start, at);
		},
		get left() {
			return bytes.length - at;
		}
	};
}
// src/connection/pkcs8.ts
/** @throws Failure that names `ssh_private_key` or `ssh_passphrase`. */
function convertPkcs8(pem, passphrase) {
	const key = open(pem, passphrase);
	switch (key.asymmetricKeyType) {
		case "rsa": return key.export({
			type: "pkcs1",
			format: "pem"
		}).toString();
		case "ec": return key.export({
			type: "sec1",
			format: "pem"
		}).toString();
		case "ed25519": return opensshEd25519(key);
		default: throw new Failure(`ssh_private_key is of a type that SSH does not use: ${key.asymmetricKeyType}`, { remedy: "Make one that it does: `ssh-keygen -t ed25519`." });
	}
}
function open(pem, passphrase) {
	try {
		return createPrivateKey(passphrase ? {
			key: pem,
			passphrase
		} : pem);
	} catch {
		if (pem.includes("ENCRYPTED")) throw new Failure("ssh_passphrase does not open ssh_private_key", { remedy: "Check both: `openssl pkey -in key -noout` asks for the passphrase and says nothing if it fits." });
		throw new Failure("ssh_private_key is damaged, or cut short", { remedy: "Store the whole file again." });
	}
}
/** OpenSSH's own format, unencrypted: PROTOCOL.key in its source. */
function opensshEd25519(key) {
	const { x = "", d = "" } = key.export({ format: "jwk" });
	const [publicPart, secret] = [Buffer.from(x, "base64url"), Buffer.from(d, "base64url")];
	const publicKey = Buffer.concat([field("ssh-ed25519"), field(publicPart)]);
	const check = Buffer.alloc(8);
	const comment = field("");
	const inner = Buffer.concat([
		check,
		publicKey,
		field(Buffer.concat([secret, publicPart])),
		comment
	]);
	const padding = Buffer.from(Array.from({ length: (8 - inner.length % 8) % 8 }, (_, index) => index + 1));
	const one = Buffer.from([
		0,
		0,
		0,
		1
	]);
	const none = [
		field("none"),
		field("none"),
		field("")
	];
	const sealed = field(Buffer.concat([inner, padding]));
	return [
		"-----BEGIN OPENSSH PRIVATE KEY-----",
		...Buffer.concat([
			Buffer.from("openssh-key-v1\0"),
			...none,
			one,
			field(publicKey),
			sealed
		]).toString("base64").match(/.{1,70}/g) ?? [],
		"-----END OPENSSH PRIVATE KEY-----",
		""
	].join("\n");
}
// src/connection/key.ts
/**
* The private key in a form that ssh2 and OpenSSH read: line ends, indentation and line breaks lost on the way are
* repaired. A key in PKCS#8 comes back converted and unencrypted, any other key as encrypted as it was.
* @throws Failure that names `ssh_private_key` or `ssh_passphrase`; key material is never part of it.
*/
const readKey = once((text, passphrase) => {
	const tidy = unwrap(text);
	const foreign = nameForeign(tidy);
	if (foreign !== void 0) throw refuse(...foreign);
	const parts = cut(tidy);
	const { label, headers, body } = parts;
	const pem = assemble(label, headers, body);
	if (label === "PRIVATE KEY" || label === "ENCRYPTED PRIVATE KEY") {
		if (label === "ENCRYPTED PRIVATE KEY" && !passphrase) throw passphraseMissing();
		return convertPkcs8(pem, passphrase);
	}
	const key = opened(pem, passphrase);
	if (key instanceof Error) throw explain(key, parts, passphrase);
	if (!key.isPrivateKey()) throw refuse("holds no private key");
	if (!fits(key)) throw refuse("is damaged, or cut short", "Store the whole file again.");
	return pem;
});
const opened = once((pem, passphrase) => import_lib.default.utils.parseKey(pem, passphrase || void 0));
/**
* @param text as `readKey` gives it.
* @throws Failure that names `ssh_private_key`.
*/
function openedKey(text, passphrase) {
	const key = opened(text, passphrase);
	if (!(key instanceof Error)) return key;
	throw new Failure("ssh_private_key cannot be read, or ssh_passphrase does not open it");
}
/** Whether its two halves belong together: ssh2 takes a key for whole that every host would turn away. */
function fits(key) {
	const hash = key.type === "ssh-rsa" ? "sha256" : void 0;
	const signature = key.sign("proof", hash);
	return !(signature instanceof Error) && key.verify("proof", signature, hash) === true;
}
/** Undoes what secret stores, YAML and copying do to a text as a whole. */
function unwrap(text) {
	const plain = text.replace(/^\uFEFF/, "").trim();
	const unquoted = /^(["'])([\s\S]*)\1$/.exec(plain)?.[2] ?? plain;
	return (/[\r\n]/.test(unquoted) ? unquoted : unquoted.replace(/(?:\\r)?\\n/g, "\n")).trim();
}
/** The many things that are not a private key in PEM or OpenSSH format: what it is, what to do. */
function nameForeign(text) {
	if (text === "") return ["is empty: the secret does not exist where this job runs", "Check its name, and its environment if it belongs to one. Pull requests from forks get no secrets."];
	if (/^PuTTY-User-Key-File-/.test(text)) return ["is a PuTTY key", "Convert it: `puttygen key.ppk -O private-openssh -o key`, and store the text of `key`."];
	if (/^[\w@.-]+-cert-v01@openssh\.com /.test(text) || /-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(text)) return ["is a certificate, not a private key", "Store the private key that belongs to it; a certificate is `ssh_certificate`, with `ssh_client: openssh`."];
	if (/^(ssh|ecdsa|sk)-[\w@.-]+ +AAAA/.test(text) || /BEGIN (RSA |SSH2 )?PUBLIC KEY-/.test(text)) return ["is a public key: the private key is needed", "Store the text of the file without `.pub` at the end of its name."];
	if (/BEGIN SSH2 ENCRYPTED PRIVATE KEY/.test(text)) return ["is a key of the ssh.com client", "Convert it: `ssh-keygen -i -f key`."];
	if (text.includes("-----BEGIN ")) return void 0;
	if (/^[~./\w-]*\/[\w./-]+$/.test(text) && text.length < 200 && !/^AAAA|^b3Bl|^LS0t/.test(text)) return ["looks like the name of a file", "Store the text of the private key itself."];
	const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, "base64").toString("latin1") : "";
	if (decoded.startsWith("-----BEGIN ")) return ["is a key encoded in base64 once more", "Store the key as it is: `base64 -d` gives it back."];
	if (decoded.startsWith("openssh-key-v1")) return ["lacks its first and last line", "Store the whole file, with its `-----BEGIN` and `-----END` lines."];
	return ["is not a private key in PEM or OpenSSH format", "It begins with `-----BEGIN` and ends with `-----`."];
}
function cut(text) {
	const match = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/.exec(text);
	if (match === null) throw refuse("is cut short: its `-----END` line is missing", "Store the whole file, to the last line.");
	const [, label = "", inside = ""] = match;
	if (!label.endsWith("PRIVATE KEY")) throw refuse(`holds no private key (it says \`${label}\`)`);
	const headers = inside.match(/^\s*Proc-Type: *\S+\s+DEK-Info: *\S+/)?.[0] ?? "";
	const body = inside.slice(headers.length).replace(/\s+/g, "");
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) throw refuse("is damaged: characters that no key has stand between its first and last line");
	return {
		label,
		headers: headers.match(/[\w-]+: *\S+/g) ?? [],
		body
	};
}
function assemble(label, headers, body) {
	const lines = body.match(/.{1,64}/g) ?? [];
	const head = headers.length > 0 ? [...headers, ""] : [];
	return [
		`-----BEGIN ${label}-----`,
		...head,
		...lines,
		`-----END ${label}-----`,
		""
	].join("\n");
}
function isEncrypted({ headers, body }) {
	return headers.length > 0 || !["", "none"].includes(cipherOf(body));
}
/** As a key in OpenSSH's format names it, in its first field (PROTOCOL.key); empty in any other. */
function cipherOf(body) {
	const start = Buffer.from(body.slice(0, 128), "base64");
	if (start.toString("latin1", 0, 14) !== "openssh-key-v1") return "";
	return readerOf(start.subarray(15)).field().toString("latin1");
}
function explain(error, parts, passphrase) {
	const encrypted = isEncrypted(parts);
	const reason = error.message;
	if (/unsupported .*type/i.test(reason)) return refuse("is of a type that cannot be used from here", "Use an ed25519, ECDSA or RSA key; a FIDO key works from an agent, with `ssh_client: openssh`.");
	if (/cipher|kdf/i.test(reason) && /support/i.test(reason) || cipherOf(parts.body).startsWith("chacha20")) return refuse("is encrypted in a way that cannot be read here", "Encrypt it anew: `ssh-keygen -p -Z aes256-ctr -f key`.");
	if (!encrypted) return refuse("is damaged, or cut short", "Store the whole file again.");
	return passphrase ? passphraseWrong() : passphraseMissing();
}
function refuse(problem, remedy) {
	return new Failure(`ssh_private_key ${problem}`, remedy === void 0 ? {} : { remedy });
}
function passphraseMissing() {
	return new Failure("ssh_private_key is encrypted, and ssh_passphrase is empty", { remedy: "Give its passphrase as `ssh_passphrase`, or use a key made for this purpose without one." });
}
function passphraseWrong() {
	return new Failure("ssh_passphrase does not open ssh_private_key", { remedy: "Check both: `ssh-keygen -y -f key` asks for the passphrase and shows the public key if it fits." });
}
// src/connection/known_hosts.ts
const markers = /* @__PURE__ */ new Map([["@revoked", "revoked"], ["@cert-authority", "cert-authority"]]);
/** @throws Failure that names `ssh_known_hosts`, the line's number and what is wrong with it. */
const parseKnownHosts = once((text) => text.split(/\r\n|\n|\r/).flatMap((line, index) => {
	const words = line.trim().split(/[ \t]+/);
	if (words[0] === "" || words[0]?.startsWith("#")) return [];
	return [parseEntry(words, index + 1)];
}));
function parseEntry(words, line) {
	const first = words[0] ?? "";
	const marker = markers.get(first);
	if (first.startsWith("@") && marker === void 0) throw malformed(line, "starts with a marker other than @revoked and @cert-authority");
	const [names, type, base64] = marker === void 0 ? words : words.slice(1);
	if (names !== void 0 && isKeyType(names)) throw malformed(line, "is a public key without the name of its host", "Put the name of the host in front.");
	if (names === void 0 || type === void 0 || base64 === void 0) throw malformed(line, "has fewer than the three fields host, key type and key");
	return {
		marker,
		matches: nameMatcher(names, line),
		key: parseHostKey(type, base64, line)
	};
}
function parseHostKey(type, base64, line) {
	const blob = Buffer.from(base64, "base64");
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || !isWhole(blob)) throw malformed(line, "has a key that is not base64, or cut short");
	if (typeOf(blob) !== type) throw malformed(line, "has a key of another type than it says");
	return {
		type,
		blob
	};
}
/** A public key is nothing but fields with their length in front; a cut one lacks the end of its last. */
function isWhole(blob) {
	const reader = readerOf(blob);
	while (reader.left > 0) reader.field();
	return blob.length > 0 && reader.left === 0;
}
function nameMatcher(names, line) {
	if (names.startsWith("|")) {
		const [, version, salt, hash] = names.split("|");
		const key = Buffer.from(salt ?? "", "base64");
		const expected = Buffer.from(hash ?? "", "base64");
		if (version !== "1" || key.length !== 20 || expected.length !== 20) throw malformed(line, "has a hashed host name that cannot be read");
		return (name) => createHmac("sha1", key).update(name).digest().equals(expected);
	}
	const patterns = names.toLowerCase().split(",");
	const wanted = patterns.filter((pattern) => !pattern.startsWith("!")).map(wildcard);
	const unwanted = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => wildcard(pattern.slice(1)));
	return (name) => !unwanted.some((pattern) => pattern.test(name)) && wanted.some((pattern) => pattern.test(name));
}
function wildcard(pattern) {
	const source = pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
	return new RegExp(`^${source}$`, "s");
}
function isKeyType(word) {
	return /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-[\w-]+@openssh\.com)$/.test(word);
}
function malformed(line, problem, remedy) {
	return new Failure(`ssh_known_hosts: line ${line} ${problem}`, { remedy: remedy ?? "A line is `host type key`, as `ssh-keyscan -H host` prints it." });
}
/**
* What is known of a host. A port other than 22 is looked up as `[host]:port` first and, as OpenSSH
* does, by the bare name when nothing is found there.
*/
function lookUp(known, host, port) {
	const [full, bare] = [nameFor(host, port), nameFor(host, 22)];
	const isRevoked = ({ marker }) => marker === "revoked";
	const exact = known.filter((entry) => !isRevoked(entry) && entry.matches(full));
	const trusted = exact.length > 0 ? exact : known.filter((entry) => !isRevoked(entry) && entry.matches(bare));
	const revoked = known.filter((entry) => isRevoked(entry) && (entry.matches(full) || entry.matches(bare)));
	return {
		accepted: trusted.filter((entry) => entry.marker === void 0).map((entry) => entry.key),
		revoked: revoked.map((entry) => entry.key),
		authority: trusted.some((entry) => entry.marker === "cert-authority")
	};
}
/** The name a host goes by in known_hosts: `host`, or `[host]:port` for another port than 22. */
function nameFor(host, port) {
	return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}
/** The line to add to known_hosts for a key, without line end. */
function lineFor(host, port, blob) {
	return `${nameFor(host, port)} ${typeOf(blob)} ${blob.toString("base64")}`;
}
/** A key's type as it stands in its wire format; empty when it is no key. */
function typeOf(blob) {
	const length = readerOf(blob).number(4);
	return length > 64 ? "" : blob.toString("latin1", 4, 4 + length);
}
/** `SHA256:…` as `ssh-keygen -l` shows it. */
function fingerprint(blob) {
	return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
const algorithms = [
	"ssh-ed25519",
	"ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384",
	"ecdsa-sha2-nistp521",
	"rsa-sha2-512",
	"rsa-sha2-256"
];
/**
* The host key algorithms to ask for, those of the known keys first: the client's order decides which key
* the host shows, and a host asked for a key that is not known looks like an impostor. The others follow so that
* a refusal can show the key that the host does have. RSA with SHA-1 is never asked for.
*/
function hostKeyAlgorithms(keys) {
	const types = new Set(keys.map((key) => key.type));
	const isKnown = (algorithm) => types.has(algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm);
	return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))];
}
// src/connection/connection.ts
/** How a command ended that nobody heard of. */
const UNKNOWN = {
	code: null,
	signal: null
};
// src/connection/silence.ts
/** Asked `every` so many seconds; after so many `times` without a word, and once more, it is gone: within a lease of its lock (lock.ts). */
const SILENCE = {
	every: 5,
	times: 5
};
// src/abort.ts
/** What the promise gives, unless the signal fires first: then `undo` runs and its reason is thrown. */
async function orAborted(promise, signal, undo = () => {}) {
	const aborted = Promise.withResolvers();
	const abort = () => {
		undo();
		aborted.reject(signal.reason);
	};
	signal.addEventListener("abort", abort);
	if (signal.aborted) abort();
	try {
		return await Promise.race([promise, aborted.promise]);
	} finally {
		signal.removeEventListener("abort", abort);
	}
}
// node_modules/yocto-queue/index.js
var Node = class {
	value;
	next;
	constructor(value) {
		this.value = value;
	}
};
var Queue = class {
	#head;
	#tail;
	#size;
	constructor() {
		this.clear();
	}
	enqueue(value) {
		const node = new Node(value);
		if (this.#head) {
			this.#tail.next = node;
			this.#tail = node;
		} else {
			this.#head = node;
			this.#tail = node;
		}
		this.#size++;
	}
	dequeue() {
		const current = this.#head;
		if (!current) return;
		this.#head = this.#head.next;
		this.#size--;
		if (!this.#head) this.#tail = void 0;
		return current.value;
	}
	peek() {
		if (!this.#head) return;
		return this.#head.value;
	}
	clear() {
		this.#head = void 0;
		this.#tail = void 0;
		this.#size = 0;
	}
	get size() {
		return this.#size;
	}
	*[Symbol.iterator]() {
		let current = this.#head;
		while (current) {
			yield current.value;
			current = current.next;
		}
	}
	*drain() {
		while (this.#head) yield this.dequeue();
	}
};
// node_modules/p-limit/index.js
function pLimit(concurrency) {
	let rejectOnClear = false;
	if (typeof concurrency === "object") ({concurrency, rejectOnClear = false} = concurrency);
	validateConcurrency(concurrency);
	if (typeof rejectOnClear !== "boolean") throw new TypeError("Expected `rejectOnClear` to be a boolean");
	const queue = new Queue();
	let activeCount = 0;
	const resumeNext = () => {
		if (activeCount < concurrency && queue.size > 0) {
			activeCount++;
			queue.dequeue().run();
		}
	};
	const next = () => {
		activeCount--;
		resumeNext();
	};
	const run = async (function_, resolve, arguments_) => {
		const result = (async () => function_(...arguments_))();
		resolve(result);
		try {
			await result;
		} catch {}
		next();
	};
	const enqueue = (function_, resolve, reject, arguments_) => {
		const queueItem = { reject };
		new Promise((internalResolve) => {
			queueItem.run = internalResolve;
			queue.enqueue(queueItem);
		}).then(run.bind(void 0, function_, resolve, arguments_));
		if (activeCount < concurrency) resumeNext();
	};
	const generator = (function_, ...arguments_) => new Promise((resolve, reject) => {
		enqueue(function_, resolve, reject, arguments_);
	});
	Object.defineProperties(generator, {
		activeCount: { get: () => activeCount },
		pendingCount: { get: () => queue.size },
		clearQueue: { value() {
			if (!rejectOnClear) {
				queue.clear();
				return;
			}
			const abortError = AbortSignal.abort().reason;
			while (queue.size > 0) queue.dequeue().reject(abortError);
		} },
		concurrency: {
			get: () => concurrency,
			set(newConcurrency) {
				validateConcurrency(newConcurrency);
				concurrency = newConcurrency;
				queueMicrotask(() => {
					while (activeCount < concurrency && queue.size > 0) resumeNext();
				});
			}
		},
		map: { async value(iterable, function_) {
			const promises = [];
			try {
				Array.from(iterable, (value, index) => {
					const promise = generator(function_, value, index);
					promises.push(promise);
					return promise;
				});
			} catch (error) {
				for (const promise of promises) promise.catch(() => {});
				throw error;
			}
			return Promise.all(promises);
		} }
	});
	return generator;
}
function validateConcurrency(concurrency) {
	if (!((Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY) && concurrency > 0)) throw new TypeError("Expected `concurrency` to be a number from 1 and up");
}
// src/connection/trouble.ts
/** A failure that the next attempt may not meet. */
var Transient = class extends Failure {};
/** A connection that was there has gone: another one may fare better. */
var Lost = class extends Failure {};
/** What keeps a host from being reached: the same words, whichever client met it. */
const troubles = {
	lookup: ["cannot be looked up: the name server gives no answer", "See to the runner's DNS."],
	refused: ["refuses the connection", "Check that sshd runs there, the port, and the firewall."],
	cut: ["cut the connection", "Check that sshd answers on this port, and its log."],
	silent: ["does not answer", "Check the address, the firewall, and whether it lets this runner in."],
	unroutable: ["cannot be reached from here", "Check the address, and the route from the runner."],
	network: ["is in a network that cannot be reached from here", "An IPv6 address needs a runner with IPv6."],
	closed: ["closed the connection before the login", "Either it is no SSH server, or it turns clients away: MaxStartups, PerSourcePenalties, fail2ban, a proxy."]
};
function placeOf({ name, port }) {
	return `${name} port ${port}`;
}
/** What a ProxyCommand that fails looks like. */
const ended = ["cut", "closed"];
/** @param said what else was said on the way there, where that may tell why. */
function unreached(target, trouble, cause, said = []) {
	const [problem, remedy] = troubles[trouble];
	const proxied = target.config !== void 0 && ended.includes(trouble);
	const words = said.length > 0 && ended.includes(trouble) ? `: ${said.join("; ")}` : "";
	return new Transient(`${placeOf(target)} ${problem}${words}`, {
		host: target.label,
		remedy: proxied ? `${remedy} A \`ProxyCommand\` of ssh_config has to be on the runner.` : remedy,
		unreachable: true,
		cause
	});
}
function unknownName(target, cause) {
	return new Failure(`there is no host by the name of ${target.name}`, {
		host: target.label,
		remedy: "Check how it is spelt in `hosts`; a private name needs the runner's DNS to know it.",
		unreachable: true,
		cause
	});
}
const likely = {
	key: (user) => `the public key is not in ~/.ssh/authorized_keys of ${user} on the host, or ${user} is the wrong user (\`ssh_user\`).`,
	certificate: (user) => `its sshd does not trust the signer of ssh_certificate (TrustedUserCAKeys), or the certificate is not for ${user} (\`ssh-keygen -L -f\` shows its principals).`,
	password: () => "the password or the user (`ssh_user`) is wrong, or the server does not take passwords."
};
/**
* @param tried each method, with the keys it had; `takes`: the methods that the server named.
* @param hope what was likeliest to be let in by.
*/
function notLetIn(target, tried, takes, hope, cause) {
	const { user, label } = target;
	const what = tried.join(", ") || "nothing";
	const server = takes.length > 0 ? `; the server takes ${takes.join(", ")}` : "";
	return new Failure(`${placeOf(target)} does not let ${user} in: tried ${what}${server}`, {
		host: label,
		remedy: `Likely ${likely[hope](user)} The host's auth log says why.`,
		cause
	});
}
/** @param stage what was under way, e.g. `in the key exchange`. */
function timedOut(target, stage) {
	const { connectTimeout, label } = target;
	return new Failure(`${placeOf(target)} gave no answer within ${connectTimeout} s, ${stage}`, {
		unreachable: true,
		host: label,
		remedy: "Check the address, the port and the firewall; a slow host needs a longer `connect_timeout`."
	});
}
function cancelled(target, cause) {
	return new Failure(`connecting to ${target.label} was cancelled`, {
		host: target.label,
		cause
	});
}
function lost(target) {
	return new Lost(`the connection to ${target.label} is lost`, {
		host: target.label,
		remedy: "Run again: the next run finds out how far this one came."
	});
}
/** For the first command of a connection, which follows the request for its channel at once. */
function lostOrNoChannels(target) {
	return new Lost(`the connection to ${target.label} is lost, or its server opens no channel for commands`, {
		host: target.label,
		remedy: "Run again: the next run finds out how far this one came. If it stays so, sshd_config must allow at least one session a connection (MaxSessions 1); `ssh_client: openssh` asks for the channel first."
	});
}
/** What went wrong at a jump host, as a trouble of the host behind it. */
function onTheWay(error, target) {
	return new (error instanceof Transient ? Transient : Failure)(`on the way to ${target.name}: ${error.message}`, {
		...error.detail,
		host: target.label
	});
}
/** @param transient whether the host behind may only be slow to come back. */
function noWayOn(target, jump, transient, cause) {
	return new (transient ? Transient : Failure)(`${jump.label} does not connect to ${placeOf(target)}`, {
		host: target.label,
		remedy: `Check the address as ${jump.label} sees it, AllowTcpForwarding in its sshd_config, and the key's line in its authorized_keys: \`restrict\` needs \`port-forwarding\` beside it.`,
		cause
	});
}
function noCommands(target, cause) {
	return new Failure(`the SSH server of ${target.label} refuses to run commands for ${target.user}`, {
		host: target.label,
		remedy: "The account may be limited to sftp, or its shell may not exist.",
		cause
	});
}
function noChannels(target) {
	return new Failure(`the SSH server of ${target.label} opens no channel for commands`, {
		host: target.label,
		remedy: "Its sshd_config must allow at least one session a connection (MaxSessions 1)."
	});
}
function noLogin(target) {
	return new Failure(`there is nothing to log in to ${target.label} with`, {
		host: target.label,
		remedy: "Set `ssh_private_key` (or `ssh_password`), or start an agent and let SSH_AUTH_SOCK name its socket."
	});
}
// node_modules/is-network-error/index.js
const objectToString = Object.prototype.toString;
const isError = (value) => objectToString.call(value) === "[object Error]";
const errorMessages = /* @__PURE__ */ new Set([
	"network error",
	"NetworkError when attempting to fetch resource.",
	"The Internet connection appears to be offline.",
	"Network request failed",
	"fetch failed",
	"terminated",
	" A network error occurred.",
	"Network connection lost"
]);
function isNetworkError(error) {
	if (!(error && isError(error) && error.name === "TypeError" && typeof error.message === "string")) return false;
	const { message, stack } = error;
	if (message === "Load failed" || message.startsWith("Load failed (") && message.endsWith(")")) return stack === void 0 || "__sentry_captured__" in error;
	if (message.startsWith("error sending request for url")) return true;
	if (message === "Failed to fetch" || message.startsWith("Failed to fetch (") && message.endsWith(")")) return true;
	return errorMessages.has(message);
}
// node_modules/p-retry/index.js
function validateRetries(retries) {
	if (typeof retries === "number") {
		if (retries < 0) throw new TypeError("Expected `retries` to be a non-negative number.");
		if (Number.isNaN(retries)) throw new TypeError("Expected `retries` to be a valid number or Infinity, got NaN.");
	} else if (retries !== void 0) throw new TypeError("Expected `retries` to be a number or Infinity.");
}
function validateNumberOption(name, value, { min = 0, allowInfinity = false } = {}) {
	if (value === void 0) return;
	if (typeof value !== "number" || Number.isNaN(value)) throw new TypeError(`Expected \`${name}\` to be a number${allowInfinity ? " or Infinity" : ""}.`);
	if (!allowInfinity && !Number.isFinite(value)) throw new TypeError(`Expected \`${name}\` to be a finite number.`);
	if (value < min) throw new TypeError(`Expected \`${name}\` to be \u2265 ${min}.`);
}
var AbortError = class extends Error {
	constructor(message) {
		super();
		if (message instanceof Error) {
			this.originalError = message;
			({message} = message);
		} else {
			this.originalError = new Error(message);
			this.originalError.stack = this.stack;
		}
		this.name = "AbortError";
		this.message = message;
	}
};
function calculateDelay(retriesConsumed, options) {
	const attempt = Math.max(1, retriesConsumed + 1);
	const random = options.randomize ? Math.random() + 1 : 1;
	let timeout = Math.round(random * options.minTimeout * options.factor ** (attempt - 1));
	timeout = Math.min(timeout, options.maxTimeout);
	return timeout;
}
function calculateRemainingTime(start, max) {
	if (!Number.isFinite(max)) return max;
	return max - (performance.now() - start);
}
async function onAttemptFailure({ error, attemptNumber, retriesConsumed, startTime, options }) {
	const normalizedError = error instanceof Error ? error : /* @__PURE__ */ new TypeError(`Non-error was thrown: "${error}". You should only throw errors.`);
	if (normalizedError instanceof AbortError) throw normalizedError.originalError;
	const retriesLeft = Number.isFinite(options.retries) ? Math.max(0, options.retries - retriesConsumed) : options.retries;
	const maxRetryTime = options.maxRetryTime ?? Number.POSITIVE_INFINITY;
	const context = Object.freeze({
		error: normalizedError,
		attemptNumber,
		retriesLeft,
		retriesConsumed
	});
	await options.onFailedAttempt(context);
	if (calculateRemainingTime(startTime, maxRetryTime) <= 0) throw normalizedError;
	const consumeRetry = await options.shouldConsumeRetry(context);
	const remainingTime = calculateRemainingTime(startTime, maxRetryTime);
	if (remainingTime <= 0 || retriesLeft <= 0) throw normalizedError;
	if (normalizedError instanceof TypeError && !isNetworkError(normalizedError)) {
		if (consumeRetry) throw normalizedError;
		options.signal?.throwIfAborted();
		return false;
	}
	if (!await options.shouldRetry(context)) throw normalizedError;
	if (!consumeRetry) {
		options.signal?.throwIfAborted();
		return false;
	}
	const delayTime = calculateDelay(retriesConsumed, options);
	const finalDelay = Math.min(delayTime, remainingTime);
	options.signal?.throwIfAborted();
	if (finalDelay > 0) await new Promise((resolve, reject) => {
		const onAbort = () => {
			clearTimeout(timeoutToken);
			options.signal?.removeEventListener("abort", onAbort);
			reject(options.signal.reason);
		};
		const timeoutToken = setTimeout(() => {
			options.signal?.removeEventListener("abort", onAbort);
			resolve();
		}, finalDelay);
		if (options.unref) timeoutToken.unref?.();
		options.signal?.addEventListener("abort", onAbort, { once: true });
	});
	options.signal?.throwIfAborted();
	return true;
}
async function pRetry(input, options = {}) {
	options = { ...options };
	validateRetries(options.retries);
	if (Object.hasOwn(options, "forever")) throw new Error("The `forever` option is no longer supported. For many use-cases, you can set `retries: Infinity` instead.");
	options.retries ??= 10;
	options.factor ??= 2;
	options.minTimeout ??= 1e3;
	options.maxTimeout ??= Number.POSITIVE_INFINITY;
	options.maxRetryTime ??= Number.POSITIVE_INFINITY;
	options.randomize ??= false;
	options.onFailedAttempt ??= () => {};
	options.shouldRetry ??= () => true;
	options.shouldConsumeRetry ??= () => true;
	validateNumberOption("factor", options.factor, {
		min: 0,
		allowInfinity: false
	});
	validateNumberOption("minTimeout", options.minTimeout, {
		min: 0,
		allowInfinity: false
	});
	validateNumberOption("maxTimeout", options.maxTimeout, {
		min: 0,
		allowInfinity: true
	});
	validateNumberOption("maxRetryTime", options.maxRetryTime, {
		min: 0,
		allowInfinity: true
	});
	if (!(options.factor > 0)) options.factor = 1;
	options.signal?.throwIfAborted();
	let attemptNumber = 0;
	let retriesConsumed = 0;
	const startTime = performance.now();
	while (Number.isFinite(options.retries) ? retriesConsumed <= options.retries : true) {
		attemptNumber++;
		try {
			options.signal?.throwIfAborted();
			const result = await input(attemptNumber);
			options.signal?.throwIfAborted();
			return result;
		} catch (error) {
			if (await onAttemptFailure({
				error,
				attemptNumber,
				retriesConsumed,
				startTime,
				options
			})) retriesConsumed++;
		}
	}
	throw new Error("Retry attempts exhausted without throwing an error.");
}
export { field as A, lineFor as C, typeOf as D, parseKnownHosts as E, failureFrom as F, readerOf as M, once as N, openedKey as O, Failure as P, hostKeyAlgorithms as S, nameFor as T, pLimit as _, lost as a, UNKNOWN as b, noCommands as c, notLetIn as d, onTheWay as f, unreached as g, unknownName as h, cancelled as i, mpint as j, readKey as k, noLogin as l, timedOut as m, Lost as n, lostOrNoChannels as o, placeOf as p, Transient as r, noChannels as s, pRetry as t, noWayOn as u, orAborted as v, lookUp as w, fingerprint as x, SILENCE as y };

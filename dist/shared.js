import { createHash, createHmac } from "node:crypto";
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
// src/connection/known_hosts.ts
const markers = /* @__PURE__ */ new Map([["@revoked", "revoked"], ["@cert-authority", "cert-authority"]]);
/** @throws Failure that names `ssh_known_hosts`, the line's number and what is wrong with it. */
function parseKnownHosts(text) {
	return text.split(/\r\n|\n|\r/).flatMap((line, index) => {
		const words = line.trim().split(/[ \t]+/);
		if (words[0] === "" || words[0]?.startsWith("#")) return [];
		return [parseEntry(words, index + 1)];
	});
}
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
	let end = 0;
	while (end + 4 <= blob.length) end += 4 + blob.readUInt32BE(end);
	return end > 0 && end === blob.length;
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
	const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
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
const network = {
	EAI_AGAIN: ["cannot be looked up: the name server gives no answer", "See to the runner's DNS."],
	ECONNREFUSED: ["refuses the connection", "Check that sshd runs there, the port, and the firewall."],
	ECONNRESET: ["cut the connection", "Check that sshd answers on this port, and its log."],
	EPIPE: ["cut the connection", "Check that sshd answers on this port, and its log."],
	ETIMEDOUT: ["does not answer", "Check the address, the firewall, and whether it lets this runner in."],
	EHOSTUNREACH: ["cannot be reached from here", "Check the address, and the route from the runner."],
	ENETUNREACH: ["is in a network that cannot be reached from here", "An IPv6 address needs a runner with IPv6."]
};
/** Sorts out what node, ssh2 or node-ssh threw while connecting. */
function explain(error, target, check, login) {
	if (error instanceof Failure) return error;
	const refusal = check.refusal();
	if (refusal) return refusal;
	const { message, level, code } = error;
	const where = `${target.name} port ${target.port}`;
	const detail = {
		host: target.label,
		cause: error
	};
	if (login && (level === "client-authentication" || level === "agent" || code === 14 || code === 2 && login.refused)) return login.failure(error);
	if (code === "ENOTFOUND") {
		const remedy = "Check how it is spelt in `hosts`; a private name needs the runner's DNS to know it.";
		return new Failure(`there is no host by the name of ${target.name}`, {
			...detail,
			remedy,
			unreachable: true
		});
	}
	if (level === "handshake") return disagreement(message, where, detail);
	const closed = message === "No response from server" || level === "protocol";
	if (closed && login?.refused) return login.failure(error);
	const known = closed ? void 0 : network[String(code)];
	if (known) return new Transient(`${where} ${known[0]}`, {
		...detail,
		remedy: known[1],
		unreachable: true
	});
	if (closed) {
		const remedy = "Either it is no SSH server, or it turns clients away: MaxStartups, PerSourcePenalties, fail2ban, a proxy.";
		return new Transient(`${where} closed the connection before the login`, {
			...detail,
			remedy,
			unreachable: true
		});
	}
	return new Failure(`cannot connect to ${where}: ${message}`, detail);
}
function disagreement(message, where, detail) {
	const part = /no matching (.+)/.exec(message)?.[1];
	if (part === void 0) return new Failure(`the SSH handshake with ${where} failed: ${message}`, detail);
	const names = part.replace("C->S", "client-to-server").replace("S->C", "server-to-client");
	const remedy = "Allow more algorithms in its sshd_config, such as curve25519-sha256 for the key exchange.";
	return new Failure(`${where} and the builtin client have no ${names} in common`, {
		...detail,
		remedy
	});
}
/** @param stage what was under way, e.g. `in the key exchange`. */
function timedOut(target, stage) {
	const { name, port, connectTimeout, label } = target;
	return new Failure(`${name} port ${port} gave no answer within ${connectTimeout} s, ${stage}`, {
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
	return new (transient ? Transient : Failure)(`${jump.label} does not connect to ${target.name} port ${target.port}`, {
		host: target.label,
		remedy: `Check the address as ${jump.label} sees it, and AllowTcpForwarding in its sshd_config.`,
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
export { failureFrom as C, Failure as S, lineFor as _, explain as a, parseKnownHosts as b, noChannels as c, noWayOn as d, onTheWay as f, hostKeyAlgorithms as g, fingerprint as h, cancelled as i, noCommands as l, pLimit as m, Lost as n, lost as o, timedOut as p, Transient as r, lostOrNoChannels as s, pRetry as t, noLogin as u, lookUp as v, typeOf as x, nameFor as y };

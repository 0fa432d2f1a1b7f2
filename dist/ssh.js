import { i as __toESM } from "./rolldown-runtime.js";
import { a as attempts, i as overLinks, o as dial, r as firstChannelNeeded, t as hostKeyCheck } from "./shared4.js";
import { O as openedKey, P as Failure, a as lost, b as UNKNOWN, c as noCommands, d as notLetIn, f as onTheWay, g as unreached, h as unknownName, l as noLogin, o as lostOrNoChannels, p as placeOf, s as noChannels, u as noWayOn, v as orAborted, x as fingerprint, y as SILENCE } from "./shared.js";
import { createSecretKey } from "node:crypto";
import { PassThrough, Writable } from "node:stream";
// src/connection/authentication.ts
/** @throws Failure when there is nothing to log in with. */
function authentication(target, ssh2) {
	const methods = methodsOf(target, ssh2);
	if (methods.length === 0) throw noLogin(target);
	const tried = [];
	let offered;
	let refused = false;
	return {
		handler(left, partial, next) {
			if (left) offered = left;
			if (left && !partial) refused = true;
			const method = methods.find((each) => !tried.includes(each) && (offered?.includes(each.name) ?? true));
			if (method) tried.push(method);
			next(method?.auth ?? false);
		},
		isSelfContained: methods[0]?.selfContained === true,
		get refused() {
			return refused;
		},
		failure: (cause) => refusal(target, tried, offered, cause)
	};
}
function methodsOf(target, ssh2) {
	const { user: username, password } = target;
	const methods = [];
	if (target.privateKey !== void 0) {
		const key = openedKey(target.privateKey, target.passphrase);
		const describe = () => `publickey (${describeKey(key)})`;
		const selfContained = key.type !== "ssh-rsa";
		methods.push({
			name: "publickey",
			auth: {
				type: "publickey",
				username,
				key
			},
			selfContained,
			describe
		});
	}
	if (target.agent !== void 0) methods.push(agentMethod(username, target.agent, ssh2));
	if (password !== void 0) {
		methods.push({
			name: "password",
			auth: {
				type: "password",
				username,
				password
			},
			describe: () => "password"
		});
		const prompt = (...[, , , prompts, finish]) => finish(prompts.map(({ echo }) => echo ? "" : password));
		const name = "keyboard-interactive";
		methods.push({
			name,
			auth: {
				type: name,
				username,
				prompt
			},
			describe: () => name
		});
	}
	return methods;
}
/** An agent that is gone counts as one without keys: other methods may still do. */
function agentMethod(username, path, ssh2) {
	let state = "not reached";
	class Agent extends ssh2.OpenSSHAgent {
		getIdentities(callback) {
			super.getIdentities((error, keys) => {
				const usable = (keys ?? []).filter((key) => "getPublicSSH" in key);
				state = error ? `does not answer at ${path}` : usable.map(describeKey).join(", ") || "holds no key";
				callback(void 0, error ? [] : usable);
			});
		}
	}
	const describe = () => `the agent's keys (${state})`;
	return {
		name: "publickey",
		auth: {
			type: "agent",
			username,
			agent: new Agent(path)
		},
		describe
	};
}
function describeKey(key) {
	return `${key.type} ${fingerprint(key.getPublicSSH())}`;
}
function refusal(target, tried, offered, cause) {
	const withKey = tried.some((method) => method.name === "publickey");
	const described = tried.map((method) => method.describe());
	return notLetIn(target, described, offered ?? [], withKey ? "key" : "password", cause);
}
// src/connection/channel.ts
const ignore = () => {};
function sshChannel(raw, client) {
	const { promise: exit, resolve } = Promise.withResolvers();
	let status = UNKNOWN;
	const stdin = stdinOf(raw);
	const stdout = new PassThrough({ highWaterMark: 262144 });
	const settle = (result) => {
		client.off("close", lose);
		resolve(result);
		stdin.destroy();
	};
	const lose = () => settle(UNKNOWN);
	const discard = () => {
		raw.unpipe(stdout);
		raw.resume();
	};
	client.once("close", lose);
	for (const stream of [
		raw,
		raw.stderr,
		stdin,
		stdout
	]) stream.on("error", ignore);
	raw.on("exit", (code, signal) => {
		status = {
			code: code ?? null,
			signal: signal ?? null
		};
	});
	raw.once("close", () => settle(status));
	raw.pipe(stdout);
	stdout.once("close", discard);
	return {
		stdin,
		stdout,
		stderr: raw.stderr,
		exit,
		close() {
			settle(status);
			raw.destroy();
			discard();
			stdout.end();
			raw.stderr.resume();
		}
	};
}
/** Writes to a channel that ended would never call back in ssh2; here they fail, as they do on a pipe. */
function stdinOf(raw) {
	return new Writable({
		highWaterMark: 262144,
		write: (chunk, _encoding, callback) => void raw.write(chunk, callback),
		final: (callback) => void raw.end(callback)
	});
}
// src/connection/haste.ts
function protocolOf(client) {
	return client._protocol ?? {};
}
/** Hash of a signature by its algorithm (RFC 8332); keys that have only one way to sign come without an algorithm. */
const hashes = {
	none: void 0,
	"rsa-sha2-256": "sha256",
	"rsa-sha2-512": "sha512"
};
/**
* For a client that has begun to connect. A server that does not want the key says so either way (RFC 4252, section 7: the question is
* optional). Keys of an agent are asked for first, as each signature may cost its owner a touch.
*/
function signAtOnce(client) {
	const protocol = protocolOf(client);
	const ask = protocol.authPK;
	if (ask?.length !== 4) return;
	protocol.authPK = (user, key, algorithm, sign) => {
		const name = algorithm ?? "none";
		const able = sign === void 0 && name in hashes && key.isPrivateKey?.() === true;
		const signer = (data, done) => {
			const signature = key.sign(data, hashes[name]);
			if (signature instanceof Error) ask.call(protocol, user, key, algorithm);
			else done(signature);
		};
		ask.call(protocol, user, key, algorithm, able ? signer : sign);
	};
}
/**
* For a client that has begun to connect, and whose key does not depend on what the server says of itself first (RSA does): the login
* follows the request for its service at once. A server that does not grant the service disconnects either way (RFC 4253, section 10).
*/
function logInAtOnce(client) {
	const protocol = protocolOf(client);
	const { service, _handlers: handlers } = protocol;
	const accepted = handlers?.SERVICE_ACCEPT;
	if (service?.length !== 1 || handlers === void 0 || accepted === void 0) return;
	protocol.service = (name) => {
		service.call(protocol, name);
		if (name !== "ssh-userauth") return;
		handlers.SERVICE_ACCEPT = () => {};
		setImmediate(() => accepted(protocol, name));
	};
}
/** For a client that has begun to connect: the other keys that OpenSSH tells it of (its PROTOCOL, "hostkeys-00@openssh.com") are nobody's concern here. */
function askForNoProof(client) {
	const { _handlers: handlers } = protocolOf(client);
	const heed = handlers?.GLOBAL_REQUEST;
	if (handlers === void 0 || heed?.length !== 4) return;
	handlers.GLOBAL_REQUEST = (protocol, name, wantsReply, data) => {
		if (name !== "hostkeys-00@openssh.com" || wantsReply) heed(protocol, name, wantsReply, data);
	};
}
/** By what the server calls itself (RFC 4253, section 4.2). */
function isOpenssh(client) {
	return client._remoteVer?.startsWith("OpenSSH_") === true;
}
/** What OpenSSH calls the first channel of a connection: the lowest number that is free. */
const FIRST = 0;
/**
* For a connection to OpenSSH that has had no channel yet, right before `command` is the first to be run: it follows the request for its
* channel at once. Where the server gives no channel, it hangs up for that, and what it said before may get lost.
*/
function runAtOnce(client, command) {
	const protocol = protocolOf(client);
	const { session, exec } = protocol;
	if (session?.length !== 3 || exec?.length !== 3) return;
	protocol.session = (...request) => {
		protocol.session = session;
		session.apply(protocol, request);
		exec.call(protocol, FIRST, command, true);
	};
	protocol.exec = (channel, text, wantsReply) => {
		if (channel !== FIRST || text !== command) return exec.call(protocol, channel, text, wantsReply);
		protocol.exec = exec;
	};
}
// src/connection/packet.ts
/** What is written to it in one turn leaves as one, and not as a segment, or a packet of the host in between, for each piece. */
function keepTogether(stream) {
	stream._writev ??= (pieces, done) => stream._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), "binary", done);
	const write = stream.write.bind(stream);
	let corked = false;
	stream.write = (...given) => {
		if (!corked) {
			corked = true;
			stream.cork();
			process.nextTick(() => {
				corked = false;
				stream.uncork();
			});
		}
		return write(...given);
	};
}
/** For a client that has begun to connect. */
function keepKeys(client) {
	client.on("handshake", () => {
		const { _cipher, _decipher } = client._protocol ?? {};
		for (const cipher of [_cipher, _decipher]) for (const name of [
			"_encKey",
			"_decipherKey",
			"_macKey"
		]) {
			const key = cipher?.[name];
			if (cipher && key instanceof Uint8Array) cipher[name] = createSecretKey(key);
		}
	});
}
// src/connection/round_trip.ts
/** Enough that one of them finds both sides idle. */
const QUESTIONS = 4;
/**
* Asks one after another from now on.
* @returns tells the shortest time in milliseconds so far; undefined before the first answer.
*/
function measureRoundTrip(client) {
	let shortest;
	const ask = (left) => {
		if (left === 0) return;
		const asked = performance.now();
		question(client, (answered) => {
			if (!answered) return;
			shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, performance.now() - asked);
			ask(left - 1);
		});
	};
	ask(QUESTIONS);
	return () => shortest;
}
/** Settles when the host has answered a question that was asked just now, or never will. */
function answered(client) {
	const { promise, resolve } = Promise.withResolvers();
	question(client, () => resolve());
	return promise;
}
function question(client, then) {
	const { _protocol: protocol, _callbacks: callbacks } = client;
	if (protocol?.ping === void 0 || callbacks === void 0) {
		then(false);
		return;
	}
	callbacks.push((answer) => then(!(answer instanceof Error)));
	protocol.ping();
}
// src/connection/ssh2_trouble.ts
const network = {
	EAI_AGAIN: "lookup",
	ECONNREFUSED: "refused",
	ECONNRESET: "cut",
	EPIPE: "cut",
	ETIMEDOUT: "silent",
	EHOSTUNREACH: "unroutable",
	ENETUNREACH: "network"
};
function explainSsh2(error, target, check, login) {
	if (error instanceof Failure) return error;
	const refusal = check.refusal();
	if (refusal) return refusal;
	const { message, level, code } = error;
	if (login && (level === "client-authentication" || level === "agent" || code === 14 || code === 2 && login.refused)) return login.failure(error);
	if (code === "ENOTFOUND") return unknownName(target, error);
	const detail = {
		host: target.label,
		cause: error
	};
	if (level === "handshake") return disagreement(message, placeOf(target), detail);
	const closed = message === "No response from server" || level === "protocol";
	if (closed && login?.refused) return login.failure(error);
	const trouble = closed ? "closed" : network[String(code)];
	if (trouble) return unreached(target, trouble, error);
	return new Failure(`cannot connect to ${placeOf(target)}: ${message}`, detail);
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
// src/connection/link.ts
/** One try. @throws Failure, or anything at all once `signal` is aborted. */
async function openLink(target, signal, progress) {
	const check = hostKeyCheck(target);
	let login;
	const arriving = reach(target, signal, progress);
	arriving.catch(() => {});
	try {
		const [{ NodeSSH }, { default: ssh2 }] = await Promise.all([import("./node-ssh.js"), import("./lib.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1))]);
		login = authentication(target, ssh2);
		const way = await arriving;
		if (way.stream.destroyed) throw way.stream.errored ?? cut;
		progress.stage = "in the key exchange";
		keepTogether(way.stream);
		const ssh = new NodeSSH();
		const connecting = ssh.connect({
			sock: way.stream,
			username: target.user,
			hostVerifier: check.accepts,
			algorithms: { serverHostKey: check.algorithms },
			authHandler: login.handler,
			readyTimeout: 0,
			keepaliveInterval: SILENCE.every * 1e3,
			keepaliveCountMax: SILENCE.times
		});
		const client = ssh.connection;
		const closed = new Promise((resolve) => client.once("close", () => resolve()));
		keepKeys(client);
		signAtOnce(client);
		askForNoProof(client);
		if (login.isSelfContained) logInAtOnce(client);
		client.on("error", () => {});
		client.on("handshake", () => {
			progress.stage = "at the login";
		});
		await orAborted(connecting, signal);
		return linkOf(client, closed, way, target);
	} catch (error) {
		arriving.then((way) => way.hangUp(), () => {});
		if (signal.aborted) throw error;
		throw explainSsh2(error, target, check, login);
	}
}
/** As node has it of a socket that the other side closed. */
const cut = Object.assign(/* @__PURE__ */ new Error("closed before a word was said"), { code: "ECONNRESET" });
async function reach(target, signal, progress) {
	if (!target.jump) {
		progress.stage = "before a connection was there";
		const socket = await dial(target, signal);
		return {
			stream: socket,
			hangUp: () => socket.destroy()
		};
	}
	const bastion = target.jump;
	const jump = await openLink(bastion, signal, progress).catch((error) => {
		throw error instanceof Failure ? onTheWay(error, target) : error;
	});
	jump.admitted.then(() => progress.pass(bastion));
	progress.stage = `before a connection was there through ${target.jump.label}`;
	const { promise, resolve, reject } = Promise.withResolvers();
	try {
		jump.client.forwardOut("127.0.0.1", 0, target.name, target.port, (error, stream) => error ? reject(error) : resolve(stream));
		const stream = await orAborted(promise, signal);
		stream.on("error", () => {});
		return {
			stream,
			hangUp: () => void jump.close()
		};
	} catch (error) {
		jump.close();
		if (signal.aborted) throw error;
		throw noWayOn(target, target.jump, error.reason === 2, error);
	}
}
function linkOf(client, closed, way, target) {
	let alive = true;
	let roundTrip;
	let commands = 0;
	const oneAtLeast = firstChannelNeeded(() => noChannels(target));
	client.setMaxListeners(0);
	const onClose = () => {
		alive = false;
		way.hangUp();
	};
	client.once("close", onClose);
	closed.then(onClose);
	return {
		client,
		admitted: Promise.race([answered(client), closed]),
		get alive() {
			return alive;
		},
		get roundTrip() {
			return roundTrip?.();
		},
		longCommands: isOpenssh(client),
		async start(command) {
			commands += 1;
			const hasty = commands === 1 && isOpenssh(client);
			if (hasty) runAtOnce(client, command);
			if (commands > 1) roundTrip ??= measureRoundTrip(client);
			const gone = lost(target);
			try {
				return await oneAtLeast(() => start(client, command, target, gone));
			} catch (error) {
				if (!hasty || error !== gone) throw error;
				throw lostOrNoChannels(target);
			}
		},
		async close() {
			if (!alive) return;
			client.end();
			setTimeout(() => way.hangUp(), 1500).unref();
		}
	};
}
function start(client, command, target, gone) {
	const { promise, resolve, reject } = Promise.withResolvers();
	const onClose = () => reject(gone);
	client.once("close", onClose);
	try {
		client.exec(command, (error, channel) => {
			client.off("close", onClose);
			if (!error) resolve(sshChannel(channel, client));
			else if ("reason" in error && error.reason !== "") resolve(void 0);
			else reject(noCommands(target, error));
		});
	} catch {
		client.off("close", onClose);
		reject(gone);
	}
	return promise;
}
// src/connection/ssh.ts
/**
* Connects and logs in, within `connectTimeout` seconds. Refused, cut or unanswered connections are tried
* again up to three times; `onRetry` gets one line for each. `signal` stops connecting only.
* @throws Failure with the host, what went wrong and a remedy.
*/
async function connectSsh(target, signal, onRetry = () => {}) {
	return overLinks(target, signal, (until) => attempts(target, until, onRetry, (limit, progress) => openLink(target, limit, progress)));
}
export { connectSsh };

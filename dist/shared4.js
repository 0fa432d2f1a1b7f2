import { C as lineFor, D as typeOf, E as parseKnownHosts, P as Failure, S as hostKeyAlgorithms, T as nameFor, _ as pLimit, a as lost, i as cancelled, m as timedOut, r as Transient, s as noChannels, t as pRetry, v as orAborted, w as lookUp, x as fingerprint } from "./shared.js";
import { connect } from "node:net";
// src/connection/dial.ts
/** A signal that also fires when the time is up; ours to hold, since a timer of AbortSignal's keeps nothing alive. */
function deadline(outer, seconds) {
	const controller = new AbortController();
	const abort = () => controller.abort();
	const timer = setTimeout(abort, seconds * 1e3);
	outer.addEventListener("abort", abort);
	if (outer.aborted) abort();
	return {
		signal: controller.signal,
		[Symbol.dispose]() {
			clearTimeout(timer);
			outer.removeEventListener("abort", abort);
		}
	};
}
/** Rejects with node's error, or with the signal's reason. */
function dial(target, signal) {
	const { promise, resolve, reject } = Promise.withResolvers();
	const socket = connect({
		host: target.name,
		port: target.port,
		noDelay: true,
		autoSelectFamilyAttemptTimeout: 1e3
	});
	socket.on("error", reject);
	socket.once("connect", () => resolve(socket));
	return orAborted(promise, signal, () => socket.destroy());
}
// src/connection/door.ts
/** Log-ins under way at once at one address; fewer than ten, since it may have other visitors. */
const AT_ONCE = 8;
/** Milliseconds that a server gets to say that it is done with a login which the client knows of. */
const LINGER = 5e3;
const doors = /* @__PURE__ */ new Map();
/**
* Runs `enter` when it is its turn at a host, and at all that are on the way to it: hosts that are one server, or behind one, come to it a
* few at a time. The host's own door comes first, so that who waits there is in nobody's way; each address counts once.
*/
function atDoors(target, enter) {
	const past = /* @__PURE__ */ new Map();
	const pass = (server) => {
		if (addressOf(server) !== addressOf(target)) past.get(addressOf(server))?.resolve();
	};
	const queue = (next) => {
		if (next === void 0) return enter(pass);
		const address = addressOf(next);
		if (past.has(address)) return queue(next.jump);
		const gone = Promise.withResolvers();
		past.set(address, gone);
		const { promise, resolve } = Promise.withResolvers();
		doorOf(next)(async () => {
			const entering = queue(next.jump);
			resolve(entering);
			admission(entering).then(gone.resolve);
			await gone.promise;
		});
		return promise;
	};
	return queue(target);
}
async function admission(entering) {
	const visitor = await entering.catch(() => void 0);
	if (visitor?.admitted === void 0) return;
	const { promise, resolve } = Promise.withResolvers();
	const timer = setTimeout(resolve, LINGER).unref();
	await Promise.race([visitor.admitted, promise]);
	clearTimeout(timer);
}
/** From now on one fewer at once: the server has turned somebody away, so it takes fewer, or others come to it as well. */
function narrowDoor(server) {
	const door = doorOf(server);
	door.concurrency = Math.max(1, door.concurrency - 1);
}
function addressOf({ name, port }) {
	return `${name} ${port}`;
}
function doorOf(server) {
	const door = doors.get(addressOf(server)) ?? pLimit(AT_ONCE);
	doors.set(addressOf(server), door);
	return door;
}
// src/connection/attempts.ts
/**
* What `attempt` gives, within `connectTimeout` seconds; tried again up to three times after a Transient. Waits for its turn at the
* server first, and at those on the way, which is none of the host's time.
* @param onRetry gets one line for each further try.
* @throws Failure once the deadline has passed, the attempts are used up, or another attempt cannot help.
*/
async function attempts(...given) {
	const [target, signal] = given;
	const turn = Promise.withResolvers();
	const entering = atDoors(target, (pass) => {
		turn.resolve();
		return within(pass, given);
	});
	entering.catch(() => {});
	await orAborted(turn.promise, signal).catch((reason) => {
		throw cancelled(target, reason);
	});
	return entering;
}
async function within(pass, [target, signal, onRetry, attempt]) {
	using limit = deadline(signal, target.connectTimeout);
	const progress = {
		stage: "",
		pass
	};
	let opened;
	let last;
	const once = async () => {
		opened = await attempt(limit.signal, progress);
		return opened;
	};
	try {
		return await pRetry(once, {
			retries: 3,
			minTimeout: 500,
			randomize: true,
			signal: limit.signal,
			shouldRetry: ({ error }) => error instanceof Transient,
			onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
				if (!(error instanceof Transient) || retriesLeft === 0 || limit.signal.aborted) return;
				narrowDoor(target.jump ?? target);
				last = error;
				onRetry(`${error.message}; trying again (${attemptNumber} of 3)`);
			}
		});
	} catch (error) {
		await opened?.close();
		if (signal.aborted) throw cancelled(target, signal.reason);
		if (error instanceof Failure) throw error;
		throw limit.signal.aborted ? last ?? timedOut(target, progress.stage) : error;
	}
}
// src/connection/links.ts
/**
* @param open gives a new link, or a Failure; `signal` ends it.
* @throws what the first call of `open` throws.
*/
async function overLinks(target, signal, open) {
	const links = [await open(signal)];
	const closing = new AbortController();
	let opening;
	async function exec(command, spare) {
		const full = /* @__PURE__ */ new Set();
		for (;;) {
			const alive = links.filter((link) => link.alive);
			if (alive.length === 0 || closing.signal.aborted) throw lost(target);
			const link = alive.find((each) => !full.has(each));
			const channel = await link?.start(command);
			if (channel) return channel;
			if (link) {
				full.add(link);
				continue;
			}
			if (spare) throw noChannels(target);
			opening ??= openAnother();
			await opening;
		}
	}
	async function openAnother() {
		try {
			links.push(await open(closing.signal));
		} finally {
			opening = void 0;
		}
	}
	return {
		exec,
		get longCommands() {
			return links.every((link) => link.longCommands === true);
		},
		get connections() {
			return links.length;
		},
		get roundTrip() {
			const known = links.flatMap(({ roundTrip }) => roundTrip ?? []);
			return known.length > 0 ? Math.min(...known) : null;
		},
		async [Symbol.asyncDispose]() {
			closing.abort();
			await Promise.all(links.map((link) => link.close()));
		}
	};
}
/** Counts the channels of a link that were opened, ever, or are being asked for: a server may allow none at all. */
function firstChannelNeeded(none) {
	let asked = 0;
	return async (ask) => {
		asked++;
		const channel = await ask();
		if (channel !== void 0) return channel;
		asked--;
		if (asked === 0) throw none();
	};
}
// src/connection/host_key.ts
const unsent = "nothing was sent to the host: no user name, no key, no password";
/** @throws Failure when known_hosts cannot be read, or trusts the host through a certificate authority only. */
function hostKeyCheck(target) {
	if (target.hostKeyChecking === "off") return {
		algorithms: hostKeyAlgorithms([]),
		accepts: () => true,
		refusal: () => void 0
	};
	const known = lookUp(parseKnownHosts(target.knownHosts ?? ""), target.name, target.port);
	if (known.authority && known.accepted.length === 0) throw authorityOnly(target);
	let refusal;
	return {
		algorithms: hostKeyAlgorithms(known.accepted),
		accepts(blob) {
			refusal = judge(target, known, blob);
			return refusal === void 0;
		},
		refusal: () => refusal
	};
}
function isRevoked(known, blob) {
	return known.revoked.some((key) => key.blob.equals(blob));
}
function judge(target, known, blob) {
	const where = `${target.name} port ${target.port}`;
	const shown = `${typeOf(blob)} ${fingerprint(blob)}`;
	const detail = {
		host: target.label,
		unchanged: unsent
	};
	if (isRevoked(known, blob)) return new Failure(`${where} showed a key that ssh_known_hosts marks @revoked: ${shown}`, {
		...detail,
		remedy: "Whoever holds this key must not be trusted: find out what answers at this address."
	});
	if (known.accepted.some((key) => key.blob.equals(blob))) return void 0;
	const line = lineFor(target.name, target.port, blob);
	if (known.accepted.length === 0) return new Failure(`ssh_known_hosts has no key for ${where}, which showed ${shown}`, {
		...detail,
		remedy: `Compare the fingerprint with one obtained another way (${printOnHost(blob)}); only if it is the same, add this line to ssh_known_hosts:\n${line}`
	});
	const expected = known.accepted.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(", ");
	return new Failure(`${where} showed a key that ssh_known_hosts does not have: ${shown}; known: ${expected}`, {
		...detail,
		remedy: `The host was set up anew, or something else answers at its address. Only if the fingerprint is verified another way (${printOnHost(blob)}), replace the lines of ${nameFor(target.name, target.port)} in ssh_known_hosts by:\n${line}`
	});
}
/** How a host tells the fingerprint of such a key itself; ssh-keygen takes one file. */
function printOnHost(blob) {
	const kind = /ed25519|ecdsa|rsa/.exec(typeOf(blob))?.[0];
	return `on the host: \`ssh-keygen -lf ${kind === void 0 ? "the public key that sshd_config names" : `/etc/ssh/ssh_host_${kind}_key.pub`}\``;
}
/**
* Why OpenSSH did not take a host's key.
* @param shown the key or certificate and the name it was looked up by; undefined when OpenSSH is too old to tell.
* @param invalid what is wrong with the host's certificate.
*/
function keyRefusal(target, shown, invalid) {
	const detail = {
		host: target.label,
		unchanged: unsent
	};
	if (shown === void 0) return new Failure(`${target.name} port ${target.port} showed a key that ssh_known_hosts does not have`, {
		...detail,
		remedy: `From a network you trust, run \`ssh-keyscan -p ${target.port} ${target.name}\` and compare its fingerprints with the host's own; then put its lines into ssh_known_hosts.`
	});
	const [, name = shown.name, port = "22"] = /^\[(.*)\]:(\d+)$/.exec(shown.name) ?? [];
	const place = {
		...target,
		name,
		port: Number(port)
	};
	if (typeOf(shown.blob).endsWith("-cert-v01@openssh.com")) return new Failure(`${name} port ${port} showed a host certificate that ssh_known_hosts does not vouch for${invalid ? `: ${invalid}` : ""}`, {
		...detail,
		remedy: `Add the @cert-authority line of its signer to ssh_known_hosts, and see to its principals: ${nameFor(name, Number(port))} must be one of them.`
	});
	const known = lookUp(parseKnownHosts(target.knownHosts ?? ""), name, Number(port));
	if (known.authority && known.accepted.length === 0 && !isRevoked(known, shown.blob)) return new Failure(`ssh_known_hosts trusts ${shown.name} through a @cert-authority line only, and the host showed no certificate but ${typeOf(shown.blob)} ${fingerprint(shown.blob)}`, {
		...detail,
		remedy: `Give the host a certificate (HostCertificate in its sshd_config), or add the host's own key to ssh_known_hosts:\n${lineFor(name, Number(port), shown.blob)}`
	});
	const found = judge(place, known, shown.blob);
	if (found) return found;
	return new Failure(`OpenSSH does not take the key of ${name} port ${port}, which ssh_known_hosts has`, detail);
}
function authorityOnly(target) {
	const name = nameFor(target.name, target.port);
	return new Failure(`ssh_known_hosts trusts ${name} through a @cert-authority line only, and the builtin client cannot check host certificates`, {
		host: target.label,
		unchanged: unsent,
		remedy: "Set `ssh_client: openssh`, or add the host's own key to ssh_known_hosts."
	});
}
export { attempts as a, overLinks as i, keyRefusal as n, dial as o, firstChannelNeeded as r, hostKeyCheck as t };

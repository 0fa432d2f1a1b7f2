import { r as __require, t as __commonJSMin } from "./rolldown-runtime.js";
import { A as field, E as parseKnownHosts, F as failureFrom, M as readerOf, P as Failure, _ as pLimit, b as UNKNOWN, k as readKey, n as Lost, t as pRetry, v as orAborted, y as SILENCE$2 } from "./shared.js";
import { c as saveState, d as exec, f as getExecOutput, i as getInput, t as core_exports } from "./core.js";
import { a as withoutSecrets, i as plainLocale, o as workspace$1, r as ownProgram, t as openKey } from "./shared2.js";
import { n as pathsOfAll, t as digestOf$1 } from "./shared3.js";
import { createHash, randomBytes } from "node:crypto";
import { constants, existsSync, lstatSync, openSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir, tmpdir } from "node:os";
import { basename, dirname, join, posix, relative, resolve } from "node:path";
import { Socket, isIPv6 } from "node:net";
import { execFile, spawn } from "node:child_process";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { StringDecoder } from "node:string_decoder";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { Readable, Transform } from "node:stream";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { mkdtemp, readFile, rm } from "node:fs/promises";
// src/connection/certificate.ts
/** How many fields the public key takes in a certificate of each type (PROTOCOL.certkeys in OpenSSH's source). */
const publicFields = {
	"ssh-ed25519": 1,
	"ssh-rsa": 2,
	"ecdsa-sha2-nistp256": 2,
	"ecdsa-sha2-nistp384": 2,
	"ecdsa-sha2-nistp521": 2,
	"sk-ssh-ed25519@openssh.com": 2,
	"sk-ecdsa-sha2-nistp256@openssh.com": 3
};
const suffix = "-cert-v01@openssh.com";
const host = 2;
/**
* @param publicKey of the private key it is to be used with, in SSH's wire format; undefined when an agent has that.
* @param now seconds since 1970.
* @throws Failure that names `ssh_certificate`.
*/
function readCertificate(text, publicKey, now = Date.now() / 1e3) {
	const [type = "", base64 = ""] = text.trim().split(/\s+/);
	if (!type.endsWith(suffix)) throw refuse$2("is not a certificate", "Give the text of the `-cert.pub` file, which holds one line.");
	const { whole, key, kind, principals, after, before } = dissect(Buffer.from(base64, "base64"), type.slice(0, -21));
	if (!whole || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw refuse$2("is damaged, or cut short", "Give the whole line.");
	if (kind === host) throw refuse$2("is a host certificate", "Have a user certificate signed for the key.");
	if (publicKey !== void 0 && !publicKey.equals(key)) throw refuse$2("is for another key than ssh_private_key", "Have the public key of ssh_private_key signed: `ssh-keygen -y -f key` shows it.");
	if (now >= before) throw refuse$2(`has expired: it was valid until ${timeOf(before)}`, "Have a new one signed in this job, shortly before the deploy.");
	if (now < after) throw refuse$2(`is not valid before ${timeOf(after)}`, "Check the clocks of the runner and of the signer.");
	return {
		line: `${type} ${base64}`,
		principals,
		publicKey: key
	};
}
function dissect(blob, plainType) {
	const reader = readerOf(blob);
	reader.field();
	reader.field();
	const parts = Array.from({ length: publicFields[plainType] ?? 0 }, () => reader.field());
	const key = Buffer.concat([Buffer.from(plainType), ...parts].map(field));
	reader.number(8);
	const kind = reader.number(4);
	reader.field();
	const names = readerOf(reader.field());
	const principals = [];
	while (names.left > 0) principals.push(names.field().toString());
	const [after, before] = [reader.number(8), reader.number(8)];
	for (let rest = 0; rest < 5; rest++) reader.field();
	return {
		whole: parts.length > 0 && reader.left === 0,
		key,
		kind,
		principals,
		after,
		before
	};
}
function timeOf(seconds) {
	return (/* @__PURE__ */ new Date(seconds * 1e3)).toISOString();
}
function refuse$2(problem, remedy) {
	return new Failure(`ssh_certificate ${problem}`, { remedy });
}
// src/connection/local.ts
const ignore = () => {};
/** A connection to no other machine: `/bin/sh -c` in place of a login shell. */
function connectLocal(label = "local") {
	const open = /* @__PURE__ */ new Set();
	let disposed = false;
	return {
		connections: 0,
		longCommands: true,
		roundTrip: 0,
		async exec(command) {
			if (disposed) throw new Failure("the local connection is closed", { host: label });
			const channel = await start$2(command).catch((cause) => {
				throw new Failure(`/bin/sh cannot be started: ${cause.message}`, {
					host: label,
					cause
				});
			});
			open.add(channel);
			channel.exit.then(() => open.delete(channel));
			return channel;
		},
		async [Symbol.asyncDispose]() {
			disposed = true;
			for (const channel of open) channel.close();
		}
	};
}
async function start$2(command) {
	const child = spawn("/bin/sh", ["-c", command], {
		detached: true,
		stdio: "pipe",
		env: withoutSecrets()
	});
	const { promise: exit, resolve } = Promise.withResolvers();
	const started = Promise.withResolvers();
	let status = UNKNOWN;
	child.once("spawn", started.resolve);
	child.on("error", started.reject);
	child.once("exit", (code, signal) => {
		status = {
			code,
			signal
		};
	});
	child.once("close", () => resolve(status));
	for (const stream of [
		child.stdin,
		child.stdout,
		child.stderr
	]) stream.on("error", ignore);
	await started.promise;
	return {
		stdin: child.stdin,
		stdout: child.stdout,
		stderr: child.stderr,
		exit,
		close() {
			letGo$1(child);
			resolve(status);
		}
	};
}
/** Only the pipes end here: a command under the host's own watch takes that as its signal to stop. */
function letGo$1(child) {
	child.stdin?.destroy();
	child.stdout?.destroy();
	child.stderr?.destroy();
	child.unref();
}
// src/connection/connect.ts
/** @throws Failure with the host, what went wrong and a remedy. */
async function connect$1(host, { agent, dir }, signal, onRetry) {
	if (host.kind === "local") return connectLocal();
	const target = targetOf(host, agent);
	if (host.settings.ssh_client === "openssh") {
		const { connectOpenssh } = await import("./openssh.js");
		return connectOpenssh(target, dir, signal, onRetry);
	}
	const { connectSsh } = await import("./ssh.js");
	return connectSsh(target, signal, onRetry);
}
function targetOf(host, agent) {
	const { settings } = host;
	const key = settings.ssh_private_key && readKey(settings.ssh_private_key, settings.ssh_passphrase);
	const target = {
		label: host.label,
		name: host.name,
		port: host.port,
		user: host.user,
		privateKey: key,
		passphrase: settings.ssh_passphrase,
		password: settings.ssh_password,
		agent: key ? void 0 : agent || void 0,
		certificate: settings.ssh_certificate?.trim(),
		config: settings.ssh_config && configFile(settings.ssh_config),
		knownHosts: settings.ssh_known_hosts,
		hostKeyChecking: settings.host_key_checking,
		connectTimeout: settings.connect_timeout
	};
	const jump = (settings.ssh_proxy_jump ?? []).reduce((before, { name, user = target.user, port = 22 }) => ({
		...target,
		label: name,
		name,
		user,
		port,
		jump: before
	}), void 0);
	return {
		...target,
		jump
	};
}
/** Faults in a host's credentials that can be told without connecting; each throws a Failure. */
function inspectCredentials(host) {
	const { settings } = host;
	const { ssh_private_key: key, ssh_passphrase: passphrase, ssh_known_hosts: known } = settings;
	const { ssh_certificate: certificate, ssh_config: config } = settings;
	return [
		...key === void 0 ? [] : [{
			where: "ssh_private_key",
			check: () => readKey(key, passphrase)
		}],
		...known === void 0 ? [] : [{
			where: "ssh_known_hosts",
			check: () => parseKnownHosts(known)
		}],
		...certificate === void 0 ? [] : [{
			where: "ssh_certificate",
			check: () => readCertificate(certificate, publicPart(key, passphrase))
		}],
		...config === void 0 ? [] : [{
			where: "ssh_config",
			check: () => readConfigFile(config)
		}]
	];
}
/** Undefined when there is no key, or none that can be read: that is told of the key itself. */
function publicPart(key, passphrase) {
	try {
		return key === void 0 ? void 0 : openKey(readKey(key, passphrase), passphrase).publicKey;
	} catch {
		return;
	}
}
/** Relative to the workspace; `~/` is the home of the runner's user. */
function configFile(path) {
	if (path.startsWith("~/")) return resolve(homedir(), path.slice(2));
	return resolve(workspace$1(), path);
}
function readConfigFile(path) {
	try {
		readFileSync(configFile(path));
	} catch (error) {
		throw new Failure(`ssh_config: the file cannot be read (${error.code})`, { remedy: "Write it in an earlier step; the path is relative to the workspace, or absolute." });
	}
}
// src/release/name.ts
/** What `release_name` may be. */
const plainName$1 = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
function isPlain$1(name) {
	return typeof name === "string" && plainName$1.test(name);
}
/** The default name: UTC, `YYYYMMDDHHMMSS`. */
function nameAt(time) {
	return time.toISOString().replace(/\D/g, "").slice(0, 14);
}
// src/release/manifest.ts
/** The manifest cannot be trusted: its message says why, `future` that only a newer version of the tool can read it. */
var Damage = class extends Error {
	future;
	constructor(why, future = false) {
		super(why);
		this.future = future;
	}
};
/** @throws Damage when the text is not what host.md describes. */
function parseManifest(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw new Damage(text.trim() === "" ? "it is empty" : "it is not JSON");
	}
	if (!Array.isArray(value)) throw new Damage("it is not a JSON array");
	for (const entry of value) {
		if (!isObject(entry)) throw new Damage("it holds something that is not a record");
		const deploy = entry.deploy;
		if (deploy === void 0) continue;
		if (!isObject(deploy) || typeof deploy.schema !== "number") throw new Damage("a record has a broken `deploy` part");
		if (deploy.schema > 1) throw new Damage("a newer version of this tool wrote it", true);
		if (!isDeploy(deploy)) throw new Damage("a record has a broken `deploy` part");
	}
	if (isDeeper(value, DEPTH_LIMIT)) throw new Damage(`it is nested more than ${DEPTH_LIMIT} deep`);
	return recounted(ODD_NUMBER.test(text) ? exact(text, value) : value);
}
/** What may be a number that would be written back otherwise than it stands there. */
const ODD_NUMBER = /(?:"\s*:|[[,])\s*(?:-0\b|-?(?:\d{16}|\d+\.\d*0\b|\d[\d.]{15}|\d[\d.]*[eE]))/;
/** The same with the numbers of others as they wrote them: a build number of twenty digits is not ours to round. */
function exact(text, known) {
	const { rawJSON } = JSON;
	const keep = (_, value, { source = "" } = {}) => typeof value === "number" && String(value) !== source ? rawJSON(source) : value;
	return JSON.parse(text, keep).map((entry, at) => {
		const deploy = known[at]?.deploy;
		return deploy === void 0 ? entry : {
			...entry,
			deploy
		};
	});
}
/** One record a line: short enough for people to read, valid for any reader of JSON. */
function renderManifest(entries) {
	return `[${entries.map((entry) => JSON.stringify(entry)).join(",\n ")}]`;
}
/** The name in a record; undefined for one without a name or with a hostile one, which is then ignored. */
function nameOf(entry) {
	const name = entry.release;
	return isPlain$1(name) ? name : void 0;
}
function deployOf(entry) {
	return entry.deploy;
}
/** The user's part of a record. */
function metadataOf$1(entry) {
	return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== "release" && key !== "deploy"));
}
/** As records have times: ISO 8601, UTC, to the second. */
function utc(time) {
	return time.toISOString().replace(/\.\d+Z$/, "Z");
}
/** The entries with `change` applied to the tool's part of `release`'s record. */
function amend(entries, release, change) {
	return entries.map((entry) => {
		const deploy = deployOf(entry);
		return nameOf(entry) === release && deploy ? {
			...entry,
			deploy: change(deploy)
		} : entry;
	});
}
function without(entries, releases) {
	const gone = new Set(releases);
	return entries.filter((entry) => {
		const name = nameOf(entry);
		return name === void 0 || !gone.has(name);
	});
}
/** The next free number of the counter that orders releases and activations. */
function nextSeq(entries) {
	return numbersIn(entries).reduce((highest, seq) => Math.max(highest, seq), 0) + 1;
}
function numbersIn(entries) {
	return entries.flatMap((entry) => {
		const deploy = deployOf(entry);
		return deploy ? [deploy.seq, ...deploy.activations] : [];
	});
}
/** No counting gets there: from here on, what is written next might be too large to be read again. */
const HIGH = 2 ** 50;
/** In the same order, with numbers that leave room to count on. */
function recounted(entries) {
	const used = numbersIn(entries);
	if (used.every((seq) => Math.abs(seq) < HIGH)) return entries;
	const places = new Map([...new Set(used)].sort((a, b) => a - b).map((seq, at) => [seq, at + 1]));
	const placeOf = (seq) => places.get(seq);
	return entries.map((entry) => {
		const deploy = deployOf(entry);
		if (!deploy) return entry;
		const { seq, activations } = deploy;
		return {
			...entry,
			deploy: {
				...deploy,
				seq: placeOf(seq),
				activations: activations.map(placeOf)
			}
		};
	});
}
function isDeploy(value) {
	return isNumber(value.seq) && [
		"live",
		"bad",
		"failed",
		"staged",
		"adopted"
	].includes(value.state) && Array.isArray(value.activations) && value.activations.every(isNumber) && Array.isArray(value.activated_at) && value.activated_at.every((time) => typeof time === "string");
}
/** One that can be counted on from, and back, without loss. */
function isNumber(value) {
	return Number.isSafeInteger(value) && Math.abs(value) < 2 ** 52;
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** Twice what a user's own metadata may have. What JSON.parse reads at any depth, JSON.stringify cannot write back. */
const DEPTH_LIMIT = 200;
/** Whether arrays and objects stand in one another in more than so many levels. */
function isDeeper(value, levels) {
	if (typeof value !== "object" || value === null) return false;
	return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
/** An object of untrusted JSON; null when it is anything else, or nested too deep. */
function readObject(text) {
	try {
		const value = JSON.parse(text);
		return isObject(value) && !isDeeper(value, DEPTH_LIMIT) ? value : null;
	} catch {
		return null;
	}
}
// src/release/transition.ts
/** The record of a release that was never live: it counts as failed until it is. */
function made(release, seq, told = {}, metadata = {}) {
	const deploy = {
		schema: 1,
		seq,
		state: "failed",
		activations: [],
		activated_at: [],
		...told
	};
	return {
		...metadata,
		release,
		deploy
	};
}
/** The record of one that somebody else made, and that was live for the first time at `seq`. */
function adoptedAt(release, seq) {
	return made(release, seq, {
		state: "adopted",
		activations: [seq]
	});
}
/** Releases that nobody vouched for belong to the manifest from now on, oldest of all; a prune may take them some day. */
function withAdopted(entries, names) {
	const first = entries.flatMap((entry) => [deployOf(entry)?.seq ?? 0, ...deployOf(entry)?.activations ?? []]).reduce((least, seq) => Math.min(least, seq), 0) - names.length;
	return [...names.map((release, at) => adoptedAt(release, first + at)), ...entries];
}
/** With `release` live from now on. */
function activated(entries, release, now) {
	const seq = nextSeq(entries);
	return amend(entries, release, ({ reason: _, ...deploy }) => ({
		...deploy,
		state: "live",
		activations: [...deploy.activations, seq],
		activated_at: [...deploy.activated_at, utc(now)]
	}));
}
/** @param stirred whether commands changed it. */
function staged(entries, release, stirred = false) {
	return amend(entries, release, ({ reason: _, stirred: __, ...deploy }) => ({
		...deploy,
		state: "staged",
		...stirred ? { stirred: true } : {}
	}));
}
function failedFor(entries, release, reason) {
	return amend(entries, release, (deploy) => ({
		...deploy,
		state: "failed",
		reason
	}));
}
/** One that a run died with before anything was ever live. */
function neverLive(entry) {
	return {
		...entry,
		deploy: {
			...deployOf(entry),
			state: "failed",
			activations: []
		}
	};
}
function bad(entries, release, reason) {
	return amend(entries, release, (deploy) => ({
		...deploy,
		state: "bad",
		reason
	}));
}
/** Gone back to by a rollback of this workflow run, which a second attempt of it goes by. @param left what was served until then. */
function goneBackTo(entries, release, run, left) {
	return amend(entries, release, ({ rolled_back_from: _, ...deploy }) => ({
		...deploy,
		rolled_back_in: run,
		...left === null ? {} : { rolled_back_from: left }
	}));
}
/** Published by this workflow run, which a second attempt of it goes by. */
function publishedIn(entries, release, run) {
	return run === null ? entries : amend(entries, release, (deploy) => ({
		...deploy,
		published_in: run
	}));
}
/** From the switch on, until all that follows it has ended well. */
function unfinished(entries, release) {
	return amend(entries, release, (deploy) => ({
		...deploy,
		unfinished: true
	}));
}
function finished$1(entries, release) {
	return amend(entries, release, ({ unfinished: _, ...deploy }) => deploy);
}
// src/release/history.ts
let collator;
/** By the numbers in them. Made when there is something to compare: it takes ten milliseconds. */
function byNumber(a, b) {
	collator ??= new Intl.Collator("en", { numeric: true });
	return collator.compare(a, b);
}
/** All releases, oldest first. */
function historyOf(seen) {
	const entries = /* @__PURE__ */ new Map();
	for (const entry of seen.entries) {
		const name = nameOf(entry);
		if (name !== void 0 && (deployOf(entry) || !entries.has(name))) entries.set(name, entry);
	}
	const foreign = [...entries.keys()].filter((name) => !deployOf(entries.get(name)));
	const place = new Map(foreign.map((name, at) => [name, at - foreign.length]));
	const disk = new Set(seen.disk);
	const known = [...entries].map(([name, entry]) => {
		const deploy = deployOf(entry);
		const onDisk = disk.has(name);
		const activations = deploy?.activations ?? [place.get(name)];
		return {
			name,
			state: !onDisk ? "missing" : name === seen.current ? liveState(deploy) : deploy?.state ?? "adopted",
			onDisk,
			activations,
			metadata: metadataOf$1(entry),
			deploy
		};
	});
	known.sort((a, b) => (a.deploy?.seq ?? place.get(a.name) ?? 0) - (b.deploy?.seq ?? place.get(b.name) ?? 0));
	const records = new Set(seen.records);
	const strays = [...disk].filter((name) => !entries.has(name)).sort(byNumber).map((name) => {
		const ours = records.has(name);
		return {
			name,
			state: name === seen.current ? ours ? "live" : "adopted" : ours ? "failed" : "unknown",
			onDisk: true,
			activations: [],
			metadata: {},
			deploy: void 0
		};
	});
	return [
		...strays.filter((r) => r.state === "unknown"),
		...known,
		...strays.filter((r) => r.state !== "unknown")
	];
}
/** What the link serves is live, whatever a run that died in between had written. */
function liveState(deploy) {
	if (!deploy) return "adopted";
	return deploy.state === "failed" || deploy.state === "staged" ? "live" : deploy.state;
}
/**
* Where a rollback may go, best first: releases that were current before the present one, latest activation first, each once;
* never one that is bad, failed, staged or gone.
*/
function candidates(history, current) {
	const good = goodOf(history);
	const events = activationsIn(history);
	const now = events.findIndex((event) => event.name === current);
	const before = events.slice(now + 1).filter((event) => event.name !== current && good.has(event.name));
	return [...new Set(before.map((event) => event.name))];
}
/** Who was live when, the latest first. */
function activationsIn(history) {
	return history.flatMap((release) => release.activations.map((at) => ({
		at,
		name: release.name
	}))).sort((a, b) => b.at - a.at);
}
/** What was live when `release` became so, good or bad, if it is still there; null for nothing. */
function leftFor(history, release) {
	const events = activationsIn(history);
	const now = events.findIndex(({ name }) => name === release);
	const before = now < 0 ? void 0 : events.slice(now + 1).find(({ name }) => name !== release)?.name;
	return history.some(({ name, onDisk }) => name === before && onDisk) ? before ?? null : null;
}
/** Names of the releases that may be served. */
function goodOf(history) {
	return new Set(history.filter((r) => r.onDisk && (r.state === "live" || r.state === "adopted")).map((r) => r.name));
}
/** The release to go back to, or null. */
function previousOf(history, current) {
	return candidates(history, current)[0] ?? null;
}
/**
* The manifest with what the link serves as the release that was live last: with a record where nobody had made one, and with one more
* activation where someone else had switched since.
*/
function adoptCurrent({ current, entries }) {
	if (current === null) return entries;
	const seq = nextSeq(entries);
	if (!entries.find((entry) => nameOf(entry) === current)) return [...entries, adoptedAt(current, seq)];
	const last = entries.flatMap((entry) => deployOf(entry)?.activations ?? []).reduce((highest, at) => Math.max(highest, at), Number.MIN_SAFE_INTEGER);
	return amend(entries, current, (deploy) => ({
		...deploy,
		state: liveState(deploy),
		activations: deploy.activations.includes(last) ? deploy.activations : [...deploy.activations, seq]
	}));
}
// src/release/layout.ts
function layoutOf(settings) {
	return {
		root: settings.remote_dir,
		releases: settings.release_dir,
		linkDir: posix.dirname(settings.public_dir),
		linkName: posix.basename(settings.public_dir)
	};
}
function releasePath(layout, release) {
	return posix.join(layout.root, layout.releases, release);
}
function publicPath(layout) {
	return posix.resolve(layout.root, layout.linkDir, layout.linkName);
}
/** The paths of a release that lead into shared/, as its settings name them. */
function linkedPaths(settings) {
	return [...(settings.linked_dirs ?? []).map((path) => ({
		kind: "dir",
		path
	})), ...(settings.linked_files ?? []).map((path) => ({
		kind: "file",
		path
	}))];
}
/** The text of the link at `path` of a release that leads to the same path below shared/: relative, wherever the root is. */
function sharedLinkText(layout, path) {
	const from = posix.dirname(posix.join("/", layout.releases, "release", path));
	return posix.relative(from, posix.join("/shared", path));
}
/**
* The text of the public link. Relative inside the root, so that it also resolves in chroots and containers; absolute for a
* link elsewhere.
*/
function linkText(layout, release) {
	const target = releasePath(layout, release);
	if (posix.isAbsolute(layout.linkDir)) return target;
	return posix.relative(posix.join(layout.root, layout.linkDir), target);
}
// src/settings/mode.ts
const modes$1 = [
	"deploy",
	"stage",
	"publish",
	"rollback",
	"prune",
	"list",
	"check",
	"repair"
];
/** Modes that send an artifact. */
const uploading = ["deploy", "stage"];
/** Those, and `check`, which looks whether a deploy could run: what a deploy is given must be right there as well. */
const preparing = [...uploading, "check"];
/** Modes that switch hosts to a release that is there already. */
const choosing = ["publish", "rollback"];
/** Modes that switch hosts to a release. */
const switching = ["deploy", ...choosing];
/** Modes that switch hosts, or make them ready for it: those pass the points of the flow, where hooks are. */
const flowing = [...uploading, ...choosing];
/** Whether a mode, or what somebody gave for one, is among these. */
function isOneOf(some, mode) {
	return some.includes(mode);
}
// src/transfer/content.ts
/** More lines than this, or than this share of the files, cost the host's shell more than rsync's own comparison does. */
const LINES_CAP = 1500;
const SHARE_CAP = .1;
const NEWLINE = 10;
/**
* What made the hashes and what else decides about a file: a release whose key is another is compared by rsync.
* @returns empty where hashes are of no use: they serve hard links only, and the user's own flags may choose, or change, what rsync sends.
*/
function contentKey({ dedupe, plain, dirPermissions, filePermissions }) {
	if (dedupe !== "hardlink" || !plain) return "";
	return `sha256-128 D${dirPermissions ?? ""} F${filePermissions ?? ""}`;
}
/** The file as the host keeps it: the key, a line each of hash, mode and path, and a dot as proof of its end. */
function renderContent(key, content, own) {
	const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
	const at = own === null ? -1 : all.indexOf(Buffer.from(` ./${own}\n`, "latin1"));
	const from = at < 0 ? all.length : all.lastIndexOf("\n", at) + 1;
	const to = at < 0 ? all.length : all.indexOf("\n", at) + 1;
	return Buffer.concat([
		Buffer.from(`${key}\n`),
		all.subarray(0, from),
		all.subarray(to),
		Buffer.from(".\n")
	]);
}
/** Where the lines of `HASH MODE PATH` are. Whatever were made for each of them would take many times their memory. */
function* placesIn(text) {
	for (let start = 0; start < text.length;) {
		const newline = text.indexOf("\n", start);
		const end = newline < 0 ? text.length : newline;
		const path = text.indexOf(" ./", start) + 1;
		if (path > 0 && path < end) yield {
			start,
			path: text.toString("latin1", path, end),
			end
		};
		start = end + 1;
	}
}
/**
* @param offered lines of what the host has.
* @param own path that the host writes itself into each release, or null; such a file is never taken for the artifact's.
* @returns null when there is more to tell than it is worth.
*/
function remainder({ content, others }, offered, own) {
	if (content === null) return null;
	const there = /* @__PURE__ */ new Map();
	for (const { start, path } of placesIn(offered)) there.set(path, start);
	const cap = Math.max(LINES_CAP, there.size * SHARE_CAP);
	const files = [];
	const fresh = [];
	let same;
	const ours = own === null ? null : `./${own}`;
	const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
	for (const { start, path, end } of placesIn(all)) {
		const known = path === ours ? void 0 : there.get(path);
		if (known !== void 0 && isLineAt(offered, known, all.subarray(start, end))) {
			there.delete(path);
			same ??= path;
			continue;
		}
		files.push(path);
		if (path !== ours) fresh.push(all.toString("latin1", start, end));
		if (files.length > cap) return null;
	}
	if (files.length + there.size > cap) return null;
	const gone = [...there.keys()];
	const listed = others.length + files.length > 0 || same === void 0 ? files : [same];
	return {
		gone,
		fresh,
		paths: Buffer.concat([Buffer.from(others), Buffer.from(listed.map((path) => `${path}\0`).join(""), "latin1")]),
		files,
		others
	};
}
function isLineAt(text, at, line) {
	const end = at + line.length;
	return text.compare(line, 0, line.length, at, Math.min(end, text.length)) === 0 && (end >= text.length || text[end] === NEWLINE);
}
/** The same for all hosts that offer the same, worked out once. */
function createRemainders(fingerprint, own) {
	const known = /* @__PURE__ */ new Map();
	return (offered) => {
		const made = known.get(offered) ?? fingerprint.then((artifact) => remainder(artifact, offered, own));
		known.set(offered, made);
		return made;
	};
}
/** What an archive of it holds: the directory itself, every directory and link, files that are sent; each followed by NUL. */
function entriesOf$1({ others, files }) {
	const paths = files.map((path) => `${path}\0`).join("");
	return Buffer.concat([
		Buffer.from("./\0"),
		Buffer.from(others),
		Buffer.from(paths, "latin1")
	]);
}
/** What the host is told of it (`resume` in upload.sh). */
function renderRemainder({ gone, fresh }) {
	const lines = [
		...gone.map((path) => `-${path}`),
		...fresh.map((line) => `+${line}`),
		"."
	];
	return Buffer.from(`${lines.join("\n")}\n`, "latin1");
}
/** `./path` of every file, one after another: a list of a hundred thousand would take more memory than the content. */
function* pathsIn(content) {
	const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
	for (let at = 0; at < all.length;) {
		const end = all.indexOf("\n", at);
		yield all.subarray(all.indexOf(" ", all.indexOf(" ", at) + 1) + 1, end);
		at = end + 1;
	}
}
// src/host/quote.ts
/**
* `text` as one word of POSIX sh, whatever it holds.
* @throws RangeError for a NUL, which no shell can carry.
*/
function quote(text) {
	if (text.includes("\0")) throw new RangeError("a NUL byte cannot be sent to a shell");
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
/** `name 'argument' 'argument'`: a call of one of the host's functions (sh/). */
function call(name, ...args) {
	return [name, ...args.map(quote)].join(" ");
}
/** What stands for itself in printf's %b, and is most of what is sent. */
const PLAIN$1 = /^[ -[\]_-~]*$/;
/**
* `text` for printf's %b: printable ASCII but for backslash and `^` stands for itself, every other byte is `\0ooo`
* (POSIX printf, "b conversion").
*/
function encode(text) {
	if (PLAIN$1.test(text)) return text;
	return Array.from(Buffer.from(text), (byte) => byte >= 32 && byte < 127 && byte !== 92 && byte !== 94 ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, "0")}`).join("");
}
// src/host/script.ts
/** Which files of sh/ a channel is sent. */
const parts = {
	command: ["await", "command"],
	upload: [
		"await",
		"content",
		"upload"
	],
	look: [
		"await",
		"answer",
		"glance",
		"file",
		"open",
		"holder",
		"state",
		"ability"
	],
	session: [...[
		"await",
		"answer",
		"session",
		"file",
		"open",
		"rooms",
		"holder",
		"lock",
		"state",
		"ability"
	], ...[
		"content",
		"offer",
		"proof",
		"record",
		"release",
		"switch",
		"manifest",
		"probe",
		"prune"
	]]
};
const texts = /* @__PURE__ */ new Map();
/** From the directory beside this module: src/host/sh, or dist/sh in the bundle. */
function textOf(channel) {
	const known = texts.get(channel);
	if (known !== void 0) return known;
	const read = (part) => readFileSync(new URL(`./sh/${part}.sh`, import.meta.url), "utf8");
	const text = parts[channel].map(read).join("").replace(/^\s*#.*\n/gm, "").replace(/^\s+/gm, "");
	texts.set(channel, text);
	return text;
}
/** A word that no output can hold by chance or by guessing. */
function randomMark() {
	return randomBytes(12).toString("hex");
}
/** @param become a user name (settings): without quotes or `!`, and a backslash before nothing but letters, which fish takes as it is. */
function loader(channel, become) {
	const text = textOf(channel);
	const end = `end-of-script-${randomMark()}`;
	const take = `s=; while [ \${#s} -lt ${text.length} ]; do c=$(dd bs=$((${text.length}-\${#s})) count=1 2>/dev/null; echo .); [ "$c" = . ] && exit 97; s=$s\${c%.}; done; eval "$s"; await ${end}`;
	return {
		command: `exec ${become === void 0 ? "" : `sudo -n -u ${quote(become)} `}/bin/sh -c '${take}'`,
		text,
		run: (invocation) => `${invocation}\n${end}\n`
	};
}
/** What to start on a host, and what to write to its stdin first. */
function start$1(channel, invocation, become) {
	const { command, text, run } = loader(channel, become);
	return {
		command,
		input: text + run(invocation)
	};
}
/** For printf's %b, as in quote.ts, all that csh or fish take for more than data inside single quotes; no backslash before another. */
function guarded(text) {
	return text.replace(/[\n'!\\]/g, (odd) => `\\0${odd.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
/** The same of a channel's files. */
const guardedTexts = /* @__PURE__ */ new Map();
/** Linux gives a process 128 KiB for one argument (execve(2), MAX_ARG_STRLEN). */
const ARGUMENT_CAP = 98304;
/**
* The same as one command that brings all of it along, so that nothing has to be written to it: a server lets nobody write before it has
* started a command. The text travels in the environment, where `ps` does not show it; it is not handed on from there. That takes one
* program more, which a look, over in a moment, does without.
* @returns undefined where that is too long.
*/
function carried(channel, invocation) {
	const files = guardedTexts.get(channel) ?? guarded(textOf(channel));
	guardedTexts.set(channel, files);
	const text = `${files}${guarded(invocation)}`;
	if (Buffer.byteLength(text) > ARGUMENT_CAP) return void 0;
	if (channel === "look") return `exec /bin/sh -c 'eval "$(printf "%b" "$1")"' sh '${text}'`;
	return `exec env RELEASES_DEPLOY='${text}' /bin/sh -c 's=\$(printf "%b." "\$RELEASES_DEPLOY"); unset RELEASES_DEPLOY; eval "\${s%.}"'`;
}
// src/transfer/shell.ts
/** @param spare as of Connection.exec. */
function awaitShell(connection, become, spare) {
	const { command, text, run } = loader("upload", become);
	const channel = connection.exec(command, spare);
	channel.catch(() => void 0);
	const write = (data) => void channel.then(({ stdin }) => stdin.write(data), () => void 0);
	write(text);
	return {
		channel,
		run: (invocation) => write(run(invocation)),
		write
	};
}
/** For one that nothing is to be run in. */
function dismiss(shell) {
	shell?.channel.then((channel) => channel.close(), () => void 0);
}
/** How much is kept of what is said about a failure. */
const SAID_CAP = 2e3;
/**
* Lets a call come to the end of what it reads, and then to its own. That it did not before `signal`, or that the connection was lost, is
* an exit that nobody knows.
* @param input the rest of what it reads.
* @throws what the shell's channel was refused with.
*/
async function endOf(shell, signal, input) {
	const { promise: stopped, resolve: stop } = Promise.withResolvers();
	const onAbort = () => stop(null);
	signal.addEventListener("abort", onAbort, { once: true });
	if (signal.aborted) onAbort();
	let said = "";
	const work = async () => {
		const channel = await shell.channel;
		channel.stdout.resume();
		channel.stderr.on("data", (data) => {
			if (said.length < SAID_CAP) said += data.toString();
		});
		if (input) input.pipe(channel.stdin);
		else channel.stdin.end();
		return channel.exit;
	};
	try {
		return {
			exit: await Promise.race([work(), stopped]) ?? UNKNOWN,
			said: said.trim().slice(0, SAID_CAP)
		};
	} finally {
		signal.removeEventListener("abort", onAbort);
		dismiss(shell);
	}
}
/** Bytes that a login shell may print of its own before the upload begins. */
const PREAMBLE_CAP = 1048576;
/** Reads on to `mark`, which comes after what a login shell printed, and leaves what follows it in the stream. */
function readTo(from, mark, onMark, limit) {
	let size = 0;
	let tail = "";
	const look = (chunk) => {
		const seen = tail + chunk.toString("latin1");
		const at = seen.indexOf(mark);
		size += chunk.length;
		if (at < 0) {
			tail = seen.slice(-mark.length);
			if (size <= limit.cap) return;
			from.off("data", look);
			from.resume();
			limit.onOverflow();
			return;
		}
		from.off("data", look);
		from.pause();
		const rest = seen.length - at - mark.length;
		if (rest > 0) from.unshift(chunk.subarray(chunk.length - rest));
		onMark();
	};
	from.on("data", look);
	from.resume();
}
/** Seconds until it has: it counts in steps of a fifth of the lease, and gives the commands of its run four more. */
const ENDED = 30 + Math.floor(34 / 5) + 4;
/** Seconds until a turn whose holder is gone may be taken, where there is no flock (lock.sh, abandoned). */
const VACANT = 60 + Math.floor(32 / 3);
Math.max(ENDED, VACANT) + 5;
/** Seconds between two signs of life. */
const HEARTBEAT = SILENCE$2.every;
/** The `id` in what a lock says; undefined when there is none. */
function holderId(text) {
	try {
		return JSON.parse(text).id;
	} catch {
		return;
	}
}
function describeHolder(text) {
	try {
		const holder = JSON.parse(text);
		const who = holder.actor ? ` by ${holder.actor}` : "";
		return `${holder.mode ?? "a run"}${who}, ${holder.run ?? "unknown run"}, since ${holder.since ?? "unknown"}`;
	} catch {
		return "a holder that left no record";
	}
}
// src/flow/holding.ts
/** How many holders of a lock are told while a run waits for it. */
const HOLDERS = 20;
/** One entry of `hosts`, unlike any other of this run or another. */
function holderAt(context) {
	return {
		run: context.origin.run ?? context.id,
		actor: context.origin.actor ?? "",
		mode: context.settings.mode,
		since: context.started.toISOString(),
		id: `${context.id}.${randomMark()}`
	};
}
/** What one entry of `hosts` hears of holders, whenever it waits for its lock. */
function hearHolders(context, host, own) {
	let said;
	let notes = 0;
	let since = Number.POSITIVE_INFINITY;
	const hear = (text, wait, waited) => {
		if (wait === 0) return;
		const limit = Math.max(wait, context.settings.lock_timeout);
		since = Math.min(since, Date.now() - waited * 1e3);
		const soFar = Math.round((Date.now() - since) / 1e3);
		if (text === said || notes++ >= HOLDERS) return;
		said = text;
		context.watch.note(host.label, `waiting up to ${limit} s for the lock (${soFar} s so far), held by: ${describeHolder(text)}`);
	};
	return (wait) => {
		const { promise: doubled, reject } = Promise.withResolvers();
		const onHeld = (text, waited) => {
			const id = holderId(text);
			if (id !== own.id && id?.startsWith(`${context.id}.`)) reject(heldByItself(host));
			else hear(text, wait, waited);
		};
		return {
			onHeld,
			doubled
		};
	};
}
function heldByItself(host) {
	return new Failure("two entries of hosts are the same place: this run holds its lock already", {
		host: host.label,
		phase: "starting",
		unchanged: "Nothing was changed on any host.",
		remedy: "Leave one of them in `hosts`."
	});
}
// src/release/traces.ts
/**
* The releases that the logs tell of, in the order of their first activation, whether they are still on the disk or not.
* @param current what the link serves: a log that knows it is the younger one, where two tools worked in one place.
*/
function vouchedBy(traces, current) {
	const capistrano = linesOf(traces.revisions).flatMap(readRevision);
	const deployer = deployerSwitches(traces);
	const knows = (switches) => switches.some(({ release }) => release === current);
	const switches = knows(capistrano) && !knows(deployer) ? [...deployer, ...capistrano] : [...capistrano, ...deployer];
	const facts = /* @__PURE__ */ new Map();
	const activations = /* @__PURE__ */ new Map();
	let live;
	for (const [at, { release, back, ...told }] of switches.entries()) {
		const left = back && live !== void 0 && earlier$1(activations, release, live) ? live : void 0;
		if (left !== void 0) facts.set(left, {
			...facts.get(left),
			reason: rolledBack(release, told.actor)
		});
		const { reason: _, ...known } = facts.get(release) ?? {};
		facts.set(release, back ? known : {
			...known,
			...told
		});
		activations.set(release, [...activations.get(release) ?? [], at + 1]);
		live = release;
	}
	return [...activations].map(([release, numbers]) => ({
		release,
		...withFiles(release, facts.get(release) ?? {}, traces),
		activations: numbers
	}));
}
function earlier$1(activations, a, b) {
	return (activations.get(a)?.[0] ?? 0) < (activations.get(b)?.[0] ?? 0);
}
function rolledBack(release, actor) {
	return `rolled back to ${release}${actor ? ` by ${actor}` : ""}`;
}
function withFiles(release, facts, { bad, revision }) {
	const commit = facts.revision ?? revision?.get(release)?.trim();
	const mark = bad?.get(release);
	const who = mark?.slice(mark.indexOf(",") + 1).trim();
	return {
		...facts,
		...commit && /^[\w.-]{1,128}$/.test(commit) ? { revision: commit } : {},
		...mark === void 0 ? {} : { reason: `rolled back${who ? ` by ${who}` : ""}` }
	};
}
/** Sought apart from what follows it: in one pattern, a line full of it would be gone over again for each. */
const branch = /\bBranch /;
const deployed = /^(?<ref>.*?)(?: \(at (?<revision>[^()\s]*)\))? deployed as release (?<release>\S+) by ?(?<actor>.*)$/s;
const rolled = /^(?<actor>.*?) ?rolled back to release (?<release>\S+)$/;
/** A line of Capistrano 3, all of whose versions differ only in the commit (since 3.0.1) and a time in front of it (once). */
function readRevision(line) {
	const forward = deployed.exec(behind(branch, line));
	const { release, ref, revision, actor } = (forward ?? rolled.exec(line))?.groups ?? {};
	if (!isPlain$1(release)) return [];
	return [{
		release,
		back: forward === null,
		...given$1({
			ref,
			revision,
			actor,
			created_at: timeOfName(release)
		})
	}];
}
/** What of a line comes after the first match; nothing where there is none. */
function behind(pattern, line) {
	const found = pattern.exec(line);
	return found ? line.slice(found.index + found[0].length) : "";
}
/** Deployer notes a release when it begins to make it; which of them failed later it does not say, but of the last one. */
function deployerSwitches(traces) {
	const recent = linesOf(traces.deployer).flatMap(readRelease);
	const named = new Set(recent.map(({ release }) => release));
	return [...linesOf(traces.deployerOld).flatMap(readOldRelease).filter(({ release }) => !named.has(release)), ...recent].filter(({ release }) => release !== traces.unfinished);
}
/** `{"created_at":"2021-11-06T20:51:45+0000","release_name":"1","user":"Anton Medvedev","target":"HEAD"}` */
function readRelease(line) {
	const { release_name: name, user, target, created_at: time } = readObject(line) ?? {};
	const release = typeof name === "number" ? String(name) : name;
	if (!isPlain$1(release)) return [];
	const text = (word) => typeof word === "string" ? word : void 0;
	return [{
		release,
		back: false,
		...given$1({
			ref: target === "HEAD" ? void 0 : text(target),
			actor: text(user),
			created_at: readTime(text(time) ?? "")
		})
	}];
}
/** `20211106205145,1`; its time is the host's own, of an unknown zone. */
function readOldRelease(line) {
	const [, release] = /^"?\d{14}"?,"?([^",]+)"?/.exec(line) ?? [];
	return isPlain$1(release) ? [{
		release,
		back: false
	}] : [];
}
/** A name that is a time in UTC: Capistrano's and this tool's `YYYYMMDDHHMMSS`, Statistrano's seconds since 1970. */
function timeOfName(name) {
	const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(name) ?? [];
	if (parts.length === 6) {
		const [year, month, day, hour, minute, second] = parts;
		return readTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	}
	return /^1\d{9}$/.test(name) ? iso(/* @__PURE__ */ new Date(Number(name) * 1e3)) : void 0;
}
function readTime(time) {
	const [, clock, sign, minutes] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|([+-]\d\d):?(\d\d))$/.exec(time) ?? [];
	return clock === void 0 ? void 0 : iso(/* @__PURE__ */ new Date(`${clock}${sign ? `${sign}:${minutes}` : "Z"}`));
}
function iso(time) {
	return Number.isNaN(time.getTime()) ? void 0 : utc(time);
}
/** Characters; no known tool writes longer lines. */
const LINE_LIMIT$1 = 4096;
function linesOf(text) {
	return (text === void 0 ? [] : text.split("\n")).filter((line) => line.length <= LINE_LIMIT$1).map((line) => line.replace(/\r$/, ""));
}
/** Without what is not known; a tool that knows nothing writes nothing in its place. */
function given$1(facts) {
	return Object.fromEntries(Object.entries(facts).filter(([, value]) => value?.trim()));
}
// src/release/adoption.ts
/**
* The manifest with this tool's part in each record of Statistrano's, and a record for each release on the disk that `vouched` tells
* of; oldest first. What nobody vouches for gets none. The same entries come back when there is nothing to adopt.
*/
function adopt({ entries, disk }, vouched) {
	const own = new Set(entries.flatMap((entry) => deployOf(entry) ? [nameOf(entry)] : []));
	const there = new Set(disk);
	const told = new Map(vouched.map((one) => [one.release, one]));
	const named = new Set(entries.flatMap((entry) => nameOf(entry) ?? []));
	const numbers = numbersOf([vouched.flatMap(({ release, activations }) => activations.map((at) => ({
		at,
		release
	}))).sort((a, b) => a.at - b.at).map(({ release }) => release).filter((release) => there.has(release) || named.has(release)), [...named].filter((release) => !told.has(release))], own, entries);
	if (numbers.size === 0) return entries;
	const taken = entries.map((entry) => {
		const name = nameOf(entry);
		const mine = name === void 0 || own.has(name) ? void 0 : numbers.get(name);
		return mine ? {
			...entry,
			deploy: deployFor(name, mine, told)
		} : entry;
	});
	const added = [...numbers].flatMap(([release, mine]) => named.has(release) ? [] : [{
		release,
		deploy: deployFor(release, mine, told)
	}]);
	return [...taken, ...added].sort((a, b) => seqOf(a) - seqOf(b));
}
/**
* Numbers for the activations of releases that have none yet. What stands behind a release that is numbered already came after all
* that is known, what stands before one came before it all; a whole history that knows none of ours came before.
*/
function numbersOf(histories, own, entries) {
	const used = entries.flatMap((entry) => {
		const deploy = deployOf(entry);
		return deploy ? [deploy.seq, ...deploy.activations] : [];
	});
	let next = nextSeq(entries);
	const before = [];
	const numbers = /* @__PURE__ */ new Map();
	const number = (release, at) => {
		const mine = numbers.get(release);
		if (mine) mine.push(at);
		else numbers.set(release, [at]);
	};
	const after = [];
	for (const history of histories) {
		const known = history.findLastIndex((release) => own.has(release));
		const later = used.length === 0 || known >= 0;
		before.push(...history.slice(0, later ? known + 1 : history.length).filter((name) => !own.has(name)));
		if (later) after.push(...history.slice(known + 1));
	}
	const lowest = used.reduce((least, at) => Math.min(least, at), 1);
	for (const [at, release] of before.entries()) number(release, lowest - before.length + at);
	for (const release of after) number(release, next++);
	return numbers;
}
function deployFor(release, activations, told) {
	const { release: _, activations: __, ...facts } = told.get(release) ?? {
		release,
		activations
	};
	const created_at = facts.created_at ?? timeOfName(release);
	return {
		schema: 1,
		seq: activations[0],
		state: facts.reason === void 0 ? "adopted" : "bad",
		activations,
		activated_at: [],
		...facts,
		...created_at === void 0 ? {} : { created_at }
	};
}
/** Records without a name or a number stay in front, in the order they have. */
function seqOf(entry) {
	return deployOf(entry)?.seq ?? Number.MIN_SAFE_INTEGER;
}
// src/host/line.ts
/** What all lines of a key say. */
function restsOf(lines, key) {
	return lines.filter((line) => line.key === key).map((line) => line.rest);
}
/** Its first word, and the rest. */
function splitOnce(text) {
	const at = text.indexOf(" ");
	return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
/** A path or name as `tell` in answer.sh has it: bytes in hex, or plain after a `=`. */
function readWord(text) {
	return text.startsWith("=") ? text.slice(1) : Buffer.from(text, "hex").toString();
}
// src/host/answers.ts
function readVerified(lines) {
	const [release, known, missing, changed] = restsOf(lines, "verified")[0]?.split(" ") ?? [];
	if (release === void 0) return null;
	const paths = (key) => restsOf(lines, key).map(readWord);
	return {
		release,
		known: known === "known",
		missing: Number(missing),
		changed: Number(changed),
		missingPaths: paths("lost"),
		changedPaths: paths("changed")
	};
}
function readRecords(lines) {
	return {
		records: new Map(restsOf(lines, "record-of").map(splitOnce)),
		log: restsOf(lines, "log")
	};
}
function readPlaced(lines) {
	return {
		shadowed: restsOf(lines, "shadowed").map(readWord),
		armed: restsOf(lines, "armed").length > 0
	};
}
function readPruned(lines, noise) {
	return {
		removed: restsOf(lines, "pruned"),
		kept: restsOf(lines, "kept"),
		left: Number(restsOf(lines, "left")[0] ?? 0),
		noise,
		current: restsOf(lines, "serves")[0] ?? null
	};
}
function readProbe(lines) {
	return {
		clock: Number(restsOf(lines, "clock")[0]),
		unwritable: restsOf(lines, "unwritable").map(readWord),
		hardLinks: restsOf(lines, "nolinks").length === 0,
		clones: restsOf(lines, "noclones").length === 0,
		sync: restsOf(lines, "nosync").length === 0,
		place: restsOf(lines, "place")[0] ?? null,
		logs: restsOf(lines, "nolog").length === 0
	};
}
// src/host/dialogue.ts
/** Characters of all lines of one answer, and how many lines. */
const ANSWER_CAP = 83886080;
const ANSWER_LINES = 25e4;
const NOISE_CAP = 16384;
/**
* @param mark what each line of an answer begins with.
* @param onHangUp the host need not go on: it is late, or talks without end.
*/
function openDialogue(host, mark, onHangUp) {
	/** The first is the one that is being answered. */
	const questions = [];
	let timer;
	let greeted = false;
	let early = "";
	let ended;
	const turn = () => {
		clearTimeout(timer);
		timer = questions[0]?.limit();
	};
	const close = (failure) => {
		ended ??= failure;
	};
	const end = (failure) => {
		close(failure);
		const left = questions.splice(0);
		turn();
		for (const { reject } of left) reject(ended);
	};
	const hangUp = (failure) => {
		end(failure);
		onHangUp();
	};
	const overhear = (text) => {
		if (early.length < NOISE_CAP) early += text.slice(0, NOISE_CAP);
	};
	const mishear = (text) => {
		const [question] = questions;
		if (!greeted) return overhear(`${text}\n`);
		if (question && question.noise.length < NOISE_CAP) question.noise += `${text.slice(0, NOISE_CAP)}\n`;
	};
	return {
		expect(verb, seconds, onLine) {
			if (ended) return Promise.reject(ended);
			return new Promise((resolve, reject) => {
				const late = () => hangUp(new Failure(`the host gave no answer to "${verb}" within ${seconds} s`, { host }));
				const limit = () => setTimeout(late, seconds * 1e3);
				questions.push({
					resolve,
					reject,
					onLine,
					limit,
					lines: [],
					size: 0,
					noise: ""
				});
				if (questions.length === 1) turn();
			});
		},
		hear(text) {
			if (text === "") return;
			if (!text.startsWith(`${mark} `)) return mishear(text);
			const [key, rest] = splitOnce(text.slice(mark.length + 1));
			const [question] = questions;
			greeted = true;
			if (key === "hello" || !question) return;
			if (key === "end") {
				questions.shift();
				turn();
				return question.resolve({
					status: Number(rest),
					lines: question.lines,
					noise: question.noise
				});
			}
			question.size += text.length;
			if (question.size > ANSWER_CAP || question.lines.length >= ANSWER_LINES) return hangUp(new Failure("the host sent an answer without end", { host }));
			if (question.onLine?.({
				key,
				rest
			})) return;
			question.lines.push({
				key,
				rest
			});
		},
		overhear,
		close,
		end,
		hangUp,
		forget() {
			early = "";
		},
		get ended() {
			return ended;
		},
		get greeted() {
			return greeted;
		},
		get early() {
			return early;
		},
		get noise() {
			return questions[0]?.noise ?? "";
		}
	};
}
// src/host/frame.ts
/** Characters of a line that takes another piece. */
const LINE = 6e3;
/** At most 6,000 characters, which are 96 KB when every byte of theirs is encoded. */
const PIECE = /[\s\S]{1,6000}/gu;
/**
* A message as `work` in session.sh reads it. Long ones go in several lines, so that each renews the lease, and none is more than a printf
* that is no builtin can take.
* @param follows it is only meant if the message before it ends well.
*/
function* frame(words, follows = false) {
	let line = "";
	for (const piece of words.flatMap(piecesOf$1)) {
		if (line.length + piece.length > LINE && line !== "") {
			yield `+${line}\n`;
			line = "";
		}
		line += line === "" ? piece : `^${piece}`;
	}
	yield `${follows ? "&" : "."}${line}\n`;
}
/** Bytes that a message takes on the wire: all of it is ASCII. */
function lengthOf$1(words) {
	let length = 0;
	for (const line of frame(words)) length += line.length;
	return length;
}
/** Line by line: what has nothing odd in it needs no decoding. */
function piecesOf$1(word) {
	const lines = word.split("\n");
	return lines.flatMap((line, at) => {
		const parts = line.match(PIECE) ?? [""];
		const end = at < lines.length - 1 ? "|" : "=";
		return parts.map((part, nth) => `${nth < parts.length - 1 ? "+" : end}${encode(part)}`);
	});
}
// src/host/lines.ts
/** Characters of one line: well above a manifest of 32 MiB, which is the largest read. */
const LINE_CAP = 41943040;
/** Hears each line as it ends; `onOverflow` that one never does, after which no more is heard. */
function readLines(stdout, onLine, onOverflow) {
	const decoder = new StringDecoder("utf8");
	let pending = [];
	let size = 0;
	stdout.on("data", (chunk) => {
		if (size > LINE_CAP) return;
		const pieces = decoder.write(chunk).split("\n");
		for (const [at, piece] of pieces.entries()) {
			pending.push(piece);
			size += piece.length;
			if (at < pieces.length - 1) {
				onLine(pending.join(""));
				pending = [];
				size = 0;
			}
		}
		if (size <= LINE_CAP) return;
		pending = [];
		onOverflow();
	});
}
/** Waits a moment for what is still on its way; a stream that nobody ends has none. */
async function readToEnd(stream) {
	if (stream.readableEnded || stream.destroyed) return;
	const { promise, resolve } = Promise.withResolvers();
	const timer = setTimeout(resolve, 500);
	stream.once("end", resolve).once("close", resolve);
	await promise;
	clearTimeout(timer);
}
// src/host/loss.ts
function unanswered(host, patience) {
	return new Failure(`the host let us in, but its shell gave no answer within ${patience} s`, {
		host,
		unreachable: true,
		remedy: "Log in by hand and look at its load, its disks and what the login shell starts; a slow host needs a longer `connect_timeout`."
	});
}
function sessionEnded(host, code, greeted, noise) {
	const said = noise.trim() === "" ? "" : `; it said: ${noise.trim().slice(0, 2e3)}`;
	if (!greeted && /sudo/.test(noise)) return new Failure(`sudo refused on the host${said}`, {
		host,
		remedy: "Allow the ssh user `NOPASSWD: /bin/sh` as the `become` user in sudoers, or leave `become` out."
	});
	if (greeted || code === null) return new Failure(`the connection to the host was lost${said}`, { host });
	return new Failure(`the host could not start /bin/sh (exit ${code})${said}`, {
		host,
		remedy: "The login shell of the ssh user must be able to run commands: `ssh user@host /bin/sh -c true` must succeed."
	});
}
// src/host/messages.ts
/** Milliseconds for a host to hear a goodbye. */
const GOODBYE = 3e3;
/** Starts with the first question. */
function openMessages(connection, { label: host, mark, invocation, kind, become, patience = 60 }) {
	let channel;
	let begun;
	let waiting;
	let beat;
	let roundTrips = 0;
	const looks = kind === "look";
	/** The first question as it is written, and those that were asked before it could be. */
	let first = "";
	const soon = [];
	const dialogue = openDialogue(host, mark, () => channel?.close());
	/** As one command that brings the first question along where there is room for that. */
	const begin = () => {
		const whole = connection.longCommands && become === void 0 ? carried(kind, looks ? invocation : `${invocation} ${quote(first)}`) : void 0;
		return whole === void 0 ? beginByInput() : beginBy(whole, beginByInput);
	};
	const beginByInput = () => {
		const { command, input } = start$1(kind, invocation, become);
		return beginBy(command, void 0, input + first);
	};
	/** @param instead what to do when something on the way did not take a command as long as that, and nothing of it was run. */
	const beginBy = async (command, instead, input = "") => {
		const opened = await connection.exec(command);
		channel = opened;
		if (dialogue.ended) return opened.close();
		const endless = () => dialogue.hangUp(new Failure("the host sent a line without end", {
			host,
			unreachable: !dialogue.greeted
		}));
		readLines(opened.stdout, dialogue.hear, endless);
		opened.stderr.on("data", (data) => dialogue.overhear(data.toString()));
		opened.exit.then(async ({ code }) => {
			await readToEnd(opened.stdout);
			const { greeted, early, noise, ended } = dialogue;
			if (!greeted && code !== null && instead && !ended) {
				dialogue.forget();
				return instead().catch(dialogue.end);
			}
			dialogue.end(sessionEnded(host, code, greeted, greeted ? noise : early + noise));
		});
		for (const line of [input, ...soon]) if (line !== "") opened.stdin.write(line);
		if (!looks) beat ??= setInterval(() => channel?.stdin.write("beat\n"), HEARTBEAT * 1e3).unref();
	};
	const goodbye = async (wait) => {
		clearInterval(beat);
		clearTimeout(waiting);
		dialogue.close(new Failure("the session is over", { host }));
		channel?.stdin.end();
		const heard = begun?.then(() => channel?.exit);
		if (wait) await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, GOODBYE).unref())]);
		channel?.close();
	};
	return {
		get roundTrips() {
			return roundTrips;
		},
		get early() {
			return dialogue.early;
		},
		ask(verb, args, seconds, onLine, follows = false) {
			const answer = dialogue.expect(verb, seconds, onLine);
			if (dialogue.ended) return answer;
			if (!follows) roundTrips += 1;
			const message = looks ? [] : frame([verb, ...args], follows);
			if (begun) {
				for (const line of message) channel ? channel.stdin.write(line) : soon.push(line);
				return answer;
			}
			waiting = setTimeout(() => dialogue.greeted || dialogue.hangUp(unanswered(host, patience)), patience * 1e3).unref();
			first = [...message].join("");
			begun = begin().catch(dialogue.end);
			return answer;
		},
		stop: () => void channel?.stdin.write("stop\n"),
		end: goodbye,
		[Symbol.asyncDispose]: () => goodbye(true)
	};
}
// src/host/glance.ts
/**
* @param words what `glance` in sh/glance.sh takes behind the mark.
* @returns also what came before the answer, from the login; and when the host is done with it.
* @throws Failure when there is no answer within `seconds`, or after `patience` seconds not even the first word of one.
*/
async function glance(connection, host, words, seconds) {
	const mark = randomMark();
	const invocation = call("glance", mark, ...words);
	const messages = openMessages(connection, {
		...host,
		mark,
		invocation,
		kind: "look"
	});
	try {
		return {
			...await messages.ask("glance", [], seconds),
			early: messages.early,
			gone: messages.end(true)
		};
	} catch (error) {
		messages.end(false);
		throw error;
	}
}
// src/host/questions.ts
/** Why nothing came of what follows on another question: that did not end well, or `stop` came before its turn. */
var PassedOver = class extends Error {};
// src/host/refusal.ts
/** @param verb of the message that was answered like this. */
function refusal(answer, verb, host, layout) {
	const [code = "", detail = ""] = answer.lines.find((line) => line.key === "refuse")?.rest.split(" ") ?? [];
	const said = answer.noise.trim().slice(0, 2e3);
	const words = {
		name: "the release name is not plain",
		upload: "the upload is gone from its private place",
		symlinked: `${releasePath(layout, "…").slice(0, -2)} is a symlink`,
		exists: "a release of this name exists already",
		lock: "the lock is not held (any more)",
		private: `${detail} is a symlink, and what is kept there would not be this tool's own`,
		short: "a file could not be written whole",
		astray: `a link in ${posix.dirname(publicPath(layout))} would not lead to the release: is that directory a symlink?`,
		partial: `the upload is not whole: its ${detail} entries are not the artifact's`,
		gone: "the release is not there as a plain directory",
		directory: `${publicPath(layout)} is not a symlink`,
		through: `a path that should lead into shared/ goes through the symlink ${readWord(detail)}`,
		folder: `${readWord(detail)} is a directory, where a file is to be written`,
		outside: `${readWord(detail)} would lie outside of the release`,
		tar: "the host has no tar",
		verify: "the release could not be compared with what it was",
		link: `${publicPath(layout)} did not read back as the new link`
	};
	const message = words[code] ?? `the host failed in "${verb}"${said ? `: ${said}` : ` (status ${answer.status})`}`;
	return new Failure(words[code] && said ? `${message} (${said})` : message, {
		host: host.label,
		...remedyFor$2(code, said, host, layout)
	});
}
function remedyFor$2(code, said, host, layout) {
	if (code === "verify") return { remedy: "Mend what the host complains of (is /tmp full?), or set `verify: off`: nothing is compared then." };
	if (/no space left|disk quota/i.test(said)) return { remedy: "Free some space on the host, then run again." };
	if (/input\/output error|i\/o error/i.test(said)) return { remedy: "Look at the disk of the host: is it full (df), or failing (dmesg)? Then run again." };
	if (/read-only file system/i.test(said)) return { remedy: "Mount the filesystem writable, then run again." };
	if (/permission denied|not permitted/i.test(said)) return { remedy: ownership(host, layout) };
	if (code === "private") return { remedy: "Take the symlink away on the host, then run again." };
	if (code === "folder") return { remedy: "Move it away, or, if `revision_file` names it, choose another name there." };
	if (code === "partial") return { remedy: "Did a build still write into local_dir? Run again: only what is missing is sent." };
	if (code === "exists") return { remedy: "Choose another `release_name`, or leave it out." };
	return {};
}
/** What is in shared/ is the application's, and stays so. */
function ownership({ user, become }, { root, releases }) {
	const who = become ?? user ?? "USER";
	const ours = [
		releases,
		".releases",
		"manifest.json"
	].map((name) => quote(posix.join(root, name)));
	const other = become ? "" : " Or use `become` with the user it belongs to.";
	return `Let ${who} write there, once, on the host: sudo install -d -o ${who} ${quote(root)}; where another user made what is in it, also sudo chown -R ${who} ${ours.join(" ")}. Leave shared/ to the application.${other}`;
}
// src/host/asking.ts
/** Seconds: disk work on a large release is slow, but never this slow; a hung disk must not hang the fleet. */
const WORK = 900;
/** Milliseconds in which a server has taken note that a channel is no longer there. */
const AFTERMATH = 50;
function openAsking(connection, host, layout, run) {
	const mark = randomMark();
	const { root, releases, linkDir, linkName } = layout;
	const places = [
		root,
		releases,
		linkDir,
		linkName,
		linkText(layout, "x").slice(0, -1)
	];
	const invocation = call("session", mark, String(30), ...places, host.logFile, run);
	const messages = openMessages(connection, {
		...host,
		mark,
		invocation,
		kind: "session"
	});
	let glances = 0;
	let glanced;
	/** Whether the session itself has looked: it works where that has led it. */
	let opened = false;
	const ask = async (verb, args, { seconds = WORK, onLine, follows } = {}) => {
		if (verb === "open") opened = true;
		const answer = await messages.ask(verb, args, seconds, onLine, follows);
		if (answer.lines.some((line) => line.key === "unlogged")) host.onUnlogged?.();
		if (follows && answer.status === 4) throw new Failure(`"${verb}" was not begun with`, {
			host: host.label,
			cause: new PassedOver()
		});
		return accepted(answer, verb);
	};
	const accepted = (answer, verb) => {
		if (answer.status !== 0) throw refusal(answer, verb, host, layout);
		return answer;
	};
	return {
		ask,
		async inspect(verb, args = []) {
			if (opened) return ask(verb, args);
			opened = true;
			await glanced?.then(() => setTimeout$1(AFTERMATH));
			const [, answer] = await Promise.all([ask("open", [
				"",
				"",
				"0",
				"",
				"",
				""
			], { seconds: 120 }), ask(verb, args, { follows: true })]);
			return answer;
		},
		async look(shared) {
			if (opened) return void 0;
			glances += 1;
			const answer = await glance(connection, host, [
				String(30),
				...places,
				run,
				...shared
			], 120);
			glanced = answer.gone;
			return accepted(answer, "open");
		},
		stop: () => messages.stop(),
		get roundTrips() {
			return messages.roundTrips + glances;
		},
		end: (wait) => messages.end(wait),
		get early() {
			return messages.early;
		}
	};
}
// src/host/offer.ts
function collectOffer() {
	let block = Buffer.alloc(65536);
	let end = 0;
	let legible = true;
	return {
		add(line) {
			const size = Buffer.byteLength(line) + 1;
			if (end + size > block.length) block = Buffer.concat([block], 2 * (end + size));
			end += block.write(`${line}\n`, end);
			legible &&= !line.includes("�");
		},
		end: () => legible ? block.subarray(0, end) : null
	};
}
// src/host/state.ts
/** Whether another run holds the lock. */
function isHeld(state) {
	return state !== null && state.held !== null && !state.locked;
}
/** @param offer what came beside the lines; it counts once the host has said that it was all. */
function readState(lines, banner = false, offer = null) {
	const all = (key) => restsOf(lines, key);
	const first = (key) => all(key)[0] ?? null;
	const words = (key) => all(key).map((rest) => rest.split(" "));
	const found = words("dir").filter(([name]) => isPlain$1(name));
	const manifest = readManifest(first("manifest"), all("text"));
	const link = first("link");
	const blocked = first("blocked");
	const current = first("current");
	const holder = all("held").at(-1);
	const [, free] = (first("inodes") ?? "").split(" ");
	const disk = found.filter((entry) => entry.length === 1).map(([name]) => name);
	return {
		...manifest,
		entries: adopt({
			entries: manifest.entries,
			disk
		}, []),
		absent: first("absent") !== null,
		obstacle: first("public"),
		link: link === null ? null : readWord(link),
		current: isPlain$1(current) ? current : null,
		served: all("served").filter(isPlain$1),
		dangling: first("dangling") !== null,
		symlinked: first("symlinked") !== null,
		elsewhere: first("elsewhere") !== null,
		disk,
		odd: Number(first("odd") ?? 0) + found.filter((entry) => entry.length > 1).length,
		records: all("record").filter(isPlain$1),
		incoming: words("incoming").filter((entry) => entry.length === 1 && isPlain$1(entry[0])).map(([name]) => name),
		offer: first("offered") === null ? null : offer,
		leftovers: all("leftover"),
		missingTools: all("missing"),
		rsync: first("rsync") ?? "",
		knows: all("knows"),
		space: numberOr(first("space")),
		inodes: numberOr(free),
		lacking: all("lacking").map(readWord),
		unfit: all("unfit").map(readWord),
		unwritable: all("unwritable").map(readWord),
		exposed: all("exposed").flatMap((hex) => readWord(hex).split("\n").filter((path) => path !== "")),
		blocked: blocked === null ? null : readWord(blocked),
		docroot: first("docroot"),
		banner,
		held: holder === void 0 ? null : splitOnce(holder)[1],
		takenOver: first("takeover"),
		locked: first("locked") !== null,
		verified: readVerified(lines),
		armed: first("armed")
	};
}
function readManifest(kind, text) {
	const damaged = (damage) => ({
		manifest: "damaged",
		damage,
		entries: []
	});
	if (kind === null || kind === "absent") return {
		manifest: "absent",
		damage: null,
		entries: []
	};
	if (kind === "large") return damaged(new Damage("it is larger than 32 MiB"));
	if (kind !== "present") return damaged(new Damage("it cannot be read"));
	try {
		return {
			manifest: "present",
			damage: null,
			entries: parseManifest(text.join("\n"))
		};
	} catch (error) {
		if (error instanceof Damage) return damaged(error);
		throw error;
	}
}
function numberOr(text) {
	return text && /^\d+$/.test(text) ? Number(text) : null;
}
// src/host/traces.ts
/** Whether a host has releases that only another tool could vouch for. */
function hasStrangers({ disk, entries, records }) {
	const known = /* @__PURE__ */ new Set([...entries.map(nameOf), ...records]);
	return disk.some((release) => !known.has(release));
}
/** `trace FILE TEXT` for each line of a log, `mark FILE RELEASE TEXT` for a file in a release, `unfinished RELEASE`. */
function readTraces(lines) {
	const logs = /* @__PURE__ */ new Map();
	const marks = /* @__PURE__ */ new Map();
	let unfinished = null;
	for (const { key, rest } of lines) {
		const [file, text] = splitOnce(rest);
		if (key === "trace") {
			const log = logs.get(file);
			if (log) log.push(text);
			else logs.set(file, [text]);
		} else if (key === "mark") {
			const [release, content] = splitOnce(text);
			const mark = marks.get(file) ?? /* @__PURE__ */ new Map();
			if (isPlain$1(release)) marks.set(file, mark.set(release, content));
		} else if (key === "unfinished" && isPlain$1(rest)) unfinished = rest;
	}
	const textOf = (file) => logs.get(file)?.join("\n") ?? "";
	return {
		revisions: textOf("revisions.log"),
		deployer: textOf(".dep/releases_log"),
		deployerOld: textOf(".dep/releases"),
		bad: marks.get("BAD_RELEASE") ?? /* @__PURE__ */ new Map(),
		revision: marks.get("REVISION") ?? /* @__PURE__ */ new Map(),
		unfinished
	};
}
// src/host/session.ts
/** Seconds: what stands between hosts that serve different releases must end sooner; it only writes small files. */
const SWITCH = 120;
/** Seconds to look at a host once it is locked, and to link a release as large as they come. */
const PREPARE = 900;
/**
* Bytes that may wait on a host until it is done with a message. They wait in a pipe, of which some hold no more: a shell that cannot hand
* them on does not hear the runner's signs of life.
*/
const ROOM = 8192;
function startSession(connection, host, layout, run) {
	const asking = openAsking(connection, host, layout, run);
	const { ask, inspect } = asking;
	return {
		...changes(asking, false),
		following: changes(asking, true),
		stop: asking.stop,
		hasRoom: (...texts) => lengthOf$1(texts) <= ROOM,
		async open(opening) {
			const seen = onlyLooks(opening) ? await asking.look(opening.shared) : void 0;
			const state = seen ? readState(seen.lines, seen.early.trim() !== "") : await openBy(asking, opening);
			return recognized(asking, state);
		},
		async verify(release) {
			return readVerified((await inspect("verify", [release])).lines);
		},
		async records() {
			return readRecords((await inspect("records")).lines);
		},
		async place(placement) {
			return readPlaced((await ask("place", wordsOf(placement))).lines);
		},
		async renew(release) {
			return restsOf((await ask("renew", [release])).lines, "renewed").length > 0;
		},
		async arm(release) {
			await ask("arm", [release], { seconds: SWITCH });
		},
		async settle(manifest, event) {
			await ask("settle", [manifest, event], { seconds: SWITCH });
		},
		async archive(release) {
			await ask("archive", [release]);
		},
		async probe(look = false) {
			return readProbe((await inspect("probe", look ? ["look"] : [])).lines);
		},
		async restore(manifest, keptAs) {
			await ask("restore", [manifest, keptAs]);
		},
		get roundTrips() {
			return asking.roundTrips;
		},
		end: asking.end,
		[Symbol.asyncDispose]: () => asking.end(true)
	};
}
function onlyLooks({ access, verify, uploads }) {
	return access === "look" && verify === "" && !uploads;
}
async function openBy(asking, opening) {
	const { access, wait, holder, verify, uploads, contentKey, shared, onHeld } = opening;
	const offer = collectOffer();
	const onLine = ({ key, rest }) => {
		if (key === "kept") offer.add(rest);
		if (key === "held") {
			const [waited, by] = splitOnce(rest);
			onHeld(by, Number(waited));
		}
		return key === "kept";
	};
	const words = [
		access === "look" ? "" : "lock",
		access === "create" ? "create" : uploads ? "look" : "",
		String(wait),
		JSON.stringify(holder),
		verify,
		contentKey,
		...shared
	];
	const seconds = wait + (contentKey === "" ? 120 : PREPARE);
	const { lines } = await asking.ask("open", words, {
		seconds,
		onLine
	});
	return readState(lines, asking.early.trim() !== "", offer.end());
}
/** Where somebody else's releases lie, what vouches for each is asked for as well. */
async function recognized({ inspect }, state) {
	if (!hasStrangers(state)) return state;
	const vouched = vouchedBy(readTraces((await inspect("traces")).lines), state.current);
	return {
		...state,
		vouched,
		entries: adopt(state, vouched)
	};
}
function wordsOf(placement) {
	const { release, proof, record, hashed, arm, revisionFile, revision, fileMode, dirMode, links } = placement;
	const linking = links.flatMap(({ kind, path, text }) => [
		kind,
		path,
		text
	]);
	return [
		release,
		proof,
		record,
		hashed ? "hashed" : "",
		arm ? "arm" : "",
		revisionFile,
		revision,
		fileMode,
		dirMode,
		...linking
	];
}
function changes({ ask }, follows) {
	return {
		async publish({ link, release, previous, manifest, event, armed }, onSwitched) {
			const onLine = ({ key }) => {
				if (key === "switched") onSwitched?.();
				return false;
			};
			await ask("publish", [
				link,
				release,
				previous,
				manifest,
				event,
				armed ? "armed" : ""
			], {
				seconds: SWITCH,
				onLine,
				follows
			});
		},
		async finish(manifest, event, remove) {
			const { lines, noise } = await ask("finish", [
				manifest,
				event,
				...remove
			], { follows });
			return readPruned(lines, noise);
		}
	};
}
// src/flow/line.ts
function createLine(context, host, layout) {
	let connection;
	let session;
	const spent = {
		connections: 0,
		roundTrips: 0
	};
	return {
		get connection() {
			if (!connection) throw new Error(`${host.label} is not connected`);
			return connection;
		},
		get session() {
			if (!session) throw new Error(`${host.label} has no session`);
			return session;
		},
		get connected() {
			return connection !== void 0;
		},
		get connections() {
			return spent.connections + (connection?.connections ?? 0);
		},
		get roundTrips() {
			return spent.roundTrips + (session?.roundTrips ?? 0);
		},
		async open(touched) {
			const { log_file: logFile, become } = host.settings;
			const signal = touched ? new AbortController().signal : context.signal;
			connection ??= await context.connect(host, signal);
			const onUnlogged = () => context.watch.warn(host.label, `${logFile} (log_file) cannot be written: the events of this run are not in it`);
			const { label, user } = host;
			const told = {
				label,
				user,
				logFile,
				become,
				patience: host.settings.connect_timeout,
				onUnlogged
			};
			session ??= startSession(connection, told, layout, context.id);
			return {
				session,
				connection
			};
		},
		async endSession(wait) {
			const old = session;
			session = void 0;
			if (!old) return;
			spent.roundTrips += old.roundTrips;
			await old.end(wait);
		},
		async close() {
			await this.endSession(false);
			const old = connection;
			connection = void 0;
			if (!old) return;
			spent.connections += old.connections;
			await old[Symbol.asyncDispose]();
		}
	};
}
// src/flow/station.ts
function createStation(context, host) {
	const layout = layoutOf(host.settings);
	const line = createLine(context, host, layout);
	let reached = false;
	let waiting;
	let offer = null;
	let began = false;
	const { mode, dry_run, artifact_cache } = context.settings;
	const uploads = isOneOf(uploading, mode) && !dry_run;
	const surveys = isOneOf(preparing, mode) || mode === "rollback" && artifact_cache;
	const holder = holderAt(context);
	const hear = hearHolders(context, host, holder);
	const shared = linkedPaths(host.settings).map(({ kind, path }) => `${kind}:${path}`);
	return {
		host,
		layout,
		state: null,
		entries: [],
		current: null,
		placed: null,
		armed: null,
		stirred: false,
		restored: false,
		ahead: null,
		touched: false,
		putBack: false,
		error: null,
		bytesSent: 0,
		filesChanged: 0,
		busy: 0,
		spans: [],
		get connection() {
			return line.connection;
		},
		get session() {
			return line.session;
		},
		get connected() {
			return line.connected;
		},
		get connections() {
			return line.connections;
		},
		get roundTrips() {
			return line.roundTrips;
		},
		async open(access, wait, verify) {
			const { onHeld, doubled } = hear(wait);
			let twice;
			doubled.catch((error) => {
				twice = error;
			});
			const ask = async () => {
				const { session, connection } = await line.open(this.touched);
				const opening = session.open({
					access,
					wait,
					holder,
					verify,
					shared,
					onHeld,
					uploads: surveys,
					contentKey: uploads && !began ? keyOf$1(context, host) : ""
				});
				if (uploads && !reached) waiting = awaitShell(connection, host.settings.become);
				reached = true;
				return Promise.race([opening, doubled]);
			};
			const disconnect = () => {
				waiting = void 0;
				return line.close();
			};
			const state = await ask().catch(async (error) => {
				if (error instanceof Failure && error.detail.unreachable) await disconnect();
				if (!this.state || error === twice || context.signal.aborted && !this.touched) throw error;
				await disconnect();
				return ask();
			});
			this.state = state;
			this.armed = state.armed;
			offer = state.offer ? shareOffer(state.offer) : null;
			this.entries = state.entries;
			this.current = state.current;
			if (!this.touched) this.before = state.current;
			return state;
		},
		takeOffer() {
			const taken = offer;
			offer = null;
			began = true;
			return taken;
		},
		takeWaiting() {
			const taken = waiting;
			waiting = void 0;
			return taken;
		},
		release: () => line.endSession(true),
		leave: () => line.endSession(false),
		async [Symbol.asyncDispose]() {
			await line.close();
		}
	};
}
/** What the hashes on the host must have been made with to be of use; empty when they are of none. */
function keyOf$1({ settings }, { settings: own }) {
	return contentKey({
		dedupe: own.dedupe,
		plain: (settings.rsync_flags ?? []).length === 0,
		dirPermissions: own.dir_permissions,
		filePermissions: own.file_permissions
	});
}
let lastOffer;
/** The hosts of a fleet mostly hold the same: it is kept once. */
function shareOffer(offer) {
	if (!lastOffer?.equals(offer)) lastOffer = offer;
	return lastOffer;
}
/** What the link of a station that was not switched leads to, as people are told: a release, or another place. */
function leadsTo({ state, current }) {
	return current ?? (state?.dangling ? null : state?.link) ?? "nothing";
}
/** A station's releases as they now are. */
function historyAt(station) {
	const { state } = station;
	if (!state) return [];
	return historyOf({
		...state,
		disk: diskOf(station),
		entries: station.entries,
		current: station.current
	});
}
function positionOf(station) {
	return {
		host: station.host.label,
		history: historyAt(station),
		current: station.current
	};
}
function diskOf({ state, placed }) {
	const disk = state?.disk ?? [];
	const name = placed ? nameOf(placed) : void 0;
	return name === void 0 || disk.includes(name) ? disk : [...disk, name];
}
// src/flow/course.ts
function createCourse(context, fleet) {
	return {
		context,
		all: fleet,
		fleet,
		release: null
	};
}
/** What a station served when the run began. */
function servedBefore({ before, state }) {
	return (before === void 0 ? state?.current : before) ?? null;
}
/**
* The release before that of the run: what a station served when the run began. Where that was the same already, by an earlier attempt,
* what was live before, or what a rollback has left.
*/
function releaseBefore({ context, release }, station) {
	const served = servedBefore(station);
	if (served === null || served !== release) return served;
	const history = historyAt(station);
	if (context.settings.mode !== "rollback") return previousOf(history, served);
	const left = history.find(({ name }) => name === served)?.deploy?.rolled_back_from;
	return isPlain$1(left) ? left : null;
}
/** The same run for what must be finished even when it was cancelled: a switch begun, a fleet put right. */
function undisturbed(context) {
	return {
		...context,
		signal: new AbortController().signal
	};
}
// src/flow/outcome.ts
function outcomeOf(course, { status, release, failures = [] }) {
	const { all, fleet } = course;
	const first = fleet[0] ?? all[0];
	const result = {
		schema: 1,
		status,
		release,
		previous_release: release === null || !first ? null : releaseBefore(course, first),
		release_path: release !== null && first ? releasePath(first.layout, release) : null,
		hosts: all.map((station) => hostResult(course, station, status)),
		releases: releaseRows(all)
	};
	const timeline = all.map(({ host, spans }) => ({
		host: host.label,
		spans
	}));
	const unseen = all.filter((station) => isUnseen(course, station)).map(({ host }) => host.label);
	return {
		result,
		failures,
		attempted: course.release ?? release,
		timeline,
		unseen
	};
}
/** A host that was not reached, that another run holds (who waits for the lock looks at nothing before), or whose answer was lost. */
function isUnseen({ context }, { state, current, touched, putBack }) {
	const { mode, dry_run } = context.settings;
	return current === null && (state === null || touched && !putBack || !(mode === "list" || mode === "check" || dry_run) && isHeld(state));
}
/** A run that failed made its release current only if every host serves it all the same (`on_failure: keep`). */
function failedOutcome(course, failures, status = "failed") {
	const { release, fleet } = course;
	const served = fleet.every((station) => servedBefore(station) === release);
	return outcomeOf(course, {
		status,
		release: release !== null && !served && fleet.every((station) => station.current === release) ? release : null,
		failures
	});
}
/** For a run that never got as far as having hosts. */
function nothingDone(failures) {
	return withoutHosts("failed", failures);
}
/** What a run comes to that did what its mode is for. */
const successOf = {
	deploy: "deployed",
	stage: "staged",
	publish: "published",
	rollback: "rolled_back",
	prune: "pruned",
	list: "listed",
	check: "checked",
	repair: "repaired"
};
/** For a shard of a fleet that has fewer hosts than shards. */
function nothingToDo({ mode, dry_run }) {
	return withoutHosts(dry_run ? "planned" : successOf[mode], []);
}
function withoutHosts(status, failures) {
	return {
		result: {
			schema: 1,
			status,
			release: null,
			previous_release: null,
			release_path: null,
			hosts: [],
			releases: []
		},
		failures,
		attempted: null,
		timeline: [],
		unseen: []
	};
}
function hostResult({ context, fleet }, station, status) {
	const before = servedBefore(station);
	const well = fleet.includes(station) && station.error === null;
	const seen = context.settings.mode === "list" && station.state !== null;
	const own = !well ? "failed" : seen ? "listed" : status;
	return {
		host: station.host.label,
		status: station.putBack ? "reverted" : own === "reverted" ? "failed" : own,
		release: station.current,
		previous_release: before === station.current ? null : before,
		error: station.error,
		seconds: Math.round(station.busy * 1e3) / 1e3,
		bytes_sent: station.bytesSent,
		files_changed: station.filesChanged,
		connections: station.connections,
		round_trips: station.roundTrips
	};
}
/** Every release that any host has, newest first; a host that knows more of one than the others speaks for it. */
function releaseRows(fleet) {
	const rows = /* @__PURE__ */ new Map();
	const histories = fleet.map((station) => ({
		station,
		history: historyAt(station)
	}));
	for (const { station, history } of histories) for (const release of history) {
		const known = rows.get(release.name);
		const { seq, schema, state, activations, activated_at, created_at, additions: _, given: __, stirred: ___, reason, ...told } = release.deploy ?? {};
		rows.set(release.name, {
			...known,
			...release.metadata,
			...told,
			...reason === void 0 ? {} : { reason },
			...activated_at && activated_at.length > 0 ? { activated_at } : {},
			release: release.name,
			current: [...known?.current ?? [], ...station.current === release.name ? [station.host.label] : []],
			hosts: [...known?.hosts ?? [], ...release.onDisk ? [station.host.label] : []],
			created_at: created_at ?? known?.created_at ?? null,
			state: known && knowledge(known.state) >= knowledge(release.state) ? known.state : release.state
		});
	}
	return mergeOrders(histories.map(({ history }) => history.map((release) => release.name))).toReversed().flatMap((name) => {
		const row = rows.get(name);
		return row ? [markMissing(row, fleet)] : [];
	});
}
/** How much a host that calls a release this knows of it. */
function knowledge(state) {
	return state === "missing" ? 0 : state === "unknown" ? 1 : 2;
}
/** The names of all lists in one order: what only some have stands right before what came next there. */
function mergeOrders(lists) {
	let merged = [];
	for (const names of lists) {
		const places = new Map(merged.map((name, at) => [name, at]));
		const fresh = /* @__PURE__ */ new Map();
		let at = merged.length;
		for (const name of names.toReversed()) {
			const place = places.get(name);
			if (place !== void 0) at = Math.min(at, place);
			else if (fresh.has(at)) fresh.get(at)?.push(name);
			else fresh.set(at, [name]);
		}
		if (fresh.size === 0) continue;
		const before = (place) => fresh.get(place)?.toReversed() ?? [];
		merged = [...merged.flatMap((name, place) => [...before(place), name]), ...before(merged.length)];
	}
	return merged;
}
function markMissing({ missing_on: _, ...row }, fleet) {
	const there = new Set(row.hosts);
	const lacking = fleet.filter((station) => station.state && !there.has(station.host.label));
	return lacking.length === 0 ? row : {
		...row,
		missing_on: lacking.map((station) => station.host.label)
	};
}
// src/transfer/artifact.ts
/** rsync's own encoding of bytes that its locale cannot print (rsync(1), --8-bit-output). */
const escaped$1 = /\\#([0-3][0-7][0-7])/g;
/**
* Lists what would be sent.
* @throws Failure when local_dir cannot be read, or nothing in it would be sent.
*/
async function readArtifact(dir, exclude, flags) {
	const selection = [...exclude.map((pattern) => `--exclude=${pattern}`), ...flags];
	const listing = createListing();
	const err = [];
	const args = [
		"-n",
		"-rlp",
		"-s",
		"--no-h",
		"--out-format=%i %l %n",
		...selection,
		"./",
		"/nonexistent/"
	];
	if (await exec("rsync", args, {
		cwd: dir,
		silent: true,
		ignoreReturnCode: true,
		env: plainLocale(),
		listeners: {
			stdout: (data) => listing.read(data.toString("latin1")),
			stderr: (data) => err.push(data)
		}
	}) !== 0) throw new Failure(`local_dir cannot be read whole: ${Buffer.concat(err).toString().trim().slice(0, 2e3)}`, {
		phase: "starting",
		remedy: "Every file in local_dir must be readable by the user that the runner works as."
	});
	const found = listing.end();
	if (found.files + found.links === 0) throw new Failure(`nothing in local_dir (${dir}) would be sent`, {
		phase: "starting",
		remedy: "Check the build step, `local_dir` and `exclude`."
	});
	const secluded = (statSync(dir).mode & 63) === 0;
	return {
		dir,
		selection,
		plain: flags.length === 0,
		secluded,
		...found
	};
}
/**
* Reads rsync's output piece by piece, so that an artifact of any size costs little more than its list. The text is latin1: one
* character a byte, as names are bytes. Exported for its tests.
*/
function createListing() {
	const list = packLines();
	const skipped = [];
	const count = {
		files: 0,
		dirs: 0,
		links: 0,
		bytes: 0
	};
	let rest = "";
	const readRow = (row) => {
		const special = /^skipping non-regular file "(.*)"$/.exec(row);
		if (special) skipped.push(special[1]);
		const entry = /^[<>ch.*]([fdLDS])\S{9} (\d+) (.*)$/.exec(row);
		if (!entry) return;
		const [, kind, size, shown] = entry;
		const name = shown.replace(escaped$1, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
		if (name === "./") return;
		if (kind === "d") {
			count.dirs += 1;
			list.add(`4 0 ./${name.replace(/\/$/, "")}`);
		} else if (kind === "L") {
			count.links += 1;
			list.add(`a ${size} ./${name}`);
		} else if (kind === "f") {
			count.files += 1;
			count.bytes += Number(size);
			list.add(`8 ${size} ./${name}`);
		} else skipped.push(name);
	};
	return {
		read(text) {
			const rows = (rest + text).split("\n");
			rest = rows.pop();
			for (const row of rows) readRow(row);
		},
		end() {
			readRow(rest);
			return {
				...count,
				list: list.end(),
				skipped
			};
		}
	};
}
/** What is at `path` of an artifact; null for nothing. */
function kindAt({ list }, path) {
	const bytes = Buffer.from(list.buffer, list.byteOffset, list.byteLength);
	const wanted = Buffer.from(` ./${path}\0`);
	for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
		const begin = at === 0 ? 0 : bytes.lastIndexOf(0, at) + 1;
		const [, kind] = /^([48a]) \d+$/.exec(bytes.toString("latin1", begin, at)) ?? [];
		if (kind !== void 0) return kind === "4" ? "directory" : kind === "8" ? "file" : "link";
	}
	return null;
}
/** In one block of memory, which a worker can be given instead of a copy; as strings they would take ten times as much. */
function packLines() {
	let block = /* @__PURE__ */ new ArrayBuffer(65536);
	let end = 0;
	return {
		add(line) {
			while (end + line.length + 1 > block.byteLength) block = block.transfer(2 * block.byteLength);
			end += Buffer.from(block).write(`${line}\0`, end, "latin1");
		},
		end: () => new Uint8Array(block.transfer(end))
	};
}
// src/flow/entries.ts
/** The records of a station with what its link serves among them. */
function adopted({ state, entries, current }) {
	return state ? adoptCurrent({
		entries,
		current
	}) : entries;
}
/** The same, with the release that this run put there: failed for `reason` until it is activated. */
function entriesWithPlaced(station, reason) {
	const { placed } = station;
	const entries = adopted(station);
	if (placed === null) return entries;
	const release = nameOf(placed);
	return failedFor([...without(entries, [release]), placed], release, reason);
}
/** What a station's manifest says once it is put back: all as it was, and what this run put there failed for `reason`. */
function entriesBefore({ state, placed }, reason) {
	return entriesWithPlaced({
		state,
		placed,
		entries: state?.entries ?? [],
		current: state?.current ?? null
	}, reason);
}
// src/flow/context.ts
/** Seconds since the run began. */
function elapsed(context) {
	return Math.round((Date.now() - context.started.getTime()) / 10) / 100;
}
// src/flow/event.ts
function eventLine(context, event, detail = {}) {
	const { origin, settings } = context;
	return JSON.stringify({
		event,
		at: (/* @__PURE__ */ new Date()).toISOString(),
		mode: settings.mode,
		actor: origin.actor,
		run: origin.run,
		revision: origin.revision,
		...detail,
		seconds: elapsed(context)
	});
}
// src/flow/cancellation.ts
/** Milliseconds in which work ends by itself once its run is cancelled: a command gets four seconds of them (command.ts). */
const FAREWELL$1 = 5e3;
/**
* What the work on a host gives, unless `signal` fires and `patience` ms pass: then the host is left.
* @throws the signal's reason.
*/
async function orLeft(signal, station, work, patience = FAREWELL$1) {
	const { promise: left, reject } = Promise.withResolvers();
	let timer;
	const leave = () => {
		timer = setTimeout(() => {
			reject(signal.reason);
			Promise.resolve(station[Symbol.asyncDispose]()).catch(() => {});
		}, patience);
	};
	signal.addEventListener("abort", leave, { once: true });
	if (signal.aborted) leave();
	try {
		return await Promise.race([work, left]);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", leave);
	}
}
// src/flow/timeline.ts
/** Runs `work`, and notes on the station how long it was at `phase`. */
async function timed(context, station, phase, work) {
	const begin = elapsed(context);
	try {
		await work();
	} finally {
		const end = elapsed(context);
		context.watch.debug(station.host.label, `${phase}: ${Math.round((end - begin) * 1e3)} ms`);
		station.busy += end - begin;
		station.spans = joined(station.spans, {
			phase,
			begin,
			end
		});
	}
}
/** Seconds between two stretches that follow each other at once. In a longer gap the host waited for others. */
const AT_ONCE = .01;
/** The spans with one more; what goes on at once at the same phase is one stretch. Exported for its tests. */
function joined(spans, next) {
	const last = spans.at(-1);
	if (last?.phase !== next.phase || next.begin - last.end >= AT_ONCE) return [...spans, next];
	return [...spans.slice(0, -1), {
		...last,
		end: Math.max(last.end, next.end)
	}];
}
// src/flow/fleet.ts
/** One or more hosts failed in a phase; the others had ended theirs. */
var FleetFailure = class extends Error {
	phase;
	failures;
	constructor(phase, failures) {
		super(failures.map((failure) => failure.message).join("; "));
		this.phase = phase;
		this.failures = failures;
	}
};
/**
* Runs `work` on every station, `max_parallel` at once, and waits for all.
* With `together`, the first failure cancels the rest through the signal that `work` gets.
* @throws FleetFailure with one Failure a failed host.
*/
async function each(context, stations, phase, work, options = {}) {
	const limit = pLimit(context.settings.max_parallel);
	const stop = new AbortController();
	const signal = AbortSignal.any([context.signal, stop.signal]);
	const failures = [];
	const attempt = async (station) => {
		try {
			signal.throwIfAborted();
			await timed(context, station, phase, () => orLeft(context.signal, station, work(station, signal)));
		} catch (error) {
			if (stop.signal.aborted && !context.signal.aborted) return;
			const failure = failureFrom(error, {
				host: station.host.label,
				phase
			});
			station.error ??= failure.message;
			failures.push(failure);
			if (options.together) stop.abort(failure);
		}
	};
	await Promise.all(stations.map((station) => limit(() => attempt(station))));
	if (failures.length > 0) throw new FleetFailure(phase, failures);
}
/** What stopped a phase, as failures to show; `unchanged` says what was not touched by it. */
function failuresOf(error, phase, unchanged) {
	const detail = unchanged === void 0 ? { phase } : {
		phase,
		unchanged
	};
	return error instanceof FleetFailure ? error.failures.map((failure) => failure.at(detail)) : [failureFrom(error, detail)];
}
/** One sentence for the log and for the mark on a release. */
function reasonOf(failures) {
	const [first, ...rest] = failures;
	const where = first?.detail.host ? `${first.detail.host}: ` : "";
	const more = rest.length > 0 ? ` (and ${rest.length} more)` : "";
	return `${where}${first?.message ?? "unknown"}${more}`.slice(0, 500);
}
// src/release/past.ts
/**
* @param log its lines, oldest first.
* @param known the records of releases that are there; `seqOf` tells their order.
*/
function readLog(log, known, seqOf) {
	const pasts = /* @__PURE__ */ new Map();
	const gone = /* @__PURE__ */ new Map();
	const pastOf = (release) => {
		const past = pasts.get(release) ?? nothing();
		pasts.set(release, past);
		return past;
	};
	let begin = Number.POSITIVE_INFINITY;
	let last;
	for (const [at, line] of log.entries()) {
		const { event, mode, from, to: target, at: time, releases, run, outcome, left } = readObject(line) ?? {};
		const deployed = mode !== "rollback" && mode !== "publish";
		const came = event === "deploy" || event === "stage" || event === "failed" && deployed;
		const to = came && isOfAnother(known, target, run) ? null : target;
		if (event === "prune" && Array.isArray(releases)) {
			if (outcome === "kept") move(releases, gone, pasts);
			else move(releases, pasts, gone);
		}
		if (came && isPlain$1(to) && known.has(to)) begin = Math.min(begin, seqOf(to));
		if (event === "reverted" && deployed && isOfAnother(known, from, run)) continue;
		if (event === "reverted" && isPlain$1(from) && last?.to === from) {
			for (const [release, past] of last.before) pasts.set(release, past);
			last = void 0;
			if (deployed) Object.assign(pastOf(from), {
				failed: true,
				staged: false
			});
			continue;
		}
		if (event === "stage" && isPlain$1(to)) pastOf(to).staged = true;
		if (event === "finished" && isPlain$1(to)) pastOf(to).failed = false;
		if (event === "failed" && deployed && isPlain$1(to)) Object.assign(pastOf(to), {
			failed: true,
			staged: false
		});
		if (!switches.has(String(event))) continue;
		const named = [from, to].filter(isPlain$1);
		last = {
			to,
			before: new Map(named.map((release) => [release, structuredClone(pastOf(release))]))
		};
		if (isPlain$1(from) && known.has(from) && pastOf(from).activations.length === 0) pastOf(from).activations.push(2 * at + 1);
		if (isPlain$1(to)) {
			const past = pastOf(to);
			past.activations.push(2 * at + 2);
			if (typeof time === "string") past.activated_at.push(time);
			if (event !== "reverted") past.bad = false;
		}
		const forward = event === "rollback" && left !== "bad" && isPlain$1(from) && isPlain$1(to) && seqOf(from) < seqOf(to);
		if ((event === "rollback" || event === "reverted" && deployed) && isPlain$1(from) && !forward) pastOf(from).bad = true;
	}
	return {
		pasts,
		begin
	};
}
function move(names, from, to) {
	for (const name of names.map(String)) {
		const past = from.get(name);
		from.delete(name);
		if (past) to.set(name, past);
		else to.delete(name);
	}
}
/** Whether what came there has the name only: by another run, in another place with the same log, or before. */
function isOfAnother(known, target, run) {
	const made = isPlain$1(target) ? deployOf(known.get(target) ?? {})?.run : void 0;
	return typeof made === "string" && typeof run === "string" && made !== run;
}
/** Whether a log tells of any switch. */
function tellsOfSwitches(log) {
	return log.some((line) => switches.has(String(readObject(line)?.event)));
}
/** The releases that a switch led to, or from. */
function namesIn(line) {
	const { event, from, to } = readObject(line) ?? {};
	return switches.has(String(event)) ? [from, to].filter(isPlain$1) : [];
}
/** Events after which the link leads elsewhere than before. */
const switches = /* @__PURE__ */ new Set([
	"deploy",
	"publish",
	"rollback",
	"reverted"
]);
function isHeard({ bad, failed, staged, activations }) {
	return bad || failed || staged || activations.length > 0;
}
function nothing() {
	return {
		activations: [],
		activated_at: [],
		bad: false,
		failed: false,
		staged: false
	};
}
// src/release/rebuild.ts
/** @param records texts by the names of their releases. @param log its lines, oldest first. */
function rebuild(disk, records, log) {
	const found = find(disk, records, log);
	return found.map((one, at) => {
		if (one.told) return entryOf(one);
		const { activated_at } = one.past;
		const deploy = {
			activated_at,
			activations: [at - found.length],
			state: "adopted"
		};
		return {
			...one.record,
			deploy: {
				...deployOf(one.record),
				...deploy
			}
		};
	});
}
/** A manifest with what the log tells of the releases that are there; what it does not came before. */
function completed(entries, seen) {
	const listed = new Map(entries.map((entry) => [nameOf(entry), entry]));
	const all = find(seen.disk, seen.records, seen.log);
	if (all.some((one) => one.told && !isHeard(one.past) && wasLive(listed.get(one.release)))) return {
		entries,
		told: /* @__PURE__ */ new Map()
	};
	const found = all.filter((one) => one.told && (isHeard(one.past) || !listed.has(one.release)));
	const told = new Map(found.map(({ release, past }) => [release, stateOf$1(past)]));
	const older = entries.filter((entry) => !told.has(nameOf(entry) ?? ""));
	const last = older.flatMap((entry) => deployOf(entry)?.activations ?? []).reduce((a, b) => Math.max(a, b), 0);
	return {
		entries: [...older.map((entry) => earlier(entry, last)), ...found.map((one) => entryOf({
			...one,
			record: listed.get(one.release) ?? one.record
		}))],
		told
	};
}
function wasLive(entry) {
	const state = entry && deployOf(entry)?.state;
	return state === "live" || state === "bad";
}
/** With its activations before the first line of a log. */
function earlier(entry, by) {
	const deploy = deployOf(entry);
	if (!deploy) return entry;
	return {
		...entry,
		deploy: {
			...deploy,
			activations: deploy.activations.map((at) => at - by)
		}
	};
}
function entryOf({ record, past }) {
	const { activations, activated_at } = past;
	const deploy = {
		...deployOf(record),
		activations,
		activated_at,
		state: stateOf$1(past)
	};
	return {
		...record,
		deploy
	};
}
function stateOf$1({ bad, staged, activations }) {
	if (bad) return "bad";
	if (activations.length > 0) return "live";
	return staged ? "staged" : "failed";
}
/** In the order they came. */
function find(disk, records, log) {
	const named = new Set(log.flatMap((line) => namesIn(line)));
	const strangers = [...named].filter((release) => disk.includes(release) && !recordOf$1(release, records));
	const stub = (release) => ({
		release,
		deploy: {
			schema: 1,
			seq: strangers.indexOf(release) - strangers.length,
			state: "adopted"
		}
	});
	const known = new Map(disk.flatMap((release) => {
		const record = recordOf$1(release, records) ?? (named.has(release) ? stub(release) : void 0);
		return record ? [[release, record]] : [];
	}));
	const seqOf = (release) => deployOf(known.get(release) ?? {})?.seq ?? 0;
	const { pasts, begin } = readLog(log, known, seqOf);
	return [...known].map(([release, record]) => {
		const past = pasts.get(release) ?? nothing();
		return {
			release,
			record,
			past,
			told: isHeard(past) || seqOf(release) > begin
		};
	}).sort((a, b) => seqOf(a.release) - seqOf(b.release));
}
/** The record of a release, if it is one that a manifest may hold. */
function recordOf$1(release, records) {
	const record = readObject(records.get(release) ?? "");
	if (!record) return void 0;
	try {
		const [entry] = parseManifest(JSON.stringify([{
			...record,
			release
		}]));
		return entry && deployOf(entry) ? entry : void 0;
	} catch {
		return;
	}
}
// node_modules/pretty-bytes/index.js
const UNIT_SETS = [
	[
		"B",
		"kB",
		"MB",
		"GB",
		"TB",
		"PB",
		"EB",
		"ZB",
		"YB"
	],
	[
		"B",
		"KiB",
		"MiB",
		"GiB",
		"TiB",
		"PiB",
		"EiB",
		"ZiB",
		"YiB"
	],
	[
		"b",
		"kbit",
		"Mbit",
		"Gbit",
		"Tbit",
		"Pbit",
		"Ebit",
		"Zbit",
		"Ybit"
	],
	[
		"b",
		"kibit",
		"Mibit",
		"Gibit",
		"Tibit",
		"Pibit",
		"Eibit",
		"Zibit",
		"Yibit"
	]
];
const toDecimalString = (number) => {
	if (number >= 1e-6 && number < 1e21) return String(number);
	const [mantissa, exponentString] = number.toExponential().split("e");
	const digits = mantissa.replace(".", "");
	const pointPosition = Number(exponentString) + 1;
	const isPositive = pointPosition > 0;
	const padded = isPositive ? digits.padEnd(pointPosition, "0") : "0".repeat(1 - pointPosition) + digits;
	const integerPart = padded.slice(0, isPositive ? pointPosition : 1);
	const fractionPart = padded.slice(isPositive ? pointPosition : 1).replace(/0+$/, "");
	return fractionPart ? `${integerPart}.${fractionPart}` : integerPart;
};
const toLocaleString = (number, locale, options) => {
	if (typeof locale === "string" || Array.isArray(locale) || locale === true) {
		const locales = locale === true ? void 0 : locale;
		if (options !== void 0) return number.toLocaleString(locales, options);
		const text = toDecimalString(number);
		const pointIndex = text.indexOf(".");
		const maximumFractionDigits = pointIndex === -1 ? 0 : text.length - pointIndex - 1;
		if (maximumFractionDigits > 100) return text;
		return number.toLocaleString(locales, { maximumFractionDigits });
	}
	if (options === void 0) return toDecimalString(number);
	return number.toLocaleString("en-US", {
		...options,
		useGrouping: false
	});
};
const log10 = (numberOrBigInt) => {
	if (typeof numberOrBigInt === "number") return Math.log10(numberOrBigInt);
	const string = numberOrBigInt.toString(10);
	return string.length + Math.log10(`0.${string.slice(0, 15)}`);
};
const log = (numberOrBigInt) => {
	if (typeof numberOrBigInt === "number") return Math.log(numberOrBigInt);
	return log10(numberOrBigInt) * Math.log(10);
};
const divide = (numberOrBigInt, base, exponent) => {
	const divisor = base ** exponent;
	if (typeof numberOrBigInt === "number" || numberOrBigInt <= Number.MAX_SAFE_INTEGER) return Number(numberOrBigInt) / divisor;
	const bigintDivisor = BigInt(base) ** BigInt(exponent);
	const integerPart = numberOrBigInt / bigintDivisor;
	const remainder = numberOrBigInt % bigintDivisor;
	return Number(integerPart) + Number(remainder) / divisor;
};
const toUnrepresentableString = (number, base, exponent, localeOptions) => {
	const scale = BigInt(base) ** BigInt(exponent);
	const whole = number / scale;
	if (localeOptions === void 0) return whole.toString();
	const minimumFractionDigits = localeOptions.minimumFractionDigits ?? 0;
	const maximumFractionDigits = Math.max(localeOptions.maximumFractionDigits ?? 3, minimumFractionDigits);
	const fraction = (number % scale * 10n ** BigInt(maximumFractionDigits) / scale).toString().padStart(maximumFractionDigits, "0").replace(/0+$/, "").padEnd(minimumFractionDigits, "0");
	return fraction ? `${whole}.${fraction}` : whole.toString();
};
const signOf = (number, signed) => {
	if (number < 0) return "-";
	if (!signed) return "";
	return number === 0 || number === 0n ? " " : "+";
};
const assertFixedWidth = (fixedWidth) => {
	if (fixedWidth !== void 0 && (typeof fixedWidth !== "number" || !Number.isSafeInteger(fixedWidth) || fixedWidth < 0)) throw new TypeError(`Expected fixedWidth to be a non-negative integer, got ${typeof fixedWidth}: ${fixedWidth}`);
};
const assertFractionDigits = (name, value) => {
	if (value !== void 0 && (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 100)) throw new TypeError(`Expected ${name} to be an integer between 0 and 100, got ${typeof value}: ${value}`);
};
const buildLocaleOptions = (options) => {
	const { minimumFractionDigits, maximumFractionDigits } = options;
	if (minimumFractionDigits === void 0 && maximumFractionDigits === void 0) return;
	assertFractionDigits("minimumFractionDigits", minimumFractionDigits);
	assertFractionDigits("maximumFractionDigits", maximumFractionDigits);
	if (minimumFractionDigits > maximumFractionDigits) throw new RangeError(`Expected minimumFractionDigits (${minimumFractionDigits}) to not be greater than maximumFractionDigits (${maximumFractionDigits})`);
	return {
		...minimumFractionDigits !== void 0 && { minimumFractionDigits },
		...maximumFractionDigits !== void 0 && { maximumFractionDigits },
		roundingMode: "trunc"
	};
};
function prettyBytes(number, options) {
	if (typeof number !== "bigint" && !Number.isFinite(number)) throw new TypeError(`Expected a finite number, got ${typeof number}: ${number}`);
	options = {
		bits: false,
		binary: false,
		space: true,
		nonBreakingSpace: false,
		...options
	};
	assertFixedWidth(options.fixedWidth);
	const localeOptions = buildLocaleOptions(options);
	const UNITS = UNIT_SETS[(options.bits ? 2 : 0) + (options.binary ? 1 : 0)];
	const separator = options.space ? options.nonBreakingSpace ? "\xA0" : " " : "";
	if (Object.is(number, -0)) number = 0;
	const prefix = signOf(number, options.signed);
	if (number < 0) number = -number;
	const base = options.binary ? 1024 : 1e3;
	let exponent = 0;
	if (number >= 1) exponent = Math.min(Math.floor(options.binary ? log(number) / Math.log(base) : log10(number) / 3), UNITS.length - 1);
	const scaled = divide(number, base, exponent);
	let numberString;
	if (Number.isFinite(scaled)) {
		number = scaled;
		if (number < 1 && exponent > 0) {
			number *= base;
			exponent -= 1;
		}
		if (!localeOptions) {
			const minimumPrecision = Math.max(3, Math.floor(number).toString().length);
			number = Number(number.toPrecision(minimumPrecision));
			if (number >= base && exponent < UNITS.length - 1) {
				number /= base;
				exponent += 1;
			}
		}
		numberString = toLocaleString(number, options.locale, localeOptions);
	} else numberString = toUnrepresentableString(number, base, exponent, localeOptions);
	return (prefix + numberString + separator + UNITS[exponent]).padStart(options.fixedWidth ?? 0);
}
// node_modules/parse-ms/index.js
const toZeroIfInfinity = (value) => Number.isFinite(value) ? value : 0;
function parseNumber(milliseconds) {
	return {
		days: Math.trunc(milliseconds / 864e5),
		hours: Math.trunc(milliseconds / 36e5 % 24),
		minutes: Math.trunc(milliseconds / 6e4 % 60),
		seconds: Math.trunc(milliseconds / 1e3 % 60),
		milliseconds: Math.trunc(milliseconds % 1e3),
		microseconds: Math.trunc(toZeroIfInfinity(milliseconds * 1e3) % 1e3),
		nanoseconds: Math.trunc(toZeroIfInfinity(milliseconds * 1e6) % 1e3)
	};
}
function parseBigint(milliseconds) {
	return {
		days: milliseconds / 86400000n,
		hours: milliseconds / 3600000n % 24n,
		minutes: milliseconds / 60000n % 60n,
		seconds: milliseconds / 1000n % 60n,
		milliseconds: milliseconds % 1000n,
		microseconds: 0n,
		nanoseconds: 0n
	};
}
function parseMilliseconds(milliseconds) {
	switch (typeof milliseconds) {
		case "number":
			if (Number.isFinite(milliseconds)) return parseNumber(milliseconds);
			break;
		case "bigint": return parseBigint(milliseconds);
	}
	throw new TypeError("Expected a finite number or bigint");
}
// node_modules/pretty-ms/index.js
const isZero = (value) => value === 0 || value === 0n;
const pluralize = (word, count) => count === 1 || count === 1n ? word : `${word}s`;
const SECOND_ROUNDING_EPSILON = 1e-7;
const ONE_DAY_IN_MILLISECONDS = 24n * 60n * 60n * 1000n;
function prettyMilliseconds(milliseconds, options) {
	const isBigInt = typeof milliseconds === "bigint";
	if (!isBigInt && !Number.isFinite(milliseconds)) throw new TypeError("Expected a finite number or bigint");
	options = { ...options };
	const sign = milliseconds < 0 ? "-" : "";
	milliseconds = milliseconds < 0 ? -milliseconds : milliseconds;
	if (options.colonNotation) {
		options.compact = false;
		options.formatSubMilliseconds = false;
		options.separateMilliseconds = false;
		options.verbose = false;
	}
	if (options.compact) {
		options.unitCount = 1;
		options.secondsDecimalDigits = 0;
		options.millisecondsDecimalDigits = 0;
	}
	let result = [];
	const floorDecimals = (value, decimalDigits) => {
		const flooredInterimValue = Math.floor(value * 10 ** decimalDigits + SECOND_ROUNDING_EPSILON);
		return (Math.round(flooredInterimValue) / 10 ** decimalDigits).toFixed(decimalDigits);
	};
	const add = (value, long, short, valueString) => {
		if ((result.length === 0 || !options.colonNotation) && isZero(value) && !(options.colonNotation && short === "m")) return;
		valueString ??= String(value);
		if (options.colonNotation) {
			const wholeDigits = valueString.includes(".") ? valueString.split(".")[0].length : valueString.length;
			const minLength = result.length > 0 ? 2 : 1;
			valueString = "0".repeat(Math.max(0, minLength - wholeDigits)) + valueString;
		} else valueString += options.verbose ? " " + pluralize(long, value) : short;
		result.push(valueString);
	};
	const parsed = parseMilliseconds(milliseconds);
	const days = BigInt(parsed.days);
	if (options.hideYearAndDays) add(BigInt(days) * 24n + BigInt(parsed.hours), "hour", "h");
	else {
		if (options.hideYear) add(days, "day", "d");
		else {
			add(days / 365n, "year", "y");
			add(days % 365n, "day", "d");
		}
		add(Number(parsed.hours), "hour", "h");
	}
	add(Number(parsed.minutes), "minute", "m");
	if (!options.hideSeconds) {
		if (options.separateMilliseconds || options.formatSubMilliseconds || !options.colonNotation && milliseconds < 1e3 && !options.subSecondsAsDecimals) {
			const seconds = Number(parsed.seconds);
			const milliseconds = Number(parsed.milliseconds);
			const microseconds = Number(parsed.microseconds);
			const nanoseconds = Number(parsed.nanoseconds);
			add(seconds, "second", "s");
			if (options.formatSubMilliseconds) {
				add(milliseconds, "millisecond", "ms");
				add(microseconds, "microsecond", "µs");
				add(nanoseconds, "nanosecond", "ns");
			} else {
				const millisecondsAndBelow = milliseconds + microseconds / 1e3 + nanoseconds / 1e6;
				const millisecondsDecimalDigits = typeof options.millisecondsDecimalDigits === "number" ? options.millisecondsDecimalDigits : 0;
				const roundedMilliseconds = millisecondsAndBelow >= 1 ? Math.round(millisecondsAndBelow) : Math.ceil(millisecondsAndBelow);
				const maximumMilliseconds = 1e3 - 10 ** -millisecondsDecimalDigits;
				const millisecondsString = millisecondsDecimalDigits ? Math.min(millisecondsAndBelow, maximumMilliseconds).toFixed(millisecondsDecimalDigits) : Math.min(roundedMilliseconds, maximumMilliseconds);
				add(Number.parseFloat(millisecondsString), "millisecond", "ms", millisecondsString);
			}
		} else {
			const secondsFixed = floorDecimals((isBigInt ? Number(milliseconds % ONE_DAY_IN_MILLISECONDS) : milliseconds) / 1e3 % 60, typeof options.secondsDecimalDigits === "number" ? options.secondsDecimalDigits : 1);
			const secondsString = options.keepDecimalsOnWholeSeconds ? secondsFixed : secondsFixed.replace(/\.0+$/, "");
			add(Number.parseFloat(secondsString), "second", "s", secondsString);
		}
	}
	if (result.length === 0) return sign + "0" + (options.verbose ? " milliseconds" : "ms");
	const separator = options.colonNotation ? ":" : " ";
	if (typeof options.unitCount === "number") result = result.slice(0, Math.max(options.unitCount, 1));
	return sign + result.join(separator);
}
// src/wording.ts
/** `3.2 s`, `1 m 15.3 s`; takes seconds. */
function duration(seconds) {
	return prettyMilliseconds(seconds * 1e3).replace(/(\d)([a-z])/g, "$1 $2");
}
/** `64.8 MB`; takes bytes. */
function size(bytes) {
	return prettyBytes(bytes);
}
/** `2,000`. Not by toLocaleString, whose first call loads all locales: 20 ms in the middle of a run. */
function figure(n) {
	return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
/** `1 host`, `2,000 hosts`. */
function count(n, noun) {
	return `${figure(n)} ${noun}${n === 1 ? "" : "s"}`;
}
/** `a`, `a and b`, `a, b and c`, and past `limit` names `a, b and 40 more`. */
function series(names, limit = 10) {
	const shown = names.length > limit ? [...names.slice(0, limit), `${figure(names.length - limit)} more`] : names;
	if (shown.length < 2) return shown.join("");
	return `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
// src/flow/recall.ts
/** Whether the manifest does not own what it should: it is gone from where releases are on record, or was found to be older than they are. */
function isLost({ manifest, outdated, records, disk }) {
	if (outdated === true) return true;
	const there = new Set(disk);
	return manifest === "absent" && records.some((release) => there.has(release));
}
/** Once after every look at the hosts: what it found is completed, or not trusted with what it does not say. */
async function recall(context, fleet) {
	await each(context, fleet.filter((station) => isBlind(station) || unnamed(station).length > 0 || isUnsaid(station)), "starting", (station) => isBlind(station) ? recallAll(context, station) : recallUnnamed(context, station));
}
function isBlind({ state }) {
	return state !== null && (state.damage !== null || isLost(state));
}
async function recallAll({ watch }, station) {
	const { records, log } = await station.session.records();
	const state = station.state;
	const { disk, vouched = [] } = state;
	const rebuilt = rebuild(disk, records, log);
	station.entries = isFirst(state, log) ? rebuilt.map(neverLive) : adopt({
		entries: rebuilt,
		disk
	}, vouched);
	station.state = {
		...state,
		entries: station.entries
	};
	watch.note(station.host.label, `goes by ${station.entries.length} records and the log instead of the manifest`);
}
/** Whether the one release there is of a first run that died: nothing was ever live. */
function isFirst({ damage, link, disk, vouched = [] }, log) {
	return damage === null && link === null && disk.length === 1 && vouched.length === 0 && !tellsOfSwitches(log);
}
/**
* Releases that are on record and not in the manifest: a run died with them, or an older manifest was put there. The log knows; of which it
* says nothing, nobody knows, and nothing is done to it.
*/
async function recallUnnamed({ watch, origin, settings }, station) {
	const state = station.state;
	const strays = unnamed(station);
	const { records, log } = await station.session.records();
	const { entries, told } = completed(station.entries, {
		disk: state.disk,
		records,
		log
	});
	const served = strays.filter((name) => (told.get(name) ?? "failed") !== "failed");
	if (served.length > 0) {
		station.entries = entries;
		watch.warn(station.host.label, `manifest.json is older than ${series(served)}, which records and log tell of; this run goes by them, and removes nothing`);
	}
	if (isUnsaid(station)) station.entries = withUnsaid(station, records);
	const own = (name) => name === settings.release_name && origin.run !== null && deployOf(recordOf$1(name, records) ?? {})?.run === origin.run;
	const doubtful = new Set(strays.filter((name) => !told.has(name) && !own(name)));
	if (doubtful.size > 0) watch.note(station.host.label, `neither manifest.json nor the log tells what became of ${series([...doubtful])}: left alone`);
	station.state = {
		...state,
		entries: station.entries,
		records: state.records.filter((name) => !doubtful.has(name)),
		outdated: served.length > 0
	};
}
/** The run that switched it died before it could say so. */
function withUnsaid({ current, entries }, records) {
	const record = recordOf$1(current, records);
	if (!record) return entries;
	const deploy = {
		...deployOf(record),
		unfinished: true
	};
	return adoptCurrent({
		entries: [...entries, {
			...record,
			deploy
		}],
		current
	});
}
/**
* What is on record and on the disk, and that the manifest does not name; without what is served, which has a history of its own. Beside a
* run that is at work it is that run's, and may be named by now.
*/
function unnamed({ current, entries, state }) {
	if (state === null || isHeld(state)) return [];
	const { records, disk } = state;
	const named = new Set(entries.map(nameOf));
	const there = new Set(disk);
	return records.filter((name) => name !== current && there.has(name) && !named.has(name));
}
/** Whether what the link serves is on record, but not in the manifest. */
function isUnsaid({ state, current, entries }) {
	return current !== null && state?.records.includes(current) === true && !entries.some((entry) => nameOf(entry) === current);
}
// src/flow/removal.ts
/** What nothing takes from a host: what links of other names serve, and what the settings pin. */
function sparedAt({ host, state }) {
	return [...host.settings.pinned_releases ?? [], ...state?.served ?? []];
}
async function removeFrom(station, removal) {
	const { remove, after, event } = removal;
	return noteRemoval(station, removal, await station.session.finish(renderManifest(after), event, remove));
}
/** What came of it, which may have been asked for before. */
async function noteRemoval(station, { before, after, event }, pruned) {
	const { removed, kept } = pruned;
	const { state, session } = station;
	const stays = /* @__PURE__ */ new Set([...after.map(nameOf), ...kept]);
	station.entries = kept.length === 0 ? after : before.filter((entry) => stays.has(nameOf(entry)));
	if (state) station.state = {
		...state,
		disk: state.disk.filter((name) => !removed.includes(name))
	};
	if (kept.length > 0) await session.settle(renderManifest(station.entries), takenBack(event, kept));
	return pruned;
}
/** What another user made in a release cannot be deleted by who deploys. @param noise what the host said of it. */
function warnOfLeft({ watch }, station, left, noise) {
	if (left === 0) return;
	const { host, layout } = station;
	const place = `${layout.root}/.releases/trash`;
	const said = noise.trim();
	watch.warn(host.label, `${count(left, "thing")} in ${place} could not be deleted${said ? `: ${said}` : ""}. By hand, on the host: sudo rm -rf ${quote(place)}`);
}
/** The log was told before anything went: a line of the same event says what stayed. */
function takenBack(event, kept) {
	const told = event === "" ? {} : JSON.parse(event);
	return told.releases === void 0 ? "" : JSON.stringify({
		...told,
		releases: kept,
		outcome: "kept"
	});
}
// src/flow/inspection.ts
/** Milliseconds for that in a run that was cancelled, which waits for no slow host. */
const FAREWELL = 2e3;
/** Tells manifest and log of every host why nothing was switched. Its own failures change nothing: the next run finds the same. */
async function keepForInspection(course, failures) {
	const { context, fleet, release } = course;
	const why = reasonOf(failures);
	const told = Promise.all(fleet.map((station) => {
		const from = servedBefore(station);
		const event = eventLine(context, "failed", {
			from,
			to: release,
			why,
			outcome: "not switched"
		});
		return keep$1(context, station, why, event).catch((error) => {
			context.watch.debug(station.host.label, `the failure could not be recorded: ${failureFrom(error).message}`);
		});
	}));
	await (context.signal.aborted ? within$1(FAREWELL, told) : told);
}
/** Waits no longer than so many milliseconds. */
async function within$1(time, work) {
	const { promise: late, resolve } = Promise.withResolvers();
	const timer = setTimeout(resolve, time);
	await Promise.race([work, late]);
	clearTimeout(timer);
}
async function keep$1(context, station, why, event) {
	if (station.placed === null) return station.session.settle("", event);
	const remove = failedBefore(station, nameOf(station.placed));
	const before = entriesWithPlaced(station, why);
	tellRemoved(context, station, await removeFrom(station, {
		remove,
		before,
		after: without(before, remove),
		event
	}));
}
function tellRemoved({ watch }, { host }, { removed }) {
	if (removed.length > 0) watch.note(host.label, `removed ${removed.join(", ")}, which had failed earlier`);
}
/** The same for a host that was put back: of failed releases the one of this run stays. */
async function dropOlderFailed({ context }, station) {
	const remove = station.placed === null ? [] : failedBefore(station, nameOf(station.placed));
	if (remove.length === 0) return;
	const before = station.entries;
	try {
		tellRemoved(context, station, await removeFrom(station, {
			remove,
			before,
			after: without(before, remove),
			event: ""
		}));
	} catch (error) {
		context.watch.debug(station.host.label, `an older failed release stays: ${failureFrom(error).message}`);
	}
}
function failedBefore(station, placed) {
	if (station.state && isLost(station.state)) return [];
	const spared = sparedAt(station);
	return historyAt(station).filter((release) => release.state === "failed" && release.onDisk).map((release) => release.name).filter((name) => name !== placed && !spared.includes(name));
}
/**
* Whether a release that stands in the way of its own second try may go: one that failed, or is staged, or that the same workflow run left
* for bad. What somebody is served, or has pinned after it was live, stays.
*/
function givesWay({ host, state: seen, current }, { name, state, deploy }, run) {
	if (name === current || seen?.served.includes(name)) return false;
	if (state === "failed" || state === "staged") return true;
	const pinned = host.settings.pinned_releases?.includes(name) === true;
	return (state === "bad" || state === "adopted") && !pinned && run !== null && deploy?.run === run;
}
/**
* What stands in the way of its own second try goes.
* @throws Failure when the host keeps it; it stays on record then.
*/
async function dropNamesake(context, station, release) {
	const namesake = historyAt(station).find((candidate) => candidate.name === release && candidate.onDisk);
	if (!namesake || !givesWay(station, namesake, context.origin.run)) return;
	const before = station.entries;
	station.takeOffer();
	const event = eventLine(context, "prune", {
		releases: [release],
		outcome: "pruned"
	});
	const { kept } = await removeFrom(station, {
		remove: [release],
		before,
		after: without(before, [release]),
		event
	});
	if (kept.includes(release)) throw new Failure(`the ${namesake.state} release ${release} of an earlier try could not be removed`, { remedy: "Look on the host for a link that serves it, or choose another `release_name`." });
	context.watch.note(station.host.label, `removed the ${namesake.state} release ${release} of an earlier try`);
}
// src/flow/fit.ts
const MIB = 1048576;
function refused$1(station, message, remedy) {
	station.error ??= message;
	return new Failure(message, {
		host: station.host.label,
		phase: "starting",
		remedy,
		unchanged: "Nothing was changed on any host."
	});
}
/** What keeps `artifact` from becoming `release` there; none when all is well. @param run that asks for it; null: nobody knows. */
function misfits(station, parcel, run = null) {
	if (!station.state) return [];
	return [...namesakes(station, parcel, run), ...shortages(station, parcel)];
}
/** What has the name already, and does not give way. */
function namesakes(station, { release, digest, rerun }, run) {
	const namesake = historyAt(station).find((candidate) => candidate.name === release && candidate.onDisk);
	const made = namesake?.deploy;
	const other = namesake?.state === "staged" && digest !== void 0 && made?.digest !== digest && !(run !== null && made?.run === run);
	const welcome = namesake && !other && givesWay(station, namesake, run) || rerun && station.current === release;
	if (!namesake || welcome) return [];
	return [refused$1(station, `a release ${release} exists already (${namesake.state}${namesake.state === "staged" ? ", with other content" : ""})`, run !== null && made?.run === run ? "An earlier attempt or step of this run made it. Roll back and run again, or give each attempt a name of its own: put `github.run_attempt` into `release_name`." : "Choose another `release_name`, or leave it out.")];
}
function shortages(station, { artifact }) {
	const { state, host } = station;
	if (!state) return [];
	const found = [];
	const refuse = (message, remedy) => found.push(refused$1(station, message, remedy));
	const shares = state.current !== null && (host.settings.dedupe === "hardlink" || host.settings.dedupe === "reflink");
	const entries = artifact.files + artifact.dirs + artifact.links;
	if (!shares && state.space !== null && state.space * 1024 < artifact.bytes * 1.02) {
		const [free, need] = [Math.floor(state.space * 1024 / MIB), Math.ceil(artifact.bytes / MIB)];
		refuse(`the host has ${free} MiB free, the artifact needs ${need} MiB`, "Free some space, or lower `release_count` and run `mode: prune`.");
	}
	if (!shares && state.inodes !== null && state.inodes < entries) refuse(`the host has ${state.inodes} free inodes, the artifact needs ${entries}`, "Remove files on that filesystem.");
	return found;
}
/** What of the artifact is in the way of what a release is given besides (release.sh, parents): the host would refuse it later. */
function detours({ settings, origin }, station, artifact) {
	const linked = linkedPaths(station.host.settings).map(({ kind, path }) => {
		return {
			path,
			setting: kind === "dir" ? "linked_dirs" : "linked_files"
		};
	});
	const written = origin.revision === null ? void 0 : settings.revision_file;
	return (written === void 0 ? linked : [...linked, {
		path: written,
		setting: "revision_file"
	}]).flatMap(({ path, setting }) => {
		const above = path.split("/").slice(0, -1);
		for (const [at] of above.entries()) {
			const place = above.slice(0, at + 1).join("/");
			const kind = kindAt(artifact, place);
			if (kind !== "link" && kind !== "file") continue;
			return refused$1(station, `${setting}: ${path} leads through ${place}, which is a ${kind === "link" ? "symlink" : "file"} in local_dir`, `Leave ${place} out of the artifact, by \`exclude\`, or name a path that does not go through it.`);
		}
		if (path !== written || kindAt(artifact, path) !== "directory") return [];
		return refused$1(station, `revision_file: ${path} is a directory in local_dir, where a file is to be written`, "Choose another name.");
	});
}
/** What of an artifact may not be as it was meant. */
function remarksOn({ skipped, secluded }, fleet) {
	const left = skipped.slice(0, 10).map((name) => `left out, since it is no file, directory or link: ${name}`);
	if (!secluded || fleet.every(({ host }) => host.settings.dir_permissions !== void 0)) return left;
	return [...left, "local_dir is open to its owner alone (as mktemp -d makes it), and so will the release be: a web server of another user cannot read it. Use chmod 755 in the build, or set dir_permissions"];
}
// src/release/waves.ts
/** The number of hosts that `share` means, of `total`; a share is rounded up, so that it is never nobody. */
function shareOf(share, total) {
	return "count" in share ? Math.min(share.count, total) : Math.min(total, Math.ceil(share.percent * total / 100));
}
/** `hosts` cut into the waves; empty waves of a small fleet are left out, and the last one has all that are left. */
function wavesOf(hosts, shares) {
	const ends = [...shares.map((share) => shareOf(share, hosts.length)), hosts.length];
	let done = 0;
	return ends.flatMap((end) => {
		const wave = hosts.slice(done, Math.max(done, end));
		done = Math.max(done, end);
		return wave.length > 0 ? [wave] : [];
	});
}
// src/host/command.ts
/** How long a command and its children get to go after they were told to (command.sh kills them 2 s after TERM). */
const GRACE = 4e3;
/**
* Runs `command`; each line it prints goes to `onLine`.
* @throws Failure when it exits non-zero, is killed, times out, is cancelled by `signal`, or the connection is lost.
*/
async function runCommand(connection, host, command, onLine, signal) {
	const mark = randomMark();
	const pairs = Object.entries(command.environment).map(([name, value]) => `${name}=${value}`);
	const { root = "", run = "" } = command.lock ?? {};
	const script = start$1("command", call("run_command", mark, command.dir, root, run, command.script, ...pairs), command.become);
	const channel = await connection.exec(script.command);
	let started = false;
	let stopped;
	let last = "";
	const status = await new Promise((resolve) => {
		const stop = (why) => {
			stopped = why;
			channel.stdin.end();
			setTimeout(() => resolve(null), GRACE).unref();
		};
		const timer = setTimeout(() => stop("timeout"), command.timeout * 1e3);
		const cancel = () => stop("cancelled");
		signal.addEventListener("abort", cancel, { once: true });
		if (signal.aborted) cancel();
		eachLine(channel.stdout, (line) => {
			if (line === `${mark} started`) started = true;
			else if (line.startsWith(`${mark} done `)) resolve(Number(line.slice(mark.length + 6)));
			else {
				if (line.trim() !== "") last = line;
				onLine(line);
			}
		});
		channel.stderr.resume();
		channel.exit.then(() => resolve(null));
		channel.stdin.write(script.input);
		channel.exit.finally(() => {
			clearTimeout(timer);
			signal.removeEventListener("abort", cancel);
		});
	});
	channel.close();
	if (status === 0 && stopped === void 0) return;
	throw new Failure(`${command.name} ${explain(status, stopped, started, command)}`, {
		host,
		...stopped === "cancelled" ? {} : { remedy: remedyFor$1(status, stopped, last) }
	});
}
function explain(status, stopped, started, { timeout, limit }) {
	if (stopped === "timeout") return `was stopped after ${timeout} s ${limit === void 0 ? "(command_timeout)" : `(${limit})`}, with all it had started`;
	if (stopped === "cancelled") return "was stopped because the run was cancelled";
	if (status === null) return started ? "did not end: the connection was lost, or it was killed" : "could not be started";
	if (status > 128) return `was killed by signal ${status - 128}`;
	return `failed with exit code ${status}`;
}
const LAST_WORDS = 300;
function remedyFor$1(status, stopped, last) {
	const words = last.trim().slice(0, LAST_WORDS);
	const said = words === "" ? "It printed nothing: `set -x` in front of it shows how far it comes." : `Its last words: ${words}`;
	if (stopped === "timeout") return `${said}\nRaise that limit if it needs longer; it has no stdin to ask on.`;
	if (status === 127) return `${said}\nA program was not found: a session without login has a short PATH. Write the full path, or set PATH in the command.`;
	if (status === 126) return `${said}\nIs the file executable? Its execute bit comes from local_dir.`;
	return words === "" ? said : `${said}\nAll that it printed stands in the log above.`;
}
/** The line before a mark is only there to end an unfinished one; an empty one is therefore held back until the next comes. */
function eachLine(stream, onLine) {
	const decoder = new StringDecoder("utf8");
	const cap = 65536;
	let rest = "";
	let blank = false;
	stream.on("data", (chunk) => {
		const pieces = (rest + decoder.write(chunk)).split("\n");
		rest = pieces.pop();
		for (const line of pieces) {
			if (blank && !/^[0-9a-f]{24} done \d+$/.test(line)) onLine("");
			blank = line === "";
			if (!blank) onLine(line);
		}
		if (rest.length > cap) {
			onLine(rest);
			rest = "";
		}
	});
	stream.on("end", () => rest !== "" && onLine(rest));
}
// src/settings/points.ts
/** In the order of a deploy, of a rollback, and of both. */
const points = [
	"starting",
	"started",
	"updating",
	"updated",
	"reverting",
	"reverted",
	"publishing",
	"published",
	"finishing",
	"finishing_rollback",
	"finished",
	"failed"
];
/** Those that a mode passes, in order; only what switches hosts, or makes them ready for it, passes any. */
const pointsOf = {
	deploy: points.filter((point) => !point.includes("revert") && point !== "finishing_rollback"),
	stage: [
		"starting",
		"started",
		"updating",
		"updated",
		"finished",
		"failed"
	],
	publish: [
		"starting",
		"started",
		"publishing",
		"published",
		"finishing",
		"finished",
		"failed"
	],
	rollback: points.filter((point) => !point.includes("updat") && point !== "finishing"),
	prune: [],
	list: [],
	check: [],
	repair: []
};
/** Both sides of each, in order. */
function momentsOf(some) {
	return some.flatMap((point) => [{
		when: "before",
		point
	}, {
		when: "after",
		point
	}]);
}
// src/flow/hook.ts
/** Whether anything would run there. */
function hasHooks(course, at) {
	return hooksAt(course, at).length > 0 || course.fleet.some((station) => settingAt(course.context, station, at) !== null);
}
/**
* Runs the hooks at a point, one after the other, each on all its hosts before the next begins: the setting's own command first, then
* the config file's in their order.
* @param hosts those of the fleet that are at this point now (a wave); runner's hooks run when it is the `turn` for the whole fleet.
* @throws FleetFailure when one fails that may not.
*/
async function runHooks(course, at, hosts = course.fleet, turn = true) {
	const { context } = course;
	await each(context, hosts, at.point, async (station) => {
		const command = settingAt(context, station, at);
		if (command) await runOn(course, station, at, command);
	});
	for (const hook of hooksAt(course, at)) try {
		await runHook(course, at, hook, hosts, turn);
	} catch (error) {
		if (!(hook.allow_failure || at.point === "failed") || !(error instanceof FleetFailure) || context.signal.aborted) throw error;
		for (const { message, detail } of error.failures) context.watch.warn(detail.host, `${message} (${hook.allow_failure ? "allow_failure" : "after the failure"})`);
		for (const station of hosts) station.error = null;
	}
}
async function runHook(course, at, hook, hosts, turn) {
	const { context } = course;
	if (hook.on.kind === "runner") {
		if (turn) await runOnRunner(course, at, hook);
		return;
	}
	await each(context, hosts.filter((station) => runsOn(course, station, hook.on)), at.point, (station) => runOn(course, station, at, toldOf(hook)));
}
/** What would run on a station at those of these moments that the mode passes, in order, for a plan. */
function commandsAt(course, station, moments) {
	return moments.flatMap((at) => {
		const own = settingAt(course.context, station, at);
		const hooks = hooksAt(course, at).filter(({ on }) => runsOn(course, station, on) || on.kind === "runner" && station === course.fleet[0]);
		const moment = `${at.when} ${at.point}`;
		return [...own ? [{
			at: moment,
			name: own.name
		}] : [], ...hooks.map(({ name, on }) => ({
			at: on.kind === "runner" ? `${moment}, on the runner` : moment,
			name
		}))];
	});
}
/** `first` is the same host in every phase of a run and of its second try: the first of the list that takes part. */
function runsOn({ fleet }, station, on) {
	if (on.kind === "role") return station.host.roles.includes(on.role);
	return on.kind === "each" || on.kind === "first" && station === fleet[0];
}
function toldOf({ name, run, timeout }) {
	return {
		name,
		script: run,
		timeout
	};
}
async function runOn(course, station, at, told) {
	const { context } = course;
	const { host } = station;
	station.armed = null;
	station.stirred = true;
	const command = {
		name: told.name,
		script: told.script,
		dir: directoryAt(course, station, at),
		environment: environmentOf(course, station),
		...limitOf(told.timeout, host.settings.command_timeout),
		become: host.settings.become,
		lock: {
			root: station.layout.root,
			run: context.id
		}
	};
	await runCommand(station.connection, host.label, command, (line) => context.watch.output(host.label, line), context.signal);
}
function limitOf(own, usual) {
	return own === void 0 ? { timeout: usual } : {
		timeout: own,
		limit: "its `timeout`"
	};
}
/** On the runner, in the workspace; the variables are those of the first host that takes part, or of the first of all. */
async function runOnRunner(course, at, hook) {
	const { context } = course;
	const [first] = [...course.fleet, ...course.all];
	const command = {
		name: hook.name,
		script: hook.run,
		dir: workspace$1(),
		environment: first ? environmentOf(course, first) : {},
		...limitOf(hook.timeout, context.settings.command_timeout),
		become: void 0
	};
	await using connection = connectLocal("runner");
	try {
		await runCommand(connection, "runner", command, (line) => context.watch.output("runner", line), context.signal);
	} catch (error) {
		throw new FleetFailure(at.point, [failureFrom(error, {
			host: "runner",
			phase: at.point
		})]);
	}
}
function hooksAt({ context }, { when, point }) {
	if (!pointsOf[context.settings.mode].includes(point)) return [];
	return context.hooks.filter((hook) => hook.at.when === when && hook.at.point === point);
}
/** flow.md, "Order": `pre_symlink_command` is the hook `after updated`, `post_deploy_command` the hook `after published`. */
function settingAt({ settings }, { host }, { when, point }) {
	const told = (name, script) => script ? {
		name,
		script,
		timeout: void 0
	} : null;
	if (when !== "after" || !pointsOf[settings.mode].includes(point)) return null;
	if (point === "updated") return told("pre_symlink_command", host.settings.pre_symlink_command);
	if (point === "published") return told("post_deploy_command", host.settings.post_deploy_command);
	return null;
}
/** Where a command runs: in the release once it is there, in the public directory once that leads to it, else in remote_dir. */
function directoryAt({ release }, { layout, current }, { when, point }) {
	const afterwards = [
		"published",
		"finishing",
		"finishing_rollback",
		"finished"
	].includes(point);
	if (current !== null && (afterwards || point === "publishing" && when === "after")) return publicPath(layout);
	const there = [
		"updated",
		"reverted",
		"publishing"
	].includes(point) || when === "after" && ["updating", "reverting"].includes(point);
	if (release !== null && there) return releasePath(layout, release);
	return layout.root;
}
/** flow.md, "Environment". */
function environmentOf(course, station) {
	const { context, release } = course;
	const { host, layout } = station;
	const name = release ?? "";
	return {
		RELEASE_NAME: name,
		RELEASE_PATH: name && releasePath(layout, name),
		PREVIOUS_RELEASE: course.previous ?? releaseBefore(course, station) ?? "",
		CURRENT_PATH: publicPath(layout),
		SHARED_PATH: `${layout.root}/shared`,
		REMOTE_DIR: layout.root,
		REVISION: revisionOf(course, station),
		DEPLOY_HOST: host.name,
		DEPLOY_MODE: context.settings.mode
	};
}
/** The commit of the release that is told of: that of the run which makes it, else as the host has it on record. */
function revisionOf({ context, release, previous }, { entries }) {
	const { origin, settings } = context;
	if (isOneOf(uploading, settings.mode) && previous === void 0) return origin.revision ?? "";
	const entry = entries.find((each) => nameOf(each) === release);
	const revision = entry && deployOf(entry)?.revision;
	return typeof revision === "string" && /^[\w.-]{1,128}$/.test(revision) ? revision : "";
}
/**
* Again after a host was put back: what follows a switch there, for the release it serves again. One that fails keeps none of the others
* from their turn: a service that was restarted for the release before has to be restarted once more. What failed is a warning.
*/
async function runAfterRevert(course, station, back) {
	const { watch } = course.context;
	const at = {
		when: "after",
		point: "published"
	};
	const returned = {
		...course,
		release: back,
		previous: course.release ?? ""
	};
	const own = settingAt(course.context, station, at);
	const hooks = hooksAt(course, at).filter((hook) => runsOn(course, station, hook.on));
	for (const command of [...own ? [own] : [], ...hooks.map(toldOf)]) await runOn(returned, station, at, command).catch((error) => watch.warn(station.host.label, `was put back, but a command after the switch then failed: ${failureFrom(error).message}`));
}
// src/flow/locking.ts
/**
* Seconds to wait for a lock while others are held. Who names the same places in another way has another order, and may wait for one of
* these: at the end of a turn, which has no fixed length, they are let go for longer than a host takes to try again (lock.sh).
*/
const TURN = 15;
const PAUSE = 2500;
/**
* Locks all that are not locked yet. Two runs over the same hosts cannot block each other: a run never waits for a lock while it holds one
* that comes later in the common order, and for none for long while it holds others.
* @throws FleetFailure when one is not to be had within `lock_timeout`.
*/
async function lockInOrder(context, fleet, open) {
	const order = [...fleet].sort((a, b) => lockOrder(a) < lockOrder(b) ? -1 : 1);
	const deadline = Date.now() + context.settings.lock_timeout * 1e3;
	for (;;) {
		const first = order.findIndex(({ state }) => isHeld(state));
		const held = order[first];
		if (!held) return;
		await Promise.all(order.slice(first + 1).map((station) => station.state?.locked ? station.release() : void 0));
		if (context.settings.lock_timeout === 0) throw new FleetFailure("starting", [heldTooLong(context, held)]);
		const left = Math.max(0, Math.ceil((deadline - Date.now()) / 1e3));
		const turn = first === 0 ? left : Math.min(left, Math.ceil(TURN * (1 + Math.random())));
		try {
			await timed(context, held, "starting", () => open(held, turn));
		} catch (error) {
			context.signal.throwIfAborted();
			throw new FleetFailure("starting", [failureFrom(error, {
				host: held.host.label,
				phase: "starting"
			})]);
		}
		if (isHeld(held.state) && turn === left) throw new FleetFailure("starting", [heldTooLong(context, held)]);
		if (isHeld(held.state)) await letGo(context, order.slice(0, first));
		await each(context, isHeld(held.state) ? order.slice(0, first) : order.slice(first + 1), "starting", (station) => open(station, 0));
	}
}
async function letGo(context, stations) {
	await Promise.all(stations.map((station) => station.release()));
	await setTimeout$1(PAUSE, void 0, { signal: context.signal }).catch(() => context.signal.throwIfAborted());
}
function lockOrder({ host, layout }) {
	return [
		host.kind,
		host.name,
		String(host.port).padStart(5, "0"),
		layout.root
	].join(" ");
}
function heldTooLong(context, station) {
	const message = `another run holds the lock: ${describeHolder(station.state?.held ?? "")}`;
	station.error ??= message;
	return new Failure(message, {
		host: station.host.label,
		phase: "starting",
		unchanged: "Nothing was changed on any host.",
		remedy: `Wait for that run to end, cancel it, or raise lock_timeout (${context.settings.lock_timeout} s). A dead run's lock frees itself.`
	});
}
// src/transfer/rsync_fitness.ts
/** The oldest rsync whose flags this tool uses. */
const OLDEST_RSYNC = [3, 1];
/** The oldest rsync without the holes that were closed in January 2025 (CVE-2024-12084 and others). */
const SAFE_RSYNC = [3, 4];
/** Why it cannot, or null. */
function rsyncProblem(line) {
	if (/openrsync/i.test(line)) return `is openrsync (${line.trim()}), which lacks needed flags`;
	const version = versionOf(line);
	if (!version) return `did not tell its version (${line.trim().slice(0, 100)})`;
	return isOlder(version, OLDEST_RSYNC) ? `is too old (${version.join(".")})` : null;
}
function versionOf(line) {
	const found = /version v?(\d+)\.(\d+)/.exec(line);
	return found ? [Number(found[1]), Number(found[2])] : null;
}
function isOlder([major, minor], [thanMajor, thanMinor]) {
	return major < thanMajor || major === thanMajor && minor < thanMinor;
}
/** A remark on the rsyncs that may still have known holes, by whose they are; null when there are none. */
function rsyncRemark(lines) {
	const old = [...lines].filter(([, line]) => {
		const version = versionOf(line);
		return version !== null && isOlder(version, SAFE_RSYNC);
	});
	if (old.length === 0) return null;
	return `rsync is older than 3.4.0 on ${series(old.map(([owner]) => owner))}: known holes were closed there (CVE-2024-12084). Debian, Ubuntu and others mended theirs without a new number: see that updates are installed`;
}
// src/flow/obstacles.ts
/** @param alone whether no other host has anything. */
function obstacles(context, station, alone) {
	const { state, host } = station;
	if (!state) return [];
	const { mode } = context.settings;
	const at = {
		mode,
		prepares: isOneOf(preparing, mode),
		alone,
		station,
		state
	};
	return (mode === "list" ? [] : [
		...missingTools(at),
		...wrongRsync(at),
		...inTheWay(at)
	]).map(({ message, remedy }) => new Failure(message, {
		host: host.label,
		phase: "starting",
		remedy,
		unchanged: "Nothing was changed on any host."
	}));
}
function refuse$1(message, remedy) {
	return {
		message,
		remedy
	};
}
function missingTools({ state, prepares }) {
	const needed = (tool) => tool !== "flock" && tool !== "tar" && (tool !== "rsync" || prepares);
	return state.missingTools.filter(needed).map((tool) => refuse$1(`the host has no ${tool}`, `Install ${tool} on the host, where the ssh user's PATH finds it.`));
}
function wrongRsync({ state, prepares }) {
	const stopped = state.obstacle !== null || state.blocked || state.exposed.length > 0;
	if (!prepares || stopped && state.rsync === "" || state.missingTools.includes("rsync")) return [];
	const problem = rsyncProblem(state.rsync);
	if (problem === null) return [];
	return [refuse$1(`the host's rsync ${problem}`, "Install rsync 3.1 or newer from rsync.samba.org on the host.")];
}
/** Where one of the first stands, the host has looked at nothing else (open.sh). */
function inTheWay(at) {
	const { mode, prepares, alone, state, station } = at;
	const { layout } = station;
	const [exposed] = state.exposed;
	if (exposed !== void 0 && mode !== "rollback") return [refuse$1(`everybody on the host may write in ${exposed}, and could put something else in the place of a release`, `Take that right away: chmod o-w ${quote(exposed)}. A group that deploys together keeps it: chmod 2775.`)];
	if (state.obstacle !== null) {
		const path = publicPath(layout);
		return [refuse$1(`${path} is a real ${state.obstacle}, not a symlink, and is never replaced`, `Move it away on the host, e.g. mv ${quote(path)} ${quote(`${path}.before-releases`)}, then run again.`)];
	}
	if (state.blocked) {
		const above = !`${state.blocked}/`.startsWith(`${layout.root}/`);
		const what = state.blocked === layout.root ? `${layout.root} (remote_dir)` : state.blocked;
		return [refuse$1(`${above ? `${layout.root} cannot be made: ` : ""}${what} is no directory`, "Check remote_dir. What is in its way is never removed: move it away on the host if it should go.")];
	}
	if (state.absent && !prepares) {
		if (mode === "repair" && !alone) return [];
		return [refuse$1(`${layout.root} does not exist`, "Check remote_dir. A host that is new or was emptied gets there by a deploy; until then, leave it out of `hosts`.")];
	}
	return [
		wrongReleases,
		brokenManifest,
		wrongShared,
		wrongDocroot,
		unwritable
	].flatMap((judge) => judge(at));
}
function wrongReleases({ state, station: { layout } }) {
	const releases = `${layout.root}/${layout.releases}`;
	const found = [];
	if (state.symlinked) found.push(refuse$1(`${releases} is a symlink, which is never followed`, "Point remote_dir at the real place."));
	if (state.elsewhere) found.push(refuse$1(`${releases} is on another filesystem than remote_dir`, "Put both on one filesystem: only there is a rename atomic."));
	return found;
}
function brokenManifest({ mode, state, station: { layout } }) {
	if (!state.damage || mode === "rollback" || mode === "repair") return [];
	return [refuse$1(`manifest.json cannot be trusted: ${state.damage.message}`, state.damage.future ? "Use the newer version of this action." : `Look at ${layout.root}/manifest.json; the copy before it is .releases/manifest.json.previous. \`mode: repair\` rebuilds it; a rollback works meanwhile.`)];
}
function wrongShared({ prepares, state, station: { layout } }) {
	if (!prepares) return [];
	const shown = (paths) => paths.map((path) => `${layout.root}/${path}`).join(", ");
	const found = [];
	if (state.lacking.length > 0) found.push(refuse$1(`linked_files are missing: ${shown(state.lacking)}`, "They are yours, not the build's: make the directory there, and put them into it once, e.g. with scp. A deploy links them into each release."));
	if (state.unfit.length > 0) found.push(refuse$1(`what linked_dirs or linked_files name is of the wrong kind: ${shown(state.unfit)}`, "A linked directory must be a directory, a linked file must not be one."));
	return found;
}
function wrongDocroot({ mode, state, station: { layout, host } }) {
	if (!state.docroot || mode === "stage" || mode === "prune" || mode === "repair") return [];
	const fault = state.docroot === "missing" ? "does not exist" : "is not the ssh user's to write in";
	return [refuse$1(`${layout.linkDir} (the directory of public_dir) ${fault}`, `The link is renamed within its own directory, so the ssh user must write there: sudo install -d -o ${host.user ?? "USER"} ${quote(layout.linkDir)}`)];
}
function unwritable({ prepares, state, station: { layout, host } }) {
	if (!prepares || state.unwritable.length === 0) return [];
	const { become } = host.settings;
	const owner = become ?? host.user ?? "USER";
	const what = state.absent ? layout.root : "what linked_dirs name";
	const places = [...new Set(state.unwritable)];
	return [refuse$1(`${what} cannot be made: ${become ?? "the ssh user"} may not write in ${places.join(", ")}`, state.absent ? `Make it for that user once: sudo install -d -o ${owner} ${quote(layout.root)}` : `Give that user the right: sudo chown ${owner} ${places.map(quote).join(" ")}`)];
}
// src/flow/remarks.ts
/** Things to look at some day. */
function remarks(station, mode) {
	const { state } = station;
	if (!state) return [];
	return [
		...damageRemark(state, mode),
		...toolRemarks(state),
		...leftoverRemarks(state, station)
	];
}
function damageRemark(state, mode) {
	if (isLost(state)) return ["manifest.json is not there, though releases are on record; this run removes nothing"];
	if (!state.damage) return [];
	const untouched = mode === "repair" ? "" : "; it is left as it is";
	return [`manifest.json cannot be trusted (${state.damage.message})${untouched}`];
}
function toolRemarks(state) {
	return state.missingTools.filter((tool) => tool === "flock" || tool === "tar").map((tool) => tool === "flock" ? "the host has no flock: the lock of a dead run frees itself by a lease instead of at once" : "the host has no tar: releases cannot be archived there");
}
function leftoverRemarks(state, { layout }) {
	const found = [];
	for (const path of state.exposed) found.push(`everybody on the host may write in ${path}, and could put something else in the place of a release`);
	if (state.dangling) found.push(`${publicPath(layout)} leads nowhere`);
	else if (state.link !== null && state.current === null) found.push(`${publicPath(layout)} leads to ${state.link}, which is no release here. A switch leads it away from there and touches nothing there; no rollback leads back`);
	const part = servedPart(state);
	if (part) {
		const path = publicPath(layout);
		found.push(`${path} leads to a part of ${state.current} (${part}). A switch leads it to the whole of a release, also when that one is gone back to: have the web server look in ${path}/${part}`);
	}
	if (state.odd > 0) found.push(`${state.odd} entries of ${layout.releases}/ are no plain releases; they are left alone`);
	return found;
}
/** The path below the current release that the link leads to, as another tool may have made it; empty for the release itself. */
function servedPart({ link, current }) {
	const steps = (link ?? "").split("/").filter((step) => step !== "" && step !== ".");
	const at = current === null ? -1 : steps.lastIndexOf(current);
	return at < 0 ? "" : steps.slice(at + 1).join("/");
}
// src/flow/gather.ts
/** What a mode is about to do on a host; without `dry_run`. */
const accessOf = {
	deploy: "create",
	stage: "create",
	publish: "lock",
	rollback: "lock",
	prune: "lock",
	repair: "lock",
	list: "look",
	check: "look"
};
function accessFor({ settings: { mode, dry_run } }) {
	return dry_run ? "look" : accessOf[mode];
}
/** Announces `starting`, then `before starting` on the runner: what is to be deployed may be made there. */
async function begin(course) {
	const { context } = course;
	const { mode, local_dir } = context.settings;
	const looks = accessFor(context) === "look";
	const first = isOneOf(preparing, mode) && local_dir !== void 0 ? "read the artifact; " : "";
	const title = looks ? "connect and look at every host" : "connect, lock and look at every host";
	context.watch.phase("starting", `${first}${title}`);
	if (!looks) await runHooks({
		...course,
		fleet: []
	}, {
		when: "before",
		point: "starting"
	});
}
/**
* Opens all stations; those that cannot be reached are set aside as long as `min_hosts` answer.
* @throws FleetFailure when a host cannot be locked or worked on, or too few answer; nothing was changed then.
*/
async function gather(course, { verify = "", begun } = {}) {
	const { context } = course;
	const access = accessFor(context);
	const open = async (station, wait) => {
		await orLeft(context.signal, station, station.open(access, wait, verify), 0);
	};
	const hooked = access !== "look";
	if (!begun) await begin(course);
	await openAll(course, (station) => open(station, 0)).catch((error) => {
		if (!(error instanceof FleetFailure) || context.signal.aborted) throw error;
		throw new FleetFailure("starting", [...error.failures, ...obstaclesOf$1(context, course.all)]);
	});
	if (access !== "look") await lockInOrder(context, course.fleet, open);
	const failures = obstaclesOf$1(context, course.fleet);
	if (failures.length > 0) throw new FleetFailure("starting", failures);
	for (const station of course.fleet) await greet(context, station, access);
	await recall(context, course.fleet);
	if (hooked) await runHooks(course, {
		when: "before",
		point: "starting"
	}, course.fleet, false);
}
function obstaclesOf$1(context, fleet) {
	const alone = fleet.every(({ state }) => !state || state.absent);
	return fleet.flatMap((station) => {
		const found = obstacles(context, station, alone);
		station.error ??= found[0]?.message ?? null;
		return found;
	});
}
/** A host that does not answer is a host less, when its owner allows it (`min_hosts`); it is brought level by a later run. */
async function openAll(course, open) {
	const { context, all } = course;
	try {
		await each(context, all, "starting", open);
	} catch (error) {
		if (!(error instanceof FleetFailure) || context.signal.aborted) throw error;
		const answering = all.filter((station) => station.connected);
		const silent = all.filter((station) => !station.connected);
		const enough = shareOf(context.settings.min_hosts, all.length);
		if (!error.failures.every((failure) => failure.detail.unreachable) || answering.length < enough || answering.some((station) => station.error !== null) || answering.length === 0) throw error;
		course.fleet = answering;
		for (const station of silent) context.watch.warn(station.host.label, `set aside, as min_hosts allows: ${station.error ?? "it does not answer"}`);
	}
}
/** What was found, and what is worth a look; a lock taken over from a dead run is told to the log. */
async function greet(context, station, access) {
	const { watch } = context;
	const { label } = station.host;
	watch.note(label, sight(station));
	watch.debug(label, details(station));
	for (const remark of remarks(station, context.settings.mode)) watch.warn(label, remark);
	const dead = station.state?.takenOver;
	if (!dead || access === "look") return;
	const why = describeHolder(dead);
	watch.note(label, `took over the lock of a run that had died: ${why}`);
	const told = station.session.settle("", eventLine(context, "lock taken over", { why }));
	await orLeft(context.signal, station, told, 0);
}
/** What was found, in a line. */
function sight(station) {
	const { state, layout } = station;
	if (!state || state.absent) return `connected; ${layout.root} does not exist yet`;
	const leads = leadsTo(station);
	const serves = leads === "nothing" && !state.dangling ? "serves nothing yet" : `serves ${leads}`;
	const room = state.space === null ? "" : `, ${prettyBytes(state.space * 1024)} free`;
	return `connected; ${serves}, ${count(state.disk.length, "release")}${room}`;
}
/** The rest of it, for who looks for a cause. */
function details({ state }) {
	if (!state) return "nothing is known of it";
	const { rsync, missingTools, inodes, manifest, banner, takenOver } = state;
	const left = state.incoming.length + state.leftovers.length;
	return JSON.stringify({
		rsync,
		missingTools,
		inodes,
		manifest,
		banner,
		takenOver,
		left
	});
}
// src/flow/git.ts
/** @throws FleetFailure for a dirty work tree (artifact and ignored files aside), another branch, or both. */
async function checkGit(context) {
	const dir = workspace$1();
	const failures = (await Promise.allSettled([checkTree(context, dir), checkBranch(context, dir)])).flatMap((end) => end.status === "rejected" ? failuresOf(end.reason, "starting", void 0) : []);
	const told = new Map(failures.map((failure) => [failure.message, failure]));
	if (told.size > 0) throw new FleetFailure("starting", [...told.values()]);
}
async function checkTree({ settings }, dir) {
	if (!settings.check_git) return;
	const artifact = settings.local_dir === void 0 ? "" : relative(dir, resolve(dir, settings.local_dir));
	const dirty = (await git(dir, [
		"status",
		"--porcelain",
		"--",
		".",
		...artifact && !artifact.startsWith("..") ? [`:(exclude,literal)${artifact}`] : []
	])).split("\n").filter(Boolean);
	if (dirty.length === 0) return;
	const named = dirty.slice(0, 10).map((line) => line.slice(3)).join(", ");
	throw new Failure(`the work tree is not clean (check_git): ${named}${dirty.length > 10 ? ", …" : ""}`, {
		phase: "starting",
		remedy: "Commit or ignore these files, or leave `check_git` out."
	});
}
async function checkBranch(context, dir) {
	const { git_branch: wanted } = context.settings;
	if (wanted === void 0) return;
	const branch = await branchOf(context, dir);
	if (branch === wanted) return;
	throw new Failure(`this run is on ${branch ?? "no branch"}, not on ${wanted} (git_branch)`, {
		phase: "starting",
		remedy: `Run the workflow on ${wanted}.`
	});
}
/** Actions checks out a detached HEAD: there the event's ref tells the branch. */
async function branchOf({ origin }, dir) {
	const head = /^refs\/heads\/(.+)$/.exec(origin.ref ?? "");
	if (head) return head[1];
	if (origin.ref !== null) return null;
	const name = (await git(dir, [
		"rev-parse",
		"--abbrev-ref",
		"HEAD"
	])).trim();
	return name === "HEAD" ? null : name;
}
async function git(dir, args) {
	const { exitCode, stdout, stderr } = await getExecOutput("git", args, {
		cwd: dir,
		silent: true,
		ignoreReturnCode: true,
		env: plainLocale()
	}).catch(() => ({
		exitCode: 127,
		stdout: "",
		stderr: "git is not installed on the runner"
	}));
	if (exitCode === 0) return stdout;
	throw new Failure(`git cannot tell: ${stderr.trim().slice(0, 500)}`, {
		phase: "starting",
		remedy: "Check the repository out with actions/checkout before the deploy, or leave `check_git` and `git_branch` out."
	});
}
// src/flow/probing.ts
/** Seconds by which a host's clock may be wrong before it is worth a remark. Nothing here depends on clocks; logs and TLS do. */
const CLOCK_SKEW = 60;
/** Tries all hosts and tells what is worth a look. @returns what would stop a deploy. */
async function probeAll(context, fleet) {
	const ends = /* @__PURE__ */ new Map();
	const failures = [];
	try {
		await each(context, fleet, "starting", async (station) => {
			if (!station.state || station.state.absent) return;
			ends.set(station, await trial(context, station));
		});
	} catch (error) {
		failures.push(...failuresOf(error, "starting", void 0));
	}
	const trials = new Map(fleet.flatMap((station) => {
		const found = ends.get(station);
		return found ? [[station, found]] : [];
	}));
	for (const [station, found] of trials) {
		for (const remark of remarksOf(station, found)) context.watch.warn(station.host.label, remark);
		if (station.state?.banner) context.watch.note(station.host.label, "the login prints text before commands run; it does no harm here");
	}
	const obstacles = [...trials].flatMap(([station, found]) => obstaclesOf(station, found));
	for (const failure of [...obstacles, ...twins(trials)]) {
		const station = fleet.find(({ host }) => host.label === failure.detail.host);
		if (station) station.error ??= failure.message;
		failures.push(failure);
	}
	return failures;
}
async function trial({ settings }, { session }) {
	const asked = Date.now();
	const found = await session.probe(settings.dry_run);
	const middle = (asked + Date.now()) / 2e3;
	return {
		...found,
		skew: Math.round(found.clock - middle)
	};
}
function remarksOf({ host: { settings } }, found) {
	const { skew } = found;
	return [
		[Math.abs(skew) > CLOCK_SKEW, `its clock is ${Math.abs(skew)} s ${skew > 0 ? "ahead" : "behind"}`],
		[!found.hardLinks && settings.dedupe === "hardlink", "its filesystem has no hard links: unchanged files will be copied on the host"],
		[!found.sync, "it has no `sync -f`: `sync` is used, which waits for all filesystems"],
		[!found.logs, `${settings.log_file} (log_file) cannot be written: the events of a deploy will not be in it`]
	].flatMap(([holds, text]) => holds ? [text] : []);
}
function obstaclesOf({ host, layout }, found) {
	const failures = [];
	if (!found.clones && host.settings.dedupe === "reflink") failures.push(new Failure("the host cannot clone files", {
		host: host.label,
		phase: "starting",
		remedy: "Its filesystem or `cp` lacks reflinks: use `dedupe: hardlink` or `copy`."
	}));
	if (found.unwritable.length > 0) {
		const { become } = host.settings;
		const who = become ?? "the ssh user";
		const places = new Set(found.unwritable.map((path) => posix.resolve(layout.root, path)));
		failures.push(new Failure(`${who} may not write in ${[...places].join(", ")}`, {
			host: host.label,
			phase: "starting",
			remedy: `Give ${who} write access there${become ? "" : ", or use `become`"}.`
		}));
	}
	return failures;
}
function twins(trials) {
	const owners = /* @__PURE__ */ new Map();
	return [...trials].flatMap(([station, { place }]) => {
		if (place === null) return [];
		const { label } = station.host;
		const twin = owners.get(place);
		if (twin === void 0) owners.set(place, station);
		return twin === void 0 ? [] : new Failure(`two entries of hosts are the same place: ${twin.host.label} and ${label}`, {
			host: label,
			phase: "starting",
			remedy: "Leave one of them in `hosts`."
		});
	});
}
// src/flow/rerun.ts
/** The run, in an attempt after its first; null where nobody can have begun what this does. */
function again({ run, attempt }) {
	return attempt < 2 ? null : run;
}
/** The release that an earlier attempt of this run made live somewhere with the same content; null when there is none. */
async function releaseOfEarlierAttempt(context, fleet, fingerprint) {
	const { origin, settings } = context;
	const run = again(origin);
	if (run === null) return null;
	const wanted = fleet.flatMap((station) => {
		const release = served(station);
		const made = release?.deploy;
		const earlier = made?.run === run && Number(made?.attempt ?? origin.attempt) < origin.attempt;
		return release && earlier ? [release] : [];
	}).find((release) => settings.release_name === void 0 || settings.release_name === release.name);
	return wanted && wanted.deploy?.digest === (await fingerprint).digest ? wanted.name : null;
}
/** The release that an earlier attempt of this run went back to on some host; null when there is none. */
function targetOfEarlierAttempt({ origin }, fleet) {
	const run = again(origin);
	if (run === null) return null;
	return fleet.find((station) => served(station)?.deploy?.rolled_back_in === run)?.current ?? null;
}
/** The release that an earlier attempt of this run published somewhere, whatever is served since; null when there is none. */
function publishedByEarlierAttempt({ origin }, fleet) {
	const run = again(origin);
	if (run === null) return null;
	return fleet.flatMap((station) => historyAt(station)).findLast(({ deploy }) => deploy?.published_in === run)?.name ?? null;
}
/** Whether an earlier attempt of this run made or published it there. */
function isOfEarlierAttempt({ origin }, station, release) {
	const run = again(origin);
	if (run === null) return false;
	const known = historyAt(station).find(({ name }) => name === release)?.deploy;
	return known?.run === run || known?.published_in === run;
}
/** What was served before the switch to `release`, also when an earlier attempt of this run made it; null for nothing. */
function leftBy({ origin }, station, release) {
	const before = servedBefore(station);
	const run = again(origin);
	if (before !== release || run === null) return before;
	const { rolled_back_in: by, rolled_back_from: left } = historyAt(station).find(({ name }) => name === release)?.deploy ?? {};
	return by === run && isPlain$1(left) ? left : before;
}
/** Whether an earlier attempt left nothing to do there: what the host serves went through all that follows a switch. */
function isFinished(station, release) {
	return station.current === release && !served(station)?.deploy?.unfinished;
}
function served(station) {
	return historyAt(station).find((release) => release.name === station.current);
}
/**
* Makes the switches of an earlier attempt that never ended well this run's own, for when what follows them fails again: those hosts are
* to be put back with the others (flow.md, "When something fails"). Those of a rollback stay where they are: who pressed it wanted to leave.
*/
function takeOver({ context, fleet, release }, why) {
	const { mode, on_failure } = context.settings;
	if (release === null || mode === "rollback" || on_failure === "keep") return;
	for (const station of fleet) {
		const { state, layout, entries } = station;
		const theirs = !station.touched && servedBefore(station) === release && station.current === release;
		if (!state || state.damage || !theirs || isFinished(station, release)) continue;
		const left = leftFor(historyAt(station), release);
		if (left === null || !isOfEarlierAttempt(context, station, release)) continue;
		const undone = finished$1(entries.map((entry) => nameOf(entry) === release ? neverLive(entry) : entry), release);
		station.touched = true;
		station.before = left;
		station.state = {
			...state,
			link: linkText(layout, left),
			current: left,
			entries: mode === "publish" ? staged(undone, release) : failedFor(undone, release, why)
		};
	}
}
// src/flow/sight.ts
/** Releases that are named where hosts differ: one of the hosts may tell of any number. */
const MISSING_SHOWN = 20;
function tellState({ watch }, station) {
	const { host, state, layout } = station;
	if (!state) return;
	const say = (text) => watch.note(host.label, text);
	if (state.absent) say(`${layout.root} does not exist yet`);
	if (state.obstacle) watch.warn(host.label, `a real ${state.obstacle} stands where the public link belongs`);
	if (state.link !== null && state.current === null) say(`the link leads to ${state.link}, which is no release`);
	if (state.held !== null) {
		say(`locked: ${describeHolder(state.held)}`);
		const newest = historyAt(station).at(-1);
		if (newest?.state === "failed") say(`${newest.name} may be what it works on: a release counts as failed until it is live`);
		return;
	}
	const live = historyAt(station).find(({ name }) => name === station.current);
	if (live?.deploy?.unfinished) watch.warn(host.label, `what follows a switch (post_deploy_command, hooks, health_check_command) never ended well for ${live.name}, which is served: deploy again, or go back`);
	if (state.incoming.length > 0) watch.warn(host.label, `${count(state.incoming.length, "interrupted upload")}; the next deploy goes on from it`);
	if (state.leftovers.length > 0) watch.warn(host.label, `${count(state.leftovers.length, "leftover")} in .releases/; the next deploy, prune or repair tries to remove it`);
}
/** A name that is spelt wrong protects nothing. @param release the one that is to be made, if any. */
function warnOfPins({ watch }, fleet, release) {
	const there = new Set(fleet.flatMap((station) => historyAt(station).map(({ name }) => name)));
	const pinned = new Set(fleet.flatMap(({ host }) => host.settings.pinned_releases ?? []));
	for (const name of pinned) if (name !== release && !there.has(name)) watch.warn(void 0, `pinned_releases names ${name}, which no host has`);
}
function tellDrift({ watch }, fleet) {
	const serving = /* @__PURE__ */ new Map();
	for (const station of fleet) {
		const release = leadsTo(station);
		serving.set(release, [...serving.get(release) ?? [], station.host.label]);
	}
	if (serving.size > 1) {
		const parts = [...serving].map(([release, hosts]) => `${release} on ${hosts.join(", ")}`);
		watch.warn(void 0, `the hosts differ: ${parts.join("; ")}`);
	}
	const lacking = releaseRows(fleet).filter(({ state, hosts, missing_on }) => Array.isArray(missing_on) && hosts.length > 0 && state !== "failed" && state !== "unknown");
	for (const { release, missing_on } of lacking.slice(0, MISSING_SHOWN)) watch.note(void 0, `${release} is missing on ${missing_on.join(", ")}`);
	const more = lacking.length - MISSING_SHOWN;
	if (more > 0) watch.note(void 0, `${count(more, "more release")} ${more === 1 ? "is" : "are"} missing on some host`);
}
// src/transfer/compression.ts
/** Words that tell what an rsync can do; each stands between blanks in `rsync --version`. */
const WORDS = [
	"xxh128",
	"zstd",
	"lz4",
	"zlibx"
];
/** Milliseconds to a host and back below which it is next door: there, more bytes cost less than fewer. */
const NEAR = 3;
/**
* @param roundTrip milliseconds, at most; null when nobody knows.
* @param crowd how many uploads share each of the runner's CPUs.
* @returns null for none.
*/
function chooseCompression(ours, theirs, roundTrip, crowd) {
	if (roundTrip !== null && roundTrip < NEAR) return null;
	const both = ours.knows.filter((word) => able(theirs).includes(word));
	if (both.includes("zstd")) return {
		choice: "zstd",
		level: crowd > 1 ? 1 : 3
	};
	if (both.includes("lz4")) return {
		choice: "lz4",
		level: null
	};
	return both.includes("zlibx") ? {
		choice: "zlibx",
		level: 1
	} : null;
}
/** Before 3.2 an rsync did not tell. It has had zlibx since 3.1.1, under an older name, by which a newer one asks it for that. */
function able({ version, knows }) {
	return /version 3\.1\.[1-9]/.test(version) ? ["zlibx"] : knows;
}
/** Whether the user's own flags say how to compress, or not to. */
function saysCompression(flags) {
	return flags.some((flag) => /^--(no-)?(compress|z|old-c|new-c|skip-c)/.test(flag) || letters$1(flag).includes("z"));
}
/** Those of `-vz`; what follows a letter that takes a value is that value. */
function letters$1(flag) {
	return /^-[^-]/.test(flag) ? flag.slice(1).replace(/[BefMT@].*/s, "") : "";
}
// src/transfer/rsync_version.ts
let told$1;
/** What `rsync --version` says, asked once; null when there is no rsync on the runner. */
function about() {
	told$1 ??= getExecOutput("rsync", ["--version"], {
		silent: true,
		ignoreReturnCode: true,
		env: plainLocale()
	}).then(({ stdout, stderr }) => `${stdout}${stderr}`, () => null);
	return told$1;
}
/** Its first line; null when there is no rsync on the runner. */
async function localRsync() {
	return (await about())?.split("\n")[0] ?? null;
}
/** What the runner's rsync can do, as a host tells it of its own. */
async function localAbilities() {
	const text = await about() ?? "";
	const [version = ""] = text.split("\n");
	return {
		version,
		knows: WORDS.filter((word) => text.includes(` ${word} `))
	};
}
// src/runner.ts
/**
* Before anything is connected.
* @throws Failure when it lacks what a mode needs.
*/
async function checkRunner(mode) {
	const unchanged = "Nothing was connected.";
	if (process.platform === "win32") throw new Failure("this action does not run on Windows runners", {
		remedy: "Use `runs-on: ubuntu-latest`.",
		unchanged
	});
	const problem = isOneOf(uploading, mode) ? await rsyncFailure$1() : null;
	if (problem !== null) throw problem.at({ unchanged });
}
/** Why no artifact can be read or sent from here; null when one can be. */
async function rsyncFailure$1() {
	const version = await localRsync();
	const problem = version === null ? "is missing" : rsyncProblem(version);
	if (problem === null) return null;
	return new Failure(`the runner's rsync ${problem}`, {
		phase: "starting",
		remedy: "Install rsync 3.1 or newer in an earlier step: `sudo apt-get install rsync`, on macOS `brew install rsync`."
	});
}
// src/modes/check.ts
async function check(course) {
	const { context } = course;
	const [read, ...others] = await Promise.allSettled([
		orAborted(artifactOf$1(context.settings), context.signal),
		gather(course),
		orAborted(checkGit(context), context.signal)
	]);
	const failures = [read, ...others].flatMap((end) => end.status === "rejected" ? failuresOf(end.reason, "starting", void 0) : []);
	if (context.signal.aborted) return failedOutcome(course, failures);
	const reached = course.all.filter((station) => station.connected && station.state !== null);
	const artifact = read.status === "fulfilled" ? read.value : null;
	for (const remark of artifact === null ? [] : remarksOn(artifact, reached)) context.watch.warn(void 0, remark);
	const { release_name: release } = context.settings;
	for (const station of reached) {
		if (artifact !== null) failures.push(...shortages(station, { artifact }), ...detours(context, station, artifact));
		if (release === void 0) continue;
		const rerun = isOfEarlierAttempt(context, station, release);
		failures.push(...namesakes(station, {
			release,
			rerun
		}, context.origin.run));
	}
	failures.push(...await probeAll(context, reached));
	for (const station of reached) {
		for (const remark of remarks(station, context.settings.mode)) context.watch.warn(station.host.label, remark);
		tellState(context, station);
	}
	tellDrift(context, reached);
	const old = rsyncRemark(new Map(reached.flatMap(({ host, state }) => state ? [[host.label, state.rsync]] : [])));
	if (old !== null) context.watch.warn(void 0, old);
	return outcomeOf(course, {
		status: "checked",
		release: null,
		failures
	});
}
/** What would be sent; null where no local_dir says. @throws Failure, of the runner's rsync as well: who only looks may do without both. */
async function artifactOf$1({ local_dir, exclude, rsync_flags }) {
	if (local_dir === void 0) return null;
	const problem = await rsyncFailure$1();
	if (problem !== null) throw problem;
	return readArtifact(local_dir, exclude ?? [], rsync_flags ?? []);
}
// src/release/retention.ts
/**
* Keeps the newest `keep` releases that were ever live, and always the current, the previous, the `pinned`, and what was staged after
* the current. Failed leftovers go and use up no slot. What nobody vouches for is left alone.
*/
function planPrune(history, keep, current, pinned = []) {
	const live = history.filter((r) => r.onDisk && r.state !== "failed" && r.state !== "staged" && r.state !== "unknown");
	const kept = /* @__PURE__ */ new Set([...pinned, ...live.slice(-keep).map((release) => release.name)]);
	if (current !== null) kept.add(current);
	const previous = previousOf(history, current);
	if (previous !== null) kept.add(previous);
	const currentAt = history.findIndex((release) => release.name === current);
	history.forEach((release, at) => {
		if (release.state === "staged" && at > currentAt) kept.add(release.name);
	});
	const removable = history.filter((release) => release.state !== "unknown" && !kept.has(release.name));
	return {
		remove: removable.filter((release) => release.onDisk).map((release) => release.name),
		forget: removable.filter((release) => !release.onDisk).map((release) => release.name)
	};
}
// src/flow/prune.ts
/** What `history` leaves to be removed with `current` live. */
function removalAt(station, history, current) {
	const { state, host } = station;
	if (state && isLost(state)) return {
		remove: [],
		forget: []
	};
	const plan = planPrune(history, host.settings.release_count, current, sparedAt(station));
	return history.some(({ name, onDisk, state }) => onDisk && name !== current && state !== "unknown") ? plan : {
		...plan,
		forget: []
	};
}
/** What is to go from a host. */
function clearingOf(context, stand) {
	const { current } = stand;
	const plan = removalAt(stand, historyAt(stand), current);
	const ends = current !== null && context.settings.mode !== "prune" && !isFinished(stand, current);
	const marked = ends ? finished$1(stand.entries, current) : stand.entries;
	const entries = without(marked, [...plan.remove, ...plan.forget]);
	const changes = plan.remove.length > 0 || plan.forget.length > 0 || ends;
	const event = plan.remove.length > 0 ? eventLine(context, "prune", {
		releases: plan.remove,
		outcome: "pruned"
	}) : "";
	return {
		plan,
		manifest: changes ? renderManifest(entries) : "",
		event,
		marked,
		entries
	};
}
/** Clears one host, unless it was told to before. @returns the names that went. */
async function prune(context, station) {
	const { session, host, ahead, current } = station;
	const { plan, manifest, event, marked, entries } = ahead?.clearing ?? clearingOf(context, station);
	const answer = await (ahead?.cleared ?? session.finish(manifest, event, plan.remove));
	const pruned = await noteRemoval(station, {
		before: marked,
		after: entries,
		event
	}, answer);
	const said = pruned.noise.trim();
	if (pruned.kept.length > 0) context.watch.warn(host.label, `could not remove ${pruned.kept.join(", ")}${said ? `: ${said}` : ""}`);
	if (current !== null && pruned.current !== null && pruned.current !== current) context.watch.warn(host.label, `serves ${pruned.current} now: something has switched it since`);
	warnOfLeft(context, station, pruned.left, pruned.noise);
	const strays = historyAt(station).filter(({ state }) => state === "unknown");
	if (strays.length > 0) {
		const names = series(strays.map(({ name }) => name));
		context.watch.note(host.label, `left alone, since nobody vouches for it: ${names} (mode: repair adopts it)`);
	}
	if (pruned.removed.length > 0) context.watch.note(host.label, `removed ${pruned.removed.join(", ")}`);
	return pruned.removed;
}
// src/flow/health.ts
const REMEDY = "Try the command by hand in the public directory on the host. A slow start needs more `health_check_attempts`.";
/** @throws Failure with the last output when no attempt succeeds. */
async function checkHealth(course, station) {
	const { context } = course;
	const { host, layout, connection } = station;
	const { health_check_command: script, health_check_attempts: attempts, health_check_interval: interval } = host.settings;
	if (!script) return;
	const command = {
		name: "health_check_command",
		script,
		dir: publicPath(layout),
		environment: environmentOf(course, station),
		timeout: host.settings.command_timeout,
		become: host.settings.become,
		lock: {
			root: layout.root,
			run: context.id
		}
	};
	for (let attempt = 1;; attempt += 1) {
		const output = [];
		try {
			await runCommand(connection, host.label, command, (line) => output.push(line), context.signal);
			context.watch.note(host.label, `healthy${attempt > 1 ? ` at attempt ${attempt}` : ""}`);
			return;
		} catch (error) {
			const failure = failureFrom(error);
			const said = output.slice(-10).join("\n");
			for (const line of output.slice(-10)) context.watch.output(host.label, line);
			if (attempt >= attempts || context.signal.aborted) throw new Failure(`not healthy after ${count(attempt, "attempt")}: ${failure.message}${said ? `; it said: ${said}` : ""}`, {
				host: host.label,
				...context.signal.aborted ? {} : { remedy: REMEDY },
				cause: error
			});
			context.watch.note(host.label, `not healthy yet (attempt ${attempt} of ${attempts}): ${failure.message}`);
			await setTimeout$1(interval * 1e3, void 0, { signal: context.signal }).catch(() => {
				throw new Failure("the run was cancelled", { host: host.label });
			});
		}
	}
}
// src/flow/phase.ts
/** Says nothing of a phase that has nothing to do. */
async function phase(course, point, title, work, { hosts = course.fleet, first = true, last = true } = {}) {
	const before = {
		when: "before",
		point
	};
	const after = {
		when: "after",
		point
	};
	if (work || hasHooks(course, before) || hasHooks(course, after)) course.context.watch.phase(point, title);
	await runHooks(course, before, hosts, first);
	await work?.();
	await runHooks(course, after, hosts, last);
}
// src/flow/publish.ts
/**
* Switches one host, unless it was told to before.
* @throws Failure when the host refuses or the link does not read back; whether it was switched is then not known.
*/
async function publish$1(station, { publication, entries }, onSwitched) {
	const { session, ahead, armed } = station;
	const { release } = publication;
	if (ahead === null) {
		station.touched = true;
		station.current = null;
		await session.publish({
			...publication,
			armed: armed === release
		}, onSwitched);
	} else await ahead.switched;
	station.entries = entries;
	station.current = release;
}
// src/flow/whole.ts
/**
* What commands on a host have made of a release that is about to be published, or staged, is what it was published as. Without that it is
* compared with its upload.
* @returns whether they changed any of it.
*/
async function renewWhole({ watch }, station, release) {
	if (!station.stirred) return false;
	station.stirred = false;
	try {
		return await station.session.renew(release);
	} catch (error) {
		const why = failureFrom(error).message;
		watch.debug(station.host.label, `what commands made of ${release} will count as changed later: ${why}`);
		return false;
	}
}
/** @throws Failure when files are missing, or with `verify: strict` when any changed. */
async function whole$2(context, station, release) {
	const { host, session, state } = station;
	const { verify } = host.settings;
	if (verify === "off" || !isPlain$1(release)) return;
	const seen = state?.verified?.release === release ? state.verified : await session.verify(release);
	if (!seen) throw new Failure(`release ${release} is not there as a plain directory`, { host: host.label });
	if (!seen.known) {
		context.watch.note(host.label, `${release} was not made by this tool: there is no index to compare it with`);
		return;
	}
	const list = (paths, count) => `${paths.join(", ")}${count > paths.length ? ", …" : ""}`;
	if (seen.missing > 0) throw new Failure(`release ${release} has lost ${seen.missing === 1 ? "1 entry" : `${seen.missing} entries`}: ${list(seen.missingPaths, seen.missing)}`, {
		host: host.label,
		remedy: "Name another `release`, or set `verify: off` if they may be missing."
	});
	if (seen.changed === 0) return;
	const changed = `${seen.changed === 1 ? "1 file" : `${seen.changed} files`} of ${release} changed since it was published: ${list(seen.changedPaths, seen.changed)}`;
	if (verify === "strict") throw new Failure(changed, {
		host: host.label,
		remedy: "Name another `release`, or use `verify: warn`."
	});
	context.watch.warn(host.label, changed);
}
// src/flow/switching.ts
/** What switching `station` takes, as it is or as it will `stand` by then. A damaged manifest is left alone. */
function orderFor(context, station, task, stand = station) {
	const { release, event } = task;
	const { state, layout, current } = stand;
	const made = task.entries(stand);
	const entries = event === "rollback" ? made : unfinished(made, release);
	const history = historyOf({
		entries,
		disk: [.../* @__PURE__ */ new Set([...state?.disk ?? [], release])],
		records: state?.records ?? [],
		current: release
	});
	return {
		publication: {
			link: linkText(layout, release),
			release,
			previous: previousOf(history, release) ?? "",
			manifest: state?.damage ? "" : renderManifest(entries),
			event: eventLine(context, event, {
				from: current,
				to: release,
				...task.detail(station)
			})
		},
		entries
	};
}
/** @throws FleetFailure; which hosts may have been switched then, their `touched` says. */
async function switchFleet(course, task) {
	const { context, fleet } = course;
	const leaving = fleet.filter((station) => station.current !== task.release);
	const waves = wavesOf(leaving, context.settings.waves);
	if (leaving.length === 0) context.watch.note(void 0, `${task.release} is served everywhere already: nothing is switched`);
	const due = fleet.filter((station) => !leaving.includes(station) && (task.again || !isFinished(station, task.release)));
	if (due.length > 0) {
		const turn = {
			hosts: due,
			last: waves.length === 0
		};
		await phase(course, "published", `commands where ${task.release} is current already`, void 0, turn);
		await proveHealthy(course, due);
		await noteFinished$1(context, due, task.release);
	}
	for (const [at, wave] of waves.entries()) {
		context.signal.throwIfAborted();
		const turn = {
			hosts: wave,
			first: at === 0,
			last: at === waves.length - 1
		};
		const which = waves.length === 1 ? "every host" : `wave ${at + 1} of ${waves.length} (${count(wave.length, "host")})`;
		await phase(course, "publishing", `switch ${which} to ${task.release}`, () => switchWave(course, wave, task), turn);
		const follow = {
			...turn,
			first: turn.first && due.length === 0
		};
		await phase(course, "published", `commands after the switch of ${which}`, void 0, follow);
		await proveHealthy(course, wave);
	}
}
/** The log's last word may be that it failed: it has come to its end by now. */
async function noteFinished$1(context, fleet, release) {
	await each(context, fleet, "published", (station) => station.session.settle("", eventLine(context, "finished", {
		to: release,
		outcome: "live"
	})));
}
/** From the first switch of a wave to its last a cancellation waits: half a wave is worse than a moment more. */
async function switchWave({ context }, wave, task) {
	const moments = [];
	await each(context, wave.filter((station) => station.stirred && !station.ahead && (task.event !== "rollback" || station.restored)), "publishing", async (station) => {
		await renewWhole(context, station, task.release);
	});
	if (wave.length > 1) await arm(context, wave, task.release);
	await each(undisturbed(context), wave, "publishing", async (station) => {
		const from = leadsTo(station);
		await publish$1(station, station.ahead?.order ?? orderFor(context, station, task), () => moments.push(performance.now()));
		context.watch.note(station.host.label, `switched from ${from} to ${task.release}`);
	});
	if (wave.length > 1) {
		const spread = Math.round(Math.max(...moments) - Math.min(...moments));
		context.watch.note(void 0, `${wave.length} hosts told of their switch within ${spread} ms`);
	}
}
/** All that can be done beforehand is done on every host before the first is switched: what is left is one rename. */
async function arm(context, wave, release) {
	await each(context, wave.filter((station) => station.armed !== release), "publishing", async (station) => {
		await station.session.arm(release);
		station.armed = release;
	});
}
async function proveHealthy(course, wave) {
	const checked = wave.filter((station) => station.host.settings.health_check_command);
	if (checked.length === 0) return;
	course.context.watch.phase("published", "health_check_command");
	await each(course.context, checked, "published", (station) => checkHealth(course, station));
}
// src/flow/ahead.ts
/** What stands between a release placed and the end of a deploy. */
const between = momentsOf(pointsOf.deploy).slice(indexOf("after", "updating"), indexOf("after", "finishing"));
function indexOf(side, name) {
	return momentsOf(pointsOf.deploy).findIndex(({ when, point }) => when === side && point === name);
}
/** Whether nobody else is to be waited for, and no command is to run, once the one host has its release. */
function standsAlone(course) {
	const [station, ...others] = course.fleet;
	if (!station || others.length > 0 || station.host.settings.health_check_command) return false;
	return !between.some((at) => hasHooks(course, at));
}
/**
* Tells a host what is to follow on the message that places `placed`, before that is answered. Each step is only taken if the one before
* ended well, and none when the run has been cancelled by then.
*/
function tellAhead({ context }, station, placed, task) {
	const { session, host, layout, state, entries, current } = station;
	const stand = {
		host,
		layout,
		state,
		entries,
		current,
		placed
	};
	const order = orderFor(context, station, task, stand);
	const clearing = clearingOf(context, {
		...stand,
		entries: order.entries,
		current: nameOf(placed) ?? null
	});
	const { manifest, event } = order.publication;
	if (!session.hasRoom(manifest, event)) return;
	const spares = !clearing.plan.remove.some((name) => name === servedBefore(station));
	const fits = session.hasRoom(manifest, event, clearing.manifest, clearing.event, ...clearing.plan.remove);
	station.touched = true;
	station.placed = placed;
	const stop = () => session.stop();
	context.signal.addEventListener("abort", stop, { once: true });
	const switched = session.following.publish({
		...order.publication,
		armed: true
	}).catch((error) => {
		if (isPassedOver(error)) {
			station.touched = false;
			station.ahead = null;
		} else station.current = null;
		throw error;
	});
	const cleared = spares && fits ? session.following.finish(clearing.manifest, clearing.event, clearing.plan.remove) : null;
	station.ahead = {
		order,
		switched,
		clearing,
		cleared
	};
	Promise.allSettled([switched, cleared]).then(() => context.signal.removeEventListener("abort", stop));
}
/** Waits until it is known what came of what a host was told. @returns whether all of it was done. */
async function carriedOut(station) {
	const { ahead } = station;
	if (ahead === null) return false;
	const ends = await Promise.allSettled([ahead.switched, ahead.cleared]);
	if (ends[0].status === "fulfilled") {
		station.entries = ahead.order.entries;
		station.current = ahead.order.publication.release;
	}
	return ahead.cleared !== null && ends.every(({ status }) => status === "fulfilled");
}
function isPassedOver(error) {
	return error instanceof Failure && error.cause instanceof PassedOver;
}
// src/flow/revert.ts
/**
* Does what `on_failure` says. With `revert`, each touched host ends as it was, or is named with the command that puts it right by hand.
* @param recordsOf the records of a station put back, with `why` told of the release that failed.
*/
async function putRight(course, failures, recordsOf) {
	const calm = {
		...course,
		context: undisturbed(course.context)
	};
	const touched = calm.fleet.filter((station) => station.touched);
	const spared = calm.fleet.filter((station) => !station.touched && (station.placed !== null || station.current !== calm.release));
	const [ending] = await Promise.all([putTouchedRight(calm, touched, failures, recordsOf), keepForInspection({
		...calm,
		fleet: spared
	}, failures)]);
	return ending;
}
async function putTouchedRight(course, touched, failures, recordsOf) {
	const { context, fleet, release } = course;
	const why = reasonOf(failures);
	if (touched.length === 0) return {
		status: "failed",
		failures
	};
	if (context.settings.on_failure === "keep") {
		context.watch.phase("failed", "leave the hosts as they are (on_failure: keep)");
		await each(context, touched, "failed", async (station) => {
			const from = servedBefore(station);
			const event = eventLine(context, "failed", {
				from,
				to: release,
				why,
				outcome: "kept"
			});
			try {
				await station.session.settle("", event);
			} catch {
				await reopen$1(context, station);
				await station.session.settle("", event);
			}
		}).catch(() => void 0);
		return {
			status: "failed",
			failures
		};
	}
	context.watch.phase("failed", `put ${touched.length} of ${fleet.length} hosts back`);
	try {
		let left = 0;
		await each(context, touched, "failed", async (station) => {
			const before = {
				link: station.state?.link ?? null,
				current: servedBefore(station),
				entries: recordsOf(station, why)
			};
			if (!await putBack(course, station, why, before)) left += 1;
		});
		if (left === touched.length) return {
			status: "failed",
			failures
		};
		if (left === 0 && !touched.some(({ putBack }) => putBack)) {
			const unchanged = touched.length === 1 ? "The host serves what it did before." : "All hosts serve what they did before.";
			return {
				status: "failed",
				failures: failures.map((failure) => failure.at({ unchanged }))
			};
		}
		const back = left === 0 ? `All ${touched.length}` : `${touched.length - left} of ${touched.length}`;
		const unchanged = touched.length === 1 ? "The switched host was put back to what it served before." : `${back} switched hosts were put back to what they served before.`;
		return {
			status: "reverted",
			failures: failures.map((failure) => failure.at({ unchanged }))
		};
	} catch (error) {
		return {
			status: "failed",
			failures: [...failures, ...failuresOf(error, "failed", void 0)]
		};
	}
}
async function reopen$1(context, station) {
	const state = await station.open("lock", Math.max(context.settings.lock_timeout, 75), "");
	await recall(context, [station]).catch(() => {
		station.state = {
			...state,
			outdated: true
		};
	});
	return state;
}
/** @returns false when another run has led the link elsewhere meanwhile, whose business it is now. */
async function putBack(course, station, why, before) {
	const { context } = course;
	const release = course.release ?? "";
	try {
		await switchBack(context, station, release, why, before);
	} catch (first) {
		context.watch.note(station.host.label, `could not be put back at once (${failureFrom(first).message}); trying by a new connection`);
		try {
			const { link } = await reopen$1(context, station);
			if (link !== linkText(station.layout, release)) return await leave(context, station, why, before);
			await switchBack(context, station, release, why, before);
		} catch (error) {
			throw new Failure(`could not be put back to ${before.current ?? "what it served before"}: ${failureFrom(error).message}`, {
				host: station.host.label,
				remedy: `By hand, on the host: ${byHand(station, before)}`,
				cause: error
			});
		}
	}
	context.watch.note(station.host.label, before.link === null ? "the link is away again" : station.state?.dangling ? `the link leads to ${before.link} again, where there was nothing before either` : `serves ${before.current ?? before.link} again`);
	station.putBack = true;
	await dropOlderFailed(course, station);
	if (before.current === null) return true;
	await runAfterRevert(course, station, before.current);
	return true;
}
/** @returns whether the host serves what it did before. */
async function leave(context, station, why, before) {
	const { watch } = context;
	const { host, state, current } = station;
	const serves = current ?? state?.link ?? "nothing";
	if (state?.link === before.link) {
		watch.note(host.label, `serves ${serves}`);
		await recordReturn(context, station, why, before);
		return true;
	}
	watch.warn(host.label, `was switched to ${serves} by another run meanwhile; it is left there`);
	return false;
}
/** The answer was lost, and may be before manifest and log were written; they are, unless another run has worked there since. */
async function recordReturn(context, station, why, before) {
	const names = (entries) => entries.map(nameOf).join();
	const text = renderManifest(before.entries);
	const fresh = station.entries;
	if (station.state?.damage || names(fresh) !== names(before.entries) || renderManifest(fresh) === text) return;
	const event = eventLine(context, "reverted", {
		to: before.current,
		why,
		outcome: "reverted"
	});
	try {
		await station.session.settle(text, event);
		station.entries = before.entries;
	} catch (error) {
		const serves = before.current ?? before.link ?? "nothing";
		context.watch.warn(station.host.label, `serves ${serves} again, but manifest.json and the log do not say so: ${failureFrom(error).message}`);
	}
}
async function switchBack(context, station, release, why, before) {
	station.current = null;
	const publication = {
		link: before.link ?? "",
		release: before.current ?? "",
		previous: "",
		manifest: station.state?.damage ? "" : renderManifest(before.entries),
		event: eventLine(context, "reverted", {
			from: release,
			to: before.current,
			why,
			outcome: "reverted"
		})
	};
	await station.session.publish(publication, () => {
		station.putBack = true;
	});
	station.current = before.current;
	station.entries = before.entries;
}
/** The one command that does on a host what could not be done from here; the same rename as ever (host.md, "Switch"). */
function byHand({ layout }, before) {
	const dir = posix.resolve(layout.root, layout.linkDir);
	const name = layout.linkName;
	if (before.link === null) return `rm -f ${quote(posix.join(dir, name))}`;
	const draft = quote(`.fix/${name}`);
	return `cd ${quote(dir)} && mkdir -p .fix && ln -sf ${quote(before.link)} ${draft} && mv -f ${draft} . && rmdir .fix`;
}
// src/flow/closing.ts
/** `finishing` (or `finishing_rollback`), then `finished`: the switch stands whatever happens here. */
async function finish(course, point, title, work) {
	await tolerate(course, "not cleaned up", (calm) => phase(calm, point, title, () => each(calm.context, calm.fleet, point, work)));
	await free(course);
}
/** `finished`: the locks are freed between its hooks. */
async function free(course) {
	const release = (station) => station.leave();
	await tolerate(course, "not all that follows is done", (calm) => phase(calm, "finished", "free the locks", () => each(calm.context, calm.fleet, "finished", release)));
}
/** What the run is for is done, so a failure from here on is a warning, and a cancellation comes too late. */
async function tolerate(course, lack, work) {
	const calm = {
		...course,
		context: undisturbed(course.context)
	};
	const warn = ({ message, detail }) => calm.context.watch.warn(detail.host, `${successOf[calm.context.settings.mode].replace("_", " ")}, but ${lack}: ${message}`);
	await work(calm).catch((error) => {
		for (const failure of failuresOf(error, "finishing", void 0)) warn(failure);
	});
	for (const station of calm.fleet) station.error = null;
}
/** `failed`: the hooks of a failure, after the fleet was put right; their own failures change nothing. */
async function tellFailure(course) {
	if (course.context.settings.dry_run) return;
	const reachable = course.fleet.filter((station) => station.connected);
	const calm = {
		...course,
		fleet: reachable,
		context: undisturbed(course.context)
	};
	const errors = new Map(reachable.map((station) => [station, station.error]));
	try {
		await phase(calm, "failed", "commands after the failure");
	} catch (error) {
		calm.context.watch.warn(void 0, `a hook of \`failed\` failed itself: ${failureFrom(error).message}`);
	}
	for (const [station, error] of errors) station.error = error;
}
/** The outcome of a run that failed, once its hooks have run. */
async function failed(course, failures, status) {
	await tellFailure(course);
	return failedOutcome(course, failures, status);
}
/** The same before any host may have been switched: what was placed stays, with the reason. */
async function failedUnswitched(course, failures) {
	await keepForInspection(course, failures);
	return failed(course, failures);
}
/** What a failure says of a fleet in which this attempt has switched nobody. */
function noneSwitched({ context, fleet, release }) {
	const served = fleet.filter((station) => release !== null && servedBefore(station) === release);
	if (served.length === 0 || served.length === fleet.length) return "No host was switched.";
	return `No host was switched by this attempt; ${series(served.map(({ host }) => host.label))} served ${release} already. ${context.settings.mode === "rollback" ? "Run it again" : "`mode: rollback`"} brings all hosts to one release.`;
}
/** The same where a switch failed. @param recordsOf the records of a host that is put back. */
async function failedSwitch(course, error, recordsOf) {
	const failures = failuresOf(error, "publishing", void 0);
	takeOver(course, reasonOf(failures));
	if (!course.fleet.some((station) => station.touched)) return failedUnswitched(course, failuresOf(error, "publishing", noneSwitched(course)));
	const ending = await putRight(course, failures, recordsOf);
	return failed(course, ending.failures, ending.status);
}
// src/transfer/fingerprint.ts
/** An artifact that is read before a thread would have started: so soon that the run may wait for it. */
const SMALL$1 = {
	files: 250,
	bytes: 4e6
};
/** @throws Failure when a file cannot be read or has gone since the artifact was listed. */
async function fingerprintOf({ dir, list, files, bytes }) {
	const small = files <= SMALL$1.files && bytes <= SMALL$1.bytes;
	try {
		return small ? digestOf$1({
			dir,
			list,
			files
		}) : await digestInThread({
			dir,
			list,
			files
		});
	} catch (cause) {
		if (cause instanceof Failure) throw cause;
		throw new Failure(`local_dir changed or cannot be read: ${failureFrom(cause).message}`, {
			phase: "updating",
			remedy: "Let the build end before the deploy begins.",
			cause
		});
	}
}
async function digestInThread(listed) {
	const worker = new Worker(ownProgram("hasher"), {
		workerData: listed,
		resourceLimits: { maxYoungGenerationSizeMb: 4 }
	});
	worker.unref();
	return new Promise((resolve, reject) => {
		worker.once("message", resolve);
		worker.once("error", reject);
		worker.once("exit", (code) => code !== 0 && reject(new Failure("the digest of local_dir could not be made")));
	});
}
/** Milliseconds by which a file's date may lag behind the clock: the kernel's ticks are up to ten apart. */
const TICK = 20;
/** Whether a file may be another than was hashed. @param files what was sent; all when left out. */
function changedSince({ content, since }, dir, files) {
	const paths = files?.map((path) => Buffer.from(path, "latin1")) ?? pathsIn(content ?? /* @__PURE__ */ new Uint8Array());
	const prefix = Buffer.from(`${dir}/`);
	for (const path of paths) {
		const stat = lstatSync(Buffer.concat([prefix, path]), { throwIfNoEntry: false });
		if (stat === void 0 || stat.ctimeMs >= since - TICK) return true;
	}
	return false;
}
// src/transfer/lanes.ts
/** Bytes that OpenSSH lets be on their way on a channel (CHAN_SES_WINDOW_DEFAULT). */
const WINDOW = 2097152;
/** Bytes that go one way before the next is taken; upload.sh has the same number. */
const BLOCK = 524288;
/** Lanes beside the first channel; upload.sh has as many. */
const MOST = 3;
/** The share of what windows let through from which on it is they that hold a stream up. */
const NEARLY = .7;
/** Milliseconds, at least, before the pace is judged. */
const PERIOD = 250;
/** What upload.sh prints once a lane is open. */
const OPEN$1 = "lane-open\n";
/** For the first channel: where each block of `source` is, and those that come by that channel itself. It is cut where a lane ends early. */
function weave(source, lanes) {
	const shells = [];
	const open = (lane) => {
		const shell = lanes.open(lane);
		shells.push(shell);
		return shell;
	};
	const stream = Readable.from(woven(source, {
		...lanes,
		open
	}), {
		objectMode: false,
		highWaterMark: BLOCK
	});
	stream.on("error", () => {});
	return {
		stream,
		[Symbol.dispose]() {
			source.destroy();
			stream.destroy();
			for (const { channel } of shells) channel.then((opened) => opened.close(), () => void 0);
		}
	};
}
async function* woven(source, lanes) {
	const ways = [null];
	const widen = widener(lanes);
	let turn = -1;
	for await (const { piece, begins } of piecesOf(source)) {
		if (begins) {
			const lane = widen(ways.length);
			if (lane) yield Buffer.from(`+${ways.push(lane) - 1}\n`);
			turn = (turn + 1) % ways.length;
			yield Buffer.from(`${turn}\n`);
		}
		const way = ways[turn];
		if (!way) yield piece;
		else if (!await put(way, piece)) return;
	}
	for (const way of ways) way?.stdin.end();
}
/** To be called at each block: has another lane opened where that helps, and gives one that has been. */
function widener({ roundTrip, open }) {
	const isHeldUp = watchPace(roundTrip);
	let asked = false;
	let opened;
	return (channels) => {
		if (isHeldUp(channels) && !asked && channels <= MOST) {
			asked = true;
			openLane(open(channels)).then((lane) => {
				opened = lane;
			}, () => void 0);
		}
		const lane = opened;
		opened = void 0;
		if (lane) asked = false;
		return lane;
	};
}
/** @returns whether the lane is still there. */
async function put({ stdin, exit }, piece) {
	if (stdin.writableNeedDrain) await Promise.race([once(stdin, "drain"), exit]).catch(() => {});
	if (stdin.destroyed) return false;
	stdin.write(piece);
	return true;
}
/** @throws anything where there is none to be had. */
async function openLane(shell) {
	const { stdin, stdout, stderr, exit } = await shell.channel;
	const { promise, resolve, reject } = Promise.withResolvers();
	const refuse = () => reject(/* @__PURE__ */ new Error("no lane"));
	stderr.resume();
	readTo(stdout, OPEN$1, resolve, {
		cap: PREAMBLE_CAP,
		onOverflow: refuse
	});
	exit.then(refuse);
	await promise;
	stdout.resume();
	return {
		stdin,
		exit
	};
}
/** To be called at each block; tells whether it is the windows of so many channels that hold the stream up. */
function watchPace(roundTrip) {
	const period = Math.max(PERIOD, 2 * roundTrip);
	let since = performance.now() + period;
	let bytes = 0;
	return (channels) => {
		const passed = performance.now() - since;
		if (passed < 0) return false;
		bytes += BLOCK;
		if (passed < period) return false;
		const share = bytes * roundTrip / (passed * channels * WINDOW);
		since += passed;
		bytes = 0;
		return share >= NEARLY;
	};
}
/** Each in one block. */
async function* piecesOf(source) {
	let left = 0;
	for await (const data of source) for (let at = 0; at < data.length;) {
		const begins = left === 0;
		if (begins) left = BLOCK;
		const piece = data.subarray(at, at + left);
		yield {
			piece,
			begins
		};
		at += piece.length;
		left -= piece.length;
	}
}
// src/transfer/list.ts
/** @param dir of the run's own on the runner; `paths`: each followed by NUL. */
function keepList(dir, paths) {
	const path = join(dir, `${randomMark()}.list`);
	writeFileSync(path, paths, { mode: 384 });
	return {
		path,
		[Symbol.dispose]: () => rmSync(path, { force: true })
	};
}
// src/transfer/trouble.ts
/** The connection or the other end went away: what arrived is kept, so another try goes on from there. */
var TransientError = class extends Error {};
/** The host cannot do what it says it can: asked for less, it may work. */
var Disagreement = class extends Error {};
/** With which an rsync ends that does not take its arguments, or what comes over the wire. */
const DISAGREES = [
	1,
	2,
	4,
	12
];
/** Signals of a program's own making; another one came from somebody. */
const CRASH = /^(SIG)?(SEGV|BUS|ABRT|ILL|FPE|SYS)$/;
/** A file that had arrived wrong twice; the first time is a warning. */
const GARBLED = /^ERROR: .* failed verification/m;
/** Whether an rsync says so; its exit code may not. */
function isGarbled(errors) {
	return GARBLED.test(errors);
}
/** There is no channel to the host. Where another connection was needed for it and could not be made, that was tried often enough. */
function unstarted(refusal, host) {
	const failure = failureFrom(refusal, { host });
	return refusal instanceof Lost ? failure.at({ cause: new TransientError(refusal.message) }) : failure;
}
/** By what a program on the host says, in English. Of the last file that still begins to fit, tar tells only how little it wrote. */
function isFull(said) {
	return /no space left|disk quota exceeded|wrote only \d+ of \d+ bytes/i.test(said);
}
/** @param told who said what. */
function noRoom(told, host) {
	return new Failure(`the host has no room for the upload; ${told}`, {
		host,
		remedy: "Free space or inodes on the host, or lower `release_count` and run `mode: prune`."
	});
}
/**
* What was sent as one piece, and is not there: rsync may fare better, but for a disk that is full, which it would only fill once more.
* @param problem where nothing better is known; `said`: by the host.
*/
function arrivalFailure(problem, { code }, said, host) {
	const full = said.split("\n").find(isFull);
	if (full !== void 0) return noRoom(`tar said: ${full}`, host);
	if (code === null) return new Failure("the upload broke off", {
		host,
		cause: new TransientError("nobody knows how it ended")
	});
	return new Failure(said ? `${problem}: ${said}` : problem, {
		host,
		cause: new Disagreement()
	});
}
/** Codes of rsync(1) and what this tool found behind them; the text decides first, since 11, 12 and 23 mean many things. */
function rsyncFailure(code, exit, errors, host, told) {
	const said = errors.trim().slice(-2e3);
	const fail = (message, remedy, cause) => new Failure(`${message}${said ? `; rsync said: ${said}` : ` (rsync exit code ${code})`}`, {
		host,
		...remedy ? { remedy } : {},
		...cause ? { cause } : {}
	});
	if (isFull(said)) return noRoom(`rsync said: ${said}`, host);
	const garbled = isGarbled(errors);
	if (told && (garbled || CRASH.test(exit.signal ?? "") || DISAGREES.includes(exit.code ?? 0))) return fail("the host's rsync did not get on with this one", void 0, new Disagreement());
	if (exit.code === 76) return fail("the release before could not be built upon", void 0, new Disagreement());
	if (garbled) return fail("what arrived was not what was sent", void 0, new TransientError("failed verification"));
	if (exit.code === 73) return fail("the host cannot clone files", "Its filesystem or `cp` lacks reflinks: use `dedupe: hardlink` or `copy`.");
	if (exit.code === 127 || /rsync: (command )?not found/i.test(said)) return fail("the host has no rsync", "Install rsync on the host.");
	if (/send_files failed to open|\[sender\][^\n]*permission denied/i.test(said)) return fail("a file in local_dir cannot be read", "Every file in local_dir must be readable by the user that the runner works as.");
	if (/read-only file system|permission denied|not permitted/i.test(said)) return fail("the upload may not write there", "Give the user that works there (the ssh user, or that of `become`) write access to .releases/incoming in remote_dir.");
	if (exit.code === 74 || exit.code === 75) return fail("the upload cannot have its private place", "See to .releases/incoming in remote_dir on the host.");
	if (code === 24 || /file has vanished/i.test(said)) return fail("local_dir changed while it was sent", "Let the build end before the deploy begins.");
	if (/unknown option|unrecognized option/i.test(said)) return fail("an rsync does not know a flag", "Both sides need rsync 3.1 or newer; check `rsync_flags`.");
	if ([
		10,
		12,
		30,
		35,
		255
	].includes(code)) return fail("the upload broke off", void 0, new TransientError(`rsync exit code ${code}`));
	return fail("the upload failed");
}
// src/transfer/tarball.ts
/** Bytes of files up to which they go whole: of a large one that changed a little, rsync sends only that. */
const CAP = 1572864;
/** Not every tar restores setuid, setgid and sticky, or gets into a directory that its owner may not write in. */
const isOdd = (stat) => !stat.isSymbolicLink() && ((stat.mode & 3584) !== 0 || stat.isDirectory() && (stat.mode & 192) !== 192);
/** Seconds that a host may take for it. */
const LIMIT$1 = 300;
const compress = promisify(gzip);
let known$1;
/** Whether the runner's tar is one that can: GNU's. Asked once. */
function localTar() {
	known$1 ??= getExecOutput("tar", ["--version"], {
		silent: true,
		ignoreReturnCode: true
	}).then(({ stdout }) => stdout.includes("GNU tar"), () => false);
	return known$1;
}
/**
* Files that are left, and every directory and link, gzipped.
* @param dir of the artifact; `scratch`: of the run's own.
* @returns null where that is more than it is worth: rsync does better.
*/
function tarballOf(dir, scratch, rest) {
	const paths = entriesOf$1(rest);
	return isLittle(dir, paths) ? { data: pack$1(dir, scratch, paths).catch(() => null) } : null;
}
async function pack$1(dir, scratch, paths) {
	using list = keepList(scratch, paths);
	const pieces = [];
	return await exec("tar", [...archiving(list.path)], {
		cwd: dir,
		silent: true,
		ignoreReturnCode: true,
		env: plainLocale({ TAR_OPTIONS: "" }),
		listeners: { stdout: (data) => pieces.push(data) }
	}) === 0 ? compress(Buffer.concat(pieces), { level: 1 }) : null;
}
/** What GNU's tar is told. @param list file with names, each followed by NUL. */
function archiving(list) {
	return [
		"-cf",
		"-",
		"--format=gnu",
		"--owner=0",
		"--group=0",
		"--numeric-owner",
		"--mtime=@0",
		"--hard-dereference",
		"--no-recursion",
		"--no-unquote",
		"--null",
		"-T",
		list
	];
}
function isLittle(dir, paths) {
	const prefix = Buffer.from(`${dir}/`);
	let bytes = 0;
	for (let at = 0; at < paths.length && bytes <= CAP;) {
		const end = paths.indexOf(0, at);
		const stat = lstatSync(Buffer.concat([prefix, paths.subarray(at, end)]), { throwIfNoEntry: false });
		if (stat === void 0 || isOdd(stat)) return false;
		if (stat.isFile()) bytes += stat.size;
		at = end + 1;
	}
	return bytes <= CAP;
}
/**
* Has a host unpack an archive, by a call of upload.sh, which begins with the `head` of what it reads while that is still being made.
* @returns bytes of the archive.
* @throws Failure whose cause is a TransientError when another try may help, a Disagreement when rsync may fare better.
*/
async function sendTarball(task) {
	const { shell, host, signal } = task;
	shell.run(task.invocation);
	shell.write(task.head);
	const data = await task.tarball.data;
	if (data !== null) shell.write(data);
	const { exit, said } = await endOf(shell, AbortSignal.any([signal, AbortSignal.timeout(LIMIT$1 * 1e3)])).catch((refusal) => {
		throw unstarted(refusal, host);
	});
	signal.throwIfAborted();
	if (data === null) throw new Failure("what changed could not be packed here", {
		host,
		cause: new Disagreement()
	});
	if (exit.code === 0) return data.length;
	throw arrivalFailure("the host could not take in one piece what changed", exit, said, host);
}
/** The same for all hosts that have the same left, made once. @param dir of the artifact; `scratch`: of the run's own. */
function createTarballs(dir, scratch) {
	const made = /* @__PURE__ */ new Map();
	return async (rest) => {
		if (!await localTar()) return null;
		const tarball = made.has(rest) ? made.get(rest) : tarballOf(dir, scratch, rest);
		made.set(rest, tarball ?? null);
		return tarball ?? null;
	};
}
// src/transfer/stream.ts
/** Seconds without a byte after which it is given up; long, since what is on its way may be much to unpack. */
const SILENCE$1 = 900;
let known;
/** Whether the runner has what makes such a stream. Asked once. */
function localStream() {
	known ??= Promise.all([localTar(), getExecOutput("zstd", ["--version"], { silent: true }).then(() => true, () => false)]).then((each) => each.every(Boolean));
	return known;
}
/**
* Sends it to its end.
* @returns bytes of the stream.
* @throws Failure whose cause is a TransientError when another try may help, a Disagreement when rsync may fare better.
*/
async function sendStream({ shell, host, onSent, ...task }) {
	using list = keepList(task.dir, task.paths);
	using packing = pack(task.source, list.path, task.level);
	const over = new AbortController();
	const signal = AbortSignal.any([task.signal, over.signal]);
	const timer = setTimeout(() => over.abort(), SILENCE$1 * 1e3);
	let packed;
	packing.done.then((well) => {
		packed = well;
		if (well) task.onPacked();
		else over.abort();
	});
	let bytes = 0;
	const counted = new Transform({ transform(data, _, pass) {
		bytes += data.length;
		timer.refresh();
		onSent(data.length);
		pass(null, data);
	} });
	packing.stdout.pipe(counted);
	using weaving = task.lanes ? weave(counted, task.lanes) : null;
	shell.run(task.invocation);
	if (task.preface) shell.write(task.preface);
	shell.channel.then(({ stderr }) => stderr.on("data", (data) => isFull(data.toString()) && over.abort()), () => void 0);
	const { exit, said } = await endOf(shell, signal, weaving?.stream ?? counted).catch((refusal) => {
		throw unstarted(refusal, host);
	}).finally(() => clearTimeout(timer));
	task.signal.throwIfAborted();
	if (exit.code === 0 && counted.readableEnded && await packing.done) return bytes;
	if (packed === false) throw new Failure("the artifact could not be packed here", {
		host,
		cause: new Disagreement()
	});
	throw arrivalFailure("the artifact did not get there in one piece", exit, said, host);
}
function pack(dir, list, level) {
	const tar = spawn("tar", [
		"-I",
		`zstd -q -${level}`,
		...archiving(list)
	], {
		cwd: dir,
		env: plainLocale({ TAR_OPTIONS: "" }),
		stdio: [
			"ignore",
			"pipe",
			"ignore"
		]
	});
	return {
		stdout: tar.stdout,
		done: once(tar, "close").then(([code]) => code === 0, () => false),
		[Symbol.dispose]() {
			tar.kill();
			tar.stdout.destroy();
		}
	};
}
/** Whether every directory is one that its owner may write in: a release with another is what rsync makes of it. */
function isOpen({ dir, list }) {
	const prefix = Buffer.from(`${dir}/`);
	const may = (path) => ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 448) === 448;
	const { directories } = pathsOfAll(list);
	return may(prefix) && directories.every((path) => may(Buffer.concat([prefix, path])));
}
// src/settings/parser.ts
function parser(shape, parse) {
	return Object.assign((value) => parse(value), { shape });
}
// src/settings/problem.ts
var Problem = class Problem extends Error {
	name = "Problem";
	/** What to do about it: whole sentences, or undefined when the fault says it all. */
	remedy;
	/** The setting's name, or where in it: `remote_dir`, `hosts, entry 2, port`. Empty until the reader knows. */
	where;
	/** `message` is the fault without the setting's name and without a full stop. It never holds a secret's value. */
	constructor(message, remedy, where = "") {
		super(message);
		this.remedy = remedy === "" ? void 0 : remedy;
		this.where = where;
	}
	/** The same problem, seen from further out. */
	in(outer) {
		return new Problem(this.message, this.remedy, [outer, this.where].filter(Boolean).join(", "));
	}
	/** One line: `setting: what is wrong. What to do.` */
	get line() {
		const fault = this.where === "" ? this.message : `${this.where}: ${this.message}`;
		return this.remedy === void 0 ? `${fault}.` : `${fault}. ${this.remedy}`;
	}
};
/** Runs `parse`; a Problem goes to `problems` under the name `where`, and the answer is undefined. */
function attempt$1(problems, where, parse) {
	try {
		return parse();
	} catch (error) {
		if (!(error instanceof Problem)) throw error;
		problems.push(error.in(where));
		return;
	}
}
/** A value as it may be shown: quoted, on one line, without control characters, at most 80 characters. */
function show(value) {
	const plain = (JSON.stringify(value) ?? String(value)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter);
	return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
function escapeCharacter(character) {
	return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
/** A list for a sentence: the first few, and how many more there are. */
function some(names, limit = 5) {
	const shown = names.slice(0, limit).join(", ");
	return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
// src/settings/values/choices.ts
/** A parser for one of `words`, spelled exactly so. */
function oneOf(words) {
	return parser({ enum: words }, (value) => {
		const word = typeof value === "string" ? value.trim() : value;
		const found = words.find((each) => each === word);
		if (found !== void 0) return found;
		throw new Problem(`${show(word)} is not one of ${words.join(", ")}`, "Use one of these words.");
	});
}
const spellings = new Map([...[
	"true",
	"True",
	"TRUE"
].map((word) => [word, true]), ...[
	"false",
	"False",
	"FALSE"
].map((word) => [word, false])]);
/** true or false, in the spellings of YAML 1.2. */
const boolean = parser({ type: "boolean" }, (value) => {
	if (typeof value === "boolean") return value;
	const found = typeof value === "string" ? spellings.get(value.trim()) : void 0;
	if (found !== void 0) return found;
	throw new Problem(`${show(value)} is neither true nor false`, "Write true or false.");
});
// src/settings/values/text.ts
/** Any text; a YAML number or boolean has already lost its spelling (`0755` is 755), so it is refused. */
function text(value) {
	if (typeof value === "string") return value;
	throw new Problem(`must be text, not ${kindOf(value)}`, "Put the value in quotes.");
}
/** One line, spaces around it trimmed. */
const line = parser({
	type: "string",
	minLength: 1
}, (value) => {
	const trimmed = text(value).trim();
	if (/\p{Cc}/u.test(trimmed)) throw new Problem(`${show(trimmed)} holds a line break or another control character`, "Give one plain line.");
	return trimmed;
});
/** Several lines kept as they are, but for CRLF, which becomes LF. */
const script = parser({ type: "string" }, (value) => {
	const lines = text(value).replaceAll("\r\n", "\n");
	if (lines.includes("\0")) throw new Problem("holds a NUL character", "Remove it: no shell can take it.");
	return lines;
});
/** Text that no message shows; line breaks at its end, which pasting adds, are dropped. */
const secret = parser({ type: "string" }, (value) => text(value).replace(/[\r\n]+$/, ""));
/** known_hosts lines with LF; one at least must be more than a comment. */
const knownHosts = parser({ type: "string" }, (value) => {
	const lines = script(value);
	if (lines.split("\n").some((each) => /^\s*[^#\s]/.test(each))) return lines;
	throw new Problem("holds comments only, no host key", "Paste what ssh-keyscan prints for the hosts.");
});
/** What a YAML value is, in words: `a number`, `a list`. */
function kindOf(value) {
	if (value === void 0 || value === null) return "nothing";
	if (Array.isArray(value)) return "a list";
	return typeof value === "object" ? "a mapping" : `a ${typeof value}`;
}
// node_modules/yaml/dist/nodes/identity.js
var require_identity = /* @__PURE__ */ __commonJSMin(((exports) => {
	const ALIAS = Symbol.for("yaml.alias");
	const DOC = Symbol.for("yaml.document");
	const MAP = Symbol.for("yaml.map");
	const PAIR = Symbol.for("yaml.pair");
	const SCALAR = Symbol.for("yaml.scalar");
	const SEQ = Symbol.for("yaml.seq");
	const NODE_TYPE = Symbol.for("yaml.node.type");
	const isAlias = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === ALIAS;
	const isDocument = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === DOC;
	const isMap = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === MAP;
	const isPair = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === PAIR;
	const isScalar = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === SCALAR;
	const isSeq = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === SEQ;
	function isCollection(node) {
		if (node && typeof node === "object") switch (node[NODE_TYPE]) {
			case MAP:
			case SEQ: return true;
		}
		return false;
	}
	function isNode(node) {
		if (node && typeof node === "object") switch (node[NODE_TYPE]) {
			case ALIAS:
			case MAP:
			case SCALAR:
			case SEQ: return true;
		}
		return false;
	}
	const hasAnchor = (node) => (isScalar(node) || isCollection(node)) && !!node.anchor;
	exports.ALIAS = ALIAS;
	exports.DOC = DOC;
	exports.MAP = MAP;
	exports.NODE_TYPE = NODE_TYPE;
	exports.PAIR = PAIR;
	exports.SCALAR = SCALAR;
	exports.SEQ = SEQ;
	exports.hasAnchor = hasAnchor;
	exports.isAlias = isAlias;
	exports.isCollection = isCollection;
	exports.isDocument = isDocument;
	exports.isMap = isMap;
	exports.isNode = isNode;
	exports.isPair = isPair;
	exports.isScalar = isScalar;
	exports.isSeq = isSeq;
}));
// node_modules/yaml/dist/visit.js
var require_visit = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	const BREAK = Symbol("break visit");
	const SKIP = Symbol("skip children");
	const REMOVE = Symbol("remove node");
	/**
	* Apply a visitor to an AST node or document.
	*
	* Walks through the tree (depth-first) starting from `node`, calling a
	* `visitor` function with three arguments:
	*   - `key`: For sequence values and map `Pair`, the node's index in the
	*     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
	*     `null` for the root node.
	*   - `node`: The current node.
	*   - `path`: The ancestry of the current node.
	*
	* The return value of the visitor may be used to control the traversal:
	*   - `undefined` (default): Do nothing and continue
	*   - `visit.SKIP`: Do not visit the children of this node, continue with next
	*     sibling
	*   - `visit.BREAK`: Terminate traversal completely
	*   - `visit.REMOVE`: Remove the current node, then continue with the next one
	*   - `Node`: Replace the current node, then continue by visiting it
	*   - `number`: While iterating the items of a sequence or map, set the index
	*     of the next step. This is useful especially if the index of the current
	*     node has changed.
	*
	* If `visitor` is a single function, it will be called with all values
	* encountered in the tree, including e.g. `null` values. Alternatively,
	* separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
	* `Alias` and `Scalar` node. To define the same visitor function for more than
	* one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
	* and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
	* specific defined one will be used for each node.
	*/
	function visit(node, visitor) {
		const visitor_ = initVisitor(visitor);
		if (identity.isDocument(node)) {
			if (visit_(null, node.contents, visitor_, Object.freeze([node])) === REMOVE) node.contents = null;
		} else visit_(null, node, visitor_, Object.freeze([]));
	}
	/** Terminate visit traversal completely */
	visit.BREAK = BREAK;
	/** Do not visit the children of the current node */
	visit.SKIP = SKIP;
	/** Remove the current node */
	visit.REMOVE = REMOVE;
	function visit_(key, node, visitor, path) {
		const ctrl = callVisitor(key, node, visitor, path);
		if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
			replaceNode(key, path, ctrl);
			return visit_(key, ctrl, visitor, path);
		}
		if (typeof ctrl !== "symbol") {
			if (identity.isCollection(node)) {
				path = Object.freeze(path.concat(node));
				for (let i = 0; i < node.items.length; ++i) {
					const ci = visit_(i, node.items[i], visitor, path);
					if (typeof ci === "number") i = ci - 1;
					else if (ci === BREAK) return BREAK;
					else if (ci === REMOVE) {
						node.items.splice(i, 1);
						i -= 1;
					}
				}
			} else if (identity.isPair(node)) {
				path = Object.freeze(path.concat(node));
				const ck = visit_("key", node.key, visitor, path);
				if (ck === BREAK) return BREAK;
				else if (ck === REMOVE) node.key = null;
				const cv = visit_("value", node.value, visitor, path);
				if (cv === BREAK) return BREAK;
				else if (cv === REMOVE) node.value = null;
			}
		}
		return ctrl;
	}
	/**
	* Apply an async visitor to an AST node or document.
	*
	* Walks through the tree (depth-first) starting from `node`, calling a
	* `visitor` function with three arguments:
	*   - `key`: For sequence values and map `Pair`, the node's index in the
	*     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
	*     `null` for the root node.
	*   - `node`: The current node.
	*   - `path`: The ancestry of the current node.
	*
	* The return value of the visitor may be used to control the traversal:
	*   - `Promise`: Must resolve to one of the following values
	*   - `undefined` (default): Do nothing and continue
	*   - `visit.SKIP`: Do not visit the children of this node, continue with next
	*     sibling
	*   - `visit.BREAK`: Terminate traversal completely
	*   - `visit.REMOVE`: Remove the current node, then continue with the next one
	*   - `Node`: Replace the current node, then continue by visiting it
	*   - `number`: While iterating the items of a sequence or map, set the index
	*     of the next step. This is useful especially if the index of the current
	*     node has changed.
	*
	* If `visitor` is a single function, it will be called with all values
	* encountered in the tree, including e.g. `null` values. Alternatively,
	* separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
	* `Alias` and `Scalar` node. To define the same visitor function for more than
	* one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
	* and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
	* specific defined one will be used for each node.
	*/
	async function visitAsync(node, visitor) {
		const visitor_ = initVisitor(visitor);
		if (identity.isDocument(node)) {
			if (await visitAsync_(null, node.contents, visitor_, Object.freeze([node])) === REMOVE) node.contents = null;
		} else await visitAsync_(null, node, visitor_, Object.freeze([]));
	}
	/** Terminate visit traversal completely */
	visitAsync.BREAK = BREAK;
	/** Do not visit the children of the current node */
	visitAsync.SKIP = SKIP;
	/** Remove the current node */
	visitAsync.REMOVE = REMOVE;
	async function visitAsync_(key, node, visitor, path) {
		const ctrl = await callVisitor(key, node, visitor, path);
		if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
			replaceNode(key, path, ctrl);
			return visitAsync_(key, ctrl, visitor, path);
		}
		if (typeof ctrl !== "symbol") {
			if (identity.isCollection(node)) {
				path = Object.freeze(path.concat(node));
				for (let i = 0; i < node.items.length; ++i) {
					const ci = await visitAsync_(i, node.items[i], visitor, path);
					if (typeof ci === "number") i = ci - 1;
					else if (ci === BREAK) return BREAK;
					else if (ci === REMOVE) {
						node.items.splice(i, 1);
						i -= 1;
					}
				}
			} else if (identity.isPair(node)) {
				path = Object.freeze(path.concat(node));
				const ck = await visitAsync_("key", node.key, visitor, path);
				if (ck === BREAK) return BREAK;
				else if (ck === REMOVE) node.key = null;
				const cv = await visitAsync_("value", node.value, visitor, path);
				if (cv === BREAK) return BREAK;
				else if (cv === REMOVE) node.value = null;
			}
		}
		return ctrl;
	}
	function initVisitor(visitor) {
		if (typeof visitor === "object" && (visitor.Collection || visitor.Node || visitor.Value)) return Object.assign({
			Alias: visitor.Node,
			Map: visitor.Node,
			Scalar: visitor.Node,
			Seq: visitor.Node
		}, visitor.Value && {
			Map: visitor.Value,
			Scalar: visitor.Value,
			Seq: visitor.Value
		}, visitor.Collection && {
			Map: visitor.Collection,
			Seq: visitor.Collection
		}, visitor);
		return visitor;
	}
	function callVisitor(key, node, visitor, path) {
		if (typeof visitor === "function") return visitor(key, node, path);
		if (identity.isMap(node)) return visitor.Map?.(key, node, path);
		if (identity.isSeq(node)) return visitor.Seq?.(key, node, path);
		if (identity.isPair(node)) return visitor.Pair?.(key, node, path);
		if (identity.isScalar(node)) return visitor.Scalar?.(key, node, path);
		if (identity.isAlias(node)) return visitor.Alias?.(key, node, path);
	}
	function replaceNode(key, path, node) {
		const parent = path[path.length - 1];
		if (identity.isCollection(parent)) parent.items[key] = node;
		else if (identity.isPair(parent)) {
			if (key === "key") parent.key = node;
			else parent.value = node;
		} else if (identity.isDocument(parent)) parent.contents = node;
		else {
			const pt = identity.isAlias(parent) ? "alias" : "scalar";
			throw new Error(`Cannot replace node with ${pt} parent`);
		}
	}
	exports.visit = visit;
	exports.visitAsync = visitAsync;
}));
// node_modules/yaml/dist/doc/directives.js
var require_directives = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var visit = require_visit();
	const escapeChars = {
		"!": "%21",
		",": "%2C",
		"[": "%5B",
		"]": "%5D",
		"{": "%7B",
		"}": "%7D"
	};
	const escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, (ch) => escapeChars[ch]);
	var Directives = class Directives {
		constructor(yaml, tags) {
			/**
			* The directives-end/doc-start marker `---`. If `null`, a marker may still be
			* included in the document's stringified representation.
			*/
			this.docStart = null;
			/** The doc-end marker `...`.  */
			this.docEnd = false;
			this.yaml = Object.assign({}, Directives.defaultYaml, yaml);
			this.tags = Object.assign({}, Directives.defaultTags, tags);
		}
		clone() {
			const copy = new Directives(this.yaml, this.tags);
			copy.docStart = this.docStart;
			return copy;
		}
		/**
		* During parsing, get a Directives instance for the current document and
		* update the stream state according to the current version's spec.
		*/
		atDocument() {
			const res = new Directives(this.yaml, this.tags);
			switch (this.yaml.version) {
				case "1.1":
					this.atNextDocument = true;
					break;
				case "1.2":
					this.atNextDocument = false;
					this.yaml = {
						explicit: Directives.defaultYaml.explicit,
						version: "1.2"
					};
					this.tags = Object.assign({}, Directives.defaultTags);
			}
			return res;
		}
		/**
		* @param onError - May be called even if the action was successful
		* @returns `true` on success
		*/
		add(line, onError) {
			if (this.atNextDocument) {
				this.yaml = {
					explicit: Directives.defaultYaml.explicit,
					version: "1.1"
				};
				this.tags = Object.assign({}, Directives.defaultTags);
				this.atNextDocument = false;
			}
			const parts = line.trim().split(/[ \t]+/);
			const name = parts.shift();
			switch (name) {
				case "%TAG": {
					if (parts.length !== 2) {
						onError(0, "%TAG directive should contain exactly two parts");
						if (parts.length < 2) return false;
					}
					const [handle, prefix] = parts;
					this.tags[handle] = prefix;
					return true;
				}
				case "%YAML": {
					this.yaml.explicit = true;
					if (parts.length !== 1) {
						onError(0, "%YAML directive should contain exactly one part");
						return false;
					}
					const [version] = parts;
					if (version === "1.1" || version === "1.2") {
						this.yaml.version = version;
						return true;
					} else {
						const isValid = /^\d+\.\d+$/.test(version);
						onError(6, `Unsupported YAML version ${version}`, isValid);
						return false;
					}
				}
				default:
					onError(0, `Unknown directive ${name}`, true);
					return false;
			}
		}
		/**
		* Resolves a tag, matching handles to those defined in %TAG directives.
		*
		* @returns Resolved tag, which may also be the non-specific tag `'!'` or a
		*   `'!local'` tag, or `null` if unresolvable.
		*/
		tagName(source, onError) {
			if (source === "!") return "!";
			if (source[0] !== "!") {
				onError(`Not a valid tag: ${source}`);
				return null;
			}
			if (source[1] === "<") {
				const verbatim = source.slice(2, -1);
				if (verbatim === "!" || verbatim === "!!") {
					onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
					return null;
				}
				if (source[source.length - 1] !== ">") onError("Verbatim tags must end with a >");
				return verbatim;
			}
			const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
			if (!suffix) onError(`The ${source} tag has no suffix`);
			const prefix = this.tags[handle];
			if (prefix) try {
				return prefix + decodeURIComponent(suffix);
			} catch (error) {
				onError(String(error));
				return null;
			}
			if (handle === "!") return source;
			onError(`Could not resolve tag: ${source}`);
			return null;
		}
		/**
		* Given a fully resolved tag, returns its printable string form,
		* taking into account current tag prefixes and defaults.
		*/
		tagString(tag) {
			for (const [handle, prefix] of Object.entries(this.tags)) if (tag.startsWith(prefix)) return handle + escapeTagName(tag.substring(prefix.length));
			return tag[0] === "!" ? tag : `!<${tag}>`;
		}
		toString(doc) {
			const lines = this.yaml.explicit ? [`%YAML ${this.yaml.version || "1.2"}`] : [];
			const tagEntries = Object.entries(this.tags);
			let tagNames;
			if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
				const tags = {};
				visit.visit(doc.contents, (_key, node) => {
					if (identity.isNode(node) && node.tag) tags[node.tag] = true;
				});
				tagNames = Object.keys(tags);
			} else tagNames = [];
			for (const [handle, prefix] of tagEntries) {
				if (handle === "!!" && prefix === "tag:yaml.org,2002:") continue;
				if (!doc || tagNames.some((tn) => tn.startsWith(prefix))) lines.push(`%TAG ${handle} ${prefix}`);
			}
			return lines.join("\n");
		}
	};
	Directives.defaultYaml = {
		explicit: false,
		version: "1.2"
	};
	Directives.defaultTags = { "!!": "tag:yaml.org,2002:" };
	exports.Directives = Directives;
}));
// node_modules/yaml/dist/doc/anchors.js
var require_anchors = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var visit = require_visit();
	/**
	* Verify that the input string is a valid anchor.
	*
	* Will throw on errors.
	*/
	function anchorIsValid(anchor) {
		if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
			const msg = `Anchor must not contain whitespace or control characters: ${JSON.stringify(anchor)}`;
			throw new Error(msg);
		}
		return true;
	}
	function anchorNames(root) {
		const anchors = /* @__PURE__ */ new Set();
		visit.visit(root, { Value(_key, node) {
			if (node.anchor) anchors.add(node.anchor);
		} });
		return anchors;
	}
	/** Find a new anchor name with the given `prefix` and a one-indexed suffix. */
	function findNewAnchor(prefix, exclude) {
		for (let i = 1;; ++i) {
			const name = `${prefix}${i}`;
			if (!exclude.has(name)) return name;
		}
	}
	function createNodeAnchors(doc, prefix) {
		const aliasObjects = [];
		const sourceObjects = /* @__PURE__ */ new Map();
		let prevAnchors = null;
		return {
			onAnchor: (source) => {
				aliasObjects.push(source);
				prevAnchors ?? (prevAnchors = anchorNames(doc));
				const anchor = findNewAnchor(prefix, prevAnchors);
				prevAnchors.add(anchor);
				return anchor;
			},
			/**
			* With circular references, the source node is only resolved after all
			* of its child nodes are. This is why anchors are set only after all of
			* the nodes have been created.
			*/
			setAnchors: () => {
				for (const source of aliasObjects) {
					const ref = sourceObjects.get(source);
					if (typeof ref === "object" && ref.anchor && (identity.isScalar(ref.node) || identity.isCollection(ref.node))) ref.node.anchor = ref.anchor;
					else {
						const error = /* @__PURE__ */ new Error("Failed to resolve repeated object (this should not happen)");
						error.source = source;
						throw error;
					}
				}
			},
			sourceObjects
		};
	}
	exports.anchorIsValid = anchorIsValid;
	exports.anchorNames = anchorNames;
	exports.createNodeAnchors = createNodeAnchors;
	exports.findNewAnchor = findNewAnchor;
}));
// node_modules/yaml/dist/doc/applyReviver.js
var require_applyReviver = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Applies the JSON.parse reviver algorithm as defined in the ECMA-262 spec,
	* in section 24.5.1.1 "Runtime Semantics: InternalizeJSONProperty" of the
	* 2021 edition: https://tc39.es/ecma262/#sec-json.parse
	*
	* Includes extensions for handling Map and Set objects.
	*/
	function applyReviver(reviver, obj, key, val) {
		if (val && typeof val === "object") {
			if (Array.isArray(val)) for (let i = 0, len = val.length; i < len; ++i) {
				const v0 = val[i];
				const v1 = applyReviver(reviver, val, String(i), v0);
				if (v1 === void 0) delete val[i];
				else if (v1 !== v0) val[i] = v1;
			}
			else if (val instanceof Map) for (const k of Array.from(val.keys())) {
				const v0 = val.get(k);
				const v1 = applyReviver(reviver, val, k, v0);
				if (v1 === void 0) val.delete(k);
				else if (v1 !== v0) val.set(k, v1);
			}
			else if (val instanceof Set) for (const v0 of Array.from(val)) {
				const v1 = applyReviver(reviver, val, v0, v0);
				if (v1 === void 0) val.delete(v0);
				else if (v1 !== v0) {
					val.delete(v0);
					val.add(v1);
				}
			}
			else for (const [k, v0] of Object.entries(val)) {
				const v1 = applyReviver(reviver, val, k, v0);
				if (v1 === void 0) delete val[k];
				else if (v1 !== v0) val[k] = v1;
			}
		}
		return reviver.call(obj, key, val);
	}
	exports.applyReviver = applyReviver;
}));
// node_modules/yaml/dist/nodes/toJS.js
var require_toJS = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	/**
	* Recursively convert any node or its contents to native JavaScript
	*
	* @param value - The input value
	* @param arg - If `value` defines a `toJSON()` method, use this
	*   as its first argument
	* @param ctx - Conversion context, originally set in Document#toJS(). If
	*   `{ keep: true }` is not set, output should be suitable for JSON
	*   stringification.
	*/
	function toJS(value, arg, ctx) {
		if (Array.isArray(value)) return value.map((v, i) => toJS(v, String(i), ctx));
		if (value && typeof value.toJSON === "function") {
			if (!ctx || !identity.hasAnchor(value)) return value.toJSON(arg, ctx);
			const data = {
				aliasCount: 0,
				count: 1,
				res: void 0
			};
			ctx.anchors.set(value, data);
			ctx.onCreate = (res) => {
				data.res = res;
				delete ctx.onCreate;
			};
			const res = value.toJSON(arg, ctx);
			if (ctx.onCreate) ctx.onCreate(res);
			return res;
		}
		if (typeof value === "bigint" && !ctx?.keep) return Number(value);
		return value;
	}
	exports.toJS = toJS;
}));
// node_modules/yaml/dist/nodes/Node.js
var require_Node = /* @__PURE__ */ __commonJSMin(((exports) => {
	var applyReviver = require_applyReviver();
	var identity = require_identity();
	var toJS = require_toJS();
	var NodeBase = class {
		constructor(type) {
			Object.defineProperty(this, identity.NODE_TYPE, { value: type });
		}
		/** Create a copy of this node.  */
		clone() {
			const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
			if (this.range) copy.range = this.range.slice();
			return copy;
		}
		/** A plain JavaScript representation of this node. */
		toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
			if (!identity.isDocument(doc)) throw new TypeError("A document argument is required");
			const ctx = {
				anchors: /* @__PURE__ */ new Map(),
				doc,
				keep: true,
				mapAsMap: mapAsMap === true,
				mapKeyWarned: false,
				maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
			};
			const res = toJS.toJS(this, "", ctx);
			if (typeof onAnchor === "function") for (const { count, res } of ctx.anchors.values()) onAnchor(res, count);
			return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
		}
	};
	exports.NodeBase = NodeBase;
}));
// node_modules/yaml/dist/nodes/Alias.js
var require_Alias = /* @__PURE__ */ __commonJSMin(((exports) => {
	var anchors = require_anchors();
	var visit = require_visit();
	var identity = require_identity();
	var Node = require_Node();
	var toJS = require_toJS();
	var Alias = class extends Node.NodeBase {
		constructor(source) {
			super(identity.ALIAS);
			this.source = source;
			Object.defineProperty(this, "tag", { set() {
				throw new Error("Alias nodes cannot have tags");
			} });
		}
		/**
		* Resolve the value of this alias within `doc`, finding the last
		* instance of the `source` anchor before this node.
		*/
		resolve(doc, ctx) {
			if (ctx?.maxAliasCount === 0) throw new ReferenceError("Alias resolution is disabled");
			let nodes;
			if (ctx?.aliasResolveCache) nodes = ctx.aliasResolveCache;
			else {
				nodes = [];
				visit.visit(doc, { Node: (_key, node) => {
					if (identity.isAlias(node) || identity.hasAnchor(node)) nodes.push(node);
				} });
				if (ctx) ctx.aliasResolveCache = nodes;
			}
			let found = void 0;
			for (const node of nodes) {
				if (node === this) break;
				if (node.anchor === this.source) found = node;
			}
			if (found && ctx) {
				const { anchors, doc, maxAliasCount } = ctx;
				let data = anchors.get(found);
				if (!data) {
					toJS.toJS(found, null, ctx);
					data = anchors.get(found);
				}
				/* istanbul ignore if */
				if (data?.res === void 0) throw new ReferenceError("This should not happen: Alias anchor was not resolved?");
				if (maxAliasCount >= 0) {
					data.count += 1;
					if (data.aliasCount === 0) data.aliasCount = getAliasCount(doc, found, anchors);
					if (data.count * data.aliasCount > maxAliasCount) throw new ReferenceError("Excessive alias count indicates a resource exhaustion attack");
				}
			}
			return found;
		}
		toJSON(_arg, ctx) {
			if (!ctx) return { source: this.source };
			const source = this.resolve(ctx.doc, ctx);
			if (!source) {
				const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
				throw new ReferenceError(msg);
			}
			return ctx.anchors.get(source).res;
		}
		toString(ctx, _onComment, _onChompKeep) {
			const src = `*${this.source}`;
			if (ctx) {
				anchors.anchorIsValid(this.source);
				if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
					const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
					throw new Error(msg);
				}
				if (ctx.implicitKey) return `${src} `;
			}
			return src;
		}
	};
	function getAliasCount(doc, node, anchors) {
		if (identity.isAlias(node)) {
			const source = node.resolve(doc);
			const anchor = anchors && source && anchors.get(source);
			return anchor ? anchor.count * anchor.aliasCount : 0;
		} else if (identity.isCollection(node)) {
			let count = 0;
			for (const item of node.items) {
				const c = getAliasCount(doc, item, anchors);
				if (c > count) count = c;
			}
			return count;
		} else if (identity.isPair(node)) {
			const kc = getAliasCount(doc, node.key, anchors);
			const vc = getAliasCount(doc, node.value, anchors);
			return Math.max(kc, vc);
		}
		return 1;
	}
	exports.Alias = Alias;
}));
// node_modules/yaml/dist/nodes/Scalar.js
var require_Scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Node = require_Node();
	var toJS = require_toJS();
	const isScalarValue = (value) => !value || typeof value !== "function" && typeof value !== "object";
	var Scalar = class extends Node.NodeBase {
		constructor(value) {
			super(identity.SCALAR);
			this.value = value;
		}
		toJSON(arg, ctx) {
			return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
		}
		toString() {
			return String(this.value);
		}
	};
	Scalar.BLOCK_FOLDED = "BLOCK_FOLDED";
	Scalar.BLOCK_LITERAL = "BLOCK_LITERAL";
	Scalar.PLAIN = "PLAIN";
	Scalar.QUOTE_DOUBLE = "QUOTE_DOUBLE";
	Scalar.QUOTE_SINGLE = "QUOTE_SINGLE";
	exports.Scalar = Scalar;
	exports.isScalarValue = isScalarValue;
}));
// node_modules/yaml/dist/doc/createNode.js
var require_createNode = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Alias = require_Alias();
	var identity = require_identity();
	var Scalar = require_Scalar();
	const defaultTagPrefix = "tag:yaml.org,2002:";
	function findTagObject(value, tagName, tags) {
		if (tagName) {
			const match = tags.filter((t) => t.tag === tagName);
			const tagObj = match.find((t) => !t.format) ?? match[0];
			if (!tagObj) throw new Error(`Tag ${tagName} not found`);
			return tagObj;
		}
		return tags.find((t) => t.identify?.(value) && !t.format);
	}
	function createNode(value, tagName, ctx) {
		if (identity.isDocument(value)) value = value.contents;
		if (identity.isNode(value)) return value;
		if (identity.isPair(value)) {
			const map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
			map.items.push(value);
			return map;
		}
		if (value instanceof String || value instanceof Number || value instanceof Boolean || typeof BigInt !== "undefined" && value instanceof BigInt) value = value.valueOf();
		const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
		let ref = void 0;
		if (aliasDuplicateObjects && value && typeof value === "object") {
			ref = sourceObjects.get(value);
			if (ref) {
				ref.anchor ?? (ref.anchor = onAnchor(value));
				return new Alias.Alias(ref.anchor);
			} else {
				ref = {
					anchor: null,
					node: null
				};
				sourceObjects.set(value, ref);
			}
		}
		if (tagName?.startsWith("!!")) tagName = defaultTagPrefix + tagName.slice(2);
		let tagObj = findTagObject(value, tagName, schema.tags);
		if (!tagObj) {
			if (value && typeof value.toJSON === "function") value = value.toJSON();
			if (!value || typeof value !== "object") {
				const node = new Scalar.Scalar(value);
				if (ref) ref.node = node;
				return node;
			}
			tagObj = value instanceof Map ? schema[identity.MAP] : Symbol.iterator in Object(value) ? schema[identity.SEQ] : schema[identity.MAP];
		}
		if (onTagObj) {
			onTagObj(tagObj);
			delete ctx.onTagObj;
		}
		const node = tagObj?.createNode ? tagObj.createNode(ctx.schema, value, ctx) : typeof tagObj?.nodeClass?.from === "function" ? tagObj.nodeClass.from(ctx.schema, value, ctx) : new Scalar.Scalar(value);
		if (tagName) node.tag = tagName;
		else if (!tagObj.default) node.tag = tagObj.tag;
		if (ref) ref.node = node;
		return node;
	}
	exports.createNode = createNode;
}));
// node_modules/yaml/dist/nodes/Collection.js
var require_Collection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var createNode = require_createNode();
	var identity = require_identity();
	var Node = require_Node();
	function collectionFromPath(schema, path, value) {
		let v = value;
		for (let i = path.length - 1; i >= 0; --i) {
			const k = path[i];
			if (typeof k === "number" && Number.isInteger(k) && k >= 0) {
				const a = [];
				a[k] = v;
				v = a;
			} else v = /* @__PURE__ */ new Map([[k, v]]);
		}
		return createNode.createNode(v, void 0, {
			aliasDuplicateObjects: false,
			keepUndefined: false,
			onAnchor: () => {
				throw new Error("This should not happen, please report a bug.");
			},
			schema,
			sourceObjects: /* @__PURE__ */ new Map()
		});
	}
	const isEmptyPath = (path) => path == null || typeof path === "object" && !!path[Symbol.iterator]().next().done;
	var Collection = class extends Node.NodeBase {
		constructor(type, schema) {
			super(type);
			Object.defineProperty(this, "schema", {
				value: schema,
				configurable: true,
				enumerable: false,
				writable: true
			});
		}
		/**
		* Create a copy of this collection.
		*
		* @param schema - If defined, overwrites the original's schema
		*/
		clone(schema) {
			const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
			if (schema) copy.schema = schema;
			copy.items = copy.items.map((it) => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it);
			if (this.range) copy.range = this.range.slice();
			return copy;
		}
		/**
		* Adds a value to the collection. For `!!map` and `!!omap` the value must
		* be a Pair instance or a `{ key, value }` object, which may not have a key
		* that already exists in the map.
		*/
		addIn(path, value) {
			if (isEmptyPath(path)) this.add(value);
			else {
				const [key, ...rest] = path;
				const node = this.get(key, true);
				if (identity.isCollection(node)) node.addIn(rest, value);
				else if (node === void 0 && this.schema) this.set(key, collectionFromPath(this.schema, rest, value));
				else throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
			}
		}
		/**
		* Removes a value from the collection.
		* @returns `true` if the item was found and removed.
		*/
		deleteIn(path) {
			const [key, ...rest] = path;
			if (rest.length === 0) return this.delete(key);
			const node = this.get(key, true);
			if (identity.isCollection(node)) return node.deleteIn(rest);
			else throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
		}
		/**
		* Returns item at `key`, or `undefined` if not found. By default unwraps
		* scalar values from their surrounding node; to disable set `keepScalar` to
		* `true` (collections are always returned intact).
		*/
		getIn(path, keepScalar) {
			const [key, ...rest] = path;
			const node = this.get(key, true);
			if (rest.length === 0) return !keepScalar && identity.isScalar(node) ? node.value : node;
			else return identity.isCollection(node) ? node.getIn(rest, keepScalar) : void 0;
		}
		hasAllNullValues(allowScalar) {
			return this.items.every((node) => {
				if (!identity.isPair(node)) return false;
				const n = node.value;
				return n == null || allowScalar && identity.isScalar(n) && n.value == null && !n.commentBefore && !n.comment && !n.tag;
			});
		}
		/**
		* Checks if the collection includes a value with the key `key`.
		*/
		hasIn(path) {
			const [key, ...rest] = path;
			if (rest.length === 0) return this.has(key);
			const node = this.get(key, true);
			return identity.isCollection(node) ? node.hasIn(rest) : false;
		}
		/**
		* Sets a value in this collection. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*/
		setIn(path, value) {
			const [key, ...rest] = path;
			if (rest.length === 0) this.set(key, value);
			else {
				const node = this.get(key, true);
				if (identity.isCollection(node)) node.setIn(rest, value);
				else if (node === void 0 && this.schema) this.set(key, collectionFromPath(this.schema, rest, value));
				else throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
			}
		}
	};
	exports.Collection = Collection;
	exports.collectionFromPath = collectionFromPath;
	exports.isEmptyPath = isEmptyPath;
}));
// node_modules/yaml/dist/stringify/stringifyComment.js
var require_stringifyComment = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Stringifies a comment.
	*
	* Empty comment lines are left empty,
	* lines consisting of a single space are replaced by `#`,
	* and all other lines are prefixed with a `#`.
	*/
	const stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, "#");
	function indentComment(comment, indent) {
		if (/^\n+$/.test(comment)) return comment.substring(1);
		return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
	}
	const lineComment = (str, indent, comment) => str.endsWith("\n") ? indentComment(comment, indent) : comment.includes("\n") ? "\n" + indentComment(comment, indent) : (str.endsWith(" ") ? "" : " ") + comment;
	exports.indentComment = indentComment;
	exports.lineComment = lineComment;
	exports.stringifyComment = stringifyComment;
}));
// node_modules/yaml/dist/stringify/foldFlowLines.js
var require_foldFlowLines = /* @__PURE__ */ __commonJSMin(((exports) => {
	const FOLD_FLOW = "flow";
	const FOLD_BLOCK = "block";
	const FOLD_QUOTED = "quoted";
	/**
	* Tries to keep input at up to `lineWidth` characters, splitting only on spaces
	* not followed by newlines or spaces unless `mode` is `'quoted'`. Lines are
	* terminated with `\n` and started with `indent`.
	*/
	function foldFlowLines(text, indent, mode = "flow", { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
		if (!lineWidth || lineWidth < 0) return text;
		if (lineWidth < minContentWidth) minContentWidth = 0;
		const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
		if (text.length <= endStep) return text;
		const folds = [];
		const escapedFolds = {};
		let end = lineWidth - indent.length;
		if (typeof indentAtStart === "number") {
			if (indentAtStart > lineWidth - Math.max(2, minContentWidth)) folds.push(0);
			else end = lineWidth - indentAtStart;
		}
		let split = void 0;
		let prev = void 0;
		let overflow = false;
		let i = -1;
		let escStart = -1;
		let escEnd = -1;
		if (mode === FOLD_BLOCK) {
			i = consumeMoreIndentedLines(text, i, indent.length);
			if (i !== -1) end = i + endStep;
		}
		for (let ch; ch = text[i += 1];) {
			if (mode === FOLD_QUOTED && ch === "\\") {
				escStart = i;
				switch (text[i + 1]) {
					case "x":
						i += 3;
						break;
					case "u":
						i += 5;
						break;
					case "U":
						i += 9;
						break;
					default: i += 1;
				}
				escEnd = i;
			}
			if (ch === "\n") {
				if (mode === FOLD_BLOCK) i = consumeMoreIndentedLines(text, i, indent.length);
				end = i + indent.length + endStep;
				split = void 0;
			} else {
				if (ch === " " && prev && prev !== " " && prev !== "\n" && prev !== "	") {
					const next = text[i + 1];
					if (next && next !== " " && next !== "\n" && next !== "	") split = i;
				}
				if (i >= end) {
					if (split) {
						folds.push(split);
						end = split + endStep;
						split = void 0;
					} else if (mode === FOLD_QUOTED) {
						while (prev === " " || prev === "	") {
							prev = ch;
							ch = text[i += 1];
							overflow = true;
						}
						const j = i > escEnd + 1 ? i - 2 : escStart - 1;
						if (escapedFolds[j]) return text;
						folds.push(j);
						escapedFolds[j] = true;
						end = j + endStep;
						split = void 0;
					} else overflow = true;
				}
			}
			prev = ch;
		}
		if (overflow && onOverflow) onOverflow();
		if (folds.length === 0) return text;
		if (onFold) onFold();
		let res = text.slice(0, folds[0]);
		for (let i = 0; i < folds.length; ++i) {
			const fold = folds[i];
			const end = folds[i + 1] || text.length;
			if (fold === 0) res = `\n${indent}${text.slice(0, end)}`;
			else {
				if (mode === FOLD_QUOTED && escapedFolds[fold]) res += `${text[fold]}\\`;
				res += `\n${indent}${text.slice(fold + 1, end)}`;
			}
		}
		return res;
	}
	/**
	* Presumes `i + 1` is at the start of a line
	* @returns index of last newline in more-indented block
	*/
	function consumeMoreIndentedLines(text, i, indent) {
		let end = i;
		let start = i + 1;
		let ch = text[start];
		while (ch === " " || ch === "	") if (i < start + indent) ch = text[++i];
		else {
			do
				ch = text[++i];
			while (ch && ch !== "\n");
			end = i;
			start = i + 1;
			ch = text[start];
		}
		return end;
	}
	exports.FOLD_BLOCK = FOLD_BLOCK;
	exports.FOLD_FLOW = FOLD_FLOW;
	exports.FOLD_QUOTED = FOLD_QUOTED;
	exports.foldFlowLines = foldFlowLines;
}));
// node_modules/yaml/dist/stringify/stringifyString.js
var require_stringifyString = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var foldFlowLines = require_foldFlowLines();
	const getFoldOptions = (ctx, isBlock) => ({
		indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
		lineWidth: ctx.options.lineWidth,
		minContentWidth: ctx.options.minContentWidth
	});
	const containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
	function lineLengthOverLimit(str, lineWidth, indentLength) {
		if (!lineWidth || lineWidth < 0) return false;
		const limit = lineWidth - indentLength;
		const strLen = str.length;
		if (strLen <= limit) return false;
		for (let i = 0, start = 0; i < strLen; ++i) if (str[i] === "\n") {
			if (i - start > limit) return true;
			start = i + 1;
			if (strLen - start <= limit) return false;
		}
		return true;
	}
	function doubleQuotedString(value, ctx) {
		const json = JSON.stringify(value);
		if (ctx.options.doubleQuotedAsJSON) return json;
		const { implicitKey } = ctx;
		const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
		const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
		let str = "";
		let start = 0;
		for (let i = 0, ch = json[i]; ch; ch = json[++i]) {
			if (ch === " " && json[i + 1] === "\\" && json[i + 2] === "n") {
				str += json.slice(start, i) + "\\ ";
				i += 1;
				start = i;
				ch = "\\";
			}
			if (ch === "\\") switch (json[i + 1]) {
				case "u":
					{
						str += json.slice(start, i);
						const code = json.substr(i + 2, 4);
						switch (code) {
							case "0000":
								str += "\\0";
								break;
							case "0007":
								str += "\\a";
								break;
							case "000b":
								str += "\\v";
								break;
							case "001b":
								str += "\\e";
								break;
							case "0085":
								str += "\\N";
								break;
							case "00a0":
								str += "\\_";
								break;
							case "2028":
								str += "\\L";
								break;
							case "2029":
								str += "\\P";
								break;
							default: if (code.substr(0, 2) === "00") str += "\\x" + code.substr(2);
							else str += json.substr(i, 6);
						}
						i += 5;
						start = i + 1;
					}
					break;
				case "n":
					if (implicitKey || json[i + 2] === "\"" || json.length < minMultiLineLength) i += 1;
					else {
						str += json.slice(start, i) + "\n\n";
						while (json[i + 2] === "\\" && json[i + 3] === "n" && json[i + 4] !== "\"") {
							str += "\n";
							i += 2;
						}
						str += indent;
						if (json[i + 2] === " ") str += "\\";
						i += 1;
						start = i + 1;
					}
					break;
				default: i += 1;
			}
		}
		str = start ? str + json.slice(start) : json;
		return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
	}
	function singleQuotedString(value, ctx) {
		if (ctx.options.singleQuote === false || ctx.implicitKey && value.includes("\n") || /[ \t]\n|\n[ \t]/.test(value)) return doubleQuotedString(value, ctx);
		const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
		const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&\n${indent}`) + "'";
		return ctx.implicitKey ? res : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
	}
	function quotedString(value, ctx) {
		const { singleQuote } = ctx.options;
		let qs;
		if (singleQuote === false) qs = doubleQuotedString;
		else {
			const hasDouble = value.includes("\"");
			const hasSingle = value.includes("'");
			if (hasDouble && !hasSingle) qs = singleQuotedString;
			else if (hasSingle && !hasDouble) qs = doubleQuotedString;
			else qs = singleQuote ? singleQuotedString : doubleQuotedString;
		}
		return qs(value, ctx);
	}
	let blockEndNewlines;
	try {
		blockEndNewlines = /* @__PURE__ */ new RegExp("(^|(?<!\n))\n+(?!\n|$)", "g");
	} catch {
		blockEndNewlines = /\n+(?!\n|$)/g;
	}
	function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
		const { blockQuote, commentString, lineWidth } = ctx.options;
		if (!blockQuote || /\n[\t ]+$/.test(value)) return quotedString(value, ctx);
		const indent = ctx.indent || (ctx.forceBlockIndent || containsDocumentMarker(value) ? "  " : "");
		const literal = blockQuote === "literal" ? true : blockQuote === "folded" || type === Scalar.Scalar.BLOCK_FOLDED ? false : type === Scalar.Scalar.BLOCK_LITERAL ? true : !lineLengthOverLimit(value, lineWidth, indent.length);
		if (!value) return literal ? "|\n" : ">\n";
		let chomp;
		let endStart;
		for (endStart = value.length; endStart > 0; --endStart) {
			const ch = value[endStart - 1];
			if (ch !== "\n" && ch !== "	" && ch !== " ") break;
		}
		let end = value.substring(endStart);
		const endNlPos = end.indexOf("\n");
		if (endNlPos === -1) chomp = "-";
		else if (value === end || endNlPos !== end.length - 1) {
			chomp = "+";
			if (onChompKeep) onChompKeep();
		} else chomp = "";
		if (end) {
			value = value.slice(0, -end.length);
			if (end[end.length - 1] === "\n") end = end.slice(0, -1);
			end = end.replace(blockEndNewlines, `$&${indent}`);
		}
		let startWithSpace = false;
		let startEnd;
		let startNlPos = -1;
		for (startEnd = 0; startEnd < value.length; ++startEnd) {
			const ch = value[startEnd];
			if (ch === " ") startWithSpace = true;
			else if (ch === "\n") startNlPos = startEnd;
			else break;
		}
		let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
		if (start) {
			value = value.substring(start.length);
			start = start.replace(/\n+/g, `$&${indent}`);
		}
		let header = (startWithSpace ? indent ? "2" : "1" : "") + chomp;
		if (comment) {
			header += " " + commentString(comment.replace(/ ?[\r\n]+/g, " "));
			if (onComment) onComment();
		}
		if (!literal) {
			const foldedValue = value.replace(/\n+/g, "\n$&").replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, "$1$2").replace(/\n+/g, `$&${indent}`);
			let literalFallback = false;
			const foldOptions = getFoldOptions(ctx, true);
			if (blockQuote !== "folded" && type !== Scalar.Scalar.BLOCK_FOLDED) foldOptions.onOverflow = () => {
				literalFallback = true;
			};
			const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
			if (!literalFallback) return `>${header}\n${indent}${body}`;
		}
		value = value.replace(/\n+/g, `$&${indent}`);
		return `|${header}\n${indent}${start}${value}${end}`;
	}
	function plainString(item, ctx, onComment, onChompKeep) {
		const { type, value } = item;
		const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
		if (implicitKey && value.includes("\n") || inFlow && /[[\]{},]/.test(value)) return quotedString(value, ctx);
		if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) return implicitKey || inFlow || !value.includes("\n") ? quotedString(value, ctx) : blockString(item, ctx, onComment, onChompKeep);
		if (!implicitKey && !inFlow && type !== Scalar.Scalar.PLAIN && value.includes("\n")) return blockString(item, ctx, onComment, onChompKeep);
		if (containsDocumentMarker(value)) {
			if (indent === "") {
				ctx.forceBlockIndent = true;
				return blockString(item, ctx, onComment, onChompKeep);
			} else if (implicitKey && indent === indentStep) return quotedString(value, ctx);
		}
		const str = value.replace(/\n+/g, `$&\n${indent}`);
		if (actualString) {
			const test = (tag) => tag.default && tag.tag !== "tag:yaml.org,2002:str" && tag.test?.test(str);
			const { compat, tags } = ctx.doc.schema;
			if (tags.some(test) || compat?.some(test)) return quotedString(value, ctx);
		}
		return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
	}
	function stringifyString(item, ctx, onComment, onChompKeep) {
		const { implicitKey, inFlow } = ctx;
		const ss = typeof item.value === "string" ? item : Object.assign({}, item, { value: String(item.value) });
		let { type } = item;
		if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
			if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value)) type = Scalar.Scalar.QUOTE_DOUBLE;
		}
		const _stringify = (_type) => {
			switch (_type) {
				case Scalar.Scalar.BLOCK_FOLDED:
				case Scalar.Scalar.BLOCK_LITERAL: return implicitKey || inFlow ? quotedString(ss.value, ctx) : blockString(ss, ctx, onComment, onChompKeep);
				case Scalar.Scalar.QUOTE_DOUBLE: return doubleQuotedString(ss.value, ctx);
				case Scalar.Scalar.QUOTE_SINGLE: return singleQuotedString(ss.value, ctx);
				case Scalar.Scalar.PLAIN: return plainString(ss, ctx, onComment, onChompKeep);
				default: return null;
			}
		};
		let res = _stringify(type);
		if (res === null) {
			const { defaultKeyType, defaultStringType } = ctx.options;
			const t = implicitKey && defaultKeyType || defaultStringType;
			res = _stringify(t);
			if (res === null) throw new Error(`Unsupported default string type ${t}`);
		}
		return res;
	}
	exports.stringifyString = stringifyString;
}));
// node_modules/yaml/dist/stringify/stringify.js
var require_stringify = /* @__PURE__ */ __commonJSMin(((exports) => {
	var anchors = require_anchors();
	var identity = require_identity();
	var stringifyComment = require_stringifyComment();
	var stringifyString = require_stringifyString();
	function createStringifyContext(doc, options) {
		const opt = Object.assign({
			blockQuote: true,
			commentString: stringifyComment.stringifyComment,
			defaultKeyType: null,
			defaultStringType: "PLAIN",
			directives: null,
			doubleQuotedAsJSON: false,
			doubleQuotedMinMultiLineLength: 40,
			falseStr: "false",
			flowCollectionPadding: true,
			indentSeq: true,
			lineWidth: 80,
			minContentWidth: 20,
			nullStr: "null",
			simpleKeys: false,
			singleQuote: null,
			trailingComma: false,
			trueStr: "true",
			verifyAliasOrder: true
		}, doc.schema.toStringOptions, options);
		let inFlow;
		switch (opt.collectionStyle) {
			case "block":
				inFlow = false;
				break;
			case "flow":
				inFlow = true;
				break;
			default: inFlow = null;
		}
		return {
			anchors: /* @__PURE__ */ new Set(),
			doc,
			flowCollectionPadding: opt.flowCollectionPadding ? " " : "",
			indent: "",
			indentStep: typeof opt.indent === "number" ? " ".repeat(opt.indent) : "  ",
			inFlow,
			options: opt
		};
	}
	function getTagObject(tags, item) {
		if (item.tag) {
			const match = tags.filter((t) => t.tag === item.tag);
			if (match.length > 0) return match.find((t) => t.format === item.format) ?? match[0];
		}
		let tagObj = void 0;
		let obj;
		if (identity.isScalar(item)) {
			obj = item.value;
			let match = tags.filter((t) => t.identify?.(obj));
			if (match.length > 1) {
				const testMatch = match.filter((t) => t.test);
				if (testMatch.length > 0) match = testMatch;
			}
			tagObj = match.find((t) => t.format === item.format) ?? match.find((t) => !t.format);
		} else {
			obj = item;
			tagObj = tags.find((t) => t.nodeClass && obj instanceof t.nodeClass);
		}
		if (!tagObj) {
			const name = obj?.constructor?.name ?? (obj === null ? "null" : typeof obj);
			throw new Error(`Tag not resolved for ${name} value`);
		}
		return tagObj;
	}
	function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
		if (!doc.directives) return "";
		const props = [];
		const anchor = (identity.isScalar(node) || identity.isCollection(node)) && node.anchor;
		if (anchor && anchors.anchorIsValid(anchor)) {
			anchors$1.add(anchor);
			props.push(`&${anchor}`);
		}
		const tag = node.tag ?? (tagObj.default ? null : tagObj.tag);
		if (tag) props.push(doc.directives.tagString(tag));
		return props.join(" ");
	}
	function stringify(item, ctx, onComment, onChompKeep) {
		if (identity.isPair(item)) return item.toString(ctx, onComment, onChompKeep);
		if (identity.isAlias(item)) {
			if (ctx.doc.directives) return item.toString(ctx);
			if (ctx.resolvedAliases?.has(item)) throw new TypeError(`Cannot stringify circular structure without alias nodes`);
			else {
				if (ctx.resolvedAliases) ctx.resolvedAliases.add(item);
				else ctx.resolvedAliases = /* @__PURE__ */ new Set([item]);
				item = item.resolve(ctx.doc);
			}
		}
		let tagObj = void 0;
		const node = identity.isNode(item) ? item : ctx.doc.createNode(item, { onTagObj: (o) => tagObj = o });
		tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
		const props = stringifyProps(node, tagObj, ctx);
		if (props.length > 0) ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
		const str = typeof tagObj.stringify === "function" ? tagObj.stringify(node, ctx, onComment, onChompKeep) : identity.isScalar(node) ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep) : node.toString(ctx, onComment, onChompKeep);
		if (!props) return str;
		return identity.isScalar(node) || str[0] === "{" || str[0] === "[" ? `${props} ${str}` : `${props}\n${ctx.indent}${str}`;
	}
	exports.createStringifyContext = createStringifyContext;
	exports.stringify = stringify;
}));
// node_modules/yaml/dist/stringify/stringifyPair.js
var require_stringifyPair = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	var stringify = require_stringify();
	var stringifyComment = require_stringifyComment();
	function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
		const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
		let keyComment = identity.isNode(key) && key.comment || null;
		if (simpleKeys) {
			if (keyComment) throw new Error("With simple keys, key nodes cannot have comments");
			if (identity.isCollection(key) || !identity.isNode(key) && typeof key === "object") throw new Error("With simple keys, collection cannot be used as a key value");
		}
		let explicitKey = !simpleKeys && (!key || keyComment && value == null && !ctx.inFlow || identity.isCollection(key) || (identity.isScalar(key) ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL : typeof key === "object"));
		ctx = Object.assign({}, ctx, {
			allNullValues: false,
			implicitKey: !explicitKey && (simpleKeys || !allNullValues),
			indent: indent + indentStep
		});
		let keyCommentDone = false;
		let chompKeep = false;
		let str = stringify.stringify(key, ctx, () => keyCommentDone = true, () => chompKeep = true);
		if (!explicitKey && !ctx.inFlow && str.length > 1024) {
			if (simpleKeys) throw new Error("With simple keys, single line scalar must not span more than 1024 characters");
			explicitKey = true;
		}
		if (ctx.inFlow) {
			if (allNullValues || value == null) {
				if (keyCommentDone && onComment) onComment();
				return str === "" ? "?" : explicitKey ? `? ${str}` : str;
			}
		} else if (allNullValues && !simpleKeys || value == null && explicitKey) {
			str = `? ${str}`;
			if (keyComment && !keyCommentDone) str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
			else if (chompKeep && onChompKeep) onChompKeep();
			return str;
		}
		if (keyCommentDone) keyComment = null;
		if (explicitKey) {
			if (keyComment) str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
			str = `? ${str}\n${indent}:`;
		} else {
			str = `${str}:`;
			if (keyComment) str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
		}
		let vsb, vcb, valueComment;
		if (identity.isNode(value)) {
			vsb = !!value.spaceBefore;
			vcb = value.commentBefore;
			valueComment = value.comment;
		} else {
			vsb = false;
			vcb = null;
			valueComment = null;
			if (value && typeof value === "object") value = doc.createNode(value);
		}
		ctx.implicitKey = false;
		if (!explicitKey && !keyComment && identity.isScalar(value)) ctx.indentAtStart = str.length + 1;
		chompKeep = false;
		if (!indentSeq && indentStep.length >= 2 && !ctx.inFlow && !explicitKey && identity.isSeq(value) && !value.flow && !value.tag && !value.anchor) ctx.indent = ctx.indent.substring(2);
		let valueCommentDone = false;
		const valueStr = stringify.stringify(value, ctx, () => valueCommentDone = true, () => chompKeep = true);
		let ws = " ";
		if (keyComment || vsb || vcb) {
			ws = vsb ? "\n" : "";
			if (vcb) {
				const cs = commentString(vcb);
				ws += `\n${stringifyComment.indentComment(cs, ctx.indent)}`;
			}
			if (valueStr === "" && !ctx.inFlow) {
				if (ws === "\n" && valueComment) ws = "\n\n";
			} else ws += `\n${ctx.indent}`;
		} else if (!explicitKey && identity.isCollection(value)) {
			const vs0 = valueStr[0];
			const nl0 = valueStr.indexOf("\n");
			const hasNewline = nl0 !== -1;
			const flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
			if (hasNewline || !flow) {
				let hasPropsLine = false;
				if (hasNewline && (vs0 === "&" || vs0 === "!")) {
					let sp0 = valueStr.indexOf(" ");
					if (vs0 === "&" && sp0 !== -1 && sp0 < nl0 && valueStr[sp0 + 1] === "!") sp0 = valueStr.indexOf(" ", sp0 + 1);
					if (sp0 === -1 || nl0 < sp0) hasPropsLine = true;
				}
				if (!hasPropsLine) ws = `\n${ctx.indent}`;
			}
		} else if (valueStr === "" || valueStr[0] === "\n") ws = "";
		str += ws + valueStr;
		if (ctx.inFlow) {
			if (valueCommentDone && onComment) onComment();
		} else if (valueComment && !valueCommentDone) str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
		else if (chompKeep && onChompKeep) onChompKeep();
		return str;
	}
	exports.stringifyPair = stringifyPair;
}));
// node_modules/yaml/dist/log.js
var require_log = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_process = __require("process");
	function debug(logLevel, ...messages) {
		if (logLevel === "debug") console.log(...messages);
	}
	function warn(logLevel, warning) {
		if (logLevel === "debug" || logLevel === "warn") {
			if (typeof node_process.emitWarning === "function") node_process.emitWarning(warning);
			else console.warn(warning);
		}
	}
	exports.debug = debug;
	exports.warn = warn;
}));
// node_modules/yaml/dist/schema/yaml-1.1/merge.js
var require_merge = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	const MERGE_KEY = "<<";
	const merge = {
		identify: (value) => value === MERGE_KEY || typeof value === "symbol" && value.description === MERGE_KEY,
		default: "key",
		tag: "tag:yaml.org,2002:merge",
		test: /^<<$/,
		resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), { addToJSMap: addMergeToJSMap }),
		stringify: () => MERGE_KEY
	};
	const isMergeKey = (ctx, key) => (merge.identify(key) || identity.isScalar(key) && (!key.type || key.type === Scalar.Scalar.PLAIN) && merge.identify(key.value)) && ctx?.doc.schema.tags.some((tag) => tag.tag === merge.tag && tag.default);
	function addMergeToJSMap(ctx, map, value) {
		const source = resolveAliasValue(ctx, value);
		if (identity.isSeq(source)) for (const it of source.items) mergeValue(ctx, map, it);
		else if (Array.isArray(source)) for (const it of source) mergeValue(ctx, map, it);
		else mergeValue(ctx, map, source);
	}
	function mergeValue(ctx, map, value) {
		const source = resolveAliasValue(ctx, value);
		if (!identity.isMap(source)) throw new Error("Merge sources must be maps or map aliases");
		const srcMap = source.toJSON(null, ctx, Map);
		for (const [key, value] of srcMap) if (map instanceof Map) {
			if (!map.has(key)) map.set(key, value);
		} else if (map instanceof Set) map.add(key);
		else if (!Object.prototype.hasOwnProperty.call(map, key)) Object.defineProperty(map, key, {
			value,
			writable: true,
			enumerable: true,
			configurable: true
		});
		return map;
	}
	function resolveAliasValue(ctx, value) {
		return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
	}
	exports.addMergeToJSMap = addMergeToJSMap;
	exports.isMergeKey = isMergeKey;
	exports.merge = merge;
}));
// node_modules/yaml/dist/nodes/addPairToJSMap.js
var require_addPairToJSMap = /* @__PURE__ */ __commonJSMin(((exports) => {
	var log = require_log();
	var merge = require_merge();
	var stringify = require_stringify();
	var identity = require_identity();
	var toJS = require_toJS();
	function addPairToJSMap(ctx, map, { key, value }) {
		if (identity.isNode(key) && key.addToJSMap) key.addToJSMap(ctx, map, value);
		else if (merge.isMergeKey(ctx, key)) merge.addMergeToJSMap(ctx, map, value);
		else {
			const jsKey = toJS.toJS(key, "", ctx);
			if (map instanceof Map) map.set(jsKey, toJS.toJS(value, jsKey, ctx));
			else if (map instanceof Set) map.add(jsKey);
			else {
				const stringKey = stringifyKey(key, jsKey, ctx);
				const jsValue = toJS.toJS(value, stringKey, ctx);
				if (stringKey in map) Object.defineProperty(map, stringKey, {
					value: jsValue,
					writable: true,
					enumerable: true,
					configurable: true
				});
				else map[stringKey] = jsValue;
			}
		}
		return map;
	}
	function stringifyKey(key, jsKey, ctx) {
		if (jsKey === null) return "";
		if (typeof jsKey !== "object") return String(jsKey);
		if (identity.isNode(key) && ctx?.doc) {
			const strCtx = stringify.createStringifyContext(ctx.doc, {});
			strCtx.anchors = /* @__PURE__ */ new Set();
			for (const node of ctx.anchors.keys()) strCtx.anchors.add(node.anchor);
			strCtx.inFlow = true;
			strCtx.inStringifyKey = true;
			const strKey = key.toString(strCtx);
			if (!ctx.mapKeyWarned) {
				let jsonStr = JSON.stringify(strKey);
				if (jsonStr.length > 40) jsonStr = jsonStr.substring(0, 36) + "...\"";
				log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
				ctx.mapKeyWarned = true;
			}
			return strKey;
		}
		return JSON.stringify(jsKey);
	}
	exports.addPairToJSMap = addPairToJSMap;
}));
// node_modules/yaml/dist/nodes/Pair.js
var require_Pair = /* @__PURE__ */ __commonJSMin(((exports) => {
	var createNode = require_createNode();
	var stringifyPair = require_stringifyPair();
	var addPairToJSMap = require_addPairToJSMap();
	var identity = require_identity();
	function createPair(key, value, ctx) {
		return new Pair(createNode.createNode(key, void 0, ctx), createNode.createNode(value, void 0, ctx));
	}
	var Pair = class Pair {
		constructor(key, value = null) {
			Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR });
			this.key = key;
			this.value = value;
		}
		clone(schema) {
			let { key, value } = this;
			if (identity.isNode(key)) key = key.clone(schema);
			if (identity.isNode(value)) value = value.clone(schema);
			return new Pair(key, value);
		}
		toJSON(_, ctx) {
			const pair = ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
			return addPairToJSMap.addPairToJSMap(ctx, pair, this);
		}
		toString(ctx, onComment, onChompKeep) {
			return ctx?.doc ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep) : JSON.stringify(this);
		}
	};
	exports.Pair = Pair;
	exports.createPair = createPair;
}));
// node_modules/yaml/dist/stringify/stringifyCollection.js
var require_stringifyCollection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var stringify = require_stringify();
	var stringifyComment = require_stringifyComment();
	function stringifyCollection(collection, ctx, options) {
		return (ctx.inFlow ?? collection.flow ? stringifyFlowCollection : stringifyBlockCollection)(collection, ctx, options);
	}
	function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
		const { indent, options: { commentString } } = ctx;
		const itemCtx = Object.assign({}, ctx, {
			indent: itemIndent,
			type: null
		});
		let chompKeep = false;
		const lines = [];
		for (let i = 0; i < items.length; ++i) {
			const item = items[i];
			let comment = null;
			if (identity.isNode(item)) {
				if (!chompKeep && item.spaceBefore) lines.push("");
				addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
				if (item.comment) comment = item.comment;
			} else if (identity.isPair(item)) {
				const ik = identity.isNode(item.key) ? item.key : null;
				if (ik) {
					if (!chompKeep && ik.spaceBefore) lines.push("");
					addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
				}
			}
			chompKeep = false;
			let str = stringify.stringify(item, itemCtx, () => comment = null, () => chompKeep = true);
			if (comment) str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
			if (chompKeep && comment) chompKeep = false;
			lines.push(blockItemPrefix + str);
		}
		let str;
		if (lines.length === 0) str = flowChars.start + flowChars.end;
		else {
			str = lines[0];
			for (let i = 1; i < lines.length; ++i) {
				const line = lines[i];
				str += line ? `\n${indent}${line}` : "\n";
			}
		}
		if (comment) {
			str += "\n" + stringifyComment.indentComment(commentString(comment), indent);
			if (onComment) onComment();
		} else if (chompKeep && onChompKeep) onChompKeep();
		return str;
	}
	function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
		const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
		itemIndent += indentStep;
		const itemCtx = Object.assign({}, ctx, {
			indent: itemIndent,
			inFlow: true,
			type: null
		});
		let reqNewline = false;
		let linesAtValue = 0;
		const lines = [];
		for (let i = 0; i < items.length; ++i) {
			const item = items[i];
			let comment = null;
			if (identity.isNode(item)) {
				if (item.spaceBefore) lines.push("");
				addCommentBefore(ctx, lines, item.commentBefore, false);
				if (item.comment) comment = item.comment;
			} else if (identity.isPair(item)) {
				const ik = identity.isNode(item.key) ? item.key : null;
				if (ik) {
					if (ik.spaceBefore) lines.push("");
					addCommentBefore(ctx, lines, ik.commentBefore, false);
					if (ik.comment) reqNewline = true;
				}
				const iv = identity.isNode(item.value) ? item.value : null;
				if (iv) {
					if (iv.comment) comment = iv.comment;
					if (iv.commentBefore) reqNewline = true;
				} else if (item.value == null && ik?.comment) comment = ik.comment;
			}
			if (comment) reqNewline = true;
			let str = stringify.stringify(item, itemCtx, () => comment = null);
			reqNewline || (reqNewline = lines.length > linesAtValue || str.includes("\n"));
			if (i < items.length - 1) str += ",";
			else if (ctx.options.trailingComma) {
				if (ctx.options.lineWidth > 0) reqNewline || (reqNewline = lines.reduce((sum, line) => sum + line.length + 2, 2) + (str.length + 2) > ctx.options.lineWidth);
				if (reqNewline) str += ",";
			}
			if (comment) str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
			lines.push(str);
			linesAtValue = lines.length;
		}
		const { start, end } = flowChars;
		if (lines.length === 0) return start + end;
		else {
			if (!reqNewline) {
				const len = lines.reduce((sum, line) => sum + line.length + 2, 2);
				reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
			}
			if (reqNewline) {
				let str = start;
				for (const line of lines) str += line ? `\n${indentStep}${indent}${line}` : "\n";
				return `${str}\n${indent}${end}`;
			} else return `${start}${fcPadding}${lines.join(" ")}${fcPadding}${end}`;
		}
	}
	function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
		if (comment && chompKeep) comment = comment.replace(/^\n+/, "");
		if (comment) {
			const ic = stringifyComment.indentComment(commentString(comment), indent);
			lines.push(ic.trimStart());
		}
	}
	exports.stringifyCollection = stringifyCollection;
}));
// node_modules/yaml/dist/nodes/YAMLMap.js
var require_YAMLMap = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyCollection = require_stringifyCollection();
	var addPairToJSMap = require_addPairToJSMap();
	var Collection = require_Collection();
	var identity = require_identity();
	var Pair = require_Pair();
	var Scalar = require_Scalar();
	function findPair(items, key) {
		const k = identity.isScalar(key) ? key.value : key;
		for (const it of items) if (identity.isPair(it)) {
			if (it.key === key || it.key === k) return it;
			if (identity.isScalar(it.key) && it.key.value === k) return it;
		}
	}
	var YAMLMap = class extends Collection.Collection {
		static get tagName() {
			return "tag:yaml.org,2002:map";
		}
		constructor(schema) {
			super(identity.MAP, schema);
			this.items = [];
		}
		/**
		* A generic collection parsing method that can be extended
		* to other node classes that inherit from YAMLMap
		*/
		static from(schema, obj, ctx) {
			const { keepUndefined, replacer } = ctx;
			const map = new this(schema);
			const add = (key, value) => {
				if (typeof replacer === "function") value = replacer.call(obj, key, value);
				else if (Array.isArray(replacer) && !replacer.includes(key)) return;
				if (value !== void 0 || keepUndefined) map.items.push(Pair.createPair(key, value, ctx));
			};
			if (obj instanceof Map) for (const [key, value] of obj) add(key, value);
			else if (obj && typeof obj === "object") for (const key of Object.keys(obj)) add(key, obj[key]);
			if (typeof schema.sortMapEntries === "function") map.items.sort(schema.sortMapEntries);
			return map;
		}
		/**
		* Adds a value to the collection.
		*
		* @param overwrite - If not set `true`, using a key that is already in the
		*   collection will throw. Otherwise, overwrites the previous value.
		*/
		add(pair, overwrite) {
			let _pair;
			if (identity.isPair(pair)) _pair = pair;
			else if (!pair || typeof pair !== "object" || !("key" in pair)) _pair = new Pair.Pair(pair, pair?.value);
			else _pair = new Pair.Pair(pair.key, pair.value);
			const prev = findPair(this.items, _pair.key);
			const sortEntries = this.schema?.sortMapEntries;
			if (prev) {
				if (!overwrite) throw new Error(`Key ${_pair.key} already set`);
				if (identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value)) prev.value.value = _pair.value;
				else prev.value = _pair.value;
			} else if (sortEntries) {
				const i = this.items.findIndex((item) => sortEntries(_pair, item) < 0);
				if (i === -1) this.items.push(_pair);
				else this.items.splice(i, 0, _pair);
			} else this.items.push(_pair);
		}
		delete(key) {
			const it = findPair(this.items, key);
			if (!it) return false;
			return this.items.splice(this.items.indexOf(it), 1).length > 0;
		}
		get(key, keepScalar) {
			const node = findPair(this.items, key)?.value;
			return (!keepScalar && identity.isScalar(node) ? node.value : node) ?? void 0;
		}
		has(key) {
			return !!findPair(this.items, key);
		}
		set(key, value) {
			this.add(new Pair.Pair(key, value), true);
		}
		/**
		* @param ctx - Conversion context, originally set in Document#toJS()
		* @param {Class} Type - If set, forces the returned collection type
		* @returns Instance of Type, Map, or Object
		*/
		toJSON(_, ctx, Type) {
			const map = Type ? new Type() : ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
			if (ctx?.onCreate) ctx.onCreate(map);
			for (const item of this.items) addPairToJSMap.addPairToJSMap(ctx, map, item);
			return map;
		}
		toString(ctx, onComment, onChompKeep) {
			if (!ctx) return JSON.stringify(this);
			for (const item of this.items) if (!identity.isPair(item)) throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
			if (!ctx.allNullValues && this.hasAllNullValues(false)) ctx = Object.assign({}, ctx, { allNullValues: true });
			return stringifyCollection.stringifyCollection(this, ctx, {
				blockItemPrefix: "",
				flowChars: {
					start: "{",
					end: "}"
				},
				itemIndent: ctx.indent || "",
				onChompKeep,
				onComment
			});
		}
	};
	exports.YAMLMap = YAMLMap;
	exports.findPair = findPair;
}));
// node_modules/yaml/dist/schema/common/map.js
var require_map = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var YAMLMap = require_YAMLMap();
	exports.map = {
		collection: "map",
		default: true,
		nodeClass: YAMLMap.YAMLMap,
		tag: "tag:yaml.org,2002:map",
		resolve(map, onError) {
			if (!identity.isMap(map)) onError("Expected a mapping for this tag");
			return map;
		},
		createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
	};
}));
// node_modules/yaml/dist/nodes/YAMLSeq.js
var require_YAMLSeq = /* @__PURE__ */ __commonJSMin(((exports) => {
	var createNode = require_createNode();
	var stringifyCollection = require_stringifyCollection();
	var Collection = require_Collection();
	var identity = require_identity();
	var Scalar = require_Scalar();
	var toJS = require_toJS();
	var YAMLSeq = class extends Collection.Collection {
		static get tagName() {
			return "tag:yaml.org,2002:seq";
		}
		constructor(schema) {
			super(identity.SEQ, schema);
			this.items = [];
		}
		add(value) {
			this.items.push(value);
		}
		/**
		* Removes a value from the collection.
		*
		* `key` must contain a representation of an integer for this to succeed.
		* It may be wrapped in a `Scalar`.
		*
		* @returns `true` if the item was found and removed.
		*/
		delete(key) {
			const idx = asItemIndex(key);
			if (typeof idx !== "number") return false;
			return this.items.splice(idx, 1).length > 0;
		}
		get(key, keepScalar) {
			const idx = asItemIndex(key);
			if (typeof idx !== "number") return void 0;
			const it = this.items[idx];
			return !keepScalar && identity.isScalar(it) ? it.value : it;
		}
		/**
		* Checks if the collection includes a value with the key `key`.
		*
		* `key` must contain a representation of an integer for this to succeed.
		* It may be wrapped in a `Scalar`.
		*/
		has(key) {
			const idx = asItemIndex(key);
			return typeof idx === "number" && idx < this.items.length;
		}
		/**
		* Sets a value in this collection. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*
		* If `key` does not contain a representation of an integer, this will throw.
		* It may be wrapped in a `Scalar`.
		*/
		set(key, value) {
			const idx = asItemIndex(key);
			if (typeof idx !== "number") throw new Error(`Expected a valid index, not ${key}.`);
			const prev = this.items[idx];
			if (identity.isScalar(prev) && Scalar.isScalarValue(value)) prev.value = value;
			else this.items[idx] = value;
		}
		toJSON(_, ctx) {
			const seq = [];
			if (ctx?.onCreate) ctx.onCreate(seq);
			let i = 0;
			for (const item of this.items) seq.push(toJS.toJS(item, String(i++), ctx));
			return seq;
		}
		toString(ctx, onComment, onChompKeep) {
			if (!ctx) return JSON.stringify(this);
			return stringifyCollection.stringifyCollection(this, ctx, {
				blockItemPrefix: "- ",
				flowChars: {
					start: "[",
					end: "]"
				},
				itemIndent: (ctx.indent || "") + "  ",
				onChompKeep,
				onComment
			});
		}
		static from(schema, obj, ctx) {
			const { replacer } = ctx;
			const seq = new this(schema);
			if (obj && Symbol.iterator in Object(obj)) {
				let i = 0;
				for (let it of obj) {
					if (typeof replacer === "function") {
						const key = obj instanceof Set ? it : String(i++);
						it = replacer.call(obj, key, it);
					}
					seq.items.push(createNode.createNode(it, void 0, ctx));
				}
			}
			return seq;
		}
	};
	function asItemIndex(key) {
		let idx = identity.isScalar(key) ? key.value : key;
		if (idx && typeof idx === "string") idx = Number(idx);
		return typeof idx === "number" && Number.isInteger(idx) && idx >= 0 ? idx : null;
	}
	exports.YAMLSeq = YAMLSeq;
}));
// node_modules/yaml/dist/schema/common/seq.js
var require_seq = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var YAMLSeq = require_YAMLSeq();
	exports.seq = {
		collection: "seq",
		default: true,
		nodeClass: YAMLSeq.YAMLSeq,
		tag: "tag:yaml.org,2002:seq",
		resolve(seq, onError) {
			if (!identity.isSeq(seq)) onError("Expected a sequence for this tag");
			return seq;
		},
		createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
	};
}));
// node_modules/yaml/dist/schema/common/string.js
var require_string = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyString = require_stringifyString();
	exports.string = {
		identify: (value) => typeof value === "string",
		default: true,
		tag: "tag:yaml.org,2002:str",
		resolve: (str) => str,
		stringify(item, ctx, onComment, onChompKeep) {
			ctx = Object.assign({ actualString: true }, ctx);
			return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
		}
	};
}));
// node_modules/yaml/dist/schema/common/null.js
var require_null = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	const nullTag = {
		identify: (value) => value == null,
		createNode: () => new Scalar.Scalar(null),
		default: true,
		tag: "tag:yaml.org,2002:null",
		test: /^(?:~|[Nn]ull|NULL)?$/,
		resolve: () => new Scalar.Scalar(null),
		stringify: ({ source }, ctx) => typeof source === "string" && nullTag.test.test(source) ? source : ctx.options.nullStr
	};
	exports.nullTag = nullTag;
}));
// node_modules/yaml/dist/schema/core/bool.js
var require_bool$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	const boolTag = {
		identify: (value) => typeof value === "boolean",
		default: true,
		tag: "tag:yaml.org,2002:bool",
		test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
		resolve: (str) => new Scalar.Scalar(str[0] === "t" || str[0] === "T"),
		stringify({ source, value }, ctx) {
			if (source && boolTag.test.test(source)) {
				if (value === (source[0] === "t" || source[0] === "T")) return source;
			}
			return value ? ctx.options.trueStr : ctx.options.falseStr;
		}
	};
	exports.boolTag = boolTag;
}));
// node_modules/yaml/dist/stringify/stringifyNumber.js
var require_stringifyNumber = /* @__PURE__ */ __commonJSMin(((exports) => {
	function stringifyNumber({ format, minFractionDigits, tag, value }) {
		if (typeof value === "bigint") return String(value);
		const num = typeof value === "number" ? value : Number(value);
		if (!isFinite(num)) return isNaN(num) ? ".nan" : num < 0 ? "-.inf" : ".inf";
		let n = Object.is(value, -0) ? "-0" : JSON.stringify(value);
		if (!format && minFractionDigits && (!tag || tag === "tag:yaml.org,2002:float") && /^-?\d/.test(n) && !n.includes("e")) {
			let i = n.indexOf(".");
			if (i < 0) {
				i = n.length;
				n += ".";
			}
			let d = minFractionDigits - (n.length - i - 1);
			while (d-- > 0) n += "0";
		}
		return n;
	}
	exports.stringifyNumber = stringifyNumber;
}));
// node_modules/yaml/dist/schema/core/float.js
var require_float$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var stringifyNumber = require_stringifyNumber();
	const floatNaN = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
		resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
		stringify: stringifyNumber.stringifyNumber
	};
	const floatExp = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		format: "EXP",
		test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
		resolve: (str) => parseFloat(str),
		stringify(node) {
			const num = Number(node.value);
			return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
		}
	};
	exports.float = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
		resolve(str) {
			const node = new Scalar.Scalar(parseFloat(str));
			const dot = str.indexOf(".");
			if (dot !== -1 && str[str.length - 1] === "0") node.minFractionDigits = str.length - dot - 1;
			return node;
		},
		stringify: stringifyNumber.stringifyNumber
	};
	exports.floatExp = floatExp;
	exports.floatNaN = floatNaN;
}));
// node_modules/yaml/dist/schema/core/int.js
var require_int$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyNumber = require_stringifyNumber();
	const intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
	const intResolve = (str, offset, radix, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix);
	function intStringify(node, radix, prefix) {
		const { value } = node;
		if (intIdentify(value) && value >= 0) return prefix + value.toString(radix);
		return stringifyNumber.stringifyNumber(node);
	}
	const intOct = {
		identify: (value) => intIdentify(value) && value >= 0,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "OCT",
		test: /^0o[0-7]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
		stringify: (node) => intStringify(node, 8, "0o")
	};
	const int = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		test: /^[-+]?[0-9]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
		stringify: stringifyNumber.stringifyNumber
	};
	const intHex = {
		identify: (value) => intIdentify(value) && value >= 0,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "HEX",
		test: /^0x[0-9a-fA-F]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
		stringify: (node) => intStringify(node, 16, "0x")
	};
	exports.int = int;
	exports.intHex = intHex;
	exports.intOct = intOct;
}));
// node_modules/yaml/dist/schema/core/schema.js
var require_schema$2 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var map = require_map();
	var _null = require_null();
	var seq = require_seq();
	var string = require_string();
	var bool = require_bool$1();
	var float = require_float$1();
	var int = require_int$1();
	exports.schema = [
		map.map,
		seq.seq,
		string.string,
		_null.nullTag,
		bool.boolTag,
		int.intOct,
		int.int,
		int.intHex,
		float.floatNaN,
		float.floatExp,
		float.float
	];
}));
// node_modules/yaml/dist/schema/json/schema.js
var require_schema$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var map = require_map();
	var seq = require_seq();
	function intIdentify(value) {
		return typeof value === "bigint" || Number.isInteger(value);
	}
	const stringifyJSON = ({ value }) => JSON.stringify(value);
	const jsonScalars = [
		{
			identify: (value) => typeof value === "string",
			default: true,
			tag: "tag:yaml.org,2002:str",
			resolve: (str) => str,
			stringify: stringifyJSON
		},
		{
			identify: (value) => value == null,
			createNode: () => new Scalar.Scalar(null),
			default: true,
			tag: "tag:yaml.org,2002:null",
			test: /^null$/,
			resolve: () => null,
			stringify: stringifyJSON
		},
		{
			identify: (value) => typeof value === "boolean",
			default: true,
			tag: "tag:yaml.org,2002:bool",
			test: /^true$|^false$/,
			resolve: (str) => str === "true",
			stringify: stringifyJSON
		},
		{
			identify: intIdentify,
			default: true,
			tag: "tag:yaml.org,2002:int",
			test: /^-?(?:0|[1-9][0-9]*)$/,
			resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
			stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
		},
		{
			identify: (value) => typeof value === "number",
			default: true,
			tag: "tag:yaml.org,2002:float",
			test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
			resolve: (str) => parseFloat(str),
			stringify: stringifyJSON
		}
	];
	exports.schema = [map.map, seq.seq].concat(jsonScalars, {
		default: true,
		tag: "",
		test: /^/,
		resolve(str, onError) {
			onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
			return str;
		}
	});
}));
// node_modules/yaml/dist/schema/yaml-1.1/binary.js
var require_binary = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_buffer = __require("buffer");
	var Scalar = require_Scalar();
	var stringifyString = require_stringifyString();
	exports.binary = {
		identify: (value) => value instanceof Uint8Array,
		default: false,
		tag: "tag:yaml.org,2002:binary",
		/**
		* Returns a Buffer in node and an Uint8Array in browsers
		*
		* To use the resulting buffer as an image, you'll want to do something like:
		*
		*   const blob = new Blob([buffer], { type: 'image/jpeg' })
		*   document.querySelector('#photo').src = URL.createObjectURL(blob)
		*/
		resolve(src, onError) {
			if (typeof node_buffer.Buffer === "function") return node_buffer.Buffer.from(src, "base64");
			else if (typeof atob === "function") {
				const str = atob(src.replace(/[\n\r]/g, ""));
				const buffer = new Uint8Array(str.length);
				for (let i = 0; i < str.length; ++i) buffer[i] = str.charCodeAt(i);
				return buffer;
			} else {
				onError("This environment does not support reading binary tags; either Buffer or atob is required");
				return src;
			}
		},
		stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
			if (!value) return "";
			const buf = value;
			let str;
			if (typeof node_buffer.Buffer === "function") str = buf instanceof node_buffer.Buffer ? buf.toString("base64") : node_buffer.Buffer.from(buf.buffer).toString("base64");
			else if (typeof btoa === "function") {
				let s = "";
				for (let i = 0; i < buf.length; ++i) s += String.fromCharCode(buf[i]);
				str = btoa(s);
			} else throw new Error("This environment does not support writing binary tags; either Buffer or btoa is required");
			type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
			if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
				const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
				const n = Math.ceil(str.length / lineWidth);
				const lines = new Array(n);
				for (let i = 0, o = 0; i < n; ++i, o += lineWidth) lines[i] = str.substr(o, lineWidth);
				str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? "\n" : " ");
			}
			return stringifyString.stringifyString({
				comment,
				type,
				value: str
			}, ctx, onComment, onChompKeep);
		}
	};
}));
// node_modules/yaml/dist/schema/yaml-1.1/pairs.js
var require_pairs = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Pair = require_Pair();
	var Scalar = require_Scalar();
	var YAMLSeq = require_YAMLSeq();
	function resolvePairs(seq, onError) {
		if (identity.isSeq(seq)) for (let i = 0; i < seq.items.length; ++i) {
			let item = seq.items[i];
			if (identity.isPair(item)) continue;
			else if (identity.isMap(item)) {
				if (item.items.length > 1) onError("Each pair must have its own sequence indicator");
				const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
				if (item.commentBefore) pair.key.commentBefore = pair.key.commentBefore ? `${item.commentBefore}\n${pair.key.commentBefore}` : item.commentBefore;
				if (item.comment) {
					const cn = pair.value ?? pair.key;
					cn.comment = cn.comment ? `${item.comment}\n${cn.comment}` : item.comment;
				}
				item = pair;
			}
			seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
		}
		else onError("Expected a sequence for this tag");
		return seq;
	}
	function createPairs(schema, iterable, ctx) {
		const { replacer } = ctx;
		const pairs = new YAMLSeq.YAMLSeq(schema);
		pairs.tag = "tag:yaml.org,2002:pairs";
		let i = 0;
		if (iterable && Symbol.iterator in Object(iterable)) for (let it of iterable) {
			if (typeof replacer === "function") it = replacer.call(iterable, String(i++), it);
			let key, value;
			if (Array.isArray(it)) {
				if (it.length === 2) {
					key = it[0];
					value = it[1];
				} else throw new TypeError(`Expected [key, value] tuple: ${it}`);
			} else if (it && it instanceof Object) {
				const keys = Object.keys(it);
				if (keys.length === 1) {
					key = keys[0];
					value = it[key];
				} else throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
			} else key = it;
			pairs.items.push(Pair.createPair(key, value, ctx));
		}
		return pairs;
	}
	const pairs = {
		collection: "seq",
		default: false,
		tag: "tag:yaml.org,2002:pairs",
		resolve: resolvePairs,
		createNode: createPairs
	};
	exports.createPairs = createPairs;
	exports.pairs = pairs;
	exports.resolvePairs = resolvePairs;
}));
// node_modules/yaml/dist/schema/yaml-1.1/omap.js
var require_omap = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var toJS = require_toJS();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var pairs = require_pairs();
	var YAMLOMap = class YAMLOMap extends YAMLSeq.YAMLSeq {
		constructor() {
			super();
			this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
			this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
			this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
			this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
			this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
			this.tag = YAMLOMap.tag;
		}
		/**
		* If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
		* but TypeScript won't allow widening the signature of a child method.
		*/
		toJSON(_, ctx) {
			if (!ctx) return super.toJSON(_);
			const map = /* @__PURE__ */ new Map();
			if (ctx?.onCreate) ctx.onCreate(map);
			for (const pair of this.items) {
				let key, value;
				if (identity.isPair(pair)) {
					key = toJS.toJS(pair.key, "", ctx);
					value = toJS.toJS(pair.value, key, ctx);
				} else key = toJS.toJS(pair, "", ctx);
				if (map.has(key)) throw new Error("Ordered maps must not include duplicate keys");
				map.set(key, value);
			}
			return map;
		}
		static from(schema, iterable, ctx) {
			const pairs$1 = pairs.createPairs(schema, iterable, ctx);
			const omap = new this();
			omap.items = pairs$1.items;
			return omap;
		}
	};
	YAMLOMap.tag = "tag:yaml.org,2002:omap";
	const omap = {
		collection: "seq",
		identify: (value) => value instanceof Map,
		nodeClass: YAMLOMap,
		default: false,
		tag: "tag:yaml.org,2002:omap",
		resolve(seq, onError) {
			const pairs$1 = pairs.resolvePairs(seq, onError);
			const seenKeys = [];
			for (const { key } of pairs$1.items) if (identity.isScalar(key)) {
				if (seenKeys.includes(key.value)) onError(`Ordered maps must not include duplicate keys: ${key.value}`);
				else seenKeys.push(key.value);
			}
			return Object.assign(new YAMLOMap(), pairs$1);
		},
		createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
	};
	exports.YAMLOMap = YAMLOMap;
	exports.omap = omap;
}));
// node_modules/yaml/dist/schema/yaml-1.1/bool.js
var require_bool = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	function boolStringify({ value, source }, ctx) {
		if (source && (value ? trueTag : falseTag).test.test(source)) return source;
		return value ? ctx.options.trueStr : ctx.options.falseStr;
	}
	const trueTag = {
		identify: (value) => value === true,
		default: true,
		tag: "tag:yaml.org,2002:bool",
		test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
		resolve: () => new Scalar.Scalar(true),
		stringify: boolStringify
	};
	const falseTag = {
		identify: (value) => value === false,
		default: true,
		tag: "tag:yaml.org,2002:bool",
		test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
		resolve: () => new Scalar.Scalar(false),
		stringify: boolStringify
	};
	exports.falseTag = falseTag;
	exports.trueTag = trueTag;
}));
// node_modules/yaml/dist/schema/yaml-1.1/float.js
var require_float = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var stringifyNumber = require_stringifyNumber();
	const floatNaN = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
		resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
		stringify: stringifyNumber.stringifyNumber
	};
	const floatExp = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		format: "EXP",
		test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
		resolve: (str) => parseFloat(str.replace(/_/g, "")),
		stringify(node) {
			const num = Number(node.value);
			return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
		}
	};
	exports.float = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
		resolve(str) {
			const node = new Scalar.Scalar(parseFloat(str.replace(/_/g, "")));
			const dot = str.indexOf(".");
			if (dot !== -1) {
				const f = str.substring(dot + 1).replace(/_/g, "");
				if (f[f.length - 1] === "0") node.minFractionDigits = f.length;
			}
			return node;
		},
		stringify: stringifyNumber.stringifyNumber
	};
	exports.floatExp = floatExp;
	exports.floatNaN = floatNaN;
}));
// node_modules/yaml/dist/schema/yaml-1.1/int.js
var require_int = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyNumber = require_stringifyNumber();
	const intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
	function intResolve(str, offset, radix, { intAsBigInt }) {
		const sign = str[0];
		if (sign === "-" || sign === "+") offset += 1;
		str = str.substring(offset).replace(/_/g, "");
		if (intAsBigInt) {
			switch (radix) {
				case 2:
					str = `0b${str}`;
					break;
				case 8:
					str = `0o${str}`;
					break;
				case 16: str = `0x${str}`;
			}
			const n = BigInt(str);
			return sign === "-" ? BigInt(-1) * n : n;
		}
		const n = parseInt(str, radix);
		return sign === "-" ? -1 * n : n;
	}
	function intStringify(node, radix, prefix) {
		const { value } = node;
		if (intIdentify(value)) {
			const str = value.toString(radix);
			return value < 0 ? "-" + prefix + str.substr(1) : prefix + str;
		}
		return stringifyNumber.stringifyNumber(node);
	}
	const intBin = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "BIN",
		test: /^[-+]?0b[0-1_]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
		stringify: (node) => intStringify(node, 2, "0b")
	};
	const intOct = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "OCT",
		test: /^[-+]?0[0-7_]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
		stringify: (node) => intStringify(node, 8, "0")
	};
	const int = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		test: /^[-+]?[0-9][0-9_]*$/,
		resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
		stringify: stringifyNumber.stringifyNumber
	};
	const intHex = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "HEX",
		test: /^[-+]?0x[0-9a-fA-F_]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
		stringify: (node) => intStringify(node, 16, "0x")
	};
	exports.int = int;
	exports.intBin = intBin;
	exports.intHex = intHex;
	exports.intOct = intOct;
}));
// node_modules/yaml/dist/schema/yaml-1.1/set.js
var require_set = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Pair = require_Pair();
	var YAMLMap = require_YAMLMap();
	var YAMLSet = class YAMLSet extends YAMLMap.YAMLMap {
		constructor(schema) {
			super(schema);
			this.tag = YAMLSet.tag;
		}
		add(key) {
			let pair;
			if (identity.isPair(key)) pair = key;
			else if (key && typeof key === "object" && "key" in key && "value" in key && key.value === null) pair = new Pair.Pair(key.key, null);
			else pair = new Pair.Pair(key, null);
			if (!YAMLMap.findPair(this.items, pair.key)) this.items.push(pair);
		}
		/**
		* If `keepPair` is `true`, returns the Pair matching `key`.
		* Otherwise, returns the value of that Pair's key.
		*/
		get(key, keepPair) {
			const pair = YAMLMap.findPair(this.items, key);
			return !keepPair && identity.isPair(pair) ? identity.isScalar(pair.key) ? pair.key.value : pair.key : pair;
		}
		set(key, value) {
			if (typeof value !== "boolean") throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
			const prev = YAMLMap.findPair(this.items, key);
			if (prev && !value) this.items.splice(this.items.indexOf(prev), 1);
			else if (!prev && value) this.items.push(new Pair.Pair(key));
		}
		toJSON(_, ctx) {
			return super.toJSON(_, ctx, Set);
		}
		toString(ctx, onComment, onChompKeep) {
			if (!ctx) return JSON.stringify(this);
			if (this.hasAllNullValues(true)) return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
			else throw new Error("Set items must all have null values");
		}
		static from(schema, iterable, ctx) {
			const { replacer } = ctx;
			const set = new this(schema);
			if (iterable && Symbol.iterator in Object(iterable)) for (let value of iterable) {
				if (typeof replacer === "function") value = replacer.call(iterable, value, value);
				set.items.push(Pair.createPair(value, null, ctx));
			}
			return set;
		}
	};
	YAMLSet.tag = "tag:yaml.org,2002:set";
	const set = {
		collection: "map",
		identify: (value) => value instanceof Set,
		nodeClass: YAMLSet,
		default: false,
		tag: "tag:yaml.org,2002:set",
		createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
		resolve(map, onError) {
			if (identity.isMap(map)) {
				if (map.hasAllNullValues(true)) return Object.assign(new YAMLSet(), map);
				else onError("Set items must all have null values");
			} else onError("Expected a mapping for this tag");
			return map;
		}
	};
	exports.YAMLSet = YAMLSet;
	exports.set = set;
}));
// node_modules/yaml/dist/schema/yaml-1.1/timestamp.js
var require_timestamp = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyNumber = require_stringifyNumber();
	/** Internal types handle bigint as number, because TS can't figure it out. */
	function parseSexagesimal(str, asBigInt) {
		const sign = str[0];
		const parts = sign === "-" || sign === "+" ? str.substring(1) : str;
		const num = (n) => asBigInt ? BigInt(n) : Number(n);
		const res = parts.replace(/_/g, "").split(":").reduce((res, p) => res * num(60) + num(p), num(0));
		return sign === "-" ? num(-1) * res : res;
	}
	/**
	* hhhh:mm:ss.sss
	*
	* Internal types handle bigint as number, because TS can't figure it out.
	*/
	function stringifySexagesimal(node) {
		let { value } = node;
		let num = (n) => n;
		if (typeof value === "bigint") num = (n) => BigInt(n);
		else if (isNaN(value) || !isFinite(value)) return stringifyNumber.stringifyNumber(node);
		let sign = "";
		if (value < 0) {
			sign = "-";
			value *= num(-1);
		}
		const _60 = num(60);
		const parts = [value % _60];
		if (value < 60) parts.unshift(0);
		else {
			value = (value - parts[0]) / _60;
			parts.unshift(value % _60);
			if (value >= 60) {
				value = (value - parts[0]) / _60;
				parts.unshift(value);
			}
		}
		return sign + parts.map((n) => String(n).padStart(2, "0")).join(":").replace(/000000\d*$/, "");
	}
	const intTime = {
		identify: (value) => typeof value === "bigint" || Number.isInteger(value),
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "TIME",
		test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
		resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
		stringify: stringifySexagesimal
	};
	const floatTime = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		format: "TIME",
		test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
		resolve: (str) => parseSexagesimal(str, false),
		stringify: stringifySexagesimal
	};
	const timestamp = {
		identify: (value) => value instanceof Date,
		default: true,
		tag: "tag:yaml.org,2002:timestamp",
		test: RegExp("^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:t|T|[ \\t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?$"),
		resolve(str) {
			const match = str.match(timestamp.test);
			if (!match) throw new Error("!!timestamp expects a date, starting with yyyy-mm-dd");
			const [, year, month, day, hour, minute, second] = match.map(Number);
			const millisec = match[7] ? Number((match[7] + "00").substr(1, 3)) : 0;
			let date = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
			const tz = match[8];
			if (tz && tz !== "Z") {
				let d = parseSexagesimal(tz, false);
				if (Math.abs(d) < 30) d *= 60;
				date -= 6e4 * d;
			}
			return new Date(date);
		},
		stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, "") ?? ""
	};
	exports.floatTime = floatTime;
	exports.intTime = intTime;
	exports.timestamp = timestamp;
}));
// node_modules/yaml/dist/schema/yaml-1.1/schema.js
var require_schema = /* @__PURE__ */ __commonJSMin(((exports) => {
	var map = require_map();
	var _null = require_null();
	var seq = require_seq();
	var string = require_string();
	var binary = require_binary();
	var bool = require_bool();
	var float = require_float();
	var int = require_int();
	var merge = require_merge();
	var omap = require_omap();
	var pairs = require_pairs();
	var set = require_set();
	var timestamp = require_timestamp();
	exports.schema = [
		map.map,
		seq.seq,
		string.string,
		_null.nullTag,
		bool.trueTag,
		bool.falseTag,
		int.intBin,
		int.intOct,
		int.int,
		int.intHex,
		float.floatNaN,
		float.floatExp,
		float.float,
		binary.binary,
		merge.merge,
		omap.omap,
		pairs.pairs,
		set.set,
		timestamp.intTime,
		timestamp.floatTime,
		timestamp.timestamp
	];
}));
// node_modules/yaml/dist/schema/tags.js
var require_tags = /* @__PURE__ */ __commonJSMin(((exports) => {
	var map = require_map();
	var _null = require_null();
	var seq = require_seq();
	var string = require_string();
	var bool = require_bool$1();
	var float = require_float$1();
	var int = require_int$1();
	var schema = require_schema$2();
	var schema$1 = require_schema$1();
	var binary = require_binary();
	var merge = require_merge();
	var omap = require_omap();
	var pairs = require_pairs();
	var schema$2 = require_schema();
	var set = require_set();
	var timestamp = require_timestamp();
	const schemas = /* @__PURE__ */ new Map([
		["core", schema.schema],
		["failsafe", [
			map.map,
			seq.seq,
			string.string
		]],
		["json", schema$1.schema],
		["yaml11", schema$2.schema],
		["yaml-1.1", schema$2.schema]
	]);
	const tagsByName = {
		binary: binary.binary,
		bool: bool.boolTag,
		float: float.float,
		floatExp: float.floatExp,
		floatNaN: float.floatNaN,
		floatTime: timestamp.floatTime,
		int: int.int,
		intHex: int.intHex,
		intOct: int.intOct,
		intTime: timestamp.intTime,
		map: map.map,
		merge: merge.merge,
		null: _null.nullTag,
		omap: omap.omap,
		pairs: pairs.pairs,
		seq: seq.seq,
		set: set.set,
		timestamp: timestamp.timestamp
	};
	const coreKnownTags = {
		"tag:yaml.org,2002:binary": binary.binary,
		"tag:yaml.org,2002:merge": merge.merge,
		"tag:yaml.org,2002:omap": omap.omap,
		"tag:yaml.org,2002:pairs": pairs.pairs,
		"tag:yaml.org,2002:set": set.set,
		"tag:yaml.org,2002:timestamp": timestamp.timestamp
	};
	function getTags(customTags, schemaName, addMergeTag) {
		const schemaTags = schemas.get(schemaName);
		if (schemaTags && !customTags) return addMergeTag && !schemaTags.includes(merge.merge) ? schemaTags.concat(merge.merge) : schemaTags.slice();
		let tags = schemaTags;
		if (!tags) {
			if (Array.isArray(customTags)) tags = [];
			else {
				const keys = Array.from(schemas.keys()).filter((key) => key !== "yaml11").map((key) => JSON.stringify(key)).join(", ");
				throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
			}
		}
		if (Array.isArray(customTags)) for (const tag of customTags) tags = tags.concat(tag);
		else if (typeof customTags === "function") tags = customTags(tags.slice());
		if (addMergeTag) tags = tags.concat(merge.merge);
		return tags.reduce((tags, tag) => {
			const tagObj = typeof tag === "string" ? tagsByName[tag] : tag;
			if (!tagObj) {
				const tagName = JSON.stringify(tag);
				const keys = Object.keys(tagsByName).map((key) => JSON.stringify(key)).join(", ");
				throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
			}
			if (!tags.includes(tagObj)) tags.push(tagObj);
			return tags;
		}, []);
	}
	exports.coreKnownTags = coreKnownTags;
	exports.getTags = getTags;
}));
// node_modules/yaml/dist/schema/Schema.js
var require_Schema = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var map = require_map();
	var seq = require_seq();
	var string = require_string();
	var tags = require_tags();
	const sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
	exports.Schema = class Schema {
		constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
			this.compat = Array.isArray(compat) ? tags.getTags(compat, "compat") : compat ? tags.getTags(null, compat) : null;
			this.name = typeof schema === "string" && schema || "core";
			this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
			this.tags = tags.getTags(customTags, this.name, merge);
			this.toStringOptions = toStringDefaults ?? null;
			Object.defineProperty(this, identity.MAP, { value: map.map });
			Object.defineProperty(this, identity.SCALAR, { value: string.string });
			Object.defineProperty(this, identity.SEQ, { value: seq.seq });
			this.sortMapEntries = typeof sortMapEntries === "function" ? sortMapEntries : sortMapEntries === true ? sortMapEntriesByKey : null;
		}
		clone() {
			const copy = Object.create(Schema.prototype, Object.getOwnPropertyDescriptors(this));
			copy.tags = this.tags.slice();
			return copy;
		}
	};
}));
// node_modules/yaml/dist/stringify/stringifyDocument.js
var require_stringifyDocument = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var stringify = require_stringify();
	var stringifyComment = require_stringifyComment();
	function stringifyDocument(doc, options) {
		const lines = [];
		let hasDirectives = options.directives === true;
		if (options.directives !== false && doc.directives) {
			const dir = doc.directives.toString(doc);
			if (dir) {
				lines.push(dir);
				hasDirectives = true;
			} else if (doc.directives.docStart) hasDirectives = true;
		}
		if (hasDirectives) lines.push("---");
		const ctx = stringify.createStringifyContext(doc, options);
		const { commentString } = ctx.options;
		if (doc.commentBefore) {
			if (lines.length !== 1) lines.unshift("");
			const cs = commentString(doc.commentBefore);
			lines.unshift(stringifyComment.indentComment(cs, ""));
		}
		let chompKeep = false;
		let contentComment = null;
		if (doc.contents) {
			if (identity.isNode(doc.contents)) {
				if (doc.contents.spaceBefore && hasDirectives) lines.push("");
				if (doc.contents.commentBefore) {
					const cs = commentString(doc.contents.commentBefore);
					lines.push(stringifyComment.indentComment(cs, ""));
				}
				ctx.forceBlockIndent = !!doc.comment;
				contentComment = doc.contents.comment;
			}
			const onChompKeep = contentComment ? void 0 : () => chompKeep = true;
			let body = stringify.stringify(doc.contents, ctx, () => contentComment = null, onChompKeep);
			if (contentComment) body += stringifyComment.lineComment(body, "", commentString(contentComment));
			if ((body[0] === "|" || body[0] === ">") && lines[lines.length - 1] === "---") lines[lines.length - 1] = `--- ${body}`;
			else lines.push(body);
		} else lines.push(stringify.stringify(doc.contents, ctx));
		if (doc.directives?.docEnd) {
			if (doc.comment) {
				const cs = commentString(doc.comment);
				if (cs.includes("\n")) {
					lines.push("...");
					lines.push(stringifyComment.indentComment(cs, ""));
				} else lines.push(`... ${cs}`);
			} else lines.push("...");
		} else {
			let dc = doc.comment;
			if (dc && chompKeep) dc = dc.replace(/^\n+/, "");
			if (dc) {
				if ((!chompKeep || contentComment) && lines[lines.length - 1] !== "") lines.push("");
				lines.push(stringifyComment.indentComment(commentString(dc), ""));
			}
		}
		return lines.join("\n") + "\n";
	}
	exports.stringifyDocument = stringifyDocument;
}));
// node_modules/yaml/dist/doc/Document.js
var require_Document = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Alias = require_Alias();
	var Collection = require_Collection();
	var identity = require_identity();
	var Pair = require_Pair();
	var toJS = require_toJS();
	var Schema = require_Schema();
	var stringifyDocument = require_stringifyDocument();
	var anchors = require_anchors();
	var applyReviver = require_applyReviver();
	var createNode = require_createNode();
	var directives = require_directives();
	var Document = class Document {
		constructor(value, replacer, options) {
			/** A comment before this Document */
			this.commentBefore = null;
			/** A comment immediately after this Document */
			this.comment = null;
			/** Errors encountered during parsing. */
			this.errors = [];
			/** Warnings encountered during parsing. */
			this.warnings = [];
			Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
			let _replacer = null;
			if (typeof replacer === "function" || Array.isArray(replacer)) _replacer = replacer;
			else if (options === void 0 && replacer) {
				options = replacer;
				replacer = void 0;
			}
			const opt = Object.assign({
				intAsBigInt: false,
				keepSourceTokens: false,
				logLevel: "warn",
				prettyErrors: true,
				strict: true,
				stringKeys: false,
				uniqueKeys: true,
				version: "1.2"
			}, options);
			this.options = opt;
			let { version } = opt;
			if (options?._directives) {
				this.directives = options._directives.atDocument();
				if (this.directives.yaml.explicit) version = this.directives.yaml.version;
			} else this.directives = new directives.Directives({ version });
			this.setSchema(version, options);
			this.contents = value === void 0 ? null : this.createNode(value, _replacer, options);
		}
		/**
		* Create a deep copy of this Document and its contents.
		*
		* Custom Node values that inherit from `Object` still refer to their original instances.
		*/
		clone() {
			const copy = Object.create(Document.prototype, { [identity.NODE_TYPE]: { value: identity.DOC } });
			copy.commentBefore = this.commentBefore;
			copy.comment = this.comment;
			copy.errors = this.errors.slice();
			copy.warnings = this.warnings.slice();
			copy.options = Object.assign({}, this.options);
			if (this.directives) copy.directives = this.directives.clone();
			copy.schema = this.schema.clone();
			copy.contents = identity.isNode(this.contents) ? this.contents.clone(copy.schema) : this.contents;
			if (this.range) copy.range = this.range.slice();
			return copy;
		}
		/** Adds a value to the document. */
		add(value) {
			if (assertCollection(this.contents)) this.contents.add(value);
		}
		/** Adds a value to the document. */
		addIn(path, value) {
			if (assertCollection(this.contents)) this.contents.addIn(path, value);
		}
		/**
		* Create a new `Alias` node, ensuring that the target `node` has the required anchor.
		*
		* If `node` already has an anchor, `name` is ignored.
		* Otherwise, the `node.anchor` value will be set to `name`,
		* or if an anchor with that name is already present in the document,
		* `name` will be used as a prefix for a new unique anchor.
		* If `name` is undefined, the generated anchor will use 'a' as a prefix.
		*/
		createAlias(node, name) {
			if (!node.anchor) {
				const prev = anchors.anchorNames(this);
				node.anchor = !name || prev.has(name) ? anchors.findNewAnchor(name || "a", prev) : name;
			}
			return new Alias.Alias(node.anchor);
		}
		createNode(value, replacer, options) {
			let _replacer = void 0;
			if (typeof replacer === "function") {
				value = replacer.call({ "": value }, "", value);
				_replacer = replacer;
			} else if (Array.isArray(replacer)) {
				const keyToStr = (v) => typeof v === "number" || v instanceof String || v instanceof Number;
				const asStr = replacer.filter(keyToStr).map(String);
				if (asStr.length > 0) replacer = replacer.concat(asStr);
				_replacer = replacer;
			} else if (options === void 0 && replacer) {
				options = replacer;
				replacer = void 0;
			}
			const { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag } = options ?? {};
			const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(this, anchorPrefix || "a");
			const ctx = {
				aliasDuplicateObjects: aliasDuplicateObjects ?? true,
				keepUndefined: keepUndefined ?? false,
				onAnchor,
				onTagObj,
				replacer: _replacer,
				schema: this.schema,
				sourceObjects
			};
			const node = createNode.createNode(value, tag, ctx);
			if (flow && identity.isCollection(node)) node.flow = true;
			setAnchors();
			return node;
		}
		/**
		* Convert a key and a value into a `Pair` using the current schema,
		* recursively wrapping all values as `Scalar` or `Collection` nodes.
		*/
		createPair(key, value, options = {}) {
			const k = this.createNode(key, null, options);
			const v = this.createNode(value, null, options);
			return new Pair.Pair(k, v);
		}
		/**
		* Removes a value from the document.
		* @returns `true` if the item was found and removed.
		*/
		delete(key) {
			return assertCollection(this.contents) ? this.contents.delete(key) : false;
		}
		/**
		* Removes a value from the document.
		* @returns `true` if the item was found and removed.
		*/
		deleteIn(path) {
			if (Collection.isEmptyPath(path)) {
				if (this.contents == null) return false;
				this.contents = null;
				return true;
			}
			return assertCollection(this.contents) ? this.contents.deleteIn(path) : false;
		}
		/**
		* Returns item at `key`, or `undefined` if not found. By default unwraps
		* scalar values from their surrounding node; to disable set `keepScalar` to
		* `true` (collections are always returned intact).
		*/
		get(key, keepScalar) {
			return identity.isCollection(this.contents) ? this.contents.get(key, keepScalar) : void 0;
		}
		/**
		* Returns item at `path`, or `undefined` if not found. By default unwraps
		* scalar values from their surrounding node; to disable set `keepScalar` to
		* `true` (collections are always returned intact).
		*/
		getIn(path, keepScalar) {
			if (Collection.isEmptyPath(path)) return !keepScalar && identity.isScalar(this.contents) ? this.contents.value : this.contents;
			return identity.isCollection(this.contents) ? this.contents.getIn(path, keepScalar) : void 0;
		}
		/**
		* Checks if the document includes a value with the key `key`.
		*/
		has(key) {
			return identity.isCollection(this.contents) ? this.contents.has(key) : false;
		}
		/**
		* Checks if the document includes a value at `path`.
		*/
		hasIn(path) {
			if (Collection.isEmptyPath(path)) return this.contents !== void 0;
			return identity.isCollection(this.contents) ? this.contents.hasIn(path) : false;
		}
		/**
		* Sets a value in this document. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*/
		set(key, value) {
			if (this.contents == null) this.contents = Collection.collectionFromPath(this.schema, [key], value);
			else if (assertCollection(this.contents)) this.contents.set(key, value);
		}
		/**
		* Sets a value in this document. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*/
		setIn(path, value) {
			if (Collection.isEmptyPath(path)) this.contents = value;
			else if (this.contents == null) this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
			else if (assertCollection(this.contents)) this.contents.setIn(path, value);
		}
		/**
		* Change the YAML version and schema used by the document.
		* A `null` version disables support for directives, explicit tags, anchors, and aliases.
		* It also requires the `schema` option to be given as a `Schema` instance value.
		*
		* Overrides all previously set schema options.
		*/
		setSchema(version, options = {}) {
			if (typeof version === "number") version = String(version);
			let opt;
			switch (version) {
				case "1.1":
					if (this.directives) this.directives.yaml.version = "1.1";
					else this.directives = new directives.Directives({ version: "1.1" });
					opt = {
						resolveKnownTags: false,
						schema: "yaml-1.1"
					};
					break;
				case "1.2":
				case "next":
					if (this.directives) this.directives.yaml.version = version;
					else this.directives = new directives.Directives({ version });
					opt = {
						resolveKnownTags: true,
						schema: "core"
					};
					break;
				case null:
					if (this.directives) delete this.directives;
					opt = null;
					break;
				default: {
					const sv = JSON.stringify(version);
					throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
				}
			}
			if (options.schema instanceof Object) this.schema = options.schema;
			else if (opt) this.schema = new Schema.Schema(Object.assign(opt, options));
			else throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
		}
		toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
			const ctx = {
				anchors: /* @__PURE__ */ new Map(),
				doc: this,
				keep: !json,
				mapAsMap: mapAsMap === true,
				mapKeyWarned: false,
				maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
			};
			const res = toJS.toJS(this.contents, jsonArg ?? "", ctx);
			if (typeof onAnchor === "function") for (const { count, res } of ctx.anchors.values()) onAnchor(res, count);
			return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
		}
		/**
		* A JSON representation of the document `contents`.
		*
		* @param jsonArg Used by `JSON.stringify` to indicate the array index or
		*   property name.
		*/
		toJSON(jsonArg, onAnchor) {
			return this.toJS({
				json: true,
				jsonArg,
				mapAsMap: false,
				onAnchor
			});
		}
		/** A YAML representation of the document. */
		toString(options = {}) {
			if (this.errors.length > 0) throw new Error("Document with errors cannot be stringified");
			if ("indent" in options && (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
				const s = JSON.stringify(options.indent);
				throw new Error(`"indent" option must be a positive integer, not ${s}`);
			}
			return stringifyDocument.stringifyDocument(this, options);
		}
	};
	function assertCollection(contents) {
		if (identity.isCollection(contents)) return true;
		throw new Error("Expected a YAML collection as document contents");
	}
	exports.Document = Document;
}));
// node_modules/yaml/dist/errors.js
var require_errors = /* @__PURE__ */ __commonJSMin(((exports) => {
	var YAMLError = class extends Error {
		constructor(name, pos, code, message) {
			super();
			this.name = name;
			this.code = code;
			this.message = message;
			this.pos = pos;
		}
	};
	var YAMLParseError = class extends YAMLError {
		constructor(pos, code, message) {
			super("YAMLParseError", pos, code, message);
		}
	};
	var YAMLWarning = class extends YAMLError {
		constructor(pos, code, message) {
			super("YAMLWarning", pos, code, message);
		}
	};
	const prettifyError = (src, lc) => (error) => {
		if (error.pos[0] === -1) return;
		error.linePos = error.pos.map((pos) => lc.linePos(pos));
		const { line, col } = error.linePos[0];
		error.message += ` at line ${line}, column ${col}`;
		let ci = col - 1;
		let lineStr = src.substring(lc.lineStarts[line - 1], lc.lineStarts[line]).replace(/[\n\r]+$/, "");
		if (ci >= 60 && lineStr.length > 80) {
			const trimStart = Math.min(ci - 39, lineStr.length - 79);
			lineStr = "…" + lineStr.substring(trimStart);
			ci -= trimStart - 1;
		}
		if (lineStr.length > 80) lineStr = lineStr.substring(0, 79) + "…";
		if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
			let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
			if (prev.length > 80) prev = prev.substring(0, 79) + "…\n";
			lineStr = prev + lineStr;
		}
		if (/[^ ]/.test(lineStr)) {
			let count = 1;
			const end = error.linePos[1];
			if (end?.line === line && end.col > col) count = Math.max(1, Math.min(end.col - col, 80 - ci));
			const pointer = " ".repeat(ci) + "^".repeat(count);
			error.message += `:\n\n${lineStr}\n${pointer}\n`;
		}
	};
	exports.YAMLError = YAMLError;
	exports.YAMLParseError = YAMLParseError;
	exports.YAMLWarning = YAMLWarning;
	exports.prettifyError = prettifyError;
}));
// node_modules/yaml/dist/compose/resolve-props.js
var require_resolve_props = /* @__PURE__ */ __commonJSMin(((exports) => {
	function resolveProps(tokens, { flow, indicator, next, offset, onError, parentIndent, startOnNewline }) {
		let spaceBefore = false;
		let atNewline = startOnNewline;
		let hasSpace = startOnNewline;
		let comment = "";
		let commentSep = "";
		let hasNewline = false;
		let reqSpace = false;
		let tab = null;
		let anchor = null;
		let tag = null;
		let newlineAfterProp = null;
		let comma = null;
		let found = null;
		let start = null;
		for (const token of tokens) {
			if (reqSpace) {
				if (token.type !== "space" && token.type !== "newline" && token.type !== "comma") onError(token.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
				reqSpace = false;
			}
			if (tab) {
				if (atNewline && token.type !== "comment" && token.type !== "newline") onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
				tab = null;
			}
			switch (token.type) {
				case "space":
					if (!flow && (indicator !== "doc-start" || next?.type !== "flow-collection") && token.source.includes("	")) tab = token;
					hasSpace = true;
					break;
				case "comment": {
					if (!hasSpace) onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
					const cb = token.source.substring(1) || " ";
					if (!comment) comment = cb;
					else comment += commentSep + cb;
					commentSep = "";
					atNewline = false;
					break;
				}
				case "newline":
					if (atNewline) {
						if (comment) comment += token.source;
						else if (!found || indicator !== "seq-item-ind") spaceBefore = true;
					} else commentSep += token.source;
					atNewline = true;
					hasNewline = true;
					if (anchor || tag) newlineAfterProp = token;
					hasSpace = true;
					break;
				case "anchor":
					if (anchor) onError(token, "MULTIPLE_ANCHORS", "A node can have at most one anchor");
					if (token.source.endsWith(":")) onError(token.offset + token.source.length - 1, "BAD_ALIAS", "Anchor ending in : is ambiguous", true);
					anchor = token;
					start ?? (start = token.offset);
					atNewline = false;
					hasSpace = false;
					reqSpace = true;
					break;
				case "tag":
					if (tag) onError(token, "MULTIPLE_TAGS", "A node can have at most one tag");
					tag = token;
					start ?? (start = token.offset);
					atNewline = false;
					hasSpace = false;
					reqSpace = true;
					break;
				case indicator:
					if (anchor || tag) onError(token, "BAD_PROP_ORDER", `Anchors and tags must be after the ${token.source} indicator`);
					if (found) onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.source} in ${flow ?? "collection"}`);
					found = token;
					atNewline = indicator === "seq-item-ind" || indicator === "explicit-key-ind";
					hasSpace = false;
					break;
				case "comma": if (flow) {
					if (comma) onError(token, "UNEXPECTED_TOKEN", `Unexpected , in ${flow}`);
					comma = token;
					atNewline = false;
					hasSpace = false;
					break;
				}
				default:
					onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.type} token`);
					atNewline = false;
					hasSpace = false;
			}
		}
		const last = tokens[tokens.length - 1];
		const end = last ? last.offset + last.source.length : offset;
		if (reqSpace && next && next.type !== "space" && next.type !== "newline" && next.type !== "comma" && (next.type !== "scalar" || next.source !== "")) onError(next.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
		if (tab && (atNewline && tab.indent <= parentIndent || next?.type === "block-map" || next?.type === "block-seq")) onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
		return {
			comma,
			found,
			spaceBefore,
			comment,
			hasNewline,
			anchor,
			tag,
			newlineAfterProp,
			end,
			start: start ?? end
		};
	}
	exports.resolveProps = resolveProps;
}));
// node_modules/yaml/dist/compose/util-contains-newline.js
var require_util_contains_newline = /* @__PURE__ */ __commonJSMin(((exports) => {
	function containsNewline(key) {
		if (!key) return null;
		switch (key.type) {
			case "alias":
			case "scalar":
			case "double-quoted-scalar":
			case "single-quoted-scalar":
				if (key.source.includes("\n")) return true;
				if (key.end) {
					for (const st of key.end) if (st.type === "newline") return true;
				}
				return false;
			case "flow-collection":
				for (const it of key.items) {
					for (const st of it.start) if (st.type === "newline") return true;
					if (it.sep) {
						for (const st of it.sep) if (st.type === "newline") return true;
					}
					if (containsNewline(it.key) || containsNewline(it.value)) return true;
				}
				return false;
			default: return true;
		}
	}
	exports.containsNewline = containsNewline;
}));
// node_modules/yaml/dist/compose/util-flow-indent-check.js
var require_util_flow_indent_check = /* @__PURE__ */ __commonJSMin(((exports) => {
	var utilContainsNewline = require_util_contains_newline();
	function flowIndentCheck(indent, fc, onError) {
		if (fc?.type === "flow-collection") {
			const end = fc.end[0];
			if (end.indent === indent && (end.source === "]" || end.source === "}") && utilContainsNewline.containsNewline(fc)) onError(end, "BAD_INDENT", "Flow end indicator should be more indented than parent", true);
		}
	}
	exports.flowIndentCheck = flowIndentCheck;
}));
// node_modules/yaml/dist/compose/util-map-includes.js
var require_util_map_includes = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	function mapIncludes(ctx, items, search) {
		const { uniqueKeys } = ctx.options;
		if (uniqueKeys === false) return false;
		const isEqual = typeof uniqueKeys === "function" ? uniqueKeys : (a, b) => a === b || identity.isScalar(a) && identity.isScalar(b) && a.value === b.value;
		return items.some((pair) => isEqual(pair.key, search));
	}
	exports.mapIncludes = mapIncludes;
}));
// node_modules/yaml/dist/compose/resolve-block-map.js
var require_resolve_block_map = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Pair = require_Pair();
	var YAMLMap = require_YAMLMap();
	var resolveProps = require_resolve_props();
	var utilContainsNewline = require_util_contains_newline();
	var utilFlowIndentCheck = require_util_flow_indent_check();
	var utilMapIncludes = require_util_map_includes();
	const startColMsg = "All mapping items must start at the same column";
	function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
		const map = new ((tag?.nodeClass) ?? YAMLMap.YAMLMap)(ctx.schema);
		if (ctx.atRoot) ctx.atRoot = false;
		let offset = bm.offset;
		let commentEnd = null;
		for (const collItem of bm.items) {
			const { start, key, sep, value } = collItem;
			const keyProps = resolveProps.resolveProps(start, {
				indicator: "explicit-key-ind",
				next: key ?? sep?.[0],
				offset,
				onError,
				parentIndent: bm.indent,
				startOnNewline: true
			});
			const implicitKey = !keyProps.found;
			if (implicitKey) {
				if (key) {
					if (key.type === "block-seq") onError(offset, "BLOCK_AS_IMPLICIT_KEY", "A block sequence may not be used as an implicit map key");
					else if ("indent" in key && key.indent !== bm.indent) onError(offset, "BAD_INDENT", startColMsg);
				}
				if (!keyProps.anchor && !keyProps.tag && !sep) {
					commentEnd = keyProps.end;
					if (keyProps.comment) {
						if (map.comment) map.comment += "\n" + keyProps.comment;
						else map.comment = keyProps.comment;
					}
					continue;
				}
				if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) onError(key ?? start[start.length - 1], "MULTILINE_IMPLICIT_KEY", "Implicit keys need to be on a single line");
			} else if (keyProps.found?.indent !== bm.indent) onError(offset, "BAD_INDENT", startColMsg);
			ctx.atKey = true;
			const keyStart = keyProps.end;
			const keyNode = key ? composeNode(ctx, key, keyProps, onError) : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
			if (ctx.schema.compat) utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
			ctx.atKey = false;
			if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode)) onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
			const valueProps = resolveProps.resolveProps(sep ?? [], {
				indicator: "map-value-ind",
				next: value,
				offset: keyNode.range[2],
				onError,
				parentIndent: bm.indent,
				startOnNewline: !key || key.type === "block-scalar"
			});
			offset = valueProps.end;
			if (valueProps.found) {
				if (implicitKey) {
					if (value?.type === "block-map" && !valueProps.hasNewline) onError(offset, "BLOCK_AS_IMPLICIT_KEY", "Nested mappings are not allowed in compact mappings");
					if (ctx.options.strict && keyProps.start < valueProps.found.offset - 1024) onError(keyNode.range, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit block mapping key");
				}
				const valueNode = value ? composeNode(ctx, value, valueProps, onError) : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
				if (ctx.schema.compat) utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
				offset = valueNode.range[2];
				const pair = new Pair.Pair(keyNode, valueNode);
				if (ctx.options.keepSourceTokens) pair.srcToken = collItem;
				map.items.push(pair);
			} else {
				if (implicitKey) onError(keyNode.range, "MISSING_CHAR", "Implicit map keys need to be followed by map values");
				if (valueProps.comment) {
					if (keyNode.comment) keyNode.comment += "\n" + valueProps.comment;
					else keyNode.comment = valueProps.comment;
				}
				const pair = new Pair.Pair(keyNode);
				if (ctx.options.keepSourceTokens) pair.srcToken = collItem;
				map.items.push(pair);
			}
		}
		if (commentEnd && commentEnd < offset) onError(commentEnd, "IMPOSSIBLE", "Map comment with trailing content");
		map.range = [
			bm.offset,
			offset,
			commentEnd ?? offset
		];
		return map;
	}
	exports.resolveBlockMap = resolveBlockMap;
}));
// node_modules/yaml/dist/compose/resolve-block-seq.js
var require_resolve_block_seq = /* @__PURE__ */ __commonJSMin(((exports) => {
	var YAMLSeq = require_YAMLSeq();
	var resolveProps = require_resolve_props();
	var utilFlowIndentCheck = require_util_flow_indent_check();
	function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
		const seq = new ((tag?.nodeClass) ?? YAMLSeq.YAMLSeq)(ctx.schema);
		if (ctx.atRoot) ctx.atRoot = false;
		if (ctx.atKey) ctx.atKey = false;
		let offset = bs.offset;
		let commentEnd = null;
		for (const { start, value } of bs.items) {
			const props = resolveProps.resolveProps(start, {
				indicator: "seq-item-ind",
				next: value,
				offset,
				onError,
				parentIndent: bs.indent,
				startOnNewline: true
			});
			if (!props.found) {
				if (props.anchor || props.tag || value) {
					if (value?.type === "block-seq") onError(props.end, "BAD_INDENT", "All sequence items must start at the same column");
					else onError(offset, "MISSING_CHAR", "Sequence item without - indicator");
				} else {
					commentEnd = props.end;
					if (props.comment) seq.comment = props.comment;
					continue;
				}
			}
			const node = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, start, null, props, onError);
			if (ctx.schema.compat) utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
			offset = node.range[2];
			seq.items.push(node);
		}
		seq.range = [
			bs.offset,
			offset,
			commentEnd ?? offset
		];
		return seq;
	}
	exports.resolveBlockSeq = resolveBlockSeq;
}));
// node_modules/yaml/dist/compose/resolve-end.js
var require_resolve_end = /* @__PURE__ */ __commonJSMin(((exports) => {
	function resolveEnd(end, offset, reqSpace, onError) {
		let comment = "";
		if (end) {
			let hasSpace = false;
			let sep = "";
			for (const token of end) {
				const { source, type } = token;
				switch (type) {
					case "space":
						hasSpace = true;
						break;
					case "comment": {
						if (reqSpace && !hasSpace) onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
						const cb = source.substring(1) || " ";
						if (!comment) comment = cb;
						else comment += sep + cb;
						sep = "";
						break;
					}
					case "newline":
						if (comment) sep += source;
						hasSpace = true;
						break;
					default: onError(token, "UNEXPECTED_TOKEN", `Unexpected ${type} at node end`);
				}
				offset += source.length;
			}
		}
		return {
			comment,
			offset
		};
	}
	exports.resolveEnd = resolveEnd;
}));
// node_modules/yaml/dist/compose/resolve-flow-collection.js
var require_resolve_flow_collection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Pair = require_Pair();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var resolveEnd = require_resolve_end();
	var resolveProps = require_resolve_props();
	var utilContainsNewline = require_util_contains_newline();
	var utilMapIncludes = require_util_map_includes();
	const blockMsg = "Block collections are not allowed within flow collections";
	const isBlock = (token) => token && (token.type === "block-map" || token.type === "block-seq");
	function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
		const isMap = fc.start.source === "{";
		const fcName = isMap ? "flow map" : "flow sequence";
		const coll = new ((tag?.nodeClass) ?? (isMap ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq))(ctx.schema);
		coll.flow = true;
		const atRoot = ctx.atRoot;
		if (atRoot) ctx.atRoot = false;
		if (ctx.atKey) ctx.atKey = false;
		let offset = fc.offset + fc.start.source.length;
		for (let i = 0; i < fc.items.length; ++i) {
			const collItem = fc.items[i];
			const { start, key, sep, value } = collItem;
			const props = resolveProps.resolveProps(start, {
				flow: fcName,
				indicator: "explicit-key-ind",
				next: key ?? sep?.[0],
				offset,
				onError,
				parentIndent: fc.indent,
				startOnNewline: false
			});
			if (!props.found) {
				if (!props.anchor && !props.tag && !sep && !value) {
					if (i === 0 && props.comma) onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
					else if (i < fc.items.length - 1) onError(props.start, "UNEXPECTED_TOKEN", `Unexpected empty item in ${fcName}`);
					if (props.comment) {
						if (coll.comment) coll.comment += "\n" + props.comment;
						else coll.comment = props.comment;
					}
					offset = props.end;
					continue;
				}
				if (!isMap && ctx.options.strict && utilContainsNewline.containsNewline(key)) onError(key, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
			}
			if (i === 0) {
				if (props.comma) onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
			} else {
				if (!props.comma) onError(props.start, "MISSING_CHAR", `Missing , between ${fcName} items`);
				if (props.comment) {
					let prevItemComment = "";
					loop: for (const st of start) switch (st.type) {
						case "comma":
						case "space": break;
						case "comment":
							prevItemComment = st.source.substring(1);
							break loop;
						default: break loop;
					}
					if (prevItemComment) {
						let prev = coll.items[coll.items.length - 1];
						if (identity.isPair(prev)) prev = prev.value ?? prev.key;
						if (prev.comment) prev.comment += "\n" + prevItemComment;
						else prev.comment = prevItemComment;
						props.comment = props.comment.substring(prevItemComment.length + 1);
					}
				}
			}
			if (!isMap && !sep && !props.found) {
				const valueNode = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, sep, null, props, onError);
				coll.items.push(valueNode);
				offset = valueNode.range[2];
				if (isBlock(value)) onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
			} else {
				ctx.atKey = true;
				const keyStart = props.end;
				const keyNode = key ? composeNode(ctx, key, props, onError) : composeEmptyNode(ctx, keyStart, start, null, props, onError);
				if (isBlock(key)) onError(keyNode.range, "BLOCK_IN_FLOW", blockMsg);
				ctx.atKey = false;
				const valueProps = resolveProps.resolveProps(sep ?? [], {
					flow: fcName,
					indicator: "map-value-ind",
					next: value,
					offset: keyNode.range[2],
					onError,
					parentIndent: fc.indent,
					startOnNewline: false
				});
				if (valueProps.found) {
					if (!isMap && !props.found && ctx.options.strict) {
						if (sep) for (const st of sep) {
							if (st === valueProps.found) break;
							if (st.type === "newline") {
								onError(st, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
								break;
							}
						}
						if (props.start < valueProps.found.offset - 1024) onError(valueProps.found, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit flow sequence key");
					}
				} else if (value) {
					if ("source" in value && value.source?.[0] === ":") onError(value, "MISSING_CHAR", `Missing space after : in ${fcName}`);
					else onError(valueProps.start, "MISSING_CHAR", `Missing , or : between ${fcName} items`);
				}
				const valueNode = value ? composeNode(ctx, value, valueProps, onError) : valueProps.found ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError) : null;
				if (valueNode) {
					if (isBlock(value)) onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
				} else if (valueProps.comment) {
					if (keyNode.comment) keyNode.comment += "\n" + valueProps.comment;
					else keyNode.comment = valueProps.comment;
				}
				const pair = new Pair.Pair(keyNode, valueNode);
				if (ctx.options.keepSourceTokens) pair.srcToken = collItem;
				if (isMap) {
					const map = coll;
					if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode)) onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
					map.items.push(pair);
				} else {
					const map = new YAMLMap.YAMLMap(ctx.schema);
					map.flow = true;
					map.items.push(pair);
					const endRange = (valueNode ?? keyNode).range;
					map.range = [
						keyNode.range[0],
						endRange[1],
						endRange[2]
					];
					coll.items.push(map);
				}
				offset = valueNode ? valueNode.range[2] : valueProps.end;
			}
		}
		const expectedEnd = isMap ? "}" : "]";
		const [ce, ...ee] = fc.end;
		let cePos = offset;
		if (ce?.source === expectedEnd) cePos = ce.offset + ce.source.length;
		else {
			const name = fcName[0].toUpperCase() + fcName.substring(1);
			const msg = atRoot ? `${name} must end with a ${expectedEnd}` : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
			onError(offset, atRoot ? "MISSING_CHAR" : "BAD_INDENT", msg);
			if (ce && ce.source.length !== 1) ee.unshift(ce);
		}
		if (ee.length > 0) {
			const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
			if (end.comment) {
				if (coll.comment) coll.comment += "\n" + end.comment;
				else coll.comment = end.comment;
			}
			coll.range = [
				fc.offset,
				cePos,
				end.offset
			];
		} else coll.range = [
			fc.offset,
			cePos,
			cePos
		];
		return coll;
	}
	exports.resolveFlowCollection = resolveFlowCollection;
}));
// node_modules/yaml/dist/compose/compose-collection.js
var require_compose_collection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var resolveBlockMap = require_resolve_block_map();
	var resolveBlockSeq = require_resolve_block_seq();
	var resolveFlowCollection = require_resolve_flow_collection();
	function resolveCollection(CN, ctx, token, onError, tagName, tag) {
		const coll = token.type === "block-map" ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag) : token.type === "block-seq" ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag) : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
		const Coll = coll.constructor;
		if (tagName === "!" || tagName === Coll.tagName) {
			coll.tag = Coll.tagName;
			return coll;
		}
		if (tagName) coll.tag = tagName;
		return coll;
	}
	function composeCollection(CN, ctx, token, props, onError) {
		const tagToken = props.tag;
		const tagName = !tagToken ? null : ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg));
		if (token.type === "block-seq") {
			const { anchor, newlineAfterProp: nl } = props;
			const lastProp = anchor && tagToken ? anchor.offset > tagToken.offset ? anchor : tagToken : anchor ?? tagToken;
			if (lastProp && (!nl || nl.offset < lastProp.offset)) onError(lastProp, "MISSING_CHAR", "Missing newline after block sequence props");
		}
		const expType = token.type === "block-map" ? "map" : token.type === "block-seq" ? "seq" : token.start.source === "{" ? "map" : "seq";
		if (!tagToken || !tagName || tagName === "!" || tagName === YAMLMap.YAMLMap.tagName && expType === "map" || tagName === YAMLSeq.YAMLSeq.tagName && expType === "seq") return resolveCollection(CN, ctx, token, onError, tagName);
		let tag = ctx.schema.tags.find((t) => t.tag === tagName && t.collection === expType);
		if (!tag) {
			const kt = ctx.schema.knownTags[tagName];
			if (kt?.collection === expType) {
				ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
				tag = kt;
			} else {
				if (kt) onError(tagToken, "BAD_COLLECTION_TYPE", `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? "scalar"}`, true);
				else onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, true);
				return resolveCollection(CN, ctx, token, onError, tagName);
			}
		}
		const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
		const res = tag.resolve?.(coll, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg), ctx.options) ?? coll;
		const node = identity.isNode(res) ? res : new Scalar.Scalar(res);
		node.range = coll.range;
		node.tag = tagName;
		if (tag?.format) node.format = tag.format;
		return node;
	}
	exports.composeCollection = composeCollection;
}));
// node_modules/yaml/dist/compose/resolve-block-scalar.js
var require_resolve_block_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	function resolveBlockScalar(ctx, scalar, onError) {
		const start = scalar.offset;
		const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
		if (!header) return {
			value: "",
			type: null,
			comment: "",
			range: [
				start,
				start,
				start
			]
		};
		const type = header.mode === ">" ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
		const lines = scalar.source ? splitLines(scalar.source) : [];
		let chompStart = lines.length;
		for (let i = lines.length - 1; i >= 0; --i) {
			const content = lines[i][1];
			if (content === "" || content === "\r") chompStart = i;
			else break;
		}
		if (chompStart === 0) {
			const value = header.chomp === "+" && lines.length > 0 ? "\n".repeat(Math.max(1, lines.length - 1)) : "";
			let end = start + header.length;
			if (scalar.source) end += scalar.source.length;
			return {
				value,
				type,
				comment: header.comment,
				range: [
					start,
					end,
					end
				]
			};
		}
		let trimIndent = scalar.indent + header.indent;
		let offset = scalar.offset + header.length;
		let contentStart = 0;
		for (let i = 0; i < chompStart; ++i) {
			const [indent, content] = lines[i];
			if (content === "" || content === "\r") {
				if (header.indent === 0 && indent.length > trimIndent) trimIndent = indent.length;
			} else {
				if (indent.length < trimIndent) onError(offset + indent.length, "MISSING_CHAR", "Block scalars with more-indented leading empty lines must use an explicit indentation indicator");
				if (header.indent === 0) trimIndent = indent.length;
				contentStart = i;
				if (trimIndent === 0 && !ctx.atRoot) onError(offset, "BAD_INDENT", "Block scalar values in collections must be indented");
				break;
			}
			offset += indent.length + content.length + 1;
		}
		for (let i = lines.length - 1; i >= chompStart; --i) if (lines[i][0].length > trimIndent) chompStart = i + 1;
		let value = "";
		let sep = "";
		let prevMoreIndented = false;
		for (let i = 0; i < contentStart; ++i) value += lines[i][0].slice(trimIndent) + "\n";
		for (let i = contentStart; i < chompStart; ++i) {
			let [indent, content] = lines[i];
			offset += indent.length + content.length + 1;
			const crlf = content[content.length - 1] === "\r";
			if (crlf) content = content.slice(0, -1);
			/* istanbul ignore if already caught in lexer */
			if (content && indent.length < trimIndent) {
				const message = `Block scalar lines must not be less indented than their ${header.indent ? "explicit indentation indicator" : "first line"}`;
				onError(offset - content.length - (crlf ? 2 : 1), "BAD_INDENT", message);
				indent = "";
			}
			if (type === Scalar.Scalar.BLOCK_LITERAL) {
				value += sep + indent.slice(trimIndent) + content;
				sep = "\n";
			} else if (indent.length > trimIndent || content[0] === "	") {
				if (sep === " ") sep = "\n";
				else if (!prevMoreIndented && sep === "\n") sep = "\n\n";
				value += sep + indent.slice(trimIndent) + content;
				sep = "\n";
				prevMoreIndented = true;
			} else if (content === "") {
				if (sep === "\n") value += "\n";
				else sep = "\n";
			} else {
				value += sep + content;
				sep = " ";
				prevMoreIndented = false;
			}
		}
		switch (header.chomp) {
			case "-": break;
			case "+":
				for (let i = chompStart; i < lines.length; ++i) value += "\n" + lines[i][0].slice(trimIndent);
				if (value[value.length - 1] !== "\n") value += "\n";
				break;
			default: value += "\n";
		}
		const end = start + header.length + scalar.source.length;
		return {
			value,
			type,
			comment: header.comment,
			range: [
				start,
				end,
				end
			]
		};
	}
	function parseBlockScalarHeader({ offset, props }, strict, onError) {
		/* istanbul ignore if should not happen */
		if (props[0].type !== "block-scalar-header") {
			onError(props[0], "IMPOSSIBLE", "Block scalar header not found");
			return null;
		}
		const { source } = props[0];
		const mode = source[0];
		let indent = 0;
		let chomp = "";
		let error = -1;
		for (let i = 1; i < source.length; ++i) {
			const ch = source[i];
			if (!chomp && (ch === "-" || ch === "+")) chomp = ch;
			else {
				const n = Number(ch);
				if (!indent && n) indent = n;
				else if (error === -1) error = offset + i;
			}
		}
		if (error !== -1) onError(error, "UNEXPECTED_TOKEN", `Block scalar header includes extra characters: ${source}`);
		let hasSpace = false;
		let comment = "";
		let length = source.length;
		for (let i = 1; i < props.length; ++i) {
			const token = props[i];
			switch (token.type) {
				case "space": hasSpace = true;
				case "newline":
					length += token.source.length;
					break;
				case "comment":
					if (strict && !hasSpace) onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
					length += token.source.length;
					comment = token.source.substring(1);
					break;
				case "error":
					onError(token, "UNEXPECTED_TOKEN", token.message);
					length += token.source.length;
					break;
				/* istanbul ignore next should not happen */
				default: {
					onError(token, "UNEXPECTED_TOKEN", `Unexpected token in block scalar header: ${token.type}`);
					const ts = token.source;
					if (ts && typeof ts === "string") length += ts.length;
				}
			}
		}
		return {
			mode,
			indent,
			chomp,
			comment,
			length
		};
	}
	/** @returns Array of lines split up as `[indent, content]` */
	function splitLines(source) {
		const split = source.split(/\n( *)/);
		const first = split[0];
		const m = first.match(/^( *)/);
		const lines = [m?.[1] ? [m[1], first.slice(m[1].length)] : ["", first]];
		for (let i = 1; i < split.length; i += 2) lines.push([split[i], split[i + 1]]);
		return lines;
	}
	exports.resolveBlockScalar = resolveBlockScalar;
}));
// node_modules/yaml/dist/compose/resolve-flow-scalar.js
var require_resolve_flow_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var resolveEnd = require_resolve_end();
	function resolveFlowScalar(scalar, strict, onError) {
		const { offset, type, source, end } = scalar;
		let _type;
		let value;
		const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
		switch (type) {
			case "scalar":
				_type = Scalar.Scalar.PLAIN;
				value = plainValue(source, _onError);
				break;
			case "single-quoted-scalar":
				_type = Scalar.Scalar.QUOTE_SINGLE;
				value = singleQuotedValue(source, _onError);
				break;
			case "double-quoted-scalar":
				_type = Scalar.Scalar.QUOTE_DOUBLE;
				value = doubleQuotedValue(source, _onError);
				break;
			/* istanbul ignore next should not happen */
			default:
				onError(scalar, "UNEXPECTED_TOKEN", `Expected a flow scalar value, but found: ${type}`);
				return {
					value: "",
					type: null,
					comment: "",
					range: [
						offset,
						offset + source.length,
						offset + source.length
					]
				};
		}
		const valueEnd = offset + source.length;
		const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
		return {
			value,
			type: _type,
			comment: re.comment,
			range: [
				offset,
				valueEnd,
				re.offset
			]
		};
	}
	function plainValue(source, onError) {
		let badChar = "";
		switch (source[0]) {
			/* istanbul ignore next should not happen */
			case "	":
				badChar = "a tab character";
				break;
			case ",":
				badChar = "flow indicator character ,";
				break;
			case "%":
				badChar = "directive indicator character %";
				break;
			case "|":
			case ">":
				badChar = `block scalar indicator ${source[0]}`;
				break;
			case "@":
			case "`": badChar = `reserved character ${source[0]}`;
		}
		if (badChar) onError(0, "BAD_SCALAR_START", `Plain value cannot start with ${badChar}`);
		return unfoldLines(source);
	}
	function singleQuotedValue(source, onError) {
		if (source[source.length - 1] !== "'" || source.length === 1) onError(source.length, "MISSING_CHAR", "Missing closing 'quote");
		return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
	}
	function unfoldLines(source) {
		const line = /(.*?)\r?\n/sy;
		let match = line.exec(source);
		if (!match) return source;
		/**
		* The negative lookbehinds in these RegExps are to
		* prevent causing a polynomial search time in certain cases.
		*
		* The try-catch is for Safari < 16.4 and other old browsers:
		* https://caniuse.com/js-regexp-lookbehind
		*/
		let trimEnd, trimBoth;
		try {
			trimEnd = /* @__PURE__ */ new RegExp("(?<![ 	])[ 	]+$");
			trimBoth = /* @__PURE__ */ new RegExp("^[ 	]+|(?<![ 	])[ 	]+$", "g");
		} catch {
			trimEnd = /[ \t]+$/;
			trimBoth = /^[ \t]+|[ \t]+$/g;
		}
		let res = match[1].replace(trimEnd, "");
		let sep = " ";
		let pos = line.lastIndex;
		while (match = line.exec(source)) {
			const lm = match[1].replace(trimBoth, "");
			if (lm === "") {
				if (sep === "\n") res += sep;
				else sep = "\n";
			} else {
				res += sep + lm;
				sep = " ";
			}
			pos = line.lastIndex;
		}
		const last = /[ \t]*(.*)/sy;
		last.lastIndex = pos;
		match = last.exec(source);
		return res + sep + (match?.[1] ?? "");
	}
	function doubleQuotedValue(source, onError) {
		let res = "";
		for (let i = 1; i < source.length - 1; ++i) {
			const ch = source[i];
			if (ch === "\r" && source[i + 1] === "\n") continue;
			if (ch === "\n") {
				const { fold, offset } = foldNewline(source, i);
				res += fold;
				i = offset;
			} else if (ch === "\\") {
				let next = source[++i];
				const cc = escapeCodes[next];
				if (cc) res += cc;
				else if (next === "\n") {
					next = source[i + 1];
					while (next === " " || next === "	") next = source[++i + 1];
				} else if (next === "\r" && source[i + 1] === "\n") {
					next = source[++i + 1];
					while (next === " " || next === "	") next = source[++i + 1];
				} else if (next === "x" || next === "u" || next === "U") {
					const length = next === "x" ? 2 : next === "u" ? 4 : 8;
					res += parseCharCode(source, i + 1, length, onError);
					i += length;
				} else {
					const raw = source.substr(i - 1, 2);
					onError(i - 1, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
					res += raw;
				}
			} else if (ch === " " || ch === "	") {
				const wsStart = i;
				let next = source[i + 1];
				while (next === " " || next === "	") next = source[++i + 1];
				if (next !== "\n" && !(next === "\r" && source[i + 2] === "\n")) res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
			} else res += ch;
		}
		if (source[source.length - 1] !== "\"" || source.length === 1) onError(source.length, "MISSING_CHAR", "Missing closing \"quote");
		return res;
	}
	/**
	* Fold a single newline into a space, multiple newlines to N - 1 newlines.
	* Presumes `source[offset] === '\n'`
	*/
	function foldNewline(source, offset) {
		let fold = "";
		let ch = source[offset + 1];
		while (ch === " " || ch === "	" || ch === "\n" || ch === "\r") {
			if (ch === "\r" && source[offset + 2] !== "\n") break;
			if (ch === "\n") fold += "\n";
			offset += 1;
			ch = source[offset + 1];
		}
		if (!fold) fold = " ";
		return {
			fold,
			offset
		};
	}
	const escapeCodes = {
		"0": "\0",
		a: "\x07",
		b: "\b",
		e: "\x1B",
		f: "\f",
		n: "\n",
		r: "\r",
		t: "	",
		v: "\v",
		N: "",
		_: "\xA0",
		L: "\u2028",
		P: "\u2029",
		" ": " ",
		"\"": "\"",
		"/": "/",
		"\\": "\\",
		"	": "	"
	};
	function parseCharCode(source, offset, length, onError) {
		const cc = source.substr(offset, length);
		const code = cc.length === length && /^[0-9a-fA-F]+$/.test(cc) ? parseInt(cc, 16) : NaN;
		try {
			return String.fromCodePoint(code);
		} catch {
			const raw = source.substr(offset - 2, length + 2);
			onError(offset - 2, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
			return raw;
		}
	}
	exports.resolveFlowScalar = resolveFlowScalar;
}));
// node_modules/yaml/dist/compose/compose-scalar.js
var require_compose_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	var resolveBlockScalar = require_resolve_block_scalar();
	var resolveFlowScalar = require_resolve_flow_scalar();
	function composeScalar(ctx, token, tagToken, onError) {
		const { value, type, comment, range } = token.type === "block-scalar" ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError) : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
		const tagName = tagToken ? ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg)) : null;
		let tag;
		if (ctx.options.stringKeys && ctx.atKey) tag = ctx.schema[identity.SCALAR];
		else if (tagName) tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
		else if (token.type === "scalar") tag = findScalarTagByTest(ctx, value, token, onError);
		else tag = ctx.schema[identity.SCALAR];
		let scalar;
		try {
			const res = tag.resolve(value, (msg) => onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg), ctx.options);
			scalar = identity.isScalar(res) ? res : new Scalar.Scalar(res);
		} catch (error) {
			const msg = error instanceof Error ? error.message : String(error);
			onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg);
			scalar = new Scalar.Scalar(value);
		}
		scalar.range = range;
		scalar.source = value;
		if (type) scalar.type = type;
		if (tagName) scalar.tag = tagName;
		if (tag.format) scalar.format = tag.format;
		if (comment) scalar.comment = comment;
		return scalar;
	}
	function findScalarTagByName(schema, value, tagName, tagToken, onError) {
		if (tagName === "!") return schema[identity.SCALAR];
		const matchWithTest = [];
		for (const tag of schema.tags) if (!tag.collection && tag.tag === tagName) {
			if (tag.default && tag.test) matchWithTest.push(tag);
			else return tag;
		}
		for (const tag of matchWithTest) if (tag.test?.test(value)) return tag;
		const kt = schema.knownTags[tagName];
		if (kt && !kt.collection) {
			schema.tags.push(Object.assign({}, kt, {
				default: false,
				test: void 0
			}));
			return kt;
		}
		onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, tagName !== "tag:yaml.org,2002:str");
		return schema[identity.SCALAR];
	}
	function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
		const tag = schema.tags.find((tag) => (tag.default === true || atKey && tag.default === "key") && tag.test?.test(value)) || schema[identity.SCALAR];
		if (schema.compat) {
			const compat = schema.compat.find((tag) => tag.default && tag.test?.test(value)) ?? schema[identity.SCALAR];
			if (tag.tag !== compat.tag) onError(token, "TAG_RESOLVE_FAILED", `Value may be parsed as either ${directives.tagString(tag.tag)} or ${directives.tagString(compat.tag)}`, true);
		}
		return tag;
	}
	exports.composeScalar = composeScalar;
}));
// node_modules/yaml/dist/compose/util-empty-scalar-position.js
var require_util_empty_scalar_position = /* @__PURE__ */ __commonJSMin(((exports) => {
	function emptyScalarPosition(offset, before, pos) {
		if (before) {
			pos ?? (pos = before.length);
			for (let i = pos - 1; i >= 0; --i) {
				let st = before[i];
				switch (st.type) {
					case "space":
					case "comment":
					case "newline":
						offset -= st.source.length;
						continue;
				}
				st = before[++i];
				while (st?.type === "space") {
					offset += st.source.length;
					st = before[++i];
				}
				break;
			}
		}
		return offset;
	}
	exports.emptyScalarPosition = emptyScalarPosition;
}));
// node_modules/yaml/dist/compose/compose-node.js
var require_compose_node = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Alias = require_Alias();
	var identity = require_identity();
	var composeCollection = require_compose_collection();
	var composeScalar = require_compose_scalar();
	var resolveEnd = require_resolve_end();
	var utilEmptyScalarPosition = require_util_empty_scalar_position();
	const CN = {
		composeNode,
		composeEmptyNode
	};
	function composeNode(ctx, token, props, onError) {
		const atKey = ctx.atKey;
		const { spaceBefore, comment, anchor, tag } = props;
		let node;
		let isSrcToken = true;
		switch (token.type) {
			case "alias":
				node = composeAlias(ctx, token, onError);
				if (anchor || tag) onError(token, "ALIAS_PROPS", "An alias node must not specify any properties");
				break;
			case "scalar":
			case "single-quoted-scalar":
			case "double-quoted-scalar":
			case "block-scalar":
				node = composeScalar.composeScalar(ctx, token, tag, onError);
				if (anchor) node.anchor = anchor.source.substring(1);
				break;
			case "block-map":
			case "block-seq":
			case "flow-collection":
				try {
					node = composeCollection.composeCollection(CN, ctx, token, props, onError);
					if (anchor) node.anchor = anchor.source.substring(1);
				} catch (error) {
					onError(token, "RESOURCE_EXHAUSTION", error instanceof Error ? error.message : String(error));
				}
				break;
			default:
				onError(token, "UNEXPECTED_TOKEN", token.type === "error" ? token.message : `Unsupported token (type: ${token.type})`);
				isSrcToken = false;
		}
		node ?? (node = composeEmptyNode(ctx, token.offset, void 0, null, props, onError));
		if (anchor && node.anchor === "") onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string");
		if (atKey && ctx.options.stringKeys && (!identity.isScalar(node) || typeof node.value !== "string" || node.tag && node.tag !== "tag:yaml.org,2002:str")) onError(tag ?? token, "NON_STRING_KEY", "With stringKeys, all keys must be strings");
		if (spaceBefore) node.spaceBefore = true;
		if (comment) {
			if (token.type === "scalar" && token.source === "") node.comment = comment;
			else node.commentBefore = comment;
		}
		if (ctx.options.keepSourceTokens && isSrcToken) node.srcToken = token;
		return node;
	}
	function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag, end }, onError) {
		const token = {
			type: "scalar",
			offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
			indent: -1,
			source: ""
		};
		const node = composeScalar.composeScalar(ctx, token, tag, onError);
		if (anchor) {
			node.anchor = anchor.source.substring(1);
			if (node.anchor === "") onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string");
		}
		if (spaceBefore) node.spaceBefore = true;
		if (comment) {
			node.comment = comment;
			node.range[2] = end;
		}
		return node;
	}
	function composeAlias({ options }, { offset, source, end }, onError) {
		const alias = new Alias.Alias(source.substring(1));
		if (alias.source === "") onError(offset, "BAD_ALIAS", "Alias cannot be an empty string");
		if (alias.source.endsWith(":")) onError(offset + source.length - 1, "BAD_ALIAS", "Alias ending in : is ambiguous", true);
		const valueEnd = offset + source.length;
		const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
		alias.range = [
			offset,
			valueEnd,
			re.offset
		];
		if (re.comment) alias.comment = re.comment;
		return alias;
	}
	exports.composeEmptyNode = composeEmptyNode;
	exports.composeNode = composeNode;
}));
// node_modules/yaml/dist/compose/compose-doc.js
var require_compose_doc = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Document = require_Document();
	var composeNode = require_compose_node();
	var resolveEnd = require_resolve_end();
	var resolveProps = require_resolve_props();
	function composeDoc(options, directives, { offset, start, value, end }, onError) {
		const opts = Object.assign({ _directives: directives }, options);
		const doc = new Document.Document(void 0, opts);
		const ctx = {
			atKey: false,
			atRoot: true,
			directives: doc.directives,
			options: doc.options,
			schema: doc.schema
		};
		const props = resolveProps.resolveProps(start, {
			indicator: "doc-start",
			next: value ?? end?.[0],
			offset,
			onError,
			parentIndent: 0,
			startOnNewline: true
		});
		if (props.found) {
			doc.directives.docStart = true;
			if (value && (value.type === "block-map" || value.type === "block-seq") && !props.hasNewline) onError(props.end, "MISSING_CHAR", "Block collection cannot start on same line with directives-end marker");
		}
		doc.contents = value ? composeNode.composeNode(ctx, value, props, onError) : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
		const contentEnd = doc.contents.range[2];
		const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
		if (re.comment) doc.comment = re.comment;
		doc.range = [
			offset,
			contentEnd,
			re.offset
		];
		return doc;
	}
	exports.composeDoc = composeDoc;
}));
// node_modules/yaml/dist/compose/composer.js
var require_composer = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_process = __require("process");
	var directives = require_directives();
	var Document = require_Document();
	var errors = require_errors();
	var identity = require_identity();
	var composeDoc = require_compose_doc();
	var resolveEnd = require_resolve_end();
	function getErrorPos(src) {
		if (typeof src === "number") return [src, src + 1];
		if (Array.isArray(src)) return src.length === 2 ? src : [src[0], src[1]];
		const { offset, source } = src;
		return [offset, offset + (typeof source === "string" ? source.length : 1)];
	}
	function parsePrelude(prelude) {
		let comment = "";
		let atComment = false;
		let afterEmptyLine = false;
		for (let i = 0; i < prelude.length; ++i) {
			const source = prelude[i];
			switch (source[0]) {
				case "#":
					comment += (comment === "" ? "" : afterEmptyLine ? "\n\n" : "\n") + (source.substring(1) || " ");
					atComment = true;
					afterEmptyLine = false;
					break;
				case "%":
					if (prelude[i + 1]?.[0] !== "#") i += 1;
					atComment = false;
					break;
				default:
					if (!atComment) afterEmptyLine = true;
					atComment = false;
			}
		}
		return {
			comment,
			afterEmptyLine
		};
	}
	/**
	* Compose a stream of CST nodes into a stream of YAML Documents.
	*
	* ```ts
	* import { Composer, Parser } from 'yaml'
	*
	* const src: string = ...
	* const tokens = new Parser().parse(src)
	* const docs = new Composer().compose(tokens)
	* ```
	*/
	var Composer = class {
		constructor(options = {}) {
			this.doc = null;
			this.atDirectives = false;
			this.prelude = [];
			this.errors = [];
			this.warnings = [];
			this.onError = (source, code, message, warning) => {
				const pos = getErrorPos(source);
				if (warning) this.warnings.push(new errors.YAMLWarning(pos, code, message));
				else this.errors.push(new errors.YAMLParseError(pos, code, message));
			};
			this.directives = new directives.Directives({ version: options.version || "1.2" });
			this.options = options;
		}
		decorate(doc, afterDoc) {
			const { comment, afterEmptyLine } = parsePrelude(this.prelude);
			if (comment) {
				const dc = doc.contents;
				if (afterDoc) doc.comment = doc.comment ? `${doc.comment}\n${comment}` : comment;
				else if (afterEmptyLine || doc.directives.docStart || !dc) doc.commentBefore = comment;
				else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
					let it = dc.items[0];
					if (identity.isPair(it)) it = it.key;
					const cb = it.commentBefore;
					it.commentBefore = cb ? `${comment}\n${cb}` : comment;
				} else {
					const cb = dc.commentBefore;
					dc.commentBefore = cb ? `${comment}\n${cb}` : comment;
				}
			}
			if (afterDoc) {
				for (let i = 0; i < this.errors.length; ++i) doc.errors.push(this.errors[i]);
				for (let i = 0; i < this.warnings.length; ++i) doc.warnings.push(this.warnings[i]);
			} else {
				doc.errors = this.errors;
				doc.warnings = this.warnings;
			}
			this.prelude = [];
			this.errors = [];
			this.warnings = [];
		}
		/**
		* Current stream status information.
		*
		* Mostly useful at the end of input for an empty stream.
		*/
		streamInfo() {
			return {
				comment: parsePrelude(this.prelude).comment,
				directives: this.directives,
				errors: this.errors,
				warnings: this.warnings
			};
		}
		/**
		* Compose tokens into documents.
		*
		* @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
		* @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
		*/
		*compose(tokens, forceDoc = false, endOffset = -1) {
			for (const token of tokens) yield* this.next(token);
			yield* this.end(forceDoc, endOffset);
		}
		/** Advance the composer by one CST token. */
		*next(token) {
			if (node_process.env.LOG_STREAM) console.dir(token, { depth: null });
			switch (token.type) {
				case "directive":
					this.directives.add(token.source, (offset, message, warning) => {
						const pos = getErrorPos(token);
						pos[0] += offset;
						this.onError(pos, "BAD_DIRECTIVE", message, warning);
					});
					this.prelude.push(token.source);
					this.atDirectives = true;
					break;
				case "document": {
					const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
					if (this.atDirectives && !doc.directives.docStart) this.onError(token, "MISSING_CHAR", "Missing directives-end/doc-start indicator line");
					this.decorate(doc, false);
					if (this.doc) yield this.doc;
					this.doc = doc;
					this.atDirectives = false;
					break;
				}
				case "byte-order-mark":
				case "space": break;
				case "comment":
				case "newline":
					this.prelude.push(token.source);
					break;
				case "error": {
					const msg = token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message;
					const error = new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg);
					if (this.atDirectives || !this.doc) this.errors.push(error);
					else this.doc.errors.push(error);
					break;
				}
				case "doc-end": {
					if (!this.doc) {
						this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", "Unexpected doc-end without preceding document"));
						break;
					}
					this.doc.directives.docEnd = true;
					const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
					this.decorate(this.doc, true);
					if (end.comment) {
						const dc = this.doc.comment;
						this.doc.comment = dc ? `${dc}\n${end.comment}` : end.comment;
					}
					this.doc.range[2] = end.offset;
					break;
				}
				default: this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", `Unsupported token ${token.type}`));
			}
		}
		/**
		* Call at end of input to yield any remaining document.
		*
		* @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
		* @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
		*/
		*end(forceDoc = false, endOffset = -1) {
			if (this.doc) {
				this.decorate(this.doc, true);
				yield this.doc;
				this.doc = null;
			} else if (forceDoc) {
				const opts = Object.assign({ _directives: this.directives }, this.options);
				const doc = new Document.Document(void 0, opts);
				if (this.atDirectives) this.onError(endOffset, "MISSING_CHAR", "Missing directives-end indicator line");
				doc.range = [
					0,
					endOffset,
					endOffset
				];
				this.decorate(doc, false);
				yield doc;
			}
		}
	};
	exports.Composer = Composer;
}));
// node_modules/yaml/dist/parse/cst-scalar.js
var require_cst_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var resolveBlockScalar = require_resolve_block_scalar();
	var resolveFlowScalar = require_resolve_flow_scalar();
	var errors = require_errors();
	var stringifyString = require_stringifyString();
	function resolveAsScalar(token, strict = true, onError) {
		if (token) {
			const _onError = (pos, code, message) => {
				const offset = typeof pos === "number" ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
				if (onError) onError(offset, code, message);
				else throw new errors.YAMLParseError([offset, offset + 1], code, message);
			};
			switch (token.type) {
				case "scalar":
				case "single-quoted-scalar":
				case "double-quoted-scalar": return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
				case "block-scalar": return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
			}
		}
		return null;
	}
	/**
	* Create a new scalar token with `value`
	*
	* Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
	* as this function does not support any schema operations and won't check for such conflicts.
	*
	* @param value The string representation of the value, which will have its content properly indented.
	* @param context.end Comments and whitespace after the end of the value, or after the block scalar header. If undefined, a newline will be added.
	* @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
	* @param context.indent The indent level of the token.
	* @param context.inFlow Is this scalar within a flow collection? This may affect the resolved type of the token's value.
	* @param context.offset The offset position of the token.
	* @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
	*/
	function createScalarToken(value, context) {
		const { implicitKey = false, indent, inFlow = false, offset = -1, type = "PLAIN" } = context;
		const source = stringifyString.stringifyString({
			type,
			value
		}, {
			implicitKey,
			indent: indent > 0 ? " ".repeat(indent) : "",
			inFlow,
			options: {
				blockQuote: true,
				lineWidth: -1
			}
		});
		const end = context.end ?? [{
			type: "newline",
			offset: -1,
			indent,
			source: "\n"
		}];
		switch (source[0]) {
			case "|":
			case ">": {
				const he = source.indexOf("\n");
				const head = source.substring(0, he);
				const body = source.substring(he + 1) + "\n";
				const props = [{
					type: "block-scalar-header",
					offset,
					indent,
					source: head
				}];
				if (!addEndtoBlockProps(props, end)) props.push({
					type: "newline",
					offset: -1,
					indent,
					source: "\n"
				});
				return {
					type: "block-scalar",
					offset,
					indent,
					props,
					source: body
				};
			}
			case "\"": return {
				type: "double-quoted-scalar",
				offset,
				indent,
				source,
				end
			};
			case "'": return {
				type: "single-quoted-scalar",
				offset,
				indent,
				source,
				end
			};
			default: return {
				type: "scalar",
				offset,
				indent,
				source,
				end
			};
		}
	}
	/**
	* Set the value of `token` to the given string `value`, overwriting any previous contents and type that it may have.
	*
	* Best efforts are made to retain any comments previously associated with the `token`,
	* though all contents within a collection's `items` will be overwritten.
	*
	* Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
	* as this function does not support any schema operations and won't check for such conflicts.
	*
	* @param token Any token. If it does not include an `indent` value, the value will be stringified as if it were an implicit key.
	* @param value The string representation of the value, which will have its content properly indented.
	* @param context.afterKey In most cases, values after a key should have an additional level of indentation.
	* @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
	* @param context.inFlow Being within a flow collection may affect the resolved type of the token's value.
	* @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
	*/
	function setScalarValue(token, value, context = {}) {
		let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
		let indent = "indent" in token ? token.indent : null;
		if (afterKey && typeof indent === "number") indent += 2;
		if (!type) switch (token.type) {
			case "single-quoted-scalar":
				type = "QUOTE_SINGLE";
				break;
			case "double-quoted-scalar":
				type = "QUOTE_DOUBLE";
				break;
			case "block-scalar": {
				const header = token.props[0];
				if (header.type !== "block-scalar-header") throw new Error("Invalid block scalar header");
				type = header.source[0] === ">" ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
				break;
			}
			default: type = "PLAIN";
		}
		const source = stringifyString.stringifyString({
			type,
			value
		}, {
			implicitKey: implicitKey || indent === null,
			indent: indent !== null && indent > 0 ? " ".repeat(indent) : "",
			inFlow,
			options: {
				blockQuote: true,
				lineWidth: -1
			}
		});
		switch (source[0]) {
			case "|":
			case ">":
				setBlockScalarValue(token, source);
				break;
			case "\"":
				setFlowScalarValue(token, source, "double-quoted-scalar");
				break;
			case "'":
				setFlowScalarValue(token, source, "single-quoted-scalar");
				break;
			default: setFlowScalarValue(token, source, "scalar");
		}
	}
	function setBlockScalarValue(token, source) {
		const he = source.indexOf("\n");
		const head = source.substring(0, he);
		const body = source.substring(he + 1) + "\n";
		if (token.type === "block-scalar") {
			const header = token.props[0];
			if (header.type !== "block-scalar-header") throw new Error("Invalid block scalar header");
			header.source = head;
			token.source = body;
		} else {
			const { offset } = token;
			const indent = "indent" in token ? token.indent : -1;
			const props = [{
				type: "block-scalar-header",
				offset,
				indent,
				source: head
			}];
			if (!addEndtoBlockProps(props, "end" in token ? token.end : void 0)) props.push({
				type: "newline",
				offset: -1,
				indent,
				source: "\n"
			});
			for (const key of Object.keys(token)) if (key !== "type" && key !== "offset") delete token[key];
			Object.assign(token, {
				type: "block-scalar",
				indent,
				props,
				source: body
			});
		}
	}
	/** @returns `true` if last token is a newline */
	function addEndtoBlockProps(props, end) {
		if (end) for (const st of end) switch (st.type) {
			case "space":
			case "comment":
				props.push(st);
				break;
			case "newline":
				props.push(st);
				return true;
		}
		return false;
	}
	function setFlowScalarValue(token, source, type) {
		switch (token.type) {
			case "scalar":
			case "double-quoted-scalar":
			case "single-quoted-scalar":
				token.type = type;
				token.source = source;
				break;
			case "block-scalar": {
				const end = token.props.slice(1);
				let oa = source.length;
				if (token.props[0].type === "block-scalar-header") oa -= token.props[0].source.length;
				for (const tok of end) tok.offset += oa;
				delete token.props;
				Object.assign(token, {
					type,
					source,
					end
				});
				break;
			}
			case "block-map":
			case "block-seq": {
				const nl = {
					type: "newline",
					offset: token.offset + source.length,
					indent: token.indent,
					source: "\n"
				};
				delete token.items;
				Object.assign(token, {
					type,
					source,
					end: [nl]
				});
				break;
			}
			default: {
				const indent = "indent" in token ? token.indent : -1;
				const end = "end" in token && Array.isArray(token.end) ? token.end.filter((st) => st.type === "space" || st.type === "comment" || st.type === "newline") : [];
				for (const key of Object.keys(token)) if (key !== "type" && key !== "offset") delete token[key];
				Object.assign(token, {
					type,
					indent,
					source,
					end
				});
			}
		}
	}
	exports.createScalarToken = createScalarToken;
	exports.resolveAsScalar = resolveAsScalar;
	exports.setScalarValue = setScalarValue;
}));
// node_modules/yaml/dist/parse/cst-stringify.js
var require_cst_stringify = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Stringify a CST document, token, or collection item
	*
	* Fair warning: This applies no validation whatsoever, and
	* simply concatenates the sources in their logical order.
	*/
	const stringify = (cst) => "type" in cst ? stringifyToken(cst) : stringifyItem(cst);
	function stringifyToken(token) {
		switch (token.type) {
			case "block-scalar": {
				let res = "";
				for (const tok of token.props) res += stringifyToken(tok);
				return res + token.source;
			}
			case "block-map":
			case "block-seq": {
				let res = "";
				for (const item of token.items) res += stringifyItem(item);
				return res;
			}
			case "flow-collection": {
				let res = token.start.source;
				for (const item of token.items) res += stringifyItem(item);
				for (const st of token.end) res += st.source;
				return res;
			}
			case "document": {
				let res = stringifyItem(token);
				if (token.end) for (const st of token.end) res += st.source;
				return res;
			}
			default: {
				let res = token.source;
				if ("end" in token && token.end) for (const st of token.end) res += st.source;
				return res;
			}
		}
	}
	function stringifyItem({ start, key, sep, value }) {
		let res = "";
		for (const st of start) res += st.source;
		if (key) res += stringifyToken(key);
		if (sep) for (const st of sep) res += st.source;
		if (value) res += stringifyToken(value);
		return res;
	}
	exports.stringify = stringify;
}));
// node_modules/yaml/dist/parse/cst-visit.js
var require_cst_visit = /* @__PURE__ */ __commonJSMin(((exports) => {
	const BREAK = Symbol("break visit");
	const SKIP = Symbol("skip children");
	const REMOVE = Symbol("remove item");
	/**
	* Apply a visitor to a CST document or item.
	*
	* Walks through the tree (depth-first) starting from the root, calling a
	* `visitor` function with two arguments when entering each item:
	*   - `item`: The current item, which included the following members:
	*     - `start: SourceToken[]` – Source tokens before the key or value,
	*       possibly including its anchor or tag.
	*     - `key?: Token | null` – Set for pair values. May then be `null`, if
	*       the key before the `:` separator is empty.
	*     - `sep?: SourceToken[]` – Source tokens between the key and the value,
	*       which should include the `:` map value indicator if `value` is set.
	*     - `value?: Token` – The value of a sequence item, or of a map pair.
	*   - `path`: The steps from the root to the current node, as an array of
	*     `['key' | 'value', number]` tuples.
	*
	* The return value of the visitor may be used to control the traversal:
	*   - `undefined` (default): Do nothing and continue
	*   - `visit.SKIP`: Do not visit the children of this token, continue with
	*      next sibling
	*   - `visit.BREAK`: Terminate traversal completely
	*   - `visit.REMOVE`: Remove the current item, then continue with the next one
	*   - `number`: Set the index of the next step. This is useful especially if
	*     the index of the current token has changed.
	*   - `function`: Define the next visitor for this item. After the original
	*     visitor is called on item entry, next visitors are called after handling
	*     a non-empty `key` and when exiting the item.
	*/
	function visit(cst, visitor) {
		if ("type" in cst && cst.type === "document") cst = {
			start: cst.start,
			value: cst.value
		};
		_visit(Object.freeze([]), cst, visitor);
	}
	/** Terminate visit traversal completely */
	visit.BREAK = BREAK;
	/** Do not visit the children of the current item */
	visit.SKIP = SKIP;
	/** Remove the current item */
	visit.REMOVE = REMOVE;
	/** Find the item at `path` from `cst` as the root */
	visit.itemAtPath = (cst, path) => {
		let item = cst;
		for (const [field, index] of path) {
			const tok = item?.[field];
			if (tok && "items" in tok) item = tok.items[index];
			else return void 0;
		}
		return item;
	};
	/**
	* Get the immediate parent collection of the item at `path` from `cst` as the root.
	*
	* Throws an error if the collection is not found, which should never happen if the item itself exists.
	*/
	visit.parentCollection = (cst, path) => {
		const parent = visit.itemAtPath(cst, path.slice(0, -1));
		const field = path[path.length - 1][0];
		const coll = parent?.[field];
		if (coll && "items" in coll) return coll;
		throw new Error("Parent collection not found");
	};
	function _visit(path, item, visitor) {
		let ctrl = visitor(item, path);
		if (typeof ctrl === "symbol") return ctrl;
		for (const field of ["key", "value"]) {
			const token = item[field];
			if (token && "items" in token) {
				for (let i = 0; i < token.items.length; ++i) {
					const ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
					if (typeof ci === "number") i = ci - 1;
					else if (ci === BREAK) return BREAK;
					else if (ci === REMOVE) {
						token.items.splice(i, 1);
						i -= 1;
					}
				}
				if (typeof ctrl === "function" && field === "key") ctrl = ctrl(item, path);
			}
		}
		return typeof ctrl === "function" ? ctrl(item, path) : ctrl;
	}
	exports.visit = visit;
}));
// node_modules/yaml/dist/parse/cst.js
var require_cst = /* @__PURE__ */ __commonJSMin(((exports) => {
	var cstScalar = require_cst_scalar();
	var cstStringify = require_cst_stringify();
	var cstVisit = require_cst_visit();
	/** The byte order mark */
	const BOM = "﻿";
	/** Start of doc-mode */
	const DOCUMENT = "";
	/** Unexpected end of flow-mode */
	const FLOW_END = "";
	/** Next token is a scalar value */
	const SCALAR = "";
	/** @returns `true` if `token` is a flow or block collection */
	const isCollection = (token) => !!token && "items" in token;
	/** @returns `true` if `token` is a flow or block scalar; not an alias */
	const isScalar = (token) => !!token && (token.type === "scalar" || token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar" || token.type === "block-scalar");
	/* istanbul ignore next */
	/** Get a printable representation of a lexer token */
	function prettyToken(token) {
		switch (token) {
			case BOM: return "<BOM>";
			case DOCUMENT: return "<DOC>";
			case FLOW_END: return "<FLOW_END>";
			case SCALAR: return "<SCALAR>";
			default: return JSON.stringify(token);
		}
	}
	/** Identify the type of a lexer token. May return `null` for unknown tokens. */
	function tokenType(source) {
		switch (source) {
			case BOM: return "byte-order-mark";
			case DOCUMENT: return "doc-mode";
			case FLOW_END: return "flow-error-end";
			case SCALAR: return "scalar";
			case "---": return "doc-start";
			case "...": return "doc-end";
			case "":
			case "\n":
			case "\r\n": return "newline";
			case "-": return "seq-item-ind";
			case "?": return "explicit-key-ind";
			case ":": return "map-value-ind";
			case "{": return "flow-map-start";
			case "}": return "flow-map-end";
			case "[": return "flow-seq-start";
			case "]": return "flow-seq-end";
			case ",": return "comma";
		}
		switch (source[0]) {
			case " ":
			case "	": return "space";
			case "#": return "comment";
			case "%": return "directive-line";
			case "*": return "alias";
			case "&": return "anchor";
			case "!": return "tag";
			case "'": return "single-quoted-scalar";
			case "\"": return "double-quoted-scalar";
			case "|":
			case ">": return "block-scalar-header";
		}
		return null;
	}
	exports.createScalarToken = cstScalar.createScalarToken;
	exports.resolveAsScalar = cstScalar.resolveAsScalar;
	exports.setScalarValue = cstScalar.setScalarValue;
	exports.stringify = cstStringify.stringify;
	exports.visit = cstVisit.visit;
	exports.BOM = BOM;
	exports.DOCUMENT = DOCUMENT;
	exports.FLOW_END = FLOW_END;
	exports.SCALAR = SCALAR;
	exports.isCollection = isCollection;
	exports.isScalar = isScalar;
	exports.prettyToken = prettyToken;
	exports.tokenType = tokenType;
}));
// node_modules/yaml/dist/parse/lexer.js
var require_lexer = /* @__PURE__ */ __commonJSMin(((exports) => {
	var cst = require_cst();
	function isEmpty(ch) {
		switch (ch) {
			case void 0:
			case " ":
			case "\n":
			case "\r":
			case "	": return true;
			default: return false;
		}
	}
	const hexDigits = /* @__PURE__ */ new Set("0123456789ABCDEFabcdef");
	const tagChars = /* @__PURE__ */ new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
	const flowIndicatorChars = /* @__PURE__ */ new Set(",[]{}");
	const invalidAnchorChars = /* @__PURE__ */ new Set(" ,[]{}\n\r	");
	const isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
	/**
	* Splits an input string into lexical tokens, i.e. smaller strings that are
	* easily identifiable by `tokens.tokenType()`.
	*
	* Lexing starts always in a "stream" context. Incomplete input may be buffered
	* until a complete token can be emitted.
	*
	* In addition to slices of the original input, the following control characters
	* may also be emitted:
	*
	* - `\x02` (Start of Text): A document starts with the next token
	* - `\x18` (Cancel): Unexpected end of flow-mode (indicates an error)
	* - `\x1f` (Unit Separator): Next token is a scalar value
	* - `\u{FEFF}` (Byte order mark): Emitted separately outside documents
	*/
	var Lexer = class {
		constructor() {
			/**
			* Flag indicating whether the end of the current buffer marks the end of
			* all input
			*/
			this.atEnd = false;
			/**
			* Explicit indent set in block scalar header, as an offset from the current
			* minimum indent, so e.g. set to 1 from a header `|2+`. Set to -1 if not
			* explicitly set.
			*/
			this.blockScalarIndent = -1;
			/**
			* Block scalars that include a + (keep) chomping indicator in their header
			* include trailing empty lines, which are otherwise excluded from the
			* scalar's contents.
			*/
			this.blockScalarKeep = false;
			/** Current input */
			this.buffer = "";
			/**
			* Flag noting whether the map value indicator : can immediately follow this
			* node within a flow context.
			*/
			this.flowKey = false;
			/** Count of surrounding flow collection levels. */
			this.flowLevel = 0;
			/**
			* Minimum level of indentation required for next lines to be parsed as a
			* part of the current scalar value.
			*/
			this.indentNext = 0;
			/** Indentation level of the current line. */
			this.indentValue = 0;
			/** Position of the next \n character. */
			this.lineEndPos = null;
			/** Stores the state of the lexer if reaching the end of incpomplete input */
			this.next = null;
			/** A pointer to `buffer`; the current position of the lexer. */
			this.pos = 0;
		}
		/**
		* Generate YAML tokens from the `source` string. If `incomplete`,
		* a part of the last line may be left as a buffer for the next call.
		*
		* @returns A generator of lexical tokens
		*/
		*lex(source, incomplete = false) {
			if (source) {
				if (typeof source !== "string") throw TypeError("source is not a string");
				this.buffer = this.buffer ? this.buffer + source : source;
				this.lineEndPos = null;
			}
			this.atEnd = !incomplete;
			let next = this.next ?? "stream";
			while (next && (incomplete || this.hasChars(1))) next = yield* this.parseNext(next);
		}
		atLineEnd() {
			let i = this.pos;
			let ch = this.buffer[i];
			while (ch === " " || ch === "	") ch = this.buffer[++i];
			if (!ch || ch === "#" || ch === "\n") return true;
			if (ch === "\r") return this.buffer[i + 1] === "\n";
			return false;
		}
		charAt(n) {
			return this.buffer[this.pos + n];
		}
		continueScalar(offset) {
			let ch = this.buffer[offset];
			if (this.indentNext > 0) {
				let indent = 0;
				while (ch === " ") ch = this.buffer[++indent + offset];
				if (ch === "\r") {
					const next = this.buffer[indent + offset + 1];
					if (next === "\n" || !next && !this.atEnd) return offset + indent + 1;
				}
				return ch === "\n" || indent >= this.indentNext || !ch && !this.atEnd ? offset + indent : -1;
			}
			if (ch === "-" || ch === ".") {
				const dt = this.buffer.substr(offset, 3);
				if ((dt === "---" || dt === "...") && isEmpty(this.buffer[offset + 3])) return -1;
			}
			return offset;
		}
		getLine() {
			let end = this.lineEndPos;
			if (typeof end !== "number" || end !== -1 && end < this.pos) {
				end = this.buffer.indexOf("\n", this.pos);
				this.lineEndPos = end;
			}
			if (end === -1) return this.atEnd ? this.buffer.substring(this.pos) : null;
			if (this.buffer[end - 1] === "\r") end -= 1;
			return this.buffer.substring(this.pos, end);
		}
		hasChars(n) {
			return this.pos + n <= this.buffer.length;
		}
		setNext(state) {
			this.buffer = this.buffer.substring(this.pos);
			this.pos = 0;
			this.lineEndPos = null;
			this.next = state;
			return null;
		}
		peek(n) {
			return this.buffer.substr(this.pos, n);
		}
		*parseNext(next) {
			switch (next) {
				case "stream": return yield* this.parseStream();
				case "line-start": return yield* this.parseLineStart();
				case "block-start": return yield* this.parseBlockStart();
				case "doc": return yield* this.parseDocument();
				case "flow": return yield* this.parseFlowCollection();
				case "quoted-scalar": return yield* this.parseQuotedScalar();
				case "block-scalar": return yield* this.parseBlockScalar();
				case "plain-scalar": return yield* this.parsePlainScalar();
			}
		}
		*parseStream() {
			let line = this.getLine();
			if (line === null) return this.setNext("stream");
			if (line[0] === cst.BOM) {
				yield* this.pushCount(1);
				line = line.substring(1);
			}
			if (line[0] === "%") {
				let dirEnd = line.length;
				let cs = line.indexOf("#");
				while (cs !== -1) {
					const ch = line[cs - 1];
					if (ch === " " || ch === "	") {
						dirEnd = cs - 1;
						break;
					} else cs = line.indexOf("#", cs + 1);
				}
				while (true) {
					const ch = line[dirEnd - 1];
					if (ch === " " || ch === "	") dirEnd -= 1;
					else break;
				}
				const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
				yield* this.pushCount(line.length - n);
				this.pushNewline();
				return "stream";
			}
			if (this.atLineEnd()) {
				const sp = yield* this.pushSpaces(true);
				yield* this.pushCount(line.length - sp);
				yield* this.pushNewline();
				return "stream";
			}
			yield cst.DOCUMENT;
			return yield* this.parseLineStart();
		}
		*parseLineStart() {
			const ch = this.charAt(0);
			if (!ch && !this.atEnd) return this.setNext("line-start");
			if (ch === "-" || ch === ".") {
				if (!this.atEnd && !this.hasChars(4)) return this.setNext("line-start");
				const s = this.peek(3);
				if ((s === "---" || s === "...") && isEmpty(this.charAt(3))) {
					yield* this.pushCount(3);
					this.indentValue = 0;
					this.indentNext = 0;
					return s === "---" ? "doc" : "stream";
				}
			}
			this.indentValue = yield* this.pushSpaces(false);
			if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1))) this.indentNext = this.indentValue;
			return yield* this.parseBlockStart();
		}
		*parseBlockStart() {
			const [ch0, ch1] = this.peek(2);
			if (!ch1 && !this.atEnd) return this.setNext("block-start");
			if ((ch0 === "-" || ch0 === "?" || ch0 === ":") && isEmpty(ch1)) {
				const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
				this.indentNext = this.indentValue + 1;
				this.indentValue += n;
				return "block-start";
			}
			return "doc";
		}
		*parseDocument() {
			yield* this.pushSpaces(true);
			const line = this.getLine();
			if (line === null) return this.setNext("doc");
			let n = yield* this.pushIndicators();
			switch (line[n]) {
				case "#": yield* this.pushCount(line.length - n);
				case void 0:
					yield* this.pushNewline();
					return yield* this.parseLineStart();
				case "{":
				case "[":
					yield* this.pushCount(1);
					this.flowKey = false;
					this.flowLevel = 1;
					return "flow";
				case "}":
				case "]":
					yield* this.pushCount(1);
					return "doc";
				case "*":
					yield* this.pushUntil(isNotAnchorChar);
					return "doc";
				case "\"":
				case "'": return yield* this.parseQuotedScalar();
				case "|":
				case ">":
					n += yield* this.parseBlockScalarHeader();
					n += yield* this.pushSpaces(true);
					yield* this.pushCount(line.length - n);
					yield* this.pushNewline();
					return yield* this.parseBlockScalar();
				default: return yield* this.parsePlainScalar();
			}
		}
		*parseFlowCollection() {
			let nl, sp;
			let indent = -1;
			do {
				nl = yield* this.pushNewline();
				if (nl > 0) {
					sp = yield* this.pushSpaces(false);
					this.indentValue = indent = sp;
				} else sp = 0;
				sp += yield* this.pushSpaces(true);
			} while (nl + sp > 0);
			const line = this.getLine();
			if (line === null) return this.setNext("flow");
			if (indent !== -1 && indent < this.indentNext && line[0] !== "#" || indent === 0 && (line.startsWith("---") || line.startsWith("...")) && isEmpty(line[3])) {
				if (!(indent === this.indentNext - 1 && this.flowLevel === 1 && (line[0] === "]" || line[0] === "}"))) {
					this.flowLevel = 0;
					yield cst.FLOW_END;
					return yield* this.parseLineStart();
				}
			}
			let n = 0;
			while (line[n] === ",") {
				n += yield* this.pushCount(1);
				n += yield* this.pushSpaces(true);
				this.flowKey = false;
			}
			n += yield* this.pushIndicators();
			switch (line[n]) {
				case void 0: return "flow";
				case "#":
					yield* this.pushCount(line.length - n);
					return "flow";
				case "{":
				case "[":
					yield* this.pushCount(1);
					this.flowKey = false;
					this.flowLevel += 1;
					return "flow";
				case "}":
				case "]":
					yield* this.pushCount(1);
					this.flowKey = true;
					this.flowLevel -= 1;
					return this.flowLevel ? "flow" : "doc";
				case "*":
					yield* this.pushUntil(isNotAnchorChar);
					return "flow";
				case "\"":
				case "'":
					this.flowKey = true;
					return yield* this.parseQuotedScalar();
				case ":": {
					const next = this.charAt(1);
					if (this.flowKey || isEmpty(next) || next === ",") {
						this.flowKey = false;
						yield* this.pushCount(1);
						yield* this.pushSpaces(true);
						return "flow";
					}
				}
				default:
					this.flowKey = false;
					return yield* this.parsePlainScalar();
			}
		}
		*parseQuotedScalar() {
			const quote = this.charAt(0);
			let end = this.buffer.indexOf(quote, this.pos + 1);
			if (quote === "'") while (end !== -1 && this.buffer[end + 1] === "'") end = this.buffer.indexOf("'", end + 2);
			else while (end !== -1) {
				let n = 0;
				while (this.buffer[end - 1 - n] === "\\") n += 1;
				if (n % 2 === 0) break;
				end = this.buffer.indexOf("\"", end + 1);
			}
			const qb = this.buffer.substring(0, end);
			let nl = qb.indexOf("\n", this.pos);
			if (nl !== -1) {
				while (nl !== -1) {
					const cs = this.continueScalar(nl + 1);
					if (cs === -1) break;
					nl = qb.indexOf("\n", cs);
				}
				if (nl !== -1) end = nl - (qb[nl - 1] === "\r" ? 2 : 1);
			}
			if (end === -1) {
				if (!this.atEnd) return this.setNext("quoted-scalar");
				end = this.buffer.length;
			}
			yield* this.pushToIndex(end + 1, false);
			return this.flowLevel ? "flow" : "doc";
		}
		*parseBlockScalarHeader() {
			this.blockScalarIndent = -1;
			this.blockScalarKeep = false;
			let i = this.pos;
			while (true) {
				const ch = this.buffer[++i];
				if (ch === "+") this.blockScalarKeep = true;
				else if (ch > "0" && ch <= "9") this.blockScalarIndent = Number(ch) - 1;
				else if (ch !== "-") break;
			}
			return yield* this.pushUntil((ch) => isEmpty(ch) || ch === "#");
		}
		*parseBlockScalar() {
			let nl = this.pos - 1;
			let indent = 0;
			let ch;
			loop: for (let i = this.pos; ch = this.buffer[i]; ++i) switch (ch) {
				case " ":
					indent += 1;
					break;
				case "\n":
					nl = i;
					indent = 0;
					break;
				case "\r": {
					const next = this.buffer[i + 1];
					if (!next && !this.atEnd) return this.setNext("block-scalar");
					if (next === "\n") break;
				}
				default: break loop;
			}
			if (!ch && !this.atEnd) return this.setNext("block-scalar");
			if (indent >= this.indentNext) {
				if (this.blockScalarIndent === -1) this.indentNext = indent;
				else this.indentNext = this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
				do {
					const cs = this.continueScalar(nl + 1);
					if (cs === -1) break;
					nl = this.buffer.indexOf("\n", cs);
				} while (nl !== -1);
				if (nl === -1) {
					if (!this.atEnd) return this.setNext("block-scalar");
					nl = this.buffer.length;
				}
			}
			let i = nl + 1;
			ch = this.buffer[i];
			while (ch === " ") ch = this.buffer[++i];
			if (ch === "	") {
				while (ch === "	" || ch === " " || ch === "\r" || ch === "\n") ch = this.buffer[++i];
				nl = i - 1;
			} else if (!this.blockScalarKeep) do {
				let i = nl - 1;
				let ch = this.buffer[i];
				if (ch === "\r") ch = this.buffer[--i];
				const lastChar = i;
				while (ch === " ") ch = this.buffer[--i];
				if (ch === "\n" && i >= this.pos && i + 1 + indent > lastChar) nl = i;
				else break;
			} while (true);
			yield cst.SCALAR;
			yield* this.pushToIndex(nl + 1, true);
			return yield* this.parseLineStart();
		}
		*parsePlainScalar() {
			const inFlow = this.flowLevel > 0;
			let end = this.pos - 1;
			let i = this.pos - 1;
			let ch;
			while (ch = this.buffer[++i]) if (ch === ":") {
				const next = this.buffer[i + 1];
				if (isEmpty(next) || inFlow && flowIndicatorChars.has(next)) break;
				end = i;
			} else if (isEmpty(ch)) {
				let next = this.buffer[i + 1];
				if (ch === "\r") {
					if (next === "\n") {
						i += 1;
						ch = "\n";
						next = this.buffer[i + 1];
					} else end = i;
				}
				if (next === "#" || inFlow && flowIndicatorChars.has(next)) break;
				if (ch === "\n") {
					const cs = this.continueScalar(i + 1);
					if (cs === -1) break;
					i = Math.max(i, cs - 2);
				}
			} else {
				if (inFlow && flowIndicatorChars.has(ch)) break;
				end = i;
			}
			if (!ch && !this.atEnd) return this.setNext("plain-scalar");
			yield cst.SCALAR;
			yield* this.pushToIndex(end + 1, true);
			return inFlow ? "flow" : "doc";
		}
		*pushCount(n) {
			if (n > 0) {
				yield this.buffer.substr(this.pos, n);
				this.pos += n;
				return n;
			}
			return 0;
		}
		*pushToIndex(i, allowEmpty) {
			const s = this.buffer.slice(this.pos, i);
			if (s) {
				yield s;
				this.pos += s.length;
				return s.length;
			} else if (allowEmpty) yield "";
			return 0;
		}
		*pushIndicators() {
			let n = 0;
			loop: while (true) {
				switch (this.charAt(0)) {
					case "!":
						n += yield* this.pushTag();
						n += yield* this.pushSpaces(true);
						continue loop;
					case "&":
						n += yield* this.pushUntil(isNotAnchorChar);
						n += yield* this.pushSpaces(true);
						continue loop;
					case "-":
					case "?":
					case ":": {
						const inFlow = this.flowLevel > 0;
						const ch1 = this.charAt(1);
						if (isEmpty(ch1) || inFlow && flowIndicatorChars.has(ch1)) {
							if (!inFlow) this.indentNext = this.indentValue + 1;
							else if (this.flowKey) this.flowKey = false;
							n += yield* this.pushCount(1);
							n += yield* this.pushSpaces(true);
							continue loop;
						}
					}
				}
				break loop;
			}
			return n;
		}
		*pushTag() {
			if (this.charAt(1) === "<") {
				let i = this.pos + 2;
				let ch = this.buffer[i];
				while (!isEmpty(ch) && ch !== ">") ch = this.buffer[++i];
				return yield* this.pushToIndex(ch === ">" ? i + 1 : i, false);
			} else {
				let i = this.pos + 1;
				let ch = this.buffer[i];
				while (ch) if (tagChars.has(ch)) ch = this.buffer[++i];
				else if (ch === "%" && hexDigits.has(this.buffer[i + 1]) && hexDigits.has(this.buffer[i + 2])) ch = this.buffer[i += 3];
				else break;
				return yield* this.pushToIndex(i, false);
			}
		}
		*pushNewline() {
			const ch = this.buffer[this.pos];
			if (ch === "\n") return yield* this.pushCount(1);
			else if (ch === "\r" && this.charAt(1) === "\n") return yield* this.pushCount(2);
			else return 0;
		}
		*pushSpaces(allowTabs) {
			let i = this.pos - 1;
			let ch;
			do
				ch = this.buffer[++i];
			while (ch === " " || allowTabs && ch === "	");
			const n = i - this.pos;
			if (n > 0) {
				yield this.buffer.substr(this.pos, n);
				this.pos = i;
			}
			return n;
		}
		*pushUntil(test) {
			let i = this.pos;
			let ch = this.buffer[i];
			while (!test(ch)) ch = this.buffer[++i];
			return yield* this.pushToIndex(i, false);
		}
	};
	exports.Lexer = Lexer;
}));
// node_modules/yaml/dist/parse/line-counter.js
var require_line_counter = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Tracks newlines during parsing in order to provide an efficient API for
	* determining the one-indexed `{ line, col }` position for any offset
	* within the input.
	*/
	var LineCounter = class {
		constructor() {
			this.lineStarts = [];
			/**
			* Should be called in ascending order. Otherwise, call
			* `lineCounter.lineStarts.sort()` before calling `linePos()`.
			*/
			this.addNewLine = (offset) => this.lineStarts.push(offset);
			/**
			* Performs a binary search and returns the 1-indexed { line, col }
			* position of `offset`. If `line === 0`, `addNewLine` has never been
			* called or `offset` is before the first known newline.
			*/
			this.linePos = (offset) => {
				let low = 0;
				let high = this.lineStarts.length;
				while (low < high) {
					const mid = low + high >> 1;
					if (this.lineStarts[mid] < offset) low = mid + 1;
					else high = mid;
				}
				if (this.lineStarts[low] === offset) return {
					line: low + 1,
					col: 1
				};
				if (low === 0) return {
					line: 0,
					col: offset
				};
				const start = this.lineStarts[low - 1];
				return {
					line: low,
					col: offset - start + 1
				};
			};
		}
	};
	exports.LineCounter = LineCounter;
}));
// node_modules/yaml/dist/parse/parser.js
var require_parser = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_process = __require("process");
	var cst = require_cst();
	var lexer = require_lexer();
	function includesToken(list, type) {
		for (let i = 0; i < list.length; ++i) if (list[i].type === type) return true;
		return false;
	}
	function findNonEmptyIndex(list) {
		for (let i = 0; i < list.length; ++i) switch (list[i].type) {
			case "space":
			case "comment":
			case "newline": break;
			default: return i;
		}
		return -1;
	}
	function isFlowToken(token) {
		switch (token?.type) {
			case "alias":
			case "scalar":
			case "single-quoted-scalar":
			case "double-quoted-scalar":
			case "flow-collection": return true;
			default: return false;
		}
	}
	function getPrevProps(parent) {
		switch (parent.type) {
			case "document": return parent.start;
			case "block-map": {
				const it = parent.items[parent.items.length - 1];
				return it.sep ?? it.start;
			}
			case "block-seq": return parent.items[parent.items.length - 1].start;
			/* istanbul ignore next should not happen */
			default: return [];
		}
	}
	/** Note: May modify input array */
	function getFirstKeyStartProps(prev) {
		if (prev.length === 0) return [];
		let i = prev.length;
		loop: while (--i >= 0) switch (prev[i].type) {
			case "doc-start":
			case "explicit-key-ind":
			case "map-value-ind":
			case "seq-item-ind":
			case "newline": break loop;
		}
		while (prev[++i]?.type === "space");
		return prev.splice(i, prev.length);
	}
	function arrayPushArray(target, source) {
		if (source.length < 1e5) Array.prototype.push.apply(target, source);
		else for (let i = 0; i < source.length; ++i) target.push(source[i]);
	}
	function fixFlowSeqItems(fc) {
		if (fc.start.type === "flow-seq-start") {
			for (const it of fc.items) if (it.sep && !it.value && !includesToken(it.start, "explicit-key-ind") && !includesToken(it.sep, "map-value-ind")) {
				if (it.key) it.value = it.key;
				delete it.key;
				if (isFlowToken(it.value)) {
					if (it.value.end) arrayPushArray(it.value.end, it.sep);
					else it.value.end = it.sep;
				} else arrayPushArray(it.start, it.sep);
				delete it.sep;
			}
		}
	}
	/**
	* A YAML concrete syntax tree (CST) parser
	*
	* ```ts
	* const src: string = ...
	* for (const token of new Parser().parse(src)) {
	*   // token: Token
	* }
	* ```
	*
	* To use the parser with a user-provided lexer:
	*
	* ```ts
	* function* parse(source: string, lexer: Lexer) {
	*   const parser = new Parser()
	*   for (const lexeme of lexer.lex(source))
	*     yield* parser.next(lexeme)
	*   yield* parser.end()
	* }
	*
	* const src: string = ...
	* const lexer = new Lexer()
	* for (const token of parse(src, lexer)) {
	*   // token: Token
	* }
	* ```
	*/
	var Parser = class {
		/**
		* @param onNewLine - If defined, called separately with the start position of
		*   each new line (in `parse()`, including the start of input).
		*/
		constructor(onNewLine) {
			/** If true, space and sequence indicators count as indentation */
			this.atNewLine = true;
			/** If true, next token is a scalar value */
			this.atScalar = false;
			/** Current indentation level */
			this.indent = 0;
			/** Current offset since the start of parsing */
			this.offset = 0;
			/** On the same line with a block map key */
			this.onKeyLine = false;
			/** Top indicates the node that's currently being built */
			this.stack = [];
			/** The source of the current token, set in parse() */
			this.source = "";
			/** The type of the current token, set in parse() */
			this.type = "";
			this.lexer = new lexer.Lexer();
			this.onNewLine = onNewLine;
		}
		/**
		* Parse `source` as a YAML stream.
		* If `incomplete`, a part of the last line may be left as a buffer for the next call.
		*
		* Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
		*
		* @returns A generator of tokens representing each directive, document, and other structure.
		*/
		*parse(source, incomplete = false) {
			if (this.onNewLine && this.offset === 0) this.onNewLine(0);
			for (const lexeme of this.lexer.lex(source, incomplete)) yield* this.next(lexeme);
			if (!incomplete) yield* this.end();
		}
		/**
		* Advance the parser by the `source` of one lexical token.
		*/
		*next(source) {
			this.source = source;
			if (node_process.env.LOG_TOKENS) console.log("|", cst.prettyToken(source));
			if (this.atScalar) {
				this.atScalar = false;
				yield* this.step();
				this.offset += source.length;
				return;
			}
			const type = cst.tokenType(source);
			if (!type) {
				const message = `Not a YAML token: ${source}`;
				yield* this.pop({
					type: "error",
					offset: this.offset,
					message,
					source
				});
				this.offset += source.length;
			} else if (type === "scalar") {
				this.atNewLine = false;
				this.atScalar = true;
				this.type = "scalar";
			} else {
				this.type = type;
				yield* this.step();
				switch (type) {
					case "newline":
						this.atNewLine = true;
						this.indent = 0;
						if (this.onNewLine) this.onNewLine(this.offset + source.length);
						break;
					case "space":
						if (this.atNewLine && source[0] === " ") this.indent += source.length;
						break;
					case "explicit-key-ind":
					case "map-value-ind":
					case "seq-item-ind":
						if (this.atNewLine) this.indent += source.length;
						break;
					case "doc-mode":
					case "flow-error-end": return;
					default: this.atNewLine = false;
				}
				this.offset += source.length;
			}
		}
		/** Call at end of input to push out any remaining constructions */
		*end() {
			while (this.stack.length > 0) yield* this.pop();
		}
		get sourceToken() {
			return {
				type: this.type,
				offset: this.offset,
				indent: this.indent,
				source: this.source
			};
		}
		*step() {
			const top = this.peek(1);
			if (this.type === "doc-end" && top?.type !== "doc-end") {
				while (this.stack.length > 0) yield* this.pop();
				this.stack.push({
					type: "doc-end",
					offset: this.offset,
					source: this.source
				});
				return;
			}
			if (!top) return yield* this.stream();
			switch (top.type) {
				case "document": return yield* this.document(top);
				case "alias":
				case "scalar":
				case "single-quoted-scalar":
				case "double-quoted-scalar": return yield* this.scalar(top);
				case "block-scalar": return yield* this.blockScalar(top);
				case "block-map": return yield* this.blockMap(top);
				case "block-seq": return yield* this.blockSequence(top);
				case "flow-collection": return yield* this.flowCollection(top);
				case "doc-end": return yield* this.documentEnd(top);
			}
			/* istanbul ignore next should not happen */
			yield* this.pop();
		}
		peek(n) {
			return this.stack[this.stack.length - n];
		}
		*pop(error) {
			const token = error ?? this.stack.pop();
			/* istanbul ignore if should not happen */
			if (!token) yield {
				type: "error",
				offset: this.offset,
				source: "",
				message: "Tried to pop an empty stack"
			};
			else if (this.stack.length === 0) yield token;
			else {
				const top = this.peek(1);
				if (token.type === "block-scalar") token.indent = "indent" in top ? top.indent : 0;
				else if (token.type === "flow-collection" && top.type === "document") token.indent = 0;
				if (token.type === "flow-collection") fixFlowSeqItems(token);
				switch (top.type) {
					case "document":
						top.value = token;
						break;
					case "block-scalar":
						top.props.push(token);
						break;
					case "block-map": {
						const it = top.items[top.items.length - 1];
						if (it.value) {
							top.items.push({
								start: [],
								key: token,
								sep: []
							});
							this.onKeyLine = true;
							return;
						} else if (it.sep) it.value = token;
						else {
							Object.assign(it, {
								key: token,
								sep: []
							});
							this.onKeyLine = !it.explicitKey;
							return;
						}
						break;
					}
					case "block-seq": {
						const it = top.items[top.items.length - 1];
						if (it.value) top.items.push({
							start: [],
							value: token
						});
						else it.value = token;
						break;
					}
					case "flow-collection": {
						const it = top.items[top.items.length - 1];
						if (!it || it.value) top.items.push({
							start: [],
							key: token,
							sep: []
						});
						else if (it.sep) it.value = token;
						else Object.assign(it, {
							key: token,
							sep: []
						});
						return;
					}
					/* istanbul ignore next should not happen */
					default:
						yield* this.pop();
						yield* this.pop(token);
				}
				if ((top.type === "document" || top.type === "block-map" || top.type === "block-seq") && (token.type === "block-map" || token.type === "block-seq")) {
					const last = token.items[token.items.length - 1];
					if (last && !last.sep && !last.value && last.start.length > 0 && findNonEmptyIndex(last.start) === -1 && (token.indent === 0 || last.start.every((st) => st.type !== "comment" || st.indent < token.indent))) {
						if (top.type === "document") top.end = last.start;
						else top.items.push({ start: last.start });
						token.items.splice(-1, 1);
					}
				}
			}
		}
		*stream() {
			switch (this.type) {
				case "directive-line":
					yield {
						type: "directive",
						offset: this.offset,
						source: this.source
					};
					return;
				case "byte-order-mark":
				case "space":
				case "comment":
				case "newline":
					yield this.sourceToken;
					return;
				case "doc-mode":
				case "doc-start": {
					const doc = {
						type: "document",
						offset: this.offset,
						start: []
					};
					if (this.type === "doc-start") doc.start.push(this.sourceToken);
					this.stack.push(doc);
					return;
				}
			}
			yield {
				type: "error",
				offset: this.offset,
				message: `Unexpected ${this.type} token in YAML stream`,
				source: this.source
			};
		}
		*document(doc) {
			if (doc.value) return yield* this.lineEnd(doc);
			switch (this.type) {
				case "doc-start":
					if (findNonEmptyIndex(doc.start) !== -1) {
						yield* this.pop();
						yield* this.step();
					} else doc.start.push(this.sourceToken);
					return;
				case "anchor":
				case "tag":
				case "space":
				case "comment":
				case "newline":
					doc.start.push(this.sourceToken);
					return;
			}
			const bv = this.startBlockValue(doc);
			if (bv) this.stack.push(bv);
			else yield {
				type: "error",
				offset: this.offset,
				message: `Unexpected ${this.type} token in YAML document`,
				source: this.source
			};
		}
		*scalar(scalar) {
			if (this.type === "map-value-ind") {
				const start = getFirstKeyStartProps(getPrevProps(this.peek(2)));
				let sep;
				if (scalar.end) {
					sep = scalar.end;
					sep.push(this.sourceToken);
					delete scalar.end;
				} else sep = [this.sourceToken];
				const map = {
					type: "block-map",
					offset: scalar.offset,
					indent: scalar.indent,
					items: [{
						start,
						key: scalar,
						sep
					}]
				};
				this.onKeyLine = true;
				this.stack[this.stack.length - 1] = map;
			} else yield* this.lineEnd(scalar);
		}
		*blockScalar(scalar) {
			switch (this.type) {
				case "space":
				case "comment":
				case "newline":
					scalar.props.push(this.sourceToken);
					return;
				case "scalar":
					scalar.source = this.source;
					this.atNewLine = true;
					this.indent = 0;
					if (this.onNewLine) {
						let nl = this.source.indexOf("\n") + 1;
						while (nl !== 0) {
							this.onNewLine(this.offset + nl);
							nl = this.source.indexOf("\n", nl) + 1;
						}
					}
					yield* this.pop();
					break;
				/* istanbul ignore next should not happen */
				default:
					yield* this.pop();
					yield* this.step();
			}
		}
		*blockMap(map) {
			const it = map.items[map.items.length - 1];
			switch (this.type) {
				case "newline":
					this.onKeyLine = false;
					if (it.value) {
						const end = "end" in it.value ? it.value.end : void 0;
						if ((Array.isArray(end) ? end[end.length - 1] : void 0)?.type === "comment") end?.push(this.sourceToken);
						else map.items.push({ start: [this.sourceToken] });
					} else if (it.sep) it.sep.push(this.sourceToken);
					else it.start.push(this.sourceToken);
					return;
				case "space":
				case "comment":
					if (it.value) map.items.push({ start: [this.sourceToken] });
					else if (it.sep) it.sep.push(this.sourceToken);
					else {
						if (this.atIndentedComment(it.start, map.indent)) {
							const end = map.items[map.items.length - 2]?.value?.end;
							if (Array.isArray(end)) {
								arrayPushArray(end, it.start);
								end.push(this.sourceToken);
								map.items.pop();
								return;
							}
						}
						it.start.push(this.sourceToken);
					}
					return;
			}
			if (this.indent >= map.indent) {
				const atMapIndent = !this.onKeyLine && this.indent === map.indent;
				const atNextItem = atMapIndent && (it.sep || it.explicitKey) && this.type !== "seq-item-ind";
				let start = [];
				if (atNextItem && it.sep && !it.value) {
					const nl = [];
					for (let i = 0; i < it.sep.length; ++i) {
						const st = it.sep[i];
						switch (st.type) {
							case "newline":
								nl.push(i);
								break;
							case "space": break;
							case "comment":
								if (st.indent > map.indent) nl.length = 0;
								break;
							default: nl.length = 0;
						}
					}
					if (nl.length >= 2) start = it.sep.splice(nl[1]);
				}
				switch (this.type) {
					case "anchor":
					case "tag":
						if (atNextItem || it.value) {
							start.push(this.sourceToken);
							map.items.push({ start });
							this.onKeyLine = true;
						} else if (it.sep) it.sep.push(this.sourceToken);
						else it.start.push(this.sourceToken);
						return;
					case "explicit-key-ind":
						if (!it.sep && !it.explicitKey) {
							it.start.push(this.sourceToken);
							it.explicitKey = true;
						} else if (atNextItem || it.value) {
							start.push(this.sourceToken);
							map.items.push({
								start,
								explicitKey: true
							});
						} else this.stack.push({
							type: "block-map",
							offset: this.offset,
							indent: this.indent,
							items: [{
								start: [this.sourceToken],
								explicitKey: true
							}]
						});
						this.onKeyLine = true;
						return;
					case "map-value-ind":
						if (it.explicitKey) {
							if (!it.sep) {
								if (includesToken(it.start, "newline")) Object.assign(it, {
									key: null,
									sep: [this.sourceToken]
								});
								else {
									const start = getFirstKeyStartProps(it.start);
									this.stack.push({
										type: "block-map",
										offset: this.offset,
										indent: this.indent,
										items: [{
											start,
											key: null,
											sep: [this.sourceToken]
										}]
									});
								}
							} else if (it.value) map.items.push({
								start: [],
								key: null,
								sep: [this.sourceToken]
							});
							else if (includesToken(it.sep, "map-value-ind")) this.stack.push({
								type: "block-map",
								offset: this.offset,
								indent: this.indent,
								items: [{
									start,
									key: null,
									sep: [this.sourceToken]
								}]
							});
							else if (isFlowToken(it.key) && !includesToken(it.sep, "newline")) {
								const start = getFirstKeyStartProps(it.start);
								const key = it.key;
								const sep = it.sep;
								sep.push(this.sourceToken);
								delete it.key;
								delete it.sep;
								this.stack.push({
									type: "block-map",
									offset: this.offset,
									indent: this.indent,
									items: [{
										start,
										key,
										sep
									}]
								});
							} else if (start.length > 0) it.sep = it.sep.concat(start, this.sourceToken);
							else it.sep.push(this.sourceToken);
						} else if (!it.sep) Object.assign(it, {
							key: null,
							sep: [this.sourceToken]
						});
						else if (it.value || atNextItem) map.items.push({
							start,
							key: null,
							sep: [this.sourceToken]
						});
						else if (includesToken(it.sep, "map-value-ind")) this.stack.push({
							type: "block-map",
							offset: this.offset,
							indent: this.indent,
							items: [{
								start: [],
								key: null,
								sep: [this.sourceToken]
							}]
						});
						else it.sep.push(this.sourceToken);
						this.onKeyLine = true;
						return;
					case "alias":
					case "scalar":
					case "single-quoted-scalar":
					case "double-quoted-scalar": {
						const fs = this.flowScalar(this.type);
						if (atNextItem || it.value) {
							map.items.push({
								start,
								key: fs,
								sep: []
							});
							this.onKeyLine = true;
						} else if (it.sep) this.stack.push(fs);
						else {
							Object.assign(it, {
								key: fs,
								sep: []
							});
							this.onKeyLine = true;
						}
						return;
					}
					default: {
						const bv = this.startBlockValue(map);
						if (bv) {
							if (bv.type === "block-seq") {
								if (!it.explicitKey && it.sep && !includesToken(it.sep, "newline")) {
									yield* this.pop({
										type: "error",
										offset: this.offset,
										message: "Unexpected block-seq-ind on same line with key",
										source: this.source
									});
									return;
								}
							} else if (atMapIndent) map.items.push({ start });
							this.stack.push(bv);
							return;
						}
					}
				}
			}
			yield* this.pop();
			yield* this.step();
		}
		*blockSequence(seq) {
			const it = seq.items[seq.items.length - 1];
			switch (this.type) {
				case "newline":
					if (it.value) {
						const end = "end" in it.value ? it.value.end : void 0;
						if ((Array.isArray(end) ? end[end.length - 1] : void 0)?.type === "comment") end?.push(this.sourceToken);
						else seq.items.push({ start: [this.sourceToken] });
					} else it.start.push(this.sourceToken);
					return;
				case "space":
				case "comment":
					if (it.value) seq.items.push({ start: [this.sourceToken] });
					else {
						if (this.atIndentedComment(it.start, seq.indent)) {
							const end = seq.items[seq.items.length - 2]?.value?.end;
							if (Array.isArray(end)) {
								arrayPushArray(end, it.start);
								end.push(this.sourceToken);
								seq.items.pop();
								return;
							}
						}
						it.start.push(this.sourceToken);
					}
					return;
				case "anchor":
				case "tag":
					if (it.value || this.indent <= seq.indent) break;
					it.start.push(this.sourceToken);
					return;
				case "seq-item-ind":
					if (this.indent !== seq.indent) break;
					if (it.value || includesToken(it.start, "seq-item-ind")) seq.items.push({ start: [this.sourceToken] });
					else it.start.push(this.sourceToken);
					return;
			}
			if (this.indent > seq.indent) {
				const bv = this.startBlockValue(seq);
				if (bv) {
					this.stack.push(bv);
					return;
				}
			}
			yield* this.pop();
			yield* this.step();
		}
		*flowCollection(fc) {
			const it = fc.items[fc.items.length - 1];
			if (this.type === "flow-error-end") {
				let top;
				do {
					yield* this.pop();
					top = this.peek(1);
				} while (top?.type === "flow-collection");
			} else if (fc.end.length === 0) {
				switch (this.type) {
					case "comma":
					case "explicit-key-ind":
						if (!it || it.sep) fc.items.push({ start: [this.sourceToken] });
						else it.start.push(this.sourceToken);
						return;
					case "map-value-ind":
						if (!it || it.value) fc.items.push({
							start: [],
							key: null,
							sep: [this.sourceToken]
						});
						else if (it.sep) it.sep.push(this.sourceToken);
						else Object.assign(it, {
							key: null,
							sep: [this.sourceToken]
						});
						return;
					case "space":
					case "comment":
					case "newline":
					case "anchor":
					case "tag":
						if (!it || it.value) fc.items.push({ start: [this.sourceToken] });
						else if (it.sep) it.sep.push(this.sourceToken);
						else it.start.push(this.sourceToken);
						return;
					case "alias":
					case "scalar":
					case "single-quoted-scalar":
					case "double-quoted-scalar": {
						const fs = this.flowScalar(this.type);
						if (!it || it.value) fc.items.push({
							start: [],
							key: fs,
							sep: []
						});
						else if (it.sep) this.stack.push(fs);
						else Object.assign(it, {
							key: fs,
							sep: []
						});
						return;
					}
					case "flow-map-end":
					case "flow-seq-end":
						fc.end.push(this.sourceToken);
						return;
				}
				const bv = this.startBlockValue(fc);
				/* istanbul ignore else should not happen */
				if (bv) this.stack.push(bv);
				else {
					yield* this.pop();
					yield* this.step();
				}
			} else {
				const parent = this.peek(2);
				if (parent.type === "block-map" && (this.type === "map-value-ind" && parent.indent === fc.indent || this.type === "newline" && !parent.items[parent.items.length - 1].sep)) {
					yield* this.pop();
					yield* this.step();
				} else if (this.type === "map-value-ind" && parent.type !== "flow-collection") {
					const start = getFirstKeyStartProps(getPrevProps(parent));
					fixFlowSeqItems(fc);
					const sep = fc.end.splice(1, fc.end.length);
					sep.push(this.sourceToken);
					const map = {
						type: "block-map",
						offset: fc.offset,
						indent: fc.indent,
						items: [{
							start,
							key: fc,
							sep
						}]
					};
					this.onKeyLine = true;
					this.stack[this.stack.length - 1] = map;
				} else yield* this.lineEnd(fc);
			}
		}
		flowScalar(type) {
			if (this.onNewLine) {
				let nl = this.source.indexOf("\n") + 1;
				while (nl !== 0) {
					this.onNewLine(this.offset + nl);
					nl = this.source.indexOf("\n", nl) + 1;
				}
			}
			return {
				type,
				offset: this.offset,
				indent: this.indent,
				source: this.source
			};
		}
		startBlockValue(parent) {
			switch (this.type) {
				case "alias":
				case "scalar":
				case "single-quoted-scalar":
				case "double-quoted-scalar": return this.flowScalar(this.type);
				case "block-scalar-header": return {
					type: "block-scalar",
					offset: this.offset,
					indent: this.indent,
					props: [this.sourceToken],
					source: ""
				};
				case "flow-map-start":
				case "flow-seq-start": return {
					type: "flow-collection",
					offset: this.offset,
					indent: this.indent,
					start: this.sourceToken,
					items: [],
					end: []
				};
				case "seq-item-ind": return {
					type: "block-seq",
					offset: this.offset,
					indent: this.indent,
					items: [{ start: [this.sourceToken] }]
				};
				case "explicit-key-ind": {
					this.onKeyLine = true;
					const start = getFirstKeyStartProps(getPrevProps(parent));
					start.push(this.sourceToken);
					return {
						type: "block-map",
						offset: this.offset,
						indent: this.indent,
						items: [{
							start,
							explicitKey: true
						}]
					};
				}
				case "map-value-ind": {
					this.onKeyLine = true;
					const start = getFirstKeyStartProps(getPrevProps(parent));
					return {
						type: "block-map",
						offset: this.offset,
						indent: this.indent,
						items: [{
							start,
							key: null,
							sep: [this.sourceToken]
						}]
					};
				}
			}
			return null;
		}
		atIndentedComment(start, indent) {
			if (this.type !== "comment") return false;
			if (this.indent <= indent) return false;
			return start.every((st) => st.type === "newline" || st.type === "space");
		}
		*documentEnd(docEnd) {
			if (this.type !== "doc-mode") {
				if (docEnd.end) docEnd.end.push(this.sourceToken);
				else docEnd.end = [this.sourceToken];
				if (this.type === "newline") yield* this.pop();
			}
		}
		*lineEnd(token) {
			switch (this.type) {
				case "comma":
				case "doc-start":
				case "doc-end":
				case "flow-seq-end":
				case "flow-map-end":
				case "map-value-ind":
					yield* this.pop();
					yield* this.step();
					break;
				case "newline": this.onKeyLine = false;
				default:
					if (token.end) token.end.push(this.sourceToken);
					else token.end = [this.sourceToken];
					if (this.type === "newline") yield* this.pop();
			}
		}
	};
	exports.Parser = Parser;
}));
// node_modules/yaml/dist/public-api.js
var require_public_api = /* @__PURE__ */ __commonJSMin(((exports) => {
	var composer = require_composer();
	var Document = require_Document();
	var errors = require_errors();
	var log = require_log();
	var identity = require_identity();
	var lineCounter = require_line_counter();
	var parser = require_parser();
	function parseOptions(options) {
		const prettyErrors = options.prettyErrors !== false;
		return {
			lineCounter: options.lineCounter || prettyErrors && new lineCounter.LineCounter() || null,
			prettyErrors
		};
	}
	/**
	* Parse the input as a stream of YAML documents.
	*
	* Documents should be separated from each other by `...` or `---` marker lines.
	*
	* @returns If an empty `docs` array is returned, it will be of type
	*   EmptyStream and contain additional stream information. In
	*   TypeScript, you should use `'empty' in docs` as a type guard for it.
	*/
	function parseAllDocuments(source, options = {}) {
		const { lineCounter, prettyErrors } = parseOptions(options);
		const parser$1 = new parser.Parser(lineCounter?.addNewLine);
		const composer$1 = new composer.Composer(options);
		const docs = Array.from(composer$1.compose(parser$1.parse(source)));
		if (prettyErrors && lineCounter) for (const doc of docs) {
			doc.errors.forEach(errors.prettifyError(source, lineCounter));
			doc.warnings.forEach(errors.prettifyError(source, lineCounter));
		}
		if (docs.length > 0) return docs;
		return Object.assign([], { empty: true }, composer$1.streamInfo());
	}
	/** Parse an input string into a single YAML.Document */
	function parseDocument(source, options = {}) {
		const { lineCounter, prettyErrors } = parseOptions(options);
		const parser$1 = new parser.Parser(lineCounter?.addNewLine);
		const composer$1 = new composer.Composer(options);
		let doc = null;
		for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) if (!doc) doc = _doc;
		else if (doc.options.logLevel !== "silent") {
			doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), "MULTIPLE_DOCS", "Source contains multiple documents; please use YAML.parseAllDocuments()"));
			break;
		}
		if (prettyErrors && lineCounter) {
			doc.errors.forEach(errors.prettifyError(source, lineCounter));
			doc.warnings.forEach(errors.prettifyError(source, lineCounter));
		}
		return doc;
	}
	function parse(src, reviver, options) {
		let _reviver = void 0;
		if (typeof reviver === "function") _reviver = reviver;
		else if (options === void 0 && reviver && typeof reviver === "object") options = reviver;
		const doc = parseDocument(src, options);
		if (!doc) return null;
		doc.warnings.forEach((warning) => log.warn(doc.options.logLevel, warning));
		if (doc.errors.length > 0) {
			if (doc.options.logLevel !== "silent") throw doc.errors[0];
			else doc.errors = [];
		}
		return doc.toJS(Object.assign({ reviver: _reviver }, options));
	}
	function stringify(value, replacer, options) {
		let _replacer = null;
		if (typeof replacer === "function" || Array.isArray(replacer)) _replacer = replacer;
		else if (options === void 0 && replacer) options = replacer;
		if (typeof options === "string") options = options.length;
		if (typeof options === "number") {
			const indent = Math.round(options);
			options = indent < 1 ? void 0 : indent > 8 ? { indent: 8 } : { indent };
		}
		if (value === void 0) {
			const { keepUndefined } = options ?? replacer ?? {};
			if (!keepUndefined) return void 0;
		}
		if (identity.isDocument(value) && !_replacer) return value.toString(options);
		return new Document.Document(value, _replacer, options).toString(options);
	}
	exports.parse = parse;
	exports.parseAllDocuments = parseAllDocuments;
	exports.parseDocument = parseDocument;
	exports.stringify = stringify;
}));
// src/settings/values/yaml.ts
var import_dist = (/* @__PURE__ */ __commonJSMin(((exports) => {
	var composer = require_composer();
	var Document = require_Document();
	var Schema = require_Schema();
	var errors = require_errors();
	var Alias = require_Alias();
	var identity = require_identity();
	var Pair = require_Pair();
	var Scalar = require_Scalar();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	require_cst();
	var lexer = require_lexer();
	var lineCounter = require_line_counter();
	var parser = require_parser();
	var publicApi = require_public_api();
	var visit = require_visit();
	exports.Composer = composer.Composer;
	exports.Document = Document.Document;
	exports.Schema = Schema.Schema;
	exports.YAMLError = errors.YAMLError;
	exports.YAMLParseError = errors.YAMLParseError;
	exports.YAMLWarning = errors.YAMLWarning;
	exports.Alias = Alias.Alias;
	exports.isAlias = identity.isAlias;
	exports.isCollection = identity.isCollection;
	exports.isDocument = identity.isDocument;
	exports.isMap = identity.isMap;
	exports.isNode = identity.isNode;
	exports.isPair = identity.isPair;
	exports.isScalar = identity.isScalar;
	exports.isSeq = identity.isSeq;
	exports.Pair = Pair.Pair;
	exports.Scalar = Scalar.Scalar;
	exports.YAMLMap = YAMLMap.YAMLMap;
	exports.YAMLSeq = YAMLSeq.YAMLSeq;
	exports.Lexer = lexer.Lexer;
	exports.LineCounter = lineCounter.LineCounter;
	exports.Parser = parser.Parser;
	exports.parse = publicApi.parse;
	exports.parseAllDocuments = publicApi.parseAllDocuments;
	exports.parseDocument = publicApi.parseDocument;
	exports.stringify = publicApi.stringify;
	exports.visit = visit.visit;
	exports.visitAsync = visit.visitAsync;
})))();
/**
* One YAML or JSON document by the core schema: dates stay text, keys are text and unique, tags are refused.
* @param verbatim where a number that JSON would write in another way stays text: 1.10 is a version, 0123456 and 12e4567 are commits. In
* what is JSON itself, a number is one.
*/
function openYaml(source, verbatim = () => false) {
	const lineCounter = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(source, {
		schema: "core",
		stringKeys: true,
		uniqueKeys: false,
		resolveKnownTags: false,
		prettyErrors: false,
		lineCounter
	});
	const surveyed = survey(document, verbatim);
	const error = document.errors[0] ?? document.warnings[0];
	const fault = error ? {
		name: error.code.toLowerCase().replaceAll("_", " "),
		offset: error.pos[0]
	} : surveyed.fault;
	const pairs = /* @__PURE__ */ new Map();
	const { line, col: column } = lineCounter.linePos(fault?.offset ?? 0);
	return {
		fault: fault && {
			name: fault.name,
			line,
			column
		},
		value: (maxAliasCount) => plainValue(document, maxAliasCount),
		lineOf: (path) => lineCounter.linePos(offsetOf(document, path, {
			named: surveyed.named,
			pairs
		})).line
	};
}
/**
* The one document in `source`.
* @throws Problem
*/
function readYaml(source, verbatim) {
	const { fault, value } = openYaml(source, verbatim);
	if (fault === void 0) return value(20);
	const { name, line, column } = fault;
	throw new Problem(`is not plain YAML: ${name} at line ${line}, column ${column}`, "Correct it there.");
}
function plainValue(document, maxAliasCount) {
	try {
		return document.toJS({ maxAliasCount });
	} catch (cause) {
		if (!(cause instanceof ReferenceError)) throw cause;
		throw new Problem("uses YAML aliases that multiply", "Write the values out.");
	}
}
function survey(document, verbatim) {
	const anchors = /* @__PURE__ */ new Map();
	const named = /* @__PURE__ */ new Map();
	let fault;
	const stop = (name, offset) => {
		fault = {
			name,
			offset
		};
		return import_dist.visit.BREAK;
	};
	(0, import_dist.visit)(document, {
		Value: (_, node, path) => {
			if ((0, import_dist.isScalar)(node) && isRewritten(node) && verbatim(keysOf(path)) && !path.some(isJson)) node.value = node.source;
			if (node.anchor !== void 0) anchors.set(node.anchor, node);
			const twice = (0, import_dist.isMap)(node) ? duplicateIn(node) : void 0;
			return twice === void 0 ? void 0 : stop("duplicate key", twice);
		},
		Alias: (_, alias) => {
			const offset = alias.range?.[0] ?? 0;
			const node = anchors.get(alias.source);
			if (node?.range == null) return stop("alias without an anchor", offset);
			if (node.range[1] > offset) return stop("alias inside of what it names", offset);
			named.set(alias, node);
			return named.size > 1e3 ? stop("too many aliases", offset) : void 0;
		}
	});
	return {
		fault,
		named
	};
}
/** Whether it is a number that would be written in another way than it was. The words .nan and .inf are none that anybody means as text. */
function isRewritten({ type, value, source = "" }) {
	return type === "PLAIN" && typeof value === "number" && /\d/.test(source) && source !== String(value);
}
/** A mapping in braces whose keys are in double quotes. */
function isJson(node) {
	if (!(0, import_dist.isMap)(node) || node.flow !== true) return false;
	return node.items.every(({ key }) => (0, import_dist.isScalar)(key) && key.type === "QUOTE_DOUBLE");
}
function keysOf(path) {
	return path.flatMap((above) => (0, import_dist.isPair)(above) && (0, import_dist.isScalar)(above.key) ? [above.key.value] : []);
}
/** Where a key stands that was there before. */
function duplicateIn({ items }) {
	const seen = /* @__PURE__ */ new Set();
	const twice = items.find(({ key }) => (0, import_dist.isScalar)(key) && seen.size === seen.add(key.value).size);
	return (0, import_dist.isScalar)(twice?.key) ? twice.key.range?.[0] : void 0;
}
function offsetOf(document, path, { named, pairs }) {
	let node = document.contents;
	let offset = document.contents?.range[0] ?? 0;
	for (const step of path) {
		const holder = (0, import_dist.isAlias)(node) ? named.get(node) : node;
		const pair = (0, import_dist.isMap)(holder) ? pairsOf(holder, pairs).get(step) : void 0;
		const item = (0, import_dist.isSeq)(holder) ? holder.items[Number(step)] : void 0;
		const found = pair?.key ?? item;
		if (!(0, import_dist.isNode)(found)) break;
		offset = found.range?.[0] ?? offset;
		node = pair?.value ?? item;
	}
	return offset;
}
function pairsOf(map, known) {
	const pairs = known.get(map) ?? new Map(map.items.map((pair) => [(0, import_dist.isScalar)(pair.key) && pair.key.value, pair]));
	known.set(map, pairs);
	return pairs;
}
// src/settings/values/lists.ts
/** One item a line, blank lines and comments left out; or a YAML list of texts, which an action input holds as text. */
const lines = parser(listShape(line.shape), (value) => {
	return (Array.isArray(value) ? value : listIn(script(value)) ?? plainLines$1(script(value))).map(line).filter((item) => item !== "");
});
/** A `#` that stands alone begins a comment: `#*#` is a pattern. */
function plainLines$1(text) {
	return text.split("\n").map((each) => each.replace(/(^|\s)#(\s.*)?$/, ""));
}
/** The items of a text that is a YAML list as a whole; null for any other, such as `[a-z][0-9]`. Numbers stay as they are written. */
function listIn(text) {
	const said = text.split("\n").filter((each) => !/^\s*(#.*)?$/.test(each));
	const block = said.length > 0 && said.every((each) => /^\s*-\s/.test(each));
	if (!block && !/^\s*\[.*\]\s*(#.*)?$/s.test(said.join("\n"))) return null;
	const { fault, value } = openYaml(text, () => true);
	const items = fault === void 0 ? value(20) : null;
	if (Array.isArray(items)) return items.map((item) => typeof item === "number" ? String(item) : item ?? "");
	if (block) return said.map((each) => itemIn(each.replace(/^\s*-\s+/, "")));
	if (!/^\s*\[[^[\]]*,[^[\]]*\]\s*$/.test(text)) return null;
	throw new Problem("is not plain YAML", "Put items with special characters in quotes, or write one a line.");
}
/** `lines`, each read by `item`. */
function listOf(item) {
	return parser(listShape(item.shape), (value) => lines(value).map(item));
}
const roleForm = "^[A-Za-z0-9][A-Za-z0-9._-]*$";
/** Roles of a host: a YAML list, or text with commas. */
const roles = parser(listShape({
	type: "string",
	pattern: roleForm
}), (value) => {
	const items = Array.isArray(value) ? value : line(value).split(",");
	return [...new Set(items.map(line).filter((name) => name !== ""))].map(roleName);
});
/** @throws Problem */
function roleName(name) {
	if (new RegExp(roleForm).test(name)) return name;
	throw new Problem(`${JSON.stringify(name)} is not a role's name`, "Use letters, digits, dot, hyphen and underscore.");
}
/** A list of `item`, or one text. */
function listShape(item) {
	return { anyOf: [{
		type: "array",
		items: item
	}, { type: "string" }] };
}
/** One item of a list of which YAML cannot read another. */
function itemIn(text) {
	const { fault, value } = openYaml(text, () => true);
	const item = fault === void 0 ? value(20) : null;
	return typeof item === "string" ? item : plainLines$1(text)[0];
}
// src/settings/values/names.ts
const plainRule = "Use 1 to 128 letters, digits, dots, hyphens and underscores, the first a letter or a digit.";
const plainName = {
	type: "string",
	pattern: plainName$1.source
};
/** A name that is safe as a directory, in a command and in a page. */
const releaseName = parser(plainName, (value) => {
	const name = text(value).trim();
	if (isPlain$1(name)) return name;
	throw new Problem(`${show(name)} is not a release name`, plainRule);
});
/** Release names, one a line or with commas, or a YAML list; each once. */
const releaseNames = parser({ anyOf: [{
	type: "array",
	items: plainName
}, plainName] }, (value) => {
	const text = typeof value === "string" && listIn(value) === null;
	const names = lines(text ? value.replaceAll(",", "\n") : value);
	return [...new Set(names.map(releaseName))];
});
/** The name of an entry of `targets`. */
const targetName = parser(plainName, (value) => {
	const name = line(value);
	if (isPlain$1(name)) return name;
	throw new Problem(`${show(name)} is not a target's name`, plainRule);
});
const userForm = "^[A-Za-z0-9._$@\\\\][A-Za-z0-9._$@\\\\\\-]*$";
/** A login name; one that begins with a hyphen would be read as an option. */
const userName = parser({
	type: "string",
	pattern: userForm
}, (value) => {
	const name = line(value);
	if (name.includes(":")) throw new Problem("the user holds a colon", "A password belongs in ssh_password, not in a host.");
	if (new RegExp(userForm).test(name)) return name;
	throw new Problem(`${show(name)} is not a user name`, "Use letters, digits and ._$@\\- only, without a hyphen in front.");
});
/** A branch as git names it, without `refs/heads/`. */
const branchName = parser({
	type: "string",
	minLength: 1
}, (value) => {
	const name = line(value).replace(/^refs\/heads\//, "");
	const bad = /^[-/]|[\s~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|\.lock$|(^|\/)\./.test(name);
	if (name !== "" && !bad) return name;
	throw new Problem(`${show(name)} is not the name of a branch`, "Write one branch, such as main.");
});
// src/settings/values/numbers.ts
/** A parser for plain decimal digits from `min` to `max`. */
function whole$1(min, max, remedy = "Write plain digits.") {
	return parser({
		type: "integer",
		minimum: min,
		maximum: max
	}, (value) => {
		const number = numberOf(value);
		if (number !== void 0 && number >= min && number <= max) return number;
		throw new Problem(`${show(value)} is not a whole number from ${min} to ${max}`, remedy);
	});
}
/** A parser for whole seconds from `min` up; the upper end stays within what a timer takes. */
function seconds(min) {
	return whole$1(min, 1e6, "Write plain seconds, such as 300 for five minutes.");
}
const port = whole$1(1, 65535);
function numberOf(value) {
	if (typeof value === "string") return /^\d{1,7}$/.test(value.trim()) ? Number(value) : void 0;
	return Number.isInteger(value) ? value : void 0;
}
// src/settings/groups/commands.ts
const group$6 = "commands";
const commands = {
	pre_symlink_command: {
		group: group$6,
		description: "Run by `sh` on each host in the new release's directory, after the upload and before any host is switched. When it fails, no host is switched.",
		modes: preparing,
		perHost: true,
		parse: script
	},
	post_deploy_command: {
		group: group$6,
		description: "Run by `sh` on each host in the public directory, after every switch: of a deploy, a publish, a rollback; and again on a host that is put back.",
		modes: [...switching, "check"],
		perHost: true,
		parse: script
	},
	health_check_command: {
		group: group$6,
		description: "Run by `sh` on each host in the public directory, after `post_deploy_command`, until it succeeds or there are no attempts left, which is a failure of the switch (`on_failure`).",
		modes: [...switching, "check"],
		perHost: true,
		parse: script
	},
	health_check_attempts: {
		group: group$6,
		description: "How many times `health_check_command` is tried.",
		default: "5",
		modes: [...switching, "check"],
		perHost: true,
		parse: whole$1(1, 1e3)
	},
	health_check_interval: {
		group: group$6,
		description: "Seconds between two attempts of `health_check_command`.",
		default: "2",
		modes: [...switching, "check"],
		perHost: true,
		parse: seconds(0)
	},
	become: {
		group: group$6,
		description: "The user that everything on the host runs as: the session, rsync and commands, through `sudo -n -u`. The default is the user who logs in.",
		modes: modes$1,
		perHost: true,
		parse: userName
	},
	command_timeout: {
		group: group$6,
		description: "Seconds for one command; past it, it is killed with its children.",
		default: "600",
		modes: [...flowing, "check"],
		perHost: true,
		parse: seconds(1)
	},
	on_failure: {
		group: group$6,
		description: "After a failure with some host switched already: `revert` puts every switched host back, `keep` leaves them.",
		default: "revert",
		modes: [...switching, "check"],
		perHost: false,
		parse: oneOf(["revert", "keep"])
	},
	verify: {
		group: group$6,
		description: "Before a rollback or a publish, compare its release with what it was when it was published, or staged: changed files `warn`, or stop the run (`strict`); missing files always stop it. `off` does not look.",
		default: "warn",
		modes: choosing,
		perHost: true,
		parse: oneOf([
			"warn",
			"strict",
			"off"
		])
	},
	on_rollback: {
		group: group$6,
		description: "The release that a rollback leaves: `keep` it, marked bad; `archive` it as tar.gz and remove it; or `remove` it.",
		default: "keep",
		modes: ["rollback"],
		perHost: false,
		parse: oneOf([
			"keep",
			"archive",
			"remove"
		])
	}
};
// src/settings/values/shares.ts
const countForm = "[1-9][0-9]{0,5}";
const shareForm = `(${countForm}|([1-9][0-9]?|100)%)`;
const countShape = {
	type: "integer",
	minimum: 1,
	maximum: 999999
};
const shareShape = { anyOf: [countShape, {
	type: "string",
	pattern: `^${shareForm}$`
}] };
/** `3` is 3 hosts, `25%` is 25 percent of them. */
const share = parser(shareShape, (value) => {
	const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
	if (!new RegExp(`^${shareForm}$`).test(text)) throw new Problem(`${show(value)} is neither a number of hosts nor a percentage`, "Write digits, such as 3, or whole percents from 1% to 100%.");
	const amount = Number.parseInt(text, 10);
	return text.endsWith("%") ? { percent: amount } : { count: amount };
});
/**
* How many hosts are switched when each wave is over, those of earlier ones counted in; the last is always 100%. Counts rise
* and percents rise. How a count compares with a percentage depends on the hosts: a wave may turn out to add none.
*/
const waves = parser({ anyOf: [
	{
		type: "array",
		items: shareShape,
		minItems: 1
	},
	countShape,
	{
		type: "string",
		pattern: `^${shareForm}(\\s*,\\s*${shareForm})*$`
	}
] }, (value) => {
	const shares = (typeof value === "string" ? listIn(value) ?? value.split(",") : Array.isArray(value) ? value : [value]).map(share);
	if (shares.length === 0) throw new Problem("names no wave", "Write waves such as 1, 25%, 100%.");
	for (const [index, each] of shares.entries()) {
		const past = shares.slice(0, index).find((earlier) => !rises(earlier, each));
		if (past === void 0) continue;
		throw new Problem(`${spelled(each)} does not rise above ${spelled(past)}`, "Each wave says how many hosts are switched when it is over: 1, 25%, 100%.");
	}
	return shares.some(isAll) ? shares : [...shares, { percent: 100 }];
});
function rises(from, to) {
	if (isAll(from)) return false;
	if ("count" in from) return !("count" in to) || from.count < to.count;
	return "count" in to || from.percent < to.percent;
}
function isAll(share) {
	return "percent" in share && share.percent === 100;
}
function spelled(share) {
	return "count" in share ? String(share.count) : `${share.percent}%`;
}
const shardForm = `^(${countForm})/(${countForm})$`;
/** `2/5` is the second of five. */
const shard = parser({
	type: "string",
	pattern: shardForm
}, (value) => {
	const text = typeof value === "string" ? value.trim() : "";
	const [index = 0, count = 0] = new RegExp(shardForm).test(text) ? text.split("/").map(Number) : [];
	if (index >= 1 && index <= count) return {
		index,
		count
	};
	throw new Problem(`${show(value)} is not one part of several`, "Write which, and of how many: 2/5.");
});
// src/settings/groups/fleet.ts
const group$5 = "the fleet";
const fleet = {
	max_parallel: {
		group: group$5,
		description: "How many hosts are worked on at once.",
		default: "20",
		modes: modes$1,
		perHost: false,
		parse: whole$1(1, 1e6)
	},
	waves: {
		group: group$5,
		description: "Switch the hosts in waves, such as `1, 25%, 100%`: how many are switched when each wave is over. The next wave starts when the last one is healthy.",
		default: "100%",
		modes: [...switching, "check"],
		perHost: false,
		parse: waves
	},
	min_hosts: {
		group: group$5,
		description: "How many of the hosts must answer for the run to go on, as a number or a percentage. Those that do not are set aside, and the run warns.",
		default: "100%",
		modes: modes$1,
		perHost: false,
		parse: share
	},
	shard: {
		group: group$5,
		description: "Work on one part of the hosts only, for a job of a matrix: `2/5` is the second of five.",
		modes: modes$1,
		perHost: false,
		parse: shard
	},
	lock_timeout: {
		group: group$5,
		description: "Seconds to wait for another run on the same `remote_dir` to end; `0` does not wait.",
		default: "300",
		modes: modes$1.filter((mode) => mode !== "list"),
		perHost: false,
		parse: seconds(0)
	}
};
// src/settings/values/paths.ts
/** What every system has at its top level (hier(7)), and nothing has for itself. */
const common$1 = "bin boot dev etc home lib lib32 lib64 lost+found media mnt opt proc root run sbin srv sys tmp usr var Applications Library System Users Volumes private".split(" ");
/** An absolute directory that may be the application's own, without `..`; slashes in excess are dropped. */
const remoteDir = parser({
	type: "string",
	pattern: "^/"
}, (value) => {
	const path = absolute(line(value));
	if (path === "/") throw new Problem("\"/\" is the whole host", "Give a directory of its own, such as /srv/app.");
	if (common$1.includes(path.slice(1))) throw new Problem(`${show(path)} is the system's, and holds more than one application`, `Give a directory below it, such as ${show(`${path}/app`)}.`);
	return path;
});
/** A plain relative path below `remote_dir`. */
const below = relativeTo("remote_dir", "releases");
/** A plain relative path inside a release. */
const inRelease = relativeTo("the release", "public/uploads");
function relativeTo(base, example) {
	return parser({
		type: "string",
		pattern: "^[^/~-]"
	}, (value) => {
		const given = line(value);
		if (given.startsWith("/")) throw new Problem(`${show(given)} is absolute`, `Give a path relative to ${base}, such as ${example}.`);
		const path = tidy(given);
		if (path === ".") throw new Problem(`${show(given)} is ${base} itself`, "Give the name of a path below it.");
		return path;
	});
}
/** A plain path below `remote_dir`, or an absolute one. */
const belowOrAbsolute = parser({
	type: "string",
	pattern: "^[^~-]"
}, (value) => {
	const given = line(value);
	if (!given.startsWith("/")) return below(given);
	const path = absolute(given);
	if (path === "/") throw new Problem("\"/\" is the whole host", "Give the path of one entry, such as /var/www/html.");
	return path;
});
function absolute(given) {
	if (given.startsWith("/")) return tidy(given);
	const remedy = given.startsWith("~") ? "A ~ is not expanded: write the directory in full, such as /home/deploy/app." : "Write it from the root, such as /srv/app. Nothing is expanded in it.";
	throw new Problem(`${show(given)} is not an absolute path`, remedy);
}
/** Without doubled and trailing slashes and `.`; with neither `..` nor what a program takes for a home or an option. */
function tidy(given) {
	const parts = given.split("/");
	if (parts.includes("..")) throw new Problem(`${show(given)} climbs with ".."`, "Write the path it leads to.");
	if (parts.some((part) => part.startsWith("~"))) throw new Problem(`${show(given)} holds a "~", which is not expanded`, "Write the path in full.");
	if (given.startsWith("-")) throw new Problem(`${show(given)} starts with a hyphen, like an option`, "Choose another name.");
	if (Buffer.byteLength(given) > 4096) throw new Problem(`${show(given)} is longer than 4096 bytes`, "Choose a shorter path.");
	const path = posix.normalize(given);
	return path === "/" ? path : path.replace(/\/$/, "");
}
// src/settings/groups/github.ts
const group$4 = "github";
const github = {
	log_file: {
		group: group$4,
		description: "The log on each host, one JSON line an event: relative to `remote_dir`, or absolute.",
		default: "releases.log",
		modes: modes$1,
		perHost: true,
		parse: belowOrAbsolute
	},
	artifact_cache: {
		group: group$4,
		description: "Keep the artifact of each release in the Actions cache too, so that `rollback` can bring back a release that a host no longer has.",
		default: "false",
		modes: [
			...preparing,
			"rollback",
			"list"
		],
		perHost: false,
		parse: boolean
	},
	summary: {
		group: group$4,
		description: "Write the job summary.",
		default: "true",
		modes: modes$1,
		perHost: false,
		parse: boolean
	}
};
// src/settings/entries.ts
/** The file's schema says what a mapping may hold: the settings decide that. */
const mapping = { $ref: "#/$defs/host" };
/** At least one entry. In plain lines, commas separate too, and a line that starts with `#` is a comment. */
const hostEntries = parser({ anyOf: [
	{
		type: "array",
		minItems: 1,
		items: { anyOf: [{
			type: "string",
			minLength: 1
		}, mapping] }
	},
	{
		type: "string",
		minLength: 1
	},
	mapping
] }, (value) => {
	const items = typeof value === "string" ? entriesOf(value) : value;
	const list = Array.isArray(items) ? items : [items];
	if (list.length === 0) throw new Problem("names no host", "Name one a line, such as deploy@web1.example.com.");
	return list.map(hostEntry);
});
function hostEntry(item, index) {
	if (typeof item === "string") return item.trim();
	if (typeof item === "object" && item !== null && !Array.isArray(item)) return item;
	throw new Problem(`is ${kindOf(item)}, not a host`, "Write user@host:port, or a mapping.", `entry ${index + 1}`);
}
function entriesOf(text) {
	const lines = text.split("\n").map((line) => line.trim());
	const first = lines.find((line) => line !== "" && !line.startsWith("#")) ?? "";
	if (/^-(\s|$)|^host:(\s|$)/.test(first)) return readYaml(text.replace(bareAddress, "$1\"$2\""));
	if (first.startsWith("[") && !bracketedAddress.test(first)) return readYaml(text);
	return lines.flatMap(entriesOfLine);
}
function entriesOfLine(line) {
	if (line.startsWith("{")) return readYaml(line);
	return line.replace(/(^|\s)#.*$/, "").split(",").map((part) => part.trim()).filter((part) => part !== "");
}
/** `[v6]`, perhaps with a port: it starts as a YAML list does. */
const bracketedAddress = /^\[[^\s,[\]{}]*:[^\s,[\]{}]*:[^\s,[\]{}]*\]/;
/** An item of a YAML list that is an IPv6 address, which YAML would take for something else. */
const bareAddress = /^(\s*-\s+)(\[?[\da-fA-F]*:[\da-fA-F:.]*:[^\s"'#,{}]*)[ \t]*\r?$/gm;
// src/settings/groups/place.ts
const group$3 = "where";
const place$1 = {
	hosts: {
		group: group$3,
		description: "The hosts, one a line or as a YAML list: `[user@]host[:port]`, `[user@][v6]:port`, `local` (the runner itself, without SSH), or a mapping `{host, user, port, roles, …}` that may override any setting a host can have of its own. The same host, port and `remote_dir` twice is refused.",
		modes: modes$1,
		requiredBy: modes$1,
		perHost: false,
		parse: hostEntries
	},
	remote_dir: {
		group: group$3,
		description: "The application's directory on the hosts: absolute, without `..`, and none of the system itself such as `/srv`. Nothing in it is expanded.",
		modes: modes$1,
		requiredBy: modes$1,
		perHost: true,
		parse: remoteDir
	},
	config: {
		group: group$3,
		description: "A YAML file with settings, targets and hooks, relative to the workspace; the default is `.github/releases.yml`, if there is one. An input overrides what the file says.",
		modes: modes$1,
		perHost: false,
		parse: line
	},
	target: {
		group: group$3,
		description: "Which entry of the config file's `targets` to use, such as `production`: its settings override the file's others.",
		modes: modes$1,
		perHost: false,
		parse: line
	}
};
// src/settings/values/words.ts
/** `--exclude='a b' -z` as `--exclude=a b` and `-z`. Backslashes and dollars are plain characters. */
function words(text) {
	const found = [];
	for (const [token] of text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*"|['"])+/g)) {
		if (/['"]/.test(token.replace(/'[^']*'|"[^"]*"/g, ""))) throw new Problem("has a quote that is never closed", "Close it, or remove it.");
		found.push(token.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
	}
	return found;
}
// src/settings/values/flags.ts
const reach = "the connection is the action's own";
const whole = "a release must arrive whole and come from local_dir alone";
const stale = "files are compared by content, never skipped by date, size or existence";
const litter = "what an upload deletes is decided by the action";
const staging = "where an upload is kept until it is proven whole is decided by the action";
const linking = "dedupe decides what is shared with the release before";
const output = "the action reads what rsync prints";
const daemon = "rsync runs over the connection, not as a daemon";
const needed = "the action needs what this turns off";
const paths = "the contents of local_dir are sent, no other paths";
const dates = "dates would silently undo hard links and can publish old content; -rlp is on already, so leave -a and -t out";
/** Long names, without `--`, and why each is refused. */
const refused = {
	...because(reach, "rsh", "rsync-path", "remote-option", "old-args"),
	...because(dates, "archive", "times"),
	...because(stale, "update", "size-only", "existing", "ignore-existing", "ignore-non-existing"),
	...because(stale, "no-checksum", "no-c"),
	...because(litter, "del", "delete", "delete-before", "delete-during", "delete-delay", "delete-after"),
	...because(litter, "delete-excluded", "delete-missing-args", "max-delete"),
	...because("it empties local_dir", "remove-source-files", "remove-sent-files"),
	...because(linking, "link-dest", "copy-dest", "compare-dest"),
	...because("it leaves copies of old files in the release", "backup", "backup-dir", "suffix"),
	...because("it writes into files that older releases share", "inplace", "append", "append-verify", "write-devices"),
	...because(staging, "partial-dir", "temp-dir"),
	...because(whole, "files-from", "list-only", "dry-run", "read-batch", "write-batch", "only-write-batch"),
	...because(whole, "stop-after", "stop-at", "time-limit", "fake-super"),
	...because(paths, "dirs", "old-dirs", "old-d", "relative"),
	...because(needed, "no-recursive", "no-r", "no-links", "no-l", "no-perms", "no-p"),
	...because(needed, "no-s", "no-protect-args", "no-secluded-args"),
	...because(output, "info", "debug", "quiet", "progress", "human-readable", "out-format", "log-format"),
	...because(output, "log-file", "log-file-format", "help", "version"),
	...because(output, "stderr", "msgs2stderr", "no-msgs2stderr"),
	...because(daemon, "daemon", "server", "sender", "config", "password-file", "address", "chroot")
};
const letters = {
	e: "rsh",
	a: "archive",
	t: "times",
	u: "update",
	b: "backup",
	n: "dry-run",
	T: "temp-dir",
	M: "remote-option",
	d: "dirs",
	R: "relative",
	q: "quiet",
	P: "progress",
	h: "human-readable",
	V: "version"
};
/** Letters that take the rest of their word as a value. */
const valued = "BefMT@";
/** Harmless names that begin like a refused one. */
const harmless = /* @__PURE__ */ new Set(["partial"]);
/** Words of rsync's command line, one line or several, or a YAML list of words. */
const rsyncFlags = parser({ anyOf: [{
	type: "array",
	items: {
		type: "string",
		pattern: "^-"
	}
}, { type: "string" }] }, (value) => {
	const list = Array.isArray(value) ? value : listIn(script(value));
	const flags = list ? list.map(script) : words(script(value));
	const faults = flags.flatMap((flag) => {
		const reason = reasonAgainst(flag);
		return reason === void 0 ? [] : [`${show(flag)} is refused (${reason})`];
	});
	if (faults.length > 0) throw new Problem(faults.join("; "), "Leave it out.");
	return flags;
});
function reasonAgainst(flag) {
	if (/\p{Cc}/u.test(flag)) return "it holds a control character";
	if (!flag.startsWith("-")) return `${paths}; a flag's value is joined to it with =`;
	if (flag === "-" || flag === "--") return paths;
	return flag.startsWith("--") ? reasonAgainstName(flag.slice(2)) : reasonAgainstLetters(flag.slice(1));
}
/** An rsync whose option parser takes abbreviations must not be reached by one. */
function reasonAgainstName(option) {
	const [name = "", value = ""] = option.split("=");
	if (/^(checksum-choice|cc)$/.test(name) && value.split(",").includes("none")) return stale;
	if (harmless.has(name)) return void 0;
	const full = Object.hasOwn(refused, name) ? name : Object.keys(refused).find((each) => each.startsWith(name));
	return full === void 0 ? void 0 : refused[full];
}
function reasonAgainstLetters(option) {
	for (const letter of option) {
		const name = Object.hasOwn(letters, letter) ? letters[letter] : void 0;
		if (name !== void 0) return `-${letter} is --${name}: ${refused[name]}`;
		if (valued.includes(letter)) return void 0;
	}
}
function because(reason, ...names) {
	return Object.fromEntries(names.map((name) => [name, reason]));
}
// src/settings/values/metadata.ts
const limit$1 = 262144;
const reserved = ["release", "deploy"];
/** A YAML or JSON mapping, at most 256 KB as JSON, without the keys that the manifest keeps for itself. */
const metadata$1 = parser({
	type: "object",
	propertyNames: { not: { enum: reserved } }
}, (value) => {
	const mapping = typeof value === "string" ? readYaml(value, () => true) : value;
	if (typeof mapping !== "object" || mapping === null || Array.isArray(mapping)) throw new Problem(`must be a mapping, not ${kindOf(mapping)}`, "Write lines of \"name: value\", or a JSON object.");
	const taken = reserved.find((key) => Object.hasOwn(mapping, key));
	if (taken !== void 0) throw new Problem(`the key ${show(taken)} is kept for the manifest itself`, "Choose another name for it.");
	refuseForeign(mapping, []);
	const bytes = Buffer.byteLength(JSON.stringify(mapping));
	if (bytes > limit$1) throw new Problem(`takes ${bytes} bytes as JSON, more than ${limit$1}`, "Keep it to a summary.");
	return mapping;
});
/** Looks for what JSON would lose or never end with; `trail` is the way from the top to `value`, in objects. */
function refuseForeign(value, trail) {
	if (typeof value === "number" && !isExact(value)) throw new Problem(`the number ${value} cannot be kept exactly`, "Put it in quotes to keep it as text.");
	if (typeof value !== "object" || value === null) return;
	if (trail.includes(value)) throw new Problem("holds itself", "Remove the YAML alias that leads back.");
	if (trail.length === 100) throw new Problem("is nested more than 100 deep", "Flatten it.");
	for (const inner of Object.values(value)) refuseForeign(inner, [...trail, value]);
}
function isExact(number) {
	return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}
// src/settings/values/permissions.ts
const form = "^[0-7]{3,4}$";
/** Three or four octal digits, as text: `0755`. */
const permissions = parser({
	type: "string",
	pattern: form
}, (value) => {
	if (typeof value === "number") throw new Problem(`${value} is a number, which has lost its octal spelling`, "Put it in quotes, such as '0755'.");
	const digits = typeof value === "string" ? value.trim() : "";
	if (new RegExp(form).test(digits)) return digits;
	throw new Problem(`${show(value)} is not octal permissions`, "Write three or four digits from 0 to 7, such as 0755.");
});
// src/settings/groups/release.ts
const group$2 = "the release";
const release = {
	local_dir: {
		group: group$2,
		description: "The directory whose contents are sent, relative to the workspace. A missing or an empty one is refused. Required by `deploy` and `stage`.",
		modes: preparing,
		requiredBy: ["deploy", "stage"],
		perHost: false,
		parse: line
	},
	exclude: {
		group: group$2,
		description: "What not to send: one rsync pattern a line, or a YAML list.",
		modes: preparing,
		perHost: false,
		parse: lines
	},
	release_dir: {
		group: group$2,
		description: "Where the releases are: a plain path relative to `remote_dir`.",
		default: "releases",
		modes: modes$1,
		perHost: true,
		parse: below
	},
	public_dir: {
		group: group$2,
		description: "The symlink to the current release: relative to `remote_dir`, or absolute for a document root elsewhere.",
		default: "current",
		modes: modes$1,
		perHost: true,
		parse: belowOrAbsolute
	},
	release_count: {
		group: group$2,
		description: "How many releases stay. The current and the previous one always do.",
		default: "5",
		modes: [
			"deploy",
			"publish",
			"prune",
			"check"
		],
		perHost: true,
		parse: whole$1(1, 1e6)
	},
	release_name: {
		group: group$2,
		description: "The new release's name on all hosts; the default is the time in UTC, `YYYYMMDDHHMMSS`. A name that exists is refused.",
		modes: preparing,
		perHost: false,
		parse: releaseName
	},
	pinned_releases: {
		group: group$2,
		description: "Releases that nothing removes: one name a line, or a YAML list.",
		modes: [
			...flowing,
			"prune",
			"check"
		],
		perHost: true,
		parse: releaseNames
	},
	release: {
		group: group$2,
		description: "The release that `rollback` or `publish` goes to; the default is the one that was current before the present one, or the newest staged one.",
		modes: choosing,
		perHost: false,
		parse: releaseName
	},
	metadata: {
		group: group$2,
		description: "A YAML or JSON mapping that is stored with the release in the manifest: build time, sizes, anything JSON can hold. Keys that this action has itself (`revision`, `actor`, `files`, `state`, …) are its own in the outputs.",
		modes: preparing,
		perHost: false,
		parse: metadata$1
	},
	linked_dirs: {
		group: group$2,
		description: "Directories that outlive releases: kept in `shared/` and linked into each release, one path a line or as a YAML list.",
		modes: preparing,
		perHost: true,
		parse: listOf(inRelease)
	},
	linked_files: {
		group: group$2,
		description: "Files that outlive releases, such as `.env`: each must be in `shared/` on the host already. One path a line or as a YAML list.",
		modes: preparing,
		perHost: true,
		parse: listOf(inRelease)
	},
	dir_permissions: {
		group: group$2,
		description: "Octal permissions of the release's directories, such as `0755`; the default is the artifact's own.",
		modes: preparing,
		perHost: true,
		parse: permissions
	},
	file_permissions: {
		group: group$2,
		description: "Octal permissions of the release's files, such as `0644`; the default is the artifact's own. Execute bits survive.",
		modes: preparing,
		perHost: true,
		parse: permissions
	},
	rsync_flags: {
		group: group$2,
		description: "Extra flags for rsync, such as `--bwlimit=2000`. Those that would break a guarantee (`-a`, `-e`, `--delete`, `--link-dest`, …) are refused by name.",
		modes: preparing,
		perHost: false,
		parse: rsyncFlags
	},
	dedupe: {
		group: group$2,
		description: "Files that did not change since the previous release: `hardlink` to it, `reflink`, `copy` on the host, or `off` to send them again. An application that writes into files of its release needs one of the last three.",
		default: "hardlink",
		modes: preparing,
		perHost: true,
		parse: oneOf([
			"hardlink",
			"reflink",
			"copy",
			"off"
		])
	},
	revision_file: {
		group: group$2,
		description: "A file to write the commit to in each release, such as `REVISION`.",
		modes: preparing,
		perHost: false,
		parse: inRelease
	},
	check_git: {
		group: group$2,
		description: "Refuse to deploy from a work tree with changes that are not committed; `local_dir` and ignored files may differ.",
		default: "false",
		modes: preparing,
		perHost: false,
		parse: boolean
	},
	git_branch: {
		group: group$2,
		description: "Refuse to deploy from any other branch than this.",
		modes: preparing,
		perHost: false,
		parse: branchName
	}
};
// src/settings/address.ts
/** @throws Problem */
function parseAddress(text) {
	refuseHabits(text);
	const at = text.lastIndexOf("@");
	const user = at === -1 ? void 0 : userName(text.slice(0, at));
	const { host, portText } = splitPort(text.slice(at + 1));
	return {
		name: hostName(host),
		user,
		port: portText === void 0 ? void 0 : portOf(portText)
	};
}
/** Forms of other tools, by what is meant. None of the text is shown: a URL may hold a password. */
function refuseHabits(text) {
	const form = "Write [user@]host[:port], such as deploy@web1.example.com";
	if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) throw new Problem("is a URL", `${form}.`);
	if (/[\s;]/.test(text.trim())) throw new Problem("is more than one word", "A host has no spaces in it; put commas between several.");
	if (/:[/~]/.test(text)) throw new Problem("holds a path", `${form}; the directory on the host is remote_dir.`);
}
/** What two spellings of one host have in common. */
function sameness(name) {
	if (!isAddress(name)) return name.replace(/\.$/, "");
	const [address = "", zone = ""] = name.split("%");
	return `${new URL(`http://[${address}]`).hostname}%${zone}`;
}
/** The same for two ways to write one host, and one port. */
function placeOf({ name, port }) {
	return name === "local" ? name : `${sameness(name)} ${port}`;
}
/** As people write it. */
function nameWithPort({ name, port }) {
	if (name === "local" || port === 22) return name;
	return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}
function splitPort(text) {
	const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
	if (bracketed !== null) {
		const [, host = "", portText] = bracketed;
		if (isAddress(host)) return {
			host,
			portText
		};
		throw new Problem(`${show(host)} in brackets is not an IPv6 address`, "Only IPv6 addresses take brackets.");
	}
	if (isAddress(text)) return {
		host: text,
		portText: void 0
	};
	const [host = "", ...rest] = text.split(":");
	return {
		host,
		portText: rest.length === 0 ? void 0 : rest.join(":")
	};
}
function hostName(host) {
	if (isAddress(host)) {
		const [address = "", zone] = host.split("%");
		return zone === void 0 ? address.toLowerCase() : `${address.toLowerCase()}%${zone}`;
	}
	if (host.startsWith("-")) throw new Problem(`${show(host)} starts with a hyphen, like an option`, "Write the name of a host.");
	if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(host)) return host.toLowerCase();
	throw new Problem(host === "" ? "the name of the host is missing" : `${show(host)} is not a host name or an address`, "Write [user@]host[:port]: letters, digits, dot, hyphen and underscore, or an IPv6 address in brackets.");
}
function portOf(text) {
	try {
		return port(text);
	} catch (error) {
		if (error instanceof Problem) throw new Problem(`the port ${error.message}`, error.remedy);
		throw error;
	}
}
/** The colon is looked for first: what node finds an address by takes milliseconds to be made. */
function isAddress(text) {
	return text.includes(":") && isIPv6(text) && /^[\da-fA-F:.]+(%[A-Za-z0-9._-]+)?$/.test(text);
}
// src/settings/values/hops.ts
/** `[user@]host[:port]`, in the order they are gone through, with commas; `none` for no such way. */
const hops = parser({
	type: "string",
	minLength: 1
}, (value) => {
	const chain = line(value);
	if (chain === "none") return [];
	return chain.split(",").map((part) => {
		const hop = parseAddress(part.trim());
		if (hop.name !== "local") return hop;
		throw new Problem("\"local\" is the runner itself", "Write the name of a host to go through.");
	});
});
// src/settings/groups/ssh.ts
const group$1 = "ssh";
const ssh = {
	ssh_private_key: {
		group: group$1,
		description: "The private key, in PEM or OpenSSH form. Without it: the agent at `SSH_AUTH_SOCK`.",
		modes: modes$1,
		perHost: true,
		secret: true,
		parse: secret
	},
	ssh_passphrase: {
		group: group$1,
		description: "The passphrase of `ssh_private_key`.",
		modes: modes$1,
		perHost: true,
		secret: true,
		parse: secret
	},
	ssh_password: {
		group: group$1,
		description: "A password, for hosts that ask for one.",
		modes: modes$1,
		perHost: true,
		secret: true,
		parse: secret
	},
	ssh_known_hosts: {
		group: group$1,
		description: "The hosts' public keys, as `known_hosts` lines. Required unless `host_key_checking` is `off` or all hosts are `local`.",
		modes: modes$1,
		perHost: true,
		parse: knownHosts
	},
	host_key_checking: {
		group: group$1,
		description: "`strict` connects only to hosts that `ssh_known_hosts` vouches for; `off` trusts whoever answers.",
		default: "strict",
		modes: modes$1,
		perHost: true,
		parse: oneOf(["strict", "off"])
	},
	ssh_user: {
		group: group$1,
		description: "The user on hosts that name none.",
		modes: modes$1,
		perHost: true,
		parse: userName
	},
	ssh_port: {
		group: group$1,
		description: "The port of hosts that name none.",
		default: "22",
		modes: modes$1,
		perHost: true,
		parse: port
	},
	ssh_proxy_jump: {
		group: group$1,
		description: "Hosts to go through, `[user@]host[:port]`, with commas when there are several; each is logged in to with the credentials of the host, and known by `ssh_known_hosts`. `none` for a host that needs no such way.",
		modes: modes$1,
		perHost: true,
		parse: hops
	},
	ssh_client: {
		group: group$1,
		description: "`builtin` needs nothing on the runner; `openssh` is the runner's own OpenSSH client: certificates, FIDO keys of an agent, post-quantum key exchange, `ssh_config`. With either, the key is never on disk.",
		default: "builtin",
		modes: modes$1,
		perHost: true,
		parse: oneOf(["builtin", "openssh"])
	},
	ssh_certificate: {
		group: group$1,
		description: "The certificate of `ssh_private_key`, the text of its `-cert.pub` file; for `ssh_client: openssh`.",
		modes: modes$1,
		perHost: true,
		parse: line
	},
	ssh_config: {
		group: group$1,
		description: "A file of settings for OpenSSH, such as `ProxyCommand`; what inputs say comes first. Without it no such file is read, not even the one in `~/.ssh`. For `ssh_client: openssh`.",
		modes: modes$1,
		perHost: true,
		parse: line
	},
	connect_timeout: {
		group: group$1,
		description: "Seconds to connect, with up to three retries; the shell then has as long for its first word.",
		default: "20",
		modes: modes$1,
		perHost: true,
		parse: seconds(1)
	}
};
// src/settings/groups/task.ts
const group = "what to do";
// src/settings/schema.ts
const schema = {
	mode: {
		group,
		description: "`deploy` a new release; or `stage` it now and `publish` it later; `rollback` to an earlier one; `prune` old ones; `list` what the hosts have; `check` whether a deploy can run; `repair` what a run that died left behind.",
		default: "deploy",
		modes: modes$1,
		perHost: false,
		parse: oneOf(modes$1)
	},
	dry_run: {
		group,
		description: "Read everything, print for each host what would be sent, run, switched and deleted, and change nothing.",
		default: "false",
		modes: modes$1,
		perHost: false,
		parse: boolean
	},
	...place$1,
	...release,
	...commands,
	...fleet,
	...ssh,
	...github
};
const settingNames = Object.keys(schema);
const hostSettingNames = settingNames.filter((name) => schema[name].perHost);
/** The table's entry without its own type, for code that walks the table. */
function settingOf(name) {
	return schema[name];
}
/** Whether the mode looks at the setting; while the mode is unknown, all count. */
function uses(mode, name) {
	return mode === void 0 || settingOf(name).modes.includes(mode);
}
/** An empty text is an input left out; an empty list is not. */
function isGiven(value) {
	return typeof value === "string" ? value.trim() !== "" : value !== void 0 && value !== null;
}
/**
* Whether an empty text in the config file, or in a host's entry, says that there is to be none of it, whatever weaker layers give: of what
* may be left out for good, such as a command. A login is not.
*/
function isCleared(name, value) {
	const { default: usual, secret, requiredBy } = settingOf(name);
	return usual === void 0 && !secret && requiredBy === void 0 && name !== "ssh_user" && typeof value === "string" && value.trim() === "";
}
// src/flow/given.ts
function givenBy({ settings, origin }, { host }) {
	const { linked_dirs, linked_files, dir_permissions, file_permissions } = host.settings;
	const { revision_file } = settings;
	return {
		linked_dirs,
		linked_files,
		dir_permissions,
		file_permissions,
		revision_file,
		revision: origin.revision
	};
}
/** As its record keeps it, for when the release has to be made once more; undefined for nothing. */
function noteOf({ revision: _, ...given }) {
	const known = Object.entries(given).filter(([, value]) => value !== void 0 && value.length > 0);
	return known.length === 0 ? void 0 : Object.fromEntries(known);
}
/** The same from a record, of the host itself or of this action's own cache: only what the settings would take as well. */
function givenIn(entry) {
	const deploy = deployOf(entry);
	return givenFrom(deploy?.given ?? {}, deploy?.revision);
}
function givenFrom(note, commit) {
	const read = (name, parse) => {
		try {
			return note[name] === void 0 ? void 0 : parse(note[name]);
		} catch {
			return;
		}
	};
	return {
		linked_dirs: read("linked_dirs", schema.linked_dirs.parse),
		linked_files: read("linked_files", schema.linked_files.parse),
		dir_permissions: read("dir_permissions", schema.dir_permissions.parse),
		file_permissions: read("file_permissions", schema.file_permissions.parse),
		revision_file: read("revision_file", schema.revision_file.parse),
		revision: typeof commit === "string" && /^[0-9a-f]{7,64}$/.test(commit) ? commit : null
	};
}
// src/flow/record.ts
/** What a release is given besides its artifact, as one word; undefined for nothing. */
function additionsOf({ settings, origin }, { host, layout }, metadata) {
	const { dir_permissions: dirs, file_permissions: files } = host.settings;
	const links = linkedPaths(host.settings).map(({ path }) => [path, sharedLinkText(layout, path)]);
	const file = origin.revision === null ? void 0 : settings.revision_file;
	const all = [
		links,
		file ? [file, origin.revision] : [],
		[dirs ?? "", files ?? ""].join(""),
		metadata
	];
	if (all.every((given) => Object.keys(given).length === 0)) return void 0;
	return createHash("sha256").update(JSON.stringify(all)).digest("base64url").slice(0, 16);
}
/** What `records/<release>.json` says for ever: the release as it was before it was ever live, hence `failed` until then. */
function recordOf(context, station, parcel, digest) {
	const { origin, started, settings } = context;
	const additions = settings.mode === "stage" ? additionsOf(context, station, parcel.metadata) : void 0;
	const { artifact, metadata, release } = parcel;
	const given = noteOf(givenBy(context, station));
	const told = Object.entries(origin).filter(([, value]) => value !== null);
	const facts = {
		created_at: utc(started),
		...Object.fromEntries(told),
		files: artifact.files,
		bytes: artifact.bytes,
		digest,
		...given === void 0 ? {} : { given },
		...additions === void 0 ? {} : { additions }
	};
	return made(release, nextSeq(adopted(station)), facts, metadata);
}
// src/transfer/sending.ts
/** What makes the hashes that its host keeps; empty for none. */
function keyOf({ artifact, ...upload }) {
	return contentKey({
		plain: artifact.plain,
		...upload
	});
}
// src/transfer/pipes.ts
/** @param dir a directory of the run's own. */
async function openPipes(dir) {
	const address = join(dir, randomMark());
	const [out, into] = [`${address}.out`, `${address}.in`];
	await promisify(execFile)("mkfifo", [
		"-m",
		"600",
		out,
		into
	]);
	const from = new Socket({
		fd: openPipe(out),
		readable: true,
		writable: false
	});
	const to = new Socket({
		fd: openPipe(into),
		readable: false,
		writable: true
	});
	for (const end of [from, to]) end.on("error", () => end.destroy());
	to.once("finish", () => to.destroy());
	const greeting = readGreeting(from);
	const drain = () => {
		from.unpipe();
		from.resume();
	};
	return {
		address,
		greeting,
		from,
		to,
		drain,
		hangUp: () => void greeting.then(() => {
			to.destroy();
			drain();
		}),
		[Symbol.dispose]() {
			rmSync(out, { force: true });
			rmSync(into, { force: true });
			from.destroy();
			to.destroy();
		}
	};
}
/** On both sides at once: that waits for nobody, and nobody's going away ends it. */
function openPipe(path) {
	return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}
/** No argument of rsync's holds a newline: with -s, paths travel in its stream. */
function readGreeting(from) {
	let seen = Buffer.alloc(0);
	const { promise, resolve } = Promise.withResolvers();
	const look = (chunk) => {
		seen = Buffer.concat([seen, chunk]);
		const end = seen.indexOf("\n\n");
		if (end < 0) return;
		from.off("data", look);
		from.pause();
		if (end + 2 < seen.length) from.unshift(seen.subarray(end + 2));
		resolve(seen.subarray(0, end).toString().split("\n"));
	};
	from.on("data", look);
	return promise;
}
// src/transfer/rsync.ts
/** Milliseconds that the host's side has to end in after the rsync here has failed. */
const LAST_WORD = 1e3;
/** How much is kept of what rsync prints: its statistics come last. */
const OUTPUT_CAP = 16384;
/** rsync's `-e`: the bridge beside this module. */
const BRIDGE = `sh "${fileURLToPath(new URL("./bridge.sh", import.meta.url))}"`;
/**
* Runs rsync to its end.
* @returns the end of its output.
* @throws Failure whose cause is a TransientError when another try may help.
*/
async function runRsync({ dir, shell, host, signal, ...task }) {
	let exit = Promise.resolve(UNKNOWN);
	let refusal;
	let output = "";
	let errors = "";
	const onError = (data) => {
		if (errors.length < OUTPUT_CAP) errors += data.toString();
	};
	using pipes = await openPipes(dir);
	signal.throwIfAborted();
	const { promise: remote, resolve: begin } = Promise.withResolvers();
	const stop = () => {
		pipes.hangUp();
		remote.then((channel) => channel.close());
	};
	const join = async (argv) => {
		try {
			const channel = await shell.channel;
			begin(channel);
			channel.stderr.on("data", onError);
			const mark = randomMark();
			shell.run(`${call("echo", mark)}\n${task.invocation(argv.slice(1))}`);
			if (task.preface) shell.write(task.preface);
			pipes.from.on("data", (data) => task.onSent?.(data.length));
			pipes.from.pipe(channel.stdin);
			let flows = false;
			const flow = () => {
				flows = true;
				channel.stdout.pipe(pipes.to);
			};
			readTo(channel.stdout, `${mark}\n`, flow, {
				cap: PREAMBLE_CAP,
				onOverflow: stop
			});
			const end = await channel.exit;
			if (flows && end.code !== null) pipes.drain();
			else pipes.hangUp();
			return end;
		} catch (error) {
			refusal = error;
			pipes.hangUp();
			return UNKNOWN;
		}
	};
	pipes.greeting.then((argv) => {
		exit = join(argv);
	});
	signal.addEventListener("abort", stop, { once: true });
	let code;
	let end;
	try {
		code = await exec("rsync", [...task.args], {
			cwd: task.source,
			silent: true,
			ignoreReturnCode: true,
			env: plainLocale({ RELEASES_BRIDGE: pipes.address }),
			listeners: {
				stdout: (data) => {
					output = (output + data.toString()).slice(-16384);
				},
				stderr: onError
			}
		});
		end = await (code === 0 ? exit : Promise.race([exit, setTimeout$1(signal.aborted ? 0 : LAST_WORD, UNKNOWN)]));
		code ||= end.code ?? 0;
	} finally {
		signal.removeEventListener("abort", stop);
		stop();
	}
	signal.throwIfAborted();
	if (refusal !== void 0) throw unstarted(refusal, host);
	if (code !== 0 || isGarbled(errors)) throw rsyncFailure(code, end, errors, host, task.told === true);
	return output;
}
/** A figure of `--stats`, which `--no-h` leaves without separators. */
function statistic(output, name) {
	const found = new RegExp(`^${name}: (\\d+)`, "m").exec(output);
	return found ? Number(found[1]) : 0;
}
// src/transfer/flags.ts
/** Seconds without a byte after which both rsyncs give up; long, because hashing a huge file is silent. */
const SILENCE = 300;
/** Entries up to which an artifact's list is sent whole before the first file. */
const SMALL = 2e4;
/** Why each flag is there: host.md, "The flags of rsync". @param choice null: all. */
function argumentsOf(layout, upload, choice = null) {
	const { artifact, basis, dedupe } = upload;
	const chmods = [upload.dirPermissions && `D${upload.dirPermissions}`, upload.filePermissions && keepExecute(upload.filePermissions)].filter(Boolean).join(",");
	const basisFlag = dedupe === "hardlink" ? "--link-dest" : dedupe === "copy" ? "--copy-dest" : void 0;
	const everything = [
		"--delete",
		"--delete-excluded",
		...artifact.files + artifact.dirs + artifact.links < SMALL ? ["--no-inc-recursive"] : [],
		...artifact.selection
	];
	return [
		choice === null ? "-rlp" : "-lp",
		"-s",
		"--no-times",
		...upload.fresh || choice?.whole ? ["--ignore-times"] : ["--checksum"],
		...choice?.whole ? ["--whole-file"] : [],
		`--timeout=${SILENCE}`,
		"--stats",
		"--no-h",
		...chmods ? [`--chmod=${chmods}`] : [],
		...basisFlag && basis && !choice?.whole ? [`${basisFlag}=${releasePath(layout, basis)}`] : [],
		...choice === null ? everything : [`--files-from=${choice.list}`, "--from0"],
		...upload.xxh128 ? ["--checksum-choice=xxh128"] : [],
		...compressing(upload.compression),
		"-e",
		BRIDGE,
		"./",
		`host:${layout.root}/.releases/incoming/${upload.release}/`
	];
}
function compressing(compression) {
	if (compression === null) return [];
	const { choice, level } = compression;
	return [`--compress-choice=${choice}`, ...level === null ? [] : [`--compress-level=${level}`]];
}
/** `644` as rsync's --chmod wants it so that files that can be executed still can, by whoever may read them. */
function keepExecute(octal) {
	const [special = 0, ...digits] = Array.from(octal.padStart(4, "0"), Number);
	const classes = [
		"u",
		"g",
		"o"
	].map((who, at) => {
		const bits = digits[at] ?? 0;
		return `F${who}=${bits & 4 ? "r" : ""}${bits & 2 ? "w" : ""}${bits & 1 ? "x" : bits & 4 ? "X" : ""}`;
	});
	const extras = [
		"F+t",
		"Fg+s",
		"Fu+s"
	].filter((_, bit) => special & 1 << bit);
	return [...classes, ...extras].join(",");
}
// src/transfer/progress.ts
/** Seconds between two lines of progress. */
const PROGRESS_EVERY = 5;
/**
* A line every few seconds of an upload that takes that long. Counted here: rsync's own progress has a report for every file, which for
* a hundred thousand of them is more work than sending them.
*/
function reportProgress(onProgress, total) {
	const started = Date.now();
	let last = started;
	let sent = 0;
	return (bytes) => {
		sent += bytes;
		const now = Date.now();
		if (now - last < PROGRESS_EVERY * 1e3) return;
		last = now;
		const rate = sent * 1e3 / (now - started);
		const left = Math.max(0, Math.ceil((total - sent) / rate));
		onProgress(`uploading: ${prettyBytes(sent)} sent, ${prettyBytes(rate)}/s, at most ${left} s left`);
	};
}
// src/transfer/ways.ts
/** Bytes of changed files up to which they go whole: to send only what changed in them, the host would read what it has of them, twice. */
const WHOLE_CAP = 6291456;
/** Bytes of an artifact from which on it may be worth more than one channel. */
const WIDE = 33554432;
/** @param rest null: all of it. */
async function runUpload({ dir, connection, host, layout, onProgress, signal, waiting }, upload, rest) {
	const shell = waiting ?? awaitShell(connection, upload.become);
	using list = rest === null ? null : keepList(dir, rest.paths);
	const output = await runRsync({
		dir,
		shell,
		host,
		source: upload.artifact.dir,
		args: argumentsOf(layout, upload, list && rest ? {
			list: list.path,
			whole: isWhole(upload.artifact.dir, rest)
		} : null),
		...rest === null ? {} : { preface: renderRemainder(rest) },
		invocation: (argv) => invocationOf(layout, upload, rest !== null, argv),
		onSent: reportProgress(onProgress, upload.artifact.bytes),
		told: upload.xxh128 || upload.compression !== null,
		signal
	});
	return {
		bytes: statistic(output, "Total bytes sent"),
		filesChanged: statistic(output, "Number of regular files transferred")
	};
}
/** Whether what the host has otherwise is little enough to be sent without a look at that. */
function isWhole(dir, { files, gone }) {
	const there = new Set(gone);
	return sizeOf(dir, files.filter((path) => there.has(path))) <= WHOLE_CAP;
}
/** Bytes of files; more than any cap when one has gone. */
function sizeOf(dir, files) {
	const prefix = Buffer.from(`${dir}/`);
	return files.reduce((bytes, path) => {
		return bytes + (lstatSync(Buffer.concat([prefix, Buffer.from(path, "latin1")]), { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY);
	}, 0);
}
async function runExtract({ connection, host, layout, signal, waiting }, upload, rest, tarball) {
	return {
		bytes: await sendTarball({
			shell: waiting ?? awaitShell(connection, upload.become),
			invocation: call("extract", layout.root, upload.run, upload.release, keyOf(upload)),
			head: renderRemainder(rest),
			tarball,
			host,
			signal
		}),
		filesChanged: rest.files.length
	};
}
/**
* @param rest null: all of it.
* @param onPacked as of Stream.
*/
async function runStream({ dir, connection, host, layout, onProgress, signal, waiting }, upload, rest, onPacked) {
	const { artifact, become, release, run, compression } = upload;
	const shell = waiting ?? awaitShell(connection, become);
	const size = rest === null ? artifact.bytes : sizeOf(artifact.dir, rest.files);
	const lanes = size < WIDE ? null : lanesOf(connection, layout, upload);
	const words = [
		layout.root,
		run,
		release,
		...rest === null ? [] : [keyOf(upload)]
	];
	return {
		bytes: await sendStream({
			shell,
			invocation: call(lanes === null ? "pour" : "weave", ...words),
			host,
			source: artifact.dir,
			paths: rest === null ? pathsOfAll(artifact.list).all : entriesOf$1(rest),
			preface: rest && renderRemainder(rest),
			dir,
			level: compression?.level ?? 1,
			onSent: reportProgress(onProgress, size),
			onPacked,
			signal,
			lanes
		}),
		filesChanged: rest === null ? artifact.files : rest.files.length
	};
}
/** Null where nobody knows how far the host is. */
function lanesOf(connection, { root }, { become, run, release }) {
	const { roundTrip } = connection;
	if (roundTrip === null) return null;
	return {
		roundTrip,
		open(lane) {
			const shell = awaitShell(connection, become, "spare");
			shell.run(call("lane", root, run, release, String(lane)));
			return shell;
		}
	};
}
function invocationOf(layout, upload, resumes, argv) {
	const { root } = layout;
	const { release, run, leftover, dedupe, basis } = upload;
	if (resumes) return call("resume", root, run, release, keyOf(upload), ...argv);
	const clone = dedupe === "reflink" && basis ? releasePath(layout, basis) : "";
	return call("upload", root, release, leftover ?? "", clone, ...argv);
}
// src/transfer/upload.ts
/** Seconds that the hashes of an upload get after it to arrive; they have had its own time already. */
const KEEP_GRACE = 60;
/**
* What arrived stays there when it fails.
* @throws Failure whose cause is a TransientError when another try may help.
*/
async function sendArtifact(sending, upload) {
	const { artifact } = upload;
	const offer = upload.leftover === null ? upload.offer : null;
	const rest = offer === null ? null : await sending.remainderOf(offer);
	if (rest !== null) {
		const tarball = isPlain(upload) ? await sending.tarballOf(rest) : null;
		const send = async () => {
			if (tarball !== null) return runExtract(sending, upload, rest, tarball);
			if (isWhole(artifact.dir, rest) && await streams(upload)) return runStream(sending, upload, rest, () => {});
			return runUpload(sending, upload, rest);
		};
		return {
			...await send(),
			hashed: !changedSince(await sending.fingerprint, artifact.dir, rest.files)
		};
	}
	const over = new AbortController();
	const signal = AbortSignal.any([sending.signal, over.signal]);
	const keeping = keepContent({
		...sending,
		signal
	}, upload);
	const look = async () => changedSince(await sending.fingerprint, artifact.dir);
	let changed;
	const onPacked = () => {
		changed = look();
		changed.catch(() => {});
	};
	const sent = await (upload.fresh && await streams(upload) ? runStream(sending, upload, null, onPacked) : runUpload(sending, upload, null)).catch((error) => {
		over.abort();
		throw error;
	});
	const timer = setTimeout(() => over.abort(), KEEP_GRACE * 1e3);
	const kept = await keeping;
	clearTimeout(timer);
	return {
		...sent,
		hashed: kept && !await (changed ?? look())
	};
}
/** The host keeps the hashes of what it is being sent, for the next upload; without them that one only takes longer. */
async function keepContent({ connection, layout, fingerprint, signal }, upload) {
	const key = keyOf(upload);
	if (key === "") return false;
	try {
		const { content } = await fingerprint;
		if (content === null || signal.aborted || connection.connections > 1) return false;
		const shell = awaitShell(connection, upload.become);
		shell.run(call("keep", layout.root, upload.run, upload.release));
		shell.write(gzipSync(renderContent(key, content, upload.own), { level: 1 }));
		const { exit } = await endOf(shell, signal);
		return exit.code === 0;
	} catch {
		return false;
	}
}
async function streams(upload) {
	return upload.stream && isPlain(upload) && isOpen(upload.artifact) && await localStream();
}
/** The user's own permissions are rsync's to work out. */
function isPlain({ tar, dirPermissions, filePermissions }) {
	return tar && dirPermissions === void 0 && filePermissions === void 0;
}
// src/flow/terms.ts
const NOTHING = {
	xxh128: false,
	compression: null,
	tar: false,
	stream: false
};
/** The user's own flags say more than what either rsync has. */
async function termsOf(context, station, artifact) {
	const { rsync: version = "", knows = [] } = station.state ?? {};
	const ours = await localAbilities();
	const crowd = Math.min(context.hosts.length, context.settings.max_parallel) / availableParallelism();
	const { roundTrip } = station.connection;
	const compression = saysCompression(context.settings.rsync_flags ?? []) ? null : chooseCompression(ours, {
		version,
		knows
	}, roundTrip, crowd);
	const terms = {
		stream: artifact.plain && compression !== null && knows.includes("unzstd"),
		tar: artifact.plain && knows.includes("tar"),
		xxh128: artifact.plain && ours.knows.includes("xxh128") && knows.includes("xxh128"),
		compression
	};
	context.watch.debug(station.host.label, JSON.stringify({
		roundTrip,
		...terms
	}));
	return terms;
}
// src/flow/upload.ts
/** Tries of an upload after the first. */
const RETRIES = 3;
/** @param follow is given the record of the release once it is being placed. */
async function upload(context, station, parcel, signal, follow) {
	const hashed = await transfer(context, station, parcel, signal);
	const { proof, digest } = await parcel.fingerprint;
	const record = parcel.record ?? recordOf(context, station, parcel, digest);
	const given = parcel.given ?? givenBy(context, station);
	const placing = station.session.place({
		...placementOf(context, station, record, given),
		proof,
		hashed
	});
	if (!signal.aborted) follow?.(record);
	const { shadowed, armed } = await placing.catch(async (error) => {
		await carriedOut(station);
		if (!station.touched) station.placed = null;
		throw error;
	});
	for (const path of shadowed) {
		const what = path === given.revision_file ? "revision_file" : "the link into shared/";
		context.watch.note(station.host.label, `${path} of the artifact gave way to ${what}`);
	}
	station.placed = record;
	station.stirred = false;
	station.armed = armed ? parcel.release : null;
}
/** @returns whether its hashes came with it. */
async function transfer(context, station, parcel, signal) {
	const { label } = station.host;
	let terms = await termsOf(context, station, parcel.artifact);
	let tries = 0;
	const sendBy = (agreed) => send$1(context, station, parcel, {
		signal,
		agreed,
		first: tries++ === 0
	});
	const attempt = () => sendBy(terms).catch((error) => {
		if (!(error instanceof Failure && error.cause instanceof Disagreement)) throw error;
		context.watch.note(label, `${error.message}; another try, with less asked of it`);
		terms = NOTHING;
		return sendBy(terms);
	});
	return pRetry(attempt, {
		retries: RETRIES,
		minTimeout: 1e3,
		randomize: true,
		signal,
		shouldRetry: ({ error }) => error instanceof Failure && error.cause instanceof TransientError,
		onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
			if (retriesLeft === 0 || signal.aborted) return;
			if (!(error instanceof Failure && error.cause instanceof TransientError)) return;
			context.watch.note(label, `${error.message}; try ${attemptNumber + 1} of 4 goes on from what arrived`);
			if (attemptNumber > 1) terms = NOTHING;
			await reopen(context, station);
		}
	});
}
/** @returns whether its hashes came with it. */
async function send$1(context, station, parcel, { signal, agreed, first }) {
	const { host, layout } = station;
	const { release, artifact } = parcel;
	const given = parcel.given ?? givenBy(context, station);
	const sent = await sendArtifact({
		dir: context.dir,
		connection: station.connection,
		host: host.label,
		layout,
		fingerprint: parcel.fingerprint,
		remainderOf: parcel.remainderOf,
		tarballOf: parcel.tarballOf,
		onProgress: (text) => context.watch.note(host.label, text),
		signal,
		waiting: station.takeWaiting()
	}, {
		artifact,
		release,
		basis: station.current,
		dedupe: host.settings.dedupe,
		leftover: station.state?.incoming.find((name) => name !== release) ?? null,
		dirPermissions: given.dir_permissions,
		filePermissions: given.file_permissions,
		become: host.settings.become,
		run: context.id,
		own: given.revision_file ?? null,
		offer: station.state?.incoming.includes(release) ? null : station.takeOffer(),
		fresh: first && isFresh(station),
		...agreed
	});
	station.bytesSent += sent.bytes;
	station.filesChanged = sent.filesChanged;
	return sent.hashed;
}
function placementOf({ settings }, { layout }, record, given) {
	return {
		release: nameOf(record),
		record: JSON.stringify(record),
		arm: settings.mode !== "stage",
		revisionFile: given.revision === null ? "" : given.revision_file ?? "",
		revision: given.revision ?? "",
		fileMode: given.file_permissions ?? "",
		dirMode: given.dir_permissions ?? "",
		links: linkedPaths(given).map(({ kind, path }) => ({
			kind,
			path,
			text: sharedLinkText(layout, path)
		}))
	};
}
/** Whether nothing is there that the artifact could be compared with. */
function isFresh({ current, host, state }) {
	return (current === null || host.settings.dedupe === "off") && state?.incoming.length === 0;
}
/** The connection may have gone with the upload, and the lock with it: whoever had it meanwhile must have changed nothing. */
async function reopen(context, station) {
	const before = station.state?.link;
	try {
		await station.session.settle("", "");
		return;
	} catch {
		context.watch.debug(station.host.label, "the session ended with the upload; opening another");
	}
	const state = await station.open("create", Math.max(context.settings.lock_timeout, 75), "");
	if (!state.locked || state.link !== before) throw new Failure("another run worked on this host while the connection was lost", { host: station.host.label });
	await recall(context, [station]);
}
// src/flow/deliver.ts
/** `starting`: the artifact is read while the hosts are gathered; problems of both come in one report. Nothing was changed when it throws. */
async function start(course) {
	const { context } = course;
	const { settings } = context;
	await begin(course);
	const [read, gathered, git] = await Promise.allSettled([
		orAborted(readBuild(settings), context.signal),
		gather(course, { begun: true }),
		orAborted(checkGit(context), context.signal)
	]);
	const failures = [
		read,
		gathered,
		git
	].flatMap((end) => end.status === "rejected" ? failuresOf(end.reason, "starting", void 0) : []);
	if (read.status === "rejected") throw new FleetFailure("starting", failures);
	const parcel = await parcelOf(course, read.value);
	const { digest } = isStagedSomewhere(course, parcel) ? await parcel.fingerprint : {};
	const fitting = {
		...parcel,
		...digest === void 0 ? {} : { digest }
	};
	for (const station of course.fleet) {
		failures.push(...misfits(station, fitting, context.origin.run));
		failures.push(...detours(context, station, parcel.artifact));
	}
	if (failures.length > 0) throw new FleetFailure("starting", failures);
	if (!settings.dry_run) await runHooks(course, {
		when: "after",
		point: "starting"
	});
	return parcel;
}
function isStagedSomewhere({ fleet }, { release }) {
	return fleet.some((station) => historyAt(station).some(({ name, state }) => name === release && state === "staged"));
}
/** The time, or the next second that no host has a release of. */
function freeName({ context, fleet }) {
	const taken = new Set(fleet.flatMap((station) => historyAt(station).map((release) => release.name)));
	for (let time = context.started.getTime();; time += 1e3) {
		const name = nameAt(new Date(time));
		if (!taken.has(name)) return name;
	}
}
/** Its files are hashed while the hosts are being gathered. */
async function readBuild({ local_dir, exclude, rsync_flags }) {
	localStream();
	const artifact = await readArtifact(local_dir, exclude ?? [], rsync_flags ?? []);
	const fingerprint = fingerprintOf(artifact);
	fingerprint.catch(() => void 0);
	return {
		artifact,
		fingerprint
	};
}
async function parcelOf(course, { artifact, fingerprint }) {
	const { context, fleet } = course;
	const { settings, watch } = context;
	for (const remark of remarksOn(artifact, fleet)) watch.warn(void 0, remark);
	const earlier = await releaseOfEarlierAttempt(context, fleet, fingerprint);
	if (earlier !== null) watch.note(void 0, `an earlier attempt of this run deployed ${earlier} to some hosts: nothing is uploaded there again, and only what had not ended well is done again`);
	const release = earlier ?? settings.release_name ?? freeName(course);
	course.release = release;
	warnOfPins(context, fleet, release);
	return {
		release,
		artifact,
		fingerprint,
		remainderOf: createRemainders(fingerprint, settings.revision_file ?? null),
		tarballOf: createTarballs(artifact.dir, context.dir),
		metadata: settings.metadata ?? {},
		rerun: earlier !== null
	};
}
/**
* `started`, `updating` and `updated`.
* @param task the switch that comes next, if one does: a lone host may be told of it at once (ahead.ts). Without it, no host was switched
* when this throws.
*/
async function update(course, parcel, task) {
	const { context, fleet } = course;
	const { release, artifact } = parcel;
	await phase(course, "started", "commands");
	const alone = !parcel.rerun && standsAlone(course);
	const send = async (station, signal) => {
		const spare = (why) => {
			dismiss(station.takeWaiting());
			context.watch.note(station.host.label, why);
		};
		if (await isStaged$1(course, station, parcel)) return spare(`${release} is staged there already, with the same content`);
		if (parcel.rerun && station.current === release) {
			await whole$2(context, station, release);
			return spare(`serves ${release} already`);
		}
		await dropNamesake(context, station, release);
		await upload(context, station, parcel, signal, task && alone ? (placed) => tellAhead(course, station, placed, task) : void 0);
		context.watch.note(station.host.label, `${station.filesChanged} of ${artifact.files} files sent; all are there and proven whole`);
	};
	const size = `${count(artifact.files, "file")}, ${prettyBytes(artifact.bytes)}`;
	const sendAll = () => each(context, fleet, "updating", send, { together: true });
	const turn = { hosts: fleet.filter((station) => !parcel.rerun || !isFinished(station, release)) };
	await phase(course, "updating", `upload the artifact (${size}) as ${release}`, sendAll, turn);
	await phase(course, "updated", "commands before the switch", void 0, turn);
}
/** A release staged twice with the same content, and the same links into shared/, is staged once, if it is still what it was. */
async function isStaged$1({ context }, station, { release, fingerprint, metadata }) {
	const there = historyAt(station).find((candidate) => candidate.name === release && candidate.onDisk);
	if (there?.state !== "staged" || there.deploy?.digest !== (await fingerprint).digest) return false;
	if (there.deploy.additions !== additionsOf(context, station, metadata)) return false;
	if (there.deploy.stirred) {
		context.watch.note(station.host.label, `${release} is staged there, as its commands changed it: it is made anew`);
		return false;
	}
	const seen = await station.session.verify(release);
	if (!seen?.known || seen.missing + seen.changed > 0) {
		context.watch.note(station.host.label, `${release} is staged there, but not what it was any more`);
		return false;
	}
	station.placed = station.entries.find((entry) => nameOf(entry) === release) ?? null;
	return true;
}
// src/transfer/compare.ts
/** @param dir of the run's own on the runner; `place`:  absolute path of the release on the host that the artifact is compared with. */
async function compareArtifact(dir, connection, host, artifact, place, signal) {
	const args = [
		...[
			"-n",
			"-rlp",
			"-s",
			"--no-times",
			"--checksum",
			"--stats",
			"--no-h"
		],
		...artifact.selection,
		"-e",
		BRIDGE,
		"./",
		`host:${place}/`
	];
	const output = await runRsync({
		dir,
		shell: awaitShell(connection, host.become),
		host: host.label,
		source: artifact.dir,
		args,
		invocation: (argv) => call("exec", ...argv),
		signal
	});
	return {
		files: statistic(output, "Number of regular files transferred"),
		bytes: statistic(output, "Total transferred file size")
	};
}
// src/flow/fate.ts
/** With `keep`, its mark in the manifest is all; `archive` and `remove` take it from the disk, which a damaged manifest forbids. */
function fateOf(context, station, release) {
	const left = leftBy(context, station, release);
	const { on_rollback: fate } = context.settings;
	const { state, host } = station;
	if (fate === "keep" || left === null || left === release || !state || state.damage) return null;
	if (isSpared(context, station, left, release)) return {
		left,
		stays: `it came before ${release}`
	};
	if (host.settings.pinned_releases?.includes(left)) return {
		left,
		stays: "it is pinned"
	};
	if (state.served.includes(left)) return {
		left,
		stays: "another link leads to it"
	};
	return {
		left,
		goes: fate
	};
}
/** To go forward by name is no verdict on what is left; who names nothing goes away from it. */
function isSpared({ settings }, station, left, release) {
	return settings.release !== void 0 && isForward(station, left, release);
}
function isForward(station, left, release) {
	const names = historyAt(station).map(({ name }) => name);
	return names.indexOf(left) < names.indexOf(release);
}
async function leaveBehind(context, station, release) {
	const fate = fateOf(context, station, release);
	if (fate === null) return;
	const { session, host } = station;
	const { left } = fate;
	if ("stays" in fate) return context.watch.note(host.label, `${left} stays: ${fate.stays}`);
	if (fate.goes === "archive") {
		await session.archive(left);
		context.watch.note(host.label, `archived ${left} as rolled-back-release-${left}.tar.gz`);
	}
	const before = station.entries;
	const event = eventLine(context, "prune", {
		releases: [left],
		why: `on_rollback: ${fate.goes}`,
		outcome: "pruned"
	});
	const { kept, noise } = await removeFrom(station, {
		remove: [left],
		before,
		after: without(before, [left]),
		event
	});
	const said = noise.trim();
	if (kept.includes(left)) return context.watch.warn(host.label, `could not remove ${left}${said ? `: ${said}` : ""}`);
	context.watch.note(host.label, `removed ${left}`);
}
// src/flow/plan.ts
/** Tells the plan of every host; the outcome is `planned`. */
async function tell(course, title, work) {
	const { context, fleet } = course;
	context.watch.phase("starting", title);
	try {
		await each(context, fleet, "starting", async (station) => {
			const say = (text) => context.watch.note(station.host.label, `would ${text}`);
			if (isHeld(station.state)) say("first wait for the lock that another run holds");
			await work(station, say);
		});
	} catch (error) {
		return failedOutcome(course, failuresOf(error, "starting", "Nothing was changed on any host."));
	}
	return outcomeOf(course, {
		status: "planned",
		release: null
	});
}
function planDeploy(course, parcel) {
	const { release, artifact } = parcel;
	const staging = course.context.settings.mode === "stage";
	return tell(course, `what would be done for ${release} (dry_run)`, async (station, say) => {
		const sent = await difference$1(course, station, artifact);
		say(`send ${sent.files} of ${artifact.files} files (${prettyBytes(sent.bytes)}) as ${release}`);
		for (const { path } of linkedPaths(station.host.settings)) say(`link ${path} into shared/`);
		const { revision_file: file } = course.context.settings;
		if (file && course.context.origin.revision !== null) say(`write the commit to ${file}`);
		tellCommands(course, station, say, before$1);
		if (!staging) tellSwitch(course, station, say, release);
		tellCommands(course, station, say, afterwards);
		if (!staging) tellRemoval(station, say, release);
	});
}
function planSwitch(course) {
	const { release } = course;
	return tell(course, `what would be done for ${release} (dry_run)`, (station, say) => {
		tellCommands(course, station, say, before$1);
		tellSwitch(course, station, say, release);
		tellCommands(course, station, say, afterwards);
		const { mode } = course.context.settings;
		if (mode === "publish") tellRemoval(station, say, release);
		const fate = mode === "rollback" ? fateOf(course.context, station, release) : null;
		if (fate === null) return;
		if ("stays" in fate) say(`keep ${fate.left}: ${fate.stays}`);
		else say(`${fate.goes === "archive" ? "archive and remove" : "remove"} ${fate.left}`);
	});
}
function planPrunes(course) {
	return tell(course, "what would be removed (dry_run)", (station, say) => tellRemoval(station, say, null));
}
/** Compared with the release that the host serves; all of the artifact when it serves none. */
function difference$1({ context }, station, artifact) {
	const { connection, current, layout, host } = station;
	if (current === null) return Promise.resolve({
		files: artifact.files,
		bytes: artifact.bytes
	});
	const told = {
		label: host.label,
		become: host.settings.become
	};
	return compareArtifact(context.dir, connection, told, artifact, releasePath(layout, current), context.signal);
}
function tellSwitch(course, station, say, release) {
	tellCommands(course, station, say, [{
		when: "before",
		point: "publishing"
	}]);
	if (station.current === release) say(`leave the link as it is: it leads to ${release}`);
	else say(`switch from ${leadsTo(station)} to ${release}`);
	tellCommands(course, station, say, [{
		when: "after",
		point: "publishing"
	}, ...momentsOf(["published"])]);
	if (station.host.settings.health_check_command) say("run health_check_command (after published)");
}
/** Around a switch; a mode passes some of them. */
const before$1 = momentsOf([
	"starting",
	"started",
	"updating",
	"updated",
	"reverting",
	"reverted"
]);
const afterwards = momentsOf([
	"finishing",
	"finishing_rollback",
	"finished"
]);
function tellCommands(course, station, say, moments) {
	for (const { at, name } of commandsAt(course, station, moments)) say(`run ${name} (${at})`);
}
function tellRemoval(station, say, release) {
	const { remove } = removalAt(station, release === null ? historyAt(station) : historyWith(station, release), release ?? station.current);
	say(remove.length === 0 ? "remove no release" : `remove ${remove.join(", ")}`);
}
/** The station's releases as they would be with `release` live. */
function historyWith(station, release) {
	const state = station.state;
	const entries = adopted(station);
	const all = entries.some((entry) => entry.release === release) ? entries : [...entries, made(release, Number.MAX_SAFE_INTEGER - 1, { created_at: "" })];
	const disk = [.../* @__PURE__ */ new Set([...state?.disk ?? [], release])];
	return historyOf({
		entries: activated(all, release, /* @__PURE__ */ new Date()),
		disk,
		records: state?.records ?? [],
		current: release
	});
}
// src/transfer/artifact_cache.ts
/** Seconds for an errand at most; the courier gives up a service that stands still long before (stall.ts). */
const LIMIT = {
	save: 600,
	restore: 600,
	look: 15
};
/**
* The key of an artifact: of its name among the releases of one place, and its content. `scope` tells that place from others that may
* have a release of the same name.
*/
function cacheKey(scope, release, digest) {
	return `${keyPrefix(scope, release)}${digest.replace("sha256:", "")}`;
}
/** What the keys of all artifacts of that name begin with. */
function keyPrefix(scope, release) {
	return `releases-deploy/${createHash("sha256").update(scope).digest("hex").slice(0, 12)}/${release}/`;
}
/** The digest that a key promises. */
function digestIn(key) {
	return `sha256:${key.slice(key.lastIndexOf("/") + 1)}`;
}
/** Whether a runner offers a cache that may be read (or written): without one, nothing is tried and nothing is waited for. */
function isCacheOffered(to, env = process.env) {
	const service = env.ACTIONS_CACHE_SERVICE_V2 && env.ACTIONS_RESULTS_URL || env.ACTIONS_CACHE_URL;
	const mode = env.ACTIONS_CACHE_MODE || "write";
	const allowed = to === "read" ? mode === "read" || mode === "write" : mode === "write" || mode === "write-only";
	return Boolean(service && env.ACTIONS_RUNTIME_TOKEN) && allowed;
}
/** @returns whether it is in the cache now. Never throws. */
async function saveArtifact(errand, signal) {
	const dir = await workspace();
	try {
		const saved = await send({
			...errand,
			verb: "save"
		}, dir, signal);
		return saved !== null && saved.length > 0;
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
/** @returns `absent` when the cache does not have it, `silent` when it did not say or send it in time. */
async function restoreArtifact(keys, signal) {
	const dir = await workspace();
	const remove = () => rm(dir, {
		recursive: true,
		force: true
	});
	const found = await send({
		verb: "restore",
		keys
	}, dir, signal);
	const key = found?.[0];
	if (key === void 0) {
		await remove();
		return found === null ? "silent" : "absent";
	}
	const record = await readFile(join(dir, "record.json"), "utf8").catch(() => "");
	return {
		dir: join(dir, "tree"),
		key,
		record,
		[Symbol.asyncDispose]: remove
	};
}
/** Those of `keys` that the cache has, as far as it told in time; null when it told nothing. */
async function keysInCache(keys, signal) {
	if (keys.length === 0) return /* @__PURE__ */ new Set();
	const dir = await workspace();
	try {
		const found = await send({
			verb: "look",
			keys
		}, dir, signal);
		return found === null ? null : new Set(found);
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
function workspace() {
	const temp = process.env.RUNNER_TEMP;
	return mkdtemp(join(temp && existsSync(temp) ? temp : tmpdir(), "releases-cache-"));
}
/** The courier's findings, as far as it got in its time; null when it had none to tell. It and what it started end with `signal`. */
async function send(errand, dir, signal) {
	const program = fileURLToPath(ownProgram("courier"));
	const child = spawn(process.execPath, [program, JSON.stringify(errand)], {
		cwd: dir,
		env: plainLocale({
			GITHUB_WORKSPACE: dir,
			RUNNER_TEMP: dir,
			ACTIONS_RUNTIME_TOKEN: process.env.ACTIONS_RUNTIME_TOKEN ?? ""
		}),
		stdio: [
			"pipe",
			"ignore",
			"ignore"
		],
		detached: true
	});
	const kill = () => {
		try {
			process.kill(-child.pid, "SIGKILL");
		} catch {}
	};
	const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT[errand.verb] * 1e3)]);
	if (limit.aborted) kill();
	limit.addEventListener("abort", kill, { once: true });
	await once(child, "close").catch(() => void 0);
	limit.removeEventListener("abort", kill);
	try {
		return JSON.parse(await readFile(join(dir, "found"), "utf8"));
	} catch {
		return null;
	}
}
// src/flow/safekeeping.ts
/** Seconds that a run which is otherwise over waits for the cache. */
const PATIENCE = 60;
/** Tells a place from others that may have a release of the same name: staging from production. */
function scopeOf({ context, all }) {
	const places = all.map(({ host, layout }) => `${host.name} ${layout.root}`).sort();
	return context.settings.target ?? places.join("\n");
}
/** Begins to keep the artifact; it goes on beside the run. */
function keep(course, parcel) {
	const { context, fleet } = course;
	const { settings, watch } = context;
	const [first] = fleet;
	if (!settings.artifact_cache || settings.dry_run || !first || !isCacheOffered("write")) {
		if (settings.artifact_cache && !settings.dry_run) watch.note(void 0, "no Actions cache can be written here: the artifact is not kept");
		return {
			done: async () => {},
			[Symbol.asyncDispose]: async () => {}
		};
	}
	const stop = new AbortController();
	const work = async () => {
		const { digest } = await parcel.fingerprint;
		const given = fleet.map((station) => [station.host.label, noteOf(givenBy(context, station)) ?? {}]);
		const entry = recordOf(context, first, parcel, digest);
		const record = JSON.stringify({
			entry,
			given: Object.fromEntries(given)
		});
		const { dir, selection } = parcel.artifact;
		const kept = await saveArtifact({
			keys: [cacheKey(scopeOf(course), parcel.release, digest)],
			dir,
			selection,
			record
		}, stop.signal);
		watch.note(void 0, kept ? "the artifact is in the Actions cache" : "the artifact is not in the Actions cache: it could not be packed, or the service did not take it in time");
	};
	const saving = work().catch((error) => watch.debug(void 0, `artifact_cache: ${failureFrom(error).message}`));
	return {
		async done() {
			const end = () => stop.abort();
			const limit = setTimeout(end, PATIENCE * 1e3);
			context.signal.addEventListener("abort", end, { once: true });
			if (context.signal.aborted) end();
			await saving;
			clearTimeout(limit);
		},
		async [Symbol.asyncDispose]() {
			stop.abort();
			await saving;
		}
	};
}
// src/modes/deploy.ts
async function deploy(course) {
	const { context } = course;
	let parcel;
	try {
		parcel = await start(course);
	} catch (error) {
		return failed(course, failuresOf(error, "starting", "Nothing was changed on any host."));
	}
	if (context.settings.dry_run) return planDeploy(course, parcel);
	const release = parcel.release;
	await using keeping = keep(course, parcel);
	const task = {
		release,
		event: "deploy",
		entries: (station) => activated(entriesWithPlaced(station, ""), release, /* @__PURE__ */ new Date()),
		detail: (station) => ({
			bytes: station.bytesSent,
			outcome: "live"
		})
	};
	let at = "updating";
	try {
		await update(course, parcel, task);
		at = "publishing";
		await switchFleet(course, task);
	} catch (error) {
		const done = await Promise.all(course.fleet.map(carriedOut));
		const failures = failuresOf(error, at, void 0);
		if (at === "publishing") takeOver(course, reasonOf(failures));
		if (!course.fleet.some((station) => station.touched)) return failedUnswitched(course, failuresOf(error, at, noneSwitched(course)));
		if (!done.every(Boolean)) {
			const ending = await putRight(course, failures, entriesBefore);
			return failed(course, ending.failures, ending.status);
		}
		await switchFleet({
			...course,
			context: undisturbed(context)
		}, task);
	}
	await finish(course, "finishing", "prune", async (station) => {
		await prune(context, station);
	});
	await keeping.done();
	return outcomeOf(course, {
		status: "deployed",
		release
	});
}
// src/flow/retrieval.ts
/** Releases that `list` asks the cache for. */
const ASKED = 20;
/**
* Brings a release back to every host that lacks it: restored, its content compared with its digest, uploaded and proven whole.
* @returns its name; null when the cache cannot help.
* @throws FleetFailure when a host does not take it; Failure when it is not what it should be.
*/
async function bringBack(course) {
	const { context, fleet } = course;
	const { settings, watch } = context;
	const release = settings.release ?? wanted(fleet);
	if (!settings.artifact_cache || release === null || !isCacheOffered("read")) return null;
	const lacking = fleet.filter((station) => !has(station, release));
	if (lacking.length === 0) return null;
	if (settings.dry_run) {
		watch.note(void 0, `a dry run does not ask the Actions cache for ${release}; the rollback itself would`);
		return null;
	}
	watch.phase("reverting", `bring ${release} back from the Actions cache to ${count(lacking.length, "host")}`);
	const known = digestOf(fleet, release);
	const scope = scopeOf(course);
	const answer = await restoreArtifact(known === null ? [keyPrefix(scope, release)] : [cacheKey(scope, release, known)], context.signal);
	await using restored = typeof answer === "string" ? null : answer;
	context.signal.throwIfAborted();
	if (restored === null) {
		watch.note(void 0, answer === "absent" ? `the Actions cache does not have ${release}` : `the Actions cache did not send ${release} whole and in time; run this again to ask it again`);
		return null;
	}
	const artifact = await readArtifact(restored.dir, [], []);
	const fingerprint = await fingerprintOf(artifact);
	const { digest } = fingerprint;
	if (digest !== (known ?? digestIn(restored.key))) throw new Failure(`what the Actions cache has for ${release} is not what was deployed`, {
		phase: "reverting",
		unchanged: "No host was switched.",
		remedy: "Delete that cache entry (Actions, Caches), and deploy the commit of that release again."
	});
	const parcel = {
		release,
		artifact,
		fingerprint: Promise.resolve(fingerprint),
		remainderOf: async () => null,
		tarballOf: async () => null,
		metadata: {},
		rerun: false
	};
	const kept = parsed(restored.record, release);
	await each(context, lacking, "reverting", async (station, signal) => {
		const again = remade(station, kept, release);
		await upload(context, station, {
			...parcel,
			...again
		}, signal);
		admit(station, release);
		watch.note(station.host.label, `has ${release} again`);
	});
	return release;
}
/** A release put back is one among the others, not one that this run made. */
function admit(station, release) {
	const { placed, state, entries } = station;
	if (!placed || !state) return;
	station.entries = [...entries.filter((entry) => nameOf(entry) !== release), placed];
	station.state = {
		...state,
		disk: [...state.disk, release]
	};
	station.placed = null;
	station.restored = true;
}
function has(station, release) {
	return historyAt(station).some((one) => one.name === release && one.onDisk);
}
/** Where a rollback would go if every host still had what any of them has. */
function wanted(fleet) {
	return fleet.flatMap((station) => candidates(historyAt(station), station.current))[0] ?? null;
}
function digestOf(fleet, release) {
	return fleet.map((station) => historyAt(station).find((one) => one.name === release)?.deploy?.digest).find((digest) => typeof digest === "string") ?? null;
}
/**
* What is on record of a release that is made once more, and what it was given: the host's own record says it, or what was kept with the
* artifact. Nothing that another host says becomes a record here, or a file.
*/
function remade(station, kept, release) {
	const own = station.entries.find((entry) => nameOf(entry) === release);
	if (own) return {
		record: own,
		given: givenIn(own)
	};
	const deploy = kept && deployOf(kept.entry);
	const note = kept?.given[station.host.label];
	const given = isNote(note) ? givenFrom(note, deploy?.revision) : void 0;
	if (!kept || !deploy) return {};
	const { given: _, ...others } = {
		...deploy,
		state: "live",
		activations: [],
		activated_at: []
	};
	const noted = given && noteOf(given);
	return {
		record: {
			...kept.entry,
			deploy: {
				...others,
				...noted ? { given: noted } : {}
			}
		},
		...given ? { given } : {}
	};
}
function isNote(note) {
	return typeof note === "object" && note !== null && !Array.isArray(note);
}
function parsed(text, release) {
	const { entry, given } = readObject(text) ?? {};
	try {
		const [known] = parseManifest(JSON.stringify([entry]));
		return known && nameOf(known) === release ? {
			entry: known,
			given: isNote(given) ? given : {}
		} : void 0;
	} catch {
		return;
	}
}
/** Says which releases that some host lacks could be brought back to it. */
async function tellKept(course) {
	const { context, fleet } = course;
	if (!context.settings.artifact_cache || !isCacheOffered("read")) return;
	const keys = new Map(lackedIn(fleet).map(({ name, digest }) => [cacheKey(scopeOf(course), name, digest), name]));
	const found = await keysInCache([...keys.keys()].slice(0, ASKED), context.signal);
	if (found === null) return context.watch.note(void 0, "the Actions cache does not answer");
	const back = [...found].flatMap((key) => keys.get(key) ?? []);
	if (back.length > 0) context.watch.note(void 0, `could be brought back from the Actions cache: ${back.join(", ")}`);
}
/** The releases that some host lacks and whose digest one of them knows, the last first. */
function lackedIn(fleet) {
	const histories = fleet.map((station) => new Map(historyAt(station).map((one) => [one.name, one])));
	return [...new Set(histories.flatMap((history) => [...history.keys()]))].toReversed().flatMap((name) => {
		const known = histories.map((history) => history.get(name));
		if (known.every((one) => one?.onDisk)) return [];
		const digest = known.map((one) => one?.deploy?.digest).find((each) => typeof each === "string");
		return digest === void 0 ? [] : [{
			name,
			digest
		}];
	});
}
// src/modes/list.ts
async function list(course) {
	const { context } = course;
	try {
		await gather(course);
	} catch (error) {
		return failedOutcome(course, failuresOf(error, "starting", "Nothing was changed on any host."));
	}
	for (const station of course.fleet) tellState(context, station);
	tellDrift(context, course.fleet);
	await tellKept(course);
	return outcomeOf(course, {
		status: "listed",
		release: null
	});
}
// src/modes/prune.ts
async function pruneAll(course) {
	const { context } = course;
	const { settings, watch } = context;
	try {
		await gather(course);
		warnOfPins(context, course.fleet, null);
	} catch (error) {
		return failedOutcome(course, failuresOf(error, "starting", "Nothing was changed on any host."));
	}
	if (settings.dry_run) return planPrunes(course);
	watch.phase("finishing", "prune");
	try {
		await each(context, course.fleet, "finishing", async (station) => {
			if ((await prune(context, station)).length === 0) watch.note(station.host.label, "nothing to remove");
		});
	} catch (error) {
		return failedOutcome(course, failuresOf(error, "finishing", "The current release is untouched on every host."));
	}
	return outcomeOf(course, {
		status: "pruned",
		release: null
	});
}
// src/release/staged.ts
/**
* The named release; or what the run has staged since an earlier attempt of it published, else what that published; or the newest that is
* staged and newer than what is served. On every host, staged or current there already.
*/
function chooseStaged(hosts, { named, run, earlier }) {
	const release = named ?? chooseAgain(hosts, run, earlier) ?? newest(hosts, ({ current }) => current);
	if (release === void 0) return { refusals: [nothingStaged(hosts)] };
	const refusals = hosts.flatMap((position) => barAt(position, release) ?? []);
	return refusals.length > 0 ? { refusals } : { release };
}
/** A second attempt goes on with what the first began. */
function chooseAgain(hosts, run, earlier) {
	if (earlier === null) return void 0;
	return newest(hosts, () => earlier, ({ deploy }) => deploy?.run === run) ?? earlier;
}
/** The last staged one that came after `bound` did, and that every host can go to; else the last of any host. */
function newest(hosts, bound, counts = () => true) {
	const names = hosts.map((position) => {
		const since = position.history.findIndex(({ name }) => name === bound(position)) + 1;
		return position.history.slice(since).filter((release) => isStaged(release) && counts(release)).map(({ name }) => name);
	});
	const goals = hosts.map(goalsAt);
	const ready = (name) => goals.every((goal) => goal.has(name));
	return names.flatMap((each) => each.findLast(ready) ?? [])[0] ?? names.flat().at(-1);
}
function isStaged({ state, onDisk }) {
	return state === "staged" && onDisk;
}
/** What a host can go to, as `barAt` has it. */
function goalsAt({ history, current }) {
	return /* @__PURE__ */ new Set([...history.filter(isStaged).map(({ name }) => name), current]);
}
/** Why a host cannot go there; null when it can. */
function barAt({ host, history, current }, release) {
	const found = history.find(({ name }) => name === release);
	if (current === release || found && isStaged(found)) return null;
	const remedy = found?.onDisk ? "To go to a release that was live, use `mode: rollback` with `release`." : "Run `mode: stage` for it.";
	if (!found) return refuse(`release ${release} is not staged here`, remedy, host);
	if (!found.onDisk) return refuse(`release ${release} is not staged here any more: ${whyGone(history, found)}`, remedy, host);
	return refuse(`release ${release} is ${found.state} here, not staged`, remedy, host);
}
/** A staged release that is older than what went live is what a prune removes. */
function whyGone(history, gone) {
	return history.slice(history.indexOf(gone) + 1).some(({ activations }) => activations.length > 0) ? "a newer one went live since, and it was removed" : "it is gone from the disk";
}
function nothingStaged(hosts) {
	const older = hosts.flatMap(({ history }) => history.filter(isStaged)).at(-1);
	if (!older) return refuse("no release is staged", "Run `mode: stage` first.");
	return refuse("no release is staged that is newer than what is served", `Run \`mode: stage\` first, or name the older one: \`release: ${older.name}\`.`);
}
function refuse(message, remedy, host = null) {
	return {
		message,
		remedy,
		host
	};
}
// src/modes/publish.ts
async function publish(course) {
	const { context } = course;
	const { settings } = context;
	try {
		await gather(course, { verify: settings.release ?? "@staged" });
		warnOfPins(context, course.fleet, null);
		course.release = choose$1(course);
		await each(context, course.fleet, "starting", (station) => whole$2(context, station, course.release));
		if (!settings.dry_run) {
			await runHooks(course, {
				when: "after",
				point: "starting"
			});
			await phase(course, "started", "commands");
		}
	} catch (error) {
		const failures = failuresOf(error, "starting", "Nothing was changed on any host.");
		if (course.release !== null && !settings.dry_run) await keepForInspection(course, failures);
		return failed(course, failures);
	}
	const release = course.release;
	if (settings.dry_run) return planSwitch(course);
	try {
		await switchFleet(course, {
			release,
			event: "publish",
			entries: (station) => publishedIn(activated(adopted(station), release, /* @__PURE__ */ new Date()), release, context.origin.run),
			detail: () => ({ outcome: "live" })
		});
	} catch (error) {
		return failedSwitch(course, error, (station) => station.state?.entries ?? []);
	}
	await finish(course, "finishing", "prune", async (station) => {
		await prune(context, station);
	});
	return outcomeOf(course, {
		status: "published",
		release
	});
}
function choose$1({ context, fleet }) {
	const choice = chooseStaged(fleet.map(positionOf), {
		named: context.settings.release,
		run: context.origin.run,
		earlier: publishedByEarlierAttempt(context, fleet)
	});
	if ("release" in choice) return choice.release;
	throw new FleetFailure("starting", choice.refusals.map(({ message, remedy, host }) => {
		const concerned = fleet.filter((station) => host === null || station.host.label === host);
		for (const station of concerned) station.error ??= message;
		return new Failure(message, {
			...host === null ? {} : { host },
			phase: "starting",
			remedy
		});
	}));
}
// src/modes/repair.ts
async function repair(course) {
	const { context } = course;
	const { settings, watch } = context;
	try {
		await gather(course);
	} catch (error) {
		return failedOutcome(course, failuresOf(error, "starting", "Nothing was changed on any host."));
	}
	watch.phase("finishing", settings.dry_run ? "what would be repaired (dry_run)" : "repair");
	try {
		await each(context, course.fleet, "finishing", (station) => mend(course, station));
	} catch (error) {
		return failedOutcome(course, failuresOf(error, "finishing", "The link is untouched on every host."));
	}
	return outcomeOf(course, {
		status: settings.dry_run ? "planned" : "repaired",
		release: null
	});
}
async function mend({ context }, station) {
	const { host, session, state } = station;
	if (!state) return;
	if (state.absent) {
		context.watch.note(host.label, "nothing to repair: a deploy makes what it needs");
		return;
	}
	const dry = context.settings.dry_run;
	const say = (done, plan) => context.watch.note(host.label, dry ? `would ${plan}` : done);
	if (state.damage?.future) throw new Failure("a newer version of this action wrote manifest.json", {
		host: host.label,
		remedy: "Use that version: this one would lose what it cannot read."
	});
	const unknown = historyAt(station).filter((release) => release.state === "unknown");
	const entries = withAdopted(adopted(station), unknown.map((release) => release.name));
	const broken = state.damage !== null || state.outdated === true;
	const lost = broken || state.manifest === "absent" && entries.length > 0;
	const was = state.damage ? "broken" : "older";
	const keptAs = broken ? `manifest.json.${was}-${nameAt(context.started)}` : "";
	const rebuilt = lost || unknown.length > 0;
	if (!dry && rebuilt) await session.restore(renderManifest(entries), keptAs);
	if (lost) {
		const kept = keptAs && `; the ${was} one is kept as ${keptAs}`;
		say(`rebuilt manifest.json with ${count(entries.length, "release")}${kept}`, `rebuild manifest.json with ${count(entries.length, "release")}`);
	}
	for (const { name } of unknown) say(`adopted ${name}`, `adopt ${name}`);
	const leftovers = state.leftovers.length + state.incoming.length;
	if (dry && leftovers > 0) context.watch.note(host.label, `would remove ${count(leftovers, "leftover")}`);
	if (!rebuilt && leftovers === 0) context.watch.note(host.label, "nothing to repair");
	if (dry) return;
	const why = state.damage?.message ?? `manifest.json was ${state.outdated ? "older than the log" : "missing"}`;
	const event = eventLine(context, "repair", {
		outcome: "repaired",
		...lost ? { why } : {},
		releases: unknown.map((release) => release.name)
	});
	const { left, noise } = await session.finish("", rebuilt || leftovers > 0 ? event : "", []);
	warnOfLeft(context, station, left, noise);
	if (left < leftovers) context.watch.note(host.label, `removed ${count(leftovers - left, "leftover")}`);
	station.entries = entries;
	station.state = {
		...state,
		damage: null,
		outdated: false,
		manifest: "present"
	};
}
// src/release/rollback.ts
/**
* Without `named`: where hosts differ, what one of them serves and all others served before; else the first of the first host's
* candidates that every host has, good on all.
*/
function chooseTarget(hosts, named) {
	return named === void 0 ? choosePrevious(hosts) : chooseNamed(hosts, named);
}
function choosePrevious(hosts) {
	const served = new Set(hosts.flatMap(({ current }) => current ?? []));
	const offers = hosts.map(offerOf);
	const level = [...served].find((name) => served.size > 1 && offers.every(({ current, before }) => current === name || before.has(name)));
	if (level !== void 0) return { release: level };
	for (const { before } of offers) {
		const found = [...before].find((name) => offers.every(({ current, good }) => current === name || good.has(name)));
		if (found !== void 0) return { release: found };
	}
	return {
		refusal: `there is no earlier good release ${hosts.length === 1 ? `on ${hosts[0]?.host}` : "that all hosts have"}`,
		remedy: remedyFor(hosts, offers)
	};
}
function offerOf({ history, current }) {
	return {
		current,
		before: new Set(candidates(history, current)),
		good: goodOf(history)
	};
}
/** A host that was added later has nothing to go back to with the others, who can go without it. */
function remedyFor(hosts, offers) {
	const goals = new Set(offers.flatMap(({ before }) => [...before]));
	const goes = ({ current, good }) => current !== null && goals.has(current) || [...good].some((name) => goals.has(name));
	const others = hosts.filter((_, at) => goes(offers[at]));
	const lacking = hosts.filter((position) => !others.includes(position));
	if (lacking.length === 0 || others.length === 0 || "refusal" in choosePrevious(others)) return "Run `mode: list` to see what each host has, and name one with `release`.";
	return `Leave ${series(lacking.map(({ host }) => host))} out of \`hosts\` for this run: none of the releases that the others could go back to is there.`;
}
function chooseNamed(hosts, named) {
	if (hosts.every((position) => position.current === named)) return {
		refusal: `release ${named} is already current`,
		remedy: "Nothing needs to be done."
	};
	const lacking = hosts.filter(({ history }) => !history.some((r) => r.name === named && r.onDisk));
	if (lacking.length > 0) return {
		refusal: `release ${named} is not on ${lacking.map((position) => position.host).join(", ")}`,
		remedy: "Run `mode: list` to see what each host has."
	};
	const bars = hosts.flatMap(({ host, history }) => {
		const bar = barred.get(history.find((release) => release.name === named)?.state ?? "");
		return bar ? [{
			host,
			...bar
		}] : [];
	});
	if (bars.length > 0) {
		const each = (key, between) => [...new Set(bars.map((bar) => bar[key]))].join(between);
		return {
			refusal: `${named} is no release to go back to on ${bars.map(({ host }) => host).join(", ")}: ${each("why", ", or ")}`,
			remedy: each("remedy", " ")
		};
	}
	return { release: named };
}
/**
* The states of no target, and what else may be done (flow.md, "Failure"). A bad one may be named, and one that nobody vouches for: who
* does knows why.
*/
const barred = /* @__PURE__ */ new Map([["failed", {
	why: "it failed",
	remedy: "Deploy it anew."
}], ["staged", {
	why: "it is only staged",
	remedy: "Publish it with `mode: publish`."
}]]);
// src/modes/rollback.ts
async function rollback(course) {
	const { context } = course;
	const { settings } = context;
	try {
		await gather(course, { verify: settings.release ?? "@previous" });
		course.release = await choose(course);
		if (settings.dry_run) {
			await each(context, course.fleet, "reverting", (station) => whole$2(context, station, course.release));
			return planSwitch(course);
		}
		await runHooks(course, {
			when: "after",
			point: "starting"
		});
		await phase(course, "started", "commands");
		await phase(course, "reverting", `show that ${course.release} is whole everywhere`, () => each(context, course.fleet, "reverting", (station) => whole$2(context, station, course.release)));
		await phase(course, "reverted", "commands before the switch");
	} catch (error) {
		const failures = failuresOf(error, "starting", "No host was switched.");
		if (course.release !== null && !settings.dry_run) await keepForInspection(course, failures);
		return failed(course, failures);
	}
	const release = course.release;
	const again = targetOfEarlierAttempt(context, course.fleet) === release;
	const entriesOf = new Map(course.fleet.map((station) => [station, station.entries]));
	try {
		await switchFleet(course, {
			release,
			event: "rollback",
			entries: (station) => noteRun(course, station, activated(markLeft(course, station), release, /* @__PURE__ */ new Date())),
			detail: (station) => {
				const left = servedBefore(station);
				return {
					...left !== null && settings.release === void 0 && isForward(station, left, release) ? { left: "bad" } : {},
					outcome: "live"
				};
			},
			again
		});
	} catch (error) {
		return failedSwitch(course, error, (station) => entriesOf.get(station) ?? []);
	}
	await finish(course, "finishing_rollback", `the release left behind (on_rollback: ${settings.on_rollback})`, async (station) => {
		await noteFinished(station, release);
		await leaveBehind(context, station, release);
	});
	return outcomeOf(course, {
		status: "rolled_back",
		release
	});
}
async function choose(course) {
	const { context, fleet } = course;
	const target = (named) => chooseTarget(fleet.map(positionOf), named);
	const again = targetOfEarlierAttempt(context, fleet);
	const named = context.settings.release ?? again ?? void 0;
	if (again !== null && again === named && fleet.every((station) => station.current === again)) {
		context.watch.note(void 0, `an earlier attempt of this run went back to ${again}; it stays`);
		return again;
	}
	let choice = target(named);
	if ("refusal" in choice) {
		const back = await bringBack(course);
		if (back !== null) choice = target(back);
	}
	if ("release" in choice) {
		warnOfPast(context, fleet, choice.release);
		return choice.release;
	}
	for (const station of fleet) station.error ??= choice.refusal;
	throw new FleetFailure("reverting", [new Failure(choice.refusal, {
		phase: "reverting",
		remedy: choice.remedy
	})]);
}
function warnOfPast({ watch }, fleet, release) {
	for (const station of fleet) {
		const found = historyAt(station).find((each) => each.name === release);
		if (found?.deploy?.unfinished) watch.warn(station.host.label, `what follows a switch never ended well for ${release}: see that it works, or name another with \`release\``);
		if (found?.state === "unknown") watch.warn(station.host.label, `nobody vouches for ${release}, or knows whether it is whole; it is gone back to because it was named`);
		if (found?.state !== "bad") continue;
		const why = found.deploy?.reason ? `: ${found.deploy.reason}` : "";
		watch.warn(station.host.label, `${release} is marked bad${why}; it is gone back to because it was named`);
	}
}
/** What had not ended well when it was deployed has now. */
async function noteFinished(station, release) {
	if (station.state?.damage || isFinished(station, release)) return;
	const entries = finished$1(station.entries, release);
	await station.session.settle(renderManifest(entries), "");
	station.entries = entries;
}
/** A second attempt goes by it. */
function noteRun({ context, release }, station, entries) {
	const { run } = context.origin;
	const left = servedBefore(station);
	if (run === null || release === null) return entries;
	return goneBackTo(entries, release, run, left);
}
/**
* The records with the release that is rolled back from marked bad; one that was gone forward from by name is not. Who names a release that
* nobody vouched for does so from then on.
*/
function markLeft({ context, release }, station) {
	const left = servedBefore(station);
	const entries = historyAt(station).some(({ name, state }) => name === release && state === "unknown") ? withAdopted(adopted(station), [release]) : adopted(station);
	if (left === null || release === null || isSpared(context, station, left, release)) return entries;
	const { actor, run } = context.origin;
	return bad(entries, left, `rolled back to ${release} ${[actor && `by ${actor}`, run && `in ${run}`].filter(Boolean).join(" ")}`.trim());
}
// src/modes/stage.ts
async function stage(course) {
	const { context } = course;
	let parcel;
	try {
		parcel = await start(course);
	} catch (error) {
		return failed(course, failuresOf(error, "starting", "Nothing was changed on any host."));
	}
	if (context.settings.dry_run) return planDeploy(course, parcel);
	await using keeping = keep(course, parcel);
	try {
		await update(course, parcel);
		await each(context, course.fleet, "updated", (station) => record(course, station, parcel));
	} catch (error) {
		return failedUnswitched(course, failuresOf(error, "updating", "No host was switched."));
	}
	await free(course);
	await keeping.done();
	return outcomeOf(course, {
		status: "staged",
		release: parcel.release
	});
}
async function record({ context }, station, parcel) {
	if (station.current === parcel.release) return;
	const stirred = await renewWhole(context, station, parcel.release);
	const entries = staged(entriesWithPlaced(station, ""), parcel.release, stirred);
	const event = eventLine(context, "stage", {
		to: parcel.release,
		bytes: station.bytesSent,
		outcome: "staged"
	});
	await station.session.settle(renderManifest(entries), event);
	station.entries = entries;
}
// src/origin.ts
/** One of GitHub's default variables; none of them is needed. */
function given(name) {
	return process.env[name] || null;
}
function repositoryUrl() {
	const server = given("GITHUB_SERVER_URL");
	const repository = given("GITHUB_REPOSITORY");
	return server && repository ? `${server}/${repository}` : null;
}
function origin() {
	const repository = repositoryUrl();
	const id = given("GITHUB_RUN_ID");
	return {
		revision: given("GITHUB_SHA"),
		ref: given("GITHUB_REF"),
		actor: given("GITHUB_ACTOR"),
		attempt: Number(given("GITHUB_RUN_ATTEMPT") ?? 1) || 1,
		run: repository && id ? `${repository}/actions/runs/${id}` : null
	};
}
// src/private_dir.ts
/** Longest path of a socket that every platform takes (unix(7): 108 bytes; macOS: 104). */
const PATH_CAP = 100;
/** The longest of OpenSSH's in it: one connection's directory, its socket, and what ssh adds to that while it makes it. */
const DEEPEST = "releases-XXXXXX/XXXXXX/c.XXXXXXXXXXXXXXXX";
/** Nobody else may enter: mkdtemp(3) makes it with mode 0700. */
async function openPrivateDir() {
	const base = Buffer.byteLength(join(tmpdir(), DEEPEST)) > PATH_CAP ? "/tmp" : tmpdir();
	const path = await mkdtemp(join(base, "releases-"));
	return {
		path,
		async [Symbol.asyncDispose]() {
			await rm(path, {
				recursive: true,
				force: true
			});
		}
	};
}
// src/release/shard.ts
/** The hosts of one shard, in the list's own order; sizes of shards differ by one at most. `key` is what tells hosts apart. */
function shardOf(hosts, key, { index, count }) {
	const sorted = [...hosts].sort((a, b) => key(a) < key(b) ? -1 : 1);
	const mine = new Set(sorted.filter((_, at) => at % count === index - 1));
	return hosts.filter((host) => mine.has(host));
}
// src/report/explained.ts
const explained = `attention; nothing was connected

is required

is not an input of this action

is not a setting

is a secret, and the file is read by all who can read the repository

cannot be set in the file

is not a target of

is chosen, but there is no

is not plain YAML

uses YAML aliases

does not exist

is empty

is the whole filesystem of the runner

is the system's, and holds more than one application

would both lead

lie in each other's way

what changed could not be packed here
the artifact could not be packed here

was not begun with

two entries of hosts are the same place

is not an absolute path

is no directory

is or contains remote_dir
lies inside
contains
is also

is or lies in local_dir

are both

is refused

is a number, which has lost its octal spelling

is kept for the manifest itself

cannot be kept exactly

no host has the role

is not a point of the flow

is empty: the secret does not exist where this job runs
is required to log in to

is a public key: the private key is needed

is a PuTTY key

is a certificate, not a private key

lacks its first and last line
holds no private key
is cut short
is damaged
is a key encoded in base64 once more
looks like the name of a file

is of a type that

is encrypted, and ssh_passphrase is empty
is encrypted in a way that cannot be read here

ssh_passphrase does not open ssh_private_key
cannot be read, or ssh_passphrase does not open it

needs ssh_client openssh

ssh_certificate
is not a certificate
is for another key than ssh_private_key
is a host certificate
has expired: it was valid until
is not valid before

ssh_config
the file cannot be read
has a line that OpenSSH does not take
OpenSSH does not take the key of
OpenSSH starts no command on
OpenSSH cannot ask for ssh_password

ssh_known_hosts has no key for

showed a key that ssh_known_hosts does not have

marks @revoked

through a @cert-authority line only

showed a host certificate that ssh_known_hosts does not vouch for

has fewer than the three fields
ssh_known_hosts: line
is a public key without the name of its host
has a key that is not base64, or cut short

is required by host_key_checking strict

there is no host by the name of

cannot be looked up

cannot be reached from here

refuses the connection

does not answer
gave no answer within

cannot connect to

closed the connection before the login
cut the connection

in common
the SSH handshake with … failed

the connection to the host was lost
the session is over
the local connection is closed
the host sent a line without end
the connection to … is lost

the host could not start /bin/sh
/bin/sh cannot be started

opens no channel for commands

let us in, but its shell gave no answer within

the host sent an answer without end
the host sent a line without end

gave no answer to

on the way to

does not connect to

the runner has no OpenSSH client

OpenSSH cannot connect to

refuses to run commands for

sudo refused on the host

does not let … in: tried

there is nothing to log in to … with

another run holds the lock

everybody on the host may write in

not a symlink, and is never replaced
is not a symlink

the host has no

the host's rsync
the runner's rsync

cannot be made:

may not write in

linked_files are missing

is a directory, where a file is to be written
is a directory in local_dir

is of the wrong kind

(the directory of public_dir)

is a symlink, which is never followed
is a symlink, and what is kept there

is on another filesystem than remote_dir

manifest.json cannot be trusted

a newer version of this

a release … exists already
a release of this name exists already
of an earlier try could not be removed
the release name is not plain

free, the artifact needs
free inodes, the artifact needs

the work tree is not clean

this run is on … not on

git cannot tell

local_dir cannot be read whole
a file in local_dir cannot be read
the digest of local_dir could not be made

nothing in local_dir

the host has no room for the upload

the upload may not write there
the upload cannot have its private place
the upload is gone from its private place

local_dir changed while it was sent
local_dir changed or cannot be read
the upload is not whole

the upload broke off
the upload failed
what arrived was not what was sent

the release before could not be built upon
the host could not take in one piece what changed
the artifact did not get there in one piece

an earlier try of this upload still runs on the host

an rsync does not know a flag

the host cannot clone files

goes through the symlink
leads through
would lie outside of the release

another run worked on this host while the connection was lost
the lock is not held

failed with exit code

was stopped after
(command_timeout)

was killed by signal

did not end: the connection was lost, or it was killed

not healthy after

did not read back as the new link
would not lead to the release

could not be put back to

the host failed in
a file could not be written whole

the release could not be compared with what it was

is not there as a plain directory

there is no earlier good release
is no release to go back to

what the Actions cache has for

is already current

is not on

has lost

changed since it was published

no release is staged

not staged

the run was cancelled
connecting to … was cancelled

host_key_checking is off

mode … does not use

this shard has no hosts

the hosts differ

rsync is older than 3.4.0

leftover
interrupted upload

the host has no flock

are no plain releases; they are left alone

leads nowhere

could not be deleted
could not remove

set aside, as min_hosts allows

this action does not run on Windows runners`;
// src/report/help.ts
const PAGE = "https://github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md";
/** Where a message goes that the page does not have. */
const REST = "anything-else";
/** Several problems of the settings are one message; its own words then count more than those of one problem. */
const SETTINGS = "attention; nothing was connected";
/** They say what was at stake; what they end in, a command's exit code or a connection that was lost, is explained there as well. */
const WEIGHTY = ["not healthy after", "could not be put back to"];
/** "is not on" is no part of "is not one of". */
const LETTER$1 = /[A-Za-z]/;
let read$1;
/** Headings of the page with their anchors, and what else stands under each; most runs have nothing to explain. */
function entries() {
	read$1 ??= explained.split("\n\n").flatMap((section) => {
		const anchor = slug(section.split("\n")[0] ?? "");
		return section.split("\n").map((line) => {
			return {
				words: line.split("…").map((part) => part.trim()),
				length: line.length,
				anchor
			};
		});
	});
	return read$1;
}
/** Address of the explanation; the most specific one. */
function helpFor(message) {
	return `${PAGE}#${anchorFor(message) ?? REST}`;
}
/** The anchor for a message; undefined when no part of the page is about it. */
function anchorFor(message) {
	return (message.includes(SETTINGS) && message.split("\n").length > 2 ? entries().filter(({ words }) => words[0] === SETTINGS) : entries().filter((entry) => says(message, entry))).toSorted((a, b) => rank(b) - rank(a))[0]?.anchor;
}
function rank({ words, length }) {
	if (WEIGHTY.includes(words[0])) return Number.POSITIVE_INFINITY;
	return words[0] === SETTINGS ? 0 : length;
}
function says(message, { words }) {
	let from = 0;
	return words.every((word) => {
		const at = message.indexOf(word, from);
		from = at + word.length;
		return at >= 0 && !LETTER$1.test(message.slice(from, from + 1)) && !LETTER$1.test(message.slice(Math.max(0, at - 1), at));
	});
}
/** The anchor that GitHub gives a heading. */
function slug(heading) {
	return heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, "").replaceAll(" ", "-");
}
// src/report/plain.ts
const LINE_LIMIT = 2e3;
const BREAKS = /\r\n|[\r\n\u0085\u2028\u2029]/;
const SEQUENCES = /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g;
const INVISIBLE = /[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
const NOTE = 20;
/** `text` in at most `limit` UTF-16 units, saying how many more there were; never cut through a surrogate pair. */
function capped(text, limit) {
	if (text.length <= limit) return text;
	const kept = text.slice(0, Math.max(0, limit - NOTE)).replace(/[\ud800-\udbff]$/, "");
	return `${kept}… (${figure(text.length - kept.length)} more)`;
}
function clean(line) {
	return capped(line.replace(SEQUENCES, "").replace(/\t/g, "  ").toWellFormed().replace(INVISIBLE, "").replace(/##\[/g, "# #[").replace(/^(\s*)::/, "$1: :"), LINE_LIMIT);
}
/**
* Any text as one line that is safe to print: no control or invisible characters, no escape sequences, nothing that the
* runner takes for a command (`##[` becomes `# #[`, a leading `::` becomes `: :`). Line breaks become spaces; at most
* 2,000 characters, with a note of what was cut.
*/
function plain(text) {
	return clean(text.split(BREAKS).join(" "));
}
/** The lines of `text`, each as `plain` would have it. A final line break adds no empty line. */
function plainLines(text) {
	const lines = text.split(BREAKS);
	if (lines.length > 1 && lines.at(-1) === "") lines.pop();
	return lines.map(clean);
}
// src/report/failures.ts
const SHOWN$1 = 10;
const TEXT_LIMIT = 2e4;
/**
* All failures as one safe text of several lines. The same failure on several hosts is told once, with their names, and
* what all have in common is told once at the end; at most ten different ones are told.
*/
function failureText(failures) {
	const troubles = merge(failures);
	const [first] = troubles;
	if (first === void 0) return "";
	if (troubles.length === 1) return finished([...headLines(first), ...adviceLines(first.failure)]);
	const shared = {
		unchanged: common(troubles, ({ detail }) => detail.unchanged),
		remedy: common(troubles, ({ detail }) => detail.remedy),
		help: common(troubles, ({ message }) => helpFor(message))
	};
	const hosts = new Set(troubles.flatMap((trouble) => trouble.hosts));
	const title = troubles.every((trouble) => trouble.hosts.length > 0) && hosts.size > 1 ? `${count(hosts.size, "host")} failed:` : `${figure(troubles.length)} problems:`;
	const items = troubles.slice(0, SHOWN$1).flatMap((trouble) => {
		return [...headLines(trouble), ...adviceLines(trouble.failure, shared)].map((line, index) => `${index === 0 ? "-" : " "} ${line}`);
	});
	const rest = troubles.slice(SHOWN$1);
	if (rest.length > 0) {
		const names = new Set(rest.flatMap((trouble) => trouble.hosts));
		items.push(`- … ${figure(rest.length)} more${names.size > 0 ? `, on ${series([...names])}` : ""}`);
	}
	return finished([
		title,
		...items,
		...tailLines(shared)
	]);
}
function finished(lines) {
	return capped(lines.join("\n"), TEXT_LIMIT);
}
function merge(failures) {
	return [...Map.groupBy(failures, ({ message, detail: { phase, unchanged, remedy } }) => JSON.stringify([
		message,
		phase,
		unchanged,
		remedy
	])).values()].flatMap((members) => {
		const hosts = new Set(members.flatMap(({ detail: { host } }) => host === void 0 ? [] : [plain(host)]));
		return members[0] === void 0 ? [] : [{
			failure: members[0],
			hosts: [...hosts]
		}];
	});
}
function headLines({ failure, hosts }) {
	const where = [series(hosts), failure.detail.phase].filter((part) => part !== void 0 && part !== "");
	const [first = "", ...others] = plainLines(failure.message);
	return [plain(where.length > 0 ? `${where.join(", ")}: ${first}` : first), ...others];
}
function adviceLines({ message, detail }, toldElsewhere = {}) {
	return tailLines({
		help: toldElsewhere.help === void 0 ? helpFor(message) : void 0,
		unchanged: toldElsewhere.unchanged === void 0 ? detail.unchanged : void 0,
		remedy: toldElsewhere.remedy === void 0 ? detail.remedy : void 0
	});
}
function tailLines({ unchanged, remedy, help }) {
	return [
		...unchanged === void 0 ? [] : plainLines(`Not changed: ${unchanged}`),
		...remedy === void 0 ? [] : plainLines(`What to do: ${remedy}`),
		...help === void 0 ? [] : [`See ${help}`]
	];
}
function common(troubles, read) {
	const [value, ...others] = new Set(troubles.map(({ failure }) => read(failure)));
	return others.length === 0 ? value : void 0;
}
// src/report/releases.ts
/** What the tool itself records with a release; every other key is the user's metadata. */
const RECORDED = /* @__PURE__ */ new Set([
	"release",
	"current",
	"hosts",
	"created_at",
	"state",
	"revision",
	"ref",
	"actor",
	"run",
	"files",
	"bytes",
	"digest",
	"reason",
	"activated_at",
	"missing_on",
	"attempt",
	"unfinished",
	"rolled_back_in",
	"rolled_back_from",
	"published_in"
]);
const sound = /* @__PURE__ */ new Set([
	"live",
	"adopted",
	"staged"
]);
const STATE_LIMIT = 80;
/** At the end of a reason; a shortened address would lead nowhere. */
const RUN_PAGE = /(?<= )https:\/\/[\w.:-]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/actions\/runs\/\d{1,20}$/;
const TABLE_LIMIT = 2e3;
/** One row a release in the given order; columns in which no row has anything are left out. */
function releaseCells(rows) {
	const fleet = new Set(rows.flatMap(({ current, hosts }) => [...current, ...hosts])).size;
	const everywhere = fleet > 1 && rows.every(({ hosts }) => hosts.length === fleet);
	const used = Object.entries({
		release: (row) => cell(row.release, 128),
		state: (row) => {
			const { words, page } = stateOf(row);
			return page === null ? words : `${words} ${page}`;
		},
		"current on": (row) => places$1(row.current, fleet),
		hosts: (row) => everywhere ? "" : places$1(row.hosts, fleet),
		"created (UTC)": (row) => created(row.created_at),
		by: (row) => cell(row.actor, 40),
		revision: (row) => revision(row.revision),
		content: content$1,
		metadata
	}).filter(([, read]) => rows.some((row) => read(row) !== ""));
	return {
		titles: used.map(([title]) => title),
		rows: rows.map((row) => used.map(([, read]) => read(row)))
	};
}
/** The lines of an aligned table for the log, of 2,000 releases at most; `*` marks a release that some host serves. */
function releasesTable(rows) {
	if (rows.length === 0) return ["There are no releases yet."];
	const { titles, rows: cells } = releaseCells(rows.slice(0, TABLE_LIMIT));
	const widths = titles.map((title, index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)));
	const aligned = (row) => row.map((text, index) => text.padEnd(widths[index] ?? 0)).join("  ");
	const lines = [`  ${aligned(titles)}`];
	for (const [index, row] of cells.entries()) lines.push(`${rows[index]?.current.length ? "*" : " "} ${aligned(row)}`);
	if (rows.length > TABLE_LIMIT) lines.push(`  … ${count(rows.length - TABLE_LIMIT, "more release")}`);
	return lines.map((line) => line.trimEnd());
}
function cell(value, limit) {
	if (value === void 0 || value === null) return "";
	return capped(plain(typeof value === "string" ? value : JSON.stringify(value)), limit);
}
/** What became of a release, and the page of the run that did it, where its reason ends in one. */
function stateOf({ state, reason }) {
	if (!reason || sound.has(state)) return {
		words: cell(state, STATE_LIMIT),
		page: null
	};
	const text = plain(`${state}: ${reason}`);
	const page = RUN_PAGE.exec(text)?.[0] ?? null;
	return {
		words: capped(page === null ? text : text.slice(0, -page.length).trimEnd(), STATE_LIMIT),
		page
	};
}
function places$1(labels, fleet) {
	if (fleet > 1 && labels.length === fleet) return `all ${fleet}`;
	return series(labels.map(plain), 3);
}
function created(at) {
	const text = cell(at, 40);
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? text.slice(0, 19).replace("T", " ") : text;
}
function revision(value) {
	const text = cell(value, 40);
	return /^[0-9a-f]{12,}/.test(text) ? text.slice(0, 7) : text;
}
function content$1({ files, bytes }) {
	return [isAmount(files) ? count(files, "file") : "", isAmount(bytes) ? size(bytes) : ""].filter((part) => part !== "").join(", ");
}
function isAmount(value) {
	return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
/** What the user stored with a release. */
function metadataOf(row) {
	return Object.entries(row).filter(([key, value]) => !RECORDED.has(key) && value !== void 0);
}
function metadata(row) {
	return cell(metadataOf(row).map(([key, value]) => `${plain(key)}=${cell(value, 80)}`).join(" "), 160);
}
// src/report/verdict.ts
const CLAUSES = 5;
/** Whether there are releases to show: also of the hosts that answered where others did not. */
function hasListing({ mode, result }) {
	return result.status === "listed" || mode === "list" && result.releases.length > 0;
}
/**
* What the run did, to which release, on how many hosts, in what time and what was there before; for a run that
* failed, which release each host serves now.
*/
function verdict(run, show = plain) {
	const { result, seconds } = run;
	const time = `in ${duration(seconds)}`;
	const release = result.release === null ? "no release" : show(result.release);
	const on = reached(result.hosts);
	const current = `(${serving(result.hosts, show)})`;
	switch (result.status) {
		case "deployed": return `Deployed ${release} to ${on} ${time} (${before(result, show)}).`;
		case "published": return `Published ${release} on ${on} ${time} (${before(result, show)}).`;
		case "rolled_back": return `Rolled back to ${release} on ${on} ${time} (${before(result, show)}).`;
		case "staged": return `Staged ${release} on ${on} ${time} ${current}.`;
		case "pruned": return `Pruned ${on} ${time} ${current}.`;
		case "listed": return `Listed ${count(result.releases.length, "release")} on ${on} ${time} ${current}.`;
		case "repaired": return `Repaired ${on} ${time} ${current}.`;
		case "planned": return `Planned ${attempt(run, show)} on ${on} ${time}; nothing was changed ${current}.`;
		case "checked":
			if (run.failures.length === 0) return `Checked ${on} ${time}: ready to deploy ${current}.`;
			return `Check found ${count(run.failures.length, "problem")} ${time} that would stop a deploy; nothing was changed: ${standing(run, show)}.`;
		case "reverted": return `${capital(attempt(run, show))} failed after ${duration(seconds)} and was reverted: ${standing(run, show)}.`;
		case "failed": return `${capital(attempt(run, show))} failed after ${duration(seconds)}: ${standing(run, show)}.`;
	}
}
function attempt({ mode, result, attempted }, show) {
	const what = /^[a-z]+$/.test(mode) ? mode : "run";
	const release = attempted ?? result.release;
	if (release === null) return what;
	return `${what} ${mode === "rollback" ? "to" : "of"} ${show(release)}`;
}
function capital(words) {
	return words.slice(0, 1).toUpperCase() + words.slice(1);
}
/** `2 hosts`, or `2 of 3 hosts` when some were set aside. */
function reached(hosts) {
	const well = hosts.filter(isWell).length;
	return well === hosts.length ? count(well, "host") : `${well} of ${count(hosts.length, "host")}`;
}
function isWell({ status }) {
	return status !== "failed" && status !== "reverted";
}
function before(result, show) {
	if (result.previous_release !== null) return `previous ${show(result.previous_release)}`;
	return result.hosts.some(({ previous_release }) => previous_release !== null) ? "previous differs between hosts" : "no previous release";
}
function serving(hosts, show) {
	const [release, ...others] = new Set(hosts.filter(isWell).map((host) => host.release));
	if (others.length > 0) return "current differs between hosts";
	return release === void 0 || release === null ? "no current release" : `current ${show(release)}`;
}
/** Which hosts serve which release, as a clause. */
function standing({ result: { hosts }, unseen = [] }, show) {
	if (hosts.length === 0) return "no host was touched";
	const groups = [...Map.groupBy(hosts, ({ host, release }) => release ?? unseen.includes(host))];
	const clauses = groups.map(([release, members]) => {
		const names = members.length > 1 && groups.length === 1 ? `${members.length === 2 ? "both" : `all ${members.length}`} hosts` : series(members.map(({ host }) => show(host)));
		const serve = members.length === 1 ? "serves" : "serve";
		if (release === true) return `what ${names} ${serve} is not known`;
		if (release === false) return `no release is known to be live on ${names}`;
		return `${names} ${serve} ${show(release)}`;
	});
	const rest = clauses.length - CLAUSES;
	return [...clauses.slice(0, CLAUSES), ...rest > 0 ? [`${rest} more releases elsewhere`] : []].join("; ");
}
// src/report/log.ts
const TITLE = "releases-deploy";
/** GitHub shows no more than ten warnings of a step. */
const ANNOTATIONS = 10;
const OUTPUT_LIMIT = 5e4;
const WIDEST_LABEL = 40;
/** A log that writes to `sink`; `hosts` are the labels of the run, for the width of the prefixes. */
function createLog(sink, hosts) {
	const width = Math.min(WIDEST_LABEL, Math.max(0, ...hosts.map((host) => plain(host).length)));
	const warnings = [];
	let notes = [];
	const warned = /* @__PURE__ */ new Set();
	const printed = /* @__PURE__ */ new Map();
	let open = false;
	const prefix = (host) => host === void 0 ? "" : `[${plain(host)}] `;
	const aligned = (host) => host === void 0 ? "" : prefix(host).padEnd(width + 3);
	const title = (host) => ({ title: host === void 0 ? TITLE : `${TITLE}: ${plain(host)}` });
	function print(host, text) {
		for (const line of plainLines(text)) sink.info((aligned(host) + line).trimEnd());
	}
	function close() {
		if (open) sink.endGroup();
		open = false;
	}
	return {
		warnings,
		get notes() {
			return notes;
		},
		phase(name, words) {
			close();
			notes = [];
			sink.startGroup(plain(words === "" ? name : `${name}: ${words}`));
			open = true;
		},
		note(host, text) {
			if (open) notes.push({
				host,
				text
			});
			print(host, text);
		},
		output(host, line) {
			const lines = (printed.get(host) ?? 0) + 1;
			printed.set(host, lines);
			if (lines <= OUTPUT_LIMIT) print(host, line);
			if (lines === OUTPUT_LIMIT) print(host, `… more than ${figure(OUTPUT_LIMIT)} lines; the rest is not shown`);
		},
		warn(host, text) {
			const safe = plainLines(text).join("\n");
			const key = JSON.stringify([host, safe]);
			if (warned.has(key)) return;
			warned.add(key);
			warnings.push({
				host,
				text: safe
			});
			if (warned.size <= ANNOTATIONS) sink.warning(prefix(host) + safe, title(host));
			else print(host, `warning: ${safe}`);
		},
		debug(host, text) {
			for (const line of plainLines(text)) sink.debug(prefix(host) + line);
		},
		fail(failures) {
			if (failures.length === 0) return;
			close();
			const [host, ...others] = new Set(failures.map(({ detail }) => detail.host));
			sink.error(failureText(failures), title(others.length === 0 ? host : void 0));
		},
		finish(run) {
			close();
			if (hasListing(run)) for (const line of releasesTable(run.result.releases)) sink.info(line);
			sink.info(plain(verdict(run)));
		}
	};
}
// src/report/outputs.ts
const ERROR_LIMIT = 4e3;
/** Characters of JSON; a host's manifest may hold any amount, and what reads an output has limits of its own. */
const RELEASES_LIMIT = 1e6;
/**
* Sets every output; null becomes the empty string, `hosts`, `releases` and `result` are JSON. Error texts are made safe
* and cut to 4,000 characters; metadata stays exact, of as many releases, newest first, as make a megabyte. Without GITHUB_OUTPUT nothing is set, since
* @actions/core would print old-style commands instead.
*/
function setOutputs(result, sink, env = process.env) {
	if (!env.GITHUB_OUTPUT) {
		sink.debug("GITHUB_OUTPUT is not set, so there are no outputs.");
		return;
	}
	try {
		for (const [name, value] of Object.entries(outputs(result))) sink.setOutput(name, value);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		sink.warning(`The outputs could not be set: ${reason}`, { title: "releases-deploy" });
	}
}
/** Output names and their values as text. */
function outputs(result) {
	const safe = {
		...result,
		release: name(result.release),
		previous_release: name(result.previous_release),
		release_path: name(result.release_path),
		hosts: result.hosts.map(safeHost),
		releases: fitting(result.releases)
	};
	return {
		status: safe.status,
		release: safe.release ?? "",
		previous_release: safe.previous_release ?? "",
		release_path: safe.release_path ?? "",
		hosts: JSON.stringify(safe.hosts),
		releases: JSON.stringify(safe.releases),
		result: JSON.stringify(safe)
	};
}
function fitting(releases) {
	let size = 0;
	const over = releases.findIndex((release) => {
		size += Buffer.byteLength(JSON.stringify(release));
		return size > RELEASES_LIMIT;
	});
	return over === -1 ? releases : releases.slice(0, over);
}
function safeHost(host) {
	return {
		...host,
		release: name(host.release),
		previous_release: name(host.previous_release),
		error: host.error === null ? null : capped(plainLines(host.error).join("\n"), ERROR_LIMIT)
	};
}
function name(value) {
	return value === null ? null : plain(value);
}
// src/report/markup.ts
const CELL_LIMIT = 400;
/** Characters that fit in a block of a summary without a scroll bar. */
const BLOCK_WIDTH = 105;
function entity(text) {
	return [...text].map((character) => `&#${character.codePointAt(0)};`).join("");
}
/** Text that stays text in HTML and, should it ever get there, in Markdown: no tag, emphasis, link, mention or table cell. */
function escaped(text) {
	return text.replace(/[&<>"'`|@#[\]*~$\\{}^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=www)\.|(?<=mailto|xmpp):/gi, entity);
}
/** A value that a host or a user gave, on one line. GitHub looks for no mentions, issues or links inside `code`. */
function code(text, limit = CELL_LIMIT) {
	const value = capped(plain(text), limit);
	return value.trim() === "" ? "" : `<code>${escaped(value)}</code>`;
}
/** Text of several lines, long ones broken; needs a blank line before it, or else its own blank lines would end it. */
function block(text) {
	return `<pre>${plainLines(text).flatMap((line) => wrapped(line, BLOCK_WIDTH)).map(escaped).join("\n")}</pre>`;
}
/** A line as several of at most about `width` characters, all but the first indented. */
function wrapped(line, width) {
	const lines = [];
	let rest = line;
	while (rest.length > width) {
		const at = rest.lastIndexOf(" ", width);
		if (at <= 2) break;
		lines.push(rest.slice(0, at));
		rest = `  ${rest.slice(at + 1)}`;
	}
	return [...lines, rest];
}
/** The first of `items` that fit into `budget` bytes, and a last item that counts the others. */
function within(items, budget, rest) {
	let bytes = 0;
	const kept = items.findIndex((item) => {
		bytes += Buffer.byteLength(item) + 1;
		return bytes > budget;
	});
	return kept === -1 ? [...items] : [...items.slice(0, kept), rest(items.length - kept)];
}
/** A table of at most about `budget` bytes; cells are HTML already, without line breaks. A value in code breaks all the same. */
function table(titles, rows, budget) {
	const lines = rows.map((row) => `<tr>${row.map((cell) => `<td nowrap>${cell}</td>`).join("")}</tr>`);
	const more = (count) => `<tr><td colspan="${titles.length}">… ${count} more</td></tr>`;
	return [
		"<table>",
		`<tr>${titles.map((title) => `<th>${title}</th>`).join("")}</tr>`,
		...within(lines, budget, more),
		"</table>"
	].join("\n");
}
// src/report/links.ts
const COMMIT = /^[0-9a-f]{7,64}$/;
/** `repository` is its URL, from the runner. */
function compareLink(repository, from, to) {
	if (!repository || !isCommit(from) || !isCommit(to) || from === to) return "";
	return link(`${repository}/compare/${from}...${to}`, `<code>${from.slice(0, 7)}</code> … <code>${to.slice(0, 7)}</code>`);
}
/** `home` is the address of the run that deployed the commit: another repository's commits are not in this one. */
function commitLink(repository, revision, home) {
	if (!isCommit(revision)) return code(typeof revision === "string" ? revision : "");
	const short = `<code>${revision.slice(0, 7)}</code>`;
	return isWithin(repository, home) ? link(`${repository}/commit/${revision}`, short) : short;
}
/** The page of a workflow run; where it is another repository's, its address alone. */
function runLink(repository, page) {
	const id = /\/actions\/runs\/(\d+)$/.exec(page)?.[1];
	return id !== void 0 && page === `${repository}/actions/runs/${id}` ? link(page, `run ${id}`) : code(page);
}
/** Whether `address` is of a page of `repository`. */
function isWithin(repository, address) {
	return repository !== null && typeof address === "string" && address.startsWith(`${repository}/`);
}
function isCommit(text) {
	return typeof text === "string" && COMMIT.test(text);
}
function link(address, html) {
	return `<a href="${encodeURI(address)}">${html}</a>`;
}
// src/report/change.ts
const METADATA_BUDGET = 1e4;
const VALUE_LIMIT = 1e3;
/** Statuses of a run that brought a release to the hosts. */
const brought = [
	"deployed",
	"staged",
	"published",
	"rolled_back"
];
/** HTML; empty for a run that made nothing current and staged nothing. */
function changeMarkdown({ status, release, previous_release, releases }, repository) {
	const row = rowOf(releases, release);
	if (!brought.includes(status) || !row) return "";
	const before = rowOf(releases, previous_release);
	const facts = [content(row, before), before ? commits(row, before, repository) : ""].filter(Boolean);
	const own = metadataOf(row).map(([key, value]) => [code(key, VALUE_LIMIT), code(typeof value === "string" ? value : JSON.stringify(value), VALUE_LIMIT)]);
	return [facts.length === 0 ? "" : `<h4>What changed</h4>\n<ul>\n${facts.map((fact) => `<li>${fact}</li>`).join("\n")}\n</ul>`, own.length === 0 ? "" : `<h4>Metadata</h4>\n${table(["key", "value"], own, METADATA_BUDGET)}`].filter(Boolean).join("\n\n");
}
function rowOf(rows, release) {
	return rows.find((row) => row.release === release);
}
function content(row, before) {
	const { files, bytes } = row;
	if (!isAmount(files) || !isAmount(bytes)) return "";
	const now = `${count(files, "file")}, ${size(bytes)}`;
	if (!before || !isAmount(before.files) || !isAmount(before.bytes)) return now;
	return `${now} (${difference(files - before.files, figure)} files, ${difference(bytes - before.bytes, size)} against ${code(before.release)})`;
}
function difference(amount, show) {
	return amount < 0 ? `−${show(-amount)}` : `+${show(amount)}`;
}
function commits(row, before, repository) {
	if (!isWithin(repository, row.run) || !isWithin(repository, before.run)) return "";
	const comparison = compareLink(repository, before.revision, row.revision);
	if (comparison !== "") return `commits ${comparison}`;
	return typeof row.revision === "string" && row.revision === before.revision ? "the same commit" : "";
}
/** How to go back by hand: what to fill in, and the command that does it. Empty when there is nowhere to go back to. */
function wayBack({ status, release, hosts, previous_release }, attempted, { repository, target }) {
	const went = status === "deployed" || status === "published" ? release : attempted;
	const stuck = status === "failed" && went !== null && hosts.some((host) => host.release === went);
	const back = stuck ? hosts.find((host) => host.release === went)?.previous_release ?? null : previous_release;
	if (back === null || !(stuck || status === "deployed" || status === "published")) return "";
	const command = [
		"gh workflow run rollback.yml",
		...[...repository === null ? [] : [`--repo ${repository}`], `-f environment=${target ?? "ENVIRONMENT"}`],
		`-f mode=rollback -f release=${back}`
	].join(" ");
	const how = target === void 0 ? "or, with your environment for <code>ENVIRONMENT</code>:" : "or:";
	const words = `<p>Start your <a href="${guide}">rollback workflow</a> with <code>release</code> ${code(back)}, ${how}</p>\n\n<pre>${code(plain(command), VALUE_LIMIT)}</pre>`;
	return stuck ? `<h4>Roll back</h4>\n${words}` : `<details><summary>Roll back to ${code(back)}</summary>\n${words}\n\n</details>`;
}
const guide = "https://github.com/org/releases-deploy#roll-back";
// src/report/timeline.ts
/** More rows than this nobody reads; the slowest are shown. */
const SHOWN = 20;
/** The same of a row's bars: each hook has one where a host waits for others in between. */
const BARS = 30;
/** Seconds below which a bar could not be seen. */
const VISIBLE = .01;
const NAME_LIMIT$1 = 40;
/** Pixels that a letter of a host's name takes there. */
const LETTER = 6;
/** The part of the chart's width that a letter takes; a word that its bar has no room for would stand across the others. */
const LETTER_SHARE = .01;
/** An empty name is not allowed there. */
const NO_WORD = "​";
/** Markdown of at most 40 KB; empty where there is nothing to compare. */
function timelineMarkdown(timelines, seconds) {
	const shown = timelines.map(({ host, spans }) => ({
		host,
		spans: longest(spans.filter(isVisible))
	}));
	const slowest = slowestOf(shown);
	if (!slowest || shown.every(({ spans }) => new Set(spans.map(({ phase }) => phase)).size < 2)) return "";
	const rows = shown.filter(({ spans }) => spans.length > 0).sort((a, b) => lengthOf(b.spans) - lengthOf(a.spans)).slice(0, SHOWN).sort((a, b) => shown.indexOf(a) - shown.indexOf(b));
	const which = rows.length < shown.length ? ` The ${rows.length} slowest of ${shown.length} hosts:` : "";
	const took = duration(slowest.end - slowest.begin);
	return `<h4>Where the time went</h4>\n${`<p>Slowest: ${code(slowest.host)} at ${code(slowest.phase)}, ${took} of ${duration(seconds)}.${which}</p>`}\n\n${chart(rows, slowest)}`;
}
function isVisible({ begin, end }) {
	return end - begin >= VISIBLE;
}
/** In the order in which they were. */
function longest(spans) {
	if (spans.length <= BARS) return spans;
	const kept = new Set(spans.toSorted((a, b) => b.end - b.begin - (a.end - a.begin)).slice(0, BARS));
	return spans.filter((span) => kept.has(span));
}
function lengthOf(spans) {
	return spans.reduce((sum, { begin, end }) => sum + end - begin, 0);
}
function slowestOf(timelines) {
	return timelines.flatMap(({ host, spans }) => spans.map((span) => ({
		...span,
		host
	}))).toSorted((a, b) => b.end - b.begin - (a.end - a.begin))[0];
}
/** In its compact form, a host is one row: what it did followed one upon the other. */
function chart(rows, slowest) {
	const end = Math.max(...rows.flatMap(({ spans }) => spans.map((span) => span.end)));
	const { unit, format } = scaleOf(end);
	const at = (time) => Math.round(time * unit);
	const fits = ({ phase, begin, end: until }) => (until - begin) / end > phase.length * LETTER_SHARE;
	const bars = rows.flatMap(({ host, spans }) => [`  section ${word(host)}`, ...spans.map((span) => {
		const { phase, begin } = span;
		const mark = host === slowest.host && begin === slowest.begin && phase === slowest.phase ? "active, " : "";
		return `  ${fits(span) ? word(phase) : NO_WORD} :${mark}${at(begin)}, ${Math.max(at(span.end), at(begin) + 1)}`;
	})]);
	return [
		"```mermaid",
		...[
			...[
				"---",
				"displayMode: compact",
				"config:",
				"  gantt:",
				`    leftPadding: ${30 + Math.max(...rows.map(({ host }) => word(host).length)) * LETTER}`,
				"---"
			],
			"gantt",
			"  dateFormat x",
			`  axisFormat ${format}`,
			"  todayMarker off"
		],
		...bars,
		"```"
	].join("\n");
}
/**
* How many milliseconds of the chart's clock a second takes, and how the axis shows them. A chart shows times of day where its reader
* lives, so only what no time zone changes is shown: seconds and milliseconds, taken for minutes and seconds in a long run.
*/
function scaleOf(seconds) {
	if (seconds < 5) return {
		unit: 1e3,
		format: "%-S.%L s"
	};
	if (seconds < 60) return {
		unit: 1e3,
		format: "%-S s"
	};
	if (seconds < 999) return {
		unit: 1,
		format: "%-L s"
	};
	return {
		unit: 1 / 60,
		format: "%-L min"
	};
}
/** A name with nothing in it that the chart's language could take for its own. */
function word(name) {
	return capped(name.replace(/:(\d+)$/, " port $1").replace(/[^A-Za-z0-9 ._-]+/g, "_").trim() || "_", NAME_LIMIT$1).replace(/[^A-Za-z0-9 ._-]+/g, "_");
}
// src/report/summary.ts
const HOSTS_BUDGET = 5e4;
const RELEASES_BUDGET = 7e4;
const WARNINGS_BUDGET = 15e3;
const NOTES_BUDGET = 15e3;
const FAILURE_LIMIT = 4e3;
const NAME_LIMIT = 128;
const HELP_SHOWN = 3;
/** In a row of the releases. */
const HOSTS_SHOWN = 3;
/** Hosts up to which their table stands open. */
const OPEN = 25;
/** Cells in which GitHub finds nothing to link; code in a table would be broken anywhere. */
const PLAIN = /^(\d{4}-\d\d-\d\d \d\d:\d\d|all \d+|live|bad|failed|staged|adopted|missing|unknown)$/;
/** What a run did that has no other part to show it. */
const told = {
	planned: "What would be done",
	pruned: "What was done",
	repaired: "What was done"
};
const wrong = ["failed", "reverted"];
/** As `gh --repo` takes it; one of another host than its own has that in front. */
function slugOf({ host, pathname }) {
	return host === "github.com" ? pathname.slice(1) : `${host}${pathname}`;
}
/**
* The summary of a run, below 200 KB: the verdict, what failed, the hosts, what was done or changed, where the time went, the way back;
* the releases in list mode; the warnings. It is HTML, which GitHub's Markdown passes on (markup.ts), but for the chart.
*/
function summaryMarkdown(run) {
	const { result, failures, repository = null } = run;
	const slug = repository === null ? null : slugOf(new URL(repository));
	return `${[
		`<h3>${mark(run)} ${verdict(run, (name) => code(name, NAME_LIMIT))}</h3>`,
		run.remoteDir === void 0 ? "" : `<p>In ${code(run.remoteDir)}</p>`,
		failures.length === 0 ? "" : `<h4>What failed</h4>\n\n${block(capped(failureText(failures), FAILURE_LIMIT))}\n\n${helpLinks(failures)}`,
		wrong.includes(result.status) ? wayBack(result, run.attempted ?? null, {
			repository: slug,
			target: run.target
		}) : "",
		result.status === "listed" ? "" : hostTable(run),
		doings(run),
		hasListing(run) ? listing(run) : "",
		changeMarkdown(result, repository),
		run.warnings.length === 0 ? "" : `<h4>Warnings</h4>\n${noteList(run.warnings, WARNINGS_BUDGET)}`,
		timelineMarkdown(run.timeline ?? [], run.seconds),
		wrong.includes(result.status) ? "" : wayBack(result, null, {
			repository: slug,
			target: run.target
		})
	].filter((part) => part !== "").join("\n\n")}\n\n`;
}
/** In a block an address cannot be followed. */
function helpLinks(failures) {
	return `<p>More on: ${[...new Set(failures.map(({ message }) => helpFor(message)))].slice(0, HELP_SHOWN).map((address) => `<a href="${address}">${escaped(address.split("#")[1] ?? "")}</a>`).join(", ")}</p>`;
}
/** So that a glance is enough. */
function mark({ result, failures, warnings }) {
	if (failures.length > 0 || wrong.includes(result.status)) return "❌";
	return warnings.length > 0 ? "⚠️" : "✅";
}
/** The hosts, those in trouble first; a long table is folded. */
function hostTable({ result }) {
	const hosts = worstFirst(result.hosts);
	if (hosts.length === 0) return "";
	const columns = {
		host: ({ host }) => code(host),
		status: statusCell,
		release: ({ release }) => code(release ?? ""),
		...hosts.some((host) => host.previous_release) && { previous: ({ previous_release }) => code(previous_release ?? "") },
		...hosts.some((host) => host.bytes_sent > 0) && {
			"files changed": ({ files_changed }) => figure(files_changed),
			sent: ({ bytes_sent }) => size(bytes_sent)
		},
		time: ({ seconds }) => duration(seconds)
	};
	const reads = Object.values(columns);
	const rows = hosts.map((host) => reads.map((read) => read(host)));
	const html = table(Object.keys(columns), rows, HOSTS_BUDGET);
	if (hosts.length <= OPEN) return html;
	const bad = hosts.filter(isBad).length;
	const some = bad === 0 ? "" : `, ${figure(bad)} in trouble`;
	return `<details><summary>${count(hosts.length, "host")}${some}</summary>\n${html}\n</details>`;
}
/** Of a run that failed, a host that did not fail itself is not to blame. */
function isBad({ error }) {
	return error !== null;
}
function statusCell(host) {
	const words = host.status.replace("_", " ");
	if (isBad(host)) return `❌ ${words}`;
	return host.status === "reverted" ? `↩️ ${words}` : words;
}
function worstFirst(hosts) {
	const rank = (host) => isBad(host) ? 0 : host.status === "reverted" ? 1 : 2;
	return hosts.toSorted((a, b) => rank(a) - rank(b));
}
/** The releases; which host serves what, where they differ. */
function listing({ result, repository = null, unseen = [] }) {
	const seen = result.hosts.filter(({ host }) => !unseen.includes(host));
	const differ = new Set(seen.map(({ release }) => release)).size > 1;
	const rows = result.hosts.map(({ host, release }) => [code(host), release === null ? unseen.includes(host) ? "not known" : "nothing" : code(release)]);
	return `${differ ? `<h4>The hosts differ</h4>\n${table(["host", "serves"], rows, HOSTS_BUDGET)}\n\n<h4>Releases</h4>\n` : ""}${releaseTable(result.releases, repository)}`;
}
function releaseTable(releases, repository) {
	if (releases.length === 0) return "<p>There are no releases yet.</p>";
	const { titles, rows } = releaseCells(releases);
	return table(titles, rows.map((row, index) => row.map((text, column) => {
		const release = releases[index];
		const title = titles[column];
		const cell = title === "created (UTC)" ? text.replace(/(?<= \d\d:\d\d):\d\d$/, "") : text;
		if (cell === "" || PLAIN.test(cell)) return cell;
		if (title === "state" && release) return stateCell(release, repository);
		if (title === "revision") return commitLink(repository, release?.revision, release?.run);
		if (title === "current on") return hostList(release?.current ?? []);
		if (title === "hosts") return hostList(release?.hosts ?? []);
		return title === "release" && release?.current.length ? `<b>${code(cell)}</b>` : code(cell);
	})), RELEASES_BUDGET);
}
function stateCell(release, repository) {
	const { words, page } = stateOf(release);
	return page === null ? code(words) : `${code(words)} ${runLink(repository, page)}`;
}
/** Some hosts of a table's row, one below the other. */
function hostList(hosts) {
	const shown = hosts.length > HOSTS_SHOWN ? hosts.slice(0, 2) : hosts;
	const more = hosts.length - shown.length;
	return [...shown.map((host) => code(host)), ...more > 0 ? [`and ${figure(more)} more`] : []].join("<br>");
}
function doings({ result, notes = [] }) {
	const title = told[result.status];
	return title === void 0 || notes.length === 0 ? "" : `<h4>${title}</h4>\n${noteList(notes, NOTES_BUDGET)}`;
}
function noteList(notes, budget) {
	return [
		"<ul>",
		...within(notes.map(({ host, text }) => {
			return `<li>${host === void 0 ? "" : `${code(host)} `}${code(text)}</li>`;
		}), budget, (count) => `<li>… ${count} more</li>`),
		"</ul>"
	].join("\n");
}
/** Adds `markdown` to the job summary where there is one. A summary that cannot be written is a warning. */
async function writeSummary(markdown, sink, env = process.env) {
	if (!env.GITHUB_STEP_SUMMARY) return;
	try {
		await sink.summary.addRaw(markdown).write();
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		sink.warning(`The job summary could not be written: ${reason}`, { title: "releases-deploy" });
	}
}
// src/report/report.ts
/** @param summary whether a job summary is wanted. */
async function reportRun(run, summary, log, sink, env = process.env) {
	const part = async (name, tell) => {
		try {
			await tell();
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			sink.warning(`${name}: ${plain(reason)}`, { title: "releases-deploy" });
		}
	};
	await part("The failure could not be told", () => log.fail(run.failures));
	await part("The end of the log could not be written", () => log.finish(run));
	if (summary) await part("The job summary could not be written", () => writeSummary(summaryMarkdown(run), sink, env));
	await part("The outputs could not be set", () => setOutputs(run.result, sink, env));
}
// src/report/secrets.ts
/** Shorter ones would blank out half of every log. */
const SHORTEST = 4;
/**
* Has every line of every value masked. A key is taken apart at any white space or literal `\n`, since it is repaired
* before it is used and its body could then show in another shape than it was given in; its armour stays readable.
*/
function maskSecrets(values, sink) {
	const masked = new Set(values.flatMap(secretLines).filter((line) => line.length >= SHORTEST));
	for (const line of masked) sink.setSecret(line);
}
function secretLines(value) {
	const lines = value.split(/[\r\n]+/).map((line) => line.trim());
	if (!value.includes("-----BEGIN ")) return lines;
	return value.replace(/-----(?:BEGIN|END) [A-Z0-9 ]+-----/g, "\n").split(/\s|\\r|\\n/);
}
// src/settings/access.ts
/**
* Problems that all hosts have alike are one problem. `agent` is the socket of an SSH agent; `faulty` are the
* settings that were given and refused.
*/
function accessProblems(hosts, agent, faulty) {
	const remote = hosts.filter(({ kind }) => kind === "ssh");
	const locked = remote.filter(({ settings }) => (settings.ssh_private_key ?? settings.ssh_password ?? settings.ssh_config) === void 0);
	const strangers = remote.filter(({ settings }) => settings.host_key_checking === "strict" && settings.ssh_known_hosts === void 0);
	const loginKnown = !faulty.has("ssh_private_key") && !faulty.has("ssh_password");
	const keysKnown = !faulty.has("ssh_known_hosts") && !faulty.has("host_key_checking");
	return [
		...locked.length > 0 && (agent ?? "") === "" && loginKnown ? [noLogin(locked)] : [],
		...strangers.length > 0 && keysKnown ? [noHostKey(strangers)] : [],
		...faulty.has("ssh_client") ? [] : wrongClient(remote)
	];
}
/** Settings that only the other client knows. */
function wrongClient(hosts) {
	const builtin = hosts.filter(({ settings }) => settings.ssh_client === "builtin");
	return ["ssh_certificate", "ssh_config"].flatMap((name) => {
		const given = builtin.filter(({ settings }) => settings[name] !== void 0);
		if (given.length === 0) return [];
		return [new Problem(`needs ssh_client openssh; the builtin client would have no use for it at ${labelsOf(given)}`, "Set ssh_client to openssh, or leave it out.", name)];
	});
}
/** Warnings about access that is given but weak or unused. */
function accessWarnings(hosts) {
	const remote = hosts.filter(({ kind }) => kind === "ssh");
	const trusting = remote.filter(({ settings }) => settings.host_key_checking === "off");
	const useless = remote.filter(({ settings }) => settings.ssh_passphrase !== void 0 && settings.ssh_private_key === void 0);
	const ignored = trusting.filter(({ settings }) => settings.ssh_known_hosts !== void 0);
	return [
		...trusting.length > 0 ? [`host_key_checking is off: whoever answers at ${labelsOf(trusting)} is trusted, an impostor too.`] : [],
		...ignored.length > 0 ? ["ssh_known_hosts is not looked at while host_key_checking is off."] : [],
		...useless.length > 0 ? ["ssh_passphrase is given without ssh_private_key, and not used."] : []
	];
}
function noLogin(hosts) {
	return new Problem(`is required to log in to ${labelsOf(hosts)}`, "Set ssh_private_key or ssh_password, or start an agent (SSH_AUTH_SOCK). If a secret is set here, it came out empty: workflows from forks and from Dependabot get no secrets, and a secret of an environment needs the job to name that environment.", "ssh_private_key");
}
function noHostKey(hosts) {
	return new Problem(`is required by host_key_checking strict, for ${labelsOf(hosts)}`, `From a network you trust, run \`${keyscan(hosts)}\`, compare its fingerprints with the hosts' own and paste its output into ssh_known_hosts; or set host_key_checking to off.`, "ssh_known_hosts");
}
/** One command a port. */
function keyscan(hosts) {
	return [...Map.groupBy(hosts, ({ port }) => port)].map(([port, group]) => {
		const names = [...new Set(group.map(({ name }) => name))];
		return [
			"ssh-keyscan",
			...port === 22 ? [] : [`-p ${port}`],
			...names
		].join(" ");
	}).join("; ");
}
function labelsOf(hosts) {
	return some(hosts.map(({ label }) => label));
}
// src/settings/collisions.ts
/** What the tool itself keeps under `remote_dir`. */
const kept = [
	".releases",
	"manifest.json",
	"shared"
];
/** The settings that claim a path, in turn. */
const claims = [
	"release_dir",
	"public_dir",
	"log_file"
];
/** `shared` are the run's own settings: a collision that is not theirs alone is named with its host. */
function collisions({ label, settings }, shared) {
	const pathOf = (name) => posix.resolve(settings.remote_dir, name);
	const claimed = kept.map((name) => ({
		path: pathOf(name),
		owner: `${show(name)}, which the tool keeps for itself`
	}));
	const own = claims.some((name) => settings[name] !== shared[name]);
	const problems = [];
	for (const name of claims) {
		const path = pathOf(settings[name]);
		const rivals = name === "log_file" ? claimed.filter((rival) => !isLogIn(path, rival, pathOf("shared"))) : claimed;
		const fault = inside(settings.remote_dir, path) ? "is or contains remote_dir" : firstOverlap(path, rivals);
		if (fault === void 0) claimed.push({
			path,
			owner: `${name} (${show(settings[name])})`
		});
		else {
			const problem = new Problem(`${show(settings[name])} ${fault}`, "Choose another path.", name);
			problems.push(own ? problem.in(`hosts, ${label}`) : problem);
		}
	}
	return problems;
}
function firstOverlap(path, rivals) {
	for (const rival of rivals) {
		if (path === rival.path) return `is also ${rival.owner}`;
		if (inside(path, rival.path)) return `lies inside ${rival.owner}`;
		if (inside(rival.path, path)) return `contains ${rival.owner}`;
	}
}
function isLogIn(path, rival, shared) {
	return rival.path === shared && path !== shared && inside(path, shared);
}
/** Whether `path` is `parent` or below it. */
function inside(path, parent) {
	return path === parent || path.startsWith(`${parent}/`);
}
// src/settings/config_file.ts
/** Read when no other is named. */
const usualPath = ".github/releases.yml";
/** In bytes. */
const limit = 1048576;
/**
* @param named undefined for the usual path, where there may be none: then the answer is undefined.
* @throws Problem that says where: `path:line` for what is in the file, `config` for the file itself.
*/
function openConfig(named, workspace) {
	const path = named ?? ".github/releases.yml";
	const source = sourceOf(path, workspace);
	if (source === void 0) {
		if (named === void 0) return void 0;
		throw new Problem(`${show(path)} does not exist`, "The path is relative to the workspace; check the repository out in an earlier step (actions/checkout).", "config");
	}
	const { fault, value, lineOf } = openYaml(source, isMetadata);
	if (fault !== void 0) {
		const remedy = fault.name === "tab as indent" ? "Indent with spaces." : "Correct it there.";
		throw new Problem(`is not plain YAML: ${fault.name} at column ${fault.column}`, remedy, `${path}:${fault.line}`);
	}
	let content;
	try {
		content = value(100) ?? {};
	} catch (error) {
		throw error instanceof Problem ? error.in(path) : error;
	}
	if (typeof content !== "object" || content === null || Array.isArray(content)) throw new Problem(`must be a mapping, not ${kindOf(content)}`, "Write settings as \"name: value\", one a line.", `${path}:${lineOf([])}`);
	const placeOf = (steps) => `${path}:${lineOf(steps)}`;
	return {
		path,
		content,
		placeOf
	};
}
/** Whether what lies below these keys is the user's own record, in the file itself or in one of its targets. */
function isMetadata(keys) {
	return keys[keys[0] === "targets" ? 2 : 0] === "metadata";
}
/** Its text, or undefined when there is no such file. */
function sourceOf(path, workspace) {
	const found = (fault, remedy) => new Problem(`${show(path)} ${fault}`, remedy, "config");
	let bytes;
	try {
		const full = resolve(workspace, path);
		const file = statSync(full);
		if (!file.isFile()) throw found("is not a file", "Name a YAML file.");
		if (file.size > limit) throw found(`has ${file.size} bytes, more than ${limit}`, "Keep settings in it and nothing else.");
		bytes = readFileSync(full);
	} catch (cause) {
		if (cause instanceof Problem) throw cause;
		const { code } = cause;
		if (code === "ENOENT" || code === "ENOTDIR") return void 0;
		throw found(`cannot be read (${code})`, "Let the user of the runner read it.");
	}
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		throw found("is not text in UTF-8", "Save it as UTF-8.");
	}
}
// src/settings/nearest.ts
/** The word of `words` that takes the fewest changes to reach, if it is near enough to be meant. */
function nearest(word, words) {
	const [best] = words.map((each) => ({
		each,
		distance: distance(word.toLowerCase(), each)
	})).filter(({ each, distance }) => distance <= Math.max(2, Math.floor(each.length / 3))).filter(({ each, distance }) => distance < Math.min(each.length, word.length)).sort((one, other) => one.distance - other.distance);
	return best?.each;
}
/** What to tell someone who wrote `word`: the word of `words` that was meant, or all of them, which are of this `kind`. */
function suggestion(word, words, kind) {
	const meant = nearest(word, words);
	return meant === void 0 ? `The ${kind} are ${some(words, 50)}.` : `Did you mean ${meant}?`;
}
/** Levenshtein's: insertions, deletions and substitutions of one character. */
function distance(from, to) {
	let row = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (const [line, character] of [...from.slice(0, 100)].entries()) {
		const next = [line + 1];
		for (let column = 1; column <= to.length; column += 1) {
			const substituted = (row[column - 1] ?? 0) + (character === to[column - 1] ? 0 : 1);
			next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row[to.length] ?? 0;
}
// src/settings/values/moments.ts
/** `before` or `after`, and a point. */
const time = parser({ enum: momentsOf(points).map(({ when, point }) => `${when} ${point}`) }, (value) => {
	const [when = "", point = "", ...more] = line(value).split(/\s+/);
	if (when !== "before" && when !== "after" || point === "" || more.length > 0) throw new Problem(`${show(value)} is not before or after a point of the flow`, "Write after updated, say.");
	const found = points.find((each) => each === point);
	if (found !== void 0) return {
		when,
		point: found
	};
	throw new Problem(`${show(point)} is not a point of the flow`, suggestion(point, points, "points"));
});
const places = [
	"each",
	"first",
	"runner"
];
/** `each`, `first`, `runner` or `role:NAME`. */
const place = parser({ anyOf: [{ enum: places }, {
	type: "string",
	pattern: "^role:[A-Za-z0-9][A-Za-z0-9._-]*$"
}] }, (value) => {
	const word = line(value);
	if (word.startsWith("role:")) return {
		kind: "role",
		role: roleName(word.slice(5).trim())
	};
	const kind = places.find((each) => each === word);
	if (kind !== void 0) return { kind };
	throw new Problem(`${show(word)} is not a place to run`, "Write each, first, role:NAME or runner.");
});
/** For `sh`, with LF; not blank. */
const command = parser({
	type: "string",
	pattern: "\\S"
}, (value) => {
	const text = script(value);
	if (text.trim() !== "") return text;
	throw new Problem("is empty", "Write the command.");
});
// src/settings/hooks.ts
/** What a hook may say, for reading and for the file's schema. */
const hookKeys = {
	at: {
		description: "When: before or after a point of the flow.",
		parse: time
	},
	run: {
		description: "The command, run by `sh`.",
		parse: command
	},
	on: {
		description: "Where: on `each` host (the default), on the `first` one only, on hosts with a role (`role:NAME`), or on the `runner`.",
		parse: place
	},
	name: {
		description: "What the log calls it; the default is its first line.",
		parse: line
	},
	timeout: {
		description: "Seconds until it is killed; the default is `command_timeout`.",
		parse: seconds(1)
	},
	allow_failure: {
		description: "Whether its failure is only a warning.",
		parse: boolean
	}
};
const requiredHookKeys = ["at", "run"];
const keys$1 = Object.keys(hookKeys);
/**
* The hooks of one list. A hook with a problem is left out, and its problems go to `problems`.
* @param placeOf `file:line` of an item, or of a key of it.
*/
function readHooks(value, placeOf, problems) {
	if (value === void 0 || value === null) return [];
	if (!Array.isArray(value)) {
		problems.push(new Problem(`must be a list, not ${kindOf(value)}`, "Begin each hook with \"- \".", `${placeOf([])}, hooks`));
		return [];
	}
	return value.flatMap((item, index) => {
		const found = [];
		const hook = readHook(item, (key) => placeOf(key === void 0 ? [index] : [index, key]), index, found);
		problems.push(...found);
		return hook === void 0 || found.length > 0 ? [] : [hook];
	});
}
function readHook(item, placeOf, index, problems) {
	const entry = `hooks, entry ${index + 1}`;
	if (typeof item !== "object" || item === null || Array.isArray(item)) {
		problems.push(new Problem(`is ${kindOf(item)}, not a hook`, "Write {at: after updated, run: …}.", `${placeOf()}, ${entry}`));
		return;
	}
	for (const key of Object.keys(item).filter((each) => !keys$1.includes(each))) {
		const fault = `${show(key)} is not a key of a hook`;
		problems.push(new Problem(fault, suggestion(key, keys$1, "keys"), `${placeOf(key)}, ${entry}`));
	}
	for (const key of requiredHookKeys.filter((each) => !Object.hasOwn(item, each))) {
		const remedy = key === "at" ? "Say when: after updated, say." : "Say what to run.";
		problems.push(new Problem(`lacks the key ${key}`, remedy, `${placeOf()}, ${entry}`));
	}
	const written = item;
	const read = (key, parse) => Object.hasOwn(written, key) ? attempt$1(problems, `${placeOf(key)}, ${entry}, ${key}`, () => parse(written[key])) : void 0;
	const at = read("at", hookKeys.at.parse);
	const run = read("run", hookKeys.run.parse);
	const hook = {
		on: read("on", hookKeys.on.parse) ?? { kind: "each" },
		timeout: read("timeout", hookKeys.timeout.parse),
		allow_failure: read("allow_failure", hookKeys.allow_failure.parse) ?? false,
		where: placeOf()
	};
	const name = read("name", hookKeys.name.parse);
	if (at === void 0 || run === void 0) return void 0;
	return {
		...hook,
		at,
		run,
		name: name || firstLineOf(run)
	};
}
/** Problems of hooks that this mode would run on hosts of a role that none has. */
function roleProblems(hooks, hosts, mode) {
	const roles = [...new Set(hosts.flatMap((host) => host.roles))];
	const passed = mode === void 0 ? points : pointsOf[mode === "check" ? "deploy" : mode];
	return hooks.flatMap(({ at, on, where }) => {
		if (on.kind !== "role" || roles.includes(on.role) || !passed.includes(at.point)) return [];
		return [new Problem(`no host has the role ${show(on.role)}`, roles.length === 0 ? "No host has any: give them roles, as in {host: web1, roles: [worker]}." : suggestion(on.role, roles, "roles"), `${where}, hooks, on`)];
	});
}
function firstLineOf(run) {
	const first = run.trim().split("\n", 1)[0]?.trimEnd() ?? "";
	return first.length > 60 ? `${first.slice(0, 59)}…` : first;
}
// src/settings/secrets.ts
/** Each secret that was given, once. */
function secretsOf(settings, hosts) {
	const names = settingNames.filter((name) => settingOf(name).secret);
	const values = [settings, ...hosts.map((host) => host.settings)].flatMap((holder) => names.map((name) => holder[name]));
	return [...new Set(values)].filter((value) => typeof value === "string");
}
/** The config file is in the repository, where a secret is none. */
function secretInFile(name) {
	return new Problem(`${name} is a secret, and the file is read by all who can read the repository`, `Take it out, replace it where it is used, and give the new one as the input ${name}, from a secret of the repository.`);
}
// src/settings/section.ts
/** The settings that the file may hold: not what chooses the file, nor secrets. */
const configNames = settingNames.filter((name) => name !== "config" && name !== "target" && !settingOf(name).secret);
/**
* The top level, or the target that `path` leads to.
* @param doubtful gets the settings that a misspelt key was perhaps meant for.
*/
function readSection(file, path, content, problems, doubtful) {
	const keys = [
		...configNames,
		"hooks",
		...path.length === 0 ? ["targets"] : []
	];
	const mapping = content ?? {};
	if (typeof mapping !== "object" || Array.isArray(mapping)) {
		const fault = `must be a mapping of settings, not ${kindOf(mapping)}`;
		problems.push(new Problem(fault, void 0, `${file.placeOf(path)}, ${path.join(".")}`));
		return {
			given: /* @__PURE__ */ new Map(),
			hooks: []
		};
	}
	const entries = Object.entries(mapping);
	const strangers = entries.map(([key]) => key).filter((key) => !keys.includes(key));
	for (const key of strangers.slice(0, 20)) {
		problems.push(unknownKey(key, keys, path.length > 0).in(file.placeOf([...path, key])));
		doubtful.add(settingNames.find((each) => each === key) ?? nearest(key, keys) ?? "");
	}
	if (strangers.length > 20) problems.push(new Problem(`has ${strangers.length - 20} more keys that are not settings`, void 0, file.path));
	const given = entries.flatMap(([key, value]) => {
		const name = configNames.find((each) => each === key);
		return name !== void 0 && (isGiven(value) || isCleared(name, value)) ? [[name, givenAt(file, [...path, name], value)]] : [];
	});
	const hooks = readHooks(mapping.hooks, (steps) => file.placeOf([
		...path,
		"hooks",
		...steps
	]), problems);
	return {
		given: new Map(given),
		hooks
	};
}
function givenAt(file, path, value) {
	const place = file.placeOf(path);
	if (!Array.isArray(value)) return {
		value,
		place
	};
	return {
		value,
		place,
		itemPlaces: value.map((_, index) => file.placeOf([...path, index]))
	};
}
function unknownKey(key, keys, inTarget) {
	const name = settingNames.find((each) => each === key);
	if (name !== void 0 && settingOf(name).secret) return secretInFile(name);
	if (name !== void 0) {
		const remedy = `Set ${name} as an input of the step: it decides what is read of the file.`;
		return new Problem(`${name} cannot be set in the file`, remedy);
	}
	if (key === "targets" && inTarget) return new Problem("a target has no targets", "Write all targets at the top level.");
	return new Problem(`${show(key)} is not a setting`, suggestion(key, keys, "keys"));
}
// src/settings/config.ts
/**
* Reads the file, all targets included: keys and hooks must be right everywhere, and values are looked at when they are
* used. Problems go to `problems`, with `path:line`.
*/
function readConfig({ path, target }, workspace, problems) {
	const found = [];
	const file = attempt$1(found, "", () => openConfig(path, workspace));
	problems.push(...found);
	const nothing = {
		given: /* @__PURE__ */ new Map(),
		hooks: [],
		targets: [],
		path: path ?? ".github/releases.yml"
	};
	if (found.length > 0) return {
		...nothing,
		doubtful: new Set(settingNames)
	};
	if (file === void 0) {
		if (target === void 0) return {
			...nothing,
			doubtful: /* @__PURE__ */ new Set()
		};
		const fault = `${show(target)} is chosen, but there is no ${usualPath}`;
		problems.push(new Problem(fault, "Check the repository out in an earlier step (actions/checkout), or set config to the path.", "target"));
		return {
			...nothing,
			doubtful: new Set(settingNames)
		};
	}
	return readFile$1(file, target, problems);
}
function readFile$1(file, target, problems) {
	const doubtful = /* @__PURE__ */ new Set();
	const top = readSection(file, [], file.content, problems, doubtful);
	const targets = targetsOf(file, problems);
	const sections = Object.entries(targets).map(([name, content]) => {
		return [name, readSection(file, ["targets", name], content, problems, doubtful)];
	});
	const names = sections.map(([name]) => name);
	const chosen = sections.find(([name]) => name === target)?.[1];
	if (target !== void 0 && chosen === void 0) {
		problems.push(unknownTarget(target, names, file.path));
		for (const name of settingNames) doubtful.add(name);
	}
	const given = new Map([...top.given, ...chosen?.given ?? []]);
	return {
		given: new Map([...given].filter(([, { value }]) => isGiven(value))),
		hooks: [...top.hooks, ...chosen?.hooks ?? []],
		targets: names,
		path: file.path,
		doubtful
	};
}
function unknownTarget(target, names, path) {
	const fault = `${show(target)} is not a target of ${path}`;
	if (names.length === 0) return new Problem(fault, "It has none: add the key targets.", "target");
	const meant = nearest(target, names);
	return new Problem(fault, `${meant === void 0 ? "" : `Did you mean ${meant}? `}The targets are ${some(names, 50)}.`, "target");
}
function targetsOf(file, problems) {
	const targets = file.content.targets ?? {};
	if (typeof targets !== "object" || targets === null || Array.isArray(targets)) {
		const fault = `must be a mapping of names, not ${kindOf(targets)}`;
		problems.push(new Problem(fault, "Write a name such as production, and its settings below it.", `${file.placeOf(["targets"])}, targets`));
		return {};
	}
	for (const name of Object.keys(targets)) attempt$1(problems, `${file.placeOf(["targets", name])}, targets`, () => targetName(name));
	return targets;
}
/** Perhaps what is missing is there, under a name that nobody chose. */
function targetHint({ targets, path }, inputs, problems) {
	if (!problems.some(({ message, where }) => {
		const name = settingNames.find((each) => each === where);
		return message.startsWith("is required") && name !== void 0 && !settingOf(name).secret;
	}) || targets.length === 0 || inputs.has("target")) return [];
	return [new Problem("is not chosen", `One of ${path} may have what is missing: ${some(targets, 50)}.`, "target")];
}
// src/settings/encounters.ts
function encounters(entries) {
	return [...duplicates(entries), ...intrusions(entries)];
}
function duplicates(drafts) {
	const seen = /* @__PURE__ */ new Map();
	return drafts.flatMap((draft) => {
		const { entry, settings } = draft;
		const key = JSON.stringify([placeOf(draft), settings.remote_dir]);
		const first = seen.get(key);
		if (first === void 0) {
			seen.set(key, draft);
			return [];
		}
		const twice = `${nameWithPort(first)} with remote_dir ${show(settings.remote_dir)}`;
		return [new Problem(`entries ${first.entry} and ${entry} are both ${twice}`, "Remove one, or give it another remote_dir.", "hosts")];
	});
}
/** Two applications of one host that would take each other's link, or lie in each other's way. */
function intrusions(drafts) {
	return drafts.flatMap((draft, at) => drafts.slice(0, at).flatMap((other) => {
		const { remote_dir: here, public_dir: link } = draft.settings;
		const { remote_dir: there, public_dir: theirs } = other.settings;
		if (placeOf(draft) !== placeOf(other) || here === void 0 || there === void 0 || here === there) return [];
		const entries = `entries ${other.entry} and ${draft.entry}`;
		if (posix.resolve(here, link) === posix.resolve(there, theirs)) return [new Problem(`${entries} would both lead ${show(posix.resolve(here, link))} to their releases`, "Give each a public_dir of its own.", "hosts")];
		if ([draft, other].find(({ settings }) => {
			const mine = settings.remote_dir === here ? there : here;
			return keptIn(settings).some((dir) => `${mine}/`.startsWith(`${dir}/`));
		}) === void 0) return [];
		return [new Problem(`${entries} lie in each other's way: one remote_dir is inside what the other keeps`, "Give each a directory of its own.", "hosts")];
	}));
}
/** Directories whose content is decided by one application alone. */
function keptIn({ remote_dir: root, release_dir: releases }) {
	return [
		releases,
		".releases",
		"shared"
	].map((dir) => posix.join(root ?? "/", dir));
}
// src/settings/hosts.ts
/** What a host's own entry calls some settings, beside their own names. */
const shortNames = {
	user: "ssh_user",
	port: "ssh_port"
};
const keys = [
	"host",
	"roles",
	...Object.keys(shortNames),
	...hostSettingNames
];
/** The hosts that `entries` describe. Problems go to `problems`; a host whose entry has one is left out. */
function readHosts(entries, shared, problems) {
	const drafts = entries.flatMap((entry, index) => {
		const found = [];
		const draft = attempt$1(found, `hosts, entry ${index + 1}`, () => readEntry(entry, index + 1, shared, found));
		problems.push(...found);
		return draft === void 0 || found.length > 0 ? [] : [draft];
	});
	problems.push(...homeless(entries, shared), ...nameless(drafts, shared.faulty), ...encounters(drafts));
	const places = Map.groupBy(drafts, placeOf);
	return drafts.map((draft) => hostOf(draft, places.get(placeOf(draft))?.length !== 1));
}
function readEntry(entry, number, shared, problems) {
	const mapping = typeof entry === "string" ? { host: entry } : entry;
	if (!isGiven(mapping.host)) throw new Problem("names no host", "Give it the key host.");
	const address = parseAddress(line(mapping.host));
	const where = `hosts, entry ${number} (${address.name})`;
	const own = {};
	if (address.user !== void 0) own.ssh_user = address.user;
	if (address.port !== void 0) own.ssh_port = address.port;
	for (const [key, value] of Object.entries(mapping)) {
		if (key === "host" || key === "roles") continue;
		attempt$1(problems, where, () => {
			const name = settingNamed(key);
			if (shared.inFile && settingOf(name).secret) throw secretInFile(name);
			if (!uses(shared.mode, name)) return;
			if (isCleared(name, value)) own[name] = void 0;
			if (!isGiven(value)) return;
			if (Object.hasOwn(own, name)) throw new Problem(`${key} is given twice`, "Keep one of the two.");
			own[name] = attempt$1(problems, `${where}, ${key}`, () => settingOf(name).parse(value));
		});
	}
	if (address.name === "local" && (own.ssh_user ?? own.ssh_port) !== void 0) throw new Problem("gives the runner itself a user or a port", "Leave them out: local uses no SSH.");
	const given = isGiven(mapping.roles) ? attempt$1(problems, `${where}, roles`, () => roles(mapping.roles)) : [];
	const settings = {
		...shared.settings,
		...own
	};
	const { ssh_user: user, ssh_port: port } = settings;
	return {
		entry: number,
		name: address.name,
		user,
		port,
		roles: given ?? [],
		settings
	};
}
function settingNamed(key) {
	const name = Object.hasOwn(shortNames, key) ? shortNames[key] : hostSettingNames.find((each) => each === key);
	if (name !== void 0) return name;
	if (settingNames.some((each) => each === key)) throw new Problem(`${key} is the same for all hosts`, `Set ${key} for the whole run instead.`);
	throw new Problem(`${show(key)} is not a key of a host`, suggestion(key, keys, "keys"));
}
/** One problem for all entries that end up without a `remote_dir`. */
function homeless(entries, { settings, faulty }) {
	if (settings.remote_dir !== void 0 || faulty.has("remote_dir")) return [];
	const lacking = entries.flatMap((entry, index) => typeof entry !== "string" && isGiven(entry.remote_dir) ? [] : [`entry ${index + 1}`]);
	if (entries.length > 0 && lacking.length === 0) return [];
	return [new Problem(`is required${lacking.length === entries.length ? "" : ` by ${some(lacking)} of hosts`}`, "Set it to a directory such as /srv/app.", "remote_dir")];
}
/** One problem for all hosts that nobody names a user for. */
function nameless(drafts, faulty) {
	const names = drafts.filter(({ name, user }) => name !== "local" && user === void 0).map(({ name }) => name);
	if (names.length === 0 || faulty.has("ssh_user")) return [];
	return [new Problem(`is required, as no user is named for ${some([...new Set(names)])}`, "Set ssh_user, or write user@host.", "ssh_user")];
}
function hostOf({ name, user, port, roles, settings }, sharesPlace) {
	const place = nameWithPort({
		name,
		port
	});
	const label = sharesPlace ? `${place} ${settings.remote_dir}` : place;
	return name === "local" ? {
		label,
		kind: "local",
		name,
		user: void 0,
		port: 0,
		roles,
		settings
	} : {
		label,
		kind: "ssh",
		name,
		user,
		port,
		roles,
		settings
	};
}
// src/settings/inputs.ts
/** All that is not empty: action.yml fills in no defaults, so that an input left out does not cover the config file. */
function givenInputs(input) {
	const given = settingNames.flatMap((name) => {
		const value = input(name);
		return isGiven(value) ? [[name, {
			value,
			place: void 0
		}]] : [];
	});
	return new Map(given);
}
/** A warning for each variable `INPUT_…` of the environment that no setting reads. */
function unknownInputs(environment) {
	return Object.keys(environment).flatMap((key) => /^INPUT_./.test(key) ? [key.slice(6).toLowerCase()] : []).filter((name) => !settingNames.some((each) => each === name)).map((name) => {
		const meant = nearest(name, settingNames);
		const hint = meant === void 0 ? "It has no effect." : `Did you mean ${meant}?`;
		return `${show(name)} is not an input of this action. ${hint}`;
	});
}
// src/settings/layers.ts
/** `problem` with the file and line that the setting it is about was read from. */
function located(problem, given) {
	const [name = ""] = problem.where.split(",");
	const found = given.get(name);
	if (found?.place === void 0) return problem;
	const entry = Number(/^\w+, entry (\d+)/.exec(problem.where)?.[1] ?? 0);
	return problem.in(found.itemPlaces?.[entry - 1] ?? found.place);
}
/**
* The typed value; undefined when there is none. A setting that the mode does not use is not looked at: a rollback at night must not fail over the build's metadata.
* @throws Problem
*/
function typedValue(name, { given, mode, doubtful }) {
	const setting = settingOf(name);
	const value = uses(mode, name) ? given.get(name)?.value : void 0;
	if (value !== void 0) return setting.parse(value);
	if (setting.default !== void 0) return defaultOf(name);
	const required = modes$1.every((each) => setting.requiredBy?.includes(each)) ? "is required" : mode !== void 0 && setting.requiredBy?.includes(mode) ? `is required by mode ${mode}` : void 0;
	if (required === void 0 || setting.perHost || doubtful.has(name)) return void 0;
	throw new Problem(required, setting.description.replaceAll("`", ""));
}
function defaultOf(name) {
	const { default: text, parse } = settingOf(name);
	return text === void 0 ? void 0 : parse(text);
}
// src/settings/linked_paths.ts
/** `shared` are the run's own settings: a problem that is not theirs alone is named with its host. */
function linkProblems({ label, settings }, shared, revisionFile) {
	const claims = [
		...claimed("linked_dirs", settings.linked_dirs),
		...claimed("linked_files", settings.linked_files),
		...claimed("revision_file", revisionFile === void 0 ? [] : [revisionFile])
	];
	const owners = /* @__PURE__ */ new Map();
	const twice = claims.flatMap((claim) => {
		const owner = owners.get(claim.path);
		if (owner === void 0) owners.set(claim.path, claim);
		return owner === void 0 ? [] : [problemOf(claim, `is in ${owner.name} already`, "Keep one of the two.")];
	});
	const nested = claims.flatMap((claim) => {
		const outer = parentsOf(claim.path).flatMap((parent) => owners.get(parent) ?? [])[0];
		if (outer === void 0) return [];
		return [problemOf(claim, `lies inside ${show(outer.path)} (${outer.name})`, "Keep the outer one alone, or paths beside each other.")];
	});
	const own = settings.linked_dirs !== shared.linked_dirs || settings.linked_files !== shared.linked_files;
	return [...twice, ...nested].map((problem) => own ? problem.in(`hosts, ${label}`) : problem);
}
function claimed(name, paths = []) {
	return paths.map((path) => ({
		name,
		path
	}));
}
function problemOf({ name, path }, fault, remedy) {
	return new Problem(`${show(path)} ${fault}`, remedy, name);
}
/** From the outermost in. */
function parentsOf(path) {
	const parent = posix.dirname(path);
	return parent === "." ? [] : [...parentsOf(parent), parent];
}
// src/settings/source.ts
/**
* The absolute path of `directory`, which is relative to `workspace` or absolute. A symlink to a directory will do.
* @throws Problem when it is missing, not a directory, not readable, empty or `/`.
*/
function sourceDirectory(directory, workspace) {
	const path = resolve(workspace, directory);
	const entries = read(directory, () => statSync(path).isDirectory() ? readdirSync(path) : void 0);
	if (entries === void 0) throw new Problem(`${show(directory)} is not a directory`, "Name the directory whose contents are to be sent.");
	if (entries.length === 0) throw new Problem(`${show(directory)} is empty`, "An empty release would take the site down: run the build first.");
	if (realpathSync(path) === "/") throw new Problem(`${show(directory)} is the whole filesystem of the runner`, "Name the directory whose contents are to be sent. A variable that is empty, in front of a slash, leads here.");
	return path;
}
/**
* Of hosts that are the runner itself, those which keep their releases in what is sent: each release would hold all before it.
* @param exclude what is not sent: a pattern that names the place, or a directory above it, will do.
*/
function enclosed(directory, hosts, shared, exclude) {
	const source = realPath(directory);
	const spared = new Set(exclude.map((pattern) => pattern.replace(/^\/|\/$/g, "")));
	return hosts.filter(({ kind, settings }) => {
		const root = `${realPath(settings.remote_dir)}/`;
		if (kind !== "local" || !root.startsWith(`${source}/`)) return false;
		const steps = root.slice(source.length + 1, -1).split("/");
		return !steps.some((_, at) => spared.has(steps.slice(0, at + 1).join("/")));
	}).map(({ label, settings: { remote_dir: root } }) => {
		const problem = new Problem(`${show(root)} is or lies in local_dir (${show(directory)}), so that each release would hold those before it`, "Let local_dir name the build alone, choose a remote_dir outside of it, or exclude that.", "remote_dir");
		return root === shared.remote_dir ? problem : problem.in(`hosts, ${label}`);
	});
}
/** Without symlinks, as far down as there is something. */
function realPath(path) {
	try {
		return realpathSync(path);
	} catch {
		const above = dirname(path);
		return above === path ? path : join(realPath(above), basename(path));
	}
}
function read(directory, look) {
	try {
		return look();
	} catch (cause) {
		const code = cause.code;
		if (code === "ENOENT" || code === "ENOTDIR") throw new Problem(`${show(directory)} does not exist`, "Build it in an earlier step or download it; the path is relative to the workspace.");
		throw new Problem(`${show(directory)} cannot be read (${code})`, "Let the user of the runner read it.");
	}
}
// src/settings/read.ts
/**
* Reads every setting through `input`, which gives an input's text untrimmed, and '' for one that is not set; and from
* the config file in the workspace, which inputs override.
* @throws Failure that lists all problems, one a line.
*/
function readSettings(input, { environment = process.env, inspect = () => [] } = {}) {
	const problems = [];
	const inputs = givenInputs(input);
	const workspace = environment.GITHUB_WORKSPACE || process.cwd();
	const config = readConfig(choiceIn(inputs, problems), workspace, problems);
	const given = new Map([...config.given, ...inputs]);
	const mode = attempt$1(problems, "mode", () => settingOf("mode").parse(given.get("mode")?.value ?? "deploy"));
	const values = { mode };
	for (const name of settingNames.filter((each) => each !== "mode")) values[name] = attempt$1(problems, name, () => typedValue(name, {
		given,
		mode,
		doubtful: config.doubtful
	})) ?? defaultOf(name);
	const faulty = /* @__PURE__ */ new Set([...config.doubtful, ...problems.map(({ where }) => where.split(",")[0] ?? "")]);
	const settings = values;
	const shared = Object.fromEntries(hostSettingNames.map((name) => [name, values[name]]));
	const inFile = given.get("hosts")?.place !== void 0;
	const entries = settings.hosts ?? [];
	const hosts = readHosts(entries, {
		mode,
		settings: shared,
		faulty,
		inFile
	}, problems);
	const warnings = [];
	if (settings.local_dir !== void 0) values.local_dir = artifactOf(settings.local_dir, {
		mode,
		workspace,
		warnings,
		problems
	});
	problems.push(...accessProblems(hosts, environment.SSH_AUTH_SOCK, faulty));
	if (!pathNames.some((name) => faulty.has(name))) {
		const settled = hosts.filter((host) => host.settings.remote_dir !== void 0);
		problems.push(...settled.flatMap((host) => collisions(host, shared)));
		const source = isOneOf(preparing, settings.mode) ? settings.local_dir : void 0;
		if (source !== void 0) problems.push(...enclosed(source, settled, shared, settings.exclude ?? []));
	}
	problems.push(...hosts.flatMap((host) => linkProblems(host, shared, settings.revision_file)));
	if (hosts.length > 0 && hosts.length === entries.length) problems.push(...roleProblems(config.hooks, hosts, mode));
	problems.push(...hosts.flatMap((host) => inspect(host)));
	if (problems.length > 0) throw failureOf([...problems.map((problem) => located(problem, given)), ...targetHint(config, inputs, problems)]);
	warnings.push(...unused(inputs, mode), ...accessWarnings(hosts), ...unknownInputs(environment));
	return freeze({
		settings,
		hosts,
		hooks: config.hooks,
		warnings,
		secrets: secretsOf(values, hosts)
	});
}
const pathNames = [
	"remote_dir",
	"release_dir",
	"public_dir",
	"log_file"
];
function choiceIn(inputs, problems) {
	const chosen = (name) => {
		const value = inputs.get(name)?.value;
		return value === void 0 ? void 0 : attempt$1(problems, name, () => schema[name].parse(value));
	};
	return {
		path: chosen("config"),
		target: chosen("target")
	};
}
/** A check may run where nothing was built. */
function artifactOf(directory, { mode, workspace, warnings, problems }) {
	const found = [];
	const path = attempt$1(found, "local_dir", () => sourceDirectory(directory, workspace));
	if (mode === "check") warnings.push(...found.map(({ line }) => line));
	else problems.push(...found);
	return path;
}
function unused(inputs, mode) {
	const names = [...inputs.keys()].filter((name) => !uses(mode, name));
	return names.length === 0 ? [] : [`mode ${mode} does not use ${names.join(", ")}.`];
}
function failureOf(problems) {
	const lines = [...new Set(problems.map(({ line }) => line))];
	const count = lines.length === 1 ? "1 setting needs" : `${lines.length} settings need`;
	const told = lines.length > 100 ? [...lines.slice(0, 99), `And ${lines.length - 99} more.`] : lines;
	return new Failure([`${count} attention; nothing was connected.`, ...told].join("\n"));
}
/** Frozen all the way down. */
function freeze(value) {
	if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
	for (const inner of Object.values(value)) freeze(inner);
	return Object.freeze(value);
}
// src/run.ts
const modes = {
	deploy,
	stage,
	publish,
	rollback,
	prune: pruneAll,
	list,
	check,
	repair
};
/** @param signal aborted when the run is cancelled. Never throws for what is the user's to mend: it reports and sets the exit code. */
async function run(signal) {
	const started = /* @__PURE__ */ new Date();
	let log = createLog(core_exports, []);
	let mode = getInput("mode") || "deploy";
	if (isOneOf(uploading, mode)) localRsync();
	let summary = getInput("summary").trim().toLowerCase() !== "false";
	let remoteDir;
	let target;
	let outcome;
	try {
		const reading = readInputs();
		mode = reading.settings.mode;
		summary = reading.settings.summary;
		remoteDir = sharedDir(reading.hosts);
		target = reading.settings.target;
		if (process.env.GITHUB_ACTIONS) maskSecrets(reading.secrets, core_exports);
		log = createLog(core_exports, reading.hosts.map((host) => host.label));
		for (const warning of reading.warnings) log.warn(void 0, warning);
		await checkRunner(mode);
		outcome = await work(reading, log, signal, started);
	} catch (error) {
		outcome = nothingDone([failureFrom(error)]);
		if (!(error instanceof Failure)) log.debug(void 0, String(error instanceof Error ? error.stack : error));
	}
	const seconds = (Date.now() - started.getTime()) / 1e3;
	await report(outcome, log, {
		mode,
		summary,
		remoteDir,
		target,
		seconds
	});
}
/** Undefined where hosts have one of their own. */
function sharedDir(hosts) {
	const [dir, ...others] = new Set(hosts.map(({ settings }) => settings.remote_dir));
	return others.length === 0 ? dir : void 0;
}
function readInputs() {
	return readSettings((name) => getInput(name, { trimWhitespace: false }), { inspect: credentialProblems });
}
function credentialProblems(host) {
	return inspectCredentials(host).flatMap(({ where, check }) => {
		try {
			check();
			return [];
		} catch (error) {
			const failure = failureFrom(error);
			return [new Problem(failure.message.startsWith(where) ? failure.message.slice(where.length).replace(/^:? /, "") : failure.message, failure.detail.remedy, where)];
		}
	});
}
async function work(reading, log, signal, started) {
	const { settings, hooks } = reading;
	const hosts = settings.shard ? shardOf(reading.hosts, (host) => host.label, settings.shard) : reading.hosts;
	if (hosts.length < reading.hosts.length) log.note(void 0, `this job works on ${hosts.length} of ${reading.hosts.length} hosts (shard)`);
	if (hosts.length === 0) {
		log.warn(void 0, "this shard has no hosts: nothing was done");
		return nothingToDo(settings);
	}
	await using own = await openPrivateDir();
	if (process.env.GITHUB_STATE) saveState("dir", own.path);
	const context = {
		id: `${process.env.GITHUB_RUN_ID ?? "run"}-${process.env.GITHUB_RUN_ATTEMPT ?? "1"}-${randomBytes(4).toString("hex")}`,
		settings,
		hosts,
		hooks,
		origin: origin(),
		watch: log,
		signal,
		started,
		dir: own.path,
		connect: (host, stop) => connect$1(host, {
			agent: process.env.SSH_AUTH_SOCK,
			dir: own.path
		}, stop, (text) => log.note(host.label, text))
	};
	await using stations = new AsyncDisposableStack();
	const fleet = hosts.map((host) => createStation(context, host));
	stations.defer(async () => {
		await Promise.all(fleet.map((station) => station[Symbol.asyncDispose]()));
	});
	return await modes[settings.mode](createCourse(context, fleet));
}
async function report(outcome, log, { summary, ...frame }) {
	const { result, failures } = outcome;
	if (failures.length > 0 || result.status === "failed" || result.status === "reverted") process.exitCode = 1;
	await reportRun({
		...frame,
		...outcome,
		repository: repositoryUrl(),
		warnings: log.warnings,
		notes: log.notes
	}, summary, log, core_exports);
}
// src/main.ts
const cancelled = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => cancelled.abort(new Failure("the run was cancelled", { remedy: "Run it again: it goes on from what is there." })));
await run(cancelled.signal);
await new Promise((resolve) => process.stdout.write("", resolve));
process.exit();
export {};

import { a as attempts, i as overLinks, n as keyRefusal, r as firstChannelNeeded } from "./shared4.js";
import { P as Failure, a as lost, b as UNKNOWN, d as notLetIn, f as onTheWay, g as unreached, h as unknownName, l as noLogin, p as placeOf, s as noChannels, u as noWayOn, v as orAborted, y as SILENCE } from "./shared.js";
import { a as withoutSecrets, n as serveAgent, r as ownProgram, t as openKey } from "./shared2.js";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { spawn } from "node:child_process";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
// src/connection/askpass.ts
/**
* Answers every question for a password until disposed.
* @param program path of the program to be; `socket` of where it comes back to. Both in a directory that nobody else may enter.
*/
async function serveAskpass(program, socket, password) {
	const server = createServer((visitor) => {
		visitor.on("error", () => visitor.destroy());
		let greeting = "";
		visitor.setEncoding("utf8").on("data", (text) => {
			greeting += text;
			if (!greeting.includes("\n")) return;
			visitor.end(isForPassword(greeting) ? `${password}\n` : "");
		});
	});
	await new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(socket, resolve);
	});
	server.unref();
	await writeFile(program, "#!/bin/sh\nexec \"$RELEASES_NODE\" \"$RELEASES_ASKPASS\" \"$@\"\n");
	await chmod(program, 448);
	return {
		environment: {
			SSH_ASKPASS: program,
			SSH_ASKPASS_REQUIRE: "force",
			DISPLAY: ":0",
			RELEASES_NODE: process.execPath,
			RELEASES_ASKPASS: fileURLToPath(ownProgram("askpass")),
			RELEASES_ANSWERS: socket
		},
		async [Symbol.asyncDispose]() {
			server.close();
		}
	};
}
/** Not the passphrase of a key, nor the PIN of a token, that a file of the user's may have brought in. */
function isForPassword(greeting) {
	try {
		const [prompt = ""] = JSON.parse(greeting);
		return !/passphrase|\bPIN\b|yes\/no|new password/i.test(prompt);
	} catch {
		return false;
	}
}
// src/connection/target.ts
/** The hosts that are gone through, the nearest first, and the host itself. */
function routeTo(target) {
	return target.jump === void 0 ? [target] : [...routeTo(target.jump), target];
}
// src/connection/openssh_config.ts
function filesIn(dir) {
	return {
		config: `${dir}/config`,
		knownHosts: `${dir}/known_hosts`,
		shown: `${dir}/shown`,
		publicKey: `${dir}/key.pub`,
		certificate: `${dir}/key-cert.pub`,
		userConfig: `${dir}/ssh_config`,
		agent: `${dir}/a`,
		askpass: `${dir}/askpass`,
		password: `${dir}/p`,
		control: `${dir}/c`,
		hopLog: (place) => `${dir}/hop${place}.log`,
		channelLog: (number) => `${dir}/channel${number}.log`
	};
}
/**
* The file for `-F`, in place of the user's and the system's. The first word on a setting counts, so what the user's own
* file says comes last. The host, its user and its port are arguments: with `ProxyJump` in the user's file, OpenSSH
* reads this file for the host on the way too.
*/
function configOf(target, files) {
	const { privateKey, password, agent, certificate, config } = target;
	const strict = target.hostKeyChecking === "strict";
	const methods = [
		"publickey",
		...config === void 0 ? [] : ["gssapi-with-mic", "hostbased"],
		...password === void 0 ? [] : ["password", "keyboard-interactive"]
	];
	const own = privateKey !== void 0;
	const socket = own ? files.agent : agent;
	return `${[
		"IgnoreUnknown KnownHostsCommand,ForkAfterAuthentication,StdinNull,SessionType,ObscureKeystrokeTiming",
		"LogLevel DEBUG1",
		`BatchMode ${password === void 0 ? "yes" : "no"}`,
		"NumberOfPasswordPrompts 1",
		`PreferredAuthentications ${methods.join(",")}`,
		...own || config === void 0 ? [`IdentitiesOnly ${own ? "yes" : "no"}`] : [],
		...socket === void 0 && config !== void 0 ? [] : [`IdentityAgent ${quoted(socket ?? "none")}`],
		...own ? [`IdentityFile ${quoted(files.publicKey)}`] : [],
		"IdentityFile none",
		...certificate === void 0 ? [] : [`CertificateFile ${quoted(files.certificate)}`],
		"AddKeysToAgent no",
		`StrictHostKeyChecking ${strict ? "yes" : "no"}`,
		`UserKnownHostsFile ${strict ? quoted(files.knownHosts) : "/dev/null"}`,
		"GlobalKnownHostsFile /dev/null",
		`KnownHostsCommand /bin/sh -c ${quoted("echo \"$1 $2 $3\" >>\"$0\"")} ${quoted(files.shown)} %H %t %K`,
		"CheckHostIP no",
		"UpdateHostKeys no",
		"VerifyHostKeyDNS no",
		"NoHostAuthenticationForLocalhost no",
		"ForwardAgent no",
		"ForwardX11 no",
		"ClearAllForwardings yes",
		"PermitLocalCommand no",
		"RemoteCommand none",
		"RequestTTY no",
		"Tunnel no",
		"StdinNull no",
		"ForkAfterAuthentication no",
		"ControlMaster no",
		"ControlPath none",
		"ControlPersist no",
		"ConnectionAttempts 1",
		`ConnectTimeout ${Math.ceil(target.connectTimeout)}`,
		`ServerAliveInterval ${SILENCE.every}`,
		`ServerAliveCountMax ${SILENCE.times}`,
		...config === void 0 ? [] : [`Include ${quoted(files.userConfig, "as it is")}`]
	].join("\n")}\n`;
}
/** The arguments of the process that holds the connection: no command, and a socket for those that have one. */
function masterArguments(target, files) {
	return [
		"-M",
		"-N",
		"-T",
		"-S",
		plain(files.control),
		...wayTo(target, files)
	];
}
/** The arguments of a process that has one command run through the socket, and never connects by itself. */
function channelArguments(files, number, command) {
	const options = [
		"LogLevel=DEBUG2",
		"BatchMode=yes",
		"IdentityFile=none",
		"ProxyCommand=false"
	];
	return [
		...[
			"-F",
			"none",
			"-T",
			"-S",
			plain(files.control),
			"-E",
			files.channelLog(number)
		],
		...options.flatMap((option) => ["-o", option]),
		...[
			"--",
			"host",
			command
		]
	];
}
function wayTo(target, files) {
	const { jump } = target;
	const through = jump === void 0 ? [] : ["-o", `ProxyCommand=${proxyCommand(jump, files)}`];
	const port = target.config !== void 0 && target.port === 22 ? [] : ["-p", String(target.port)];
	return [
		"-F",
		files.config,
		"-l",
		target.user,
		...port,
		...through,
		"--",
		target.name
	];
}
/** `ProxyJump` would read the file, but not know of the hop's own log. */
function proxyCommand(jump, files) {
	return [
		"ssh",
		"-E",
		files.hopLog(routeTo(jump).length - 1),
		"-W",
		"[%h]:%p",
		...wayTo(jump, files)
	].map((word) => word === "[%h]:%p" ? word : shellWord(word)).join(" ");
}
/** For the shell that starts a ProxyCommand, after OpenSSH has replaced what follows a percent sign. */
function shellWord(word) {
	const literal = plain(word);
	return /^[\w./:=@-]+$/.test(literal) ? literal : `'${literal.replaceAll("'", "'\\''")}'`;
}
/** A word of the configuration file; OpenSSH replaces what follows a percent sign in all but the names of files to include. */
function quoted(word, tokens = "none") {
	return `"${(tokens === "none" ? plain(word) : word).replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`;
}
function plain(word) {
	return word.replaceAll("%", "%%");
}
// src/connection/openssh_channel.ts
const ignore = () => {};
/** ssh's own status for all that is not the command's. */
const OWN = 255;
/**
* Has `command` run; undefined when the server allows no further channel.
* @throws Failure when the connection is lost.
*/
async function openChannel(target, files, number, command, master) {
	if (!master.alive) throw lost(target);
	const child = spawn("ssh", [...channelArguments(files, number, command)], {
		detached: true,
		env: {
			...withoutSecrets(),
			SSH_ASKPASS_REQUIRE: "never"
		}
	});
	const ended = Promise.withResolvers();
	for (const event of ["exit", "error"]) child.once(event, () => ended.resolve());
	const streams = streamsOf(child);
	const log = files.channelLog(number);
	const told = await opening(log, ended.promise, master);
	if (told.channel !== void 0) return channelOf(child, streams, told.channel, log, master);
	child.kill();
	await rm(log, { force: true });
	if (/session request failed/.test(told.text) && !/read from master failed/.test(told.text)) return void 0;
	if (!master.alive || /mux_client|Control socket|read from master/.test(told.text)) throw lost(target);
	throw new Failure(`OpenSSH starts no command on ${target.label}: ${told.text.trim().split("\n").at(-1)}`, { host: target.label });
}
/** OpenSSH tells nobody but its log that the channel is there, and its log is no stream. */
async function opening(log, ended, master) {
	let over = false;
	for (const end of [ended, master.gone]) end.then(() => {
		over = true;
	});
	for (;;) {
		const last = over;
		const text = await readFile(log, "utf8").catch(() => "");
		const channel = /master session id: (\d+)/.exec(text)?.[1];
		if (channel !== void 0 || last) return {
			text,
			channel
		};
		await Promise.race([
			setTimeout$1(4),
			ended,
			master.gone
		]);
	}
}
function streamsOf(child) {
	const closed = Promise.withResolvers();
	child.once("close", closed.resolve);
	const [stdout, stderr] = [child.stdout, child.stderr].map((from) => from.pipe(new PassThrough({ highWaterMark: 262144 })));
	for (const stream of [
		child.stdin,
		child.stdout,
		child.stderr,
		stdout,
		stderr
	]) stream.on("error", ignore);
	return {
		stdin: child.stdin,
		stdout,
		stderr,
		closed: closed.promise,
		letGo() {
			for (const from of [child.stdout, child.stderr]) from.unpipe().resume();
			stdout.end();
			stderr.end();
		}
	};
}
function channelOf(child, { stdin, stdout, stderr, closed, letGo }, channel, log, master) {
	const { promise: exit, resolve } = Promise.withResolvers();
	const settle = (result) => {
		resolve(result);
		stdin.destroy();
		rm(log, { force: true });
	};
	closed.then(async (code) => settle(await exitOf(code, channel, log, master)));
	master.gone.then(async () => settle(await exitOf(child.exitCode, channel, log, master)));
	return {
		stdin,
		stdout,
		stderr,
		exit,
		close() {
			settle(UNKNOWN);
			child.kill();
			letGo();
		}
	};
}
/** Status 255 is ssh's own, unless its log says that the command gave it. */
async function exitOf(code, channel, log, master) {
	if (code === null) return UNKNOWN;
	if (code !== OWN) return {
		code,
		signal: null
	};
	if ((await readFile(log, "utf8").catch(() => "")).includes(`Received exit status from master ${OWN}`)) return {
		code,
		signal: null
	};
	for (const end = Date.now() + 1e3; master.alive && Date.now() < end; await setTimeout$1(10)) if (master.wasSignalled(channel)) return {
		code: null,
		signal: "unknown"
	};
	return UNKNOWN;
}
// src/connection/openssh_trouble.ts
/**
* @param accounts of the hosts on the way, the nearest first, and of the host itself.
* @param shown the host keys that were shown, as `KnownHostsCommand` noted them.
*/
function explainOpenssh(accounts, shown) {
	const { target, log } = accounts.at(-1);
	for (const [place, account] of accounts.entries()) {
		const failure = troubleOf(account, accounts[place + 1]?.target, shown);
		if (failure) return failure.detail.host === target.label ? failure : onTheWay(failure, target);
	}
	const said = spoken(log).slice(-3).join("; ") || "it said nothing";
	return new Failure(`OpenSSH cannot connect to ${placeOf(target)}: ${said}`, {
		host: target.label,
		remedy: "Its words are explained in ssh(1) and ssh_config(5)."
	});
}
const network = [
	[/Temporary failure in name resolution|Try again/, "lookup"],
	[/connect to (?:host|address) .*: Connection refused/, "refused"],
	[/: (?:Connection|Operation) timed out|Connection to \S+ port \d+ timed out/, "silent"],
	[/: No route to host|: Host is (?:down|unreachable)/, "unroutable"],
	[/: Network is unreachable|: Cannot assign requested address/, "network"],
	[/Connection reset by (?!.*authenticating)|: Connection reset by peer|: Broken pipe/, "cut"],
	[/kex_exchange_identification|ssh_exchange_identification|banner exchange|Connection closed by/, "closed"]
];
/** What is fatal in the log, if anything is; `next` is the host that this one was to lead to. */
function troubleOf({ target, log }, next, shown) {
	const detail = { host: target.label };
	const where = placeOf(target);
	if (next && /stdio forwarding failed|open failed: (?:connect failed|administratively prohibited)/.test(log)) return noWayOn(next, target, /open failed: connect failed/.test(log));
	if (next && /^Authenticated to /m.test(log)) return void 0;
	if (/Host key verification failed|REVOKED HOST KEY/.test(log)) return keyRefusal(target, lastShown(shown), /^.*Certificate invalid: (.*)$/m.exec(log)?.[1]?.trim());
	const missing = /(?:command-line|config\S*|ssh_config) line (\d+): (.*)|Bad configuration option: .*/.exec(log);
	if (missing && /terminating,|Bad configuration|bad configuration/.test(log)) return new Failure(`ssh_config has a line that OpenSSH does not take: ${missing[0].trim()}`, detail);
	const askpass = /ssh_askpass: exec\((.*)\): (.*)/.exec(log);
	if (askpass) return new Failure(`OpenSSH cannot ask for ssh_password: ${askpass[1]} cannot be run (${askpass[2]?.trim()})`, {
		...detail,
		remedy: "Let TMPDIR be a directory of the runner where programs may run."
	});
	if (/Permission denied|Too many authentication failures|No supported authentication methods/.test(log)) return loginRefused(target, log);
	const nothing = /(?:no matching|negotiate.*no matching) (.+?) found\. Their offer: (.*)/.exec(log);
	if (nothing) {
		const [, part = "", offered = ""] = nothing;
		const offer = offered.trim().replace(/,?(?:kex-strict-s-v00@openssh\.com|ext-info-s)/g, "");
		return new Failure(`${where} and OpenSSH on the runner have no ${part} in common; it offers ${offer}`, {
			...detail,
			remedy: "Allow more algorithms in its sshd_config, or here in a file that `ssh_config` names."
		});
	}
	if (/Could not resolve hostname .*(?:not known|No address|nodename nor servname)/.test(log)) return unknownName(target);
	const lines = spoken(log);
	const trouble = network.find(([pattern]) => pattern.test(lines.join("\n")))?.[1];
	const others = lines.filter((line) => !network.some(([pattern]) => pattern.test(line)));
	return trouble && unreached(target, trouble, void 0, others.slice(-3));
}
function loginRefused(target, log) {
	const keys = [...log.matchAll(/Offering public key: .*? (\S+) (SHA256:\S+)/g)].map(([, type = "", print]) => `${typeNamed(type)} ${print}`);
	const methods = [...log.matchAll(/Next authentication method: (\S+)/g)].map(([, name = ""]) => name);
	const others = [...new Set(methods)].filter((name) => name !== "publickey");
	const tried = [...keys.length > 0 ? [`publickey (${keys.join(", ")})`] : [], ...others];
	const takes = /Authentications that can continue: (\S+)/.exec(log)?.[1]?.split(",") ?? [];
	const hope = target.certificate !== void 0 ? "certificate" : keys.length > 0 ? "key" : "password";
	return notLetIn(target, tried, takes, hope);
}
/** As it is called inside the key, where OpenSSH's short name tells. */
function typeNamed(short) {
	const [, name = "", certificate = ""] = /^(.*?)(-CERT)?$/.exec(short) ?? [];
	const plain = {
		ED25519: "ssh-ed25519",
		RSA: "ssh-rsa"
	}[name] ?? name;
	return certificate ? `${plain} certificate` : plain;
}
/** Without the debug lines, and what the host's operator greets with. */
function spoken(log) {
	return log.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !/^debug\d: |^\*\*|^Warning: Permanently added/.test(line));
}
function lastShown(shown) {
	const [name, , base64] = shown.split("\n").map((line) => line.split(" ")).findLast(([, type]) => type !== void 0 && type !== "NONE") ?? [];
	return name === void 0 || base64 === void 0 ? void 0 : {
		name,
		blob: Buffer.from(base64, "base64")
	};
}
/** What was under way, for a timeout. */
function stageOf(log) {
	if (/SSH2_MSG_SERVICE_ACCEPT/.test(log)) return "at the login";
	if (/Connection established|Local version string/.test(log)) return "in the key exchange";
	return "before a connection was there";
}
// src/connection/openssh_master.ts
/**
* Ends ssh, and all that ssh has started, as soon as its own stdin ends: no connection outlives the action, however that ends.
*/
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
ssh=$!
{ cat <&3 >/dev/null; kill 0; } 2>/dev/null &
exec 3<&-
wait "$ssh"`;
/** What sshd says first when its own part of the login is over. */
const WELCOME = "rtype hostkeys-00@openssh.com";
/** Starts ssh; what it needs for the login must be there already. `progress` hears how far it is. */
function startMaster(target, files, env, progress) {
	const args = [
		"-c",
		GUARD,
		"sh",
		"ssh",
		...masterArguments(target, files)
	];
	const child = spawn("/bin/sh", args, {
		detached: true,
		stdio: [
			"pipe",
			"ignore",
			"pipe"
		],
		env
	});
	child.stdin?.on("error", () => {});
	let log = "";
	const ready = Promise.withResolvers();
	const gone = Promise.withResolvers();
	const admitted = Promise.withResolvers();
	let tail = "";
	const signalled = /* @__PURE__ */ new Set();
	ready.promise.catch(() => {});
	child.stderr?.setEncoding("utf8").on("data", (text) => {
		for (const [, opened, killed] of text.matchAll(/channel (?:(\d+): new|(\d+) rtype exit-signal)/g)) {
			if (opened !== void 0) signalled.delete(opened);
			if (killed !== void 0) signalled.add(killed);
		}
		const seen = tail + text;
		tail = seen.slice(-29);
		if (seen.includes(WELCOME)) admitted.resolve();
		if (timer === void 0) return;
		log += text;
		progress.stage = stageOf(log);
		look();
	});
	let timer;
	const look = () => {
		if (!existsSync(files.control)) return;
		stopLooking();
		ready.resolve();
		if (!log.includes("remote software version OpenSSH_")) admitted.resolve();
	};
	const stopLooking = () => {
		clearInterval(timer);
		timer = void 0;
	};
	timer = setInterval(look, 50);
	const end = () => {
		stopLooking();
		child.stdin?.destroy();
		gone.resolve();
		admitted.resolve();
		ready.reject(/* @__PURE__ */ new Error(`ssh ended (${child.exitCode ?? child.signalCode})`));
	};
	child.once("error", end);
	child.once("close", end);
	return {
		ready: ready.promise,
		admitted: admitted.promise,
		gone: gone.promise,
		get alive() {
			return child.exitCode === null && child.signalCode === null;
		},
		wasSignalled: (channel) => signalled.delete(channel),
		log: () => log,
		async end(patience) {
			stopLooking();
			child.stdin?.destroy();
			await Promise.race([gone.promise, setTimeout$1(patience, void 0, { ref: false })]);
		}
	};
}
// src/connection/openssh_link.ts
/** Milliseconds after which hosts on the way are past, or so slow that others shall not wait for that: ssh tells of its own login only. */
const HOP = 2e3;
/**
* One try. Its files are in a directory of their own in `base`, which nobody else may enter.
* @throws Failure, or anything at all once `signal` is aborted.
*/
async function openOpensshLink(target, base, signal, progress) {
	const dir = await mkdtemp(`${base}/`);
	const files = filesIn(dir);
	progress.stage = "before a connection was there";
	let process;
	try {
		await using help = new AsyncDisposableStack();
		process = startMaster(target, files, await prepare(target, files, help), progress);
		for (const hop of routeTo(target)) setTimeout(() => progress.pass(hop), HOP).unref();
		await orAborted(process.ready, signal);
		return linkOf(target, files, process, dir);
	} catch (error) {
		await process?.end(300);
		const failure = signal.aborted ? error : await explain(error, target, files, process);
		await remove(dir);
		throw failure;
	}
}
/** Writes what ssh reads; no secret is in it. What answers it during the login is left to `help`. */
async function prepare(target, files, help) {
	const { privateKey, passphrase, password, agent, certificate, config } = target;
	if ((privateKey ?? password ?? agent ?? config) === void 0) throw noLogin(target);
	const write = (file, text) => writeFile(file, text, { mode: 384 });
	await write(files.config, configOf(target, files));
	await write(files.knownHosts, target.knownHosts?.replaceAll("\r", "") ?? "");
	if (certificate !== void 0) await write(files.certificate, `${certificate}\n`);
	if (config !== void 0) await copyFile(config, files.userConfig);
	if (privateKey !== void 0) {
		const key = openKey(privateKey, passphrase);
		await write(files.publicKey, `${key.type} ${key.publicKey.toString("base64")}\n`);
		help.use(await serveAgent(files.agent, key));
	}
	const { SSH_AUTH_SOCK: _, SSH_ASKPASS: __, DISPLAY: ___, ...own } = withoutSecrets();
	if (password === void 0) return {
		...own,
		SSH_ASKPASS_REQUIRE: "never"
	};
	const askpass = help.use(await serveAskpass(files.askpass, files.password, password));
	return {
		...own,
		...askpass.environment
	};
}
async function explain(error, target, files, process) {
	if (error instanceof Failure) return error;
	const log = process?.log() ?? String(error);
	if (/ssh: (?:command )?not found|not found: ssh|exec: ssh:|: ssh: No such file/.test(log)) return new Failure("the runner has no OpenSSH client", {
		host: target.label,
		remedy: "Install it in an earlier step (`sudo apt-get install openssh-client`), or leave `ssh_client` out."
	});
	const read = (file) => readFile(file, "utf8").catch(() => "");
	const route = routeTo(target);
	const logs = await Promise.all(route.map((_, at) => at < route.length - 1 ? read(files.hopLog(at)) : log));
	return explainOpenssh(route.map((each, at) => ({
		target: each,
		log: logs[at] ?? ""
	})), await read(files.shown));
}
function linkOf(target, files, process, dir) {
	const oneAtLeast = firstChannelNeeded(() => noChannels(target));
	let count = 0;
	return {
		admitted: process.admitted,
		get alive() {
			return process.alive;
		},
		start: (command) => oneAtLeast(() => openChannel(target, files, count++, command, process)),
		async close() {
			await process.end(2e3);
			await remove(dir);
		}
	};
}
/** Also while a process that is ending still writes to its log. */
function remove(dir) {
	return rm(dir, {
		recursive: true,
		force: true,
		maxRetries: 5,
		retryDelay: 50
	});
}
// src/connection/openssh.ts
/**
* Connects and logs in as `connectSsh` does.
* @param base a private directory with a short path, for sockets and configuration; nothing is left in it.
* @throws Failure with the host, what went wrong and a remedy.
*/
async function connectOpenssh(target, base, signal, onRetry = () => {}) {
	return overLinks(target, signal, (until) => attempts(target, until, onRetry, (limit, progress) => openOpensshLink(target, base, limit, progress)));
}
export { connectOpenssh };

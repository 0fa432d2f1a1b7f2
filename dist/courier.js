import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
// src/transfer/stall.ts
const LEAST = 32768;
/** @param act called once, after WINDOW seconds in which too little passed; time in which a program of ours works is not counted. */
function onStall(act) {
	const sockets = /* @__PURE__ */ new Set();
	subscribe("http.client.request.start", (message) => {
		const { socket } = message.request;
		if (socket) sockets.add(socket);
	});
	let passed = [];
	const timer = setInterval(() => {
		if (process.getActiveResourcesInfo().includes("ProcessWrap")) passed = [];
		passed.push([...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0));
		if (!isStalled(passed)) return;
		clearInterval(timer);
		act();
	}, 1e3);
	timer.unref();
}
/** @param passed bytes that had passed, second by second. */
function isStalled(passed) {
	const before = passed.at(-16);
	return before !== void 0 && (passed.at(-1) ?? 0) - before < LEAST;
}
// src/courier.ts
/** Relative, in the same words both ways: the cache keeps what is restored apart by them. */
const PATHS = ["artifact.tar", "record.json"];
const errand = JSON.parse(process.argv[2]);
const cache = await import("./cache.js");
process.stdin.on("end", () => process.exit(1)).resume();
onStall(() => process.exit(1));
writeFileSync("found", JSON.stringify(cache.isFeatureAvailable() ? await run(errand) : []));
process.exit();
/** @returns the keys that were saved, found or restored. */
async function run({ verb, keys, ...task }) {
	const [key = "", ...others] = keys;
	if (verb === "save") {
		if (task.dir === void 0) return [];
		pack(task.dir, task.selection ?? [], task.record ?? "");
		if (await cache.saveCache([...PATHS], key) >= 0) return [key];
		return await holds(key) ? [key] : [];
	}
	if (verb === "restore") {
		const found = await cache.restoreCache([...PATHS], key, others);
		if (found === void 0 || !existsSync("artifact.tar")) return [];
		mkdirSync("tree");
		execFileSync("tar", [
			"-xpf",
			"artifact.tar",
			"-C",
			"tree"
		]);
		rmSync("artifact.tar");
		return [found];
	}
	const found = [];
	for (const each of keys) {
		if (await holds(each)) found.push(each);
		writeFileSync("found", JSON.stringify(found));
	}
	return found;
}
async function holds(key) {
	return await cache.restoreCache([...PATHS], key, [], { lookupOnly: true }) === key;
}
/** What rsync would send, as a tar file: the cache's own would lose permissions. Files are linked, not copied, where that can be. */
function pack(dir, selection, record) {
	mkdirSync("tree");
	const tree = join(process.cwd(), "tree");
	execFileSync("rsync", [
		"-rlpt",
		"-s",
		`--link-dest=${dir}`,
		...selection,
		"./",
		`${tree}/`
	], { cwd: dir });
	execFileSync("tar", [
		"-cf",
		"artifact.tar",
		"-C",
		"tree",
		"."
	]);
	rmSync("tree", { recursive: true });
	writeFileSync("record.json", record);
}
export {};

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
// src/courier.ts
/** Relative, in the same words both ways: the cache keeps what is restored apart by them. */
const PATHS = ["artifact.tar", "record.json"];
const errand = JSON.parse(process.argv[2]);
const cache = await import("./cache.js");
process.stdin.on("end", () => process.exit(1)).resume();
writeFileSync("found", JSON.stringify(cache.isFeatureAvailable() ? await run(errand) : []));
process.exit();
/** @returns the keys that were saved, found or restored. */
async function run({ verb, keys, ...task }) {
	const [key = "", ...others] = keys;
	if (verb === "save") {
		if (task.dir === void 0) return [];
		pack(task.dir, task.selection ?? [], task.record ?? "");
		return await cache.saveCache([...PATHS], key) >= 0 ? [key] : [];
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
		if (await cache.restoreCache([...PATHS], each, [], { lookupOnly: true })) found.push(each);
		writeFileSync("found", JSON.stringify(found));
	}
	return found;
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

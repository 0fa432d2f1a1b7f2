import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { closeSync, openSync, readSync } from "node:fs";
// src/hasher.ts
const block = Buffer.allocUnsafe(1 << 20);
function hashFile(path) {
	const file = openSync(path, "r");
	try {
		const hash = createHash("sha256");
		for (let size = readSync(file, block); size > 0; size = readSync(file, block)) hash.update(block.subarray(0, size));
		return hash.digest("hex");
	} finally {
		closeSync(file);
	}
}
const { dir, paths, proof } = workerData;
const prefix = Buffer.from(`${dir}/`);
const digest = createHash("sha256").update(`${proof}\n`);
for (const path of [...paths].sort()) {
	const name = Buffer.from(path, "latin1");
	digest.update(`${hashFile(Buffer.concat([prefix, name]))}  `).update(name).update("\0");
}
parentPort?.postMessage(digest.digest("hex"));
export {};

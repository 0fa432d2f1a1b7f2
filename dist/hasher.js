import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
// src/transfer/proof.ts
/**
* SHA-256, hex, over the sorted lines of kind, size and path of an artifact's `list`. A name with a newline makes two lines on the
* host, so it does here before they are sorted.
* @param list each line followed by NUL; one character a byte.
*/
function proofOf(list) {
	const lines = list.replaceAll("\0", "\n").split("\n").slice(0, -1).sort();
	const hash = createHash("sha256");
	for (const line of lines) hash.update(`${line}\n`, "latin1");
	return hash.digest("hex");
}
/** Paths of the regular files in an artifact's list, sorted; one character a byte. */
function filesIn(list) {
	return list.split("\0").flatMap((line) => line.startsWith("8 ") ? [line.slice(line.indexOf("./") + 2)] : []).sort();
}
// src/hasher.ts
const block = Buffer.allocUnsafe(1 << 20);
/** In one call when the file fits the block: a hash object for each of a hundred thousand files waits too long for the collector. */
function hashFile(path) {
	const file = openSync(path, "r");
	try {
		const first = readSync(file, block);
		if (first < block.length) return hash("sha256", block.subarray(0, first), "hex");
		const whole = createHash("sha256");
		for (let size = first; size > 0; size = readSync(file, block)) whole.update(block.subarray(0, size));
		return whole.digest("hex");
	} finally {
		closeSync(file);
	}
}
const { dir, list } = workerData;
const text = Buffer.from(list.buffer).toString("latin1");
const proof = proofOf(text);
const prefix = Buffer.from(`${dir}/`);
const digest = createHash("sha256").update(`${proof}\n`);
for (const path of filesIn(text)) {
	const name = Buffer.from(path, "latin1");
	digest.update(`${hashFile(Buffer.concat([prefix, name]))}  `).update(name).update("\0");
}
parentPort?.postMessage({
	proof,
	digest: digest.digest("hex")
});
export {};

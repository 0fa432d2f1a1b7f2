import { i as proofOf, n as othersIn, t as filesIn } from "./shared3.js";
import { createHash, hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
// src/hasher.ts
/** Files of an artifact whose hashes are kept on the host. */
const TOLD_CAP = 15e4;
const block = Buffer.allocUnsafe(1 << 20);
/** In one call when the file fits the block: a hash object for each of a hundred thousand files waits too long for the collector. */
function readWhole(path) {
	const file = openSync(path, "r");
	try {
		const mode = fstatSync(file).mode & 4095;
		const first = readSync(file, block);
		if (first < block.length) return {
			mode,
			sha256: hash("sha256", block.subarray(0, first), "buffer")
		};
		const whole = createHash("sha256");
		for (let size = first; size > 0; size = readSync(file, block)) whole.update(block.subarray(0, size));
		return {
			mode,
			sha256: whole.digest()
		};
	} finally {
		closeSync(file);
	}
}
const since = Date.now();
const { dir, list: bytes, files } = workerData;
const list = Buffer.from(bytes.buffer);
const proof = proofOf(list);
const prefix = Buffer.from(`${dir}/`);
const digest = createHash("sha256").update(`${proof}\n`);
const plain = !list.includes("\n") && files <= TOLD_CAP;
const content = Buffer.from(new ArrayBuffer(plain ? list.length + files * 31 : 0));
let end = 0;
for (const name of filesIn(list)) {
	const { mode, sha256 } = readWhole(Buffer.concat([prefix, name]));
	digest.update(`${sha256.toString("hex")}  `).update(name).update("\0");
	if (plain) {
		end += content.write(`${sha256.toString("base64url", 0, 16)} ${mode.toString(8)} ./`, end, "latin1");
		end += name.copy(content, end);
		end += content.write("\n", end, "latin1");
	}
}
parentPort?.postMessage({
	proof,
	digest: digest.digest("hex"),
	content: plain ? content.subarray(0, end) : null,
	others: othersIn(list),
	since
}, [content.buffer]);
export {};

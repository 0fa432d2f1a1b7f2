import { createHash, hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
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
/** Paths of its directories and links, `./` before each and NUL after; one character a byte. */
function othersIn(list) {
	return list.split("\0").flatMap((line) => line === "" || line.startsWith("8 ") ? [] : [`${line.slice(line.indexOf("./"))}\0`]).join("");
}
// src/hasher.ts
/** Files of an artifact whose hashes are kept on the host. */
const TOLD_CAP = 25e3;
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
const { dir, list } = workerData;
const text = Buffer.from(list.buffer).toString("latin1");
const proof = proofOf(text);
const prefix = Buffer.from(`${dir}/`);
const digest = createHash("sha256").update(`${proof}\n`);
const paths = filesIn(text);
const plain = !text.includes("\n") && paths.length <= TOLD_CAP;
const room = plain ? paths.reduce((size, path) => size + path.length + 31, 0) : 0;
const content = Buffer.from(new ArrayBuffer(room));
let end = 0;
for (const path of paths) {
	const name = Buffer.from(path, "latin1");
	const { mode, sha256 } = readWhole(Buffer.concat([prefix, name]));
	digest.update(`${sha256.toString("hex")}  `).update(name).update("\0");
	if (plain) {
		const short = sha256.toString("base64url", 0, 16);
		end += content.write(`${short} ${mode.toString(8)} ./${path}\n`, end, "latin1");
	}
}
const others = Buffer.from(othersIn(text), "latin1");
parentPort?.postMessage({
	proof,
	digest: digest.digest("hex"),
	content: plain ? content.subarray(0, end) : null,
	others,
	since
}, [content.buffer]);
export {};

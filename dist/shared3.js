import { createHash, hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
// src/transfer/proof.ts
const [NUL, NEWLINE, SPACE, DIRECTORY, FILE] = [
	0,
	10,
	32,
	52,
	56
];
/**
* SHA-256, hex, over the sorted lines of kind, size and path of an artifact's `list`. A name with a newline makes two lines on the
* host, so it does here before they are sorted.
* @param list each line followed by NUL.
*/
function proofOf(list) {
	const hash = createHash("sha256");
	for (const line of sorted(list, piecesOf(list, NEWLINE))) hash.update(line).update("\n");
	return hash.digest("hex");
}
/** Paths of the regular files in an artifact's list, sorted. */
function filesIn(list) {
	return sorted(list, paths(list, true));
}
/** Paths of its directories and links, `./` before each and NUL after. */
function othersIn(list) {
	return Buffer.concat(Array.from(paths(list, false), ({ start, end }) => list.subarray(start - 2, end + 1)));
}
/**
* Paths of an artifact's directories, and of every entry with its own directory first, NUL after each; `./` before all of them. By native
* calls alone: they are read once, between a host's answer and the first byte to it, before any loop here is fast.
*/
function pathsOfAll(bytes) {
	const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const all = Buffer.allocUnsafe(3 + list.length);
	const directories = [];
	let at = all.write("./\0");
	for (let start = 0; start < list.length;) {
		const path = list.indexOf(SPACE, start + 2) + 1;
		const end = list.indexOf(NUL, path);
		if (list[start] === DIRECTORY) directories.push(list.subarray(path, end));
		at += list.copy(all, at, path, end + 1);
		start = end + 1;
	}
	return {
		directories,
		all: all.subarray(0, at)
	};
}
/** What stands between two NULs, or `also` another byte. */
function* piecesOf(list, also = NUL) {
	let start = 0;
	for (let end = 0; end < list.length; end++) {
		if (list[end] !== NUL && list[end] !== also) continue;
		yield {
			start,
			end
		};
		start = end + 1;
	}
}
function* paths(list, ofFiles) {
	for (const { start, end } of piecesOf(list)) if (list[start] === FILE === ofFiles) yield {
		start: list.indexOf("./", start) + 2,
		end
	};
}
function* sorted(list, pieces) {
	const starts = [];
	const ends = [];
	for (const { start, end } of pieces) {
		starts.push(start);
		ends.push(end);
	}
	const order = Uint32Array.from(starts.keys());
	order.sort((a, b) => list.compare(list, starts[b], ends[b], starts[a], ends[a]));
	for (const at of order) yield list.subarray(starts[at], ends[at]);
}
// src/transfer/digest.ts
/** Files of an artifact whose hashes are kept on the host. */
const TOLD_CAP = 15e4;
const BLOCK = 1 << 20;
/** In one call when the file fits the block: a hash object for each of a hundred thousand files waits too long for the collector. */
function readWhole(path, block) {
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
/** @throws what node does when a file cannot be read, or has gone since it was listed. */
function digestOf({ dir, list: bytes, files }) {
	const since = Date.now();
	const block = Buffer.allocUnsafe(BLOCK);
	const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const proof = proofOf(list);
	const prefix = Buffer.from(`${dir}/`);
	const digest = createHash("sha256").update(`${proof}\n`);
	const plain = !list.includes("\n") && files <= TOLD_CAP;
	const content = Buffer.from(new ArrayBuffer(plain ? list.length + files * 31 : 0));
	let end = 0;
	for (const name of filesIn(list)) {
		const { mode, sha256 } = readWhole(Buffer.concat([prefix, name]), block);
		digest.update(`${sha256.toString("hex")}  `).update(name).update("\0");
		if (plain) {
			end += content.write(`${sha256.toString("base64url", 0, 16)} ${mode.toString(8)} ./`, end, "latin1");
			end += name.copy(content, end);
			end += content.write("\n", end, "latin1");
		}
	}
	return {
		proof,
		digest: `sha256:${digest.digest("hex")}`,
		content: plain ? content.subarray(0, end) : null,
		others: othersIn(list),
		since
	};
}
export { pathsOfAll as n, digestOf as t };

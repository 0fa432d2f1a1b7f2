import { createHash } from "node:crypto";
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
export { proofOf as i, othersIn as n, pathsOfAll as r, filesIn as t };

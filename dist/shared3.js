import { createHash } from "node:crypto";
// src/transfer/proof.ts
const [NUL, NEWLINE, DIRECTORY, FILE] = [
	0,
	10,
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
/** Whether each entry of an artifact's list is a directory, and its path, `./` before it. */
function* entriesIn(list) {
	for (const { start, end } of piecesOf(list)) yield {
		isDirectory: list[start] === DIRECTORY,
		path: list.subarray(list.indexOf("./", start), end)
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
export { proofOf as i, filesIn as n, othersIn as r, entriesIn as t };

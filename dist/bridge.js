import { connect } from "node:net";
// src/bridge.ts
const [token, path] = (process.env.RELEASES_BRIDGE ?? "").split(/@(.*)/s);
const socket = connect(path ?? "");
socket.on("error", () => process.exit(255));
socket.on("connect", () => {
	socket.write(`${JSON.stringify([token, ...process.argv.slice(2)])}\n`);
	process.stdin.pipe(socket);
	socket.pipe(process.stdout);
});
process.stdout.on("error", () => process.exit(255));
socket.on("close", (failed) => process.exit(failed ? 255 : 0));
export {};

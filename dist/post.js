import { a as getState, o as info } from "./core.js";
import { basename } from "node:path";
import { rm } from "node:fs/promises";
// src/post.ts
const dir = getState("dir");
if (dir && basename(dir).startsWith("releases-")) await rm(dir, {
	recursive: true,
	force: true
}).catch((error) => info(`could not remove ${dir}: ${error.message}`));
export {};

import { t as digestOf } from "./shared3.js";
import { parentPort, workerData } from "node:worker_threads";
// src/hasher.ts
const fingerprint = digestOf(workerData);
parentPort?.postMessage(fingerprint, fingerprint.content === null ? [] : [fingerprint.content.buffer]);
export {};

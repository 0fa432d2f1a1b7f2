// Loaded into the action before it: waits of more than a minute are over after a tenth of it.
const real = globalThis.setTimeout
globalThis.setTimeout = Object.assign(
  (work, wait, ...args) => real(work, wait > 60_000 ? wait / 10 : wait, ...args),
  real,
)

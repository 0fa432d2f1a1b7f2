// How long a host may say nothing before its connection is given up, by either client.

/** Asked `every` so many seconds; after so many `times` without a word, and once more, it is gone: within a lease of its lock (lock.ts). */
export const SILENCE = { every: 5, times: 5 } as const

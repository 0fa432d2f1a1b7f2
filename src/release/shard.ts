// Which hosts a matrix job works on (several-hosts.md, "Shards"): the same split whoever asks, and in whatever order the hosts are listed.

export interface Shard {
  /** From 1 to count. */
  readonly index: number
  readonly count: number
}

/** The hosts of one shard, in the list's own order; sizes of shards differ by one at most. `key` is what tells hosts apart. */
export function shardOf<Host>(
  hosts: readonly Host[],
  key: (host: Host) => string,
  { index, count }: Shard,
): readonly Host[] {
  const sorted = [...hosts].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const mine = new Set(sorted.filter((_, at) => at % count === index - 1))
  return hosts.filter((host) => mine.has(host))
}

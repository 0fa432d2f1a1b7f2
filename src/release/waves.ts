// In which order a fleet is switched (several-hosts.md, "Waves"): how many hosts are switched when each wave is done.

/** How many of the fleet: a count of hosts, or a share of them. */
export type Share = { readonly count: number } | { readonly percent: number }

/** The number of hosts that `share` means, of `total`; a share is rounded up, so that it is never nobody. */
export function shareOf(share: Share, total: number): number {
  return 'count' in share
    ? Math.min(share.count, total)
    : Math.min(total, Math.ceil((share.percent * total) / 100))
}

/** `hosts` cut into the waves; empty waves of a small fleet are left out, and the last one has all that are left. */
export function wavesOf<Host>(
  hosts: readonly Host[],
  shares: readonly Share[],
): readonly (readonly Host[])[] {
  const ends = [...shares.map((share) => shareOf(share, hosts.length)), hosts.length]
  let done = 0
  return ends.flatMap((end) => {
    const wave = hosts.slice(done, Math.max(done, end))
    done = Math.max(done, end)
    return wave.length > 0 ? [wave] : []
  })
}

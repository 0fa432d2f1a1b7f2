// Several ways to do the same, measured in turns: what the machine does meanwhile, it does to all of them.

import { spawnSync } from 'node:child_process'
import type { Bench } from './figure.ts'

/** By name: does it once, and gives the seconds that took. */
export type Contenders = Readonly<Record<string, (round: number) => Promise<number>>>

export type Samples = ReadonlyMap<string, readonly number[]>

/**
 * @param prepare what comes before a round and is not measured.
 * @returns seconds by name, a sample a round; round 0 is not among them: it makes what the others build upon.
 */
export async function contest(
  bench: Bench,
  contenders: Contenders,
  prepare: (round: number) => Promise<unknown>,
): Promise<Samples> {
  const samples = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]))
  for (let round = 0; round <= bench.rounds; round++) {
    await prepare(round)
    const order = Object.keys(contenders)
    // Whoever goes second finds the build in the same cache; nobody is always second.
    if (round % 2) order.reverse()
    for (const name of order) {
      // One contender's unwritten pages must not be the next one's wait.
      spawnSync('sync')
      const seconds = await (contenders[name] as Contenders[string])(round)
      if (round > 0) samples.get(name)?.push(seconds)
    }
    bench.tell(`round ${round} of ${bench.rounds}`)
  }
  return samples
}

// How long to go on: a short count in CI, a long one in `npm run test:soak`; and what was counted, for docs/guarantees.md.

import { appendFileSync } from 'node:fs'

/** Whether this is `npm run test:soak`. */
export const soak = process.env.SOAK === '1'

/** @returns `short`, or in a soak `long`; the environment variable NAME has the last word. */
export function count(name: string, short: number, long: number): number {
  const given = Number(process.env[name])
  return Number.isInteger(given) && given > 0 ? given : soak ? long : short
}

/** Tells the log, and the file that SOAK_FIGURES names, how much was tried. */
export function figure(what: string, numbers: Readonly<Record<string, number | string>>): void {
  const line = `${what}: ${Object.entries(numbers)
    .map(([name, value]) => `${value} ${name}`)
    .join(', ')}\n`
  process.stderr.write(line)
  if (process.env.SOAK_FIGURES) appendFileSync(process.env.SOAK_FIGURES, line)
}

/** Runs `work` on the numbers from 1, several lanes at once, until it says that there was nothing to do any more. */
export async function walk<Lane extends AsyncDisposable>(
  lanes: number,
  open: (lane: number) => Promise<Lane>,
  work: (lane: Lane, n: number) => Promise<boolean>,
): Promise<void> {
  let next = 1
  let over = false
  const drive = async (at: number) => {
    await using lane = await open(at)
    while (!over) {
      const n = next++
      if (!(await work(lane, n))) over = true
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, at) => drive(at)))
  for (const end of ends) {
    over = true
    if (end.status === 'rejected') throw end.reason
  }
}

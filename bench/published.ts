// docs/performance.json: the runs that docs/performance.md shows, each with the machine it was made on.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figure.ts'

export interface Machine {
  readonly cpus: number
  readonly model: string
  readonly memory: number
  readonly kernel: string
  readonly node: string
  readonly rsync: string
}

export function machine(): Machine & { readonly load: number } {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? '',
    memory: totalmem(),
    kernel: release(),
    node: process.version,
    rsync: firstLine('rsync', '--version'),
    /** Processes that wanted a CPU in the last minute, before anything here began. */
    load: loadavg()[0] as number,
  }
}

function firstLine(program: string, argument: string): string {
  return execFileSync(program, [argument], { encoding: 'utf8' }).split('\n')[0] ?? ''
}

export interface Result {
  readonly id: string
  readonly title: string
  readonly figures: readonly Figure[]
}

/** docs/performance.json: the last published run of each scenario. */
export type Published = Readonly<
  Record<
    string,
    Omit<Result, 'id'> & { readonly at: string; readonly rounds: number; readonly machine: Machine }
  >
>

/** Puts results in the place of earlier ones of the same scenarios. */
export async function publish(results: readonly Result[], machine: Machine): Promise<void> {
  const file = join(import.meta.dirname, '../docs/performance.json')
  const before = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Published) : {}
  const at = new Date().toISOString()
  const now = results
    .filter(({ figures }) => figures.length > 0)
    .map(({ id, title, figures }) => {
      const rounds = figures.find(({ samples }) => samples)?.samples?.length ?? 1
      return [id, { at, title, rounds, machine, figures }]
    })
  const all: Published = { ...before, ...Object.fromEntries(now) }
  await writeFile(file, `${JSON.stringify(all, null, 1)}\n`)
}

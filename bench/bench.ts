// `npm run bench`: how fast, how small and how frugal the built action is, beside a hand-written script, in one run on one machine.

import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bench, type Figure, type Scenario, verdictOf } from './figure.ts'
import { connections } from './scenarios/connections.ts'
import { disk } from './scenarios/disk.ts'
import { fleet } from './scenarios/fleet.ts'
import { incremental, undelayed } from './scenarios/incremental.ts'
import { memory } from './scenarios/memory.ts'
import { startup } from './scenarios/startup.ts'
import { openSite, type Site } from './site.ts'
import { renderTable, rowOf } from './table.ts'

const scenarios: readonly Scenario[] = [connections, startup, disk, incremental, undelayed, memory, fleet]
const ids = scenarios.map(({ id }) => id).join(', ')

const usage = `usage: npm run bench -- [--only ID[,ID]] [--rounds N] [--variants NAME[,NAME]] [--quick]
scenarios: ${ids}
variants:  multiplexed, link_dest, plain_rsync (bench/baselines)`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    variants: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const root = resolve(import.meta.dirname, '..')
const sites = new Set<Site>()

function chosen(): readonly Scenario[] {
  const wanted = options.only?.split(',')
  const unknown = wanted?.filter((id) => !scenarios.some((scenario) => scenario.id === id)) ?? []
  if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}; there are ${ids}`)
  return scenarios.filter(({ id }) => wanted?.includes(id) ?? true)
}

function firstLine(program: string, argument: string): string {
  return execFileSync(program, [argument], { encoding: 'utf8' }).split('\n')[0] ?? ''
}

function machine() {
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

async function measureAll(bench: Bench) {
  const results: { id: string; title: string; figures: readonly Figure[] }[] = []
  for (const { id, title, measure } of chosen()) {
    bench.tell(`${id}: ${title}`)
    results.push({ id, title, figures: await measure(bench) })
  }
  return results
}

async function main(): Promise<void> {
  if (options.help) return console.log(usage)
  const { load, ...computer } = machine()
  if (load > availableParallelism() / 2) {
    console.error(
      `  This machine is busy (load ${load.toFixed(1)}): of the figures, only ratios mean something.`,
    )
  }
  // A build of its own: whoever rebuilds dist/ meanwhile changes nothing here.
  const dist = await mkdtemp(join(tmpdir(), 'bench-dist-'))
  const clean = async () => {
    for (const site of sites) await site[Symbol.asyncDispose]()
    await rm(dist, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void clean().finally(() => process.exit(130)))
  }
  try {
    await cp(join(root, 'dist'), dist, { recursive: true })
    const bench: Bench = {
      rounds: Number(options.rounds ?? (options.quick ? 2 : 10)),
      quick: options.quick,
      variants: options.variants.split(',').filter(Boolean),
      async open(wire, servers) {
        const site = await openSite(dist, wire, servers)
        sites.add(site)
        return site
      },
      tell: (text) => console.error(`  ${text}`),
    }
    const results = await measureAll(bench)
    console.log(renderTable(results.flatMap(({ id, figures }) => figures.map((figure) => rowOf(id, figure)))))
    if (bench.quick)
      console.log('A quick run: it shows that the bench works, and its figures count for nothing.')
    await mkdir(join(root, 'bench/results'), { recursive: true })
    const file = join(root, 'bench/results/latest.json')
    const report = { at: new Date().toISOString(), machine: { ...computer, load }, options, results }
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
    const missed = results
      .flatMap(({ figures }) => figures)
      .filter((figure) => verdictOf(figure) === 'missed')
    if (missed.length > 0 && !bench.quick) process.exitCode = 1
  } finally {
    await clean()
  }
}

await main()

// `npm run bench`: how fast, how small and how frugal the built action is, beside a hand-written script, in one run on one machine.

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bench, type Scenario, verdictOf } from './figure.ts'
import { machine, publish, type Result } from './published.ts'
import { cold } from './scenarios/cold.ts'
import { connections } from './scenarios/connections.ts'
import { disk } from './scenarios/disk.ts'
import { first } from './scenarios/first.ts'
import { fleet } from './scenarios/fleet.ts'
import { hashedNames } from './scenarios/hashed.ts'
import { incremental, undelayed } from './scenarios/incremental.ts'
import { hugeFile, wideWire } from './scenarios/large.ts'
import { list } from './scenarios/list.ts'
import { manyFiles } from './scenarios/many_files.ts'
import { rollback } from './scenarios/rollback.ts'
import { startup } from './scenarios/startup.ts'
import { unchanged } from './scenarios/unchanged.ts'
import { openSite, type Site } from './site.ts'
import { renderTable, rowOf } from './table.ts'

const scenarios: readonly Scenario[] = [
  connections,
  startup,
  disk,
  incremental,
  undelayed,
  first,
  unchanged,
  rollback,
  cold,
  list,
  manyFiles,
  hugeFile,
  wideWire,
  hashedNames,
  fleet,
]
const ids = scenarios.map(({ id }) => id).join(', ')

const usage = `usage: npm run bench -- [--only ID[,ID]] [--rounds N] [--variants NAME[,NAME]] [--quick] [--publish]
scenarios: ${ids}
variants:  multiplexed, link_dest, plain_rsync (bench/baselines)
--publish: puts the results into docs/performance.json; then run npm run docs`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    variants: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const root = resolve(import.meta.dirname, '..')
const sites = new Set<Site>()
const leftOut = new Set<string>()

function chosen(): readonly Scenario[] {
  const wanted = options.only?.split(',')
  const unknown = wanted?.filter((id) => !scenarios.some((scenario) => scenario.id === id)) ?? []
  if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}; there are ${ids}`)
  return scenarios.filter(({ id }) => wanted?.includes(id) ?? true)
}

async function measureAll(bench: Bench): Promise<readonly Result[]> {
  const results: Result[] = []
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
  const cleanOnce = async () => {
    for (const site of sites) await site[Symbol.asyncDispose]()
    await rm(dist, { recursive: true, force: true })
  }
  // Once for all who ask: whoever is interrupted ends only when it is done.
  let cleaning: Promise<void> | undefined
  const clean = () => {
    cleaning ??= cleanOnce()
    return cleaning
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
      leaveOut: (text) => void leftOut.add(text),
    }
    const results = await measureAll(bench)
    console.log(renderTable(results.flatMap(({ id, figures }) => figures.map((figure) => rowOf(id, figure)))))
    for (const text of leftOut) console.log(`NOT MEASURED: ${text}`)
    if (bench.quick)
      console.log('A quick run: it shows that the bench works, and its figures count for nothing.')
    await mkdir(join(root, 'bench/results'), { recursive: true })
    const file = join(root, 'bench/results/latest.json')
    const report = { at: new Date().toISOString(), machine: { ...computer, load }, options, results }
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
    if (options.publish && !bench.quick) await publish(results, computer)
    const missed = results
      .flatMap(({ figures }) => figures)
      .filter((figure) => verdictOf(figure) === 'missed')
    if (missed.length > 0 && !bench.quick) process.exitCode = 1
  } finally {
    await clean()
  }
}

await main()

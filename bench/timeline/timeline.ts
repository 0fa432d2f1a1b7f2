// `node bench/timeline/timeline.ts`: one deploy, rollback or list over a delayed wire, everything in it with its time, and what each wait was for.

import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { makeBuild, rebuild } from '../artifact.ts'
import type { Packet } from '../delay_proxy.ts'
import { perform } from '../deployment.ts'
import { openSite } from '../site.ts'
import type { Note } from './tap.ts'

const { values: options } = parseArgs({
  options: {
    mode: { type: 'string', default: 'deploy' },
    delay: { type: 'string', default: '40' },
    /** Bytes a second that the wire takes; all it can when left out. */
    rate: { type: 'string' },
    files: { type: 'string', default: '3000' },
    /** Trace the first deploy, to a host that has nothing. */
    first: { type: 'boolean', default: false },
    dist: { type: 'string', default: resolve(import.meta.dirname, '../../dist') },
    /** Print only what came after a wait of so many ms. */
    gap: { type: 'string', default: '0' },
  },
})
const roundTrip = Number(options.delay)
const files = Number(options.files)

interface Row {
  readonly at: number
  readonly who: string
  readonly kind: Note['kind'] | 'wire'
  readonly text: string
  bytes: number
  count: number
}

async function trace(): Promise<{ notes: Note[]; packets: readonly Packet[]; pid: number }> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-tap-'))
  try {
    await using site = await openSite(options.dist, {
      roundTrip,
      trace: true,
      ...(options.rate ? { rate: Number(options.rate) } : {}),
    })
    const build = await makeBuild(join(site.dir, 'build'), { files, bytes: files * 20_000 })
    const root = join(site.dir, 'root')
    const common = { local_dir: build.dir, remote_dir: root }
    for (const round of options.first ? [] : [0, 1]) {
      await rebuild(build, round + 1, 0.01)
      await perform(site, [root], { ...common, mode: 'deploy', release_name: `r${round}` })
    }
    await rebuild(build, 3, 0.01)
    spawnSync('sync')
    await site.wire.take()
    const env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'tap.ts'))}`,
      BENCH_TAP: join(scratch, 'tap'),
    }
    const inputs = options.mode === 'deploy' ? { ...common, release_name: 'r2' } : { remote_dir: root }
    const { pid } = await perform(site, [root], { ...inputs, mode: options.mode }, { env })
    const { packets } = await site.wire.take()
    const lines = (await readFile(env.BENCH_TAP, 'utf8')).trim().split('\n')
    return { notes: lines.map((line) => JSON.parse(line) as Note), packets, pid }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Before the first cipher there is only the wire to tell of it. */
function plainPackets(packets: readonly Packet[], until: number): Row[] {
  return packets
    .map(({ direction, bytes, entered, left }) => ({
      at: direction === 'up' ? entered : left,
      who: 'wire',
      kind: 'wire' as const,
      text: direction === 'up' ? 'to the host' : 'from the host',
      bytes,
      count: 1,
    }))
    .filter(({ at }) => at < until)
}

/** What is said again and again is one row. */
function merge(rows: readonly Row[]): Row[] {
  const merged: Row[] = []
  for (const row of rows) {
    const last = merged.at(-1)
    const again =
      last && last.kind === row.kind && sameSubject(last.text, row.text) && row.at - lastAt(last) < 3
    if (again && (row.kind === 'sent' || row.kind === 'received')) {
      last.bytes += row.bytes
      last.count += 1
      ends.set(last, row.at)
    } else merged.push({ ...row })
  }
  return merged
}

const ends = new WeakMap<Row, number>()
const lastAt = (row: Row) => ends.get(row) ?? row.at
const sameSubject = (one: string, other: string) =>
  one.split(' ').slice(0, 2).join(' ') === other.split(' ').slice(0, 2).join(' ')

function print(rows: readonly Row[], began: number): void {
  let before = began
  for (const row of rows) {
    const gap = row.at - before
    before = Math.max(before, lastAt(row))
    if (gap < Number(options.gap)) continue
    const size = row.bytes > 0 ? ` (${row.bytes} bytes${row.count > 1 ? `, ${row.count} messages` : ''})` : ''
    const columns = [
      (row.at - began).toFixed(0).padStart(6),
      (gap >= 1 ? `+${gap.toFixed(0)}` : '').padStart(6),
      row.who.padEnd(7),
      row.kind.padEnd(8),
    ]
    console.log(`${columns.join('  ')}  ${row.text.replaceAll('\n', ' ').slice(0, 110)}${size}`)
  }
}

/** Waits for the host of about a round trip or more: how many, and how much of them the wire alone is to blame for. */
function summarize(rows: readonly Row[], began: number): string {
  const waits = rows.flatMap((row, index) => {
    const gap = row.at - lastAt(rows[index - 1] ?? row)
    const fromHost = row.kind === 'received' || row.text === 'from the host'
    return fromHost && gap >= roundTrip * 0.7 ? [gap] : []
  })
  const waited = waits.reduce((sum, gap) => sum + gap, 0)
  const total = (rows.at(-1)?.at ?? began) - began
  const wire = Math.min(waited, waits.length * roundTrip)
  return `${Math.round(total)} ms, of which ${Math.round(waited)} in ${waits.length} waits for the host (about ${Math.round(wire)} of them on the wire)`
}

const { notes, packets, pid } = await trace()
const own = (note: Note) => (note.pid === pid ? 'action' : 'child')
const noted = notes.map((note) => ({ ...note, who: own(note), bytes: note.bytes ?? 0, count: 1 }))
const secret = noted.find(({ kind }) => kind === 'sent')?.at ?? Number.POSITIVE_INFINITY
const rows = [...noted, ...plainPackets(packets, secret)].sort((a, b) => a.at - b.at)
const began = rows[0]?.at ?? 0
console.log(`    ms     gap  who      kind      what (round trip ${roundTrip} ms)`)
const merged = merge(rows)
print(merged, began)
if (roundTrip > 0) console.log(summarize(merged, began))

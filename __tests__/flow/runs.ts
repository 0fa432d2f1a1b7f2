// A run without a network: contexts and stations as the flow sees them.

import type { Context } from '../../src/flow/context.ts'
import { type Course, createCourse } from '../../src/flow/course.ts'
import type { Station } from '../../src/flow/station.ts'
import { readState } from '../../src/host/state.ts'
import { layoutOf } from '../../src/release/layout.ts'
import type { Entry } from '../../src/release/manifest.ts'
import type { Host } from '../../src/settings/hosts.ts'

export interface Told {
  readonly kind: 'phase' | 'note' | 'output' | 'warn' | 'debug'
  readonly about: string | undefined
  readonly text: string
}

export interface Run {
  readonly context: Context
  readonly told: Told[]
  readonly cancel: (why: Error) => void
}

export function makeRun(settings: object = {}): Run {
  const told: Told[] = []
  const tell = (kind: Told['kind']) => (about: string | undefined, text: string) =>
    void told.push({ kind, about, text })
  const cancelled = new AbortController()
  const context = {
    id: 'run-1',
    settings: { mode: 'deploy', max_parallel: 20, ...settings },
    hosts: [],
    origin: {
      revision: '0123abc',
      ref: 'refs/heads/main',
      actor: 'octocat',
      run: 'https://example.com/run/1',
    },
    watch: {
      phase: tell('phase'),
      note: tell('note'),
      output: tell('output'),
      warn: tell('warn'),
      debug: tell('debug'),
    },
    signal: cancelled.signal,
    started: new Date(),
  }
  return { context: context as unknown as Context, told, cancel: (why) => cancelled.abort(why) }
}

/** What a healthy host tells; `more` is taken first where only the first counts. */
export function stateOf(...more: readonly string[]) {
  const texts = [...more, 'rsync rsync  version 3.2.7  protocol version 31', 'manifest absent']
  return readState(
    texts.map((text) => ({ key: text.split(' ')[0] as string, rest: text.split(' ').slice(1).join(' ') })),
  )
}

const layout = layoutOf({ remote_dir: '/srv/app', release_dir: 'releases', public_dir: 'current' })

export function makeStation(label: string, known: Partial<Station> = {}): Station {
  const host = { label, kind: 'ssh', name: label, port: 22, roles: [], user: undefined, settings: {} }
  return {
    host: host as unknown as Host,
    layout,
    state: stateOf(),
    entries: [],
    current: null,
    placed: null,
    touched: false,
    putBack: false,
    connected: true,
    error: null,
    bytesSent: 0,
    filesChanged: 0,
    busy: 1,
    spans: [],
    connections: 1,
    roundTrips: 2,
    ...known,
  } as Station
}

/** A station with these releases, all on its disk but for `gone`. */
export function stationWith(
  label: string,
  entries: readonly Entry[],
  current: string | null,
  gone: readonly string[] = [],
  strays: readonly string[] = [],
): Station {
  const disk = [...entries.map((one) => one.release as string), ...strays].filter(
    (name) => !gone.includes(name),
  )
  const lines = [...disk.map((name) => `dir ${name}`), ...(current ? [`current ${current}`] : [])]
  return makeStation(label, { state: stateOf(...lines), entries, current })
}

/** A run over these stations, about a release. */
export function courseOf(fleet: readonly Station[], release: string | null): Course {
  return { ...createCourse(makeRun().context, fleet), release }
}

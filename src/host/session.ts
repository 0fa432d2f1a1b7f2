// One host's session as typed calls: what may be asked of a host.

import type { Connection } from '../connection/connection.ts'
import { adopt } from '../release/adoption.ts'
import { type Layout, linkText } from '../release/layout.ts'
import { vouchedBy } from '../release/traces.ts'
import { describeHolder, type Holder, LEASE } from './lock.ts'
import { type Line, openMessages } from './messages.ts'
import { call } from './quote.ts'
import { refusal } from './refusal.ts'
import { randomMark } from './script.ts'
import { type HostState, readState, readVerified, readWord, type Verified } from './state.ts'
import { hasStrangers, readTraces } from './traces.ts'

export interface Opening {
  /** `look` changes nothing and waits for no lock; `lock` locks; `create` also makes the remote_dir. */
  readonly access: 'look' | 'lock' | 'create'
  /** Seconds to wait for another run's lock. */
  readonly wait: number
  readonly holder: Holder
  /**
   * A release to compare with its index, and to make ready for a switch, in the same message; `@previous` for the one a rollback would
   * choose, `@staged` for the one that was staged last.
   */
  readonly verify: string
  /** Asks for what an upload needs of the host: its rsync, and room. */
  readonly uploads: boolean
  /** Asks what an upload may begin with: what hashes must have been made with (content.ts, contentKey). Empty: not asked. */
  readonly contentKey: string
  /** What should be in shared/: `file:PATH` and `dir:PATH`. */
  readonly shared: readonly string[]
  readonly onHeld: (holder: string, waited: number) => void
}

/** A path of a release that leads into shared/. */
export interface SharedLink {
  readonly kind: 'file' | 'dir'
  readonly path: string
  /** Text of the link. */
  readonly text: string
}

export interface Placement {
  readonly release: string
  readonly proof: string
  readonly record: string
  /** The hashes that came with the upload are those of what is there. */
  readonly hashed: boolean
  /** Make it ready for the switch, which is what comes next. */
  readonly arm?: boolean
  /** A file in the release that gets `revision`; empty for none. */
  readonly revisionFile: string
  readonly revision: string
  readonly links: readonly SharedLink[]
}

export interface Placed {
  /** Paths of the artifact that a link into shared/ took the place of. */
  readonly shadowed: readonly string[]
  /** Whether it is ready for the switch. */
  readonly armed: boolean
}

/** What only trying tells of a host. */
export interface Probe {
  /** The host's clock, seconds since 1970. */
  readonly clock: number
  readonly unwritable: readonly string[]
  readonly hardLinks: boolean
  readonly sync: boolean
}

export interface Publication {
  /** The link's new text; empty takes the link away. */
  readonly link: string
  /** The release it leads to; empty when the link is put back to a place that is not one. */
  readonly release: string
  /** Where a rollback would go afterwards; a hint for the next `open`. */
  readonly previous: string
  /** Texts to write; empty leaves the file alone. */
  readonly manifest: string
  readonly event: string
  /** No command ran on the host since it was made ready. */
  readonly armed?: boolean
}

export interface Pruned {
  readonly removed: readonly string[]
  /** Could not be moved away, or turned out to be protected. */
  readonly kept: readonly string[]
  /** Things in the trash that could not be deleted. */
  readonly left: number
  readonly noise: string
}

export interface Session extends AsyncDisposable {
  /** Frees the lock; `wait` until the host has heard of it. */
  end(wait: boolean): Promise<void>
  open(opening: Opening): Promise<HostState>
  verify(release: string): Promise<Verified | null>
  /** Records and the log's end, raw, for when the manifest is damaged. */
  records(): Promise<{ readonly records: ReadonlyMap<string, string>; readonly log: readonly string[] }>
  place(placement: Placement): Promise<Placed>
  /** All of a switch that can be done before it. */
  arm(release: string): Promise<void>
  /** @param onSwitched the link is in its place; its records are still to be written. */
  publish(publication: Publication, onSwitched?: () => void): Promise<void>
  settle(manifest: string, event: string): Promise<void>
  finish(manifest: string, event: string, remove: readonly string[]): Promise<Pruned>
  /** As rolled-back-release-….tar.gz beside the manifest. */
  archive(release: string): Promise<void>
  /** @param look make nothing, not even for a moment: what only trying tells is then taken to be well. */
  probe(look?: boolean): Promise<Probe>
  /** A rebuilt manifest; the broken one is kept as `keptAs` (empty when there is none). */
  restore(manifest: string, keptAs: string): Promise<void>
  readonly roundTrips: number
}

/** Disk work on a large release is slow but never this slow; a hung disk must not hang the fleet. */
const WORK = 900

/** What stands between hosts that serve different releases must end sooner; it only writes small files. */
const SWITCH = 120

/** To look at a host, once it is locked; and to link a release as large as they come, besides. */
const LOOK = 120
const PREPARE = 300

export function startSession(
  connection: Connection,
  host: {
    readonly label: string
    readonly logFile: string
    readonly become: string | undefined
    /** Seconds for the shell's first word. */
    readonly patience?: number | undefined
    /** An event could not be written to the log. */
    readonly onUnlogged?: () => void
  },
  layout: Layout,
  run: string,
): Session {
  const mark = randomMark()
  const { root, releases, linkDir, linkName } = layout
  const invocation = call(
    'session',
    mark,
    String(LEASE),
    root,
    releases,
    linkDir,
    linkName,
    linkText(layout, 'x').slice(0, -1),
    host.logFile,
    run,
  )
  const messages = openMessages(connection, host.label, mark, invocation, host.become, host.patience)
  const ask = async (
    verb: string,
    args: readonly string[],
    seconds = WORK,
    onLine?: (line: Line) => void,
  ) => {
    const answer = await messages.ask(verb, args, seconds, onLine)
    if (answer.lines.some((line) => line.key === 'unlogged')) host.onUnlogged?.()
    if (answer.status !== 0) throw refusal(answer, verb, host.label, layout)
    return answer
  }
  return {
    async open({ access, wait, holder, verify, uploads, contentKey, shared, onHeld }) {
      const args = [
        access === 'look' ? '' : 'lock',
        access === 'create' ? 'create' : uploads ? 'look' : '',
        String(wait),
        JSON.stringify(holder),
        verify,
        contentKey,
        ...shared,
      ]
      const { lines } = await ask(
        'open',
        args,
        wait + (contentKey === '' ? LOOK : PREPARE),
        ({ key, rest }) => {
          if (key !== 'held') return
          const at = rest.indexOf(' ')
          onHeld(describeHolder(rest.slice(at + 1)), Number(rest.slice(0, at)))
        },
      )
      const state = readState(lines, messages.early.trim() !== '')
      if (!hasStrangers(state)) return state
      const traces = readTraces((await ask('traces', [])).lines)
      return { ...state, entries: adopt(state, vouchedBy(traces, state.current)) }
    },
    async verify(release) {
      return readVerified((await ask('verify', [release])).lines)
    },
    async records() {
      const { lines } = await ask('records', [])
      const rows = lines.filter((line) => line.key === 'record-of').map(({ rest }) => rest.split(/ (.*)/s))
      return {
        records: new Map(rows.map(([name, text]) => [name as string, text ?? ''])),
        log: lines.filter((line) => line.key === 'log').map((line) => line.rest),
      }
    },
    async place({ release, proof, record, hashed, arm, revisionFile, revision, links }) {
      const linking = links.flatMap(({ kind, path, text }) => [kind, path, text])
      const { lines } = await ask('place', [
        release,
        proof,
        record,
        hashed ? 'hashed' : '',
        arm ? 'arm' : '',
        revisionFile,
        revision,
        ...linking,
      ])
      return {
        shadowed: lines.filter((line) => line.key === 'shadowed').map((line) => readWord(line.rest)),
        armed: lines.some((line) => line.key === 'armed'),
      }
    },
    async arm(release) {
      await ask('arm', [release], SWITCH)
    },
    async publish({ link, release, previous, manifest, event, armed }, onSwitched) {
      const args = [link, release, previous, manifest, event, armed ? 'armed' : '']
      await ask('publish', args, SWITCH, ({ key }) => {
        if (key === 'switched') onSwitched?.()
      })
    },
    async settle(manifest, event) {
      await ask('settle', [manifest, event], SWITCH)
    },
    async finish(manifest, event, remove) {
      const { lines, noise } = await ask('finish', [manifest, event, ...remove])
      const all = (key: string) => lines.filter((line) => line.key === key).map((line) => line.rest)
      return { removed: all('pruned'), kept: all('kept'), left: Number(all('left')[0] ?? 0), noise }
    },
    async archive(release) {
      await ask('archive', [release])
    },
    async probe(look = false) {
      const { lines } = await ask('probe', look ? ['look'] : [])
      const all = (key: string) => lines.filter((line) => line.key === key).map((line) => line.rest)
      return {
        clock: Number(all('clock')[0]),
        unwritable: all('unwritable').map(readWord),
        hardLinks: all('nolinks').length === 0,
        sync: all('nosync').length === 0,
      }
    },
    async restore(manifest, keptAs) {
      await ask('restore', [manifest, keptAs])
    },
    get roundTrips() {
      return messages.roundTrips
    },
    end: (wait) => messages.end(wait),
    [Symbol.asyncDispose]: () => messages.end(true),
  }
}

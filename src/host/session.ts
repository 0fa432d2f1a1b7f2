// One host's session as typed calls (questions.ts): each is a message and what its answer means.

import type { Connection } from '../connection/connection.ts'
import { adopt } from '../release/adoption.ts'
import type { Layout } from '../release/layout.ts'
import { vouchedBy } from '../release/traces.ts'
import { readPlaced, readProbe, readPruned, readRecords, readVerified } from './answers.ts'
import { type Asked, type Asking, LOOK, openAsking } from './asking.ts'
import { lengthOf } from './frame.ts'
import { type Line, restsOf, splitOnce } from './line.ts'
import { collectOffer } from './offer.ts'
import type { Opening, Placement, Session } from './questions.ts'
import { type HostState, readState } from './state.ts'
import { hasStrangers, readTraces } from './traces.ts'

/** Seconds: what stands between hosts that serve different releases must end sooner; it only writes small files. */
const SWITCH = 120

/** Seconds to look at a host once it is locked, and to link a release as large as they come. */
const PREPARE = 900

/**
 * Bytes that may wait on a host until it is done with a message. They wait in a pipe, of which some hold no more: a shell that cannot hand
 * them on does not hear the runner's signs of life.
 */
const ROOM = 8192

export function startSession(connection: Connection, host: Asked, layout: Layout, run: string): Session {
  const asking = openAsking(connection, host, layout, run)
  const { ask, inspect } = asking
  return {
    ...changes(asking, false),
    following: changes(asking, true),
    stop: asking.stop,
    hasRoom: (...texts) => lengthOf(texts) <= ROOM,
    async open(opening) {
      const seen = onlyLooks(opening) ? await asking.look(opening.shared) : undefined
      const state = seen ? readState(seen.lines, seen.early.trim() !== '') : await openBy(asking, opening)
      return recognized(asking, state)
    },
    async verify(release) {
      return readVerified((await inspect('verify', [release])).lines)
    },
    async records() {
      return readRecords((await inspect('records')).lines)
    },
    async place(placement) {
      return readPlaced((await ask('place', wordsOf(placement))).lines)
    },
    async renew(release) {
      return restsOf((await ask('renew', [release])).lines, 'renewed').length > 0
    },
    async arm(release) {
      await ask('arm', [release], { seconds: SWITCH })
    },
    async settle(manifest, event) {
      await ask('settle', [manifest, event], { seconds: SWITCH })
    },
    async archive(release) {
      await ask('archive', [release])
    },
    async probe(look = false) {
      return readProbe((await inspect('probe', look ? ['look'] : [])).lines)
    },
    async restore(manifest, keptAs) {
      await ask('restore', [manifest, keptAs])
    },
    get roundTrips() {
      return asking.roundTrips
    },
    end: asking.end,
    [Symbol.asyncDispose]: () => asking.end(true),
  }
}

function onlyLooks({ access, verify, uploads }: Opening): boolean {
  return access === 'look' && verify === '' && !uploads
}

async function openBy(asking: Asking, opening: Opening): Promise<HostState> {
  const { access, wait, holder, verify, uploads, contentKey, shared, onHeld } = opening
  const offer = collectOffer()
  const onLine = ({ key, rest }: Line) => {
    if (key === 'kept') offer.add(rest)
    if (key === 'held') {
      const [waited, by] = splitOnce(rest)
      onHeld(by, Number(waited))
    }
    return key === 'kept'
  }
  const lock = access === 'look' ? '' : 'lock'
  const upload = access === 'create' ? 'create' : uploads ? 'look' : ''
  const words = [lock, upload, String(wait), JSON.stringify(holder), verify, contentKey, ...shared]
  const seconds = wait + (contentKey === '' ? LOOK : PREPARE)
  const { lines } = await asking.ask('open', words, { seconds, onLine })
  return readState(lines, asking.early.trim() !== '', offer.end())
}

/** Where somebody else's releases lie, what vouches for each is asked for as well. */
async function recognized({ inspect }: Asking, state: HostState): Promise<HostState> {
  if (!hasStrangers(state)) return state
  const traces = readTraces((await inspect('traces')).lines)
  const vouched = vouchedBy(traces, state.current)
  return { ...state, vouched, entries: adopt(state, vouched) }
}

function wordsOf(placement: Placement): readonly string[] {
  const { release, proof, record, hashed, arm, revisionFile, revision, fileMode, dirMode, links } = placement
  const linking = links.flatMap(({ kind, path, text }) => [kind, path, text])
  return [
    release,
    proof,
    record,
    hashed ? 'hashed' : '',
    arm ? 'arm' : '',
    revisionFile,
    revision,
    fileMode,
    dirMode,
    ...linking,
  ]
}

function changes({ ask }: Asking, follows: boolean): Session['following'] {
  return {
    async publish({ link, release, previous, manifest, event, armed }, onSwitched) {
      const onLine = ({ key }: Line) => {
        if (key === 'switched') onSwitched?.()
        return false
      }
      const words = [link, release, previous, manifest, event, armed ? 'armed' : '']
      await ask('publish', words, { seconds: SWITCH, onLine, follows })
    },
    async finish(manifest, event, remove) {
      const { lines, noise } = await ask('finish', [manifest, event, ...remove], { follows })
      return readPruned(lines, noise)
    },
  }
}

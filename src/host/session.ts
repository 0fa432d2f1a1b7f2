// One host's session as typed calls (questions.ts): each is a message and what its answer means.

import { setTimeout } from 'node:timers/promises'
import type { Connection } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { adopt } from '../release/adoption.ts'
import { type Layout, linkText } from '../release/layout.ts'
import { vouchedBy } from '../release/traces.ts'
import { readPlaced, readProbe, readPruned, readRecords, readVerified } from './answers.ts'
import { lengthOf } from './frame.ts'
import { glance } from './glance.ts'
import { type Line, splitOnce } from './line.ts'
import { LEASE } from './lock.ts'
import { type Hearing, openMessages } from './messages.ts'
import { collectOffer } from './offer.ts'
import { PassedOver, type Session } from './questions.ts'
import { call } from './quote.ts'
import { refusal } from './refusal.ts'
import { randomMark } from './script.ts'
import { type HostState, readState } from './state.ts'
import { hasStrangers, readTraces } from './traces.ts'

/** Disk work on a large release is slow but never this slow; a hung disk must not hang the fleet. */
const WORK = 900

/** What stands between hosts that serve different releases must end sooner; it only writes small files. */
const SWITCH = 120

/** To look at a host, once it is locked; and to link a release as large as they come, besides. */
const LOOK = 120
const PREPARE = 900

/** Milliseconds in which a server has taken note that a channel is no longer there. */
const AFTERMATH = 50

/**
 * Bytes that may wait on a host until it is done with a message. They wait in a pipe, of which some hold no more: a shell that cannot hand
 * them on does not hear the runner's signs of life.
 */
const ROOM = 8192

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
  const places = [root, releases, linkDir, linkName, linkText(layout, 'x').slice(0, -1)]
  const invocation = call('session', mark, String(LEASE), ...places, host.logFile, run)
  const messages = openMessages(connection, host.label, mark, invocation, host.become, host.patience)
  let glances = 0
  let glanced: Promise<void> | undefined
  /** Whether the session itself has looked: it works where that has led it. */
  let opened = false
  const ask = async (
    verb: string,
    args: readonly string[],
    seconds = WORK,
    onLine?: Hearing,
    follows = false,
  ) => {
    const answer = await messages.ask(verb, args, seconds, onLine, follows)
    if (answer.lines.some((line) => line.key === 'unlogged')) host.onUnlogged?.()
    if (follows && answer.status === 4) {
      throw new Failure(`"${verb}" was not begun with`, { host: host.label, cause: new PassedOver() })
    }
    if (answer.status !== 0) throw refusal(answer, verb, host.label, layout)
    return answer
  }
  /** What is asked of a host that is only looked at; in a session that has not looked itself, together with that. */
  const inspect = async (verb: string, args: readonly string[] = []) => {
    if (opened) return ask(verb, args)
    opened = true
    // A server that allows one channel would else have to be logged in to once more.
    await glanced?.then(() => setTimeout(AFTERMATH))
    const [, answer] = await Promise.all([
      ask('open', ['', '', '0', '', '', ''], LOOK),
      ask(verb, args, WORK, undefined, true),
    ])
    return answer
  }
  const recognized = async (state: HostState) => {
    if (!hasStrangers(state)) return state
    const traces = readTraces((await inspect('traces')).lines)
    const vouched = vouchedBy(traces, state.current)
    return { ...state, vouched, entries: adopt(state, vouched) }
  }
  const changes = (follows: boolean): Session['following'] => ({
    async publish({ link, release, previous, manifest, event, armed }, onSwitched) {
      const args = [link, release, previous, manifest, event, armed ? 'armed' : '']
      const onLine = ({ key }: Line) => {
        if (key === 'switched') onSwitched?.()
        return false
      }
      await ask('publish', args, SWITCH, onLine, follows)
    },
    async finish(manifest, event, remove) {
      const { lines, noise } = await ask('finish', [manifest, event, ...remove], WORK, undefined, follows)
      return readPruned(lines, noise)
    },
  })
  return {
    ...changes(false),
    following: changes(true),
    stop: () => messages.stop(),
    hasRoom: (...texts) => lengthOf(texts) <= ROOM,
    async open({ access, wait, holder, verify, uploads, contentKey, shared, onHeld }) {
      if (access === 'look' && verify === '' && !uploads && !opened) {
        glances += 1
        const words = [String(LEASE), ...places, run, ...shared]
        const answer = await glance(connection, host, words, LOOK)
        if (answer.status !== 0) throw refusal(answer, 'open', host.label, layout)
        glanced = answer.gone
        return recognized(readState(answer.lines, answer.early.trim() !== ''))
      }
      opened = true
      const args = [
        access === 'look' ? '' : 'lock',
        access === 'create' ? 'create' : uploads ? 'look' : '',
        String(wait),
        JSON.stringify(holder),
        verify,
        contentKey,
        ...shared,
      ]
      const offer = collectOffer()
      const { lines } = await ask(
        'open',
        args,
        wait + (contentKey === '' ? LOOK : PREPARE),
        ({ key, rest }) => {
          if (key === 'kept') offer.add(rest)
          if (key === 'held') {
            const [waited, by] = splitOnce(rest)
            onHeld(by, Number(waited))
          }
          return key === 'kept'
        },
      )
      return recognized(readState(lines, messages.early.trim() !== '', offer.end()))
    },
    async verify(release) {
      return readVerified((await inspect('verify', [release])).lines)
    },
    async records() {
      return readRecords((await inspect('records')).lines)
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
      return readPlaced(lines)
    },
    async arm(release) {
      await ask('arm', [release], SWITCH)
    },
    async settle(manifest, event) {
      await ask('settle', [manifest, event], SWITCH)
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
      return messages.roundTrips + glances
    },
    end: (wait) => messages.end(wait),
    [Symbol.asyncDispose]: () => messages.end(true),
  }
}

// F1, F3, F7, F26, F27, F35: at every step of a host's side, one after the other, the worst happens.

import { describe, expect, test } from 'vitest'
import { startSshd } from '../servers/sshd.ts'
import { changing, type Failpoints, type Fate, fates, looking, openFailpoints } from './failpoints.ts'
import { figure, soak, walk } from './measure.ts'
import { openSiege, type Siege } from './siege.ts'

/** A host whose every step can be tripped. */
async function openLane() {
  const stack = new AsyncDisposableStack()
  const points = stack.use(await openFailpoints(soak ? [...changing, ...looking] : changing))
  const server = stack.use(await startSshd({ config: [points.path] }))
  return { points, server, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** The same with a remote_dir that is not there yet, a new one each time. */
async function openFreshLane() {
  const stack = new AsyncDisposableStack()
  const lane = stack.use(await openLane())
  const siege = async () => stack.use(await openSiege(lane.server))
  return { ...lane, siege, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** The same with two releases on it. */
async function openBusyLane() {
  const stack = new AsyncDisposableStack()
  const lane = stack.use(await openLane())
  const siege = stack.use(await openSiege(lane.server))
  await siege.recover()
  await siege.recover()
  return { ...lane, siege, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

interface Walked {
  /** What is walked through. */
  readonly what: string
  readonly begin: (siege: Siege) => ReturnType<Siege['attempt']>
  /** How every host must be after the misfortune, besides sound. */
  readonly look?: (siege: Siege, release: string) => Promise<void>
  /** The first step that is tripped, from 1. */
  readonly from: number
  /** Every how many steps. */
  readonly stride: number
  /** Calls that must have been tripped, as patterns: what is done at the same time has no fixed place in the row, and may be missed. */
  readonly musts: readonly string[]
}

/** Runs once with the n-th step like `pattern` tripped. @returns the call that was; null when there was no n-th. */
async function trip(
  points: Failpoints,
  siege: Siege,
  n: number,
  fate: Fate,
  { begin, look }: Walked,
  pattern?: string,
) {
  await points.arm(n, fate, pattern)
  const { release, run } = await begin(siege)
  await points.aim(run.pid)
  const result = await run.done
  const call = await points.disarm()
  try {
    await siege.survive(release, result)
    await look?.(siege, release)
    await siege.recover()
  } catch (error) {
    throw new Error(`step ${n}${pattern ? ` like ${pattern}` : ''} (${call}): ${fate}\n${result.log}`, {
      cause: error,
    })
  }
  return call
}

/** Walks through all steps until a run has none left to trip. */
async function walkThrough<Lane extends { readonly points: Failpoints } & AsyncDisposable>(
  walked: Walked,
  fate: Fate,
  open: () => Promise<Lane>,
  enter: (lane: Lane) => Promise<Siege>,
): Promise<void> {
  const { from, stride, musts } = walked
  const steps: string[] = []
  await walk(soak ? 3 : 2, open, async (lane, at) => {
    const n = from + (at - 1) * stride
    const call = await trip(lane.points, await enter(lane), n, fate, walked)
    if (call !== null) steps.push(`${n} ${call}`)
    return call !== null
  })
  figure(`steps of the host, ${walked.what}, ${fate}`, { tried: steps.length, violations: 0 })
  if (process.env.SHOW_STEPS) process.stderr.write(`${steps.join('\n')}\n`)
  expect(steps.length).toBeGreaterThan(3)
  if (stride > 1) return
  await using lane = await open()
  for (const must of musts)
    expect(await trip(lane.points, await enter(lane), 1, fate, walked, must)).not.toBeNull()
}

const quick = { lock_timeout: '2' }
const switching = ['ln -s *', 'mv -f *stage*']
const placing = ['mv -- *incoming* releases/*', ...switching]
const pruning = ['mv -- releases*trash*', 'rm -rf *trash*']

/**
 * Which fates, each from which step on, and how many steps from one to the next. In a soak every step meets every fate; in CI every step
 * of a deploy and of a rollback meets one of the three that differ most, turn and turn about.
 */
type Walks = readonly (readonly [Fate, from: number, stride: number])[]
const walks = (short: Walks, first = 1): Walks =>
  soak ? (Object.keys(fates) as Fate[]).map((fate) => [fate, first, 1]) : short

/** Step of a deploy from which on one that is put back differs. */
const PUT_BACK = 19

const killed: Fate = 'the host’s side is killed before it'
const fails: Fate = 'it fails'
const dies: Fate = 'the runner dies'

describe.concurrent('at every step of the host in turn', () => {
  const busy = async ({ siege }: Awaited<ReturnType<typeof openBusyLane>>) => siege

  test.each(
    walks([
      [killed, 1, 3],
      [fails, 2, 3],
      [dies, 3, 3],
    ]),
  )('a deploy: %s', async (fate, from, stride) => {
    const begin = (siege: Siege) => siege.attempt(quick)
    await walkThrough(
      { what: 'deploy', begin, from, stride, musts: ['tar -x*', ...placing, ...pruning] },
      fate,
      openBusyLane,
      busy,
    )
  })

  test.each(
    walks([
      [killed, 1, 2],
      [fails, 2, 2],
    ]),
  )('a rollback: %s', async (fate, from, stride) => {
    const begin = (siege: Siege) => siege.goBack()
    await walkThrough(
      { what: 'rollback', begin, from, stride, musts: switching },
      fate,
      openBusyLane,
      async ({ siege }) => {
        await siege.recover()
        return siege
      },
    )
  })

  // The steps before are those of any deploy.
  test.each(walks([[killed, PUT_BACK, 4]], PUT_BACK))(
    'a deploy that is put back: %s',
    async (fate, from, stride) => {
      const begin = (siege: Siege) =>
        siege.attempt({ ...quick, post_deploy_command: '[ "$DEPLOY_MODE" = none ]' })
      const look = async (siege: Siege, release: string) => {
        if ((await siege.world.place.serves()) === release) return
        const record = await siege.world.place.record(release)
        if (fate !== dies && fate !== fails) expect(record?.deploy?.state).not.toBe('live')
      }
      await walkThrough(
        { what: 'deploy put back', begin, look, from, stride, musts: switching },
        fate,
        openBusyLane,
        busy,
      )
    },
  )

  test.each(walks([[dies, 1, 4]]))('the first deploy: %s', async (fate, from, stride) => {
    const begin = (siege: Siege) => siege.attempt(quick)
    await walkThrough(
      { what: 'first deploy', begin, from, stride, musts: ['rsync --server*', ...placing] },
      fate,
      openFreshLane,
      (lane) => lane.siege(),
    )
  })
})

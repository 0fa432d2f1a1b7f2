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

/** The same with two releases on it. */
async function openBusyLane() {
  const stack = new AsyncDisposableStack()
  const lane = stack.use(await openLane())
  const siege = stack.use(await openSiege(lane.server))
  await siege.recover()
  await siege.recover()
  return { ...lane, siege, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Begins a run with the n-th step tripped. @returns the call that was; null when there was no n-th. */
async function tripped(
  points: Failpoints,
  siege: Siege,
  { n, fate }: { readonly n: number; readonly fate: Fate },
  begin: (siege: Siege) => ReturnType<Siege['attempt']>,
): Promise<string | null> {
  await points.arm(n, fate)
  const { release, run } = await begin(siege)
  await points.aim(run.pid)
  const result = await run.done
  const call = await points.disarm()
  try {
    await siege.survive(release, result)
    await siege.recover()
  } catch (error) {
    throw new Error(`step ${n} (${call}): ${fate}\n${result.log}`, { cause: error })
  }
  return call
}

const all = Object.keys(fates) as Fate[]
const three: readonly Fate[] = ['the host’s side is killed before it', 'it fails', 'the runner dies']

function expectEach(what: string, steps: readonly string[], ends: readonly RegExp[]): void {
  figure(`steps of the host, ${what}`, { tried: steps.length, violations: 0 })
  if (process.env.SHOW_STEPS) process.stderr.write(steps.map((step, at) => `${at + 1} ${step}\n`).join(''))
  // That the walk went all the way.
  for (const step of ends) expect(steps.join('\n')).toMatch(step)
}

const deploying = [/^mkdir -p/m, /^rsync --server/m, /^ln -s/m, /^mv -f .*stage/m, /^mv -- releases.*trash/m]

describe.concurrent('at every step of the host in turn', () => {
  test.each(soak ? all : three)('a deploy: %s', async (fate) => {
    const steps: string[] = []
    await walk(2, openBusyLane, async ({ points, siege }, n) => {
      const call = await tripped(points, siege, { n, fate }, (each) => each.attempt({ lock_timeout: '2' }))
      if (call !== null) steps[n - 1] = call
      return call !== null
    })
    expectEach(`deploy, ${fate}`, steps, [...deploying, /^rm -rf .*trash/m])
  })

  test.each(soak ? all : three.slice(0, 2))('a rollback: %s', async (fate) => {
    const steps: string[] = []
    await walk(1, openBusyLane, async ({ points, siege }, n) => {
      await siege.recover()
      const call = await tripped(points, siege, { n, fate }, (each) => each.goBack())
      if (call !== null) steps[n - 1] = call
      return call !== null
    })
    expectEach(`rollback, ${fate}`, steps, [/^ln -s/m, /^mv -f .*stage/m, /^mv .*manifest.json$/m])
  })

  test.each(soak ? all : three.slice(2))('the first deploy: %s', async (fate) => {
    const steps: string[] = []
    await walk(2, openLane, async ({ points, server }, n) => {
      await using siege = await openSiege(server)
      const call = await tripped(points, siege, { n, fate }, (each) => each.attempt({ lock_timeout: '2' }))
      if (call !== null) steps[n - 1] = call
      return call !== null
    })
    expectEach(`first deploy, ${fate}`, steps, deploying.slice(0, 4))
  })
})

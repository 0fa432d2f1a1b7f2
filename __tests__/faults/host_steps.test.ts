// F1, F3, F7, F27: at every step of a host's side, one after the other, the worst happens.

import { describe, expect, test } from 'vitest'
import { startSshd } from '../servers/sshd.ts'
import { changing, type Fate, fates, looking, openFailpoints } from './failpoints.ts'
import { figure, soak, walk } from './measure.ts'
import { openSiege } from './siege.ts'

/** A host whose every step can be tripped, with two releases on it. */
async function openLane(at: number) {
  const stack = new AsyncDisposableStack()
  const points = stack.use(await openFailpoints(soak ? [...changing, ...looking] : changing))
  const server = stack.use(await startSshd({ config: [points.path] }))
  const siege = stack.use(await openSiege(server, {}, `r${at}x`))
  await siege.recover()
  await siege.recover()
  return { points, siege, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Deploys with the n-th step tripped. @returns whether there was an n-th step. */
async function deployTripped({ points, siege }: Awaited<ReturnType<typeof openLane>>, n: number, fate: Fate) {
  await points.arm(n, fate)
  const { release, run } = await siege.attempt({ lock_timeout: '2' })
  await points.aim(run.pid)
  const result = await run.done
  const tripped = await points.disarm()
  try {
    await siege.survive(release, result)
    await siege.recover()
  } catch (error) {
    throw new Error(`step ${n} (${tripped}): ${fate}\n${result.log}`, { cause: error })
  }
  return tripped
}

describe.concurrent('a deploy, at every step of the host in turn', () => {
  test.each(Object.keys(fates) as Fate[])('%s', async (fate) => {
    const steps: string[] = []
    await walk(
      2,
      (at) => openLane(at),
      async (lane, n) => {
        const tripped = await deployTripped(lane, n, fate)
        if (tripped !== null) steps[n - 1] = tripped
        return tripped !== null
      },
    )
    figure(`host steps, ${fate}`, { tried: steps.length, violations: 0 })
    if (process.env.SHOW_STEPS) process.stderr.write(`${steps.map((s, i) => `${i + 1} ${s}`).join('\n')}\n`)
    // That the walk went through the whole deploy: its last steps are those that tidy up.
    const all = steps.join('\n')
    for (const step of [/^mkdir/m, /^rsync --server/m, /^ln -s/m, /^mv -f .*stage/m, /^rm -rf .*trash/m])
      expect(all).toMatch(step)
  })
})

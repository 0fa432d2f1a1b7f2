// A host under siege: it meets one misfortune after another, and after each it must be sound, and the next plain deploy must work.

import { expect } from 'vitest'
import type { Tree } from '../scenarios/soundness.ts'
import { readTree } from '../scenarios/tree.ts'
import { type Files, openWorld, type Server, type World } from '../scenarios/world.ts'
import type { ActionResult, RunningAction } from '../servers/action.ts'

export interface Siege extends AsyncDisposable {
  readonly world: World
  /** All that was ever sent, by release. */
  readonly artifacts: ReadonlyMap<string, Tree>
  /** How often the host was looked at after a misfortune and after the deploy that followed, and was sound. */
  readonly checks: number
  /** Starts the deploy of a new release, which something will befall. @returns its name and the run. */
  attempt(inputs?: Inputs, way?: Way): Promise<{ readonly release: string; readonly run: RunningAction }>
  /** Starts a rollback instead. */
  goBack(): Promise<{ readonly release: string; readonly run: RunningAction }>
  /** A deploy until its end. */
  suffer(inputs?: Inputs, way?: Way): Promise<{ readonly release: string; readonly result: ActionResult }>
  /** After a misfortune: the host serves the old release or the new, as the run said, and is sound. */
  survive(release: string, result: ActionResult): Promise<void>
  /** A plain deploy, with nobody's help, and all is tidy. */
  recover(inputs?: Inputs): Promise<ActionResult>
}

type Inputs = Readonly<Record<string, string>>
type Way = Parameters<World['start']>[1]

/** Every file says which release it is of, some stay the same, one is large enough to be cut in the middle. */
export function stampedSite(release: string, size = 40_000): Files {
  return {
    'index.html': `${release}\n`,
    'deep/er/page.html': `${release} below\n`,
    'same.css': 'body { color: black }\n',
    'same/logo.svg': '<svg/>\n'.repeat(50),
    [`hashed/app.${release}.js`]: `console.log("${release}")\n`.repeat(20),
    'data.bin': `${release}.${'x'.repeat(size)}`,
  }
}

/** @param inputs for every run; old releases are pruned each time, so that every step of a deploy has something to do. */
export async function openSiege(server: Server, inputs: Inputs = {}, prefix = 'r'): Promise<Siege> {
  const world = await openWorld([server], { inputs: { release_count: '2', ...inputs } })
  const artifacts = new Map<string, Tree>()
  const { place } = world
  let count = 0
  // What was served before the misfortune.
  let before: string | null = null
  let checks = 0
  const prepare = async () => {
    count++
    const release = `${prefix}${count}`
    before = await place.serves()
    await world.write(stampedSite(release))
    artifacts.set(release, await readTree(world.build))
    return release
  }
  const start = async (more: Inputs = {}, way: Way = {}) => {
    const release = await prepare()
    const run = await world.start(
      { mode: 'deploy', local_dir: world.build, release_name: release, ...more },
      way,
    )
    return { release, run }
  }
  return {
    world,
    artifacts,
    get checks() {
      return checks
    },
    attempt: start,
    async goBack() {
      before = await place.serves()
      const release = (await place.read('.releases/previous')).trim()
      return { release, run: await world.start({ mode: 'rollback', lock_timeout: '2' }) }
    },
    async suffer(more, way) {
      const { release, run } = await start(more, way)
      return { release, result: await run.done }
    },
    async survive(release, { code, outputs, log }) {
      await world.expectSound({ leftovers: true, artifacts })
      const now = await place.serves()
      const old: string | null = before
      expect([old, release], log).toContain(now)
      // What a run that lived to say something has said is true.
      if (code === 0) expect(now, log).toBe(release)
      if (outputs.status === 'reverted') expect(now, log).toBe(old)
      if (/No host was switched|Nothing was changed on any host/.test(log)) expect(now, log).toBe(old)
      checks++
    },
    async recover(more = {}) {
      const release = await prepare()
      const result = await world.deploy(release, { lock_timeout: '60', ...more })
      expect(result.code, result.log).toBe(0)
      expect(await place.serves()).toBe(release)
      await world.expectSound({ artifacts })
      checks++
      return result
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

// F22: clocks that are wrong, differ and jump, on the host and on the runner. Order comes from a counter, a lease from seconds slept.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toolbox } from '../scenarios/toolbox.ts'
import { openWorld } from '../scenarios/world.ts'
import { startSshd } from '../servers/sshd.ts'
import { real } from './failpoints.ts'
import { openSiege } from './siege.ts'

const year = 365 * 86_400
const preload = `--import=${join(import.meta.dirname, 'odd_clock.mjs')}`

/** A host whose clock is ten years ahead at one call and ten years behind at the next. */
const jumping = (without: readonly string[] = []) =>
  toolbox({
    without,
    fakes: {
      date: `if [ $(($$ % 2)) = 0 ]; then off='+10 years'; else off='-10 years'; fi\nexec ${real('date')} -d "$off" "$@"`,
    },
  })

describe.concurrent('with clocks that jump by twenty years', () => {
  test.each([{ without: [] }, { without: ['flock'] }])(
    'order, prune and rollback are right (no $without)',
    async ({ without }) => {
      await using tools = await jumping(without)
      await using server = await startSshd({ config: [tools.path] })
      await using siege = await openSiege(server, { release_count: '3' })
      const { world } = siege
      const names: string[] = []
      for (const off of [0, -10 * year, 10 * year, -year, 0]) {
        const env = { NODE_OPTIONS: preload, CLOCK_OFF: String(off) }
        const { release, result } = await siege.suffer({}, { env })
        expect(result.code, result.log).toBe(0)
        names.push(release)
      }
      expect((await world.place.manifest()).map(({ release }) => release)).toEqual(names.slice(-3))
      expect(await world.place.releases()).toEqual(names.slice(-3))
      expect((await world.rollback()).outputs.release).toBe(names.at(-2))
      expect((await world.rollback()).outputs.release).toBe(names.at(-3))
      await world.expectSound({ artifacts: siege.artifacts })
    },
  )

  test('a lock is neither lost nor kept: two deploys take turns, and a dead one holds up nobody', async () => {
    await using tools = await jumping()
    await using server = await startSshd({ config: [tools.path] })
    await using world = await openWorld([server])
    const gate =
      'echo "$RELEASE_NAME" >>"$REMOTE_DIR/order"; sleep 1; echo "$RELEASE_NAME" >>"$REMOTE_DIR/order"'
    const runs = await Promise.all(
      ['a', 'b'].map((name) => world.deploy(name, { pre_symlink_command: gate })),
    )
    for (const { code, log } of runs) expect(code, log).toBe(0)
    const order = (await world.place.read('order')).split('\n')
    expect([order[0], order[2]]).toEqual([order[1], order[3]])
    const dying = await world.start({
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'c',
      pre_symlink_command: 'echo "gate runs"; sleep 300',
    })
    await dying.saw(/gate runs/, 60_000)
    dying.killAll()
    await dying.done
    await world.deployed('d', { lock_timeout: '5' })
    await world.expectSound()
  })

  test('names without a given one do not collide when the runner’s clock stands still or goes back', async () => {
    await using world = await openWorld(['local'])
    const names: string[] = []
    for (const off of [0, -3600, -3600]) {
      const env = { NODE_OPTIONS: preload, CLOCK_OFF: String(off) }
      const { code, outputs, log } = await world.run({ mode: 'deploy', local_dir: world.build }, { env })
      expect(code, log).toBe(0)
      names.push(outputs.release as string)
    }
    expect(new Set(names).size).toBe(3)
    expect((await world.rollback()).outputs.release).toBe(names[1])
  })
})

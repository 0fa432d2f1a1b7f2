import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openWorld, type Place, site, type World } from './world.ts'

const only = (world: World, ...which: readonly number[]) =>
  world
    .hosts()
    .split('\n')
    .filter((_, at) => which.includes(at))
    .join('\n')

/** `one` on all three, then `two` on the first alone and `three` on the second alone. */
async function openDrifted(): Promise<World> {
  const world = await openWorld(['local', 'local', 'local'])
  await world.deployed('one')
  await world.deployed('two', { hosts: only(world, 0) })
  await world.deployed('three', { hosts: only(world, 1) })
  return world
}

test.concurrent('a host added later, and one that was emptied, are brought level by the next deploy', async () => {
  await using world = await openWorld(['local', 'local', 'local'])
  await world.deployed('one', { hosts: only(world, 0, 1) })
  await world.deployed('two', { hosts: only(world, 0, 1) })
  await rm((world.places[1] as Place).root, { recursive: true })

  const { result, outputs } = await world.deployed('three')
  expect(outputs).toMatchObject({ release: 'three', previous_release: 'two' })
  expect(result.hosts).toMatchObject([
    { status: 'deployed', previous_release: 'two' },
    { status: 'deployed', previous_release: null },
    { status: 'deployed', previous_release: null },
  ])
  expect(await world.serving()).toEqual(['three', 'three', 'three'])
  for (const place of world.places) expect(await place.read('current/index.html')).toBe(site['index.html'])
  const { result: listed } = await world.list()
  expect(listed.releases).toMatchObject([
    { release: 'three', current: world.labels },
    { release: 'two', missing_on: [world.labels[1], world.labels[2]] },
    { release: 'one', missing_on: [world.labels[1], world.labels[2]] },
  ])

  // What not all have is nothing to roll the fleet back to; no host is touched.
  const back = await world.rollback()
  expect(back.code).toBe(1)
  expect(back.log).toContain('there is no earlier good release that all hosts have')
  expect((await world.rollback({ release: 'two' })).log).toMatch(/release two is not on .*host2.*host3/)
  expect(await world.serving()).toEqual(['three', 'three', 'three'])

  await world.deployed('four')
  expect((await world.rollback()).outputs.release).toBe('three')
  await world.expectSound()
})

test.concurrent('hosts that serve different releases are told of, and the next deploy makes them one again', async () => {
  await using world = await openDrifted()
  const { log } = await world.list()
  expect(log).toMatch(/the hosts differ: two on .*host1; three on .*host2; one on .*host3/)
  const { result, log: deployed } = await world.deployed('four')
  expect(result.hosts.map((host: { previous_release: string }) => host.previous_release)).toEqual([
    'two',
    'three',
    'one',
  ])
  expect(deployed).toMatch(/previous/)
  expect(await world.serving()).toEqual(['four', 'four', 'four'])
  expect((await world.rollback()).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('a deploy that fails puts each back to what it served', async () => {
  await using world = await openDrifted()
  const { outputs, log } = await world.deploy('four', {
    post_deploy_command: `[ "$RELEASE_NAME" != four ] || [ "\${REMOTE_DIR##*/}" != host3 ]`,
  })
  expect(outputs.status, log).toBe('reverted')
  expect(await world.serving()).toEqual(['two', 'three', 'one'])
  await world.deployed('five')
  await world.expectSound()
})

test.concurrent('a rollback goes to what all have, and leaves a host alone that is there already', async () => {
  await using world = await openDrifted()
  const link = await world.places[2]?.inode('current')
  const { outputs, result, log } = await world.rollback()
  expect(outputs, log).toMatchObject({ status: 'rolled_back', release: 'one' })
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  expect(await world.places[2]?.inode('current')).toBe(link)
  expect(result.hosts[2]).toMatchObject({ previous_release: null, release: 'one' })
  expect((await (world.places[0] as Place).record('two')).deploy.state).toBe('bad')
  expect((await (world.places[1] as Place).record('three')).deploy.state).toBe('bad')
  expect((await (world.places[2] as Place).record('one')).deploy.state).toBe('live')
  await world.expectSound()
})

test.concurrent('a rollback by name goes there on every host, or on none', async () => {
  await using world = await openDrifted()
  const refused = await world.rollback({ release: 'two' })
  expect(refused.code).toBe(1)
  expect(refused.log).toMatch(/release two is not on .*host2.*host3/)
  expect(await world.serving()).toEqual(['two', 'three', 'one'])
  expect((await world.rollback({ release: 'one' })).outputs.release).toBe('one')
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.expectSound()
})

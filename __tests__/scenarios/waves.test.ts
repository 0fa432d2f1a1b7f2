import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

/** Five directories on the runner: what waves are about is order, not networks. */
const five = ['local', 'local', 'local', 'local', 'local'] as const

const waves = { waves: '1, 25%, 100%' }

/** Writes down what happens, in the order it happens on the whole fleet. `$REMOTE_DIR` ends in the host's name. */
const note = (world: World, what: string) =>
  `echo "${what} $RELEASE_NAME \${REMOTE_DIR##*/}" >>'${world.dir}/order'`

const noting = (world: World) => ({
  pre_symlink_command: note(world, 'gate'),
  post_deploy_command: note(world, 'post'),
  health_check_command: note(world, 'healthy'),
  health_check_attempts: '1',
})

async function orderOf(world: World, release: string): Promise<readonly string[]> {
  const text = await readFile(join(world.dir, 'order'), 'utf8')
  const lines = text.trimEnd().split('\n')
  return lines
    .filter((line) => line.includes(` ${release} `))
    .map((line) => line.replace(` ${release} `, ' '))
}

const sorted = (what: string, hosts: readonly number[]) => hosts.map((at) => `${what} host${at}`)

test.concurrent('each wave is switched, served and healthy before the next one begins', async () => {
  await using world = await openWorld(five)
  await world.deployed('one')
  const { log, result, outputs } = await world.deployed('two', { ...waves, ...noting(world) })

  const order = await orderOf(world, 'two')
  const part = (from: number, to: number) => order.slice(from, to).toSorted()
  expect(part(0, 5)).toEqual(sorted('gate', [1, 2, 3, 4, 5]))
  expect(order.slice(5, 9)).toEqual(['post host1', 'healthy host1', 'post host2', 'healthy host2'])
  expect(part(9, 12)).toEqual(sorted('post', [3, 4, 5]))
  expect(part(12, 15)).toEqual(sorted('healthy', [3, 4, 5]))
  expect(order).toHaveLength(15)
  expect(log).toMatch(/switch wave 1 of 3[\s\S]*switch wave 2 of 3[\s\S]*switch wave 3 of 3 \(3 hosts\)/)
  expect(outputs.status).toBe('deployed')
  for (const host of result.hosts) expect(host).toMatchObject({ status: 'deployed', release: 'two' })
  await world.expectSound()
})

test.concurrent('a canary that is not healthy is put back, and no other host was ever switched', async () => {
  await using world = await openWorld(five)
  await world.deployed('one')
  const { code, outputs, result, log } = await world.deploy('two', {
    ...waves,
    ...noting(world),
    health_check_command: `${note(world, 'sick')}; [ "$RELEASE_NAME" != two ]`,
  })

  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'reverted', release: '' })
  expect(log).toContain('not healthy after 1 attempt:')
  expect(log).toContain('The switched host was put back to what it served before.')
  expect((await orderOf(world, 'two')).slice(5)).toEqual(['post host1', 'sick host1'])
  expect(await orderOf(world, 'one')).toEqual(['post host1'])
  expect(await world.serving()).toEqual(['one', 'one', 'one', 'one', 'one'])
  const [canary, ...others] = result.hosts
  expect(canary).toMatchObject({
    status: 'reverted',
    release: 'one',
    error: expect.stringContaining('healthy'),
  })
  for (const host of others) expect(host).toMatchObject({ release: 'one', error: null })
  for (const [at, place] of world.places.entries()) {
    const events = (await place.events()).map(({ event }) => event)
    if (at === 0) expect(events).toEqual(['deploy', 'deploy', 'reverted'])
    else expect(events).toEqual(['deploy', 'failed'])
    expect((await place.record('two')).deploy).toMatchObject({ state: 'failed', activations: [] })
  }

  await world.deployed('three', waves)
  for (const place of world.places) expect(await place.releases()).toEqual(['one', 'three'])
  await world.expectSound()
})

test.concurrent('a failure in a later wave puts all waves back', async () => {
  await using world = await openWorld(five)
  await world.deployed('one')
  const { code, outputs, result, log } = await world.deploy('two', {
    ...waves,
    ...noting(world),
    health_check_command: `[ "$RELEASE_NAME" != two ] || [ "\${REMOTE_DIR##*/}" != host4 ]`,
  })
  expect(code).toBe(1)
  expect(outputs.status).toBe('reverted')
  expect(log).toContain('All 5 switched hosts were put back')
  expect(await world.serving()).toEqual(['one', 'one', 'one', 'one', 'one'])
  for (const host of result.hosts) expect(host).toMatchObject({ status: 'reverted', release: 'one' })
  expect((await orderOf(world, 'one')).toSorted()).toEqual(sorted('post', [1, 2, 3, 4, 5]))
  for (const place of world.places) {
    expect((await place.events()).map(({ event }) => event)).toEqual(['deploy', 'deploy', 'reverted'])
  }
  await world.deployed('two', waves)
  await world.expectSound()
})

test.concurrent('a rollback goes in waves as well, and back when one fails', async () => {
  await using world = await openWorld(five)
  await world.deployed('one')
  await world.deployed('two')
  const failed = await world.rollback({
    ...waves,
    post_deploy_command: `[ "$RELEASE_NAME" != one ] || [ "\${REMOTE_DIR##*/}" != host2 ]`,
  })
  expect(failed.outputs.status).toBe('reverted')
  expect(await world.serving()).toEqual(['two', 'two', 'two', 'two', 'two'])
  for (const place of world.places.slice(2)) {
    expect((await place.events()).slice(2)).toMatchObject([
      { event: 'failed', from: 'two', to: 'one', outcome: 'not switched' },
    ])
  }
  expect((await world.rollback(waves)).outputs).toMatchObject({ status: 'rolled_back', release: 'one' })
  await world.expectSound()
})

test.concurrent('on_failure: keep leaves the waves where they are, and says who serves what', async () => {
  await using world = await openWorld(five)
  await world.deployed('one')
  const { code, outputs, log } = await world.deploy('two', {
    ...waves,
    on_failure: 'keep',
    health_check_command: `[ "\${REMOTE_DIR##*/}" != host2 ]`,
    health_check_attempts: '1',
  })
  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'failed', release: '' })
  expect(await world.serving()).toEqual(['two', 'two', 'one', 'one', 'one'])
  expect(log.trimEnd().split('\n').at(-1)).toMatch(/serve two; .*serve one\.$/)
  await world.deployed('three')
  expect(await world.serving()).toEqual(['three', 'three', 'three', 'three', 'three'])
  await world.expectSound()
})

import { expect, test } from 'vitest'
import { openWorld } from './world.ts'

const labels = (result: { hosts: readonly { host: string }[] }) => result.hosts.map(({ host }) => host)

test.concurrent("two shards cover all hosts, each once, and neither touches what is the other one's", async () => {
  await using world = await openWorld(['local', 'local', 'local', 'local', 'local'])
  const [one, two] = await Promise.all([
    world.deploy('one', { shard: '1/2' }),
    // Listed in another order, as a matrix job may.
    world.deploy('one', { shard: '2/2', hosts: world.hosts().split('\n').reverse().join('\n') }),
  ])
  expect(one.code, one.log).toBe(0)
  expect(two.code, two.log).toBe(0)
  expect(one.log).toContain('this job works on 3 of 5 hosts (shard)')
  expect(two.log).toContain('this job works on 2 of 5 hosts (shard)')
  expect([...labels(one.result), ...labels(two.result)].toSorted()).toEqual([...world.labels].toSorted())
  expect(await world.serving()).toEqual(['one', 'one', 'one', 'one', 'one'])
  for (const place of world.places) expect(await place.events()).toHaveLength(1)
  await world.expectSound()
})

test.concurrent('a shard that fails puts its own hosts back', async () => {
  await using world = await openWorld(['local', 'local', 'local'])
  await world.deployed('one')
  const failed = await world.deploy('two', { shard: '1/2', post_deploy_command: '[ "$RELEASE_NAME" = one ]' })
  expect(failed.outputs.status).toBe('reverted')
  expect(labels(failed.result)).toHaveLength(2)
  const well = await world.deploy('two', { shard: '2/2' })
  expect(well.code, well.log).toBe(0)
  expect((await world.serving()).filter((release) => release === 'two')).toHaveLength(1)
  // The whole fleet again: what a shard has ahead is no obstacle.
  const back = await world.rollback()
  expect(back.outputs, back.log).toMatchObject({ status: 'rolled_back', release: 'one' })
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.expectSound()
})

for (const mode of ['deploy', 'stage', 'publish', 'rollback', 'prune', 'list', 'check', 'repair'] as const) {
  test.concurrent(`a job of a matrix larger than the fleet has nothing to do in ${mode}, which is no failure`, async () => {
    await using world = await openWorld(['local', 'local'])
    const inputs = mode === 'deploy' || mode === 'stage' ? { local_dir: world.build } : {}
    const { annotations, code, outputs, result, log } = await world.run({ mode, shard: '3/3', ...inputs })
    expect(code, log).toBe(0)
    expect(outputs.status).not.toBe('failed')
    expect(outputs.release).toBe('')
    expect(result.hosts).toEqual([])
    expect(log).toContain('this job works on 0 of 2 hosts (shard)')
    expect(annotations.map(({ level, message }) => [level, message])).toEqual([
      ['warning', 'this shard has no hosts: nothing was done'],
    ])
    expect(await world.serving()).toEqual([null, null])
  })
}

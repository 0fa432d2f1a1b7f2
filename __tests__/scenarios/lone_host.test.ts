// One host and nothing to run in between: it is told all that is left in one breath, and what comes of that is told as ever.

import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { openWorld, startServers } from './world.ts'

test.concurrent('placing, switching and pruning take one round trip, unless there is much to tell', async () => {
  await using world = await openWorld(['local'])
  const trips = async (release: string, inputs: Readonly<Record<string, string>> = {}) =>
    (await world.deployed(release, inputs)).result.hosts[0].round_trips
  expect(await trips('one')).toBe(2)
  expect(await trips('two', { post_deploy_command: 'true' })).toBe(4)
  expect(await trips('three', { metadata: JSON.stringify({ note: 'x'.repeat(5000) }) })).toBe(3)
  expect(await trips('four', { metadata: JSON.stringify({ note: 'x'.repeat(5000) }) })).toBe(4)
  for (const deploys of (await world.place.manifest()).map(({ deploy }) => deploy))
    expect(deploys).toMatchObject({ state: 'live' })
  expect((await world.place.record('four')).deploy.unfinished).toBeUndefined()
  await world.expectSound()
})

test.concurrent('a session that dies while the release is placed leaves what was, and the report says so', async () => {
  await using local = await openWorld(['local'])
  const trap = join(local.dir, 'trap')
  // All that works in the session's group goes at once.
  await using tools = await toolbox({
    fakes: { sync: `if [ -e '${trap}' ]; then rm '${trap}'; kill -KILL 0; fi\nexec /bin/sync "$@"` },
  })
  await using servers = await startServers(1, { config: [tools.path] })
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  for (const on_failure of ['revert', 'keep']) {
    await writeFile(trap, '')
    const { code, outputs, result, log } = await world.deploy(on_failure, { on_failure })
    expect(code, log).toBe(1)
    expect(existsSync(trap)).toBe(false)
    expect(outputs).toMatchObject({ status: 'failed', release: '' })
    expect(result.hosts).toMatchObject([{ status: 'failed', release: 'one' }])
    expect(log).not.toContain('was put back')
    expect(log).toContain('serves one')
    if (on_failure === 'revert') expect(log).toContain('The host serves what it did before.')
    expect(await world.serving()).toEqual(['one'])
  }
  await rm(trap, { force: true })
  await world.deployed('two')
  await world.expectSound()
})

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(3)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** A command that fails on the last host alone. */
const failsOnLast = (world: World) => `[ "$REMOTE_DIR" != '${world.places.at(-1)?.root}' ]`

test.concurrent('a host that cannot be worked on is named, and no host is touched', async () => {
  await using world = await openWorld(servers.all)
  await writeFile(world.places[1]?.root as string, 'a file where the directory should be')

  const { code, outputs, log, result } = await world.deploy('one')

  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'failed', release: '' })
  expect(log).toContain(world.labels[1])
  expect(result.hosts.map(({ status }: { status: string }) => status)).toContain('failed')
  expect(result.hosts[1].error).not.toBeNull()
  expect(await world.places[0]?.linkText()).toBeNull()
  expect(await world.places[2]?.linkText()).toBeNull()
})

test.concurrent('an upload that fails on one of three hosts switches none, and the next run works', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const blocked = join(world.places[2]?.root as string, '.releases/incoming/two')
  await writeFile(blocked, 'in the way')

  const { code, outputs, log, result } = await world.deploy('two')

  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'failed', release: '' })
  expect(JSON.parse(outputs.hosts as string)).toHaveLength(3)
  expect(result.hosts[2]).toMatchObject({ status: 'failed', release: 'one' })
  expect(result.hosts[2].error).toBeTruthy()
  expect(log).toContain('No host was switched.')
  expect(log.trimEnd().split('\n').at(-1)).toMatch(/^Deploy of two failed after .+ all 3 hosts serve one\.$/)
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.expectSound({ leftovers: true })

  await rm(blocked)
  await world.deployed('two')
  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  await world.expectSound()
})

test.concurrent('a failed pre_symlink_command on one of three hosts switches none, and the release stays for inspection', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')

  const { code, outputs, log } = await world.deploy('two', {
    pre_symlink_command: `echo checking "$RELEASE_NAME"; ${failsOnLast(world)} || exit 7`,
  })

  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(log).toContain('pre_symlink_command failed with exit code 7')
  expect(log).toContain('checking two')
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  for (const place of world.places) {
    expect(await place.releases()).toEqual(['one', 'two'])
    expect((await place.record('two')).deploy).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('exit code 7'),
    })
    expect((await place.events()).at(-1)).toMatchObject({
      event: 'failed',
      to: 'two',
      outcome: 'not switched',
    })
  }
  await world.expectSound()
})

test.concurrent('of failed releases at most one stays; it is never rolled back to, and the next success removes it', async () => {
  await using world = await openWorld([servers.one])
  const fails = { pre_symlink_command: 'exit 1' }
  await world.deployed('one')
  await world.deployed('two')

  await world.deploy('bad1', fails)
  expect(await world.place.releases()).toEqual(['bad1', 'one', 'two'])
  await world.deploy('bad2', fails)
  expect(await world.place.releases()).toEqual(['bad2', 'one', 'two'])
  // Also when it fails after the switch, and is put back.
  const late = await world.deploy('bad3', { post_deploy_command: '[ "$RELEASE_NAME" != bad3 ]' })
  expect(late.outputs.status).toBe('reverted')
  expect(await world.place.releases()).toEqual(['bad3', 'one', 'two'])
  await world.deploy('bad2', fails)
  expect(await world.place.releases()).toEqual(['bad2', 'one', 'two'])
  await world.expectSound()

  // One that somebody wants to look into has a way to stay.
  const pinned = await world.deploy('bad4', { ...fails, pinned_releases: 'bad2' })
  expect(pinned.log).not.toContain('removed bad2')
  expect(await world.place.releases()).toEqual(['bad2', 'bad4', 'one', 'two'])
  const staged = { mode: 'stage', local_dir: world.build, release_name: 'bad5', pinned_releases: 'bad2' }
  expect((await world.run({ ...staged, ...fails })).log).toContain('removed bad4, which had failed earlier')
  expect(await world.place.releases()).toEqual(['bad2', 'bad5', 'one', 'two'])

  expect((await world.rollback()).outputs.release).toBe('one')
  await world.deployed('three', { release_count: '2' })
  expect(await world.place.releases()).not.toContain('bad2')
  expect((await world.place.manifest()).map(({ release }) => release)).not.toContain('bad2')
  await world.expectSound()
})

test.concurrent('a failed release uses up no slot of release_count', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '2' } })
  await world.deployed('one')
  await world.deployed('two')
  await world.deploy('bad', { pre_symlink_command: 'exit 1' })
  await world.prune()
  expect(await world.place.releases()).toEqual(['one', 'two'])
  await world.expectSound()
})

test.concurrent('the same release_name again, after its gate failed, works', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.deploy('two', { pre_symlink_command: failsOnLast(world) })
  await world.deployed('two')
  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  for (const place of world.places) {
    expect((await place.record('two')).deploy.state).toBe('live')
    expect((await place.record('two')).deploy.reason).toBeUndefined()
  }
  await world.expectSound()
})

test.concurrent('a failed post_deploy_command on one of three hosts puts all of them back', async () => {
  await using world = await openWorld(servers.all)
  const post = 'echo "$RELEASE_NAME after $PREVIOUS_RELEASE in $(pwd -P)" >>"$REMOTE_DIR/posts"'
  await world.deployed('one', { post_deploy_command: post })

  const { code, outputs, log, result } = await world.deploy('two', {
    post_deploy_command: `${post}; [ "$RELEASE_NAME" = one ] || ${failsOnLast(world)}`,
  })

  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'reverted', release: '' })
  expect(log).toContain('post_deploy_command failed with exit code 1')
  expect(log).toContain('All 3 switched hosts were put back to what they served before.')
  expect(log.trimEnd().split('\n').at(-1)).toMatch(
    /^Deploy of two failed after .+ and was reverted: all 3 hosts serve one\.$/,
  )
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  for (const host of result.hosts) expect(host.release).toBe('one')
  for (const place of world.places) {
    expect(await place.read('posts')).toBe(
      [
        `one after  in ${place.releaseDir}/one`,
        `two after one in ${place.releaseDir}/two`,
        `one after two in ${place.releaseDir}/one\n`,
      ].join('\n'),
    )
    expect((await place.record('two')).deploy).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('post_deploy_command'),
    })
    expect((await place.record('one')).deploy.state).toBe('live')
    expect((await place.events()).map(({ event }) => event)).toEqual(['deploy', 'deploy', 'reverted'])
    expect((await place.events()).at(-1)).toMatchObject({ from: 'two', to: 'one' })
  }
  await world.expectSound({ leftovers: true })

  expect((await world.list()).result.releases[0]).toMatchObject({
    release: 'two',
    state: 'failed',
    current: [],
  })
  await world.deployed('two')
  await world.expectSound()
})

test.concurrent('on_failure: keep leaves the hosts on the new release, and says so', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')

  const { code, outputs, log } = await world.deploy('two', {
    post_deploy_command: failsOnLast(world),
    on_failure: 'keep',
  })

  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'failed', release: 'two', previous_release: 'one' })
  expect(log).toContain('on_failure: keep')
  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  for (const place of world.places) {
    expect((await place.record('two')).deploy.state).toBe('live')
    expect((await place.events()).at(-1)).toMatchObject({ event: 'failed', to: 'two', outcome: 'kept' })
  }
  await world.expectSound({ leftovers: true })
})

test.concurrent('a first deploy that is reverted takes the link away', async () => {
  await using world = await openWorld(servers.all)
  const { code, outputs } = await world.deploy('one', { post_deploy_command: failsOnLast(world) })
  expect(code).toBe(1)
  expect(outputs.status).toBe('reverted')
  for (const place of world.places) {
    expect(await place.linkText()).toBeNull()
    expect(await place.releases()).toEqual(['one'])
    expect((await place.record('one')).deploy.state).toBe('failed')
  }
  await world.expectSound({ leftovers: true })

  await world.deployed('one')
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.expectSound()
})

test.concurrent('a rollback whose post_deploy_command fails is reverted, and nothing is marked bad', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.deployed('two')
  const { code, outputs } = await world.rollback({
    post_deploy_command: `[ "$RELEASE_NAME" = two ] || ${failsOnLast(world)}`,
  })
  expect(code).toBe(1)
  expect(outputs.status).toBe('reverted')
  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  for (const place of world.places) {
    expect((await place.record('two')).deploy.state).toBe('live')
    expect((await place.record('one')).deploy.state).toBe('live')
  }
  await world.expectSound()
  expect((await world.rollback()).outputs.release).toBe('one')
})

test.concurrent('a switch that fails on one of three hosts puts the others back', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  // The gate is the last moment before the switch: there, one host's link turns into a directory.
  const last = world.places.at(-1)?.root
  const { code, outputs } = await world.deploy('two', {
    pre_symlink_command: `[ "$REMOTE_DIR" != '${last}' ] || { rm "$CURRENT_PATH"; mkdir "$CURRENT_PATH"; }`,
  })
  expect(code).toBe(1)
  expect(['reverted', 'failed']).toContain(outputs.status)
  expect((await world.serving()).slice(0, 2)).toEqual(['one', 'one'])

  await rm(join(last as string, 'current'), { recursive: true })
  await world.deployed('three')
  expect(await world.serving()).toEqual(['three', 'three', 'three'])
  await world.expectSound()
})

test.concurrent('a prune that fails leaves the deploy standing, with a warning', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  await world.deployed('one')
  await world.deployed('two')
  const { annotations } = await world.deployed('three', {
    pre_symlink_command: 'cd "$REMOTE_DIR/.releases"; rm -r trash; echo "in the way" >trash',
  })
  expect(annotations.map(({ level, message }) => `${level}: ${message}`).join()).toMatch(
    /warning: .*deployed, but not cleaned up/,
  )
  expect(await world.serving()).toEqual(['three'])
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])

  await rm(join(world.place.root, '.releases/trash'))
  await world.deployed('four')
  expect(await world.place.releases()).toEqual(['four', 'three'])
  await world.expectSound()
})

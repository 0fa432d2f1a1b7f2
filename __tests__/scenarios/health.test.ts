import { expect, test } from 'vitest'
import { openWorld } from './world.ts'

/** Counts its tries; healthy at the third, at the public directory that it runs in. */
const third =
  'n=$(($(cat "$REMOTE_DIR/tries" 2>/dev/null || echo 0) + 1)); echo "$n" >"$REMOTE_DIR/tries"; pwd -P >"$REMOTE_DIR/where"; echo "try $n of $RELEASE_NAME"; [ "$n" -ge 3 ]'

test.concurrent('a host that is healthy at the third attempt is healthy', async () => {
  await using world = await openWorld(['local', 'local'])
  const began = Date.now()
  const { log, outputs } = await world.deployed('one', {
    health_check_command: third,
    health_check_interval: '1',
  })
  expect(Date.now() - began, 'two intervals passed').toBeGreaterThan(2000)
  expect(outputs.status).toBe('deployed')
  expect(log).toContain('not healthy yet (attempt 1 of 5)')
  expect(log).toContain('not healthy yet (attempt 2 of 5)')
  expect(log).toContain('healthy at attempt 3')
  for (const place of world.places) {
    expect(await place.read('tries')).toBe('3\n')
    expect(await place.read('where')).toBe(`${place.releaseDir}/one\n`)
  }
  await world.expectSound()
})

test.concurrent('after the last attempt all hosts go back, and the report has the last words of the check', async () => {
  await using world = await openWorld(['local', 'local', 'local'])
  await world.deployed('one')
  const { code, outputs, result, log, summary } = await world.deploy('two', {
    health_check_command: `[ "\${REMOTE_DIR##*/}" = host2 ] || exit 0; ${third.replace('-ge 3', '-ge 9')}`,
    health_check_attempts: '2',
    health_check_interval: '0',
  })
  expect(code, log).toBe(1)
  expect(outputs.status).toBe('reverted')
  expect(await world.places[1]?.read('tries')).toBe('2\n')
  const told =
    'not healthy after 2 attempts: health_check_command failed with exit code 1; it said: try 2 of two'
  expect(result.hosts[1].error).toContain(told)
  expect(log).toContain(told)
  expect(summary).toContain('try 2 of two')
  expect(log).not.toContain('it said: try 1')
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.deployed('three')
  await world.expectSound()
})

test.concurrent('a check that never ends is stopped at command_timeout, each time', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const { outputs, log, seconds } = await world.deploy('two', {
    health_check_command: 'echo waiting; sleep 60',
    health_check_attempts: '2',
    health_check_interval: '0',
    command_timeout: '1',
  })
  expect(outputs.status).toBe('reverted')
  expect(log).toMatch(/not healthy after 2 attempts: .*stopped after 1 s \(command_timeout\)/)
  expect(seconds).toBeLessThan(30)
  expect(await world.serving()).toEqual(['one'])
  expect(await world.place.processes()).toEqual([])
  await world.expectSound({ leftovers: true })
})

test.concurrent('a rollback and a publish are checked as well, each host by its own command', async () => {
  await using world = await openWorld(['local', 'local'])
  const hosts = world.hosts((at) => ({
    health_check_command: `echo "$DEPLOY_MODE" >>"$REMOTE_DIR/checked-as-${at}"`,
  }))
  await world.deployed('one', { hosts })
  expect((await world.run({ mode: 'stage', hosts, local_dir: world.build, release_name: 'two' })).code).toBe(
    0,
  )
  expect((await world.run({ mode: 'publish', hosts })).code).toBe(0)
  expect((await world.rollback({ hosts })).code).toBe(0)
  for (const [at, place] of world.places.entries()) {
    expect(await place.read(`checked-as-${at}`)).toBe('deploy\npublish\nrollback\n')
  }
})

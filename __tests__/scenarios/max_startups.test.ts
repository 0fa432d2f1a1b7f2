import { expect, test } from 'vitest'
import { startSshd } from '../servers/sshd.ts'
import { openWorld, type World } from './world.ts'

const HOSTS = 40

/** Lines of the log about a connection that was tried again. */
const retried = (log: string) => log.split('\n').filter((line) => line.includes('trying again'))

async function forty(world: World): Promise<string> {
  const inputs = { max_parallel: String(HOSTS), connect_timeout: '60' }
  const { code, log, result } = await world.deploy('one', inputs, { timeout: 170_000 })
  expect(code, log).toBe(0)
  expect(result.hosts).toHaveLength(HOSTS)
  expect(await world.serving()).toEqual(Array.from({ length: HOSTS }, () => 'one'))
  // One line a host says that it is connected, and nothing is said again and again.
  expect(log.match(/ connected; /g)).toHaveLength(HOSTS)
  await world.expectSound()
  return log
}

test("forty hosts behind one sshd all get in, and sshd's own MaxStartups turns none away", {
  timeout: 180_000,
}, async () => {
  await using server = await startSshd({ config: ['MaxStartups 10:30:100'] })
  await using world = await openWorld(Array.from({ length: HOSTS }, () => server))
  const log = await forty(world)
  expect(server.log()).not.toMatch(/MaxStartups|drop connection/)
  expect(retried(log)).toEqual([])
})

test('where fewer may log in at once, those turned away come again, and fewer at a time', {
  timeout: 180_000,
}, async () => {
  await using server = await startSshd({ config: ['MaxStartups 2:100:2'] })
  await using world = await openWorld(Array.from({ length: HOSTS }, () => server))
  const log = await forty(world)
  expect(server.log()).toMatch(/MaxStartups|drop connection/)
  // The first eight meet a server that takes two. What they learn serves all who come after them.
  expect(retried(log).length).toBeGreaterThan(0)
  expect(retried(log).length).toBeLessThan(HOSTS / 2)
  for (const line of retried(log))
    expect(line).toMatch(/closed the connection before the login|cut the connection/)
})

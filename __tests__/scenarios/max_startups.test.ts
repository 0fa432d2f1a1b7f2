import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { type Sshd, startSshd } from '../servers/sshd.ts'
import { openWorld, startServers, type World } from './world.ts'

const HOSTS = 40

/** Lines of the log about a connection that was tried again. */
const retried = (log: string) => log.split('\n').filter((line) => line.includes('trying again'))

/** A look takes as many log-ins as a deploy, and little else. */
async function forty(world: World, more: Record<string, string> = {}): Promise<string> {
  const inputs = { ...more, max_parallel: String(HOSTS), connect_timeout: '60' }
  const { code, log, result } = await world.run({ ...inputs, mode: 'check' }, { timeout: 170_000 })
  expect(code, log).toBe(0)
  expect(result.hosts).toHaveLength(HOSTS)
  // One line a host says that it is connected, and nothing is said again and again.
  expect(log.match(/ connected; /g)).toHaveLength(HOSTS)
  return log
}

// sshd's own limit is 10:30:100. At eight it shows that none is begun while another still counts as not logged in.
const strict = { config: ['MaxStartups 8:100:8'] }

for (const ssh_client of ['builtin', 'openssh']) {
  test(`forty hosts behind one sshd all get in, and its MaxStartups turns none away (${ssh_client})`, {
    timeout: 180_000,
  }, async () => {
    await using server = await startSshd(strict)
    await using world = await openWorld(Array.from({ length: HOSTS }, () => server))
    const log = await forty(world, { ssh_client })
    expect(server.log()).not.toMatch(/MaxStartups|drop connection/)
    expect(retried(log)).toEqual([])
  })

  test(`forty hosts behind one bastion are reached through it, and it turns none away (${ssh_client})`, {
    timeout: 180_000,
  }, async () => {
    // Several hosts behind it, since each has a door of its own.
    // OpenSSH tells nothing of a login on the way: its place there is given up after two seconds, and a busy machine may not be done by then.
    const limits = ssh_client === 'openssh' ? { config: ['MaxStartups 16:100:16'] } : strict
    await using servers = await startServers(6, limits)
    const [bastion, ...behind] = servers.all as [Sshd, ...Sshd[]]
    await using world = await openWorld(
      Array.from({ length: HOSTS }, (_, at) => behind[at % behind.length] as Sshd),
    )
    const log = await forty(world, {
      ssh_client,
      ssh_proxy_jump: `${bastion.user}@${bastion.host}:${bastion.port}`,
      ssh_known_hosts: servers.all.map(({ knownHosts }) => knownHosts).join(''),
    })
    expect(bastion.log()).not.toMatch(/MaxStartups|drop connection/)
    expect(bastion.log().match(/Accepted publickey/g)).toHaveLength(HOSTS)
    expect(retried(log)).toEqual([])
  })
}

for (const ssh_client of ['builtin', 'openssh']) {
  test(`eight dead hosts behind a bastion keep no other from it (${ssh_client})`, async () => {
    await using servers = await startServers(2)
    const [bastion, good] = servers.all as [Sshd, Sshd]
    await using deaf = new AsyncDisposableStack()
    const dead = Array.from({ length: 8 }, () => deaf.adopt(createServer(), (each) => void each.close()))
    for (const each of dead) await once(each.listen(0, '127.0.0.1'), 'listening')
    const ports = dead.map((each) => (each.address() as AddressInfo).port)
    await using world = await openWorld([...ports.map((port) => ({ ...good, port })), good])
    const { code, log, result } = await world.deploy('one', {
      ssh_client,
      max_parallel: '9',
      connect_timeout: '5',
      min_hosts: '1',
      ssh_proxy_jump: `${bastion.user}@${bastion.host}:${bastion.port}`,
      ssh_known_hosts: servers.all.map(({ knownHosts }) => knownHosts).join(''),
    })
    expect(code, log).toBe(0)
    expect(result.hosts.at(-1)).toMatchObject({ status: 'deployed' })
  })
}

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

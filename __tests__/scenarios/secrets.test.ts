import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPost } from '../servers/action.ts'
import { environment, type Sshd, startSshd } from '../servers/sshd.ts'
import { openWorld, program, until, type World } from './world.ts'

const passphrase = 'correct horse battery'
let server: Sshd
let home: string

// All that a run, its programs and its commands may write to lies below the world or this home; the server's own files do not.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'))
  server = await startSshd({ config: [environment({ HOME: home, TMPDIR: home })] })
  await program('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', server.privateKeyFile])
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

interface Lair extends AsyncDisposable {
  readonly world: World
  readonly way: {
    readonly env: Readonly<Record<string, string>>
    readonly cwd: string
    readonly runnerTemp: string
  }
  readonly secrets: readonly string[]
  /** Files below the world, and processes besides the action itself, that hold a line of a secret. */
  leaks(action: number): Promise<readonly string[]>
}

async function openLair(): Promise<Lair> {
  const key = await readFile(server.privateKeyFile, 'utf8')
  const world = await openWorld([server], {
    inputs: { ssh_private_key: key, ssh_passphrase: passphrase, ssh_password: 'no such password' },
  })
  const dirs = ['tmp', 'temp', 'work', 'runner-home'].map((name) => join(world.dir, name))
  for (const dir of dirs) await mkdir(dir)
  const [tmp = '', runnerTemp = '', cwd = '', runnerHome = ''] = dirs
  const secrets = [...key.trim().split('\n').slice(1, -1), passphrase, 'no such password']
  return {
    world,
    way: { env: { TMPDIR: tmp, HOME: runnerHome }, cwd, runnerTemp },
    secrets,
    async leaks(action) {
      const words = secrets.flatMap((secret) => ['-e', secret])
      const { stdout } = await program('grep', ['-rlF', ...words, world.dir, home]).catch((error) => {
        if (error.code === 1) return { stdout: '' }
        throw error
      })
      const found = stdout.split('\n').filter((line) => line !== '')
      for (const pid of (await readdir('/proc')).filter(
        (name) => /^\d+$/.test(name) && Number(name) !== action,
      )) {
        const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')
        const texts = [await read('cmdline'), await read('environ')]
        if (texts.some((text) => secrets.some((secret) => text.includes(secret))))
          found.push(`process ${texts[0]}`)
      }
      return found
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

const gate =
  'echo "at the gate"; while [ ! -e "$REMOTE_DIR/go" ]; do sleep 0.05; done; [ ! -s "$REMOTE_DIR/go" ]'

type End = (run: Awaited<ReturnType<World['start']>>, world: World) => Promise<void> | void

const ends: Readonly<Record<string, [code: number | null, end: End]>> = {
  success: [0, (_, world) => writeFile(join(world.place.root, 'go'), '')],
  failure: [1, (_, world) => writeFile(join(world.place.root, 'go'), 'no')],
  'a cancelled run': [1, (run) => run.kill('SIGINT')],
  'a killed run': [null, (run) => run.killAll()],
}

// One after another: each would find the others' action.
test.for(Object.entries(ends))(
  'key, passphrase and password are on no disk, in no process and in no report, while it runs and after: %s',
  async ([, [expected, end]]) => {
    await using lair = await openLair()
    const { world, way, secrets } = lair
    const run = await world.start(
      {
        mode: 'deploy',
        local_dir: world.build,
        release_name: 'one',
        pre_symlink_command: gate,
        linked_dirs: 'storage',
      },
      way,
    )
    await run.saw(/at the gate/, 60_000)
    expect(await lair.leaks(run.pid)).toEqual([])
    await end(run, world)
    const { code, log, outputs, summary, state } = await run.done
    expect(code, log).toBe(expected)
    expect(await lair.leaks(run.pid)).toEqual([])
    const masks = new Set([...log.matchAll(/^::add-mask::(.*)$/gm)].map(([, text = '']) => text))
    const told = log.replaceAll(/^::add-mask::.*$/gm, '') + summary + JSON.stringify([outputs, state])
    for (const secret of secrets) {
      expect(told).not.toContain(secret)
      expect([...masks], 'the runner masks each line').toContain(secret)
    }
    const post = await runPost({ ...way, state })
    expect(post.log).toBe('')
    expect(await lair.leaks(run.pid)).toEqual([])
    await until(async () => (await world.place.processes()).length === 0, 'nothing of it runs on the host')
  },
)

test('the search itself finds a key in a file, and in a process', async () => {
  await using lair = await openLair()
  const [secret = ''] = lair.secrets
  await mkdir(join(lair.world.place.root, 'releases'), { recursive: true })
  await writeFile(join(lair.world.place.root, 'releases/leak'), `x ${secret}\n`)
  const child = program('sleep', ['30'], { env: { ...process.env, LEAK: secret } })
  const leaks = await lair.leaks(0)
  expect(leaks).toContain(join(lair.world.place.root, 'releases/leak'))
  expect(leaks.join()).toMatch(/process .*sleep/)
  child.child.kill()
  await child.catch(() => undefined)
})

test('keys that cannot be used end the run before anything is connected, with the likely cause and none of their text', async () => {
  await using lair = await openLair()
  const { world, secrets } = lair
  const key = world.inputs.ssh_private_key ?? ''
  const public_ = await readFile(`${server.privateKeyFile}.pub`, 'utf8')
  for (const [ssh_private_key, ssh_passphrase, words] of [
    [public_, '', 'is a public key'],
    [`PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n${secrets[0]}`, '', 'is a PuTTY key'],
    [key, '', 'is encrypted, and ssh_passphrase is empty'],
    [key, 'wrong words entirely', 'ssh_passphrase does not open'],
    [' \n', '', 'workflows from forks and from Dependabot get no secrets'],
    [key.slice(0, 200), passphrase, 'is cut short'],
  ] as const) {
    const { code, log } = await world.deploy('one', { ssh_private_key, ssh_passphrase, ssh_password: '' })
    expect(code).toBe(1)
    expect(log).toContain(words)
    expect(log).toContain('nothing was connected')
    const told = log.replaceAll(/^::add-mask::.*$/gm, '')
    for (const text of [...secrets, 'wrong words entirely']) expect(told).not.toContain(text)
  }
  expect(await world.snapshots()).toEqual([{}])
})

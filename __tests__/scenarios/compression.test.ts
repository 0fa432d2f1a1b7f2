// What goes over a long wire is compressed, and whatever is wrong with that, the host has the right bytes in the end.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startDelayProxy } from '../../bench/delay_proxy.ts'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { bulk, openWorld, program, startServers } from './world.ts'

const { stdout: found } = await program('sh', ['-c', 'command -v rsync'])
const REAL = found.trim()
const { stdout: about } = await program(REAL, ['--version'])

/** 200 KB that compress to next to nothing, and 100 KB that hardly do. */
const files = {
  'index.html': '<h1>hello</h1>\n',
  'app.js': `${'console.log("the same again")\n'.repeat(6667)}`,
  ...bulk(10, 10_000),
}
const BYTES = Object.values(files).reduce((sum, text) => sum + text.length, 0)

/** A world some 10 ms away, on a host whose rsync is this script. */
async function farAway(rsync?: string) {
  await using stack = new AsyncDisposableStack()
  // With a zstd of its own, the host would be sent all at once by another way.
  const box = stack.use(await toolbox({ without: ['zstd'], fakes: rsync === undefined ? {} : { rsync } }))
  const { one } = stack.use(await startServers(1, { config: [box.path] }))
  const wire = stack.use(await startDelayProxy({ port: one.port, roundTrip: 10 }))
  const knownHosts = one.hostPublicKeys.map((key) => `[127.0.0.1]:${wire.port} ${key}\n`).join('')
  const world = stack.use(await openWorld([{ ...one, port: wire.port, knownHosts }]))
  await world.write(files)
  const kept = stack.move()
  return { world, box, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** The real one without a word that it knows. */
async function unlearned(dir: string, word: string): Promise<string> {
  const text = (await readFile(REAL)).toString('latin1')
  const other = text.replaceAll(`${word}\0`, `${word.slice(0, -1)}#\0`)
  if (other === text) throw new Error(`these tests need an rsync that knows ${word}`)
  const path = join(dir, `rsync-without-${word}`)
  await writeFile(path, Buffer.from(other, 'latin1'), { mode: 0o755 })
  return path
}

/** What a fake says when it is asked for its version. */
const saying = (text: string) => `case "$*" in --version) cat <<'END'\n${text}\nEND\nexit;; esac`

/** As the release before 3.2 were, which do not list what they have. */
const old = about.replace(/version \S+/, 'version 3.1.3').replace(/^(Checksum|Compress) list:\n.*\n/gm, '')

async function deployed(host: Awaited<ReturnType<typeof farAway>>, inputs = {}) {
  const { log, result } = await host.world.deployed('one', inputs)
  expect(await readTree(join(host.world.place.root, 'releases/one'))).toEqual(
    await readTree(host.world.build),
  )
  await host.world.expectSound()
  return { log, sent: result.hosts[0].bytes_sent as number }
}

const ANOTHER = 'another try, with less asked of it'
/** To OpenSSH, a crash there is a connection that was lost. */
const AGAIN = process.env.SSH_CLIENT === 'openssh' ? /another try|try 2 of 4/ : /another try/

test.concurrent('less is sent than the artifact holds', async () => {
  await using host = await farAway()
  const { log, sent } = await deployed(host)
  expect(sent).toBeLessThan(BYTES * 0.6)
  expect(log).not.toContain(ANOTHER)
})

test.concurrent("the user's own flags decide", async () => {
  await using host = await farAway()
  expect((await deployed(host, { rsync_flags: '--no-compress' })).sent).toBeGreaterThan(BYTES)
})

test.concurrent('the host may be the runner itself: nothing is compressed', async () => {
  await using world = await openWorld(['local'])
  await world.write(files)
  const { result } = await world.deployed('one')
  expect(result.hosts[0].bytes_sent).toBeGreaterThan(BYTES)
})

test.concurrent('an old rsync without --compress-choice compresses, too', async () => {
  await using host = await farAway()
  const rsync = await unlearned(host.box.dir, 'compress-choice')
  await replace(host.box.dir, `${saying(old)}\nexec ${rsync} "$@"`)
  const { log, sent } = await deployed(host)
  expect(sent).toBeLessThan(BYTES * 0.6)
  expect(log).not.toContain(ANOTHER)
})

test.concurrent('a host whose rsync lacks zstd gets what it has', async () => {
  await using host = await farAway()
  await replace(host.box.dir, `exec ${await unlearned(host.box.dir, 'zstd')} "$@"`)
  const { log, sent } = await deployed(host)
  expect(sent).toBeLessThan(BYTES * 0.7)
  expect(log).not.toContain(ANOTHER)
})

test.concurrent.each([
  ['has no such compression', async (dir: string) => `exec ${await unlearned(dir, 'zstd')} "$@"`],
  ['knows no such option', async (dir: string) => `exec ${await unlearned(dir, 'compress-choice')} "$@"`],
  ['falls over it', async (dir: string) => once(dir, 'kill -SEGV $$')],
  ['reads it wrong', async (dir: string) => once(dir, garbled(dir))],
])('a host whose rsync says it has all of it, but %s, has the right bytes in the end', async (_, make) => {
  await using host = await farAway()
  await replace(host.box.dir, `${saying(about)}\n${await make(host.box.dir)}`)
  const { log } = await deployed(host)
  expect(log).toMatch(AGAIN)
})

test.concurrent('a host whose rsync falls over and over is asked for less in the end', async () => {
  await using host = await farAway()
  const fall = `if [ "$(cat ${host.box.dir}/falls 2>/dev/null | wc -c)" -lt 2 ]; then echo >>${host.box.dir}/falls; kill -SEGV $$; fi`
  await replace(host.box.dir, `${saying(about)}\n${fall}\nexec ${REAL} "$@"`)
  const { log, sent } = await deployed(host)
  expect(log).toMatch(AGAIN)
  expect(sent).toBeGreaterThan(BYTES)
})

/** At the first upload `what` happens; from then on it is the real one. */
function once(dir: string, what: string): string {
  return `if [ ! -e ${dir}/once ]; then : >${dir}/once; ${what}; fi\nexec ${REAL} "$@"`
}

/** One byte of what comes is another. */
function garbled(dir: string): string {
  const bytes = `dd bs=1 count=9000 <&3; dd bs=1 count=1 <&3 | tr '\\0-\\377' '\\1-\\377\\0'; exec cat <&3`
  return `mkfifo ${dir}/in; exec 3<&0; { ${bytes}; } 2>/dev/null >${dir}/in & exec 3<&-; exec ${REAL} "$@" <${dir}/in`
}

/** Another rsync for the log-ins of that server. */
async function replace(dir: string, script: string): Promise<void> {
  const path = join(dir, 'rsync')
  await program('rm', ['-f', path])
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

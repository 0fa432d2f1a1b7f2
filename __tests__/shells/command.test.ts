// A user's command on a host: run as written, streamed, told apart from the connection's end, and stopped with all it started.

import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../../src/host/command.ts'
import { call } from '../../src/host/quote.ts'
import { start } from '../../src/host/script.ts'
import { onEveryBox } from './box.ts'
import { createSite, holder, opening, pause, plant, type Site, survivors, within } from './site.ts'

interface Outcome {
  readonly lines: readonly string[]
  readonly error: string | null
}

const quiet = new AbortController().signal

async function run(
  site: Site,
  script: string,
  more: {
    readonly environment?: Record<string, string>
    readonly timeout?: number
    readonly dir?: string
    readonly signal?: AbortSignal
    readonly lock?: { readonly root: string; readonly run: string }
  } = {},
): Promise<Outcome> {
  const lines: string[] = []
  const { environment = {}, timeout = 20, dir = site.root, signal = quiet, lock } = more
  const command = {
    name: 'hook',
    script,
    dir,
    environment,
    timeout,
    become: undefined,
    ...(lock && { lock }),
  }
  try {
    await runCommand(site.wire, 'host', command, (line) => lines.push(line), signal)
    return { lines, error: null }
  } catch (error) {
    return { lines, error: (error as Error).message }
  }
}

const done = (...lines: string[]): Outcome => ({ lines, error: null })

onEveryBox('a command', (box) => {
  test('ends as its script ends', async () => {
    using site = createSite(box)
    const failed = (code: number) => `hook failed with exit code ${code}`
    expect(await run(site, 'echo one; echo two >&2')).toEqual(done('one', 'two'))
    expect(await run(site, 'false')).toMatchObject({ error: failed(1) })
    expect(await run(site, 'exit 42')).toMatchObject({ error: failed(42) })
    expect(await run(site, 'echo x; exit 0; echo y')).toEqual(done('x'))
    expect(await run(site, 'set -e; false; echo y')).toEqual({ lines: [], error: failed(1) })
    expect(await run(site, 'no-such-command-at-all')).toMatchObject({ error: failed(127) })
    expect(await run(site, 'sh -c "kill -9 \\$\\$"')).toMatchObject({ error: 'hook was killed by signal 9' })
    expect(await run(site, '(sh -c "kill -15 \\$\\$")')).toMatchObject({
      error: 'hook was killed by signal 15',
    })
    expect((await run(site, 'kill -9 $$')).error).toMatch(/lost, or it was killed$/)
    expect(await run(site, '')).toEqual(done())
    expect(await run(site, ':', { dir: site.at('gone') })).toMatchObject({ error: failed(1) })
  })

  test.concurrent('has ended before another run can have the lock that its own run lost', async () => {
    using site = createSite(box)
    await using session = await site.messages(2, 'one')
    const id = (name: string) => JSON.stringify({ ...holder, id: `${name}.1` })
    await session.ask('open', ['lock', '', '0', id('one'), '', ''], 10)
    const lock = { root: site.root, run: 'one' }
    const script = "trap '' TERM; while :; do : >trail; sleep 0.1; done"
    // Nobody beats for the session: its lease ends, while the channel of the command stays as it is.
    const running = run(site, script, { lock, timeout: 60 })
    await using next = await site.messages(9, 'two')
    const { lines } = await next.ask('open', ['lock', '', '20', id('two'), '', ''], 40)
    expect(lines.map(({ key }) => key)).toContain('locked')
    unlinkSync(site.at('trail'))
    expect((await running).error).toMatch(/lost, or it was killed$/)
    await pause(0.5)
    expect(existsSync(site.at('trail'))).toBe(false)
  })

  test.concurrent('goes on when its run lets go of the lock, and is none of the business of another', async () => {
    using site = createSite(box)
    const session = await site.messages(30, 'one')
    const id = JSON.stringify({ ...holder, id: 'one.1' })
    await session.ask('open', ['lock', '', '0', id, '', ''], 10)
    const slow = 'echo begun; sleep 3; echo ended'
    const ours = run(site, slow, { lock: { root: site.root, run: 'one' } })
    const other = run(site, slow, { lock: { root: site.root, run: 'on' } })
    const without = run(site, slow, { lock: { root: '/nowhere', run: 'one' } })
    await pause(1)
    await session.end(true)
    expect(await Promise.all([ours, other, without])).toEqual(Array(3).fill(done('begun', 'ended')))
  })

  test.concurrent('goes by what the session leaves where its processes cannot be seen', async () => {
    using site = createSite(box)
    mkdirSync(site.at('.releases'))
    // A number that no process has here.
    const self = 'one.999999999'
    writeFileSync(site.at('.releases/lock'), `${JSON.stringify({ ...holder, id: 'one.1' })}\n${self}\n`)
    const lock = { root: site.root, run: 'one' }
    expect(await run(site, 'sleep 2; echo ended', { lock })).toEqual(done('ended'))
    const stopped = run(site, 'sleep 20; echo ended', { lock })
    writeFileSync(site.at(`.releases/over.${self}`), '')
    expect((await stopped).error).toMatch(/lost, or it was killed$/)
  })

  test.concurrent('is not told of the end of a session that only looked', async () => {
    using site = createSite(box)
    await using session = await site.messages(2, 'one')
    await session.ask('open', ['', '', '0', '{}', '', ''], 10)
    plant(site.root, { '.releases/lock': `${JSON.stringify(holder)}\ntwo.1\n` })
    const child = site.wire.children.at(-1) as ChildProcess
    expect(await within(20, () => survivors(child).length === 0)).toBe(true)
    expect(readdirSync(site.at('.releases'))).toEqual(['lock'])
  })

  test('is told as a failure when it is no shell text', async () => {
    using site = createSite(box)
    for (const script of ['echo "unbalanced', "echo 'unbalanced", 'if true', '}', 'echo $(']) {
      const { error } = await run(site, script)
      expect(error, script).toMatch(/failed with exit code|did not end/)
    }
  })

  test('is run as it was written', async () => {
    using site = createSite(box)
    const script = [
      'x=1 # a comment',
      "cat <<'END'",
      '$x `id` \\ "é 漢" ',
      'END',
      'cat <<-TAB',
      '\t$x',
      'TAB',
      'for i in 1 2; do',
      '  echo "$i"',
      'done',
      "printf '%s\\n' 'it'\\''s'",
    ].join('\n')
    expect(await run(site, script)).toEqual(done('$x `id` \\ "é 漢" ', '1', '1', '2', "it's"))
    expect(await run(site, 'echo a\r\necho b\r\n')).toEqual(done('a\r', 'b\r'))
    expect(await run(site, "printf 'no newline'")).toEqual(done('no newline'))
    expect(await run(site, "printf 'a\\n\\n\\nb\\n\\n'")).toEqual(done('a', '', '', 'b', ''))
    expect(await run(site, `echo "$#"; echo "\${1-none}"`)).toEqual(done('0', 'none'))
    expect(await run(site, `: ${'x'.repeat(300_000)}; echo long`)).toEqual(done('long'))
  })

  test('has nothing to read, its directory, and its environment to the letter', async () => {
    using site = createSite(box, { root: "a root's $(touch pwned) dir" })
    expect(await run(site, 'cat; read x; echo "read: $?"')).toEqual(done('read: 1'))
    expect(await run(site, 'pwd -P')).toEqual(done(site.root))
    const value = `it's "$HOME" $(id) \`id\` \\n * ~ é漢 = ; # %s\n two\tlines `
    const environment = { VALUE: value, EMPTY: '', TILDE: '~/x:~/y', status: 's', line: 'l', mark: 'm' }
    const script = 'env >env; printf "%s" "$VALUE" >value; echo "<$EMPTY> $TILDE $status $line $mark"'
    expect(await run(site, script, { environment })).toEqual(done('<> ~/x:~/y s l m'))
    expect(readFileSync(site.at('value'), 'utf8')).toBe(value)
    expect(readFileSync(site.at('env'), 'utf8')).toContain(`VALUE=${value}\n`)
    expect(existsSync(site.at('pwned'))).toBe(false)
  })

  test('does not wait for a daemon it left behind, which lives on', async () => {
    using site = createSite(box)
    const redirects = ['', '>/dev/null 2>&1 </dev/null']
    for (const [at, redirect] of redirects.entries()) {
      const daemon = `(while [ ! -e ${site.base}/go ]; do [ -d ${site.base} ] || exit; sleep 1; done; echo alive >${site.base}/daemon-${at}) ${redirect} &`
      expect(await run(site, `${daemon} echo started`)).toEqual(done('started'))
    }
    plant(site.base, { go: '' })
    for (const at of redirects.keys())
      expect(await within(15, () => existsSync(`${site.base}/daemon-${at}`))).toBe(true)
  })

  test('is stopped with its children, also one that will not hear', async () => {
    using site = createSite(box)
    const stubborn = `(trap '' TERM; echo up; sleep 51; sleep 51) & sleep 52 & (sleep 53; echo late >${site.base}/late) | cat; wait`
    const cancel = new AbortController()
    const cancelled = run(site, stubborn, { signal: cancel.signal })
    const timedOut = run(site, stubborn, { timeout: 1 })
    const cut = run(site, stubborn)
    await within(15, () => site.wire.children.length === 3)
    await pause(0.7)
    const [first, second, third] = site.wire.children
    if (!first || !second || !third) throw new Error('not started')
    cancel.abort()
    for (const stream of [third.stdin, third.stdout, third.stderr]) stream?.destroy()
    const gone = await within(15, () => survivors(first).length + survivors(third).length === 0)
    expect(gone).toBe(true)
    expect((await cancelled).error).toBe('hook was stopped because the run was cancelled')
    expect((await timedOut).error).toBe(
      'hook was stopped after 1 s (command_timeout), with all it had started',
    )
    expect((await cut).error).toMatch(/connection was lost/)
    expect(await within(15, () => survivors(second).length === 0)).toBe(true)
  })
})

onEveryBox('an upload', (box) => {
  test('begins in its place, goes on from one that was cut, and not beside an orphan', async () => {
    using site = createSite(box)
    const upload = async (release: string, leftover: string, ...command: string[]) => {
      const script = start('upload', call('upload', site.root, release, leftover, '', ...command))
      const channel = await site.wire.exec(script.command)
      let said = ''
      for (const stream of [channel.stdout, channel.stderr]) {
        stream.on('data', (data) => {
          said += data
        })
      }
      channel.stdin.write(script.input)
      channel.stdin.end('what the sender says')
      return { ...(await channel.exit), said }
    }
    const session = await site.session()
    await session.open(opening('create'))
    expect(await upload('a', '', 'sh', '-c', 'cat >a/part; pwd; exit 9')).toMatchObject({
      code: 9,
      said: `${site.at('.releases/incoming')}\n`,
    })
    expect(readFileSync(site.at('.releases/incoming/a/part'), 'utf8')).toBe('what the sender says')
    expect(await upload('b', 'a', 'ls', 'b')).toMatchObject({ code: 0, said: 'part\n' })
    expect(existsSync(site.at('.releases/incoming/a'))).toBe(false)
    writeFileSync(join(site.base, 'go'), '')
    const orphan = upload(
      'c',
      '',
      'sh',
      '-c',
      `touch c/mine; while [ -e ${site.base}/go ]; do sleep 0.1; done`,
    )
    expect(await within(15, () => existsSync(site.at('.releases/incoming/c/mine')))).toBe(true)
    expect(await upload('d', 'c', 'ls', 'd')).toMatchObject({ code: 0, said: '' })
    await session.finish('', '', [])
    expect(existsSync(site.at('.releases/incoming/c/mine'))).toBe(true)
    expect(existsSync(site.at('.releases/incoming/d'))).toBe(false)
    const again = upload('c', '', 'ls', 'c')
    await pause(0.5)
    unlinkSync(join(site.base, 'go'))
    expect(await orphan).toMatchObject({ code: 0 })
    expect(await again).toMatchObject({ code: 0, said: 'mine\n' })
    await session.finish('', '', [])
    expect(existsSync(site.at('.releases/incoming/c'))).toBe(false)
    await session[Symbol.asyncDispose]()
  })
})

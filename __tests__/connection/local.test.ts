import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectLocal } from '../../src/connection/local.ts'
import { Failure } from '../../src/failure.ts'

describe('the local connection', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('runs a command, its streams apart', async () => {
    await using connection = connectLocal()
    const channel = await connection.exec('cat; echo error >&2; exit 3')
    channel.stdin.end('hello')
    expect(await Promise.all([text(channel.stdout), text(channel.stderr)])).toEqual(['hello', 'error\n'])
    expect(await channel.exit).toEqual({ code: 3, signal: null })
    expect(connection.connections).toBe(0)
  })

  it('tells a signal from an exit status', async () => {
    await using connection = connectLocal()
    const channel = await connection.exec('kill -TERM $$')
    channel.stdout.resume()
    channel.stderr.resume()
    expect(await channel.exit).toEqual({ code: null, signal: 'SIGTERM' })
  })

  it('carries 8 MB both ways unchanged', async () => {
    await using connection = connectLocal()
    const bytes = randomBytes(8 * 1024 * 1024)
    const channel = await connection.exec('cat')
    channel.stdin.end(bytes)
    expect((await buffer(channel.stdout)).equals(bytes)).toBe(true)
  })

  it('gives each command a process group of its own', async () => {
    await using connection = connectLocal()
    const channel = await connection.exec('ps -o pgid= -p $$; echo $$')
    const [group, pid] = (await text(channel.stdout)).trim().split(/\s+/)
    expect(group).toBe(pid)
    expect(group).not.toBe(
      execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)], { encoding: 'utf8' }).trim(),
    )
  })

  it('lets go of a command, which sees the end of its stdin', async () => {
    await using connection = connectLocal()
    const channel = await connection.exec('echo $$; cat >/dev/null; exec sleep 0.1')
    const [line] = await once(channel.stdout, 'data')
    channel.close()
    channel.close()
    expect(await channel.exit).toEqual({ code: null, signal: null })
    await vi.waitFor(() => expect(() => process.kill(Number(String(line)), 0)).toThrow('ESRCH'), 3000)
  })

  it('survives writes to a command that has ended, and refuses commands once disposed', async () => {
    const connection = connectLocal()
    const channel = await connection.exec('exit 0')
    channel.stdout.resume()
    channel.stderr.resume()
    await channel.exit
    channel.stdin.write('into the void')
    const running = await connection.exec('cat')
    await connection[Symbol.asyncDispose]()
    expect(await running.exit).toEqual({ code: null, signal: null })
    await expect(connection.exec('true')).rejects.toThrow(Failure)
  })

  it('keeps the secrets of the action out of the environment', async () => {
    vi.stubEnv('INPUT_SSH_PRIVATE_KEY', 'secret')
    vi.stubEnv('ACTIONS_RUNTIME_TOKEN', 'secret')
    vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'secret')
    vi.stubEnv('GITHUB_SHA', '0123')
    await using connection = connectLocal()
    const channel = await connection.exec('env')
    const environment = await text(channel.stdout)
    expect(environment).toContain('GITHUB_SHA=0123')
    expect(environment).not.toContain('secret')
  })

  it('fails in words when a command cannot be started', async () => {
    await using connection = connectLocal()
    await expect(connection.exec(`: ${'x'.repeat(4 * 1024 * 1024)}`)).rejects.toThrow(
      '/bin/sh cannot be started',
    )
  })
})

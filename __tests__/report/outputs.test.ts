import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { outputs, setOutputs } from '../../src/report/outputs.ts'
import { host, previous, release, result, rows } from './fixtures.ts'
import { hostileTexts } from './hostile_text.ts'
import { record } from './recorder.ts'
import { runnerCommands } from './runner_commands.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('the outputs', () => {
  test('are all there after a success', () => {
    const sink = record()
    const done = result({ releases: rows })
    setOutputs(done, sink, { GITHUB_OUTPUT: '/tmp/output' })
    expect([...sink.outputs.keys()]).toEqual([
      'status',
      'release',
      'previous_release',
      'release_path',
      'hosts',
      'releases',
      'result',
    ])
    expect(sink.outputs.get('status')).toBe('deployed')
    expect(sink.outputs.get('release')).toBe(release)
    expect(sink.outputs.get('previous_release')).toBe(previous)
    expect(sink.outputs.get('release_path')).toBe(`/srv/app/releases/${release}`)
    expect(JSON.parse(sink.outputs.get('hosts') ?? '')).toEqual(done.hosts)
    expect(JSON.parse(sink.outputs.get('releases') ?? '')).toEqual(rows)
    expect(JSON.parse(sink.outputs.get('result') ?? '')).toEqual(done)
  })

  test('are all there after a failure, empty where nothing is known', () => {
    const failed = result({
      status: 'failed',
      release: null,
      previous_release: null,
      release_path: null,
      hosts: [],
    })
    expect(outputs(failed)).toEqual({
      status: 'failed',
      release: '',
      previous_release: '',
      release_path: '',
      hosts: '[]',
      releases: '[]',
      result: JSON.stringify(failed),
    })
  })

  test('keep metadata exact and make errors safe', () => {
    const error = `\x1b[31m##[error]x\n${'long '.repeat(2_000)}`
    const metadata = Object.fromEntries(hostileTexts.map((text, index) => [`key${index}`, text]))
    const said = outputs(
      result({ hosts: [host('web1', { error })], releases: [{ ...rows[0], ...metadata } as never] }),
    )
    expect(JSON.parse(said.releases ?? '')[0]).toMatchObject(metadata)
    const [shown] = JSON.parse(said.hosts ?? '')
    expect(shown.error).toMatch(/^# #\[error\]x\nlong /)
    expect(shown.error.length).toBeLessThanOrEqual(4_000)
  })

  test('hold the newest releases that make a megabyte, whatever a manifest holds', () => {
    const releases = Array.from({ length: 5_000 }, (_, at) => ({
      ...rows[0],
      release: `r${at}`,
      pad: 'x'.repeat(1_000),
    })) as never[]
    const said = outputs(result({ releases }))
    const shown = JSON.parse(said.releases ?? '') as { release: string }[]
    expect(shown.length).toBeGreaterThan(500)
    expect(shown.map(({ release }) => release)).toEqual(shown.map((_, at) => `r${at}`))
    for (const text of Object.values(said)) expect(text.length).toBeLessThan(1_100_000)
    expect(JSON.parse(said.result ?? '').releases).toEqual(shown)
  })

  test('cannot be forged through the output file', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'outputs-'))
    const file = join(directory.path, 'output')
    await writeFile(file, '')
    vi.stubEnv('GITHUB_OUTPUT', file)
    const error = 'x\nghadelimiter_0\nstatus<<EOF\ndeployed\nEOF\nEOF'
    setOutputs(
      result({ status: 'failed', release: 'a\nstatus=deployed', hosts: [host('web1', { error })] }),
      core,
    )
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(7 * 3)
    expect(lines.filter((line) => line.startsWith('status'))).toHaveLength(1)
  })

  test('are not printed as commands when there is no output file', () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    setOutputs(result(), core, {})
    const stdout = written.mock.calls.map(([chunk]) => chunk).join('')
    written.mockRestore()
    expect(runnerCommands(stdout).map(({ name }) => name)).toEqual(['debug'])
  })

  test('that cannot be written are a warning', () => {
    vi.stubEnv('GITHUB_OUTPUT', '/nonexistent/output')
    const sink = record()
    setOutputs(result(), { ...sink, setOutput: core.setOutput })
    expect(sink.text).toContain(
      '(warning, releases-deploy) The outputs could not be set: Missing file at path',
    )
  })
})

import * as core from '@actions/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { createLog, type Log } from '../../src/report/log.ts'
import type { Sink } from '../../src/report/sink.ts'
import { failedGate, listing, previous, run } from './fixtures.ts'
import { hostileText } from './hostile_text.ts'
import { record } from './recorder.ts'
import { runnerCommands } from './runner_commands.ts'

const realCore: Sink = core

afterEach(() => vi.restoreAllMocks())

describe('the voice', () => {
  test('of a deploy to two hosts', () => {
    const sink = record()
    const log = createLog(sink, ['web1.example.com', 'web2'])
    log.phase('starting', 'connect to 2 hosts')
    log.note('web1.example.com', 'current is releases/20261120101010')
    log.note('web2', 'current is releases/20261120101010')
    log.phase('updating', 'upload 3,000 files (60 MB) to 2 hosts')
    log.note(undefined, 'release 20261121184358')
    log.note('web2', '201 files changed, 1.2 MB sent')
    log.phase('published', 'post_deploy_command')
    log.output('web1.example.com', '\x1b[32mreloaded\x1b[0m ##[error]nginx')
    log.warn('web2', 'the clock is 4 minutes behind the runner')
    log.debug('web2', '9 round trips')
    log.finish(run())
    expect(`\n${sink.text}\n`).toMatchInlineSnapshot(`
      "
      ▾ starting: connect to 2 hosts
        [web1.example.com] current is releases/20261120101010
        [web2]             current is releases/20261120101010
      ▾ updating: upload 3,000 files (60 MB) to 2 hosts
        release 20261121184358
        [web2]             201 files changed, 1.2 MB sent
      ▾ published: post_deploy_command
        [web1.example.com] reloaded # #[error]nginx
        (warning, releases-deploy: web2) [web2] the clock is 4 minutes behind the runner
        (debug) [web2] 9 round trips
      Deployed 20261121184358 to 2 hosts in 3.2 s (previous 20261120101010).
      "
    `)
  })

  test('of a health check that fails on one of three hosts', () => {
    const sink = record()
    const log = createLog(sink, ['web1', 'web2', 'web3'])
    log.phase('published', 'health_check_command on 3 hosts')
    log.output('web3', 'curl: (22) The requested URL returned error: 500')
    log.phase('failed', 'put 3 hosts back')
    log.note('web1', 'current is releases/20261120101010 again')
    log.fail(failedGate.failures)
    log.finish(failedGate)
    expect(`\n${sink.text}\n`).toMatchInlineSnapshot(`
      "
      ▾ published: health_check_command on 3 hosts
        [web3] curl: (22) The requested URL returned error: 500
      ▾ failed: put 3 hosts back
        [web1] current is releases/20261120101010 again
      (error, releases-deploy: web3) web3, published: health_check_command exited with 22 after 5 attempts in 8.1 s:
          curl: (22) The requested URL returned error: 500
          Not changed: all 3 hosts serve 20261120101010 again.
          What to do: look at /srv/app/releases/20261121184358 on web3, which is kept for inspection, and deploy again.
          See https://github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md#anything-else
      Deploy of 20261121184358 failed after 12.5 s and was reverted: all 3 hosts serve 20261120101010.
      "
    `)
  })

  test('of a list', () => {
    const sink = record()
    const log = createLog(sink, ['web1', 'web2'])
    log.phase('starting', 'connect to 2 hosts')
    log.finish(listing)
    expect(`\n${sink.text}\n`).toMatchInlineSnapshot(`
      "
      ▾ starting: connect to 2 hosts
        release         state                 current on  hosts  created (UTC)        by       revision  content               metadata
      * 20261121184358  live                  all 2       all 2  2026-11-21 18:43:58  octocat  0123456   3,000 files, 64.8 MB  time=60 css=145kb whoami=freddie
        20261120101010  bad, missing on web2              web1   2026-11-20 10:10:10  hubot    fedcba9   2,998 files, 64 MB    time=61
        1795287555      adopted                           all 2                                                                time=62 css=142kb
      Listed 3 releases on 2 hosts in 450 ms (current 20261121184358).
      "
    `)
  })
})

describe('the log', () => {
  test('gives the runner no command but its own, whatever hosts print', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, label) => {
        let stdout = ''
        const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
          stdout += chunk
          return true
        })
        const log = createLog(realCore, [label])
        log.phase('updating', text)
        log.note(undefined, text)
        log.note(label, text)
        log.output(label, text)
        log.warn(label, text)
        log.debug(label, text)
        log.fail([new Failure(text, { host: label, phase: 'updating', remedy: text, unchanged: text })])
        log.finish({ ...run(), result: { ...run().result, release: text, previous_release: text } })
        write.mockRestore()
        const names = runnerCommands(stdout).map(({ name }) => name)
        const kinds = names.filter((name, index) => name !== names[index - 1])
        expect(kinds).toEqual(['group', 'warning', 'debug', 'endgroup', 'error'])
        expect(names.length - names.filter((name) => name === 'debug').length).toBe(4)
      }),
      { numRuns: 500 },
    )
  })

  test('prefixes every line of every host', () => {
    const sink = record()
    const log = createLog(sink, ['web1', 'a.longer.name'])
    log.output('web1', 'one\ntwo\r[a.longer.name] three')
    log.output('a.longer.name', '')
    expect(sink.lines).toEqual([
      '[web1]          one',
      '[web1]          two',
      '[web1]          [a.longer.name] three',
      '[a.longer.name]',
    ])
  })

  test('warns once of the same thing, and annotates ten times at most', () => {
    const sink = record()
    const log = createLog(sink, ['web1', 'web2'])
    for (let n = 0; n < 9; n++) log.warn('web1', `warning ${n}`)
    log.warn('web1', 'warning 0')
    log.warn('web2', 'warning 0')
    log.warn(undefined, 'one too many')
    expect(sink.lines.filter((line) => line.startsWith('(warning'))).toHaveLength(10)
    expect(sink.lines.at(-2)).toBe('(warning, releases-deploy: web2) [web2] warning 0')
    expect(sink.lines.at(-1)).toBe('warning: one too many')
    expect(log.warnings).toHaveLength(11)
  })

  test('keeps the notes of the phase that the run is in', () => {
    const log = createLog(record(), ['web1'])
    log.note(undefined, 'this job works on 1 of 2 hosts (shard)')
    expect(log.notes).toEqual([])
    log.phase('starting', 'connect, lock and look at every host')
    log.note('web1', 'connected; serves two')
    log.phase('finishing', 'prune')
    log.note('web1', 'removed one')
    expect(log.notes).toEqual([{ host: 'web1', text: 'removed one' }])
  })

  test('stops showing the output of a host that never stops', () => {
    const sink = record()
    const log = createLog(sink, ['web1'])
    for (let n = 0; n < 50_010; n++) log.output('web1', 'y')
    expect(sink.lines).toHaveLength(50_001)
    expect(sink.lines.at(-1)).toBe('[web1] … more than 50,000 lines; the rest is not shown')
  })

  test('closes a group once, and none that was never open', () => {
    const ends = vi.fn()
    const log = createLog({ ...record(), endGroup: ends }, [])
    log.finish(run())
    expect(ends).not.toHaveBeenCalled()
    log.phase('starting', '')
    log.fail(failedGate.failures)
    log.finish(failedGate)
    expect(ends).toHaveBeenCalledTimes(1)
  })
})

describe('the error annotation', () => {
  const failed = (tell: (log: Log) => void) => {
    const sink = record()
    tell(createLog(sink, []))
    return sink.text
  }

  test('is one for all hosts, and tells what they share once', () => {
    const remedy = 'run mode: check.'
    const unchanged = `every host serves ${previous}.`
    const text = failed((log) =>
      log.fail([
        new Failure('the disk is full', { host: 'web1', phase: 'updating', remedy, unchanged }),
        new Failure('the disk is full', { host: 'web2', phase: 'updating', remedy, unchanged }),
        new Failure('the connection was lost', { host: 'web3', phase: 'updating', remedy, unchanged }),
      ]),
    )
    expect(`\n${text}\n`).toMatchInlineSnapshot(`
      "
      (error, releases-deploy) 3 hosts failed:
          - web1 and web2, updating: the disk is full
          - web3, updating: the connection was lost
          Not changed: every host serves 20261120101010.
          What to do: run mode: check.
          See https://github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md#anything-else
      "
    `)
  })

  test('tells ten different failures and counts the others', () => {
    const many = Array.from(
      { length: 30 },
      (_, n) => new Failure(`reason ${n}`, { host: `web${n}`, phase: 'starting' }),
    )
    const lines = failed((log) => log.fail(many)).split('\n')
    expect(lines).toHaveLength(13)
    expect(lines[0]).toBe('(error, releases-deploy) 30 hosts failed:')
    expect(lines.at(-2)).toContain('- … 20 more, on web10, web11')
    expect(lines.at(-2)).toContain('web19 and 10 more')
    expect(lines.at(-1)).toContain('See https://')
  })

  test('says it plainly when the settings are wrong', () => {
    const text = failed((log) =>
      log.fail([new Failure('2 settings are wrong:\n- hosts is required\n- remote_dir is /')]),
    )
    expect(`\n${text}\n`).toMatchInlineSnapshot(`
      "
      (error, releases-deploy) 2 settings are wrong:
          - hosts is required
          - remote_dir is /
          See https://github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md#is-required
      "
    `)
  })

  test('is left out when nothing failed', () => {
    expect(failed((log) => log.fail([]))).toBe('')
  })
})

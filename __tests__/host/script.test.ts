import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { call } from '../../src/host/quote.ts'
import { carried, randomMark, start } from '../../src/host/script.ts'
import { shells } from './shells.ts'

const parts = ['command', 'upload', 'session', 'look'] as const

describe('a script on its way to a host', () => {
  test.each(parts)('for %s starts with a line that csh and fish take as sh does', (part) => {
    const { command } = start(part, 'true')
    expect(command).toMatch(/^exec \/bin\/sh -c '[^'!\n]*'$/)
    expect(command.length).toBeLessThan(500)
  })

  test.each(parts)('for %s has no comments, which only cost time on the wire', (part) => {
    expect(start(part, 'true').input).not.toMatch(/^\s*#/m)
  })

  test.each(['DOMAIN\\deploy', 'svc$', 'a$HOME', 'deploy@example.com'])(
    'is asked for as %s, whatever its name holds',
    (user) => {
      const { command } = start('upload', 'true', user)
      for (const [, [program = '', ...args]] of shells.filter(([name]) => name !== 'toybox')) {
        const script = command.replace(/^exec sudo -n -u (\S+) .*/s, "printf '%s' $1")
        const { stdout } = spawnSync(program, [...args, '-c', script])
        expect(stdout.toString(), program).toBe(user)
      }
    },
  )

  // Its length is counted in characters, by shells that may know no other than those of one byte.
  test.each(parts)('for %s is ASCII', (part) => {
    expect(start(part, 'true').input).toMatch(/^[\n -~]*$/)
  })

  test('is taken in however it arrives', async () => {
    const { command, input } = start('upload', 'cat')
    const child = spawn('/bin/sh', ['-c', command])
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
    })
    for (const piece of [...(input.match(/[\s\S]{1,700}/g) ?? []), 'more\n']) {
      child.stdin.write(piece)
      await setTimeout(5)
    }
    child.stdin.end()
    await once(child, 'close')
    expect(said).toBe('more\n')
  })

  describe.each(parts)('for %s', (part) => {
    test.each(shells)('is understood by %s', (_, [program = '', ...args]) => {
      const { status, stderr } = spawnSync(program, [...args, '-n'], { input: start(part, 'true').input })
      // ksh93 has opinions on style.
      expect(stderr.toString().replace(/^ksh: warning: .*\n/gm, '')).toBe('')
      expect(status).toBe(0)
    })
  })

  test('runs what it is asked for, with data as data', () => {
    const invocation = call('printf', '%s|%s', "$(exit 9) it's", 'two\nlines')
    const { command, input } = start('upload', invocation)
    const { stdout, status } = spawnSync('/bin/sh', ['-c', command], { input })
    expect(stdout.toString()).toBe("$(exit 9) it's|two\nlines")
    expect(status).toBe(0)
  })

  test('may come along in the command, and data are data', () => {
    const odd = "$(exit 9) it's ! \\n \\ two\nlines\n"
    const command = carried('session', call('printf', '%s|%s', odd, '')) ?? ''
    expect(command).toMatch(/^exec env RELEASES_DEPLOY='(?:[^'!\n\\]|\\0[0-7]{3})*' \/bin\/sh -c '[^'!\n]*'$/)
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command])
    expect([stdout.toString(), stderr.toString(), status]).toEqual([`${odd}|`, '', 0])
  })

  test('of a look comes along without a program of its own to hand it on', () => {
    const odd = "$(exit 9) it's ! \\n \\ two\nlines\n"
    const command = carried('look', call('printf', '%s|%s', odd, '')) ?? ''
    expect(command).toMatch(/^exec \/bin\/sh -c '[^'!\n]*' sh '(?:[^'!\n\\]|\\0[0-7]{3})*'$/)
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command])
    expect([stdout.toString(), stderr.toString(), status]).toEqual([`${odd}|`, '', 0])
  })

  test('that came along is not handed on to what runs there', () => {
    const command = carried('session', 'env; ps -o args= -p $$') ?? ''
    const { stdout } = spawnSync('/bin/sh', ['-c', command])
    expect(stdout.toString()).not.toContain('RELEASES_DEPLOY=')
    expect(stdout.toString()).toMatch(/^\/bin\/sh -c s=\$\(printf [^\n]{0,200}$/m)
  })

  test('does not come along where it would be too long', () => {
    expect(carried('session', call('printf', 'x'.repeat(100_000)))).toBeUndefined()
  })

  test('that was cut anywhere on the way is never run', () => {
    const { command, input } = start('upload', 'echo ran')
    const cuts = [
      0,
      1,
      100,
      input.length / 2,
      input.lastIndexOf('echo ran') + 5,
      input.length - 26,
      input.length - 2,
    ]
    for (const cut of cuts) {
      const sent = input.slice(0, Math.floor(cut))
      const { stdout, status } = spawnSync('/bin/sh', ['-c', command], { input: sent })
      expect([cut, stdout.toString(), status]).toEqual([cut, '', 97])
    }
  })

  test('leaves to the function what comes after it on stdin', () => {
    const { command, input } = start('upload', 'cat')
    const { stdout } = spawnSync('/bin/sh', ['-c', command], { input: `${input}more\n` })
    expect(stdout.toString()).toBe('more\n')
  })

  test('ends at a mark that nobody can guess', () => {
    const marks = Array.from({ length: 100 }, randomMark)
    expect(new Set(marks).size).toBe(100)
    for (const mark of marks) expect(mark).toMatch(/^[0-9a-f]{24}$/)
    expect(start('upload', 'true').command).not.toBe(start('upload', 'true').command)
  })
})

// The one line that a host's login shell gets to read, whatever that shell is.

import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCommand } from '../../src/host/command.ts'
import { startSession } from '../../src/host/session.ts'
import { type Box, boxes, find } from './box.ts'
import { connect, createSite, opening } from './site.ts'

const logins = ['dash', 'bash', 'zsh', 'mksh', 'ksh93', 'yash', 'busybox', 'tcsh', 'fish']
const quiet = new AbortController().signal

const ways = logins.flatMap((name) => [true, false].map((long) => [name, long] as const))

test.concurrent.each(ways)(
  'is understood by %s as the login shell, all in one command: %s',
  async (name, longCommands) => {
    const login = name === 'busybox' ? boxes.find((box) => box.name === 'busybox ash')?.sh : find(name)
    if (!login || !find(name)) {
      if (process.env.CI) throw new Error(`no ${name} on this machine`)
      process.stderr.write(`NOT TESTED: ${name} as a login shell: not on this machine\n`)
      return
    }
    const box = boxes[0] as Box
    using site = createSite(box)
    // What people have in there: output, and in the case of csh an alias of what we call.
    const home = `${site.base}/home`
    mkdirSync(`${home}/.config/fish`, { recursive: true })
    for (const file of ['.bashrc', '.zshenv', '.profile', '.kshrc', '.yashrc', '.config/fish/config.fish'])
      writeFileSync(`${home}/${file}`, 'echo "hello from a profile"\n')
    writeFileSync(`${home}/.tcshrc`, 'echo "hello from a profile"\nalias printf echo\nset prompt="! "\n')
    const wire = connect(box, {
      PATH: box.path,
      login,
      longCommands,
      env: { HOME: home, ENV: `${home}/.profile` },
    })

    const session = startSession(wire, { label: name, logFile: '', become: undefined }, site.layout, 'run')
    expect(await session.open(opening('look'))).toMatchObject({ absent: false, locked: false, disk: [] })
    const state = await session.open(
      opening('create', { holder: { run: "it's ! $x", actor: '', mode: '', since: '' } }),
    )
    expect(state.locked).toBe(true)
    await session.settle('["! $HOME `id` \'"]', '')
    await session[Symbol.asyncDispose]()
    // And not for want of a second way.
    expect(wire.children).toHaveLength(2)

    const lines: string[] = []
    const command = {
      name: 'hook',
      script: 'echo "it\'s ! $VALUE"\nexit 7',
      dir: site.root,
      environment: { VALUE: "$HOME ! 'x'" },
      timeout: 20,
      become: undefined,
    }
    const running = runCommand(wire, 'host', command, (line) => lines.push(line), quiet)
    await expect(running).rejects.toThrow('hook failed with exit code 7')
    expect(lines.filter((line) => line !== 'hello from a profile')).toEqual(["it's ! $HOME ! 'x'"])
  },
)

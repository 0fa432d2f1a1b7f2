// The demo's looks: an action's log as the runner would show it, and a host's directory as a small tree.

import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { type Command, logReader } from '../__tests__/servers/commands.ts'

type Style = Parameters<typeof styleText>[0]

/** `text` in a style, when the terminal takes one. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

function showCommand({ name, properties, message }: Command): string | undefined {
  const text = [properties.title, message].filter(Boolean).join(': ')
  const lines = text.replaceAll('\n', '\n  ')
  if (name === 'group') return paint('bold', `▾ ${message}`)
  if (name === 'error') return paint('red', `error: ${lines}`)
  if (name === 'warning') return paint('yellow', `warning: ${lines}`)
  if (name === 'notice') return paint('cyan', `notice: ${lines}`)
  return undefined
}

/** Takes the log in pieces as they come and hands whole lines to `write`, with the runner's commands made readable. */
export function renderLog(write: (line: string) => void): { add(text: string): void; end(): void } {
  const read = logReader()
  let rest = ''
  let indent = ''
  const show = (line: string) => {
    const part = read(line)
    if (typeof part === 'string') {
      write(indent + part)
    } else if (part !== undefined) {
      if (part.name === 'endgroup') indent = ''
      const shown = showCommand(part)?.split('\n') ?? []
      for (const each of shown) write(part.name === 'group' ? each : indent + each)
      if (part.name === 'group') indent = '  '
    }
  }
  return {
    add(text) {
      const lines = (rest + text).split(/\r?\n/)
      rest = lines.pop() ?? ''
      lines.forEach(show)
    },
    end() {
      if (rest !== '') show(rest)
    },
  }
}

/** What stands under a host's `remote_dir`, one line an entry; releases with the heading of their index.html. */
export async function drawHost(remoteDir: string): Promise<string[]> {
  const current = await readlink(join(remoteDir, 'current')).catch(() => undefined)
  const releases = await readdir(join(remoteDir, 'releases')).catch(() => [])
  const pages = releases.sort().map(async (name, at) => {
    const page = await readFile(join(remoteDir, 'releases', name, 'index.html'), 'utf8').catch(() => '?')
    const live = current === `releases/${name}`
    const branch = at === releases.length - 1 ? '└──' : '├──'
    return `│   ${branch} ${paint(live ? 'green' : 'dim', `${name}/   ${page.replace(/<.*?>/g, '').trim()}`)}`
  })
  const manifest = await readFile(join(remoteDir, 'manifest.json'), 'utf8').catch(() => '[]')
  const records = JSON.parse(manifest) as { release: string; deploy?: { state?: string } }[]
  const states = records.map(({ release, deploy }) => `${release} ${deploy?.state ?? ''}`.trim())
  return [
    `├── ${paint('green', `current -> ${current ?? '(none yet)'}`)}`,
    '├── releases/',
    ...(await Promise.all(pages)),
    `└── manifest.json   ${states.join(', ')}`,
  ]
}

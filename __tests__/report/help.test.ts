import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { explained } from '../../src/report/explained.ts'
import { anchorFor, helpFor, slug } from '../../src/report/help.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
const anchors = [...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => slug(heading))

test('every anchor exists once', () => {
  expect(new Set(anchors).size).toBe(anchors.length)
  const used = explained.split('\n\n').map((section) => slug(section.split('\n')[0] as string))
  expect(anchors).toEqual(expect.arrayContaining([...used, 'anything-else']))
  expect(helpFor('words that nobody ever wrote').split('#')[1]).toBe('anything-else')
})

/** The text of a literal from its first quote on, with `…` for what is filled in. */
function literal(code: string, start: number): string {
  const quote = code[start]
  let text = ''
  for (let at = start + 1; at < code.length && code[at] !== quote; at++) {
    if (code[at] === '\\') text += code[++at]
    else if (quote === '`' && code.startsWith('${', at)) {
      let depth = 1
      for (at += 2; depth > 0; at++) depth += code[at] === '{' ? 1 : code[at] === '}' ? -1 : 0
      at--
      text += '…'
    } else text += code[at]
  }
  return text
}

/** Every message that is written where a failure is made, outside of the settings, whose problems come as one message. */
const messages = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('settings/'))
  .flatMap((path) => {
    const code = readFileSync(join(root, 'src', path), 'utf8')
    const made = code.matchAll(/(?:new (?:Failure|Transient|Kind)|\b(?:fail|refuse))\(\s*(?=[`'"])/g)
    return [...made].map((match) => literal(code, match.index + match[0].length))
  })
  // Made of parts that are messages themselves.
  .filter((text) => /[a-z]{3}/.test(text) && text !== 'ssh_private_key …')

test('every message has its explanation', () => {
  expect(messages.length).toBeGreaterThan(60)
  expect(messages.filter((text) => anchorFor(text) === undefined)).toEqual([])
})

test.each([
  [
    '1 setting needs attention; nothing was connected.\nssh_private_key is a public key: the private key is needed.',
    'is-a-public-key-the-private-key-is-needed',
  ],
  [
    '2 settings need attention; nothing was connected.\nhosts is required.\nremote_dir is required.',
    'attention-nothing-was-connected',
  ],
  ['web1 port 22 does not let deploy in: tried the key', 'does-not-let--in-tried'],
  ['not healthy after 2 attempts: health_check_command failed with exit code 3', 'not-healthy-after'],
  ['could not be put back to one: the connection to the host was lost', 'could-not-be-put-back-to'],
  ['the host has no rsync', 'the-host-has-no'],
  ['the host has no room for the upload; rsync said: no', 'the-host-has-no-room-for-the-upload'],
])('%s', (message, anchor) => {
  const known = anchorFor(message)
  expect(anchors).toContain(known)
  expect(known).toBe(anchor)
})

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createWorkspace, deploy, faults, read, withConfig } from './step.ts'

const key = { ssh_private_key: 'a key' }
const file = '.github/releases.yml'

/** A file that is all a deploy needs but the key. */
const whole = `hosts: [deploy@web1]
remote_dir: /srv/app
local_dir: dist
ssh_known_hosts: web1 ssh-ed25519 AAAA
`

describe('the config file', () => {
  test('gives settings, typed, and hooks', () => {
    const more = 'release_count: 3\nmetadata: {a: [1, {b: c}]}\nhooks:\n  - {at: after updated, run: x}\n'
    const { settings, hosts, hooks, warnings } = read(key, withConfig(whole + more))
    expect(settings).toMatchObject({ release_count: 3, metadata: { a: [1, { b: 'c' }] } })
    expect(hosts).toMatchObject([{ label: 'web1', user: 'deploy' }])
    expect(hooks).toMatchObject([{ run: 'x', where: `${file}:8` }])
    expect(Object.isFrozen(hooks[0]?.at)).toBe(true)
    expect(warnings).toEqual([])
  })

  test('need not be there', () => {
    expect(read(deploy).hooks).toEqual([])
  })

  test.each([
    ['empty', ''],
    ['only comments', '# nothing yet\n'],
    ['an empty document', '---\n...\n'],
    ['an empty mapping', '{}'],
    ['keys without values', 'targets:\nhooks:\nrelease_count:\nexclude: ""\n'],
  ])('may be %s', (_, text) => {
    expect(read(deploy, withConfig(text)).settings.release_count).toBe(5)
  })

  test.each([
    ['CRLF', whole.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${whole}`],
    ['a marker in front', `---\n${whole}`],
    ['anchors', whole.replace('[deploy@web1]', '&web [deploy@web1]')],
    [
      'JSON',
      JSON.stringify({
        hosts: 'deploy@web1',
        remote_dir: '/srv/app',
        local_dir: 'dist',
        ssh_known_hosts: 'a b',
      }),
    ],
  ])('may have %s', (_, text) => {
    expect(read(key, withConfig(text)).hosts).toMatchObject([{ label: 'web1' }])
  })

  test('may be elsewhere, relative to the workspace', () => {
    expect(read({ ...key, config: 'deploy/a.yml' }, withConfig(whole, 'deploy/a.yml')).hosts).toHaveLength(1)
    expect(read({ ...key, config: './deploy/../a.yml' }, withConfig(whole, 'a.yml')).hosts).toHaveLength(1)
  })

  test('serves all modes: what this one does not use is neither looked at nor warned about', () => {
    const { settings, warnings } = read(
      { ...key, mode: 'rollback' },
      withConfig(`${whole}release_count: many\n`),
    )
    expect(settings.release_count).toBe(5)
    expect(warnings).toEqual([])
  })

  test('is covered by an input only when that is not empty', () => {
    const surroundings = withConfig(`${whole}release_count: 3\n`)
    expect(read({ ...key, release_count: ' ' }, surroundings).settings.release_count).toBe(3)
    expect(read({ ...key, release_count: '5' }, surroundings).settings.release_count).toBe(5)
  })
})

describe('a target', () => {
  const targets = `${whole}release_count: 3
hooks:
  - {at: after updated, run: all}
targets:
  production:
    hosts: [me@web1, me@web2]
    hooks:
      - {at: after updated, run: more}
  staging:
`

  test('covers the top level, whole values, and adds its hooks', () => {
    const { settings, hosts, hooks } = read({ ...key, target: 'production' }, withConfig(targets))
    expect(hosts.map(({ label }) => label)).toEqual(['web1', 'web2'])
    expect(settings).toMatchObject({ target: 'production', release_count: 3 })
    expect(hooks.map((hook) => [hook.run, hook.where])).toEqual([
      ['all', `${file}:7`],
      ['more', `${file}:12`],
    ])
  })

  test('takes back with an empty text what may be left out for good', () => {
    const text = `${whole}post_deploy_command: restart\nrelease_count: 3\ntargets:
  staging: {post_deploy_command: '', release_count: ''}
  silent: {post_deploy_command: }
`
    const { settings, hosts } = read({ ...key, target: 'staging' }, withConfig(text))
    expect(settings).toMatchObject({ release_count: 3 })
    expect(hosts[0]?.settings.post_deploy_command).toBeUndefined()
    const silent = read({ ...key, target: 'silent' }, withConfig(text))
    expect(silent.hosts[0]?.settings.post_deploy_command).toBe('restart')
    const input = read({ ...key, target: 'staging', post_deploy_command: 'now' }, withConfig(text))
    expect(input.hosts[0]?.settings.post_deploy_command).toBe('now')
  })

  test('may be empty, and need not be chosen', () => {
    expect(read({ ...key, target: 'staging' }, withConfig(targets)).hosts).toHaveLength(1)
    expect(read(key, withConfig(targets)).hooks).toHaveLength(1)
  })

  test('may share values by anchors', () => {
    const text = `${whole}targets:\n  a: &a\n    release_count: 2\n  b: *a\n`
    expect(read({ ...key, target: 'b' }, withConfig(text)).settings.release_count).toBe(2)
  })

  test.each([
    [
      'prodution',
      targets,
      `target: "prodution" is not a target of ${file}. Did you mean production? The targets are production, staging.`,
    ],
    ['dev', targets, `target: "dev" is not a target of ${file}. The targets are production, staging.`],
    [
      'production',
      whole,
      `target: "production" is not a target of ${file}. It has none: add the key targets.`,
    ],
    [
      '__proto__',
      targets,
      `target: "__proto__" is not a target of ${file}. The targets are production, staging.`,
    ],
  ])('%s that is not there is the only problem', (target, text, fault) => {
    expect(faults({ target }, withConfig(text))).toEqual([fault])
  })

  test('of no file is the only problem', () => {
    expect(faults({ target: 'production' })).toEqual([
      `target: "production" is chosen, but there is no ${file}. Check the repository out in an earlier step (actions/checkout), or set config to the path.`,
    ])
  })

  test('is hinted at when none is chosen and something is missing', () => {
    const text = 'targets:\n  production: {hosts: me@web1, remote_dir: /srv/app}\n  staging: {}\n'
    const lines = faults({ ...deploy, hosts: '', remote_dir: '' }, withConfig(text))
    expect(lines.map((line) => line.split(/[.,]/)[0])).toEqual([
      'hosts: is required',
      'remote_dir: is required',
      'target: is not chosen',
    ])
    expect(lines[2]).toBe(
      `target: is not chosen. One of ${file} may have what is missing: production, staging.`,
    )
    expect(faults({ ...deploy, release_count: 'x' }, withConfig(text))).toHaveLength(1)
    expect(faults({ ...deploy, ssh_private_key: '' }, withConfig(text))).toHaveLength(1)
  })
})

describe('what is wrong in the file is told with its line:', () => {
  test.each([
    [
      'a value',
      'release_count: 0',
      `${file}:5, release_count: 0 is not a whole number from 1 to 1000000. Write plain digits.`,
    ],
    [
      'a value that spans lines',
      'exclude:\n  - a\n  - 7',
      `${file}:5, exclude: must be text, not a number. Put the value in quotes.`,
    ],
    [
      'permissions that YAML took for a number',
      'dir_permissions: 0755',
      `${file}:5, dir_permissions: 755 is a number, which has lost its octal spelling. Put it in quotes, such as '0755'.`,
    ],
    [
      'a misspelt key',
      'relase_count: 3',
      `${file}:5: "relase_count" is not a setting. Did you mean release_count?`,
    ],
    ['a misspelt key of a mapping', 'hook: []', `${file}:5: "hook" is not a setting. Did you mean hooks?`],
    [
      'a misspelt key in a target nobody chose',
      'targets:\n  a:\n    hots: []',
      `${file}:7: "hots" is not a setting. Did you mean hosts?`,
    ],
    [
      'the file in the file',
      'config: x.yml',
      `${file}:5: config cannot be set in the file. Set config as an input of the step: it decides what is read of the file.`,
    ],
    [
      'the target in a target',
      'targets: {a: {target: b}}',
      `${file}:5: target cannot be set in the file. Set target as an input of the step: it decides what is read of the file.`,
    ],
    [
      'targets in a target',
      'targets: {a: {targets: {}}}',
      `${file}:5: a target has no targets. Write all targets at the top level.`,
    ],
    [
      'a list of targets',
      'targets: [a]',
      `${file}:5, targets: must be a mapping of names, not a list. Write a name such as production, and its settings below it.`,
    ],
    [
      'a target that is text',
      'targets: {a: b}',
      `${file}:5, targets.a: must be a mapping of settings, not a string.`,
    ],
    [
      "a target's name",
      'targets: {a b: {}}',
      `${file}:5, targets: "a b" is not a target's name. Use 1 to 128 letters, digits, dots, hyphens and underscores, the first a letter or a digit.`,
    ],
    ['hooks', 'hooks: x', `${file}:5, hooks: must be a list, not a string. Begin each hook with "- ".`],
    [
      'a hook',
      'hooks:\n\n  - run: x\n    at: after lunch\n',
      `${file}:8, hooks, entry 1, at: "lunch" is not a point of the flow. The points are starting, started, updating, updated, reverting, reverted, publishing, published, finishing, finishing_rollback, finished, failed.`,
    ],
    [
      'a hook of a target nobody chose',
      'targets:\n  a:\n    hooks:\n      - {at: after updated}',
      `${file}:8, hooks, entry 1: lacks the key run. Say what to run.`,
    ],
    [
      'the role of a hook',
      'hooks: [{at: after updated, run: x, on: role:worker}]',
      `${file}:5, hooks, on: no host has the role "worker". No host has any: give them roles, as in {host: web1, roles: [worker]}.`,
    ],
    [
      'paths that collide',
      'public_dir: releases',
      `${file}:5, public_dir: "releases" is also release_dir ("releases"). Choose another path.`,
    ],
    [
      'links that collide',
      'linked_dirs: [a, a/b]',
      `${file}:5, linked_dirs: "a/b" lies inside "a" (linked_dirs). Keep the outer one alone, or paths beside each other.`,
    ],
    [
      'a duplicate key',
      'hosts: web2',
      `${file}:5: is not plain YAML: duplicate key at column 1. Correct it there.`,
    ],
    [
      'a tab',
      'metadata:\n\ta: 1',
      `${file}:6: is not plain YAML: tab as indent at column 1. Indent with spaces.`,
    ],
    [
      'a second document',
      '---\nrelease_count: 3',
      `${file}:5: is not plain YAML: multiple docs at column 1. Correct it there.`,
    ],
    [
      'a tag',
      'exclude: !!js/function x',
      `${file}:5: is not plain YAML: tag resolve failed at column 10. Correct it there.`,
    ],
    [
      'an alias to nothing',
      'exclude: *x',
      `${file}:5: is not plain YAML: alias without an anchor at column 10. Correct it there.`,
    ],
    [
      'an alias that leads back',
      'exclude: &x\n  - *x',
      `${file}:6: is not plain YAML: alias inside of what it names at column 5. Correct it there.`,
    ],
  ])('%s', (_, text, fault) => {
    expect(faults(key, withConfig(`${whole}${text}\n`))).toEqual([fault])
  })

  test('a host, by the line of its entry', () => {
    const text = 'hosts:\n  - me@web1\n\n  - {host: web2, user: me, relase_count: 3}\n  - web3:0\n'
    expect(faults({ ...deploy, hosts: '' }, withConfig(text))).toEqual([
      `${file}:4, hosts, entry 2 (web2): "relase_count" is not a key of a host. Did you mean release_count?`,
      `${file}:5, hosts, entry 3: the port "0" is not a whole number from 1 to 65535. Write plain digits.`,
    ])
  })

  test('not what an input covers', () => {
    expect(faults({ ...key, release_count: '3' }, withConfig(`${whole}release_count: 0\n`))).toEqual([])
    expect(faults({ ...key, release_count: 'x' }, withConfig(`${whole}release_count: 1\n`))).toEqual([
      'release_count: "x" is not a whole number from 1 to 1000000. Write plain digits.',
    ])
  })

  test('all of it at once, together with what is wrong with inputs', () => {
    const text = 'release_count: 0\nfoo: 1\nhooks: [{run: x}]\ntargets: {a: {bar: 1}}\n'
    expect(faults({ ...deploy, lock_timeout: '5m' }, withConfig(text))).toHaveLength(5)
  })

  test('a few of thousands of unknown keys', () => {
    const text = Array.from({ length: 1000 }, (_, n) => `unknown_${n}: 1`).join('\n')
    const lines = faults(deploy, withConfig(text))
    expect(lines).toHaveLength(21)
    expect(lines[20]).toBe(`${file}: has 980 more keys that are not settings.`)
  })

  test('a misspelt key, and not that its setting is missing', () => {
    expect(faults(key, withConfig(whole.replace('hosts:', 'hots:')))).toEqual([
      `${file}:1: "hots" is not a setting. Did you mean hosts?`,
    ])
  })
})

describe('a secret in the file is refused and not shown', () => {
  const fault = (place: string, name: string) =>
    `${place}: ${name} is a secret, and the file is read by all who can read the repository. ` +
    `Take it out, replace it where it is used, and give the new one as the input ${name}, from a secret of the repository.`

  test.each([
    ['ssh_password: hunter2', fault(`${file}:5`, 'ssh_password')],
    ['ssh_private_key: hunter2', fault(`${file}:5`, 'ssh_private_key')],
    ['targets: {a: {ssh_passphrase: hunter2}}', fault(`${file}:5`, 'ssh_passphrase')],
  ])('%s', (text, expected) => {
    expect(faults(key, withConfig(whole + text))).toEqual([expected])
  })

  test.each(['[{host: me@web1, ssh_password: hunter2}]', '"- {host: me@web1, ssh_password: hunter2}"'])(
    'hosts: %s',
    (hosts) => {
      const text = whole.replace('[deploy@web1]', hosts)
      expect(faults(key, withConfig(text))).toEqual([
        fault(`${file}:1, hosts, entry 1 (web1)`, 'ssh_password'),
      ])
    },
  )

  test('in a key that is not there, or in broken YAML', () => {
    expect(faults(key, withConfig(`${whole}pasword: hunter2\n`)).join()).not.toContain('hunter2')
    expect(faults(key, withConfig(`${whole}ssh_password: "hunter2\n`)).join()).not.toContain('hunter2')
  })
})

describe('a file that cannot be read is the only problem told of what it might have given:', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1')
  const big = `# ${'x'.repeat(5 * 1024 * 1024)}`
  test.each([
    [
      'a list',
      '- a',
      `${file}:1: must be a mapping, not a list. Write settings as "name: value", one a line.`,
    ],
    [
      'a text',
      '\n\njust text',
      `${file}:3: must be a mapping, not a string. Write settings as "name: value", one a line.`,
    ],
    [
      '5 MB',
      big,
      `config: "${file}" has ${big.length} bytes, more than 1048576. Keep settings in it and nothing else.`,
    ],
    ['Latin-1', bytes('exclude: gr\xf6\xdfe'), `config: "${file}" is not text in UTF-8. Save it as UTF-8.`],
    [
      'UTF-16',
      Buffer.from('\ufeffa: 1', 'utf16le'),
      `config: "${file}" is not text in UTF-8. Save it as UTF-8.`,
    ],
    [
      'aliases that multiply',
      [
        'exclude: &a0 [x]',
        ...Array.from({ length: 9 }, (_, n) => `k${n}: &a${n + 1} [${`*a${n},`.repeat(9)}]`),
      ].join('\n'),
      `${file}: uses YAML aliases that multiply. Write the values out.`,
    ],
  ])('%s', (_, text, fault) => {
    expect(faults({}, withConfig(text))).toEqual([fault])
  })

  test('nested without end', () => {
    const [line, ...more] = faults({}, withConfig(`a: ${'['.repeat(100_000)}`))
    expect(more).toEqual([])
    expect(line).toMatch(/^\.github\/releases\.yml:1: is not plain YAML: resource exhaustion/)
  }, 30_000)

  test('a directory', () => {
    const workspace = createWorkspace()
    mkdirSync(join(workspace, file), { recursive: true })
    expect(faults({}, { environment: { GITHUB_WORKSPACE: workspace } })).toEqual([
      `config: "${file}" is not a file. Name a YAML file.`,
    ])
  })

  test('a pipe, which would never end', () => {
    const workspace = createWorkspace()
    execFileSync('mkfifo', [join(workspace, 'pipe')])
    expect(faults({ config: 'pipe' }, { environment: { GITHUB_WORKSPACE: workspace } })).toEqual([
      'config: "pipe" is not a file. Name a YAML file.',
    ])
  })

  test('a named one that is missing', () => {
    const remedy =
      'The path is relative to the workspace; check the repository out in an earlier step (actions/checkout).'
    expect(faults({ config: 'deploy.yml' })).toEqual([`config: "deploy.yml" does not exist. ${remedy}`])
    expect(faults({ config: 'file/deploy.yml', target: 'x' })).toEqual([
      `config: "file/deploy.yml" does not exist. ${remedy}`,
    ])
    expect(faults({ config: file })).toEqual([`config: "${file}" does not exist. ${remedy}`])
  })

  test('but what is wrong with inputs is told too', () => {
    expect(faults({ release_count: '0', ssh_port: 'x' }, withConfig('- a'))).toHaveLength(3)
  })

  test('and one of nearly 1 MB is read', () => {
    const workspace = createWorkspace()
    mkdirSync(join(workspace, '.github'))
    writeFileSync(join(workspace, file), `exclude:\n${'  - some/longer/pattern/of/a/file\n'.repeat(30_000)}`)
    const { settings } = read(deploy, { environment: { GITHUB_WORKSPACE: workspace } })
    expect(settings.exclude).toHaveLength(30_000)
  }, 30_000)
})

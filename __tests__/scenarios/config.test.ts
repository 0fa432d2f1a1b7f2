import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTree } from './tree.ts'
import { readTrail, workspace } from './workspace.ts'
import { openWorld } from './world.ts'

const file = '.github/releases.yml'

test.concurrent('the top level gives way to the target, that to the input, and that to the host’s own entry', async () => {
  await using world = await openWorld(['local', 'local'])
  const tell = (who: string) => `echo "${who}" >>"$REMOTE_DIR/trail"`
  const top = {
    release_dir: 'top-releases',
    public_dir: 'top-link',
    log_file: 'top.log',
    post_deploy_command: tell('top'),
    metadata: { from: 'top' },
    hooks: [{ at: 'after updated', run: `echo top-hook >>'${world.dir}/trail'`, on: 'first' }],
  }
  const target = {
    public_dir: 'target-link',
    log_file: 'target.log',
    post_deploy_command: tell('target'),
    metadata: { of: 'target' },
    hooks: [{ at: 'after updated', run: `echo target-hook >>'${world.dir}/trail'`, on: 'first' }],
  }
  const other = { public_dir: 'other-link', hooks: [{ at: 'after updated', run: 'exit 1' }] }
  const { way } = await workspace(world, JSON.stringify({ ...top, targets: { production: target, other } }))
  const hosts = world.hosts((at) => (at === 1 ? { post_deploy_command: tell('host') } : {}))
  await world.deployed(
    'one',
    { hosts, target: 'production', log_file: 'input.log', post_deploy_command: tell('input') },
    way,
  )
  for (const [at, said] of ['input', 'host'].entries()) {
    const there = await readTree(world.places[at]?.root as string)
    expect(
      Object.keys(there)
        .filter((path) => !path.includes('/'))
        .sort(),
    ).toEqual(['.releases', 'input.log', 'manifest.json', 'target-link', 'top-releases', 'trail'])
    expect(there['target-link']).toBe('link to top-releases/one')
    expect(await world.places[at]?.read('trail')).toBe(`${said}\n`)
    // A value covers the weaker one as a whole.
    const [record] = (await world.places[at]?.manifest()) ?? []
    expect(record).toMatchObject({ of: 'target' })
    expect(record).not.toHaveProperty('from')
  }
  expect(await readTrail(world)).toEqual(['top-hook', 'target-hook'])
})

test.concurrent('the file alone can say all but the secrets, and may be elsewhere', async () => {
  await using world = await openWorld(['local'])
  const config = [
    `hosts: [ { host: local, remote_dir: ${world.place.root}, roles: [web] } ]`,
    'local_dir: out',
    'linked_dirs: [storage]',
    'targets:',
    '  production:',
    '    release_name: one',
    '    hooks:',
    '      - { at: after published, run: "true", on: role:web }',
  ].join('\n')
  const { way } = await workspace(world, '', { 'deploy/live.yml': config, 'out/index.html': 'hello' })
  const inputs = { hosts: '', config: 'deploy/live.yml', target: 'production' }
  const { code, log, outputs } = await world.run(inputs, way)
  expect(code, log).toBe(0)
  expect(outputs.release).toBe('one')
  expect(await world.place.read('current/index.html')).toBe('hello')
})

/** What a file says wrongly, and what the run then says, with the line. */
const faults: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'unknown and misspelt keys, here and in a target that is not chosen',
    'linked_dir: [a]\ntargets:\n  staging:\n    relase_count: 3\n    whatever: 1\n',
    [
      `${file}:1: "linked_dir" is not a setting. Did you mean linked_dirs?`,
      `${file}:4: "relase_count" is not a setting. Did you mean release_count?`,
      `${file}:5: "whatever" is not a setting.`,
    ],
  ],
  [
    'hooks at an unknown point, without a command, of a role that nobody has, with a strange key',
    [
      'hooks:',
      '  - { at: after publised, run: x }',
      '  - { at: during updated, run: x }',
      '  - at: after updated',
      '    name: nothing to do',
      '  - { at: after updated, run: x, "on": "role:wrker" }',
      '  - { at: after updated, run: x, when: now }',
      '  - { at: after updated, run: "  " }',
      '  - { at: after updated, run: x, timeout: soon }',
      '  - { at: after updated, run: x, "on": nobody }',
    ].join('\n'),
    [
      `${file}:2, hooks, entry 1, at: "publised" is not a point of the flow. Did you mean published?`,
      `${file}:3, hooks, entry 2, at: "during updated" is not before or after a point of the flow.`,
      `${file}:4, hooks, entry 3: lacks the key run.`,
      `${file}:7, hooks, entry 5: "when" is not a key of a hook.`,
      `${file}:8, hooks, entry 6, run: is empty.`,
      `${file}:9, hooks, entry 7, timeout:`,
      `${file}:10, hooks, entry 8, on: "nobody" is not a place to run.`,
    ],
  ],
  [
    'a role that nobody has',
    'hooks:\n  - { at: after updated, run: x, on: "role:wrker" }\n',
    [`${file}:2, hooks, on: no host has the role "wrker". Did you mean worker?`],
  ],
  [
    'anchors that loop',
    'metadata: &a\n  b: *a\n',
    [`${file}:2: is not plain YAML: alias inside of what it names`],
  ],
  [
    'anchors that multiply',
    `a: &a [1,2,3,4,5,6,7,8,9]\nb: &b [${Array(9).fill('*a')}]\nc: &c [${Array(9).fill('*b')}]\nd: [${Array(9).fill('*c')}]\n`,
    [`${file}: uses YAML aliases that multiply`],
  ],
  [
    'a file that is too large',
    `# ${'x'.repeat(5_000_000)}\n`,
    [`config: "${file}" has 5000003 bytes, more than 1048576`],
  ],
  [
    'tabs',
    'linked_dirs:\n\t- storage\n',
    [`${file}:2: is not plain YAML: tab as indent at column 1. Indent with spaces.`],
  ],
  [
    'duplicate keys',
    'release_count: 3\nverify: off\nrelease_count: 4\n',
    [`${file}:3: is not plain YAML: duplicate key`],
  ],
  [
    'metadata that takes the name of the release',
    'release_count: 3\nmetadata: { release: mine }\n',
    [`${file}:2, metadata: the key "release" is kept for the manifest itself`],
  ],
  [
    'metadata that is too large',
    `metadata:\n  text: ${'x'.repeat(256 * 1024)}\n`,
    [`${file}:1, metadata: takes 262155 bytes as JSON, more than 262144`],
  ],
  [
    'linked paths that lead out of the release',
    'linked_dirs: [storage, ../up]\nlinked_files: [/etc/passwd]\nrevision_file: a/../../b\n',
    [
      `${file}:1, linked_dirs: "../up" climbs`,
      `${file}:2, linked_files: "/etc/passwd"`,
      `${file}:3, revision_file:`,
    ],
  ],
  [
    'linked paths inside each other',
    'linked_dirs: [storage, public/a]\nlinked_files: [storage/key, public/a]\nrevision_file: storage/REVISION\n',
    [
      `${file}:2, linked_files: "storage/key" lies inside "storage" (linked_dirs)`,
      `${file}:2, linked_files: "public/a" is in linked_dirs already`,
      `${file}:3, revision_file: "storage/REVISION" lies inside "storage" (linked_dirs)`,
    ],
  ],
  ['a secret', 'ssh_password: hunter2\n', [`${file}:1: ssh_password`]],
  ['no mapping', '- hosts\n', [`${file}:1: must be a mapping, not a list`]],
]

for (const [what, text, expected] of faults) {
  test.concurrent(`refused with file and line, and nothing is connected: ${what}`, async () => {
    await using world = await openWorld(['local', 'local'])
    const { way } = await workspace(world, text)
    const hosts = world.hosts(() => ({ roles: ['worker'] }))
    const { code, log, outputs, result } = await world.deploy('one', { hosts }, way)
    expect(code).toBe(1)
    expect(log).toMatch(/settings? needs? attention; nothing was connected\.|nothing was connected/)
    for (const line of expected) expect(log).toContain(line)
    expect(log).not.toContain('hunter2')
    expect(outputs.status).toBe('failed')
    expect(result.hosts).toEqual([])
    expect(await world.snapshots()).toEqual([{}, {}])
  })
}

test.concurrent('metadata of an input is refused by the same rules', async () => {
  await using world = await openWorld(['local'])
  for (const [metadata, words] of [
    ['release: mine', 'metadata: the key "release" is kept for the manifest itself'],
    ['- a\n- b', 'metadata: must be a mapping, not a list'],
    ['a: 1\na: 2', 'metadata: is not plain YAML: duplicate key at line 2'],
    ['{"a": 12345678901234567890}', 'cannot be kept exactly'],
  ] as const) {
    const { code, log } = await world.deploy('one', { metadata })
    expect(code).toBe(1)
    expect(log).toContain(words)
  }
  expect(await world.place.snapshot()).toEqual({})
})

test.concurrent('a config file that is no file, and one that is named but not there', async () => {
  await using world = await openWorld(['local'])
  const { way, dir } = await workspace(world, '')
  await mkdir(join(dir, 'deploy'))
  await symlink('/dev/zero', join(dir, 'endless'))
  for (const [config, words] of [
    ['deploy', 'config: "deploy" is not a file'],
    ['endless', 'config: "endless" is not a file'],
    ['nowhere.yml', 'config: "nowhere.yml" does not exist'],
  ] as const) {
    const { code, log } = await world.deploy('one', { config }, way)
    expect(code).toBe(1)
    expect(log).toContain(words)
  }
  const unknown = await world.deploy('one', { target: 'production' }, way)
  expect(unknown.log).toContain(`target: "production" is not a target of ${file}`)
  expect(await world.place.snapshot()).toEqual({})
})

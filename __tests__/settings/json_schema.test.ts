import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { schemaJson } from '../../script/docs.ts'
import { hookKeys } from '../../src/settings/hooks.ts'
import { shortNames } from '../../src/settings/hosts.ts'
import { configSchema, schemaUrl } from '../../src/settings/json_schema.ts'
import { modes } from '../../src/settings/mode.ts'
import { points } from '../../src/settings/points.ts'
import { hostSettingNames, settingNames, settingOf } from '../../src/settings/schema.ts'
import { deploy, faults, read, withConfig, workspace } from './step.ts'
import { violations } from './violations.ts'

// biome-ignore lint/suspicious/noExplicitAny: looked at as an editor does
const schema: any = configSchema()

const secrets = settingNames.filter((name) => settingOf(name).secret)
const inFile = settingNames.filter((name) => !['config', 'target', ...secrets].includes(name))

describe('the schema of the config file', () => {
  test('is published as it is generated', () => {
    const text = readFileSync(new URL('../../docs/releases.schema.json', import.meta.url), 'utf8')
    expect(text).toBe(schemaJson())
    expect(JSON.parse(text)).toEqual(schema)
  })

  test('has the settings that a file may hold, targets and hooks', () => {
    expect(Object.keys(schema.properties)).toEqual([...inFile, 'targets', 'hooks'])
    expect(Object.keys(schema.$defs.target.properties)).toEqual([...inFile, 'hooks'])
    expect(Object.keys(schema.$defs.host.properties)).toEqual([
      'host',
      'roles',
      ...Object.keys(shortNames),
      ...hostSettingNames.filter((name) => inFile.includes(name)),
    ])
    expect(Object.keys(schema.$defs.hook.properties)).toEqual(Object.keys(hookKeys))
  })

  test('describes every setting and knows its default, which it takes', () => {
    for (const name of inFile) {
      const { description, default: text, parse } = settingOf(name)
      const shape = schema.properties[name]
      expect(shape.description).toBe(description)
      if (text === undefined) expect(shape).not.toHaveProperty('default')
      else {
        expect(parse(shape.default)).toEqual(parse(text))
        expect(violations(schema, { [name]: shape.default })).toEqual([])
      }
    }
  })

  test('lists the modes and both sides of all points', () => {
    expect(schema.properties.mode.enum).toEqual(modes)
    expect(schema.$defs.hook.properties.at.enum).toHaveLength(2 * points.length)
    expect(schema.$defs.hook.properties.at.enum).toContain('after updated')
  })
})

const taken: readonly object[] = [
  {},
  { release_count: 3, dry_run: true, mode: 'stage' },
  { hosts: 'me@web1' },
  { hosts: ['me@web1', { host: 'web2', user: 'me', port: 22, roles: ['worker'], linked_dirs: ['x'] }] },
  { hosts: { host: 'me@web1', ssh_port: 2222, become: 'www-data' } },
  { exclude: ['*.map'] },
  { exclude: '*.map\nb' },
  { waves: 1 },
  { waves: [1, '25%', '100%'] },
  { waves: '1, 25%' },
  { min_hosts: 3 },
  { min_hosts: '90%' },
  { shard: '2/5' },
  { verify: 'off', summary: false },
  { metadata: { a: [1, { b: null }] } },
  { dir_permissions: '0755', rsync_flags: ['-z'] },
  { pinned_releases: ['v1'], release_name: '20261121184358' },
  { linked_files: ['.env'], revision_file: 'REVISION' },
  { targets: { production: { hosts: ['me@web1'], hooks: [] }, staging: null } },
  {
    hooks: [
      { at: 'before publishing', run: 'x', on: 'role:web', timeout: 3, allow_failure: true, name: 'y' },
    ],
  },
]

const refused: readonly object[] = [
  { relase_count: 3 },
  { release_count: 0 },
  { mode: 'delpoy' },
  { dry_run: 'maybe' },
  { config: 'x' },
  { target: 'x' },
  { ssh_private_key: 'x' },
  { hosts: [] },
  { hosts: [7] },
  { hosts: [{ user: 'me' }] },
  { hosts: [{ host: 'me@web1', exclude: ['x'] }] },
  { hosts: [{ host: 'me@web1', ssh_password: 'x' }] },
  { exclude: ['a', 7] },
  { waves: '0, 100%' },
  { waves: [] },
  { waves: '101%' },
  { min_hosts: 0 },
  { shard: '2 of 5' },
  { metadata: ['a'] },
  { metadata: { release: 'x' } },
  { dir_permissions: 755 },
  { release_name: '../x' },
  { linked_dirs: ['/etc'] },
  { remote_dir: 'srv/app' },
  { targets: ['a'] },
  { targets: { 'a b': {} } },
  { targets: { a: { targets: {} } } },
  { hooks: {} },
  { hooks: [{ at: 'after updated' }] },
  { hooks: [{ at: 'after lunch', run: 'x' }] },
  { hooks: [{ at: 'after updated', run: ' ' }] },
  { hooks: [{ at: 'after updated', run: 'x', on: 'all' }] },
  { hooks: [{ at: 'after updated', run: 'x', when: 'now' }] },
]

/** All that a deploy needs beside a file that says only one thing. */
function inputsBeside(file: object): Readonly<Record<string, string>> {
  const rest = Object.entries(deploy).filter(([name]) => !Object.hasOwn(file, name))
  return { ...Object.fromEntries(rest), ...('dry_run' in file ? {} : { mode: 'deploy' }) }
}

describe('an editor and the action agree', () => {
  test.each(taken.map((file) => [JSON.stringify(file), file] as const))('on taking %s', (_, file) => {
    expect(violations(schema, file)).toEqual([])
    const lines = faults(inputsBeside(file), withConfig(stringify(file)))
    // That somebody must have the role is nothing an editor can see.
    expect(lines.filter((line) => !line.includes('no host has the role'))).toEqual([])
  })

  test.each(refused.map((file) => [JSON.stringify(file), file] as const))('on refusing %s', (_, file) => {
    expect(violations(schema, file)).not.toEqual([])
    const inputs = 'mode' in file ? { ...inputsBeside(file), mode: '' } : inputsBeside(file)
    expect(faults(inputs, withConfig(stringify(file)))).not.toEqual([])
  })
})

describe('examples/releases.yml', () => {
  const path = new URL('../../examples/releases.yml', import.meta.url)
  const text = readFileSync(path, 'utf8')

  test('points editors to the schema, and follows it', () => {
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${schemaUrl}`)
    expect(violations(schema, parse(text))).toEqual([])
  })

  test('shows every setting that a file may hold, with the default when it is commented out', () => {
    for (const name of inFile) {
      const [, comment, value] = new RegExp(`^(# )?${name}:(.*?)(?: +#.*)?$`, 'm').exec(text) ?? []
      expect(value, name).toBeDefined()
      const { default: standard } = settingOf(name)
      if (comment !== undefined && standard !== undefined)
        expect(`${name}:${value}`).toBe(`${name}: ${standard}`)
    }
    for (const name of [...secrets, 'config', 'target'])
      expect(text).not.toMatch(new RegExp(`^(# )?${name}:`, 'm'))
  })

  test.each([
    ['production', ['web1.example.com', 'web2.example.com:2222'], 5],
    ['staging', ['staging.example.com'], 4],
  ])('deploys to %s', (target, labels, hooks) => {
    const inputs = { config: path.pathname, target, ssh_private_key: 'a key' }
    const reading = read(inputs, { environment: { GITHUB_WORKSPACE: workspace } })
    expect(reading.hosts.map(({ label }) => label)).toEqual(labels)
    expect(reading.hooks).toHaveLength(hooks)
    expect(reading.warnings).toEqual([])
  })

  test('has only commented values that are right when uncommented', () => {
    const names = inFile.filter((name) => name !== 'mode' && name !== 'hosts')
    // Two of them are for the other client only.
    const plain = text.replace(new RegExp(`^# (?=(${names.join('|')}): )`, 'gm'), '')
    const open = plain.replace('\nssh_client: builtin', '\nssh_client: openssh')
    expect(open).not.toBe(plain)
    expect(open).toContain('\nshard: 2/5')
    const rollback = { config: 'x.yml', target: 'production', ssh_private_key: 'a key', mode: 'rollback' }
    expect(violations(schema, parse(open))).toEqual([])
    expect(faults(rollback, withConfig(open, 'x.yml'))).toEqual([])
    expect(faults({ ...rollback, mode: 'deploy' }, withConfig(open, 'x.yml'))).toEqual([])
  })
})

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { hostSettingNames, type SettingName, settingNames, settingOf } from '../../src/settings/schema.ts'
import { deploy, read, withConfig } from './step.ts'

type Values = readonly [top: unknown, target: unknown, input: string, host: unknown]

/** What each level of precedence says, weakest first; the last is a host's own. */
const samples: Record<SettingName, Values | 'inputs only'> = {
  config: 'inputs only',
  target: 'inputs only',
  ssh_private_key: 'inputs only',
  ssh_passphrase: 'inputs only',
  ssh_password: 'inputs only',
  mode: ['rollback', 'stage', 'check', ''],
  dry_run: [true, false, 'true', ''],
  hosts: [['me@a'], 'me@b', 'me@c', ''],
  remote_dir: ['/srv/a', '/srv/b', '/srv/c', '/srv/d'],
  local_dir: ['.', '.github', 'dist', ''],
  exclude: [['a'], 'b\nbb', 'c', ''],
  release_dir: ['ra', 'rb', 'rc', 'rd'],
  public_dir: ['pa', 'pb', 'pc', 'pd'],
  release_count: [1, '2', '3', 4],
  release_name: ['a', 'b', 'c', ''],
  pinned_releases: [['a'], 'b', 'c\nd', ['e']],
  release: ['a', 'b', 'c', ''],
  metadata: [{ a: 1 }, { b: 2 }, '{"c": 3}', ''],
  linked_dirs: [['a'], 'b', 'c', ['d']],
  linked_files: [['a'], 'b', 'c', ['d']],
  dir_permissions: ['0700', '0711', '0755', '0750'],
  file_permissions: ['0600', '0611', '0644', '0640'],
  rsync_flags: [['-z'], '-v', '--compress', ''],
  dedupe: ['reflink', 'copy', 'off', 'hardlink'],
  revision_file: ['A', 'B', 'C', ''],
  check_git: [true, false, 'true', ''],
  git_branch: ['a', 'b', 'c', ''],
  pre_symlink_command: ['a', 'b', 'c', 'd'],
  post_deploy_command: ['a', 'b', 'c', 'd'],
  health_check_command: ['a', 'b', 'c', 'd'],
  health_check_attempts: [1, 2, '3', 4],
  health_check_interval: [1, 0, '3', 4],
  become: ['a', 'b', 'c', 'd'],
  command_timeout: [1, 2, '3', 4],
  on_failure: ['keep', 'revert', 'keep', ''],
  verify: ['strict', 'off', 'warn', 'strict'],
  on_rollback: ['archive', 'remove', 'keep', ''],
  max_parallel: [1, 2, '3', ''],
  waves: [1, '2, 50%', '3', ''],
  min_hosts: ['10%', 1, '30%', ''],
  shard: ['1/2', '1/3', '1/4', ''],
  lock_timeout: [1, 0, '3', ''],
  ssh_known_hosts: ['a ssh-ed25519 A', 'b ssh-ed25519 B', 'c ssh-ed25519 C', 'd ssh-ed25519 D'],
  host_key_checking: ['off', 'strict', 'off', 'strict'],
  ssh_user: ['a', 'b', 'c', 'd'],
  ssh_port: [1, 2, '3', 4],
  ssh_proxy_jump: ['a', 'b@b', 'c,d:2', 'none'],
  ssh_client: ['openssh', 'builtin', 'openssh', 'builtin'],
  ssh_certificate: ['a', 'b', 'c', 'd'],
  ssh_config: ['a', 'b', 'c', 'd'],
  connect_timeout: [1, 2, '3', 4],
  log_file: ['la', 'lb', 'lc', 'ld'],
  artifact_cache: [false, true, 'false', ''],
  summary: [false, true, 'false', ''],
}

const names = settingNames.filter((name) => samples[name] !== 'inputs only')

/** What a deploy, or the first mode that uses the setting, reads from these levels, strongest last. */
function reading(name: SettingName, levels: readonly unknown[]) {
  const [top, target, input, host] = levels
  const mode = settingOf(name).modes.includes('deploy') ? 'deploy' : settingOf(name).modes[0]
  const { hosts, remote_dir, local_dir, ...login } = deploy
  const written = (value: unknown): object => (value === undefined ? {} : { [name]: value })
  const own =
    host === undefined ? 'me@web1' : { host: name === 'ssh_user' ? 'web1' : 'me@web1', [name]: host }
  const unnamed = name === 'ssh_user' ? ['web1'] : ['me@web1']
  const file = {
    mode,
    hosts: host === undefined ? unnamed : [own],
    remote_dir,
    local_dir,
    ssh_known_hosts: login.ssh_known_hosts,
    // Two settings are for this client only.
    ssh_client: 'openssh',
    ...written(top),
    targets: { chosen: written(target), other: { [name]: 'never read' } },
  }
  const inputs = { ssh_private_key: 'a key', target: 'chosen', ...written(input) }
  const surroundings = withConfig(stringify(file))
  return { ...read(inputs, surroundings), workspace: surroundings.environment?.GITHUB_WORKSPACE ?? '' }
}

test('every setting has a row', () => {
  expect(Object.keys(samples).sort()).toEqual([...settingNames].sort())
})

describe.each(names)('%s', (name) => {
  const values = samples[name] as Values
  const { parse, default: text } = settingOf(name)
  const own = hostSettingNames.some((each) => each === name)
  const levels = own ? 4 : 3

  test('each level covers the ones before it', () => {
    for (let last = 1; last <= levels; last += 1) {
      const { settings, hosts, workspace } = reading(name, values.slice(0, last))
      const expected = parse(values[last - 1])
      if (last < 4)
        expect(settings[name]).toEqual(name === 'local_dir' ? join(workspace, `${expected}`) : expected)
      if (own) expect((hosts[0]?.settings as Record<string, unknown> | undefined)?.[name]).toEqual(expected)
    }
  })

  test('the default is the weakest', () => {
    if (text === undefined || name === 'ssh_client') return
    const { settings } = reading(name, name === 'mode' ? [null] : [])
    expect(settings[name]).toEqual(parse(text))
  })
})

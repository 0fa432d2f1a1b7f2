import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Shard } from '../../src/release/shard.ts'
import type { Share } from '../../src/release/waves.ts'
import { type Mode, modes } from '../../src/settings/mode.ts'
import {
  type HostSettings,
  type SettingName,
  type Settings,
  schema,
  settingNames,
  uses,
} from '../../src/settings/schema.ts'
import { faultOf } from './faults.ts'

const taken: readonly (readonly [SettingName, unknown, unknown])[] = [
  ['mode', ' rollback\n', 'rollback'],
  ['release_count', '5', 5],
  ['release_count', '007', 7],
  ['release_count', 5, 5],
  ['release_count', '1000000', 1_000_000],
  ['lock_timeout', '0', 0],
  ['command_timeout', ' 60 ', 60],
  ['ssh_port', '65535', 65_535],
  ['ssh_port', 22, 22],
  ['ssh_proxy_jump', 'none', []],
  [
    'ssh_proxy_jump',
    'ops@Bastion:2222, [2001:db8::1]',
    [
      { user: 'ops', name: 'bastion', port: 2222 },
      { user: undefined, name: '2001:db8::1', port: undefined },
    ],
  ],
  ['ssh_client', 'openssh', 'openssh'],
  ['summary', 'True', true],
  ['summary', false, false],
  ['summary', 'FALSE', false],
  ['dir_permissions', '0755', '0755'],
  ['file_permissions', '644', '644'],
  ['dedupe', 'reflink', 'reflink'],
  ['exclude', '*.map\r\n\n node_modules/ \n', ['*.map', 'node_modules/']],
  ['exclude', ['a', 'b c'], ['a', 'b c']],
  ['pre_symlink_command', ' a\r\n\tb <<X\n%%END\n', ' a\n\tb <<X\n%%END\n'],
  ['post_deploy_command', "echo 'unbalanced", "echo 'unbalanced"],
  ['dry_run', 'true', true],
  ['config', ' deploy.yml\n', 'deploy.yml'],
  ['pinned_releases', 'v1, v2\nv1', ['v1', 'v2']],
  ['pinned_releases', ['v1', 'v2'], ['v1', 'v2']],
  ['linked_dirs', 'storage/\n./public//uploads\n', ['storage', 'public/uploads']],
  ['linked_files', ['.env', 'config/a b.yml'], ['.env', 'config/a b.yml']],
  ['revision_file', 'REVISION', 'REVISION'],
  ['git_branch', 'refs/heads/feature/x', 'feature/x'],
  ['become', 'www-data', 'www-data'],
  ['health_check_interval', 0, 0],
  ['on_rollback', 'archive', 'archive'],
  ['waves', '1, 25%', [{ count: 1 }, { percent: 25 }, { percent: 100 }]],
  ['min_hosts', '90%', { percent: 90 }],
  ['shard', '2/5', { index: 2, count: 5 }],
  ['ssh_password', ' spaces stay \n', ' spaces stay '],
  ['ssh_known_hosts', '# a comment\r\nweb1 ssh-ed25519 AAAA\r\n', '# a comment\nweb1 ssh-ed25519 AAAA\n'],
]

test.each(taken)('%s takes %j as %j', (name, given, expected) => {
  expect(schema[name].parse(given)).toEqual(expected)
})

const count = 'is not a whole number from 1 to 1000000. Write plain digits.'
const seconds = 'is not a whole number from 1 to 1000000. Write plain seconds, such as 300 for five minutes.'
const port = 'is not a whole number from 1 to 65535. Write plain digits.'
const octal = 'is not octal permissions. Write three or four digits from 0 to 7, such as 0755.'
const refused: readonly (readonly [SettingName, unknown, string])[] = [
  [
    'mode',
    'Deploy',
    '"Deploy" is not one of deploy, stage, publish, rollback, prune, list, check, repair. Use one of these words.',
  ],
  [
    'mode',
    true,
    'true is not one of deploy, stage, publish, rollback, prune, list, check, repair. Use one of these words.',
  ],
  ['dedupe', 'link', '"link" is not one of hardlink, reflink, copy, off. Use one of these words.'],
  ['on_failure', 'ignore', '"ignore" is not one of revert, keep. Use one of these words.'],
  ['verify', 'yes', '"yes" is not one of warn, strict, off. Use one of these words.'],
  ['host_key_checking', 'no', '"no" is not one of strict, off. Use one of these words.'],
  ['release_count', '0', `"0" ${count}`],
  ['release_count', '-1', `"-1" ${count}`],
  ['release_count', '1e9', `"1e9" ${count}`],
  ['release_count', 1e9, `1000000000 ${count}`],
  ['release_count', 'abc', `"abc" ${count}`],
  ['release_count', '5.0', `"5.0" ${count}`],
  ['release_count', 2.5, `2.5 ${count}`],
  ['release_count', '٥', `"٥" ${count}`],
  ['release_count', '1000001', `"1000001" ${count}`],
  ['release_count', '99999999999999999999', `"99999999999999999999" ${count}`],
  ['command_timeout', '5m', `"5m" ${seconds}`],
  ['command_timeout', '-1', `"-1" ${seconds}`],
  ['connect_timeout', '0', `"0" ${seconds}`],
  ['ssh_port', '0', `"0" ${port}`],
  ['ssh_port', '65536', `"65536" ${port}`],
  ['ssh_port', '22x', `"22x" ${port}`],
  ['summary', 'yes', '"yes" is neither true nor false. Write true or false.'],
  ['summary', '1', '"1" is neither true nor false. Write true or false.'],
  ['summary', 1, '1 is neither true nor false. Write true or false.'],
  ['dir_permissions', '0999', `"0999" ${octal}`],
  ['dir_permissions', 'u+x', `"u+x" ${octal}`],
  ['file_permissions', '7', `"7" ${octal}`],
  ['file_permissions', '00644', `"00644" ${octal}`],
  [
    'file_permissions',
    644,
    "644 is a number, which has lost its octal spelling. Put it in quotes, such as '0755'.",
  ],
  ['linked_dirs', '/etc', '"/etc" is absolute. Give a path relative to the release, such as public/uploads.'],
  ['linked_dirs', '.', '"." is the release itself. Give the name of a path below it.'],
  ['linked_files', ['a', '../b'], '"../b" climbs with "..". Write the path it leads to.'],
  ['linked_files', [7], 'must be text, not a number. Put the value in quotes.'],
  ['linked_files', { a: 'b' }, 'must be text, not a mapping. Put the value in quotes.'],
  ['revision_file', '-x', '"-x" starts with a hyphen, like an option. Choose another name.'],
  [
    'become',
    '-u',
    '"-u" is not a user name. Use letters, digits and ._$@\\- only, without a hyphen in front.',
  ],
  [
    'become',
    '#0',
    '"#0" is not a user name. Use letters, digits and ._$@\\- only, without a hyphen in front.',
  ],
  ['on_rollback', 'delete', '"delete" is not one of keep, archive, remove. Use one of these words.'],
  ['health_check_attempts', '0', '"0" is not a whole number from 1 to 1000. Write plain digits.'],
  ['dry_run', 'maybe', '"maybe" is neither true nor false. Write true or false.'],
  ['pre_symlink_command', 'a\0b', 'holds a NUL character. Remove it: no shell can take it.'],
  [
    'ssh_known_hosts',
    '# only\n\n',
    'holds comments only, no host key. Paste what ssh-keyscan prints for the hosts.',
  ],
  ['ssh_password', 123456, 'must be text, not a number. Put the value in quotes.'],
  ['exclude', ['a', 7], 'must be text, not a number. Put the value in quotes.'],
]

test.each(refused)('%s refuses %j', (name, given, fault) => {
  expect(faultOf(() => schema[name].parse(given))).toBe(fault)
})

describe('a message', () => {
  test('shows a value on one line, without control characters, cut short', () => {
    const fault = faultOf(() => schema.mode.parse(`\u001b[31m\u202e::error::\n${'x'.repeat(200)}`))
    expect(fault.startsWith('"\\u001b[31m\\u{202e}::error::\\nxxx')).toBe(true)
    expect(fault.length).toBeLessThan(200)
  })
})

test('the types of the settings follow from their entries', () => {
  expectTypeOf<Settings['mode']>().toEqualTypeOf<Mode>()
  expectTypeOf<Settings['release_count']>().toEqualTypeOf<number>()
  expectTypeOf<Settings['local_dir']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Settings['remote_dir']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Settings['waves']>().toEqualTypeOf<readonly Share[]>()
  expectTypeOf<Settings['min_hosts']>().toEqualTypeOf<Share>()
  expectTypeOf<Settings['shard']>().toEqualTypeOf<Shard | undefined>()
  expectTypeOf<Settings['on_rollback']>().toEqualTypeOf<'keep' | 'archive' | 'remove'>()
  expectTypeOf<HostSettings['linked_dirs']>().toEqualTypeOf<readonly string[] | undefined>()
  expectTypeOf<HostSettings['health_check_attempts']>().toEqualTypeOf<number>()
  expectTypeOf<HostSettings['remote_dir']>().toEqualTypeOf<string>()
  expectTypeOf<HostSettings['ssh_password']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<keyof HostSettings>().extract<'exclude' | 'rsync_flags' | 'mode'>().toBeNever()
})

test('each mode uses what concerns it, which the config file may say for all of them', () => {
  const artifact =
    'local_dir exclude release_name metadata linked_dirs linked_files dir_permissions file_permissions'
  const making = `${artifact} rsync_flags dedupe revision_file check_git git_branch`
  const keeping = 'release_count pinned_releases'
  const after =
    'post_deploy_command health_check_command health_check_attempts health_check_interval on_failure'
  const deploy = `${making} ${keeping} pre_symlink_command ${after} command_timeout waves lock_timeout artifact_cache`
  const used: Readonly<Record<Mode, string>> = {
    deploy,
    stage: `${making} pinned_releases pre_symlink_command command_timeout lock_timeout artifact_cache`,
    publish: `release ${keeping} ${after} verify command_timeout waves lock_timeout`,
    rollback: `release pinned_releases ${after} verify on_rollback command_timeout waves lock_timeout artifact_cache`,
    prune: `${keeping} lock_timeout`,
    list: 'artifact_cache',
    // What a deploy would refuse, `check` refuses.
    check: deploy,
    repair: 'lock_timeout',
  }
  const everywhere = settingNames.filter((name) => modes.every((mode) => uses(mode, name)))
  expect(everywhere.join(' ')).toBe(
    'mode dry_run hosts remote_dir config target release_dir public_dir become max_parallel min_hosts shard ' +
      'ssh_private_key ssh_passphrase ssh_password ssh_known_hosts host_key_checking ssh_user ssh_port ' +
      'ssh_proxy_jump ssh_client ssh_certificate ssh_config connect_timeout log_file summary',
  )
  for (const mode of modes) {
    const names = settingNames.filter((name) => uses(mode, name) && !everywhere.includes(name))
    expect(names.sort(), mode).toEqual(used[mode].split(' ').filter(Boolean).sort())
  }
})

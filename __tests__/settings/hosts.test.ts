import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/settings/address.ts'
import { hostEntries } from '../../src/settings/entries.ts'
import { type Host, readHosts } from '../../src/settings/hosts.ts'
import type { Problem } from '../../src/settings/problem.ts'
import { type HostSettings, hostSettingNames, settingOf } from '../../src/settings/schema.ts'
import { faultOf } from './faults.ts'

const defaults = hostSettingNames.map((name) => {
  const { default: text, parse } = settingOf(name)
  return [name, text === undefined ? undefined : parse(text)]
})

/** The hosts, or the lines of what is wrong with them. */
function read(value: unknown, shared: Partial<HostSettings> = {}): readonly Host[] | readonly string[] {
  const settings: HostSettings = {
    ...Object.fromEntries(defaults),
    remote_dir: '/srv/app',
    ssh_user: 'me',
    ...shared,
  }
  const problems: Problem[] = []
  const hosts = readHosts(
    hostEntries(value),
    { mode: 'deploy', settings, faulty: new Set(), inFile: false },
    problems,
  )
  return problems.length > 0 ? problems.map(({ line }) => line) : hosts
}

function briefly(hosts: readonly (Host | string)[]): readonly string[] {
  return hosts.map((host) =>
    typeof host === 'string' ? host : `${host.label} = ${host.user} ${host.name} ${host.port}`,
  )
}

describe('the list of hosts is read from', () => {
  test.each([
    ['one line', 'web1', ['web1 = me web1 22']],
    [
      'lines, blank ones and comments between',
      '\nweb1\r\n\n# old\n  web2\n',
      ['web1 = me web1 22', 'web2 = me web2 22'],
    ],
    [
      'lines with a comment behind them, as in YAML',
      'web1 # old, slow\ndeploy@web2:2222\t# new',
      ['web1 = me web1 22', 'web2:2222 = deploy web2 2222'],
    ],
    [
      'lines with commas, one at the end',
      'web1, web2,\nweb3,',
      ['web1 = me web1 22', 'web2 = me web2 22', 'web3 = me web3 22'],
    ],
    [
      'a YAML list',
      '- web1\n- deploy@web2:2222 # note',
      ['web1 = me web1 22', 'web2:2222 = deploy web2 2222'],
    ],
    [
      'a YAML list of IPv6 addresses',
      '- [2001:db8::1]:2222\r\n- ::1\n- fe80::',
      ['[2001:db8::1]:2222 = me 2001:db8::1 2222', '::1 = me ::1 22', 'fe80:: = me fe80:: 22'],
    ],
    ['a list in brackets', '[web1, {host: web2, port: 23}]', ['web1 = me web1 22', 'web2:23 = me web2 23']],
    ['a list in brackets of one', '[web1:2222]', ['web1:2222 = me web1 2222']],
    ['a mapping on a line', 'web1\n{host: web2, user: you}', ['web1 = me web1 22', 'web2 = you web2 22']],
    ['a mapping alone', 'host: web1\nuser: you', ['web1 = you web1 22']],
    ['a list of a YAML file', ['web1', { host: 'web2' }], ['web1 = me web1 22', 'web2 = me web2 22']],
    ['JSON', '["web1", {"host": "web2", "port": "24"}]', ['web1 = me web1 22', 'web2:24 = me web2 24']],
  ])('%s', (_, value, expected) => {
    expect(briefly(read(value))).toEqual(expected)
  })

  test.each([
    ['web1.example.com', 'web1.example.com = me web1.example.com 22'],
    ['WEB1.Example.com', 'web1.example.com = me web1.example.com 22'],
    ['deploy@web1:22', 'web1 = deploy web1 22'],
    ['a@b@web1', 'web1 = a@b web1 22'],
    ['10.0.0.1:2222', '10.0.0.1:2222 = me 10.0.0.1 2222'],
    ['2001:DB8::1', '2001:db8::1 = me 2001:db8::1 22'],
    ['deploy@[2001:db8::1]:2222', '[2001:db8::1]:2222 = deploy 2001:db8::1 2222'],
    ['[2001:db8::1]', '2001:db8::1 = me 2001:db8::1 22'],
    ['fe80::1%eth0', 'fe80::1%eth0 = me fe80::1%eth0 22'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1 = me ::ffff:10.0.0.1 22'],
    ['local', 'local = undefined local 0'],
  ])('%s', (text, expected) => {
    expect(briefly(read(text))).toEqual([expected])
  })

  test('500 hosts', () => {
    const names = Array.from({ length: 500 }, (_, n) => `web${n}.example.com`)
    expect(read(names.join('\n'))).toHaveLength(500)
  })
})

describe('a host', () => {
  test('has its own value of a setting first, typed or as text, and its roles', () => {
    const [host] = read([
      {
        host: 'web1',
        roles: ['web', 'db'],
        release_count: 3,
        dedupe: 'copy',
        remote_dir: '/srv/b/',
        port: '2222',
      },
    ]) as Host[]
    expect(host).toMatchObject({ kind: 'ssh', roles: ['web', 'db'], port: 2222 })
    expect(host?.settings).toMatchObject({
      release_count: 3,
      dedupe: 'copy',
      remote_dir: '/srv/b',
      ssh_port: 2222,
      ssh_user: 'me',
      verify: 'warn',
    })
  })

  test('takes its user and port from ssh_user and ssh_port when it names none', () => {
    expect(briefly(read('web1', { ssh_user: 'you', ssh_port: 2200 }))).toEqual(['web1:2200 = you web1 2200'])
  })

  test('is labelled with its directory when it has several', () => {
    const hosts = read(
      '- web1\n- {host: web1, remote_dir: /srv/b}\n- web2\n- local\n- {host: local, remote_dir: /srv/b}',
    )
    expect((hosts as Host[]).map(({ label }) => label)).toEqual([
      'web1 /srv/app',
      'web1 /srv/b',
      'web2',
      'local /srv/app',
      'local /srv/b',
    ])
  })

  test('an empty value of its own counts as none', () => {
    expect(briefly(read('- {host: web1, user: "", roles: , dedupe: }'))).toEqual(['web1 = me web1 22'])
  })

  test('an empty text of its own takes back what may be left out for good', () => {
    const shared = { post_deploy_command: 'restart', linked_dirs: ['log'], ssh_user: 'me' }
    const text = '- {host: web1, post_deploy_command: "", linked_dirs: ""}\n- web2'
    const [one, two] = read(text, shared) as readonly Host[]
    expect(one?.settings).toMatchObject({ post_deploy_command: undefined, linked_dirs: undefined })
    expect(two?.settings).toMatchObject(shared)
  })

  test('a setting that the mode does not use is not looked at', () => {
    expect(read([{ host: 'web1', verify: 'nonsense' }])).toHaveLength(1)
  })
})

const form =
  'Write [user@]host[:port]: letters, digits, dot, hyphen and underscore, or an IPv6 address in brackets.'

describe('a host is refused when it', () => {
  test.each([
    [
      'starts like an option',
      '-oProxyCommand=id',
      '"-oProxyCommand=id" starts with a hyphen, like an option. Write the name of a host.',
    ],
    [
      'has a user that starts like an option',
      '-l@web1',
      '"-l" is not a user name. Use letters, digits and ._$@\\- only, without a hyphen in front.',
    ],
    [
      'holds a space',
      'web 1',
      'is more than one word. A host has no spaces in it; put commas between several.',
    ],
    ['holds a quote', "we'b", `"we'b" is not a host name or an address. ${form}`],
    ['holds a substitution', '$(id)', `"$(id)" is not a host name or an address. ${form}`],
    [
      'is an address of the web',
      'https://web1',
      'is a URL. Write [user@]host[:port], such as deploy@web1.example.com.',
    ],
    ['is not ASCII', 'wéb', `"wéb" is not a host name or an address. ${form}`],
    ['is only a user', 'deploy@', `the name of the host is missing. ${form}`],
    ['has port 0', 'web1:0', 'the port "0" is not a whole number from 1 to 65535. Write plain digits.'],
    [
      'has port 65536',
      'web1:65536',
      'the port "65536" is not a whole number from 1 to 65535. Write plain digits.',
    ],
    ['has port 22x', 'web1:22x', 'the port "22x" is not a whole number from 1 to 65535. Write plain digits.'],
    [
      'has a negative port',
      'web1:-22',
      'the port "-22" is not a whole number from 1 to 65535. Write plain digits.',
    ],
    ['has an empty port', 'web1:', 'the port "" is not a whole number from 1 to 65535. Write plain digits.'],
    [
      'has a path',
      'web1:/srv/app',
      'holds a path. Write [user@]host[:port], such as deploy@web1.example.com; the directory on the host is remote_dir.',
    ],
    [
      'is a name in brackets',
      '[web1:x:y]:22',
      '"web1:x:y" in brackets is not an IPv6 address. Only IPv6 addresses take brackets.',
    ],
    [
      'is the runner with a port',
      'local:22',
      'gives the runner itself a user or a port. Leave them out: local uses no SSH.',
    ],
    [
      'is the runner with a user',
      'me@local',
      'gives the runner itself a user or a port. Leave them out: local uses no SSH.',
    ],
    [
      'is a URL',
      'ssh://me:hunter2@web1',
      'is a URL. Write [user@]host[:port], such as deploy@web1.example.com.',
    ],
    [
      'is two, with a semicolon',
      'me@web1;me@web2',
      'is more than one word. A host has no spaces in it; put commas between several.',
    ],
    [
      'brings a password',
      'me:hunter2@web1',
      'the user holds a colon. A password belongs in ssh_password, not in a host.',
    ],
  ])('%s', (_, text, fault) => {
    const [line, ...more] = read(text)
    expect(more).toEqual([])
    if (fault.endsWith(' ')) expect(line).toContain('hosts, entry 1: ')
    else expect(line).toBe(`hosts, entry 1: ${fault}`)
  })

  test.each([
    [
      'has a line break in its name',
      [{ host: 'web1\nProxyCommand id' }],
      'hosts, entry 1: "web1\\nProxyCommand id" holds a line break or another control character. Give one plain line.',
    ],
    [
      'is named by a number',
      [{ host: 7 }],
      'hosts, entry 1: must be text, not a number. Put the value in quotes.',
    ],
    ['has no name', [{ user: 'me' }], 'hosts, entry 1: names no host. Give it the key host.'],
    [
      'has a misspelt key',
      [{ host: 'web1', relase_count: 3 }],
      'hosts, entry 1 (web1): "relase_count" is not a key of a host. Did you mean release_count?',
    ],
    [
      'has a key of the run',
      [{ host: 'web1', exclude: 'x' }],
      'hosts, entry 1 (web1): exclude is the same for all hosts. Set exclude for the whole run instead.',
    ],
    [
      'names its user twice',
      [{ host: 'you@web1', user: 'me' }],
      'hosts, entry 1 (web1): user is given twice. Keep one of the two.',
    ],
    [
      'has a value its setting refuses',
      [{ host: 'web1', release_count: 0 }],
      'hosts, entry 1 (web1), release_count: 0 is not a whole number from 1 to 1000000. Write plain digits.',
    ],
    [
      'has a role with a space',
      [{ host: 'web1', roles: ['a b'] }],
      'hosts, entry 1 (web1), roles: "a b" is not a role\'s name. Use letters, digits, dot, hyphen and underscore.',
    ],
  ])('%s', (_, value, fault) => {
    expect(read(value)).toEqual([fault])
  })

  test('has a key that is like no other', () => {
    expect(read([{ host: 'web1', zzzzzz: 1 }])[0]).toContain(
      '"zzzzzz" is not a key of a host. The keys are host, roles, user, port, remote_dir, ',
    )
  })

  test('is there twice, in other spellings too', () => {
    const remedy = 'Remove one, or give it another remote_dir.'
    expect(read('web1\nweb2\nyou@WEB1.:22')).toEqual([
      `hosts: entries 1 and 3 are both web1 with remote_dir "/srv/app". ${remedy}`,
    ])
    expect(read('::1\n[0:0:0:0:0:0:0:1]:22')).toEqual([
      `hosts: entries 1 and 2 are both ::1 with remote_dir "/srv/app". ${remedy}`,
    ])
    expect(read('local\nlocal')).toEqual([
      `hosts: entries 1 and 2 are both local with remote_dir "/srv/app". ${remedy}`,
    ])
    expect(read('- web1\n- {host: web1, remote_dir: /srv//app/}')).toHaveLength(1)
    expect(read('web1\nweb1:2222')).toHaveLength(2)
  })

  test('has no user', () => {
    const nobody = { ssh_user: undefined }
    expect(read('web1\nyou@web2\nweb3\nlocal', nobody)).toEqual([
      'ssh_user: is required, as no user is named for web1, web3. Set ssh_user, or write user@host.',
    ])
    const many = Array.from({ length: 500 }, (_, n) => `web${n}`).join('\n')
    expect(read(many, nobody)).toEqual([
      'ssh_user: is required, as no user is named for web0, web1, web2, web3, web4 and 495 more. Set ssh_user, or write user@host.',
    ])
  })

  test('all their problems are told at once', () => {
    expect(read('web 1\nweb2:0\nweb3')).toHaveLength(2)
    expect(read([{ host: 'web1', release_count: 0, dedupe: 'x', foo: 1 }])).toHaveLength(3)
  })
})

test.each([
  ['an empty list', [], 'names no host. Name one a line, such as deploy@web1.example.com.'],
  ['commas only', ',,', 'names no host. Name one a line, such as deploy@web1.example.com.'],
  ['comments only', '# web1', 'names no host. Name one a line, such as deploy@web1.example.com.'],
  ['a number', [22], 'entry 1: is a number, not a host. Write user@host:port, or a mapping.'],
  ['an empty item', '- web1\n-', 'entry 2: is nothing, not a host. Write user@host:port, or a mapping.'],
  ['a list in the list', [['web1']], 'entry 1: is a list, not a host. Write user@host:port, or a mapping.'],
  [
    'broken YAML, of which nothing is shown',
    '- {host: web1, ssh_password: hunter2',
    'is not plain YAML: bad indent at line 1, column 37. Correct it there.',
  ],
])('hosts refuses %s', (_, value, fault) => {
  expect(faultOf(() => hostEntries(value))).toBe(fault)
})

test('no address that is taken holds a character that a shell or ssh_config would read', () => {
  const piece = fc.constantFrom(
    'web',
    '-',
    '@',
    ':',
    '[',
    ']',
    '::',
    '22',
    '%',
    'eth0',
    '\n',
    ' ',
    "'",
    '$',
    '\\',
    'é',
    '#',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        let address: ReturnType<typeof parseAddress>
        try {
          address = parseAddress(text)
        } catch (error) {
          expect((error as Error).name).toBe('Problem')
          return
        }
        expect(address.name).toMatch(/^[a-z0-9_:][A-Za-z0-9._:%-]*$/)
        expect(address.user ?? 'x').toMatch(/^[A-Za-z0-9._$@\\][A-Za-z0-9._$@\\-]*$/)
        expect(address.port ?? 1).toBeGreaterThan(0)
      },
    ),
    { numRuns: 2000 },
  )
}, 30_000)

describe('two applications on one host', () => {
  const a = { host: 'web1', remote_dir: '/srv/a' }
  const b = { host: 'web1', remote_dir: '/srv/b' }

  test.each<[string, readonly object[], Partial<HostSettings>, string]>([
    [
      'take each other’s link',
      [a, b],
      { public_dir: '/var/www/html' },
      'hosts: entries 1 and 2 would both lead "/var/www/html" to their releases. Give each a public_dir of its own.',
    ],
    [
      'take each other’s link, which one names in another way',
      [{ ...a, public_dir: '/srv/b/current' }, b],
      {},
      'hosts: entries 1 and 2 would both lead "/srv/b/current" to their releases. Give each a public_dir of its own.',
    ],
    ...['/srv/a/releases', '/srv/a/releases/x', '/srv/a/shared/b', '/srv/a/.releases/b'].map(
      (remote_dir) =>
        [
          `lie in each other’s way: ${remote_dir}`,
          [{ ...b, remote_dir }, a],
          {},
          "hosts: entries 1 and 2 lie in each other's way: one remote_dir is inside what the other keeps. Give each a directory of its own.",
        ] as [string, readonly object[], Partial<HostSettings>, string],
    ),
  ])('%s', (_, entries, shared, line) => {
    expect(read(entries, shared)).toEqual([line])
  })

  test.each<[string, readonly object[], Partial<HostSettings>]>([
    ['side by side', [a, b], {}],
    ['one in the other, where nothing is kept', [a, { ...b, remote_dir: '/srv/a/b' }], {}],
    ['with a name that begins like the other’s', [a, { ...b, remote_dir: '/srv/a/releases2' }], {}],
    ['on two hosts, with one public_dir', [a, { ...b, host: 'web2' }], { public_dir: '/var/www/html' }],
  ])('are fine %s', (_, entries, shared) => {
    expect(briefly(read(entries, shared))).toHaveLength(2)
    expect(briefly(read(entries, shared)).join()).not.toContain('hosts:')
  })
})

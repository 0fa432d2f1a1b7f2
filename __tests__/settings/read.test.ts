import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Problem } from '../../src/settings/problem.ts'
import { createWorkspace, deploy, faults, messageOf, read, rollback, workspace } from './step.ts'

const hosts = [
  'deploy@web1',
  '- {host: web2, user: deploy, ssh_password: hunter2-of-web2, remote_dir: /srv/b, release_count: 2}',
]

describe('settings that are all right', () => {
  test('come out typed, with defaults, and with the artifact as an absolute path', () => {
    const { settings, hosts, warnings } = read(deploy)
    expect(settings).toMatchObject({
      mode: 'deploy',
      local_dir: `${workspace}/dist`,
      release_count: 5,
      summary: true,
      exclude: undefined,
      dedupe: 'hardlink',
      max_parallel: 20,
    })
    expect(hosts).toMatchObject([
      { label: 'web1', user: 'deploy', port: 22, settings: { remote_dir: '/srv/app' } },
    ])
    expect(warnings).toEqual([])
  })

  test('cannot be changed afterwards', () => {
    const reading = read({ ...deploy, metadata: 'a: {b: 1}' })
    expect(Object.isFrozen(reading)).toBe(true)
    expect(Object.isFrozen(reading.settings.metadata?.a)).toBe(true)
    expect(Object.isFrozen(reading.hosts[0]?.settings)).toBe(true)
  })

  test('need no run-wide remote_dir when every host brings its own', () => {
    const own = { ...deploy, remote_dir: '', hosts: '- {host: web1, user: me, remote_dir: /srv/b}' }
    expect(read(own).hosts[0]?.settings.remote_dir).toBe('/srv/b')
  })

  test('need neither key nor known hosts for the runner itself', () => {
    const local = { hosts: 'local', remote_dir: '/srv/app', local_dir: 'dist' }
    expect(read(local).hosts).toMatchObject([{ label: 'local', kind: 'local' }])
  })

  test('may leave the login to an agent', () => {
    const { hosts } = read(
      { ...deploy, ssh_private_key: '' },
      { environment: { SSH_AUTH_SOCK: '/tmp/agent' } },
    )
    expect(hosts).toHaveLength(1)
  })

  test('name their secrets, for masking', () => {
    const key = '-----BEGIN KEY-----\nbGluZSBvbmUgb2YgaXQ=\nZg==\n-----END KEY-----'
    const { secrets } = read({
      ...deploy,
      hosts: hosts[1] ?? '',
      ssh_private_key: `${key}\n`,
      ssh_passphrase: 'short',
    })
    expect(secrets).toEqual([key, 'short', 'hunter2-of-web2'])
  })
})

describe('problems', () => {
  test('are told all at once, one a line', () => {
    expect(
      messageOf({
        mode: 'deploy',
        hosts: 'web1:0\nweb2',
        remote_dir: '/srv',
        local_dir: 'nowhere',
        release_count: '0',
        lock_timeout: '5m',
        summary: 'yes',
      }).split('\n'),
    ).toEqual([
      '9 settings need attention; nothing was connected.',
      'remote_dir: "/srv" is the system\'s, and holds more than one application. Give a directory below it, such as "/srv/app".',
      'release_count: "0" is not a whole number from 1 to 1000000. Write plain digits.',
      'lock_timeout: "5m" is not a whole number from 0 to 1000000. Write plain seconds, such as 300 for five minutes.',
      'summary: "yes" is neither true nor false. Write true or false.',
      'hosts, entry 1: the port "0" is not a whole number from 1 to 65535. Write plain digits.',
      'ssh_user: is required, as no user is named for web2. Set ssh_user, or write user@host.',
      'local_dir: "nowhere" does not exist. Build it in an earlier step or download it; the path is relative to the workspace.',
      expect.stringMatching(/^ssh_private_key: is required to log in to web2\. /),
      expect.stringMatching(/^ssh_known_hosts: is required by host_key_checking strict, for web2\. /),
    ])
  })

  test('of hundreds of hosts are not all told', () => {
    const hosts = Array.from({ length: 300 }, (_, n) => `me@web${n}:0`).join('\n')
    const lines = messageOf({ ...deploy, hosts }).split('\n')
    expect(lines).toHaveLength(101)
    expect(lines[0]).toBe('300 settings need attention; nothing was connected.')
    expect(lines[100]).toBe('And 201 more.')
  })

  test('count one as one', () => {
    expect(messageOf({ ...deploy, release_count: 'abc' })).toBe(
      '1 setting needs attention; nothing was connected.\n' +
        'release_count: "abc" is not a whole number from 1 to 1000000. Write plain digits.',
    )
  })

  test('name all that is required when nothing is given', () => {
    expect(faults({}).map((line) => line.split('.')[0])).toEqual([
      'hosts: is required',
      'local_dir: is required by mode deploy',
      'remote_dir: is required',
    ])
    expect(faults({ mode: 'list' }).map((line) => line.split('.')[0])).toEqual([
      'hosts: is required',
      'remote_dir: is required',
    ])
  })

  test('name the entries that lack a remote_dir when others have one', () => {
    const some = '- {host: web1, user: me, remote_dir: /srv/b}\n- me@web2'
    expect(faults({ ...deploy, remote_dir: '', hosts: some })).toEqual([
      'remote_dir: is required by entry 2 of hosts. Set it to a directory such as /srv/app.',
    ])
  })

  test('of an unknown mode do not drag others along', () => {
    expect(faults({ ...deploy, mode: 'delpoy', local_dir: '' })).toEqual([
      'mode: "delpoy" is not one of deploy, stage, publish, rollback, prune, list, check, repair. Use one of these words.',
    ])
  })

  test('of one setting do not make another look wrong', () => {
    const given = {
      ssh_port: '22x',
      host_key_checking: 'no',
      ssh_known_hosts: '',
      log_file: '../x',
      ssh_user: '-x',
    }
    expect(faults({ ...deploy, hosts: 'web1', ...given }).map((line) => line.split(':')[0])).toEqual([
      'host_key_checking',
      'ssh_user',
      'ssh_port',
      'log_file',
    ])
  })

  test('of a missing login say what empty secrets mean', () => {
    const [line] = faults({ ...deploy, ssh_private_key: ' \n' })
    expect(line).toBe(
      'ssh_private_key: is required to log in to web1. Set ssh_private_key or ssh_password, or start an agent ' +
        '(SSH_AUTH_SOCK). If a secret is set here, it came out empty: workflows from forks and from Dependabot get ' +
        'no secrets, and a secret of an environment needs the job to name that environment.',
    )
  })

  test('of missing known hosts give the command that finds them', () => {
    const three = 'deploy@web1\ndeploy@web2\ndeploy@[::1]:2222\nlocal'
    expect(faults({ ...deploy, hosts: three, ssh_known_hosts: '' })).toEqual([
      'ssh_known_hosts: is required by host_key_checking strict, for web1, web2, [::1]:2222. From a network you trust, ' +
        "run `ssh-keyscan web1 web2; ssh-keyscan -p 2222 ::1`, compare its fingerprints with the hosts' own and paste " +
        'its output into ssh_known_hosts; or set host_key_checking to off.',
    ])
  })

  test('of each host may be added, and the same one is told once', () => {
    const inspect = (): readonly Problem[] => [
      new Problem('is a public key', 'Paste the private one.', 'ssh_private_key'),
    ]
    expect(faults({ ...deploy, hosts: 'me@web1\nme@web2' }, { inspect })).toEqual([
      'ssh_private_key: is a public key. Paste the private one.',
    ])
  })

  test('of a client that has no use for a setting name the one that has', () => {
    const told = faults({ ...deploy, ssh_certificate: 'x', ssh_config: 'y' })
    expect(told).toEqual([
      'ssh_certificate: needs ssh_client openssh; the builtin client would have no use for it at web1. Set ssh_client to openssh, or leave it out.',
      'ssh_config: needs ssh_client openssh; the builtin client would have no use for it at web1. Set ssh_client to openssh, or leave it out.',
    ])
    expect(
      read({ ...deploy, ssh_client: 'openssh', ssh_certificate: 'x', ssh_config: 'y' }).warnings,
    ).toEqual([])
    const own = '- {host: deploy@web1, ssh_client: openssh, ssh_config: y}'
    expect(read({ ...deploy, hosts: own }).hosts[0]?.settings.ssh_config).toBe('y')
  })

  test('of a missing login are none where a file of OpenSSH settings may name a key', () => {
    const inputs = { ...deploy, ssh_private_key: '', ssh_client: 'openssh', ssh_config: 'y' }
    expect(read(inputs).hosts).toHaveLength(1)
  })

  test.each([
    ['bastion:0', /the port "0"/],
    ['a,,b', /the name of the host is missing/],
    ['local', /"local" is the runner itself/],
    ['-oProxyCommand=x', /starts with a hyphen/],
    ['a b', /more than one word/],
  ])('of a way through other hosts are told: %s', (ssh_proxy_jump, fault) => {
    expect(faults({ ...deploy, ssh_proxy_jump })[0]).toMatch(/^ssh_proxy_jump: /)
    expect(faults({ ...deploy, ssh_proxy_jump })[0]).toMatch(fault)
  })

  test('never show a secret', () => {
    const secret = 'hunter2'
    const message = messageOf({
      hosts: `- {host: web1, user: me, ssh_password: ${secret}, release_count: x}\n- me:${secret}@web2`,
      remote_dir: '/',
      ssh_private_key: secret,
      ssh_passphrase: secret,
      ssh_password: `${secret}`,
    })
    expect(message).toContain('\n')
    expect(message).not.toContain(secret)
  })
})

describe('local_dir is refused when it', () => {
  test.each([
    [
      'is missing',
      'nowhere',
      '"nowhere" does not exist. Build it in an earlier step or download it; the path is relative to the workspace.',
    ],
    [
      'is below a file',
      'file/dist',
      '"file/dist" does not exist. Build it in an earlier step or download it; the path is relative to the workspace.',
    ],
    ['is a file', 'file', '"file" is not a directory. Name the directory whose contents are to be sent.'],
    [
      'is empty',
      'empty',
      '"empty" is empty. An empty release would take the site down: run the build first.',
    ],
  ])('%s', (_, local_dir, fault) => {
    expect(faults({ ...deploy, local_dir })).toEqual([`local_dir: ${fault}`])
  })
})

describe("paths that get in each other's way are refused:", () => {
  const path = 'Choose another path.'
  test.each([
    [{ public_dir: 'releases' }, `public_dir: "releases" is also release_dir ("releases"). ${path}`],
    [
      { public_dir: 'releases/live' },
      `public_dir: "releases/live" lies inside release_dir ("releases"). ${path}`,
    ],
    [
      { release_dir: 'current/releases' },
      `public_dir: "current" contains release_dir ("current/releases"). ${path}`,
    ],
    [
      { public_dir: '.releases' },
      `public_dir: ".releases" is also ".releases", which the tool keeps for itself. ${path}`,
    ],
    [
      { public_dir: 'manifest.json' },
      `public_dir: "manifest.json" is also "manifest.json", which the tool keeps for itself. ${path}`,
    ],
    [
      { public_dir: 'shared/www' },
      `public_dir: "shared/www" lies inside "shared", which the tool keeps for itself. ${path}`,
    ],
    [
      { public_dir: '/srv/app/shared' },
      `public_dir: "/srv/app/shared" is also "shared", which the tool keeps for itself. ${path}`,
    ],
    [
      { public_dir: '/srv/app/releases' },
      `public_dir: "/srv/app/releases" is also release_dir ("releases"). ${path}`,
    ],
    [{ public_dir: '/srv/app' }, `public_dir: "/srv/app" is or contains remote_dir. ${path}`],
    [{ public_dir: '/srv' }, `public_dir: "/srv" is or contains remote_dir. ${path}`],
    [{ public_dir: 'releases.log' }, `log_file: "releases.log" is also public_dir ("releases.log"). ${path}`],
    [
      { release_dir: '.releases/x' },
      `release_dir: ".releases/x" lies inside ".releases", which the tool keeps for itself. ${path}`,
    ],
    [{ log_file: 'releases/log' }, `log_file: "releases/log" lies inside release_dir ("releases"). ${path}`],
    [
      { log_file: 'manifest.json' },
      `log_file: "manifest.json" is also "manifest.json", which the tool keeps for itself. ${path}`,
    ],
    [
      { log_file: '/srv/app/current/x' },
      `log_file: "/srv/app/current/x" lies inside public_dir ("current"). ${path}`,
    ],
    [
      { hosts: '- {host: web1, user: me, public_dir: shared}' },
      `hosts, web1, public_dir: "shared" is also "shared", which the tool keeps for itself. ${path}`,
    ],
  ])('%j', (inputs, fault) => {
    expect(faults({ ...deploy, ...inputs })).toEqual([fault])
  })

  test.each([
    { public_dir: 'web/current' },
    { public_dir: '/var/www/html' },
    { release_dir: 'releases2', public_dir: 'releases2-live' },
    { log_file: 'shared/log/releases.log' },
    { log_file: '/var/log/releases.log' },
  ])('but not %j', (inputs) => {
    expect(faults({ ...deploy, ...inputs })).toEqual([])
  })
})

describe('a warning tells that', () => {
  test('the mode does not use what is given, and what is given is not looked at', () => {
    const { warnings, settings } = read({
      ...rollback,
      release: 'v1',
      metadata: '{',
      release_count: '0',
      dedupe: 'copy',
    })
    expect(warnings).toEqual(['mode rollback does not use release_count, metadata, dedupe.'])
    expect(settings).toMatchObject({
      release: 'v1',
      metadata: undefined,
      release_count: 5,
      dedupe: 'hardlink',
    })
    expect(read({ ...deploy, release: 'v1' }).warnings).toEqual(['mode deploy does not use release.'])
  })

  test('it is given on purpose even when it says what the default says', () => {
    expect(read({ ...rollback, dedupe: 'hardlink', on_failure: 'revert' }).warnings).toEqual([
      'mode rollback does not use dedupe.',
    ])
  })

  test('a check found no artifact, which may not be built yet', () => {
    const { settings, warnings } = read({ ...deploy, mode: 'check', local_dir: 'nowhere' })
    expect(settings.local_dir).toBeUndefined()
    expect(warnings).toEqual([
      'local_dir: "nowhere" does not exist. Build it in an earlier step or download it; the path is relative to the workspace.',
    ])
    expect(read({ ...deploy, mode: 'check' }).settings.local_dir).toBe(`${workspace}/dist`)
  })

  test('nobody checks who answers', () => {
    expect(read({ ...deploy, host_key_checking: 'off' }).warnings).toEqual([
      'host_key_checking is off: whoever answers at web1 is trusted, an impostor too.',
      'ssh_known_hosts is not looked at while host_key_checking is off.',
    ])
  })

  test('a passphrase has no key', () => {
    expect(read({ ...deploy, ssh_private_key: '', ssh_passphrase: 'x', ssh_password: 'y' }).warnings).toEqual(
      ['ssh_passphrase is given without ssh_private_key, and not used.'],
    )
  })

  test('an input does not exist', () => {
    const environment = { INPUT_RELASE_COUNT: '3', INPUT_HOSTS: 'x', INPUT_FLUX: '1', OTHER: '' }
    expect(read(deploy, { environment }).warnings).toEqual([
      '"relase_count" is not an input of this action. Did you mean release_count?',
      '"flux" is not an input of this action. It has no effect.',
    ])
  })
})

describe('a host that is the runner itself', () => {
  const site = createWorkspace({ 'out/index.html': 'hello' })
  symlinkSync('.', join(site, 'link'))
  const local = { hosts: 'local', local_dir: 'out' }
  const around = { environment: { GITHUB_WORKSPACE: site } }
  const fault = (remote_dir: string, local_dir: string) =>
    `remote_dir: "${remote_dir}" is or lies in local_dir ("${local_dir}"), so that each release would hold those before it. Let local_dir name the build alone, choose a remote_dir outside of it, or exclude that.`

  test.each([
    ['out', 'out'],
    ['out/app', 'out'],
    ['out/not/yet/there', 'out'],
    ['link/out/app', 'out'],
    ['out', 'link/out'],
    ['www', '.'],
  ])('cannot keep its releases in what is sent: %s in %s', (below, sent) => {
    const [remote_dir, local_dir] = [join(site, below), join(site, sent)]
    for (const mode of ['deploy', 'stage', 'check']) {
      const found = faults({ ...local, mode, remote_dir, local_dir }, around)
      expect(found).toEqual([fault(remote_dir, local_dir)])
    }
    const hosts = `- {host: local, remote_dir: "${remote_dir}"}`
    expect(faults({ ...local, hosts, local_dir }, around)).toEqual([
      `hosts, local, ${fault(remote_dir, local_dir)}`,
    ])
  })

  test('can keep them in it where that is excluded, or what is above it', () => {
    const sent = { ...local, remote_dir: join(site, 'www/app'), local_dir: '.' }
    for (const exclude of ['www', '/www/', 'www/app', '*.map\n/www/app/'])
      expect(messageOf({ ...sent, exclude }, around)).toBe('')
    for (const exclude of ['app', 'www/ap', '*.map'])
      expect(messageOf({ ...sent, exclude }, around)).not.toBe('')
  })

  test('can keep them beside it, or around it', () => {
    for (const remote_dir of [`${site}/outer`, `${site}/www`, site])
      expect(messageOf({ ...local, remote_dir }, around)).toBe('')
    expect(messageOf({ ...local, mode: 'list', local_dir: '', remote_dir: join(site, 'out') }, around)).toBe(
      '',
    )
  })

  test('is no other host', () => {
    expect(messageOf({ ...deploy, remote_dir: join(site, 'out'), local_dir: 'out' }, around)).toBe('')
  })
})

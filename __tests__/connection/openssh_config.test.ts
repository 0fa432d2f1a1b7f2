import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isForPassword } from '../../src/connection/askpass.ts'
import { channelArguments, configOf, filesIn, masterArguments } from '../../src/connection/openssh_config.ts'
import type { OpensshTarget } from '../../src/connection/target.ts'

// A path with all that a shell, or OpenSSH, might stumble over.
const root = mkdtempSync(join(tmpdir(), 'config-'))
const dir = join(root, 'it\'s "a" %h $dir')
mkdirSync(dir)
const files = filesIn(dir)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const target: OpensshTarget = {
  label: 'web1',
  name: 'web1.example.com',
  port: 2222,
  user: 'deploy',
  privateKey: 'the key',
  knownHosts: 'web1 ssh-ed25519 AAAA',
  hostKeyChecking: 'strict',
  connectTimeout: 20,
}

/** What OpenSSH itself makes of it, by setting. */
function effective(changes: Partial<OpensshTarget>, userConfig = ''): ReadonlyMap<string, string> {
  const changed = { ...target, ...changes }
  writeFileSync(files.config, configOf(changed, files))
  writeFileSync(files.userConfig, userConfig)
  const stdout = execFileSync('ssh', ['-G', ...masterArguments(changed, files)], { encoding: 'utf8' })
  return new Map(
    stdout.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const),
  )
}

describe('the generated file', () => {
  it('lets OpenSSH use what was given, and nothing else', () => {
    const said = effective({})
    expect(Object.fromEntries(said)).toMatchObject({
      user: 'deploy',
      port: '2222',
      hostname: 'web1.example.com',
      batchmode: 'yes',
      stricthostkeychecking: 'true',
      userknownhostsfile: files.knownHosts,
      globalknownhostsfile: '/dev/null',
      identitiesonly: 'yes',
      identityagent: files.agent,
      preferredauthentications: 'publickey',
      forwardagent: 'no',
      permitlocalcommand: 'no',
      updatehostkeys: 'false',
      verifyhostkeydns: 'false',
      checkhostip: 'no',
      controlpath: files.control,
      controlpersist: 'no',
      serveraliveinterval: '5',
      serveralivecountmax: '5',
    })
  })

  it('holds no secret', () => {
    const text = configOf({ ...target, passphrase: 'a phrase', password: 'a word' }, files)
    expect(text).not.toMatch(/the key|a phrase|a word/)
  })

  it('asks for a password only where there is one', () => {
    const said = effective({ privateKey: undefined, password: 'a word' })
    expect(said.get('batchmode')).toBe('no')
    expect(said.get('numberofpasswordprompts')).toBe('1')
    expect(said.get('preferredauthentications')).toBe('publickey,password,keyboard-interactive')
    expect(said.get('identityagent')).toBe('none')
  })

  it('leaves all keys to an agent, and no key to ~/.ssh', () => {
    const said = effective({ privateKey: undefined, agent: '/run/agent' })
    expect(said.get('identityagent')).toBe('/run/agent')
    expect(said.get('identitiesonly')).toBe('no')
    expect(said.get('identityfile')).toBe('none')
  })

  it('trusts whoever answers only when told to', () => {
    const said = effective({ hostKeyChecking: 'off' })
    expect(said.get('stricthostkeychecking')).toBe('false')
    expect(said.get('userknownhostsfile')).toBe('/dev/null')
  })

  it("goes before the user's own", () => {
    const own = [
      'Host web1.example.com',
      'HostName 192.0.2.1',
      'Port 22022',
      'Ciphers aes256-gcm@openssh.com',
      'Host *',
      'User root',
      'StrictHostKeyChecking no',
      'UserKnownHostsFile /dev/null',
      'KnownHostsCommand /bin/true',
      'ControlPath /tmp/theirs',
      'ControlPersist yes',
      'PermitLocalCommand yes',
      'LocalCommand touch /tmp/evil',
      'ForwardAgent yes',
      'BatchMode no',
      'IdentityAgent /tmp/theirs',
    ].join('\n')
    const said = effective({ config: '/some/file' }, own)
    expect(Object.fromEntries(said)).toMatchObject({
      user: 'deploy',
      port: '2222',
      hostname: '192.0.2.1',
      ciphers: 'aes256-gcm@openssh.com',
      stricthostkeychecking: 'true',
      userknownhostsfile: files.knownHosts,
      controlpath: files.control,
      controlpersist: 'no',
      permitlocalcommand: 'no',
      forwardagent: 'no',
      batchmode: 'yes',
      identityagent: files.agent,
    })
    expect(said.get('knownhostscommand')).not.toBe('/bin/true')
    expect(effective({ config: '/some/file', port: 22 }, own).get('port')).toBe('22022')
  })
})

describe('hosts on the way', () => {
  const outer = { ...target, label: 'outer', name: 'outer.example.com', port: 22, user: 'ops' }
  const inner = { ...target, label: 'inner', name: '2001:db8::1', port: 2200, jump: outer }

  it('are gone through one after the other, each with the same file', () => {
    const args = masterArguments({ ...target, jump: inner }, filesIn('/tmp/x'))
    expect(args.slice(-2)).toEqual(['--', 'web1.example.com'])
    const through = args.find((each) => each.startsWith('ProxyCommand='))
    expect(through).toBe(
      'ProxyCommand=ssh -E /tmp/x/hop1.log -W [%h]:%p -F /tmp/x/config -l deploy -p 2200 -o ' +
        "'ProxyCommand=ssh -E /tmp/x/hop0.log -W [%%h]:%%p -F /tmp/x/config -l ops -p 22 -- outer.example.com' -- 2001:db8::1",
    )
  })

  it('are named to the shell as they are, whatever the path', () => {
    const args = masterArguments({ ...target, jump: outer }, files)
    const through = args.find((each) => each.startsWith('ProxyCommand='))
    const asShell = through?.replace('ProxyCommand=ssh', 'printf "%s\\n"').replaceAll('%%', '%')
    const words = execFileSync('sh', ['-c', asShell ?? ''], { encoding: 'utf8' }).split('\n')
    expect(words.slice(0, 6)).toEqual(['-E', files.hopLog(0), '-W', '[%h]:%p', '-F', files.config])
  })
})

describe('the process of a command', () => {
  it('takes nothing in it for an option, and never connects by itself', () => {
    const args = channelArguments(files, 3, '-oProxyCommand=evil')
    expect(args.slice(-3)).toEqual(['--', 'host', '-oProxyCommand=evil'])
    expect(args).toContain('ProxyCommand=false')
    expect(args.slice(0, 2)).toEqual(['-F', 'none'])
  })

  it('has a socket whose path fits everywhere, with what OpenSSH adds while it makes it', () => {
    const longest = filesIn(
      join('/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T', 'releases-XXXXXX', 'XXXXXX'),
    )
    expect(`${longest.control}.${'x'.repeat(16)}`.length).toBeLessThan(104)
  })
})

describe('a question', () => {
  it.each([
    ["deploy@web1's password: ", true],
    ['(deploy@web1) Password: ', true],
    ["Enter passphrase for key '/home/me/.ssh/id_rsa': ", false],
    ['Enter PIN for ED25519-SK key /home/me/.ssh/id: ', false],
    ['Are you sure you want to continue connecting (yes/no/[fingerprint])? ', false],
    ["Enter deploy@web1's new password: ", false],
  ])('is answered with the password only where that is asked for: %s', (prompt, expected) => {
    expect(isForPassword(`${JSON.stringify([prompt])}\n`)).toBe(expected)
  })

  it('that is none gets no answer', () => {
    expect(isForPassword('GET / HTTP/1.1\n')).toBe(false)
    expect(isForPassword('{}\n')).toBe(false)
  })
})

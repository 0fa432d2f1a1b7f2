import { describe, expect, it } from 'vitest'
import { explainOpenssh, stageOf } from '../../src/connection/openssh_trouble.ts'
import type { OpensshTarget } from '../../src/connection/target.ts'
import { Transient } from '../../src/connection/trouble.ts'

const target: OpensshTarget = {
  label: 'web1',
  name: 'web1',
  port: 22,
  user: 'deploy',
  knownHosts: '',
  hostKeyChecking: 'strict',
  connectTimeout: 20,
}
const bastion = { ...target, label: 'bastion', name: 'bastion' }

const told = (log: string, shown = '') => explainOpenssh([{ target, log }], shown)

describe('what OpenSSH says is understood', () => {
  it.each([
    ['ssh: connect to host web1 port 22: Connection refused', 'web1 port 22 refuses the connection', true],
    ['ssh: connect to host web1 port 22: Connection timed out', 'web1 port 22 does not answer', true],
    ['ssh: connect to host web1 port 22: Operation timed out', 'web1 port 22 does not answer', true],
    [
      'Connection timed out during banner exchange\nConnection to 192.0.2.1 port 22 timed out',
      'web1 port 22 does not answer',
      true,
    ],
    ['ssh: connect to host web1 port 22: No route to host', 'web1 port 22 cannot be reached from here', true],
    [
      'ssh: connect to host web1 port 22: Network is unreachable',
      'web1 port 22 is in a network that cannot be reached from here',
      true,
    ],
    [
      'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 192.0.2.1 port 22',
      'web1 port 22 cut the connection',
      true,
    ],
    [
      'kex_exchange_identification: Connection closed by remote host',
      'web1 port 22 closed the connection before the login',
      true,
    ],
    [
      'kex_exchange_identification: banner line contains invalid characters',
      'web1 port 22 closed the connection before the login',
      true,
    ],
    ['Connection closed by 192.0.2.1 port 22', 'web1 port 22 closed the connection before the login', true],
    [
      'ssh: Could not resolve hostname web1: Name or service not known',
      'there is no host by the name of web1',
      false,
    ],
    [
      'ssh: Could not resolve hostname web1: nodename nor servname provided, or not known',
      'there is no host by the name of web1',
      false,
    ],
    [
      'ssh: Could not resolve hostname web1: Temporary failure in name resolution',
      'web1 port 22 cannot be looked up: the name server gives no answer',
      true,
    ],
    [
      'Unable to negotiate with 192.0.2.1 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss',
      'web1 port 22 and OpenSSH on the runner have no host key type in common; it offers ssh-rsa,ssh-dss',
      false,
    ],
    [
      'ssh_askpass: exec(/tmp/x/askpass): Permission denied\ndeploy@web1: Permission denied (password).',
      'OpenSSH cannot ask for ssh_password: /tmp/x/askpass cannot be run (Permission denied)',
      false,
    ],
    ['Something new altogether', 'OpenSSH cannot connect to web1 port 22: Something new altogether', false],
    ['', 'OpenSSH cannot connect to web1 port 22: it said nothing', false],
  ])('%s', (log, message, transient) => {
    const failure = told(`debug1: Reading configuration data config\r\n${log}\r\n`)
    expect(failure.message).toBe(message)
    expect(failure instanceof Transient).toBe(transient)
    expect(failure.detail.host).toBe('web1')
  })

  it('a refused login, with what was tried and what is taken', () => {
    const log = [
      'debug1: Authentications that can continue: publickey,password',
      'debug1: Next authentication method: publickey',
      'debug1: Offering public key: /tmp/x/key.pub ED25519-CERT SHA256:abc explicit agent',
      'debug1: Offering public key: /tmp/x/key.pub ED25519 SHA256:abc explicit agent',
      'debug1: Next authentication method: password',
      'deploy@web1: Permission denied (publickey,password).',
    ].join('\r\n')
    expect(told(log).message).toBe(
      'web1 port 22 does not let deploy in: tried publickey (ssh-ed25519 certificate SHA256:abc, ssh-ed25519 SHA256:abc), password; the server takes publickey, password',
    )
  })

  it("a key that was refused, by the name that the user's file gave the host", () => {
    const blob = 'AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'
    const shown = `web1 NONE NONE\n[192.0.2.7]:2222 ssh-ed25519 ${blob}\n`
    const failure = told('Host key verification failed.', shown)
    expect(failure.message).toMatch(/has no key for 192\.0\.2\.7 port 2222, which showed ssh-ed25519 SHA256:/)
    expect(failure.detail.remedy).toContain(`\n[192.0.2.7]:2222 ssh-ed25519 ${blob}`)
    expect(failure.detail.unchanged).toContain('nothing was sent')
  })

  it('a key that was refused, where OpenSSH is too old to show it', () => {
    expect(told('Host key verification failed.').detail.remedy).toContain('ssh-keyscan -p 22 web1')
  })

  it('a ProxyCommand that cannot be run, by what it says itself', () => {
    const end =
      'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n'
    const proxied = { ...target, config: '/etc/own_ssh_config' }
    const of = (words: string, to: OpensshTarget = proxied) =>
      explainOpenssh([{ target: to, log: `debug1: Executing proxy command\r\n${words}${end}` }], '')
    const closed = 'web1 port 22 closed the connection before the login'
    const absent = of('/bin/bash: line 1: exec: cloudflared: not found\n')
    expect(absent.message).toBe(`${closed}: /bin/bash: line 1: exec: cloudflared: not found`)
    expect(absent.detail.remedy).toMatch(
      /fail2ban.* A `ProxyCommand` of ssh_config has to be on the runner\.$/,
    )
    expect(of('one\ntwo\nthree\nfour\n').message).toBe(`${closed}: two; three; four`)
    expect(of('').message).toBe(closed)
    expect(of('', target).detail.remedy).not.toContain('ProxyCommand')
    const cut = explainOpenssh([{ target: proxied, log: 'no origin\nConnection reset by 192.0.2.1' }], '')
    expect(cut.message).toBe('web1 port 22 cut the connection: no origin')
  })

  it('trouble on the way, which the host itself only sees the end of', () => {
    const end = { target, log: 'kex_exchange_identification: Connection closed by remote host' }
    const between = (log: string) => explainOpenssh([{ target: bastion, log }, end], '')
    const refused = between('ssh: connect to host bastion port 22: Connection refused')
    expect(refused.message).toBe('on the way to web1: bastion port 22 refuses the connection')
    expect(refused).toBeInstanceOf(Transient)
    expect(refused.detail.host).toBe('web1')
    const closed = between(
      'channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed',
    )
    expect(closed.message).toBe('bastion does not connect to web1 port 22')
    expect(closed).toBeInstanceOf(Transient)
    const forbidden = between(
      'channel 0: open failed: administratively prohibited: open failed\nstdio forwarding failed',
    )
    expect(forbidden).not.toBeInstanceOf(Transient)
    const through = 'Authenticated to bastion ([192.0.2.1]:22) using "publickey".\r\n'
    const refusedBehind = explainOpenssh(
      [
        { target: bastion, log: `${through}client_loop: send disconnect: Broken pipe\r\n` },
        { target, log: 'deploy@web1: Permission denied (publickey).' },
      ],
      '',
    )
    expect(refusedBehind.message).toMatch(/^web1 port 22 does not let deploy in/)
    expect(between('').message).toBe('web1 port 22 closed the connection before the login')
  })
})

describe('the stage', () => {
  it.each([
    ['', 'before a connection was there'],
    ['debug1: Connection established.', 'in the key exchange'],
    ['debug1: Local version string SSH-2.0\ndebug1: SSH2_MSG_SERVICE_ACCEPT received', 'at the login'],
  ])('after "%s" is: %s', (log, stage) => expect(stageOf(log)).toBe(stage))
})

import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import type { Result } from '../../src/flow/result.ts'
import { verdict } from '../../src/report/verdict.ts'
import { host, previous, result, run } from './fixtures.ts'

const old = { release: previous, previous_release: null }
const sentence = (mode: string, known: Partial<Result>, failures: Failure[] = []) =>
  verdict(run({ mode, result: result(known), failures }))

describe('the verdict', () => {
  test.each<[string, string, Partial<Result>]>([
    ['Deployed 20261121184358 to 2 hosts in 3.2 s (previous 20261120101010).', 'deploy', {}],
    [
      'Deployed 20261121184358 to 1 host in 3.2 s (no previous release).',
      'deploy',
      { previous_release: null, hosts: [host('web1', { previous_release: null })] },
    ],
    [
      'Deployed 20261121184358 to 2 of 3 hosts in 3.2 s (previous differs between hosts).',
      'deploy',
      {
        previous_release: null,
        hosts: [host('a'), host('b', { previous_release: '1' }), host('c', { status: 'failed' })],
      },
    ],
    [
      'Published 20261121184358 on 2 hosts in 3.2 s (previous 20261120101010).',
      'publish',
      { status: 'published' },
    ],
    [
      'Rolled back to 20261120101010 on 2 hosts in 3.2 s (previous 20261121184358).',
      'rollback',
      { status: 'rolled_back', release: previous, previous_release: '20261121184358' },
    ],
    [
      'Staged 20261121184358 on 1 host in 3.2 s (current 20261120101010).',
      'stage',
      { status: 'staged', hosts: [host('web1', { ...old, status: 'staged' })] },
    ],
    ['Pruned 2 hosts in 3.2 s (current 20261121184358).', 'prune', { status: 'pruned' }],
    ['Listed 0 releases on 2 hosts in 3.2 s (current 20261121184358).', 'list', { status: 'listed' }],
    [
      'Listed 0 releases on 2 hosts in 3.2 s (current differs between hosts).',
      'list',
      { status: 'listed', hosts: [host('web1'), host('web2', old)] },
    ],
    ['Checked 2 hosts in 3.2 s: ready to deploy (current 20261121184358).', 'check', { status: 'checked' }],
    [
      'Repaired 1 host in 3.2 s (no current release).',
      'repair',
      { status: 'repaired', hosts: [host('web1', { status: 'repaired', release: null })] },
    ],
    [
      'Planned deploy of 20261121184358 on 1 host in 3.2 s; nothing was changed (current 20261120101010).',
      'deploy',
      { status: 'planned', hosts: [host('web1', { ...old, status: 'planned' })] },
    ],
    [
      'Deploy of 20261121184358 failed after 3.2 s: both hosts serve 20261120101010.',
      'deploy',
      { status: 'failed', hosts: [host('web1', old), host('web2', old)] },
    ],
    [
      'Rollback to 20261121184358 failed after 3.2 s: web1 and web3 serve 20261121184358; web2 serves 20261120101010.',
      'rollback',
      { status: 'failed', hosts: [host('web1'), host('web2', old), host('web3')] },
    ],
    [
      'Deploy failed after 3.2 s: web1 serves 20261120101010; no release is known to be live on web2.',
      'deploy',
      { status: 'failed', release: null, hosts: [host('web1', old), host('web2', { release: null })] },
    ],
    [
      'Deploy failed after 3.2 s: no host was touched.',
      'deploy',
      { status: 'failed', release: null, hosts: [] },
    ],
    ['Run failed after 3.2 s: no host was touched.', '<b>', { status: 'failed', release: null, hosts: [] }],
    [
      'Deploy of 20261121184358 failed after 3.2 s and was reverted: all 3 hosts serve 20261120101010.',
      'deploy',
      { status: 'reverted', hosts: ['web1', 'web2', 'web3'].map((label) => host(label, old)) },
    ],
  ])('%s', (expected, mode, known) => {
    expect(sentence(mode, known)).toBe(expected)
  })

  test('of a check counts the problems', () => {
    expect(sentence('check', { status: 'checked' }, [new Failure('rsync is missing')])).toBe(
      'Check found 1 problem in 3.2 s that would stop a deploy; nothing was changed: both hosts serve 20261121184358.',
    )
  })

  test('does not say that nothing is served where nobody knows', () => {
    const hosts = [host('web1', old), host('web2', { release: null }), host('web3', { release: null })]
    const told = run({ mode: 'rollback', unseen: ['web3'], result: result({ status: 'failed', hosts }) })
    expect(verdict(told)).toMatch(
      /web1 serves 20261120101010; no release is known to be live on web2; what web3 serves is not known\.$/,
    )
  })

  test('names five different releases at most', () => {
    const hosts = Array.from({ length: 8 }, (_, n) => host(`web${n}`, { release: `${n}` }))
    expect(sentence('deploy', { status: 'failed', hosts })).toMatch(
      /web4 serves 4; 3 more releases elsewhere\.$/,
    )
  })
})

import { describe, expect, test } from 'vitest'
import { rsyncProblem, rsyncRemark } from '../../src/transfer/rsync_fitness.ts'

describe('an rsync', () => {
  test.each([
    ['rsync  version 3.1.0  protocol version 31', null],
    ['rsync  version 3.4.1  protocol version 32', null],
    ['rsync  version v3.2.7  protocol version 31', null],
    ['rsync  version 4.0.0dev  protocol version 33', null],
    ['rsync  version 3.0.9  protocol version 30', 'is too old (3.0)'],
    ['rsync  version 2.6.9  protocol version 29', 'is too old (2.6)'],
    [
      'openrsync: protocol version 29',
      'is openrsync (openrsync: protocol version 29), which lacks needed flags',
    ],
    ['', 'did not tell its version ()'],
    ['Welcome to web1', 'did not tell its version (Welcome to web1)'],
  ])('that says %j: %j', (line, problem) => {
    expect(rsyncProblem(line)).toBe(problem)
  })
})

describe('a remark on rsync', () => {
  test.each([
    ['rsync  version 3.2.7  protocol version 31', true],
    ['rsync  version v3.1.3  protocol version 31', true],
    ['rsync  version 3.4.0  protocol version 32', false],
    ['rsync  version 4.0.1  protocol version 32', false],
    ['openrsync: protocol version 29', false],
    ['', false],
  ])('%s', (line, remarked) => {
    expect(rsyncRemark(new Map([['web1', line]])) !== null).toBe(remarked)
  })

  test('names whose it is', () => {
    const lines = new Map(['web1', 'web2', 'web3'].map((host, at) => [host, `rsync  version 3.${at * 2}.0`]))
    expect(rsyncRemark(lines)).toMatch(/^rsync is older than 3\.4\.0 on web1 and web2: /)
  })
})

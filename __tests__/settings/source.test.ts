import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sourceDirectory } from '../../src/settings/source.ts'
import { faultOf } from './faults.ts'

const workspace = mkdtempSync(join(tmpdir(), 'source-'))
for (const name of ['dist', '-x', 'a:b', 'with space']) {
  mkdirSync(join(workspace, name))
  writeFileSync(join(workspace, name, '.hidden'), '')
}
symlinkSync('dist', join(workspace, 'link'))
symlinkSync('loop', join(workspace, 'loop'))
symlinkSync('/', join(workspace, 'root'))

test.each(['dist', 'dist/', './dist', '-x', 'a:b', 'with space', 'link'])(
  '%j is found in the workspace',
  (name) => {
    expect(sourceDirectory(name, workspace)).toBe(join(workspace, name.replace(/\/$/, '')))
  },
)

test('a directory outside the workspace may be sent', () => {
  expect(sourceDirectory('../..', join(workspace, 'dist', 'x'))).toBe(workspace)
  expect(sourceDirectory(join(workspace, 'dist'), '/nowhere')).toBe(join(workspace, 'dist'))
})

test.each(['/', '//', 'root'])('%j, which is all of the filesystem, is refused', (name) => {
  expect(faultOf(() => sourceDirectory(name, workspace))).toContain('is the whole filesystem of the runner')
})

test('one that cannot be read is refused with the reason', () => {
  expect(faultOf(() => sourceDirectory('loop', workspace))).toBe(
    '"loop" cannot be read (ELOOP). Let the user of the runner read it.',
  )
})

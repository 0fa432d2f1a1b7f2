import { expect, test } from 'vitest'
import { deploy, faults } from './step.ts'

const twice = 'Keep one of the two.'
const nested = 'Keep the outer one alone, or paths beside each other.'

test.each([
  [{ linked_dirs: 'storage\nstorage/' }, [`linked_dirs: "storage" is in linked_dirs already. ${twice}`]],
  [
    { linked_dirs: 'storage', linked_files: './storage' },
    [`linked_files: "storage" is in linked_dirs already. ${twice}`],
  ],
  [
    { linked_dirs: 'storage\nstorage/logs' },
    [`linked_dirs: "storage/logs" lies inside "storage" (linked_dirs). ${nested}`],
  ],
  [
    { linked_dirs: 'storage/a/b\nstorage' },
    [`linked_dirs: "storage/a/b" lies inside "storage" (linked_dirs). ${nested}`],
  ],
  [
    { linked_dirs: 'storage', linked_files: 'storage/a/key' },
    [`linked_files: "storage/a/key" lies inside "storage" (linked_dirs). ${nested}`],
  ],
  [
    { linked_dirs: 'config/x', linked_files: 'config' },
    [`linked_dirs: "config/x" lies inside "config" (linked_files). ${nested}`],
  ],
  [
    { linked_files: 'REVISION', revision_file: 'REVISION' },
    [`revision_file: "REVISION" is in linked_files already. ${twice}`],
  ],
  [
    { linked_dirs: 'public', revision_file: 'public/REVISION' },
    [`revision_file: "public/REVISION" lies inside "public" (linked_dirs). ${nested}`],
  ],
  [
    { linked_dirs: 'REVISION/x', revision_file: 'REVISION' },
    [`linked_dirs: "REVISION/x" lies inside "REVISION" (revision_file). ${nested}`],
  ],
  [
    { linked_dirs: 'a\na/b\na/c' },
    [
      `linked_dirs: "a/b" lies inside "a" (linked_dirs). ${nested}`,
      `linked_dirs: "a/c" lies inside "a" (linked_dirs). ${nested}`,
    ],
  ],
])('%j is refused', (inputs, expected) => {
  expect(faults({ ...deploy, ...inputs })).toEqual(expected)
})

test.each([
  { linked_dirs: 'storage\nstorage2\npublic/uploads', linked_files: '.env\npublic/.htaccess' },
  { linked_dirs: 'a/b\na/c', revision_file: 'a/REVISION' },
  { mode: 'rollback', linked_dirs: 'a\na' },
])('%j is not', (inputs) => {
  expect(faults({ ...deploy, ...inputs })).toEqual([])
})

test('what all hosts have is told once, what one has by its name', () => {
  const hosts = '- me@web1\n- {host: me@web2, linked_dirs: [a, a/b]}'
  expect(faults({ ...deploy, hosts, linked_dirs: 'x\nx' })).toEqual([
    `linked_dirs: "x" is in linked_dirs already. ${twice}`,
    `hosts, web2, linked_dirs: "a/b" lies inside "a" (linked_dirs). ${nested}`,
  ])
})

test('a hundred thousand paths take no time', () => {
  const paths = Array.from({ length: 100_000 }, (_, n) => `dir/${n}`).join('\n')
  expect(faults({ ...deploy, linked_dirs: paths })).toEqual([])
}, 10_000)

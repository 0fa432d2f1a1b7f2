import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseWorkflow, readText, stepsOf, workflows } from './workflows.ts'

const root = resolve(import.meta.dirname, '../..')
const own = readdirSync(join(root, '.github/workflows')).map((file) => {
  const name = `.github/workflows/${file}`
  return { name, text: readText(name) }
})
const all = [...own, ...workflows()].map((example) => ({ ...example, workflow: parseWorkflow(example) }))

/** What a job may write, and why: nothing else is needed by any. */
const writers: Readonly<Record<string, readonly string[]>> = {
  '.github/workflows/release.yml': ['contents', 'id-token', 'attestations'],
  '.github/workflows/codeql.yml': ['security-events'],
}

const isOurs = (uses: string) => uses.startsWith('org/releases-deploy')

describe.each(all)('$name', ({ name, text, workflow }) => {
  const steps = stepsOf(workflow)

  test('pins every action by commit, with its version beside it, and each by one commit', () => {
    for (const [line, uses = ''] of text.matchAll(/^\s*(?:- )?uses: (\S+).*$/gm)) {
      if (isOurs(uses)) continue
      expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    }
  })

  test('gives no job more than it needs', () => {
    expect(workflow.permissions ?? {}).toEqual(workflow.permissions === undefined ? {} : expect.anything())
    for (const [id, job] of Object.entries(workflow.jobs)) {
      const given = (job.permissions ?? workflow.permissions) as Readonly<Record<string, string>> | undefined
      expect(given, `${id} states its permissions`).toBeTypeOf('object')
      const written = Object.entries(given ?? {}).flatMap(([scope, access]) =>
        access === 'read' || access === 'none' ? [] : [scope],
      )
      for (const scope of written) expect(writers[name] ?? [], `${id} writes`).toContain(scope)
    }
  })

  test('puts no expression into a script', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{')
  })

  test('runs no script of a package, and installs only what the lock has', () => {
    for (const { run = '' } of steps) {
      for (const [command] of run.matchAll(/\bnpm (?:ci|install|i|add|exec)\b.*|\bnpx\b.*/g)) {
        if (name.startsWith('.github/')) expect(command).toMatch(/^npm ci --ignore-scripts\b/)
      }
    }
  })

  test('leaves no token in the checkout', () => {
    for (const { uses, with: given } of steps.filter((step) => step.uses?.startsWith('actions/checkout@'))) {
      expect(given?.['persist-credentials'], uses).toBe(false)
    }
  })

  test('never runs with the rights of the repository what a fork wrote', () => {
    expect(JSON.stringify(workflow.on)).not.toMatch(/pull_request_target|workflow_run|issue_comment/)
  })
})

test('an action is pinned by the same commit everywhere', () => {
  const pins = new Map<string, Set<string>>()
  for (const { text } of all) {
    for (const [, action = '', pin = ''] of text.matchAll(
      /uses: ([\w.-]+\/[\w.-]+)[\w./-]*@(\S+ # v\S+)$/gm,
    )) {
      if (!isOurs(action)) pins.set(action, (pins.get(action) ?? new Set()).add(pin))
    }
  }
  expect(pins.size).toBeGreaterThan(3)
  for (const [action, found] of pins) expect([...found], action).toHaveLength(1)
})

test('our own scripts install without those of packages as well', () => {
  const entries = readdirSync(join(root, 'script'), { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
  for (const { parentPath, name } of files) {
    const file = relative(join(root, 'script'), join(parentPath, name))
    for (const [command] of readText(`script/${file}`).matchAll(/\bnpm (?:ci|install)\b.*/g)) {
      if (!/failed/.test(command) || /--/.test(command)) expect(command, file).toContain('--ignore-scripts')
    }
  }
})

describe('the lock', () => {
  const { packages } = JSON.parse(readText('package-lock.json')) as {
    packages: Readonly<
      Record<string, { resolved?: string; integrity?: string; dev?: boolean; optional?: boolean }>
    >
  }
  const entries = Object.entries(packages).filter(([path]) => path !== '')

  test('has a checksum for every package, and no other place to get one from than the registry', () => {
    for (const [path, { resolved = 'https://registry.npmjs.org/', integrity }] of entries) {
      expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//)
      expect(integrity, path).toMatch(/^sha512-/)
    }
  })

  test('has few packages that could come into dist/: another one needs a reason', () => {
    const shipped = entries.filter(([, { dev, optional }]) => !dev && !optional)
    expect(shipped.length).toBeLessThanOrEqual(70)
  })
})

test('what runs is in dist/ whole: nothing is downloaded, and no package is looked for', () => {
  for (const file of ['main.js', 'post.js', 'askpass.js']) {
    const code = readFileSync(join(root, 'dist', file), 'utf8')
    const imports = [...code.matchAll(/^\s*(?:import|export)\b[^'"\n]*\bfrom\s*["']([^"']+)["']/gm)]
    for (const [, from = ''] of imports) expect(from, file).toMatch(/^(node:|\.\/|[a-z_]+(\/promises)?$)/)
  }
})

test('the event that started a workflow is never read', () => {
  const source = join(root, 'src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(ts|sh)$/.test(path),
  )
  for (const file of files) {
    expect(readFileSync(join(source, file), 'utf8'), file).not.toMatch(
      /GITHUB_EVENT_PATH|GITHUB_HEAD_REF|context\.payload/,
    )
  }
})

describe('release notes', () => {
  function notes(tag: string, version: string, changelog: string): string {
    const dir = mkdtempSync(join(tmpdir(), 'notes-'))
    try {
      writeFileSync(join(dir, 'package.json'), `{\n  "version": "${version}",\n}`)
      writeFileSync(join(dir, 'CHANGELOG.md'), changelog)
      return execFileSync(join(root, 'script/release_notes'), [tag], {
        cwd: dir,
        encoding: 'utf8',
        stdio: 'pipe',
      })
    } finally {
      rmSync(dir, { recursive: true })
    }
  }
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n- z\n\n## [1.2.3] - 2026-11-21\n\n### Added\n\n- a $(id) `b`\n\n## [1.2.2]\n\n- c\n'

  test('are the section of the version', () => {
    expect(notes('v1.2.3', '1.2.3', changelog)).toBe('\n### Added\n\n- a $(id) `b`\n')
    expect(notes('v1.2.2', '1.2.2', changelog)).toBe('\n- c\n')
  })

  test.each([
    ['another version', 'v1.2.3', '1.2.2', /another version than the tag v1\.2\.3/],
    ['no section', 'v1.2.4', '1.2.4', /no section for 1\.2\.4/],
    ['a version that only looks like it', 'v1.2.3', '1x2.3', /another version/],
  ])('are refused with %s', (_, tag, version, words) => {
    expect(() => notes(tag, version, changelog)).toThrow(words)
  })
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readSettings } from '../../src/settings/read.ts'
import type { SettingName } from '../../src/settings/schema.ts'
import { blocks, parseWorkflow, readText, type Step, stepsOf, workflows } from './workflows.ts'

const action = parse(readText('action.yml')) as {
  readonly inputs: Readonly<Record<string, { readonly required: boolean }>>
  readonly outputs: Readonly<Record<string, unknown>>
}
const examples = workflows().map((example) => ({ name: example.name, example }))

/** What the expressions of the examples come to. One that is not here is one that nobody has thought of. */
const values: Readonly<Record<string, string>> = {
  'secrets.SSH_PRIVATE_KEY': 'a key',
  'vars.SSH_KNOWN_HOSTS': 'web1.example.com ssh-ed25519 AAAA',
  'vars.HOSTS': 'deploy@web1.example.com\ndeploy@web2.example.com',
  'inputs.environment': 'production',
  'inputs.mode': 'rollback',
  'inputs.release': '20261121184358',
  'inputs.dry_run': 'false',
  'inputs.waves': '1, 25%, 100%',
  'needs.stage.outputs.release': '20261121184358',
  'steps.build.outputs.size': '1.2M',
  "github.ref_type == 'tag' && 'production' || 'staging'": 'staging',
}

function evaluate(text: string): string {
  return text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
    const value = values[expression]
    if (value === undefined) throw new Error(`no value for the expression ${expression}`)
    return value
  })
}

/** The action itself, or one of its workflows. */
const isOurs = ({ uses }: Pick<Step, 'uses'>) =>
  /^org\/releases-deploy(@|\/.github\/workflows\/)/.test(uses ?? '')

let workspace: string

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'examples-'))
  mkdirSync(join(workspace, 'dist'))
  writeFileSync(join(workspace, 'dist/index.html'), 'hello\n')
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

/** The step as the action would read it, in a workspace with a build and, when it was checked out, the config file. */
function read(step: Step, config: boolean) {
  const file = join(workspace, '.github/releases.yml')
  rmSync(file, { force: true })
  if (config) {
    mkdirSync(join(workspace, '.github'), { recursive: true })
    writeFileSync(file, readText('examples/releases.yml'))
  }
  const given = step.with ?? {}
  const input = (name: SettingName) => evaluate(String(given[name] ?? ''))
  return readSettings(input, { environment: { GITHUB_WORKSPACE: workspace } })
}

test('there are examples', () => {
  expect(examples.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'examples/canary-waves.yml',
      'examples/deploy.yml',
      'examples/list-on-schedule.yml',
      'examples/matrix-fleet.yml',
      'examples/php.yml',
      'examples/rollback.yml',
      'examples/staged-approval.yml',
    ]),
  )
  expect(examples.filter(({ name }) => name.startsWith('README.md:'))).toHaveLength(2)
})

describe.each(examples)('$name', ({ example }) => {
  const workflow = parseWorkflow(example)
  const steps = stepsOf(workflow)
  const ours = steps.filter(isOurs)

  test('says what starts it, and uses the action', () => {
    expect(workflow.on).toBeDefined()
    const called = Object.values(workflow.jobs).filter(isOurs)
    expect(ours.length + called.length).toBeGreaterThan(0)
  })

  test('gives only inputs that the action has, and all it requires', () => {
    for (const { with: given = {} } of ours) {
      for (const name of Object.keys(given)) expect(Object.keys(action.inputs)).toContain(name)
      const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required)
      for (const name of required) expect(Object.keys(given)).toContain(name)
    }
  })

  test('has settings that the action takes without a warning', () => {
    const checkedOut = steps.some(({ uses }) => uses?.startsWith('actions/checkout@'))
    for (const step of ours) {
      const { warnings } = read(step, checkedOut && step.with?.target !== undefined)
      expect(warnings).toEqual([])
    }
  })

  test('reads only outputs that the action has', () => {
    const named = [...example.text.matchAll(/\bsteps\.(?:deploy|stage|list)\.outputs\.(\w+)/g)]
    for (const [, name] of named) expect(Object.keys(action.outputs)).toContain(name)
  })

  test("pins other people's actions by commit, with the version beside it", () => {
    for (const { uses } of steps.filter((step) => step.uses !== undefined && !isOurs(step))) {
      expect(uses).toMatch(/@[0-9a-f]{40}$/)
      expect(example.text).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+$`, 'm'))
    }
  })

  test('pins the checkout that CI uses', () => {
    const own = readText('.github/workflows/ci.yml')
    for (const { uses } of steps.filter((step) => step.uses?.startsWith('actions/checkout@'))) {
      expect(own).toContain(`uses: ${uses} `)
    }
  })

  test('states its permissions', () => {
    const all = Object.values(workflow.jobs).every((job) => job.permissions !== undefined)
    expect(workflow.permissions !== undefined || all).toBe(true)
  })

  test('puts nothing of an event or an input into a script', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{')
    for (const { with: given = {} } of ours) {
      for (const [name, value] of Object.entries(given)) {
        if (name.endsWith('_command')) expect(String(value)).not.toContain('${{')
      }
    }
  })

  test('never cuts a deploy short', () => {
    if (!example.text.includes('concurrency:')) return
    const groups = example.text.match(/^ *concurrency:$/gm)?.length
    expect(example.text.match(/cancel-in-progress: false/g)).toHaveLength(groups ?? 0)
    expect(example.text.match(/queue: max/g)).toHaveLength(groups ?? 0)
  })
})

/** In every summary: `gh workflow run rollback.yml -f environment=… -f mode=rollback -f release=…`. */
test.each(['examples/rollback.yml', '.github/workflows/rollback.yml'])(
  '%s takes the command of a summary',
  (name) => {
    const { workflow_dispatch } = parse(readText(name)).on
    expect(Object.keys(workflow_dispatch.inputs)).toEqual(
      expect.arrayContaining(['environment', 'mode', 'release']),
    )
    expect(workflow_dispatch.inputs.mode.options).toContain('rollback')
  },
)

test('the config file of the examples lets a tag be deployed to production', () => {
  const { git_branch, targets } = parse(readText('examples/releases.yml'))
  expect([git_branch, targets.production.git_branch]).toEqual([undefined, undefined])
  expect(targets.staging.git_branch).toBe('main')
})

describe.each(blocks().map((block) => ({ name: block.name, block })))('the block at $name', ({ block }) => {
  test('is YAML', () => {
    expect(() => parseWorkflow(block)).not.toThrow()
  })
})

test("the README's config file is one that the action takes", () => {
  const [block] = blocks().filter(({ name, text }) => name.startsWith('README.md') && /^targets:/m.test(text))
  mkdirSync(join(workspace, '.github'), { recursive: true })
  writeFileSync(join(workspace, '.github/releases.yml'), block?.text ?? '')
  const given: Partial<Record<SettingName, string>> = {
    target: 'production',
    local_dir: 'dist',
    ssh_private_key: 'a key',
    ssh_known_hosts: 'web1.example.com ssh-ed25519 AAAA',
  }
  const reading = readSettings((name) => given[name] ?? '', { environment: { GITHUB_WORKSPACE: workspace } })
  expect(reading.warnings).toEqual([])
  expect(reading.hosts.map(({ label }) => label)).toEqual(['web1.example.com', 'web2.example.com'])
  expect(reading.hooks).toHaveLength(3)
})

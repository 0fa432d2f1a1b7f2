import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  actionYml,
  explainedTs,
  inputsTable,
  outputsTable,
  readme,
  resultSchemaJson,
  schemaJson,
  stalePages,
  withPart,
} from '../../script/docs.ts'
import type { Result } from '../../src/flow/result.ts'
import { outputs } from '../../src/settings/outputs.ts'
import { settingNames, settingOf } from '../../src/settings/schema.ts'

describe('action.yml', () => {
  const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
  const action = parse(text)

  test('is what the settings say', () => {
    expect(text).toBe(actionYml())
  })

  test('has every setting in order, and fills in no default that would cover the config file', () => {
    expect(Object.keys(action.inputs)).toEqual(settingNames)
    for (const name of settingNames) {
      const { description, default: value } = settingOf(name)
      expect(action.inputs[name]).toEqual({
        description: value === undefined ? description : `${description} Default: \`${value}\`.`,
        required: false,
      })
    }
    expect(action.inputs.release_count.description).toMatch(/ Default: `5`\.$/)
  })

  test('has every output, and starts what is built', () => {
    expect(Object.keys(action.outputs)).toEqual(Object.keys(outputs))
    expect(action.runs).toEqual({
      using: 'node24',
      main: 'dist/main.js',
      post: 'dist/post.js',
      'post-if': 'always()',
    })
    expect(action.branding).toEqual({ icon: 'layers', color: 'blue' })
    expect(action.description.length).toBeLessThan(125)
  })
})

test('the outputs are the keys of a result, and the result itself', () => {
  const keys: Record<Exclude<keyof Result, 'schema'>, true> = {
    status: true,
    release: true,
    previous_release: true,
    release_path: true,
    hosts: true,
    releases: true,
  }
  expect(Object.keys(outputs)).toEqual([...Object.keys(keys), 'result'])
})

test('every default is one that its setting takes', () => {
  for (const name of settingNames) {
    const { default: text, parse } = settingOf(name)
    if (text !== undefined) expect(() => parse(text)).not.toThrow()
  }
})

test('every description is whole sentences', () => {
  for (const name of settingNames) expect(settingOf(name).description).toMatch(/\.$/)
})

describe('the README', () => {
  test('has a row for every setting and every output', () => {
    for (const name of settingNames) expect(inputsTable()).toContain(`\n| \`${name}\` | `)
    for (const name of Object.keys(outputs)) expect(outputsTable()).toContain(`\n| \`${name}\` | `)
    expect(inputsTable()).toContain('| **the release** | | |\n| `local_dir` |  | The directory')
  })

  test('keeps all but what stands between the markers', () => {
    const page = 'a\n<!-- inputs -->\nold\n<!-- /inputs -->\nb\n<!-- outputs --><!-- /outputs -->\n'
    expect(readme(page)).toBe(
      `a\n<!-- inputs -->\n${inputsTable()}\n<!-- /inputs -->\nb\n<!-- outputs -->\n${outputsTable()}\n<!-- /outputs -->\n`,
    )
    expect(readme(readme(page))).toBe(readme(page))
  })

  test('without its markers is an error', () => {
    expect(() => withPart('no markers', 'inputs', 'x')).toThrow(
      'README.md lacks the markers <!-- inputs --> and <!-- /inputs -->',
    )
  })
})

describe('a check of the pages', () => {
  const pages: Readonly<Record<string, string>> = {
    'action.yml': actionYml(),
    'docs/releases.schema.json': schemaJson(),
    'docs/result.schema.json': resultSchemaJson(),
    'docs/troubleshooting.md': '### is a `word`\n\nAlso: *an other*. Why.\n',
    'src/report/explained.ts': explainedTs('### is a `word`\n\nAlso: *an other*. Why.\n'),
    'README.md': readme('<!-- inputs --><!-- /inputs --><!-- outputs --><!-- /outputs -->'),
  }
  const stale = (changed: Readonly<Record<string, string | undefined>>): readonly string[] =>
    stalePages((name) => ({ ...pages, ...changed })[name]).map(({ name }) => name)

  test('finds nothing when all say the same', () => {
    expect(stale({})).toEqual([])
  })

  test.each(Object.keys(pages).filter((name) => name !== 'docs/troubleshooting.md'))(
    'finds %s missing',
    (name) => {
      expect(stale({ [name]: undefined })).toEqual([name])
    },
  )

  test.each(['action.yml', 'docs/releases.schema.json', 'docs/result.schema.json'])(
    'finds %s changed by hand',
    (name) => {
      expect(stale({ [name]: 'x' })).toEqual([name])
    },
  )

  test('finds old tables, and a README without a place for them', () => {
    expect(stale({ 'README.md': pages['README.md']?.replace('release_count', 'count') })).toEqual([
      'README.md',
    ])
    expect(() => stale({ 'README.md': '# Title' })).toThrow('README.md lacks the markers')
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { actionYml, inputsTable, outputsTable, readme, withPart } from '../../script/docs.ts'
import type { Result } from '../../src/flow/result.ts'
import { outputs } from '../../src/settings/outputs.ts'
import { settingNames, settingOf } from '../../src/settings/schema.ts'

describe('action.yml', () => {
  const text = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')
  const action = parse(text)

  test('is what the settings say', () => {
    expect(text).toBe(actionYml())
  })

  test('has every setting in order, with its description and its default as text', () => {
    expect(Object.keys(action.inputs)).toEqual(settingNames)
    for (const name of settingNames) {
      const { description, default: value } = settingOf(name)
      expect(action.inputs[name]).toEqual({
        description,
        required: name === 'hosts' || name === 'remote_dir',
        ...(value === undefined ? {} : { default: value }),
      })
    }
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

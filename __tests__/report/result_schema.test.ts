import { readFileSync } from 'node:fs'
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { resultSchemaJson } from '../../script/docs.ts'
import { outputs } from '../../src/report/outputs.ts'
import { failedGate, host, listing, result } from './fixtures.ts'

const published = readFileSync(new URL('../../docs/result.schema.json', import.meta.url), 'utf8')
const conforms = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(published))

test('the published schema is the one of the code', () => {
  expect(published).toBe(resultSchemaJson())
})

test.each([
  ['a deploy', result()],
  ['a failure', failedGate.result],
  ['a list', listing.result],
  ['a run without hosts', result({ release: null, previous_release: null, release_path: null, hosts: [] })],
])('the result of %s conforms to it', (_, known) => {
  conforms(JSON.parse(outputs(known).result as string))
  expect(conforms.errors).toBeNull()
})

test.each([
  ['an unknown status', { ...result(), status: 'done' }],
  ['an unknown key', { ...result(), more: 1 }],
  ['a missing key', { ...result(), hosts: undefined }],
  ['a host with an unknown key', { ...result(), hosts: [{ ...host('web1'), more: 1 }] }],
  ['a host whose size is a text', { ...result(), hosts: [{ ...host('web1'), bytes_sent: '1' }] }],
  ['another version', { ...result(), schema: 2 }],
])('%s does not', (_, wrong) => {
  expect(conforms(JSON.parse(JSON.stringify(wrong)))).toBe(false)
})

// The user's own record of a release: anything JSON can hold.

import type { JsonObject } from '../../release/manifest.ts'
import { parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'
import { kindOf } from './text.ts'
import { readYaml } from './yaml.ts'

export type Metadata = JsonObject

const limit = 256 * 1024
const reserved = ['release', 'deploy']
const shape = { type: 'object', propertyNames: { not: { enum: reserved } } }

/** A YAML or JSON mapping, at most 256 KB as JSON, without the keys that the manifest keeps for itself. */
export const metadata = parser(shape, (value): Metadata => {
  const mapping = typeof value === 'string' ? readYaml(value, () => true) : value
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    throw new Problem(
      `must be a mapping, not ${kindOf(mapping)}`,
      'Write lines of "name: value", or a JSON object.',
    )
  }
  const taken = reserved.find((key) => Object.hasOwn(mapping, key))
  if (taken !== undefined) {
    throw new Problem(`the key ${show(taken)} is kept for the manifest itself`, 'Choose another name for it.')
  }
  refuseForeign(mapping, [])
  const bytes = Buffer.byteLength(JSON.stringify(mapping))
  if (bytes > limit)
    throw new Problem(`takes ${bytes} bytes as JSON, more than ${limit}`, 'Keep it to a summary.')
  return mapping as Metadata
})

/** Looks for what JSON would lose or never end with; `trail` is the way from the top to `value`, in objects. */
function refuseForeign(value: unknown, trail: readonly object[]): void {
  if (typeof value === 'number' && !isExact(value)) {
    throw new Problem(`the number ${value} cannot be kept exactly`, 'Put it in quotes to keep it as text.')
  }
  if (typeof value !== 'object' || value === null) return
  if (trail.includes(value)) throw new Problem('holds itself', 'Remove the YAML alias that leads back.')
  if (trail.length === 100) throw new Problem('is nested more than 100 deep', 'Flatten it.')
  for (const inner of Object.values(value)) refuseForeign(inner, [...trail, value])
}

function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
}

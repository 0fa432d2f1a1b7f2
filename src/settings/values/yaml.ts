// YAML inside a setting, read so that nothing of it is ever echoed: a host's entry may hold a password.

import { LineCounter, parseDocument } from 'yaml'
import { Problem } from '../problem.ts'

/**
 * One YAML or JSON document by the core schema: dates stay text, keys are text and unique, tags are refused.
 * @throws Problem
 */
export function readYaml(source: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(source, {
    schema: 'core',
    stringKeys: true,
    uniqueKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    lineCounter,
  })
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault !== undefined) {
    const { line, col } = lineCounter.linePos(fault.pos[0])
    const name = fault.code.toLowerCase().replaceAll('_', ' ')
    throw new Problem(`is not plain YAML: ${name} at line ${line}, column ${col}`, 'Correct it there.')
  }
  try {
    return document.toJS({ maxAliasCount: 20 })
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause
    throw new Problem('uses YAML aliases that lead nowhere or too far', 'Write the values out.')
  }
}

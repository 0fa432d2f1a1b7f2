// The config file's JSON Schema, for editors: all of it follows from the settings and the keys of a hook.

import { hookKeys, requiredHookKeys } from './hooks.ts'
import { shortNames } from './hosts.ts'
import type { Parser, Shape } from './parser.ts'
import { hostSettingNames, type SettingName, settingOf } from './schema.ts'
import { configNames } from './section.ts'
import { roles } from './values/lists.ts'
import { targetName } from './values/names.ts'
import { line } from './values/text.ts'

/** Where the schema is published, for a file's first line (yaml-language-server). */
export const schemaUrl = 'https://raw.githubusercontent.com/org/releases-deploy/v1/docs/releases.schema.json'

/** Draft 2020-12. */
export function configSchema(): Shape {
  const settings = Object.fromEntries(configNames.map((name) => [name, settingShape(name)]))
  const hooks = { $ref: '#/properties/hooks' }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaUrl,
    title: 'Releases Deploy',
    description: 'Settings, targets and hooks of the action, usually in .github/releases.yml.',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...settings,
      targets: {
        description:
          'Places to deploy to, by name: the input `target` chooses one, which overrides the rest.',
        type: 'object',
        propertyNames: targetName.shape,
        additionalProperties: { anyOf: [{ $ref: '#/$defs/target' }, { type: 'null' }] },
      },
      hooks: {
        description:
          'Commands at points of the flow, in this order. Those of a target come after the others.',
        type: 'array',
        items: { $ref: '#/$defs/hook' },
      },
    },
    $defs: {
      target: { type: 'object', additionalProperties: false, properties: { ...refs(configNames), hooks } },
      host: hostShape(),
      hook: hookShape(),
    },
  }
}

function settingShape(name: SettingName): Shape {
  const { description, default: text, parse } = settingOf(name)
  return {
    description,
    ...(text === undefined ? {} : { default: defaultIn(parse.shape, text) }),
    ...parse.shape,
  }
}

/** As it is written in YAML. */
function defaultIn({ type }: Shape, text: string): unknown {
  return type === 'integer' || type === 'boolean' ? JSON.parse(text) : text
}

function hostShape(): Shape {
  const names = hostSettingNames.filter((name) => configNames.includes(name))
  const short = Object.entries(shortNames).map(([key, name]) => [key, { $ref: `#/properties/${name}` }])
  return {
    description: 'A host, and the settings that are its own.',
    type: 'object',
    required: ['host'],
    additionalProperties: false,
    properties: {
      host: described('`[user@]host[:port]`, or `local`.', line),
      roles: described('What hooks with `on: role:NAME` look for.', roles),
      ...Object.fromEntries(short),
      ...refs(names),
    },
  }
}

function hookShape(): Shape {
  const keys = Object.entries(hookKeys).map(([key, { description, parse }]) => [
    key,
    described(description, parse),
  ])
  return {
    type: 'object',
    required: requiredHookKeys,
    additionalProperties: false,
    properties: Object.fromEntries(keys),
  }
}

function described(description: string, { shape }: Parser<unknown>): Shape {
  return { description, ...shape }
}

/** Each as it is at the top level. */
function refs(names: readonly SettingName[]): Shape {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/properties/${name}` }]))
}

// The JSON Schema of the output `result`, published as docs/result.schema.json; its keys are those of the types, by the compiler.

import type { HostResult, ReleaseRow, Result, Status } from '../flow/result.ts'

const statuses = {
  deployed: true,
  staged: true,
  published: true,
  rolled_back: true,
  pruned: true,
  listed: true,
  checked: true,
  repaired: true,
  planned: true,
  failed: true,
  reverted: true,
} satisfies Record<Status, true>

type Schema = Readonly<Record<string, unknown>>
/** The keys that a type names, without those that it allows beside them. */
type Named<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] }

const status = { enum: Object.keys(statuses) }
const name = { type: ['string', 'null'] }
const labels = { type: 'array', items: { type: 'string' } }
const amount = { type: 'integer', minimum: 0 }

const host = {
  host: { type: 'string', description: 'As `hosts` names it.' },
  status,
  release: {
    ...name,
    description: 'What the host serves when the run ends; null for none, or when nobody knows.',
  },
  previous_release: { ...name, description: 'What it served before, if that was another one.' },
  error: { ...name, description: 'What failed there.' },
  seconds: { type: 'number', minimum: 0 },
  bytes_sent: amount,
  files_changed: amount,
  connections: amount,
  round_trips: amount,
} satisfies Record<Named<HostResult>, Schema>

const release = {
  release: { type: 'string' },
  current: { ...labels, description: 'Hosts that serve it.' },
  hosts: { ...labels, description: 'Hosts that have it on disk.' },
  created_at: name,
  state: { type: 'string' },
} satisfies Record<Named<ReleaseRow>, Schema>

const result = {
  schema: { const: 1 },
  status,
  release: { ...name, description: 'What this run made current, or staged.' },
  previous_release: name,
  release_path: name,
  hosts: { type: 'array', items: object(host, false) },
  releases: {
    type: 'array',
    description: 'Newest first.',
    items: object(release, {
      description:
        "The release's metadata, and what was recorded with it: revision, ref, actor, run, files, bytes, digest.",
    }),
  },
} satisfies Record<Named<Result>, Schema>

export function resultSchema(): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The output `result` of releases-deploy',
    ...object(result, false),
  }
}

function object(properties: Readonly<Record<string, Schema>>, additionalProperties: false | Schema): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties }
}

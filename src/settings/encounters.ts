// Hosts of one list that meet: one place twice, or two applications in each other's way.

import { posix } from 'node:path'
import { nameWithPort, placeOf } from './address.ts'
import { Problem, show } from './problem.ts'
import type { HostSettings } from './schema.ts'

interface Entry {
  /** Its place in the list, from 1. */
  readonly entry: number
  readonly name: string
  readonly port: number
  readonly settings: HostSettings
}

export function encounters(entries: readonly Entry[]): readonly Problem[] {
  return [...duplicates(entries), ...intrusions(entries)]
}

function duplicates(drafts: readonly Entry[]): readonly Problem[] {
  const seen = new Map<string, Entry>()
  return drafts.flatMap((draft) => {
    const { entry, settings } = draft
    const key = JSON.stringify([placeOf(draft), settings.remote_dir])
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, draft)
      return []
    }
    const twice = `${nameWithPort(first)} with remote_dir ${show(settings.remote_dir)}`
    const remedy = 'Remove one, or give it another remote_dir.'
    return [new Problem(`entries ${first.entry} and ${entry} are both ${twice}`, remedy, 'hosts')]
  })
}

/** Two applications of one host that would take each other's link, or lie in each other's way. */
function intrusions(drafts: readonly Entry[]): readonly Problem[] {
  return drafts.flatMap((draft, at) =>
    drafts.slice(0, at).flatMap((other) => {
      const { remote_dir: here, public_dir: link } = draft.settings
      const { remote_dir: there, public_dir: theirs } = other.settings
      const apart = placeOf(draft) !== placeOf(other)
      if (apart || here === undefined || there === undefined || here === there) return []
      const entries = `entries ${other.entry} and ${draft.entry}`
      if (posix.resolve(here, link) === posix.resolve(there, theirs)) {
        const fault = `${entries} would both lead ${show(posix.resolve(here, link))} to their releases`
        return [new Problem(fault, 'Give each a public_dir of its own.', 'hosts')]
      }
      const kept = [draft, other].find(({ settings }) => {
        const mine = settings.remote_dir === here ? there : here
        return keptIn(settings).some((dir) => `${mine}/`.startsWith(`${dir}/`))
      })
      if (kept === undefined) return []
      const fault = `${entries} lie in each other's way: one remote_dir is inside what the other keeps`
      return [new Problem(fault, 'Give each a directory of its own.', 'hosts')]
    }),
  )
}

/** Directories whose content is decided by one application alone. */
function keptIn({ remote_dir: root, release_dir: releases }: HostSettings): readonly string[] {
  return [releases, '.releases', 'shared'].map((dir) => posix.join(root ?? '/', dir))
}

// What a release is given on a host besides its artifact: links into shared/, the file that holds its commit, permissions.

import { deployOf, type Entry, type JsonObject } from '../release/manifest.ts'
import { type HostSettings, schema } from '../settings/schema.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

type Own = 'linked_dirs' | 'linked_files' | 'dir_permissions' | 'file_permissions'

export interface Given extends Pick<HostSettings, Own> {
  readonly revision_file: string | undefined
  /** The commit; null for none, and then there is no file that holds it. */
  readonly revision: string | null
}

export function givenBy({ settings, origin }: Context, { host }: Pick<Station, 'host'>): Given {
  const { linked_dirs, linked_files, dir_permissions, file_permissions } = host.settings
  const { revision_file } = settings
  return {
    linked_dirs,
    linked_files,
    dir_permissions,
    file_permissions,
    revision_file,
    revision: origin.revision,
  }
}

/** As its record keeps it, for when the release has to be made once more; undefined for nothing. */
export function noteOf({ revision: _, ...given }: Given): JsonObject | undefined {
  const known = Object.entries(given).filter(([, value]) => value !== undefined && value.length > 0)
  return known.length === 0 ? undefined : (Object.fromEntries(known) as JsonObject)
}

/** The same from a record, of the host itself or of this action's own cache: only what the settings would take as well. */
export function givenIn(entry: Entry): Given {
  const deploy = deployOf(entry)
  return givenFrom(deploy?.given ?? {}, deploy?.revision)
}

export function givenFrom(note: Readonly<Record<string, unknown>>, commit: unknown): Given {
  const read = <T>(name: Own | 'revision_file', parse: (value: unknown) => T): T | undefined => {
    try {
      return note[name] === undefined ? undefined : parse(note[name])
    } catch {
      return undefined
    }
  }
  return {
    linked_dirs: read('linked_dirs', schema.linked_dirs.parse),
    linked_files: read('linked_files', schema.linked_files.parse),
    dir_permissions: read('dir_permissions', schema.dir_permissions.parse),
    file_permissions: read('file_permissions', schema.file_permissions.parse),
    revision_file: read('revision_file', schema.revision_file.parse),
    // It becomes the text of a file.
    revision: typeof commit === 'string' && /^[0-9a-f]{7,64}$/.test(commit) ? commit : null,
  }
}

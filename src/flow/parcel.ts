// What goes to every host of a run, and is worked out once for all of them.

import type { Entry, JsonObject } from '../release/manifest.ts'
import type { Artifact } from '../transfer/artifact.ts'
import type { Remainder } from '../transfer/content.ts'
import type { Fingerprint } from '../transfer/digest.ts'
import type { Tarball } from '../transfer/tarball.ts'
import type { Given } from './given.ts'

export interface Parcel {
  readonly release: string
  readonly artifact: Artifact
  /** Made while the upload runs. */
  readonly fingerprint: Promise<Fingerprint>
  /** What is left to send to a host, by what it has offered; null for all of it. */
  readonly remainderOf: (offer: Buffer) => Promise<Remainder | null>
  /** That as one archive; null where rsync does better. */
  readonly tarballOf: (rest: Remainder) => Promise<Tarball | null>
  readonly metadata: JsonObject
  /** The second try of a workflow run: hosts that serve the release already are left alone. */
  readonly rerun: boolean
  /** What is on record of it already; without it, a record of this run is made. */
  readonly record?: Entry
  /** What it was given then besides; without it, what the settings give. */
  readonly given?: Given
}

// What the sending of an artifact to one host is told, and what comes of it.

import type { Connection } from '../connection/connection.ts'
import type { Layout } from '../release/layout.ts'
import type { Artifact } from './artifact.ts'
import type { Compression } from './compression.ts'
import { contentKey, type Remainder } from './content.ts'
import type { Fingerprint } from './digest.ts'
import type { Shell } from './shell.ts'
import type { Tarball } from './tarball.ts'

export interface Upload {
  readonly artifact: Artifact
  readonly release: string
  /** The release that unchanged files are taken from, or null. */
  readonly basis: string | null
  readonly dedupe: 'hardlink' | 'reflink' | 'copy' | 'off'
  /** An interrupted upload to go on from. */
  readonly leftover: string | null
  readonly dirPermissions: string | undefined
  readonly filePermissions: string | undefined
  readonly become: string | undefined
  /** Id of the run. */
  readonly run: string
  /** Path that the host writes itself into each release, or null. */
  readonly own: string | null
  /** The host has nothing to compare with, so all of it is sent. */
  readonly fresh: boolean
  /** Both rsyncs know this checksum: said at once, it need not be agreed upon. */
  readonly xxh128: boolean
  /** What is left to send may go as one archive, if it is little: the host's tar is one that was tried. */
  readonly tar: boolean
  /** All of it may go as one stream: the host has what unpacks it. */
  readonly stream: boolean
  /** Both rsyncs have it; null for none. */
  readonly compression: Compression | null
  /** What the host has offered to begin with (Session.open), or null. */
  readonly offer: Buffer | null
}

export interface Sent {
  readonly bytes: number
  readonly filesChanged: number
  /** Whether the host has a hash of every file, for the next upload. */
  readonly hashed: boolean
}

export interface Sending {
  /** A directory of the run's own on the runner. */
  readonly dir: string
  readonly connection: Connection
  /** Label of the host. */
  readonly host: string
  readonly layout: Layout
  readonly fingerprint: Promise<Fingerprint>
  /** What is left to send, or null for all of it, by what a host has offered. */
  readonly remainderOf: (offer: Buffer) => Promise<Remainder | null>
  /** That as one archive, or null where rsync does better. */
  readonly tarballOf: (rest: Remainder) => Promise<Tarball | null>
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
  /** Asked for ahead; else one is asked for. */
  readonly waiting?: Shell | undefined
}

/** What makes the hashes that its host keeps; empty for none. */
export function keyOf({ artifact, ...upload }: Upload): string {
  return contentKey({ plain: artifact.plain, ...upload })
}

// What a run found and did: the shape of the outputs (README.md, "Outputs"); knows nothing of how it is shown.

export type Status =
  | 'deployed'
  | 'staged'
  | 'published'
  | 'rolled_back'
  | 'pruned'
  | 'listed'
  | 'checked'
  | 'repaired'
  | 'planned'
  | 'failed'
  | 'reverted'

/** One host's part in the run. Times in seconds, sizes in bytes. */
export interface HostResult {
  readonly host: string
  readonly status: Status
  /** The release `current` points to when the run ends; null when there is none or nobody knows. */
  readonly release: string | null
  readonly previous_release: string | null
  readonly error: string | null
  readonly seconds: number
  readonly bytes_sent: number
  readonly files_changed: number
  readonly connections: number
  readonly round_trips: number
}

/** A stretch of time that a host spent at a phase of the flow, in seconds since the run began. */
export interface Span {
  readonly phase: string
  readonly begin: number
  readonly end: number
}

/** What one host spent its time on, in order. */
export interface Timeline {
  readonly host: string
  readonly spans: readonly Span[]
}

/** One release as the whole fleet sees it. */
export interface ReleaseRow {
  readonly release: string
  /** Labels of the hosts that serve it. */
  readonly current: readonly string[]
  /** Labels of the hosts that have it on disk. */
  readonly hosts: readonly string[]
  readonly created_at: string | null
  readonly state: string
  /** The user's metadata and what the tool recorded itself (revision, ref, actor, run, files, bytes, digest). */
  readonly [key: string]: unknown
}

export interface Result {
  readonly schema: 1
  readonly status: Status
  readonly release: string | null
  readonly previous_release: string | null
  readonly release_path: string | null
  readonly hosts: readonly HostResult[]
  readonly releases: readonly ReleaseRow[]
}

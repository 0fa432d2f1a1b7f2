// What one host is asked to do, worked out before it is asked: a switch, what goes after it, and both in one breath.

import type { Pruned } from '../host/answers.ts'
import type { Publication } from '../host/questions.ts'
import type { Entry } from '../release/manifest.ts'
import type { PrunePlan } from '../release/retention.ts'

/** A switch. */
export interface Order {
  readonly publication: Publication
  /** The host's records from then on. */
  readonly entries: readonly Entry[]
}

/** What is to go. */
export interface Clearing {
  readonly plan: PrunePlan
  /** Texts to write; empty leaves the file alone. */
  readonly manifest: string
  readonly event: string
  /** The host's records when nothing goes, and from then on. */
  readonly marked: readonly Entry[]
  readonly entries: readonly Entry[]
}

/** What a host was told before its release was placed. */
export interface Ahead {
  readonly order: Order
  readonly switched: Promise<void>
  readonly clearing: Clearing
  /** Null when it is still to be told. */
  readonly cleared: Promise<Pruned> | null
}

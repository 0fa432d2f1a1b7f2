// What may be asked of a host, and what it answers.

import type { Placed, Probe, Pruned, Records, Verified } from './answers.ts'
import type { Holder } from './lock.ts'
import type { HostState } from './state.ts'

export interface Opening {
  /** `look` changes nothing and waits for no lock; `lock` locks; `create` also makes the remote_dir. */
  readonly access: 'look' | 'lock' | 'create'
  /** Seconds to wait for another run's lock. */
  readonly wait: number
  readonly holder: Holder
  /**
   * A release to compare with its index, and to make ready for a switch, in the same message; `@previous` for the one a rollback would
   * choose, `@staged` for the one that was staged last.
   */
  readonly verify: string
  /** Asks for what an upload needs of the host: its rsync, and room. */
  readonly uploads: boolean
  /** Asks what an upload may begin with: what hashes must have been made with (content.ts, contentKey). Empty: not asked. */
  readonly contentKey: string
  /** What should be in shared/: `file:PATH` and `dir:PATH`. */
  readonly shared: readonly string[]
  /** What the lock says of its holder, whenever one is found there, and seconds waited. */
  readonly onHeld: (holder: string, waited: number) => void
}

/** A path of a release that leads into shared/. */
export interface SharedLink {
  readonly kind: 'file' | 'dir'
  readonly path: string
  /** Text of the link. */
  readonly text: string
}

export interface Placement {
  readonly release: string
  readonly proof: string
  readonly record: string
  /** The hashes that came with the upload are those of what is there. */
  readonly hashed: boolean
  /** Make it ready for the switch, which is what comes next. */
  readonly arm?: boolean
  /** A file in the release that gets `revision`; empty for none. */
  readonly revisionFile: string
  readonly revision: string
  /** Octal permissions of that file, and of directories that are made for it or for a link; empty for those of the umask. */
  readonly fileMode: string
  readonly dirMode: string
  readonly links: readonly SharedLink[]
}

export interface Publication {
  /** The link's new text; empty takes the link away. */
  readonly link: string
  /** The release it leads to; empty when the link is put back to a place that is not one. */
  readonly release: string
  /** Where a rollback would go afterwards; a hint for the next `open`. */
  readonly previous: string
  /** Texts to write; empty leaves the file alone. */
  readonly manifest: string
  readonly event: string
  /** No command ran on the host since it was made ready. */
  readonly armed?: boolean
}

/** Why nothing came of what follows on another question: that did not end well, or `stop` came before its turn. */
export class PassedOver extends Error {}

export interface Session extends AsyncDisposable {
  /** Frees the lock; `wait` until the host has heard of it. */
  end(wait: boolean): Promise<void>
  open(opening: Opening): Promise<HostState>
  verify(release: string): Promise<Verified | null>
  records(): Promise<Records>
  place(placement: Placement): Promise<Placed>
  /**
   * What commands have made of a release is what it is from now on: a later look tells what has changed since.
   * @returns whether they changed any of what came with the upload.
   */
  renew(release: string): Promise<boolean>
  /** All of a switch that can be done before it. */
  arm(release: string): Promise<void>
  /** @param onSwitched the link is in its place; its records are still to be written. */
  publish(publication: Publication, onSwitched?: () => void): Promise<void>
  settle(manifest: string, event: string): Promise<void>
  finish(manifest: string, event: string, remove: readonly string[]): Promise<Pruned>
  /**
   * The same, to be asked before the question before it is answered, and only meant if that ends well.
   * @throws Failure whose cause is PassedOver when it was not begun with.
   */
  readonly following: Pick<Session, 'publish' | 'finish'>
  /** Whether what follows with these texts finds room on its way while the host is still busy. */
  hasRoom(...texts: readonly string[]): boolean
  /** What follows on a question and is not begun with is not done any more. */
  stop(): void
  /** As rolled-back-release-….tar.gz beside the manifest. */
  archive(release: string): Promise<void>
  /** @param look make nothing, not even for a moment: what only trying tells is then taken to be well. */
  probe(look?: boolean): Promise<Probe>
  /** A rebuilt manifest; the broken one is kept as `keptAs` (empty when there is none). */
  restore(manifest: string, keptAs: string): Promise<void>
  readonly roundTrips: number
}

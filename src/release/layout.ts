// Where things lie below a remote_dir (host.md, "Layout"): pure paths, no I/O.

import { posix } from 'node:path'

export interface Layout {
  /** Absolute, without a trailing slash. */
  readonly root: string
  /** The releases directory, relative to root. */
  readonly releases: string
  /** The directory that holds the public link: relative to root, or absolute for a docroot elsewhere. */
  readonly linkDir: string
  readonly linkName: string
}

export function layoutOf(settings: {
  readonly remote_dir: string
  readonly release_dir: string
  readonly public_dir: string
}): Layout {
  return {
    root: settings.remote_dir,
    releases: settings.release_dir,
    linkDir: posix.dirname(settings.public_dir),
    linkName: posix.basename(settings.public_dir),
  }
}

export function releasePath(layout: Layout, release: string): string {
  return posix.join(layout.root, layout.releases, release)
}

export function publicPath(layout: Layout): string {
  return posix.resolve(layout.root, layout.linkDir, layout.linkName)
}

/** The paths of a release that lead into shared/, as its settings name them. */
export function linkedPaths(settings: {
  readonly linked_dirs?: readonly string[] | undefined
  readonly linked_files?: readonly string[] | undefined
}): readonly { readonly kind: 'file' | 'dir'; readonly path: string }[] {
  return [
    ...(settings.linked_dirs ?? []).map((path) => ({ kind: 'dir', path }) as const),
    ...(settings.linked_files ?? []).map((path) => ({ kind: 'file', path }) as const),
  ]
}

/** The text of the link at `path` of a release that leads to the same path below shared/: relative, wherever the root is. */
export function sharedLinkText(layout: Layout, path: string): string {
  const from = posix.dirname(posix.join('/', layout.releases, 'release', path))
  return posix.relative(from, posix.join('/shared', path))
}

/**
 * The text of the public link. Relative inside the root, so that it also resolves in chroots and containers; absolute for a
 * link elsewhere.
 */
export function linkText(layout: Layout, release: string): string {
  const target = releasePath(layout, release)
  if (posix.isAbsolute(layout.linkDir)) return target
  return posix.relative(posix.join(layout.root, layout.linkDir), target)
}

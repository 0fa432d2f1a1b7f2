// What the log hears of an upload while it runs.

import prettyBytes from 'pretty-bytes'

/** Seconds between two lines of progress. */
const PROGRESS_EVERY = 5

/**
 * A line every few seconds of an upload that takes that long. Counted here: rsync's own progress has a report for every file, which for
 * a hundred thousand of them is more work than sending them.
 */
export function reportProgress(onProgress: (text: string) => void, total: number): (bytes: number) => void {
  const started = Date.now()
  let last = started
  let sent = 0
  return (bytes) => {
    sent += bytes
    const now = Date.now()
    if (now - last < PROGRESS_EVERY * 1000) return
    last = now
    const rate = (sent * 1000) / (now - started)
    // What the host has already is not sent, and only rsync knows how much that is.
    const left = Math.max(0, Math.ceil((total - sent) / rate))
    onProgress(`uploading: ${prettyBytes(sent)} sent, ${prettyBytes(rate)}/s, at most ${left} s left`)
  }
}

// Whether an rsync can serve, by the first line of its `--version`.

import { series } from '../wording.ts'

type Version = readonly [major: number, minor: number]

/** The oldest rsync whose flags this tool uses. */
const OLDEST_RSYNC: Version = [3, 1]

/** The oldest rsync without the holes that were closed in January 2025 (CVE-2024-12084 and others). */
const SAFE_RSYNC: Version = [3, 4]

/** Why it cannot, or null. */
export function rsyncProblem(line: string): string | null {
  if (/openrsync/i.test(line)) return `is openrsync (${line.trim()}), which lacks needed flags`
  const version = versionOf(line)
  if (!version) return `did not tell its version (${line.trim().slice(0, 100)})`
  return isOlder(version, OLDEST_RSYNC) ? `is too old (${version.join('.')})` : null
}

function versionOf(line: string): Version | null {
  const found = /version v?(\d+)\.(\d+)/.exec(line)
  return found ? [Number(found[1]), Number(found[2])] : null
}

function isOlder([major, minor]: Version, [thanMajor, thanMinor]: Version): boolean {
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}

/** A remark on the rsyncs that may still have known holes, by whose they are; null when there are none. */
export function rsyncRemark(lines: ReadonlyMap<string, string>): string | null {
  const old = [...lines].filter(([, line]) => {
    const version = versionOf(line)
    return version !== null && isOlder(version, SAFE_RSYNC)
  })
  if (old.length === 0) return null
  const whose = series(old.map(([owner]) => owner))
  return `rsync is older than 3.4.0 on ${whose}: known holes were closed there (CVE-2024-12084). Debian, Ubuntu and others mended theirs without a new number: see that updates are installed`
}

// What a release may be called. Names come from users and from hosts; only plain ones ever become part of a path.

/** What `release_name` may be. */
export const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

export function isPlain(name: unknown): name is string {
  return typeof name === 'string' && plainName.test(name)
}

/** The default name: UTC, `YYYYMMDDHHMMSS`. */
export function nameAt(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 14)
}

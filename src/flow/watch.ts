// The eyes of a run: what the flow tells whoever watches it. The report implements it; tests may too.

export interface Watch {
  /** A phase begins, named as in flow.md; `title` says it in words. */
  phase(name: string, title: string): void
  /** A line of our own, about one host or (undefined) the run. */
  note(host: string | undefined, text: string): void
  /** A line that a host printed: untrusted. */
  output(host: string, line: string): void
  /** Something the user should look at, which stops nothing. */
  warn(host: string | undefined, text: string): void
  /** For readers who turned on the runner's debug logging. */
  debug(host: string | undefined, text: string): void
}

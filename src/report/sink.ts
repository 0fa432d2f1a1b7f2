// Where a report goes: the part of @actions/core that it needs, so that a test can stand in its place.

export interface Sink {
  info(message: string): void
  debug(message: string): void
  warning(message: string, properties?: { title?: string }): void
  error(message: string, properties?: { title?: string }): void
  startGroup(name: string): void
  endGroup(): void
  setOutput(name: string, value: string): void
  setSecret(secret: string): void
  readonly summary: {
    addRaw(text: string): { write(): Promise<unknown> }
  }
}

/** The runner's environment files are named here; missing ones mean "not on a runner", never an error. */
export type Environment = Readonly<Record<string, string | undefined>>

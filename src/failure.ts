// What went wrong, as the person who must act on it needs to read it: an error is part of the interface.

export interface FailureDetail {
  /** Label of the host it happened on. */
  readonly host?: string
  /** The flow's name for the moment it happened in, e.g. `updating`. */
  readonly phase?: string
  /** What to do now, one sentence or a command to paste. */
  readonly remedy?: string
  /** What was *not* changed, e.g. "current still points to releases/20261121184358". */
  readonly unchanged?: string
  /** Nobody answered there: the one failure that `min_hosts` may forgive. */
  readonly unreachable?: boolean
  readonly cause?: unknown
}

/** An error whose message is meant for the user; anything else that is thrown is a defect of ours. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly detail: FailureDetail

  constructor(message: string, detail: FailureDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.detail = detail
  }

  /** The same failure, seen from further out: what is already known stays. */
  at(outer: FailureDetail): Failure {
    return new Failure(this.message, { ...outer, ...this.detail })
  }
}

/** Any thrown thing as a Failure, so that a report never has to guess. */
export function failureFrom(error: unknown, detail: FailureDetail = {}): Failure {
  if (error instanceof Failure) return error.at(detail)
  const message = error instanceof Error ? error.message : String(error)
  return new Failure(message, { ...detail, cause: error })
}

// Waiting that ends when a run is cancelled.

/** What the promise gives, unless the signal fires first: then `undo` runs and its reason is thrown. */
export async function orAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  undo: () => void = () => {},
): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => {
    undo()
    aborted.reject(signal.reason)
  }
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

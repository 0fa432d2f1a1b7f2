// What takes long and always comes out the same, such as opening an encrypted key: done once a run, not once a host.

/** `work` that remembers what came of the same texts before, a failure too. */
export function once<A extends readonly (string | undefined)[], T>(
  work: (...texts: A) => T,
): (...texts: A) => T {
  const outcomes = new Map<string, () => T>()
  return (...texts) => {
    const name = JSON.stringify(texts)
    const outcome = outcomes.get(name) ?? outcomeOf(() => work(...texts))
    outcomes.set(name, outcome)
    return outcome()
  }
}

function outcomeOf<T>(work: () => T): () => T {
  try {
    const value = work()
    return () => value
  } catch (error) {
    return () => {
      throw error
    }
  }
}

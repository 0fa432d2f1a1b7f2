// The environment of programs that are started on the runner.

/** Inputs hold the SSH key, and the ACTIONS_ tokens speak for the workflow: neither is any program's business. */
export function environment(): NodeJS.ProcessEnv {
  const isSecret = (name: string) => /^(INPUT_|ACTIONS_RUNTIME_TOKEN$|ACTIONS_ID_TOKEN_)/i.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSecret(name)))
}

// The environment that programs started on the runner get: this process's own without what only the action may know.

/** Inputs hold the SSH key, and the ACTIONS_ tokens speak for the workflow: neither is any other program's business. */
const SECRET = /^(INPUT_|ACTIONS_RUNTIME_TOKEN$|ACTIONS_ID_TOKEN_)/i

export function withoutSecrets(): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !SECRET.test(name)) env[name] = value
  }
  return env
}

// Whether the runner itself has an rsync that can serve.

import { getExecOutput } from '@actions/exec'
import { plainLocale } from './artifact.ts'

/** The first line of `rsync --version`; null when there is no rsync on the runner. */
export async function localRsync(): Promise<string | null> {
  try {
    const { stdout, stderr } = await getExecOutput('rsync', ['--version'], {
      silent: true,
      ignoreReturnCode: true,
      env: plainLocale(),
    })
    return `${stdout}${stderr}`.split('\n')[0] ?? ''
  } catch {
    return null
  }
}

// After the job: removes what a killed step could not. Never fails the job.

import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import * as core from '@actions/core'

const dir = core.getState('dir')
if (dir && basename(dir).startsWith('releases-')) {
  await rm(dir, { recursive: true, force: true }).catch((error) =>
    core.info(`could not remove ${dir}: ${error.message}`),
  )
}

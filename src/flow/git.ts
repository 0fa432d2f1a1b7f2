// The git gate (`check_git`, `git_branch`): what is deployed is what is committed, and from the right branch.

import { relative, resolve } from 'node:path'
import { getExecOutput } from '@actions/exec'
import { plainLocale, workspace } from '../environment.ts'
import { Failure } from '../failure.ts'
import type { Context } from './context.ts'
import { FleetFailure, failuresOf } from './fleet.ts'

/** @throws FleetFailure for a dirty work tree (artifact and ignored files aside), another branch, or both. */
export async function checkGit(context: Context): Promise<void> {
  const dir = workspace()
  const ends = await Promise.allSettled([checkTree(context, dir), checkBranch(context, dir)])
  const failures = ends.flatMap((end) =>
    end.status === 'rejected' ? failuresOf(end.reason, 'starting', undefined) : [],
  )
  // A git that cannot tell cannot tell either.
  const told = new Map(failures.map((failure) => [failure.message, failure]))
  if (told.size > 0) throw new FleetFailure('starting', [...told.values()])
}

async function checkTree({ settings }: Context, dir: string): Promise<void> {
  if (!settings.check_git) return
  const artifact = settings.local_dir === undefined ? '' : relative(dir, resolve(dir, settings.local_dir))
  const apart = artifact && !artifact.startsWith('..') ? [`:(exclude,literal)${artifact}`] : []
  const dirty = (await git(dir, ['status', '--porcelain', '--', '.', ...apart])).split('\n').filter(Boolean)
  if (dirty.length === 0) return
  const named = dirty
    .slice(0, 10)
    .map((line) => line.slice(3))
    .join(', ')
  throw new Failure(`the work tree is not clean (check_git): ${named}${dirty.length > 10 ? ', …' : ''}`, {
    phase: 'starting',
    remedy: 'Commit or ignore these files, or leave `check_git` out.',
  })
}

async function checkBranch(context: Context, dir: string): Promise<void> {
  const { git_branch: wanted } = context.settings
  if (wanted === undefined) return
  const branch = await branchOf(context, dir)
  if (branch === wanted) return
  throw new Failure(`this run is on ${branch ?? 'no branch'}, not on ${wanted} (git_branch)`, {
    phase: 'starting',
    remedy: `Run the workflow on ${wanted}.`,
  })
}

/** Actions checks out a detached HEAD: there the event's ref tells the branch. */
async function branchOf({ origin }: Context, dir: string): Promise<string | null> {
  const head = /^refs\/heads\/(.+)$/.exec(origin.ref ?? '')
  if (head) return head[1] as string
  if (origin.ref !== null) return null
  const name = (await git(dir, ['rev-parse', '--abbrev-ref', 'HEAD'])).trim()
  return name === 'HEAD' ? null : name
}

async function git(dir: string, args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await getExecOutput('git', args, {
    cwd: dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale(),
  }).catch(() => ({ exitCode: 127, stdout: '', stderr: 'git is not installed on the runner' }))
  if (exitCode === 0) return stdout
  throw new Failure(`git cannot tell: ${stderr.trim().slice(0, 500)}`, {
    phase: 'starting',
    remedy:
      'Check the repository out with actions/checkout before the deploy, or leave `check_git` and `git_branch` out.',
  })
}

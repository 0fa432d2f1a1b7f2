// Places that other tools deployed to: the two trees that real ones made, and two in the manner of others.

import { mkdir, readdir, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { program, writeFiles } from './world.ts'

const fixtures = resolve(import.meta.dirname, '../fixtures')

/** Unpacks the tree of `app` to `root`, with its absolute links led there. */
export async function unpack(app: 'statistrano-app' | 'capistrano-app', root: string): Promise<void> {
  await mkdir(root, { recursive: true })
  await program('tar', ['-xzf', join(fixtures, `${app}.tar.gz`), '--strip-components=1', '-C', root])
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const target = await readlink(path)
    if (!target.startsWith(`/srv/${app}/`)) continue
    await rm(path)
    await symlink(target.replace(`/srv/${app}`, root), path)
  }
}

export const statistrano = ['1795287555', '1795287558', '1795287561'] as const
export const capistrano = ['20261121185931', '20261121185935'] as const
export const deployer = ['7', '8', '9', '10'] as const

/** As Deployer 7 leaves it: releases are numbers, 9 was rolled back from, 11 was begun and never done. */
export async function makeDeployer(root: string): Promise<void> {
  const line = (release: string, target: string) =>
    `${JSON.stringify({ created_at: `2026-11-${10 + Number(release)}T08:00:00+0000`, release_name: release, user: 'Ann', target })}\n`
  await writeFiles(root, {
    ...Object.fromEntries(deployer.map((release) => [`releases/${release}/index.html`, release])),
    ...Object.fromEntries(
      deployer.map((release) => [`releases/${release}/REVISION`, `${release.repeat(40).slice(0, 40)}\n`]),
    ),
    'releases/9/BAD_RELEASE': '2026-11-19T09:00:00+0000,Ann',
    'releases/11/index.html': 'half',
    '.dep/releases_log': ['6', ...deployer, '11'].map((release) => line(release, 'main')).join(''),
    '.dep/latest_release': '11',
    'shared/.env': 'SECRET=1',
  })
  await symlink('releases/10', join(root, 'current'))
  await symlink('releases/11', join(root, 'release'))
}

/** As a script of somebody's own leaves it: an absolute link, names and dates in no order, notes beside the releases. */
export async function makeByHand(root: string): Promise<void> {
  await writeFiles(root, {
    'releases/v9/index.html': 'v9',
    'releases/v10/index.html': 'v10',
    'releases/2024-before-relaunch/index.html': 'old',
    'releases/README.txt': 'do not delete',
    'deploy.sh': '#!/bin/sh\n',
  })
  await mkdir(join(root, 'releases/.hidden'))
  await symlink(join(root, 'releases/v10'), join(root, 'current'))
  await utimes(join(root, 'releases/v10'), 0, 0)
  await writeFile(join(root, 'releases/v9/cache'), 'x')
}

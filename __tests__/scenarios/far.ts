// A world far away, by a wire that can be cut.

import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { startDelayProxy } from '../../bench/delay_proxy.ts'
import { startCutProxy } from '../servers/cut_proxy.ts'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { bulk, openWorld, startServers } from './world.ts'

/** A world some milliseconds away, whose host has other tools. */
export async function farAway(
  tools: { without?: readonly string[]; fakes?: Record<string, string> } = {},
  { roundTrip = 10, maxSessions = 10 } = {},
) {
  await using stack = new AsyncDisposableStack()
  const box = stack.use(await toolbox(tools))
  const { one } = stack.use(await startServers(1, { config: [box.path], maxSessions }))
  const wire = stack.use(await startDelayProxy({ port: one.port, roundTrip }))
  const cutter = stack.use(await startCutProxy(wire.port))
  const { port } = cutter
  const knownHosts = one.hostPublicKeys.map((key) => `[127.0.0.1]:${port} ${key}\n`).join('')
  const world = stack.use(await openWorld([{ ...one, port, knownHosts }]))
  const kept = stack.move()
  return { world, cutter, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

export type Far = Awaited<ReturnType<typeof farAway>>

/** A build with all that a release may hold. */
export async function build({ world }: Far) {
  await world.write({
    'index.html': 'hello\n',
    'a b/-c': 'text',
    'bin/run': '#!/bin/sh\n',
    ...bulk(30, 40_000),
  })
  const at = (path: string) => join(world.build, path)
  await chmod(at('bin/run'), 0o750)
  await chmod(at('bin'), 0o2711)
  await mkdir(at('empty'))
  await symlink('../index.html', at('bin/link'))
}

/** What a release on the host is. */
export const placed = ({ world }: Far, release: string) =>
  readTree(join(world.place.root, 'releases', release))

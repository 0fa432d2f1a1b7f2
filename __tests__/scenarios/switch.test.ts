import { mkdir, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Sshd } from '../servers/sshd.ts'
import { toolbox } from './toolbox.ts'
import { openWorld, startServers } from './world.ts'

const HOSTS = 10

/** A rename that waits until all hosts are at theirs, and fails when they do not come; while there is a `gate`. */
const together = (dir: string) => ({
  mv: `case "$*" in *stage.*) if [ -d '${dir}/gate' ]; then
  : >"${dir}/gate/$$" turn=0
  while [ "$(ls '${dir}/gate' | wc -l)" -lt ${HOSTS} ]; do
    turn=$((turn + 1)); [ "$turn" -lt 300 ] || exit 9; sleep 0.1
  done
fi ;; esac
exec /bin/mv "$@"`,
})

test('ten hosts are told of their switch before any has done it, and nobody ever sees none', {
  timeout: 180_000,
}, async () => {
  await using local = await openWorld(['local'])
  await using tools = await toolbox({ fakes: together(local.dir) })
  await using servers = await startServers(2, { config: [tools.path] })
  await using world = await openWorld(Array.from({ length: HOSTS }, (_, at) => servers.all[at % 2] as Sshd))
  await world.deployed('one')
  await mkdir(join(local.dir, 'gate'))

  /** When each link was first seen to lead to `two`. */
  const seen: number[] = []
  let watching = true
  const watch = async () => {
    while (watching) {
      for (const [at, place] of world.places.entries()) {
        const text = await readlink(place.link)
        expect(['releases/one', 'releases/two']).toContain(text)
        if (text === 'releases/two') seen[at] ??= performance.now()
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const watcher = watch()
  const { log } = await world.deployed('two')
  watching = false
  await watcher

  expect(await readdir(join(local.dir, 'gate'))).toHaveLength(HOSTS)
  const told = /10 hosts told of their switch within (\d+) ms/.exec(log)
  expect(told).not.toBeNull()
  expect(seen.filter(Boolean)).toHaveLength(10)
  const spread = Math.max(...seen) - Math.min(...seen)
  console.log(`links changed within ${spread.toFixed(0)} ms; hosts told of it within ${told?.[1]} ms`)
  expect(await world.serving()).toEqual(Array.from({ length: 10 }, () => 'two'))
  await world.expectSound()
})

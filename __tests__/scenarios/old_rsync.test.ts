// F30: hosts and runners with an rsync of before 2020, which knows neither the new checksums nor the new words of the protocol.

import { expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { bulk, type Files, openWorld, startServers, until } from './world.ts'

/** Programs to try as well, separated by colons: builds of old versions. */
const builds = (process.env.OLD_RSYNC ?? '').split(':').filter((file) => file !== '')
if (builds.length === 0)
  process.stderr.write('NOT TESTED: builds of old rsyncs, since OLD_RSYNC names none; only a stand-in\n')

/**
 * Today's rsync as 3.1.3 would be: its version, protocol and checksum. Without the last of the letters that say what the two
 * can do (`e.iLsfxCIvu`), a host's side speaks as an old one.
 */
const standIn = [
  '[ "$1" != --version ] || { echo \'rsync  version 3.1.3  protocol version 31\'; exit 0; }',
  'for word do',
  '  shift',
  '  case $word in -*e.*C*) word=$(printf "%s" "$word" | sed "s/C[^C]*$/C/") ;; esac',
  '  set -- "$@" "$word"',
  'done',
  'export RSYNC_CHECKSUM_LIST=md5 RSYNC_COMPRESS_LIST=zlib',
  'exec /usr/bin/rsync --protocol=31 "$@"',
].join('\n')

const rsyncs = [
  { what: 'a stand-in for 3.1.3', script: standIn },
  ...builds.map((file) => ({ what: file, script: `exec '${file}' "$@"` })),
]

const site = (release: string): Files => ({
  ...bulk(30, 4_000),
  'index.html': `${release}\n`,
  'same.css': 'body {}\n',
  'deep/er/page.html': `${release} below\n`,
  "odd $(touch pwned) 'name'.txt": 'odd\n',
})

for (const { what, script } of rsyncs) {
  for (const where of ['host', 'runner', 'host and runner'] as const) {
    test.concurrent(`with ${what} on the ${where}, unchanged files are shared and all is what was sent`, async () => {
      await using box = await toolbox({ fakes: { rsync: script } })
      await using servers = await startServers(1, { config: where === 'runner' ? [] : [box.path] })
      await using world = await openWorld([servers.one])
      const way = where === 'host' ? {} : { env: { PATH: box.search } }
      const artifacts = new Map<string, Awaited<ReturnType<typeof readTree>>>()
      const deploy = async (release: string, inputs = {}) => {
        await world.write(site(release))
        artifacts.set(release, await readTree(world.build))
        const done = await world.deployed(release, inputs, way)
        await world.expectSound({ artifacts })
        return done
      }
      await deploy('one')
      const { result } = await deploy('two')
      expect(result.hosts[0].files_changed).toBe(2)
      for (const release of ['one', 'two'])
        expect(await world.place.inode(`releases/${release}/same.css`)).toBe(
          await world.place.inode('releases/one/same.css'),
        )
      // All is compared by rsync itself then.
      await deploy('three', { rsync_flags: '--bwlimit=9000' })
      expect(await world.place.inode('releases/three/same.css')).toBe(
        await world.place.inode('releases/one/same.css'),
      )
      await deploy('four', { dedupe: 'copy', file_permissions: '644', dir_permissions: '755' })

      await world.write(bulk(60, 40_000))
      const slow = '--no-compress --bwlimit=400'
      const cut = await world.start(
        { mode: 'deploy', local_dir: world.build, release_name: 'five', rsync_flags: slow },
        way,
      )
      await until(async () => (await world.place.arrived('five')) > 20, 'files arrive')
      cut.killAll()
      await cut.done
      artifacts.set('five', await readTree(world.build))
      const again = await world.deployed('five', {}, way)
      expect(again.result.hosts[0].files_changed).toBeLessThan(41)
      expect((await world.rollback({}, way)).outputs.release).toBe('four')
      await world.expectSound({ artifacts })
    })
  }
}

// F21: a host that hangs in the middle of its switch, and answers nothing, does not hold up the fleet for ever.

import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolbox } from '../scenarios/toolbox.ts'
import { openWorld, startServers } from '../scenarios/world.ts'
import { real } from './failpoints.ts'
import { figure, soak } from './measure.ts'

// How long the deadline is does not matter here, but in the soak it is waited for. The host's lease is as long as ever.
const env = soak ? {} : { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'hasty_action.mjs')}` }

test('a switch that gives no answer for 120 s is given up, and every host is put back', async () => {
  await using local = await openWorld(['local'])
  const hang = join(local.dir, 'hang')
  const mv = `case "$*" in *stage.*) [ ! -e '${hang}' ] || { rm '${hang}'; : >'${hang}.seen'; sleep 600; } ;; esac\nexec ${real('mv')} "$@"`
  await using tools = await toolbox({ fakes: { mv } })
  await using servers = await startServers(1)
  await using slow = await startServers(1, {
    config: [tools.path, `AuthorizedKeysFile ${join(servers.one.dir, 'authorized_keys')}`],
  })
  await using world = await openWorld([servers.one, { ...slow.one, privateKey: servers.one.privateKey }])
  await world.deployed('one')
  await writeFile(hang, '')
  const { code, outputs, log, result, seconds } = await world.deploy('two', {}, { timeout: 230_000, env })
  await rm(hang, { force: true })
  expect(existsSync(`${hang}.seen`)).toBe(true)
  expect(code, log).toBe(1)
  expect(log).toContain('the host gave no answer to "publish" within 120 s')
  expect(outputs.status, log).toBe('reverted')
  expect(result.hosts.map(({ release }: { release: string }) => release)).toEqual(['one', 'one'])
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.deployed('three', { lock_timeout: '60' })
  await world.expectSound()
  figure('a switch that hangs', {
    tried: 1,
    'seconds until all was put back': Math.round(seconds),
    violations: 0,
  })
})

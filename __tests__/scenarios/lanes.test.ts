// What is large and far goes by several channels; whatever comes between, the host has the right bytes in the end.

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { build, type Far, farAway, placed } from './far.ts'
import { readTree } from './tree.ts'
import { until } from './world.ts'

/** Far enough that windows hold up what a busy machine sends, and enough for them to do so. */
const WIDE = { roundTrip: 600 }
const LARGE = 36_000_000

async function buildLarge(far: Far) {
  await build(far)
  for (const name of ['one', 'two']) await writeFile(join(far.world.build, name), randomBytes(LARGE / 2))
}

/** Deploys it. @returns the run, and once a lane is open, the processes of lanes on the host. */
async function deployByLanes(far: Far) {
  await buildLarge(far)
  const run = await far.world.start({ mode: 'deploy', local_dir: far.world.build, release_name: 'one' })
  let ended = false
  void run.done.finally(() => {
    ended = true
  })
  let lanes: readonly number[] = []
  const open = async () => {
    const cats = (await far.world.place.processes()).filter((line) => /^\d+ cat$/.test(line))
    lanes = cats.map((line) => Number.parseInt(line, 10))
    return lanes.length > 0
  }
  await until(async () => ended || (await open()), 'a lane is open', 60)
  expect(lanes, 'no lane was opened').not.toEqual([])
  return { run, lanes }
}

// Through OpenSSH nobody knows how far the host is.
const seen = test.skipIf(process.env.SSH_CLIENT === 'openssh')

// By themselves: what other tests take of the machine is not held up by a window.
seen.each(['a first release', 'what is new in a release'])('%s goes by several channels', async (what) => {
  await using far = await farAway({}, WIDE)
  if (what !== 'a first release') {
    await far.world.write({ 'index.html': 'before\n', 'old.js': 'old\n' })
    await far.world.deployed('zero')
  }
  const { run } = await deployByLanes(far)
  const { code, log } = await run.done
  expect(code, log).toBe(0)
  expect(log).not.toMatch(/another try|try \d of/)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})

seen('when a lane of it is killed, rsync does it', async () => {
  await using far = await farAway({}, WIDE)
  const { run, lanes } = await deployByLanes(far)
  for (const pid of lanes) process.kill(pid, 'SIGKILL')
  const { code, log } = await run.done
  expect(code, log).toBe(0)
  expect(log).toMatch(/the artifact did not get there in one piece.*another try, with less asked of it/s)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})

test.concurrent.each([3, 4])(
  'a server that allows %s channels is asked for no other connection',
  async (channels) => {
    await using far = await farAway({}, { ...WIDE, maxSessions: channels })
    await buildLarge(far)
    const { result } = await far.world.deployed('one')
    expect(result.hosts[0].connections).toBe(1)
    expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
    await far.world.expectSound()
  },
)

test.concurrent('when it is cut off, rsync goes on with it', async () => {
  await using far = await farAway({}, WIDE)
  await buildLarge(far)
  far.cutter.after(LARGE * 0.8, 'reset')
  const { code, log } = await far.world.deploy('one')
  expect(code, log).toBe(0)
  expect(log).toMatch(/the upload broke off; try 2 of 4 goes on from what arrived/)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})

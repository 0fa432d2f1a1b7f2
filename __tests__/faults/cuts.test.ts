// F4, F5: the network fails after so many bytes, at points all along what a deploy says to a host and hears from it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDelayProxy } from '../../bench/delay_proxy.ts'
import { type Servers, startServers } from '../scenarios/world.ts'
import { startCutProxy } from '../servers/cut_proxy.ts'
import { count, figure } from './measure.ts'
import { openSiege } from './siege.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** A host behind a network that can be cut, with two releases. `streamed`: far away, each release sent whole as one stream. */
async function openLine({ streamed = false } = {}) {
  const stack = new AsyncDisposableStack()
  const { one } = servers
  const wire = streamed ? stack.use(await startDelayProxy({ port: one.port, roundTrip: 10 })) : one
  const proxy = stack.use(await startCutProxy(wire.port))
  const knownHosts = one.hostPublicKeys.map((key) => `[127.0.0.1]:${proxy.port} ${key}\n`).join('')
  const siege = stack.use(
    await openSiege(
      { ...one, port: proxy.port, knownHosts },
      { connect_timeout: '5', lock_timeout: '60', ...(streamed && { dedupe: 'off' }) },
    ),
  )
  await siege.recover()
  const before = proxy.passed
  await siege.recover()
  return { proxy, siege, usual: proxy.passed - before, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

describe.concurrent('the network', () => {
  test.each([
    ['reset', false],
    ['end', false],
    ['reset', true],
  ] as const)(
    '%s after so many bytes: the run goes on or says what is (as a stream: %s)',
    async (how, streamed) => {
      await using line = await openLine({ streamed })
      const cuts = count('CUTS', 6, 80)
      const ends = { 'went on': 0, failed: 0 }
      for (let at = 0; at < cuts; at++) {
        // From inside of the greeting to the last words, with what is bulk in between.
        line.proxy.after(Math.round(20 + (line.usual * at) / cuts), how)
        const { release, result } = await line.siege.suffer()
        await line.siege.survive(release, result)
        if (streamed && result.code === 0) expect(result.log).toContain('"stream":true')
        ends[result.code === 0 ? 'went on' : 'failed']++
        if (result.code !== 0) expect(result.annotations.map(({ level }) => level)).toContain('error')
        await line.siege.recover()
      }
      figure(`cuts (${how}${streamed ? ', stream' : ''})`, { tried: cuts, ...ends, violations: 0 })
    },
  )

  test.each(Array.from({ length: count('HOLES', 3, 24) }, (_, at) => at))(
    'swallows all after so many bytes (%s): the run ends by itself',
    async (at) => {
      await using line = await openLine()
      line.proxy.after(Math.round(500 + (line.usual * at) / count('HOLES', 3, 24)), 'swallow')
      const { release, result } = await line.siege.suffer()
      expect(result.signal, result.log).toBeNull()
      line.proxy.restore()
      await line.siege.survive(release, result)
      await line.siege.recover()
      figure('black holes', {
        tried: 1,
        violations: 0,
        'seconds until the run ended': Math.round(result.seconds),
      })
    },
  )
})

// The Actions cache on loopback: the v2 protocol that @actions/cache speaks, with blobs in memory; it can be had in bad shape, too.

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CacheService extends AsyncDisposable {
  /** What the runner tells its steps. */
  readonly env: Readonly<Record<string, string>>
  /** Keys of what was saved whole, oldest first. */
  keys(): readonly string[]
  /** Gives what is saved under a key to another one instead. */
  rename(from: string, to: string): void
  /** From now on. */
  fall(shape: Shape): void
}

/**
 * `mute`: takes what is asked and never answers; `deaf`: the same for blobs alone; `dripping`: answers with a blob a byte at a time;
 * `dying`: gone for good as soon as some of a blob has come.
 */
export type Shape = 'well' | 'mute' | 'deaf' | 'dripping' | 'dying'

/** Where the blob of that id is, signed for what is to be done with it. */
export type Store = (id: string, to: 'upload' | 'download') => string

interface Blob {
  readonly key: string
  readonly version: string
  data: Buffer
  readonly blocks: Map<string, Buffer>
  done: boolean
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** @param store a real one, instead of the memory of this. */
export async function startCacheService(store?: Store): Promise<CacheService> {
  const blobs = new Map<string, Blob>()
  let base = ''
  let shape: Shape = 'well'
  const place: Store = store ?? ((id) => `${base}devstoreaccount1/cache/${id}`)

  const answer = (method: string, ask: Record<string, never>): object => {
    const {
      key,
      version,
      restore_keys: prefixes = [],
    } = ask as unknown as {
      key: string
      version: string
      restore_keys?: string[]
    }
    const all = [...blobs.entries()].filter(([, blob]) => blob.version === version)
    const same = all.find(([, blob]) => blob.key === key)
    if (method === 'CreateCacheEntry') {
      // GitHub keeps what was saved first.
      if (same) return { ok: false, message: 'already exists' }
      const id = randomUUID()
      blobs.set(id, { key, version, data: Buffer.alloc(0), blocks: new Map(), done: false })
      return { ok: true, signed_upload_url: place(id, 'upload') }
    }
    if (method === 'FinalizeCacheEntryUpload') {
      if (!same) return { ok: false }
      same[1].done = true
      return { ok: true, entry_id: '1' }
    }
    const ready = all.filter(([, blob]) => blob.done)
    // The whole key first, then what begins with it or with another prefix, newest first.
    const starting = (prefix: string) => ready.findLast(([, blob]) => blob.key.startsWith(prefix))
    const exact = ready.find(([, blob]) => blob.key === key)
    const [id, blob] = exact ?? [key, ...prefixes].map(starting).find((one) => one !== undefined) ?? []
    if (!id || !blob) return { ok: false }
    return { ok: true, signed_download_url: place(id, 'download'), matched_key: blob.key }
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', base)
    const isBlob = !url.pathname.startsWith('/twirp/')
    if (shape === 'mute' || (shape === 'deaf' && isBlob)) return
    if (shape === 'dying' && isBlob) {
      request.once('data', () => {
        server.close()
        server.closeAllConnections()
      })
      return
    }
    const sent = await body(request)
    const headers = {
      'x-ms-request-id': randomUUID(),
      etag: '"1"',
      'last-modified': new Date().toUTCString(),
    }
    const twirp = /\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(\w+)$/.exec(url.pathname)
    if (twirp) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer(twirp[1] as string, JSON.parse(sent.toString()))))
      return
    }
    const blob = blobs.get(url.pathname.split('/').at(-1) ?? '')
    if (!blob) return void response.writeHead(404, headers).end()
    if (request.method === 'PUT') {
      const part = url.searchParams.get('blockid')
      const list = url.searchParams.get('comp') === 'blocklist'
      if (part) blob.blocks.set(part, sent)
      else if (list) {
        const ids = [...sent.toString().matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, id = '']) => id)
        blob.data = Buffer.concat(ids.map((id) => blob.blocks.get(id) ?? Buffer.alloc(0)))
      } else blob.data = sent
      return void response.writeHead(201, headers).end()
    }
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '')
    const [from, to] = range
      ? [Number(range[1]), Number(range[2] || blob.data.length - 1)]
      : [0, blob.data.length - 1]
    const data = blob.data.subarray(from, to + 1)
    const more = range ? { 'content-range': `bytes ${from}-${to}/${blob.data.length}` } : {}
    response.writeHead(range ? 206 : 200, { ...headers, ...more, 'content-length': data.length })
    if (shape === 'dripping') return drip(response, data)
    response.end(request.method === 'HEAD' ? undefined : data)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    env: {
      ACTIONS_CACHE_SERVICE_V2: 'true',
      ACTIONS_RESULTS_URL: base,
      ACTIONS_RUNTIME_TOKEN: 'token',
    },
    keys: () => [...blobs.values()].filter(({ done }) => done).map(({ key }) => key),
    rename(from, to) {
      for (const [id, blob] of blobs) {
        if (blob.key === to) blobs.delete(id)
        if (blob.key === from) blobs.set(id, { ...blob, key: to })
      }
    },
    fall(next) {
      shape = next
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function drip(response: ServerResponse, data: Buffer): void {
  let sent = 0
  const timer = setInterval(() => response.write(data.subarray(sent, ++sent)), 100)
  response.on('close', () => clearInterval(timer))
}

// Microsoft's own blob server on loopback, in memory: it takes only what is signed, and blocks as Azure does.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BlobSASPermissions,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import type { Store } from '../servers/cache_service.ts'

/** The account that every Azurite has; its key is in Azurite's documentation. */
const account = 'devstoreaccount1'
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export interface Azurite extends AsyncDisposable {
  readonly store: Store
  /** The same with signatures that are out of date. */
  readonly expired: Store
}

export async function startAzurite(): Promise<Azurite> {
  const dir = await mkdtemp(join(tmpdir(), 'azurite-'))
  const program = join(import.meta.dirname, 'node_modules/.bin/azurite-blob')
  const flags = ['--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck', '--silent']
  const child = spawn(process.execPath, [program, '--blobHost', '127.0.0.1', '--blobPort', '0', ...flags], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const close = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await rm(dir, { recursive: true, force: true })
  }
  const url = await listening(child.stdout)
  const credential = new StorageSharedKeyCredential(account, key)
  const container = new BlobServiceClient(`${url}/${account}`, credential).getContainerClient('cache')
  await container.create()
  const sign =
    (minutes: number): Store =>
    (id, to) => {
      const permissions = BlobSASPermissions.parse(to === 'upload' ? 'cw' : 'r')
      const expiresOn = new Date(Date.now() + minutes * 60_000)
      const blob = { containerName: 'cache', blobName: id }
      return `${container.getBlobClient(id).url}?${generateBlobSASQueryParameters({ ...blob, permissions, expiresOn }, credential)}`
    }
  return { store: sign(60), expired: sign(-60), [Symbol.asyncDispose]: close }
}

/** @throws when it ends without having said where it listens. */
async function listening(said: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of said) {
    text += chunk
    const url = /listens on (http:\S+)/.exec(text)?.[1]
    if (url) return url
  }
  throw new Error(`Azurite did not start: ${text}`)
}

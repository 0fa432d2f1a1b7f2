// Bundles the action into dist/, which is committed: `node script/build.ts`, or `--check` to prove it is up to date.

import { copyFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { type OutputChunk, type Plugin, type PreRenderedChunk, rolldown } from 'rolldown'
import { collectLicenses } from './licenses.ts'

const root = resolve(import.meta.dirname, '..')

// ssh2 tries its compiled parts and goes on without them; a .node file would tie dist to the machine that built it.
const noNative: Plugin = {
  name: 'no-native',
  resolveId: (id) => (/\.node$|^cpu-features$/.test(id) ? '\0no-native.cjs' : null),
  load: (id) =>
    id === '\0no-native.cjs' ? 'throw new Error("native module left out"); module.exports = {};' : null,
}

// What packages bring that is never used here, by its file: an HTTP client for OIDC tokens, an SSH server, SFTP, and what those need in
// turn. It would be most of what has to be loaded before a host can be connected.
const unused: Readonly<Record<string, string>> = {
  '@actions/core/lib/oidc-utils.js':
    'export const OidcClient = { getIDToken() { throw new Error("left out") } }',
  'ssh2/lib/http-agents.js': 'module.exports = {}',
  'ssh2/lib/keygen.js': 'module.exports = {}',
  'ssh2/lib/server.js': 'module.exports = class { constructor() { throw new Error("left out") } }',
  'ssh2/lib/protocol/SFTP.js': 'module.exports = {}',
  'make-dir/index.js': 'module.exports = () => { throw new Error("left out") }',
  'sb-scandir/lib/esm/index.mjs': 'export default () => { throw new Error("left out") }',
}

const leftOut = new Set<string>()

const noUnused: Plugin = {
  name: 'no-unused',
  load(id) {
    const file = /.*[\\/]node_modules[\\/](.*)$/.exec(id)?.[1] ?? ''
    if (file in unused) leftOut.add(file)
    return unused[file] ?? null
  },
}

// Without hashes, so that a change shows as a change of one file. A chunk of packages is called after the package that
// needs the others, which comes last.
function nameChunk({ facadeModuleId, moduleIds }: PreRenderedChunk): string {
  const modules = moduleIds.filter((id) => !id.startsWith('\0'))
  const packages = modules.map((id) => /.*node_modules[\\/](?:@[^\\/]+[\\/])?([^\\/]+)/.exec(id)?.[1])
  if (packages.every((name) => name !== undefined)) return `${packages.at(-1) ?? '[name]'}.js`
  return facadeModuleId === null ? 'shared.js' : '[name].js'
}

async function bundle(names: readonly string[], dir: string): Promise<OutputChunk[]> {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
    platform: 'node',
    plugins: [noNative, noUnused],
    transform: {
      target: 'node24',
      define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
    },
    onLog(level, log, handle) {
      if (level === 'warn') throw new Error(`rolldown warns: ${log.message}`)
      handle(level, log)
    },
  })
  const written = await build.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: nameChunk,
  })
  await build.close()
  return written.output.filter((file) => file.type === 'chunk')
}

// Started on their own, by rsync and as a thread: each is one file that loads node's own modules and nothing else.
async function bundleAlone(name: string, dir: string): Promise<OutputChunk[]> {
  const builtin = (module: string) => module.startsWith('node:') || builtinModules.includes(module)
  const chunks = await bundle([name], dir)
  const imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
  const foreign = imports.filter((module) => !builtin(module))
  if (foreign.length > 0) throw new Error(`${name}.js must stand alone, but it imports ${foreign.join(', ')}`)
  return chunks
}

async function build(dir: string): Promise<void> {
  const chunks = [
    ...(await bundleAlone('askpass', dir)),
    ...(await bundleAlone('hasher', dir)),
    ...(await bundle(['main', 'post', 'hasher', 'courier'], dir)),
  ]
  // A package that has moved its files would bring all of it again.
  const back = Object.keys(unused).filter((file) => !leftOut.has(file))
  if (back.length > 0) throw new Error(`nothing was left out for ${back.join(', ')}: is it still there?`)
  await cp(join(root, 'src/host/sh'), join(dir, 'sh'), { recursive: true })
  await copyFile(join(root, 'src/transfer/bridge.sh'), join(dir, 'bridge.sh'))
  const modules = chunks.flatMap((chunk) => chunk.moduleIds)
  await writeFile(join(dir, 'licenses.txt'), await collectLicenses(root, modules))
}

async function readTree(dir: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(files.map(async (file) => [relative(dir, file), await readFile(file)] as const)),
  )
}

/** What keeps `dist` from being what the sources make of it, one line a file; empty when nothing does. */
async function compare(dist: string, fresh: string): Promise<string[]> {
  const [old, made] = await Promise.all([readTree(dist), readTree(fresh)])
  return [...new Set([...old.keys(), ...made.keys()])].sort().flatMap((name) => {
    const [before, after] = [old.get(name), made.get(name)]
    if (before === undefined) return [`missing   dist/${name}`]
    if (after === undefined) return [`left over dist/${name}`]
    return before.equals(after) ? [] : [`differs   dist/${name}`]
  })
}

const dist = join(root, 'dist')
// Built aside first: a build that fails leaves dist as it was.
const temp = await mkdtemp(join(tmpdir(), 'dist-'))
try {
  await build(temp)
  if (process.argv[2] === '--check') {
    const differences = await compare(dist, temp)
    if (differences.length > 0) {
      console.error(`${differences.join('\n')}\ndist/ is not what src/ builds to. Run: npm run build`)
      process.exitCode = 1
    }
  } else {
    await rm(dist, { recursive: true, force: true })
    await cp(temp, dist, { recursive: true })
    for (const [name, { length }] of await readTree(dist))
      console.log(`dist/${name}  ${Math.ceil(length / 1024)} KB`)
  }
} finally {
  await rm(temp, { recursive: true, force: true })
}

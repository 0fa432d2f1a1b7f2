import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostileText, hostileTexts } from '../report/hostile_text.ts'
import { runnerCommands } from '../report/runner_commands.ts'
import { startSshd } from '../servers/sshd.ts'
import { toolbox } from './toolbox.ts'
import { openWorld } from './world.ts'

const FORGED = 'f0rged'

/** Lines in the manner of the runner's commands, each of which would be one if it got through. */
const commands = [
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'set-output name=release',
  'save-state name=x',
  'set-env name=PATH',
  'add-path',
  'add-mask',
  'add-matcher',
  'remove-matcher owner=x',
  'stop-commands',
  'echo',
].flatMap((name) => [
  `::${name}::${FORGED}`,
  `\t  ::${name}::${FORGED}`,
  `\u0085::${name}::${FORGED}`,
  `\ufeff::${name}::${FORGED}`,
  `text\r::${name}::${FORGED}`,
  `text\u2028::${name}::${FORGED}`,
  `##[${name}]${FORGED}`,
  `text ##[${name}]${FORGED}`,
  `#\x1b[0m#[${name}]${FORGED}`,
  `#\u00ad#\u200b[${name}]${FORGED}`,
  `\x1b]0;##[${name}]${FORGED}\x07##[${name}]${FORGED}`,
])
const fuzzed = fc
  .sample(hostileText, { numRuns: 1500, seed: 4711 })
  .map((text) => `::error::${FORGED}${text}`)
const corpus = [...commands, ...hostileTexts, ...fuzzed]

const own = ['add-mask', 'debug', 'endgroup', 'error', 'group', 'warning']

/** What the runner would take from a log: only the action's own commands, none of which carries forged text as its name or its mask. */
function expectUnforged(log: string): void {
  const found = runnerCommands(log)
  for (const { name, data } of found) {
    expect(own).toContain(name)
    if (name !== 'error' && name !== 'warning' && name !== 'debug') expect(data).not.toContain(FORGED)
  }
  expect(log, 'the hosts were listened to').toContain(FORGED)
}

test('whatever a host prints in a command, a message of its tools, its log-in or its manifest, the runner takes no command from it', async () => {
  const lies = join('/tmp', `lies-${process.pid}`)
  await using tools = await toolbox({
    fakes: {
      rsync: `case " $* " in *--version*) exec /usr/bin/rsync --version ;; esac\ncat '${lies}' >&2; exit 23`,
      tar: `[ "$1" != --version ] || exec /bin/tar --version\ncat '${lies}' >&2; exit 2`,
    },
  })
  await writeFile(lies, corpus.join('\n'))
  await chmod(lies, 0o644)
  await using honest = await startSshd()
  await using liar = await startSshd({
    config: [tools.path, `AuthorizedKeysFile ${join(honest.dir, 'authorized_keys')}`],
  })
  await using world = await openWorld([honest])
  await world.write({ corpus: corpus.join('\n') })
  const metadata = JSON.stringify(
    Object.fromEntries(
      corpus.slice(0, 200).map((text, at) => [`${text.toWellFormed()} ${at}`, text.toWellFormed()]),
    ),
  )

  // stdout and stderr of commands, before and after the switch.
  const print = 'cat corpus; cat corpus >&2'
  const first = await world.deployed('one', {
    metadata,
    pre_symlink_command: print,
    post_deploy_command: print,
  })
  expectUnforged(first.log)
  expect(first.annotations).toEqual([])
  expect(first.outputs.status).toBe('deployed')

  // A command that fails after it.
  const gate = await world.deploy('two', { pre_symlink_command: `${print}; exit 3` })
  expectUnforged(gate.log)
  expect(gate.annotations.map(({ level }) => level)).toEqual(['error'])

  // Metadata in the log, the outputs and the summary.
  const listed = await world.list()
  expectUnforged(listed.log)
  for (const { log, outputs, summary } of [first, gate, listed]) {
    expect(Object.keys(outputs)).toEqual([
      'status',
      'release',
      'previous_release',
      'release_path',
      'hosts',
      'releases',
      'result',
    ])
    expect(summary.length).toBeLessThan(200_000)
    // Links of our own making: to the page that explains a message, to a commit, to what changed between two.
    const ours =
      /<a href="https:\/\/github\.com\/(org\/releases-deploy\/[\w./#-]*|acme\/site\/(commit|compare)\/[\da-f.]+)">/g
    const foreign = summary.replaceAll(ours, '')
    expect(foreign).not.toMatch(/<(script|img|a|!--)|\]\(|(^|[^&])@octocat|javascript:/i)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey them
    expect(log).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
  }

  // What tar and rsync on the host say, in annotation, summary and the host's error.
  const { code, log, summary, annotations, outputs } = await world.deploy('three', {
    hosts: world.hosts(() => ({ port: liar.port })),
    ssh_known_hosts: liar.knownHosts,
  })
  expect(code).toBe(1)
  expectUnforged(log)
  expect(annotations.map(({ level }) => level)).toEqual(['error'])
  expect(summary.length).toBeLessThan(200_000)
  expect(runnerCommands(JSON.parse(outputs.hosts as string)[0].error)).toEqual([])
  await world.expectSound({ leftovers: true })
})

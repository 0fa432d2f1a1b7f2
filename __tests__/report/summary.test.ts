import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { code, escaped } from '../../src/report/markup.ts'
import { plain } from '../../src/report/plain.ts'
import { summaryMarkdown, writeSummary } from '../../src/report/summary.ts'
import type { Run } from '../../src/report/verdict.ts'
import { failedGate, host, listing, previous, release, result, rows, run } from './fixtures.ts'
import { hostileText, hostileTexts } from './hostile_text.ts'
import { record } from './recorder.ts'

const decoded = (html: string) =>
  html.replace(/&#(\d+);/g, (_, point: string) => String.fromCodePoint(Number(point)))

/** A run in which every text that can come from outside is `text`. */
function runOf(text: string, mode: Run['result']['status']): Run {
  return run({
    mode: text,
    remoteDir: text,
    failures: [new Failure(text, { host: text, remedy: text, unchanged: text })],
    warnings: [{ host: text, text }],
    notes: [{ host: text, text }],
    result: result({
      status: mode,
      release: text,
      previous_release: text,
      hosts: [host(text, { release: text, previous_release: text, error: text })],
      releases: [
        {
          release: text,
          current: [text],
          hosts: [text],
          created_at: text,
          state: text,
          actor: text,
          [text]: { [text]: [text] },
        },
      ],
    }),
  })
}

/** The places where values stand; what is outside of them are our own words and tags. */
const VALUES = /<(code|pre)>[^<>]*<\/\1>/g

describe('a value in the summary', () => {
  test('renders as the text it is', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = escaped(text)
        expect(decoded(html)).toBe(text)
        expect(html.replace(/&#\d+;/g, '')).not.toMatch(/[<>&"'`|@#[\]*~$\\]|:\/\/|www\./i)
      }),
      { numRuns: 3_000, examples: hostileTexts.map((text) => [text]) },
    )
  })

  test('stands in code, where GitHub looks for nothing', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = code(text)
        if (html === '') expect(plain(text).trim()).toBe('')
        else expect(decoded(html.slice('<code>'.length, -'</code>'.length))).toBe(plain(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test('keeps names readable', () => {
    expect(escaped('deploy_2026-11-21_v1.2.3 web1.example.com:22 /srv/my_app')).toBe(
      'deploy_2026-11-21_v1.2.3 web1.example.com:22 /srv/my_app',
    )
  })
})

describe('the summary', () => {
  test.each(['reverted', 'listed', 'deployed', 'planned'] as const)(
    'of a run that %s has our tags only, whatever hosts say',
    (status) => {
      const frame = (text: string) => summaryMarkdown(runOf(`Word ${text}`, status)).replace(VALUES, '')
      const expected = frame('')
      fc.assert(
        fc.property(hostileText, (text) => {
          expect(frame(text)).toBe(expected)
        }),
        { numRuns: 1_000, examples: hostileTexts.map((text) => [text]) },
      )
    },
  )

  test('has no blank line inside a block, which would end it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const outside = summaryMarkdown(runOf(text, 'reverted')).replace(/<pre>[^<>]*<\/pre>/g, '<pre></pre>')
        for (const part of outside.trim().split('\n\n')) {
          expect(part).toMatch(/^<(h3|h4|p|pre|table|ul|details)>|^<\/details>/)
          expect(part).not.toMatch(/^\s*$/m)
        }
      }),
    )
  })

  test('of a deploy', () => {
    expect(`\n${summaryMarkdown(run())}`).toMatchInlineSnapshot(`
      "
      <h3>✅ Deployed <code>20261121184358</code> to 2 hosts in 3.2 s (previous <code>20261120101010</code>).</h3>

      <p>In <code>/srv/app</code></p>

      <table>
      <tr><th>host</th><th>status</th><th>release</th><th>previous</th><th>files changed</th><th>sent</th><th>time</th></tr>
      <tr><td nowrap><code>web1</code></td><td nowrap>deployed</td><td nowrap><code>20261121184358</code></td><td nowrap><code>20261120101010</code></td><td nowrap>201</td><td nowrap>1.23 MB</td><td nowrap>3.1 s</td></tr>
      <tr><td nowrap><code>web2</code></td><td nowrap>deployed</td><td nowrap><code>20261121184358</code></td><td nowrap><code>20261120101010</code></td><td nowrap>201</td><td nowrap>1.23 MB</td><td nowrap>3.1 s</td></tr>
      </table>

      <details><summary>Roll back to <code>20261120101010</code></summary>
      <p>Start your <a href="https://github.com/org/releases-deploy#roll-back">rollback workflow</a> with <code>release</code> <code>20261120101010</code>, or, with your environment for <code>ENVIRONMENT</code>:</p>

      <pre><code>gh workflow run rollback.yml -f environment=ENVIRONMENT -f mode=rollback -f release=20261120101010</code></pre>

      </details>

      "
    `)
  })

  test('of a health check that failed', () => {
    expect(`\n${summaryMarkdown(failedGate)}`).toMatchInlineSnapshot(`
      "
      <h3>❌ Deploy of <code>20261121184358</code> failed after 12.5 s and was reverted: all 3 hosts serve <code>20261120101010</code>.</h3>

      <p>In <code>/srv/app</code></p>

      <h4>What failed</h4>

      <pre>web3, published: health_check_command exited with 22 after 5 attempts in 8.1 s:
      curl: (22) The requested URL returned error: 500
      Not changed: all 3 hosts serve 20261120101010 again.
      What to do: look at /srv/app/releases/20261121184358 on web3, which is kept for inspection, and deploy
        again.
      See https&#58;//github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md&#35;anything-else</pre>

      <p>More on: <a href="https://github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md#anything-else">anything-else</a></p>

      <table>
      <tr><th>host</th><th>status</th><th>release</th><th>previous</th><th>files changed</th><th>sent</th><th>time</th></tr>
      <tr><td nowrap><code>web3</code></td><td nowrap>❌ failed</td><td nowrap><code>20261120101010</code></td><td nowrap><code>20261119090909</code></td><td nowrap>201</td><td nowrap>1.23 MB</td><td nowrap>3.1 s</td></tr>
      <tr><td nowrap><code>web1</code></td><td nowrap>↩️ reverted</td><td nowrap><code>20261120101010</code></td><td nowrap><code>20261119090909</code></td><td nowrap>201</td><td nowrap>1.23 MB</td><td nowrap>3.1 s</td></tr>
      <tr><td nowrap><code>web2</code></td><td nowrap>↩️ reverted</td><td nowrap><code>20261120101010</code></td><td nowrap><code>20261119090909</code></td><td nowrap>201</td><td nowrap>1.23 MB</td><td nowrap>3.1 s</td></tr>
      </table>

      <h4>Warnings</h4>
      <ul>
      <li><code>web1</code> <code>the clock is 4 minutes behind the runner</code></li>
      </ul>

      "
    `)
  })

  test('of a list', () => {
    expect(`\n${summaryMarkdown(listing)}`).toMatchInlineSnapshot(`
      "
      <h3>✅ Listed 3 releases on 2 hosts in 450 ms (current <code>20261121184358</code>).</h3>

      <p>In <code>/srv/app</code></p>

      <table>
      <tr><th>release</th><th>state</th><th>current on</th><th>hosts</th><th>created (UTC)</th><th>by</th><th>revision</th><th>content</th><th>metadata</th></tr>
      <tr><td nowrap><b><code>20261121184358</code></b></td><td nowrap>live</td><td nowrap>all 2</td><td nowrap>all 2</td><td nowrap>2026-11-21 18:43</td><td nowrap><code>octocat</code></td><td nowrap><code>0123456</code></td><td nowrap><code>3,000 files, 64.8 MB</code></td><td nowrap><code>time=60 css=145kb whoami=freddie</code></td></tr>
      <tr><td nowrap><code>20261120101010</code></td><td nowrap><code>bad, missing on web2</code></td><td nowrap></td><td nowrap><code>web1</code></td><td nowrap>2026-11-20 10:10</td><td nowrap><code>hubot</code></td><td nowrap><code>fedcba9</code></td><td nowrap><code>2,998 files, 64 MB</code></td><td nowrap><code>time=61</code></td></tr>
      <tr><td nowrap><code>1795287555</code></td><td nowrap>adopted</td><td nowrap></td><td nowrap>all 2</td><td nowrap></td><td nowrap></td><td nowrap></td><td nowrap></td><td nowrap><code>time=62 css=142kb</code></td></tr>
      </table>

      "
    `)
  })

  test('leads to the commits between two releases of the same repository only', () => {
    const known = { repository: 'https://github.com/acme/site' }
    const address =
      'https://github.com/acme/site/compare/fedcba9876543210fedcba9876543210fedcba98...0123456789'
    const told = (runs: readonly (string | undefined)[], more = {}) => {
      const releases = rows.slice(0, 2).map((row, at) => ({ ...row, run: runs[at] }))
      return summaryMarkdown(run({ ...known, ...more, result: result({ releases }) }))
    }
    const here = 'https://github.com/acme/site/actions/runs/1'
    expect(told([here, here])).toContain(address)
    expect(told([here, here])).toContain('<li>3,000 files, 64.8 MB (+2 files, +812 kB against')
    expect(told([here, 'https://github.com/acme/site-2/actions/runs/1'])).not.toContain('/compare/')
    expect(told([here, undefined])).not.toContain('/compare/')
    expect(told([here, here], { repository: null })).not.toContain('/compare/')
  })

  test('leads to the run that went back from a release, in the same repository only', () => {
    const page = 'https://github.com/acme/site/actions/runs/7'
    const row = { ...rows[0], release, state: 'bad', reason: `rolled back to b by octocat in ${page}` }
    const told = (repository: string | null) =>
      summaryMarkdown({
        ...listing,
        repository,
        result: { ...listing.result, releases: [row as (typeof rows)[0] & object] },
      })
    const words = '<code>bad: rolled back to b by octocat in</code>'
    expect(told('https://github.com/acme/site')).toContain(`${words} <a href="${page}">run 7</a>`)
    for (const other of ['https://github.com/acme/site-2', null]) {
      expect(told(other)).toContain(`${words} ${code(page)}`)
      expect(told(other)).not.toContain(`href="${page}"`)
    }
  })

  test('gives the cross to hosts that failed, not to those of a run that failed', () => {
    const hosts = [
      host('web1', { status: 'failed', release: previous }),
      host('web2', { status: 'failed', release: previous, error: 'the disk is full' }),
    ]
    const html = summaryMarkdown(run({ result: result({ status: 'failed', release: null, hosts }) }))
    const rows = html.split('\n').filter((line) => line.includes('<td nowrap>'))
    expect(rows[0]).toContain('<code>web2</code></td><td nowrap>❌ failed</td>')
    expect(rows[1]).toContain('<code>web1</code></td><td nowrap>failed</td>')
  })

  test('says how to go back, at once when a host was left with what failed', () => {
    const known = { repository: 'https://github.com/acme/site', target: 'production', attempted: release }
    const command = `gh workflow run rollback.yml --repo acme/site -f environment=production -f mode=rollback -f release=${previous}`
    expect(decoded(summaryMarkdown(run(known)))).toContain(command)
    expect(summaryMarkdown(run(known))).toContain('<details><summary>Roll back to')
    const elsewhere = summaryMarkdown(run({ ...known, repository: 'https://ghe.example.com/acme/site' }))
    expect(decoded(elsewhere)).toContain('--repo ghe.example.com/acme/site ')
    const stuck = result({
      status: 'failed',
      release: null,
      previous_release: null,
      hosts: [host('web1', { status: 'failed' }), host('web2', { status: 'reverted', release: previous })],
    })
    const html = summaryMarkdown(run({ ...known, result: stuck }))
    expect(decoded(html)).toContain(command)
    expect(html).toContain('<h4>Roll back</h4>')
    expect(summaryMarkdown(failedGate)).not.toContain('rollback.yml')
  })

  test.each([
    ['planned', 'What would be done'],
    ['pruned', 'What was done'],
    ['repaired', 'What was done'],
  ] as const)('of a run that %s says: %s', (status, title) => {
    const notes = [
      { host: 'web1', text: 'removed one, two' },
      { host: undefined, text: 'so much' },
    ]
    const html = summaryMarkdown(run({ result: result({ status }), notes }))
    expect(html).toContain(
      `<h4>${title}</h4>\n<ul>\n<li><code>web1</code> <code>removed one, two</code></li>\n<li><code>so much</code></li>\n</ul>`,
    )
    expect(summaryMarkdown(run({ result: result({ status }), notes: [] }))).not.toContain(title)
    expect(summaryMarkdown(run({ notes }))).not.toContain('so much')
  })

  test('shows the drift of a fleet host by host', () => {
    const hosts = [host('web1', { status: 'listed' }), host('web2', { status: 'listed', release: previous })]
    const html = summaryMarkdown({ ...listing, result: { ...listing.result, hosts } })
    expect(html).toContain('<h4>The hosts differ</h4>')
    expect(summaryMarkdown(listing)).not.toContain('differ')
  })

  test('does not take a host that could not be asked for one that serves nothing', () => {
    const hosts = [host('web1', { status: 'listed' }), host('web2', { status: 'failed', release: null })]
    const down = { ...listing, unseen: ['web2'], result: { ...listing.result, hosts } }
    expect(summaryMarkdown(down)).not.toContain('differ')
    const third = host('web3', { status: 'listed', release: previous })
    const html = summaryMarkdown({ ...down, result: { ...listing.result, hosts: [...hosts, third] } })
    expect(html).toContain('not known')
    expect(html).not.toContain('nothing')
  })

  test('stays below 200 KB with 500 hosts and 5,000 releases, and counts what it leaves out', {
    timeout: 30_000,
  }, () => {
    const worst = '<&>|`@#'.repeat(200)
    const hosts = Array.from({ length: 500 }, (_, n) => host(`${n}${worst}`, { release: `${n}${worst}` }))
    const many = Array.from({ length: 5_000 }, (_, n) => ({
      ...rows[0],
      release: n === 0 ? release : n === 1 ? previous : `${n}`,
      ...Object.fromEntries(Array.from({ length: n === 0 ? 50 : 1 }, (_, key) => [`${key}${worst}`, worst])),
    }))
    const spans = Array.from({ length: 30 }, (_, n) => ({
      phase: `${worst}${n % 7}`,
      begin: n,
      end: n + 0.9,
    }))
    for (const status of ['reverted', 'listed', 'deployed', 'planned'] as const) {
      const html = summaryMarkdown(
        run({
          repository: 'https://github.com/acme/site',
          result: result({ status, hosts, releases: many as unknown as typeof rows }),
          failures: status === 'reverted' ? hosts.map((one) => new Failure(worst, { host: one.host })) : [],
          warnings: hosts.map((one) => ({ host: one.host, text: worst })),
          notes: hosts.map((one) => ({ host: one.host, text: worst })),
          timeline: hosts.map((one) => ({ host: one.host, spans })),
        }),
      )
      expect(Buffer.byteLength(html)).toBeLessThan(200_000)
      expect(html).toMatch(/… \d+ more<\/td><\/tr>\n<\/table>/)
      expect(html).toMatch(/… \d+ more<\/li>\n<\/ul>/)
    }
  })
})

describe('writing the summary', () => {
  test('happens once, and only where there is one', async () => {
    const sink = record()
    await writeSummary('text', sink, {})
    expect(sink.summaries).toEqual([])
    await writeSummary('text', sink, { GITHUB_STEP_SUMMARY: '/tmp/summary' })
    expect(sink.summaries).toEqual(['text'])
  })

  test('that fails is a warning', async () => {
    const sink = record()
    const summary = { addRaw: () => ({ write: () => Promise.reject(new Error('no space left')) }) }
    await writeSummary('text', { ...sink, summary }, { GITHUB_STEP_SUMMARY: '/tmp/summary' })
    expect(sink.text).toBe('(warning, releases-deploy) The job summary could not be written: no space left')
  })
})

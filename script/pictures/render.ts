// Shows job summaries as GitHub does, to be judged by eye: `node script/pictures/render.ts [DIR]` writes a PNG of each example there
// (docs/pictures).
// Needs `npm ci --ignore-scripts` in this folder, and Chromium.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { summaryMarkdown } from '../../src/report/summary.ts'
import { examples } from './examples.ts'

const WIDTH = 1060

const packages = join(import.meta.dirname, 'node_modules')
const css = readFileSync(join(packages, 'github-markdown-css/github-markdown-light.css'), 'utf8')
// By its path: whoever has not installed this folder's packages can still check the types.
const { marked } = await import(pathToFileURL(join(packages, 'marked/lib/marked.esm.js')).href)
const mermaid = pathToFileURL(join(packages, 'mermaid/dist/mermaid.min.js')).href

function page(markdown: string): string {
  const html = marked.parse(markdown, { gfm: true, async: false })
  const drawn = html.replace(
    /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
    '<pre class="mermaid">$1</pre>',
  )
  return `<!doctype html><meta charset="utf-8"><style>${css} main { padding: 24px } .mermaid { background: none !important }</style>
<main class="markdown-body">${drawn}</main><script src="${mermaid}"></script><script>
mermaid.initialize({ startOnLoad: false })
mermaid.run().then(() => { document.body.dataset.height = Math.ceil(document.querySelector('main').getBoundingClientRect().height) })</script>`
}

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--allow-file-access-from-files', '--virtual-time-budget=8000'],
]

/** One picture of a page, as high as the page is. */
function shoot(markdown: string, file: string): void {
  const work = mkdtempSync(join(tmpdir(), 'summary-'))
  try {
    writeFileSync(join(work, 'page.html'), page(markdown))
    const browse = (height: number, ...more: string[]) => {
      const view = [`--user-data-dir=${join(work, 'profile')}`, `--window-size=${WIDTH},${height}`]
      const address = pathToFileURL(join(work, 'page.html')).href
      return execFileSync('chromium', [...flags, ...view, ...more, address], {
        stdio: 'pipe',
        encoding: 'utf8',
      })
    }
    const height = Number(/data-height="(\d+)"/.exec(browse(2000, '--dump-dom'))?.[1])
    browse(height, `--screenshot=${resolve(file)}`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const dir = process.argv[2] ?? join(import.meta.dirname, '../../docs/pictures')
mkdirSync(dir, { recursive: true })
for (const [name, run] of Object.entries(examples)) {
  shoot(summaryMarkdown(run), join(dir, `${name}.png`))
  console.log(join(dir, `${name}.png`))
}

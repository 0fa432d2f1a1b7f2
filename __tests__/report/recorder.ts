// A sink that keeps what it was told, as one would read it in the log.

import type { Sink } from '../../src/report/sink.ts'

export interface Recorder extends Sink {
  readonly lines: string[]
  readonly outputs: Map<string, string>
  readonly secrets: string[]
  readonly summaries: string[]
  readonly text: string
}

export function record(): Recorder {
  const lines: string[] = []
  const outputs = new Map<string, string>()
  const secrets: string[] = []
  const summaries: string[] = []
  let indent = ''
  const annotate =
    (kind: string) =>
    (message: string, properties: { title?: string } = {}) => {
      lines.push(`${indent}(${kind}, ${properties.title}) ${message.replaceAll('\n', `\n${indent}    `)}`)
    }
  return {
    lines,
    outputs,
    secrets,
    summaries,
    get text() {
      return lines.join('\n')
    },
    info(message) {
      if (/[\r\n]/.test(message))
        throw new Error(`core.info does not escape line breaks: ${JSON.stringify(message)}`)
      lines.push(indent + message)
    },
    debug: (message) => void lines.push(`${indent}(debug) ${message}`),
    warning: annotate('warning'),
    error: annotate('error'),
    startGroup(name) {
      lines.push(`▾ ${name}`)
      indent = '  '
    },
    endGroup() {
      indent = ''
    },
    setOutput: (name, value) => void outputs.set(name, value),
    setSecret: (secret) => void secrets.push(secret),
    summary: {
      addRaw(text) {
        summaries.push(text)
        return { write: async () => {} }
      },
    },
  }
}

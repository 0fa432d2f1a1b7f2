// All that people and later steps are told of a run: a part that cannot be made is a warning, and takes no other with it.

import type { Log } from './log.ts'
import { setOutputs } from './outputs.ts'
import { plain } from './plain.ts'
import type { Environment, Sink } from './sink.ts'
import { summaryMarkdown, writeSummary } from './summary.ts'
import type { Run } from './verdict.ts'

/** @param summary whether a job summary is wanted. */
export async function reportRun(
  run: Run,
  summary: boolean,
  log: Pick<Log, 'fail' | 'finish'>,
  sink: Sink,
  env: Environment = process.env,
): Promise<void> {
  const part = async (name: string, tell: () => Promise<void> | void) => {
    try {
      await tell()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      sink.warning(`${name}: ${plain(reason)}`, { title: 'releases-deploy' })
    }
  }
  await part('The failure could not be told', () => log.fail(run.failures))
  await part('The end of the log could not be written', () => log.finish(run))
  if (summary) {
    await part('The job summary could not be written', () => writeSummary(summaryMarkdown(run), sink, env))
  }
  await part('The outputs could not be set', () => setOutputs(run.result, sink, env))
}

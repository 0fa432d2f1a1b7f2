// The health check: a command on the host after the switch, tried until it succeeds or its attempts are used up.

import { setTimeout as pause } from 'node:timers/promises'
import { Failure, failureFrom } from '../failure.ts'
import { runCommand } from '../host/command.ts'
import { publicPath } from '../release/layout.ts'
import { count } from '../wording.ts'
import type { Course } from './course.ts'
import { environmentOf } from './hook.ts'
import type { Station } from './station.ts'

/** Lines of the last try that a report shows. */
const SHOWN = 10

const REMEDY =
  'Try the command by hand in the public directory on the host. A slow start needs more `health_check_attempts`.'

/** @throws Failure with the last output when no attempt succeeds. */
export async function checkHealth(course: Course, station: Station): Promise<void> {
  const { context } = course
  const { host, layout, connection } = station
  const {
    health_check_command: script,
    health_check_attempts: attempts,
    health_check_interval: interval,
  } = host.settings
  if (!script) return
  const command = {
    name: 'health_check_command',
    script,
    dir: publicPath(layout),
    environment: environmentOf(course, station),
    timeout: host.settings.command_timeout,
    become: host.settings.become,
    lock: { root: layout.root, run: context.id },
  }
  for (let attempt = 1; ; attempt += 1) {
    const output: string[] = []
    try {
      await runCommand(connection, host.label, command, (line) => output.push(line), context.signal)
      context.watch.note(host.label, `healthy${attempt > 1 ? ` at attempt ${attempt}` : ''}`)
      return
    } catch (error) {
      const failure = failureFrom(error)
      const said = output.slice(-SHOWN).join('\n')
      for (const line of output.slice(-SHOWN)) context.watch.output(host.label, line)
      if (attempt >= attempts || context.signal.aborted) {
        throw new Failure(
          `not healthy after ${count(attempt, 'attempt')}: ${failure.message}${said ? `; it said: ${said}` : ''}`,
          {
            host: host.label,
            ...(context.signal.aborted ? {} : { remedy: REMEDY }),
            cause: error,
          },
        )
      }
      context.watch.note(
        host.label,
        `not healthy yet (attempt ${attempt} of ${attempts}): ${failure.message}`,
      )
      await pause(interval * 1000, undefined, { signal: context.signal }).catch(() => {
        throw new Failure('the run was cancelled', { host: host.label })
      })
    }
  }
}

// What the step's `with:` gives: the inputs that are set, and those this action does not have.

import { nearest } from './nearest.ts'
import { show } from './problem.ts'
import { isGiven, type SettingName, settingNames, settingOf } from './schema.ts'

/** What was set on purpose; action.yml fills in the defaults, so a text equal to one does not count. */
export function givenInputs(input: (name: SettingName) => string): ReadonlyMap<SettingName, string> {
  const given = settingNames.flatMap((name) => {
    const value = input(name)
    return isGiven(value) && value.trim() !== settingOf(name).default ? [[name, value] as const] : []
  })
  return new Map(given)
}

/** A warning for each variable `INPUT_…` of the environment that no setting reads. */
export function unknownInputs(environment: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const names = Object.keys(environment).flatMap((key) =>
    /^INPUT_./.test(key) ? [key.slice(6).toLowerCase()] : [],
  )
  return names
    .filter((name) => !settingNames.some((each) => each === name))
    .map((name) => {
      const meant = nearest(name, settingNames)
      const hint = meant === undefined ? 'It has no effect.' : `Did you mean ${meant}?`
      return `${show(name)} is not an input of this action. ${hint}`
    })
}

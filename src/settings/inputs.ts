// What the step's `with:` gives: the inputs that are set, and those this action does not have.

import type { Given, Layer } from './layers.ts'
import { nearest } from './nearest.ts'
import { show } from './problem.ts'
import { isGiven, type SettingName, settingNames } from './schema.ts'

/** All that is not empty: action.yml fills in no defaults, so that an input left out does not cover the config file. */
export function givenInputs(input: (name: SettingName) => string): Layer {
  const given = settingNames.flatMap((name) => {
    const value = input(name)
    return isGiven(value) ? [[name, { value, place: undefined }] as const] : []
  })
  return new Map<SettingName, Given>(given)
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

// The modes, and what several of them have in common.

export const modes = ['deploy', 'stage', 'publish', 'rollback', 'prune', 'list', 'check', 'repair'] as const
export type Mode = (typeof modes)[number]

/** Modes that send an artifact. */
export const uploading = ['deploy', 'stage'] as const

/** Those, and `check`, which looks whether a deploy could run: what a deploy is given must be right there as well. */
export const preparing = [...uploading, 'check'] as const

/** Modes that switch hosts to a release that is there already. */
export const choosing = ['publish', 'rollback'] as const

/** Modes that switch hosts to a release. */
export const switching = ['deploy', ...choosing] as const

/** Modes that switch hosts, or make them ready for it: those pass the points of the flow, where hooks are. */
export const flowing = [...uploading, ...choosing] as const

/** Whether a mode, or what somebody gave for one, is among these. */
export function isOneOf(some: readonly Mode[], mode: string): boolean {
  return (some as readonly string[]).includes(mode)
}

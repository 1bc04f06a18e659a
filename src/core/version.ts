/** Version strings of Ollama and of drivers. The only file that opens the door to semver. */
import { gte, lt, parse } from 'semver'

/** 0.0.0 is what a plain build of Ollama says; others say what is no version at all (OLLAMA section 3). */
export function isUnknownBuild(version: string): boolean {
  const parsed = parse(version)
  return parsed === null || parsed.version === '0.0.0'
}

/**
 * Whether a server is of a release before `release`. False for an unknown build, which gets no allowance (OLLAMA
 * section 3).
 */
export const isBefore = (version: string, release: string): boolean =>
  !isUnknownBuild(version) && lt(version, release)

/** Whether a server is of `release` or a later one. False for an unknown build. */
export const isFrom = (version: string, release: string): boolean =>
  !isUnknownBuild(version) && gte(version, release)

/** The first number of a version of any form, e.g. 535 of the driver 535.183.01, which is no semver; null for none. */
export function majorOf(version: string): number | null {
  const digits = /\d+/.exec(version)?.[0]
  return digits === undefined ? null : Number(digits)
}

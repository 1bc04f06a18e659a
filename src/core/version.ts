/** Ollama's version strings. The only file that opens the door to semver. */
import { lt, parse } from 'semver'

/**
 * Whether a server is of a release before `release`. False for 0.0.0 and for what is no version: an unknown build gets
 * no allowance (OLLAMA section 3).
 */
export function isBefore(version: string, release: string): boolean {
  const parsed = parse(version)
  return parsed !== null && parsed.version !== '0.0.0' && lt(parsed, release)
}

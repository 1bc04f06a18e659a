/** Which engine a server is, by what it says of itself. */
import { type Engine, embeddedVersions } from '../model/environment.ts'

/** The engine behind a version string; whatever is not our embedded server counts as Ollama. */
export function engineOf(version: string): Engine {
  if (version === embeddedVersions.embedded) return 'embedded'
  return version === embeddedVersions.scripted ? 'scripted' : 'ollama'
}

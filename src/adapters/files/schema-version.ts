/** Whether a stored document is of the version that this tool reads. Knows no other part of its shape. */
import type { Problem } from '../../model/problem.ts'

const writerOf = (document: object): string => {
  const environment = 'environment' in document ? document.environment : null
  const tool =
    environment !== null && typeof environment === 'object' && 'tool' in environment ? environment.tool : null
  const version = tool !== null && typeof tool === 'object' && 'version' in tool ? tool.version : null
  return typeof version === 'string' ? ` ${version}` : ''
}

/** What to say of another version's document; null when it is ours, or when it says none and the schema will tell. */
export function versionProblem(place: string, document: unknown, ours: number): Problem | null {
  if (document === null || typeof document !== 'object' || !('schemaVersion' in document)) return null
  const { schemaVersion: theirs } = document
  if (typeof theirs !== 'number' || theirs === ours) return null
  return {
    what: `${place} has schema version ${theirs}; this ollama-perf-gate reads version ${ours}.`,
    fix: `Read it with the ollama-perf-gate${writerOf(document)} that wrote it, or record it anew with this one.`,
  }
}

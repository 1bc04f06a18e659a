/** What a model is made of, by its own Modelfile and template. Sends nothing. */
import { createHash } from 'node:crypto'

/** The first FROM names the weights; later ones are projectors. The one in a comment is a name, not a blob. */
const weightsBlob = /^FROM\s.*\bblobs[/\\]sha256[-:]([0-9a-f]{64})\s*$/im

/** SHA-256 of the weights' blob as hex (OLLAMA section 1: /api/show has no digest); null where none is named. */
export const weightsDigestOf = (modelfile: string | null | undefined): string | null =>
  weightsBlob.exec(modelfile ?? '')?.[1]?.toLowerCase() ?? null

/** SHA-256 of the chat template as hex; null when the server sends none. */
export const templateSha256Of = (template: string | null | undefined): string | null =>
  template ? createHash('sha256').update(template, 'utf8').digest('hex') : null

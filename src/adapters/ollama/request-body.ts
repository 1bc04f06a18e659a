/** Writes the bodies of Ollama's requests. Adds nothing to the options it is given. */
import type { Options } from '../../model/options.ts'

/**
 * The request fields of `options`: think and keep_alive belong to the top level in Ollama's API, all others into
 * `options`. What is absent stays absent, since its absence is what a server-defaults agent measures.
 */
export const optionFields = ({
  think,
  keep_alive,
  ...options
}: Options): Readonly<Record<string, unknown>> => ({
  ...(Object.keys(options).length > 0 && { options }),
  ...(think !== undefined && { think }),
  ...(keep_alive !== undefined && { keep_alive }),
})

/** A value as the bytes of a JSON body. */
export const jsonBody = (value: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.from(JSON.stringify(value))

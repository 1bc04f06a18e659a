/** What a server says of itself and its models: version, on disk, in memory, details. Changes nothing there. */
import type { AvailableModel, LoadedModel, ModelDetails } from '../../ports/inference-server.ts'
import { psAnswer, showAnswer, tagsAnswer, versionAnswer } from './answers.ts'
import { ask } from './ask.ts'
import type { AnswerLimit } from './body-collector.ts'
import { templateSha256Of, weightsDigestOf } from './model-identity.ts'
import { countOf, kvBytesPerToken } from './model-info.ts'
import { jsonBody } from './request-body.ts'
import type { ServerLink } from './server-link.ts'

/** A server that has just been started binds its port long before it answers (OLLAMA section 1: up to 30 s). */
const limitOf = (link: ServerLink): AnswerLimit => ({ ms: link.timeouts.firstTokenMs, kind: 'total-timeout' })

/** The server's version, e.g. "0.24.0". */
export const readVersion = async (link: ServerLink, signal?: AbortSignal): Promise<string> => {
  const request = link.get('/api/version')
  const question = { request, purpose: 'tell its version', shape: versionAnswer, limit: limitOf(link) }
  return (await ask(link, question, signal)).version
}

const isRemoteName = (name: string): boolean => /[:-]cloud$/i.test(name)

/** The models on the server's disk, in its order; empty when it has none. */
export const readAvailable = async (
  link: ServerLink,
  signal?: AbortSignal,
): Promise<readonly AvailableModel[]> => {
  const request = link.get('/api/tags')
  const question = { request, purpose: 'list its models', shape: tagsAnswer, limit: limitOf(link) }
  const { models } = await ask(link, question, signal)
  return (models ?? []).map(({ name, digest, size, remote_host, remote_model }) => ({
    name,
    digest: digest || null,
    sizeBytes: size ?? null,
    remote: Boolean(remote_host || remote_model) || isRemoteName(name),
  }))
}

/** The models in the server's memory; one that is still loading is not listed. */
export const readLoaded = async (link: ServerLink, signal?: AbortSignal): Promise<readonly LoadedModel[]> => {
  const request = link.get('/api/ps')
  const question = { request, purpose: 'list its loaded models', shape: psAnswer, limit: limitOf(link) }
  const { models } = await ask(link, question, signal)
  return (models ?? []).map(({ name, size, size_vram, context_length }) => ({
    name,
    sizeBytes: size,
    sizeVramBytes: size_vram,
    contextLength: context_length || null,
  }))
}

/** Ollama's scheduler gives models that see images 2048 at least, and any other 4 (OLLAMA section 2). */
const leastContextOf = (capabilities: readonly string[]): number | null =>
  capabilities.length === 0 ? null : capabilities.includes('vision') ? 2048 : 4

/** What the server knows of one model. Throws MachineError when it does not have it. */
export const readDetails = async (
  link: ServerLink,
  model: string,
  signal?: AbortSignal,
): Promise<ModelDetails> => {
  const request = link.post('/api/show', jsonBody({ model }))
  const purpose = `show the model ${model}`
  const question = { request, purpose, model, shape: showAnswer, limit: limitOf(link) }
  const answer = await ask(link, question, signal)
  const { details, model_info } = answer
  const info = model_info ?? {}
  return {
    facts: {
      parameterSize: details?.parameter_size || null,
      quantization: details?.quantization_level || null,
      blocks: countOf(info, 'block_count'),
      trainContext: countOf(info, 'context_length'),
      leastContext: leastContextOf(answer.capabilities ?? []),
      parameters: answer.parameters ?? '',
      weightsDigest: weightsDigestOf(answer.modelfile),
      templateSha256: templateSha256Of(answer.template),
      kvBytesPerToken: kvBytesPerToken(info),
    },
    capabilities: answer.capabilities ?? [],
  }
}

/** Reads the bodies of /api/generate and /api/chat into one form. Knows no engine. */
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { EngineModel } from '../engine.ts'
import { type OptionLimits, type Options, parseOptions } from '../options.ts'
import { parseKeepAlive } from './keep-alive.ts'
import { requireModel } from './model-name.ts'
import { readBody } from './request-body.ts'

/** Which of the two endpoints, and so which form of answer. */
export type Endpoint = 'generate' | 'chat'

/** A request to generate, checked. An empty `prompt` asks only for a load, or with `keepAliveMs` 0 for an unload. */
export interface GenerationRequest {
  readonly endpoint: Endpoint
  /** As the client wrote it: answers repeat it so. */
  readonly model: string
  readonly prompt: string
  readonly stream: boolean
  /** Whether the last chunk of a generate call lists the tokens. */
  readonly withContext: boolean
  readonly truncate: boolean
  readonly keepAliveMs: number
  readonly options: Options
}

const text = z.string().nullish()
const flag = z.boolean().nullish()

const common = {
  model: text,
  stream: flag,
  options: z.record(z.string(), z.unknown()).nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
  think: z.union([z.boolean(), z.string()]).nullish(),
  truncate: flag,
  tools: z.array(z.unknown()).nullish(),
}

const generateBody = z.looseObject({
  ...common,
  prompt: text,
  system: text,
  template: text,
  raw: flag,
  suffix: text,
})
const chatBody = z.looseObject({
  ...common,
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })).nullish(),
})

const commonBody = z.object(common)
type Common = z.output<typeof commonBody>

const requireCapabilities = (body: Common, name: string, model: EngineModel): void => {
  const wants = body.think !== undefined && body.think !== null && body.think !== false
  if (wants && !model.capabilities.includes('thinking')) {
    throw new ApiError(400, `"${name}" does not support thinking`)
  }
  if ((body.tools?.length ?? 0) > 0 && !model.capabilities.includes('tools')) {
    throw new ApiError(400, `registry.ollama.ai/library/${model.name} does not support tools`)
  }
}

type Shared = Omit<GenerationRequest, 'endpoint' | 'prompt' | 'withContext'>

const readShared = (body: Common, model: EngineModel, limits: OptionLimits): Shared => {
  const name = body.model ?? ''
  requireModel(model, name)
  requireCapabilities(body, name, model)
  return {
    model: name,
    stream: body.stream ?? true,
    truncate: body.truncate ?? true,
    keepAliveMs: parseKeepAlive(body.keep_alive),
    options: parseOptions(body.options ?? {}, limits),
  }
}

const joined = (texts: readonly (string | null | undefined)[]): string =>
  texts.filter((part) => part !== undefined && part !== null && part !== '').join('\n')

const readGenerate = async (
  request: IncomingMessage,
  model: EngineModel,
  limits: OptionLimits,
): Promise<GenerationRequest> => {
  const body = await readBody(request, generateBody)
  const shared = readShared(body, model, limits)
  const raw = body.raw === true
  if (raw && (body.template || body.system)) {
    throw new ApiError(400, 'raw mode does not support template, system, or context')
  }
  if (body.suffix) throw new ApiError(400, `registry.ollama.ai/library/${model.name} does not support insert`)
  const prompt = body.prompt ?? ''
  return {
    endpoint: 'generate',
    ...shared,
    prompt: prompt === '' ? '' : joined([body.system, prompt]),
    withContext: !raw,
  }
}

const readChat = async (
  request: IncomingMessage,
  model: EngineModel,
  limits: OptionLimits,
): Promise<GenerationRequest> => {
  const body = await readBody(request, chatBody)
  const shared = readShared(body, model, limits)
  const prompt = joined((body.messages ?? []).map((message) => message.content))
  return { endpoint: 'chat', ...shared, prompt, withContext: false }
}

/** Reads a request to generate. Throws ApiError for what Ollama refuses before it looks at the queue. */
export const readGenerationRequest = (
  endpoint: Endpoint,
  request: IncomingMessage,
  model: EngineModel,
): Promise<GenerationRequest> => {
  const limits: OptionLimits = { trainContext: model.contextLength, defaultContext: 4096 }
  return endpoint === 'chat' ? readChat(request, model, limits) : readGenerate(request, model, limits)
}

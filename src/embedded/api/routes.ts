/** Which endpoint answers which path and verb. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import { answerJson, answerText } from './answer.ts'
import { answerGeneration, type GenerationContext } from './generation.ts'
import { psAnswer, showAnswer, tagsAnswer } from './model-answers.ts'
import { requireModel } from './model-name.ts'
import { answerPull } from './pull.ts'
import { readBody } from './request-body.ts'

/** One request and its response. */
export interface Call {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
}

type Handler = (call: Call, context: GenerationContext) => void | Promise<void>

const showBody = z.looseObject({ model: z.string().nullish(), name: z.string().nullish() })

const show: Handler = async ({ incoming, response }, { engine }) => {
  const body = await readBody(incoming, showBody)
  const name = body.model ?? body.name ?? ''
  if (name === '') throw new ApiError(400, 'model is required')
  requireModel(engine.model, name)
  answerJson(response, 200, showAnswer(engine.model))
}

const alive: Handler = ({ response }) => answerText(response, 200, 'Ollama is running')

const version: Handler = ({ response }, { engine }) => answerJson(response, 200, { version: engine.version })

const tags: Handler = ({ response }, { engine }) => answerJson(response, 200, tagsAnswer(engine.model))

const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/': { GET: alive, HEAD: alive },
  '/api/version': { GET: version, HEAD: version },
  '/api/tags': { GET: tags, HEAD: tags },
  '/api/ps': {
    GET: ({ response }, { engine, residency }) =>
      answerJson(response, 200, psAnswer(engine.model, residency.resident)),
  },
  '/api/show': { POST: show },
  '/api/pull': {
    POST: ({ incoming, response }, { engine }) => answerPull(incoming, response, engine.model),
  },
  '/api/generate': { POST: (call, context) => answerGeneration('generate', call, context) },
  '/api/chat': { POST: (call, context) => answerGeneration('chat', call, context) },
}

/** Answers a call: 404 for an unknown path, 405 for a verb that the path has not. */
export const route: Handler = (call, context) => {
  const path = (call.incoming.url ?? '/').split('?', 1)[0] ?? '/'
  const verbs = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (verbs === undefined) return answerText(call.response, 404, '404 page not found')
  const handler = verbs[call.incoming.method ?? 'GET']
  if (handler === undefined) return answerText(call.response, 405, '405 method not allowed')
  return handler(call, context)
}

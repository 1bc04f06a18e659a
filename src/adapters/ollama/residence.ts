/** Brings models into a server's memory and out of it. Measures nothing. */

import type { Options } from '../../model/options.ts'
import type { Failure } from '../../model/request-record.ts'
import { loadAnswer } from './answers.ts'
import { ask } from './ask.ts'
import { readLoaded } from './inventory.ts'
import { jsonBody, optionFields } from './request-body.ts'
import type { ServerLink } from './server-link.ts'
import { serverProblem } from './server-problem.ts'

const askWithoutPrompt = async (
  link: ServerLink,
  asked: { readonly purpose: string; readonly model: string; readonly fields: object },
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { purpose, model, fields } = asked
  const request = link.post('/api/generate', jsonBody({ model, prompt: '', stream: false, ...fields }))
  const limit = { ms: link.timeouts.loadMs, kind: 'load-timeout' } as const
  await ask(link, { request, purpose, model, shape: loadAnswer, limit }, signal)
}

/** Loads a model with exactly these options: a generate call without a prompt, answered when it is in memory. */
export const loadModel = async (
  link: ServerLink,
  { model, options }: { readonly model: string; readonly options: Options },
  signal?: AbortSignal,
): Promise<void> => {
  const fields = optionFields(options)
  await askWithoutPrompt(link, { purpose: `load the model ${model}`, model, fields }, signal)
}

/** A name as /api/ps writes it: with its tag. */
const fullName = (model: string): string => (/:[^/]*$/.test(model) ? model : `${model}:latest`).toLowerCase()

const pollMs = 50

/**
 * Unloads a model and waits until /api/ps no longer lists it: Ollama answers at once and frees the memory later. Throws
 * MachineError when it is still listed after the load limit.
 */
export const unloadModel = async (link: ServerLink, model: string, signal?: AbortSignal): Promise<void> => {
  const { clock, timeouts } = link
  const purpose = `unload the model ${model}`
  await askWithoutPrompt(link, { purpose, model, fields: { keep_alive: 0 } }, signal)
  const giveUpAt = clock.nowMs() + timeouts.loadMs
  const name = fullName(model)
  while ((await readLoaded(link, signal)).some((loaded) => fullName(loaded.name) === name)) {
    if (clock.nowMs() >= giveUpAt) {
      const message = `/api/ps still lists it after ${timeouts.loadMs} ms.`
      const failure: Failure = { kind: 'load-timeout', message }
      throw serverProblem({ url: link.url, purpose, model }, failure)
    }
    await clock.sleep(pollMs, signal)
  }
}

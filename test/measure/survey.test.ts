/** What is said before planning when a server lacks a model. */
import { expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { surveyServers } from '../../src/measure/survey.ts'
import { aPolicy } from '../model/a-run.ts'
import { FakeClock, FakeServer, someStarted } from './a-rig.ts'

const ownFacts = (url: string) => [{ url, clientVersion: null, settings: {}, library: null, fallbacks: [] }]

async function problemsOf(startedUrls: readonly string[]) {
  const server = new FakeServer(new FakeClock())
  const started = someStarted([], 'head', { facts: () => startedUrls.flatMap(ownFacts) })
  const survey = surveyServers({
    policy: aPolicy({ models: ['gemma3:4b'] }),
    servers: { head: [server], base: [] },
    baseModel: null,
    started: { head: started, base: null },
    isThisHost: () => true,
    installedVersion: async () => null,
    signal: new AbortController().signal,
  })
  const error = await survey.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(InputError)
  return error instanceof InputError ? error.problems : []
}

test.each([
  ['is pulled on a server that was found', [], /^Run `OLLAMA_HOST=127\.0\.0\.1:11434 ollama pull gemma3:4b`/],
  [
    'comes from another store where we started the server, which is gone when this is read',
    ['http://127.0.0.1:11434'],
    /^Give `model-store` the folder that holds gemma3:4b: .*\/usr\/share\/ollama\/\.ollama\/models/,
  ],
])('a model that is missing %s', async (_what, startedUrls, fix) => {
  const [problem] = await problemsOf(startedUrls)
  expect(problem?.what).toBe('http://127.0.0.1:11434 does not have the model gemma3:4b.')
  expect(problem?.fix).toMatch(fix)
})

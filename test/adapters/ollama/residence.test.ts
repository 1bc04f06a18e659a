/** Loading and unloading. */
import { describe, expect, it } from 'vitest'
import { MachineError } from '../../../src/errors.ts'
import { aClient } from './a-client.ts'
import { type Answer, answerOf, startScriptedServer } from './scripted-server.ts'

const loaded = { model: 'tiny', response: '', done: true, done_reason: 'load' }
const unloaded = { ...loaded, done_reason: 'unload' }

describe('load', () => {
  it('is a generate call without a prompt, with the options as they are', async () => {
    await using server = await startScriptedServer(answerOf(200, loaded))
    await using client = aClient(server.url)
    await client.load('tiny', { num_ctx: 512, num_gpu: 80, keep_alive: '10m', think: false })
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/api/generate' })
    expect(server.asked[0]?.body).toEqual({
      model: 'tiny',
      prompt: '',
      stream: false,
      options: { num_ctx: 512, num_gpu: 80 },
      keep_alive: '10m',
      think: false,
    })
  })

  it.each<[string, Answer, RegExp]>([
    [
      'without memory',
      answerOf(500, { error: 'cudaMalloc failed: out of memory' }),
      /could not load the model tiny.*cudaMalloc.*smaller num_ctx/,
    ],
    ['of a missing model', answerOf(404, { error: "model 'tiny' not found" }), /ollama pull tiny/],
    [
      'of a child that crashed',
      answerOf(500, { error: 'llama-server process has terminated: exit 1' }),
      /could not load.*has terminated/,
    ],
    ['that is no load', answerOf(200, { hello: 1 }), /does not answer as Ollama/],
  ])('%s fails', async (_, answer, message) => {
    await using server = await startScriptedServer(answer)
    await using client = aClient(server.url)
    const load = client.load('tiny', {})
    await expect(load).rejects.toThrow(MachineError)
    await expect(load).rejects.toThrow(message)
  })

  it('has its own limit', async () => {
    await using server = await startScriptedServer(() => {})
    await using client = aClient(server.url, { timeouts: { loadMs: 40 } })
    await expect(client.load('tiny', {})).rejects.toThrow(/in 40 ms.*load-seconds/)
    await expect.poll(() => server.hangUps()).toBe(1)
  })
})

/** Still lists the model for the first `polls` looks at /api/ps. */
const unloadingAfter = (name: string, polls: number): Answer => {
  let looks = 0
  return (response, asked, index) => {
    if (asked.path === '/api/generate') return answerOf(200, unloaded)(response, asked, index)
    looks += 1
    const models =
      looks <= polls
        ? [
            { name, size: 1 },
            { name: 'other:latest', size: 1 },
          ]
        : [{ name: 'other:latest', size: 1 }]
    return answerOf(200, { models })(response, asked, index)
  }
}

describe('unload', () => {
  it.each([
    ['tiny', 'tiny:latest'],
    ['tiny:1b', 'tiny:1b'],
    ['Hub.example/Me/Tiny', 'hub.example/me/tiny:latest'],
    ['localhost:5000/me/tiny', 'localhost:5000/me/tiny:latest'],
  ])('of %s waits until %s is no longer listed', async (model, listed) => {
    await using server = await startScriptedServer(unloadingAfter(listed, 3))
    await using client = aClient(server.url)
    await client.unload(model)
    expect(server.asked.map(({ path }) => path)).toEqual(['/api/generate', ...Array(4).fill('/api/ps')])
    expect(server.asked[0]?.body).toEqual({ model, prompt: '', stream: false, keep_alive: 0 })
  })

  it('gives up after the limit of a load', async () => {
    await using server = await startScriptedServer(unloadingAfter('tiny:latest', Number.POSITIVE_INFINITY))
    await using client = aClient(server.url, { timeouts: { loadMs: 60 } })
    await expect(client.unload('tiny')).rejects.toThrow(
      /could not unload the model tiny.*still lists it after 60 ms/,
    )
  })

  it('stops when it is aborted', async () => {
    await using server = await startScriptedServer(unloadingAfter('tiny:latest', Number.POSITIVE_INFINITY))
    await using client = aClient(server.url)
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await expect(client.unload('tiny', controller.signal)).rejects.toThrow('enough')
  })
})

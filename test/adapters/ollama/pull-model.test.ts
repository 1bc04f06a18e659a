/** Pulling a model. */
import { describe, expect, it } from 'vitest'
import { MachineError } from '../../../src/errors.ts'
import type { PullProgress } from '../../../src/ports/inference-server.ts'
import { aClient } from './a-client.ts'
import { type Answer, answerOf, startScriptedServer, streamOf } from './scripted-server.ts'

const line = (value: object) => `${JSON.stringify(value)}\n`

const pull = async (answer: Answer, timeouts = {}) => {
  await using server = await startScriptedServer(answer)
  await using client = aClient(server.url, { timeouts })
  const progress: PullProgress[] = []
  await client.pull('tiny', (step) => progress.push(step))
  return { progress, body: server.asked[0]?.body }
}

describe('pull', () => {
  it('tells how far it is, until success', async () => {
    const { progress, body } = await pull(
      streamOf(
        line({ status: 'pulling manifest' }),
        `${line({ status: 'pulling ab', total: 9 })}${line({ status: 'pulling ab', total: 9, completed: 4 })}`,
        line({ status: 'success' }),
      ),
    )
    expect(body).toEqual({ model: 'tiny', stream: true })
    expect(progress).toEqual([
      { status: 'pulling manifest', completedBytes: null, totalBytes: null },
      { status: 'pulling ab', completedBytes: null, totalBytes: 9 },
      { status: 'pulling ab', completedBytes: 4, totalBytes: 9 },
      { status: 'success', completedBytes: null, totalBytes: null },
    ])
  })

  it('succeeds with one object without a newline', async () => {
    expect((await pull(answerOf(200, { status: 'success' }))).progress).toHaveLength(1)
  })

  it.each<[string, Answer, RegExp]>([
    [
      'an error in the stream',
      streamOf(
        line({ status: 'pulling manifest' }),
        line({ error: 'pull model manifest: file does not exist' }),
      ),
      /could not pull the model tiny.*file does not exist/,
    ],
    [
      'a newer Ollama is needed',
      streamOf(
        line({ error: '412: The model you are attempting to pull requires a newer version of Ollama' }),
      ),
      /newer version of Ollama/,
    ],
    ['a stream that stops', streamOf(line({ status: 'pulling manifest' })), /ended before it said success/],
    ['a refused name', answerOf(400, { error: 'invalid model name' }), /400: invalid model name/],
    ['a web page', answerOf(200, '<html>\n', 'text/html'), /not one of a pull: "<html>"/],
  ])('fails with %s', async (_, answer, message) => {
    await expect(pull(answer)).rejects.toThrow(MachineError)
    await expect(pull(answer)).rejects.toThrow(message)
  })

  it('may not be silent for longer than a load', async () => {
    const silent: Answer = (response) => {
      response.writeHead(200).write(line({ status: 'pulling manifest' }))
    }
    await expect(pull(silent, { loadMs: 60 })).rejects.toThrow(/Nothing came for 60 ms/)
  })

  it('throws the reason of an abort', async () => {
    await using server = await startScriptedServer(() => {})
    await using client = aClient(server.url)
    await expect(client.pull('tiny', () => {}, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    )
  })
})

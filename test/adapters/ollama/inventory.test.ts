/** The small calls: what they read, and what they say when something else listens there. */
import { describe, expect, it } from 'vitest'
import { InputError, MachineError } from '../../../src/errors.ts'
import type { InferenceServer } from '../../../src/ports/inference-server.ts'
import { aClient } from './a-client.ts'
import { type Answer, answerOf, startScriptedServer } from './scripted-server.ts'

const asked = async <T>(answer: Answer, ask: (client: InferenceServer) => Promise<T>): Promise<T> => {
  await using server = await startScriptedServer(answer)
  await using client = aClient(server.url)
  return await ask(client)
}

describe('version', () => {
  it('is the server’s own', async () => {
    expect(await asked(answerOf(200, { version: '0.24.0' }), (client) => client.version())).toBe('0.24.0')
  })

  it('waits while the server is busy', async () => {
    const answer: Answer = (response, request, index) =>
      answerOf(index < 2 ? 503 : 200, { version: '0.24.0' })(response, request, index)
    expect(await asked(answer, (client) => client.version())).toBe('0.24.0')
  })

  it.each<[string, Answer, RegExp]>([
    [
      'a web page',
      answerOf(200, '<!DOCTYPE html><p>Hi', 'text/html'),
      /does not answer as Ollama does.*status 200, text\/html, which is not JSON: "<!DOCTYPE html><p>Hi"/,
    ],
    ['other JSON', answerOf(200, { ok: true }), /does not answer as Ollama does.*without a usable "version"/],
    ['a list', answerOf(200, []), /does not answer as Ollama does.*other JSON/],
    [
      'a web page that was not found',
      answerOf(404, '<h1>Not Found</h1>', 'text/html'),
      /does not answer as Ollama does.*status 404/,
    ],
    [
      'another path',
      answerOf(404, '404 page not found'),
      /does not answer as Ollama does.*a path in front of \/api/,
    ],
    ['a login', answerOf(401, 'Unauthorized'), /does not answer as Ollama does.*status 401/],
    [
      'an error of Ollama',
      answerOf(500, { error: 'broken' }),
      /could not tell its version. The server answered 500: broken/,
    ],
    ['a refused host name', answerOf(403, ''), /could not tell its version.*host names/],
    ['an empty answer', answerOf(200, ''), /which is not JSON: nothing/],
  ])('says what it found: %s', async (_, answer, message) => {
    const version = asked(answer, (client) => client.version())
    await expect(version).rejects.toThrow(MachineError)
    await expect(version).rejects.toThrow(message)
  })

  it('says that nobody listens, and what to do', async () => {
    const server = await startScriptedServer(() => {})
    await server[Symbol.asyncDispose]()
    await using client = aClient(server.url)
    await expect(client.version()).rejects.toThrow(
      `No server answers at ${server.url}. No connection to ${server.url}: connect ECONNREFUSED 127.0.0.1:${server.port}. Start Ollama there`,
    )
  })

  it('is not waited for without end', async () => {
    await using server = await startScriptedServer(() => {})
    await using client = aClient(server.url, { timeouts: { firstTokenMs: 40 } })
    await expect(client.version()).rejects.toThrow(/did not answer in 40 ms/)
  })

  it('of no address is a wrong input', () => {
    expect(() => aClient('ftp://x')).toThrow(InputError)
  })
})

describe('available', () => {
  it.each([
    [
      'a model',
      { name: 'tiny:latest', digest: 'ab', size: 7 },
      { name: 'tiny:latest', digest: 'ab', sizeBytes: 7, remote: false },
    ],
    ['little known', { name: 'x' }, { name: 'x', digest: null, sizeBytes: null, remote: false }],
    [
      'a remote host',
      { name: 'x', remote_host: 'https://ollama.com' },
      { name: 'x', digest: null, sizeBytes: null, remote: true },
    ],
    [
      'a remote model',
      { name: 'x', remote_model: 'y' },
      { name: 'x', digest: null, sizeBytes: null, remote: true },
    ],
    ['a cloud tag', { name: 'x:cloud' }, { name: 'x:cloud', digest: null, sizeBytes: null, remote: true }],
    [
      'a cloud size',
      { name: 'x:120b-cloud' },
      { name: 'x:120b-cloud', digest: null, sizeBytes: null, remote: true },
    ],
    [
      'a cloudy name',
      { name: 'cloudy:7b' },
      { name: 'cloudy:7b', digest: null, sizeBytes: null, remote: false },
    ],
  ])('%s', async (_, model, expected) => {
    expect(await asked(answerOf(200, { models: [model] }), (client) => client.available())).toEqual([
      expected,
    ])
  })

  it.each([[{ models: [] }], [{ models: null }]])('none: %j', async (body) => {
    expect(await asked(answerOf(200, body), (client) => client.available())).toEqual([])
  })
})

describe('loaded', () => {
  it.each([
    [
      'on the GPU',
      { size: 9, size_vram: 9, context_length: 4096 },
      { sizeBytes: 9, sizeVramBytes: 9, contextLength: 4096 },
    ],
    ['on the CPU', { size: 9 }, { sizeBytes: 9, sizeVramBytes: 0, contextLength: null }],
  ])('%s', async (_, model, expected) => {
    const answer = answerOf(200, { models: [{ name: 'tiny:latest', ...model }] })
    expect(await asked(answer, (client) => client.loaded())).toEqual([{ name: 'tiny:latest', ...expected }])
  })
})

describe('show', () => {
  it('reads the facts of the model', async () => {
    const answer = answerOf(200, {
      details: { parameter_size: '4.3B', quantization_level: 'Q4_K_M' },
      model_info: {
        'general.architecture': 'gemma3',
        'gemma3.block_count': 34,
        'gemma3.context_length': 131_072,
        'gemma3.attention.head_count': 8,
        'gemma3.attention.head_count_kv': 4,
        'gemma3.attention.key_length': 256,
        'gemma3.attention.value_length': 256,
      },
      modelfile: `# FROM gemma3:latest\n\nFROM /models/blobs/sha256-${'a'.repeat(64)}\nTEMPLATE {{ .Prompt }}\n`,
      template: 'hello',
      capabilities: ['completion', 'vision'],
      parameters: 'temperature 1',
    })
    expect(await asked(answer, (client) => client.show('gemma3'))).toEqual({
      facts: {
        parameterSize: '4.3B',
        quantization: 'Q4_K_M',
        blocks: 34,
        trainContext: 131_072,
        leastContext: 2048,
        parameters: 'temperature 1',
        weightsDigest: 'a'.repeat(64),
        templateSha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
        kvBytesPerToken: 34 * 4 * (256 + 256) * 2,
      },
      capabilities: ['completion', 'vision'],
    })
  })

  it('has nothing of a server that says nothing', async () => {
    expect(await asked(answerOf(200, {}), (client) => client.show('x'))).toEqual({
      facts: {
        parameterSize: null,
        quantization: null,
        blocks: null,
        trainContext: null,
        leastContext: null,
        parameters: '',
        weightsDigest: null,
        templateSha256: null,
        kvBytesPerToken: null,
      },
      capabilities: [],
    })
  })

  it('says how to get a model that is missing', async () => {
    const answer = answerOf(404, { error: "model 'x' not found" })
    await expect(asked(answer, (client) => client.show('x'))).rejects.toThrow(
      /could not show the model x. The server answered 404: model 'x' not found. Pull it there \(`ollama pull x`\)/,
    )
  })
})

/** What both engines answer, over HTTP, as their own processes: the statements of OLLAMA section 1. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, first, generate, last, loadedModels, responseText, until } from './http-client.ts'
import { missingBuild } from './llama/native-build.ts'
import { listeningUrl, type ServerProcess, spawnServer } from './servers.ts'

const hex64 = /^[0-9a-f]{64}$/
const rfc3339Nano = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/

const engines = [
  { engine: 'scripted', version: '0.0.0+embedded.scripted', skipped: false },
  { engine: 'llama', version: '0.0.0+embedded.llama', skipped: missingBuild !== null },
]

for (const { engine, version, skipped } of engines) {
  describe.skipIf(skipped)(`the ${engine} engine`, () => {
    let server: ServerProcess
    let url = ''
    beforeAll(async () => {
      server = spawnServer(['--engine', engine, '--die-with-parent'])
      url = await listeningUrl(server)
    })
    afterAll(async () => {
      server.child.kill()
      await server.exit
    })

    const unload = async (): Promise<void> => {
      await ask(url, '/api/generate', { body: { model: 'tiny', keep_alive: 0 } })
      await until('the model is gone', async () => (await loadedModels(url)).length === 0)
    }

    it('says where it listens, and which engine it is, in one JSON line', () => {
      expect(JSON.parse(server.stdout())).toEqual({ listening: url, engine })
      expect(server.stdout().trim().split('\n')).toHaveLength(1)
    })

    it('is alive: GET and HEAD /', async () => {
      expect(await ask(url, '/')).toMatchObject({ status: 200, text: 'Ollama is running' })
      expect(await ask(url, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    })

    it('names itself by its version', async () => {
      expect(first(await ask(url, '/api/version'))).toEqual({ version })
    })

    it('refuses what it does not know as Ollama does', async () => {
      expect(await ask(url, '/api/nope')).toMatchObject({ status: 404, text: '404 page not found' })
      expect(await ask(url, '/api/delete', { method: 'DELETE' })).toMatchObject({ status: 404 })
      expect(await ask(url, '/api/chat')).toMatchObject({ status: 405, text: '405 method not allowed' })
      expect(await ask(url, '/', { headers: { host: 'evil.example' } })).toMatchObject({
        status: 403,
        text: '',
      })
    })

    it.each([
      ['no body', '', 400, 'missing request body'],
      ['an unknown model', { model: 'other', prompt: 'x' }, 404, "model 'other' not found"],
      [
        'thinking',
        { model: 'tiny:latest', prompt: 'x', think: true },
        400,
        '"tiny:latest" does not support thinking',
      ],
      [
        'an option of the wrong type',
        { model: 'tiny', prompt: 'x', options: { num_ctx: 'big' } },
        500,
        'option "num_ctx" must be of type integer',
      ],
      [
        'a keep-alive that is no duration',
        { model: 'tiny', prompt: 'x', keep_alive: '5 minutes' },
        400,
        'time: invalid duration "5 minutes"',
      ],
    ])('answers %s with an error', async (_, body, status, error) => {
      const answer = await ask(url, '/api/generate', { method: 'POST', ...(body === '' ? {} : { body }) })
      expect(answer.status).toBe(status)
      expect(answer.type).toContain('application/json')
      expect(first(answer)).toEqual({ error })
    })

    it('answers broken JSON with 400', async () => {
      expect(await ask(url, '/api/chat', { body: '{"model":' })).toMatchObject({ status: 400 })
    })

    it('lists its one model with digests of 64 digits', async () => {
      const tags = first(await ask(url, '/api/tags')).models as Record<string, unknown>[]
      expect(tags).toHaveLength(1)
      expect(tags[0]).toMatchObject({ name: 'tiny:latest', model: 'tiny:latest' })
      expect(tags[0]?.digest).toMatch(hex64)
      expect(tags[0]?.modified_at).toMatch(rfc3339Nano)
    })

    it('shows the model', async () => {
      const shown = first(await ask(url, '/api/show', { body: { model: 'tiny' } }))
      expect(shown.capabilities).toEqual(['completion'])
      expect(shown.modelfile).toMatch(/^FROM .*\/blobs\/sha256-[0-9a-f]{64}$/m)
      expect(shown.model_info).toMatchObject({
        'general.architecture': 'llama',
        'llama.block_count': expect.any(Number),
        'llama.context_length': 32_768,
      })
      expect(shown).not.toHaveProperty('digest')
      expect(await ask(url, '/api/show', { body: { model: 'x' } })).toMatchObject({ status: 404 })
      expect(await ask(url, '/api/show', { body: {} })).toMatchObject({ status: 400 })
    })

    it('pulls the model that it has, and fails within the 200 for another', async () => {
      const pulled = await ask(url, '/api/pull', { body: { model: 'tiny:latest' } })
      expect(first(pulled)).toEqual({ status: 'pulling manifest' })
      expect(last(pulled)).toEqual({ status: 'success' })
      const failed = await ask(url, '/api/pull', { body: { model: 'other' } })
      expect(failed).toMatchObject({ status: 200, type: 'application/x-ndjson' })
      expect(last(failed)).toEqual({ error: 'pull model manifest: file does not exist' })
      expect(await ask(url, '/api/pull', { body: { model: 'other', stream: false } })).toMatchObject({
        status: 500,
      })
    })

    it('loads without a prompt, lists what is loaded, and unloads', async () => {
      await unload()
      const loaded = await ask(url, '/api/generate', { body: { model: 'tiny', options: { num_ctx: 512 } } })
      expect(loaded.type).toContain('application/json')
      expect(loaded.lines).toEqual([
        { model: 'tiny', created_at: expect.any(String), response: '', done: true, done_reason: 'load' },
      ])
      const [model] = await loadedModels(url)
      expect(model).toMatchObject({
        name: 'tiny:latest',
        context_length: 512,
        size: expect.any(Number),
        size_vram: expect.any(Number),
      })
      expect(model?.expires_at).toMatch(rfc3339Nano)
      const unloaded = await ask(url, '/api/chat', { body: { model: 'tiny', messages: [], keep_alive: 0 } })
      expect(last(unloaded)).toMatchObject({ done: true, done_reason: 'unload' })
      await until('the model is gone', async () => (await loadedModels(url)).length === 0)
    })

    it('streams a generation and ends it with its figures', async () => {
      const answer = await generate(url, { options: { unknown_option: true } })
      expect(answer).toMatchObject({ status: 200, type: 'application/x-ndjson', complete: true })
      expect(answer.lines).toHaveLength(6)
      expect(first(answer)).toMatchObject({ model: 'tiny', done: false })
      expect(first(answer).created_at).toMatch(rfc3339Nano)
      const end = last(answer)
      expect(end).toMatchObject({ response: '', done: true, done_reason: 'length', eval_count: 5 })
      for (const name of [
        'total_duration',
        'load_duration',
        'prompt_eval_count',
        'prompt_eval_duration',
        'eval_duration',
      ]) {
        expect(end[name], name).toSatisfy(Number.isInteger)
      }
      expect(end.context).toHaveLength(Number(end.prompt_eval_count) + 5)
    })

    it('leaves zeros out: one token has no interval', async () => {
      const end = last(await generate(url, { raw: true, options: { num_predict: 1 } }))
      expect(end).toMatchObject({ eval_count: 1 })
      expect(end).not.toHaveProperty('eval_duration')
      expect(end).not.toHaveProperty('context')
    })

    it('answers in one object without streaming', async () => {
      const streamed = await generate(url)
      const whole = await generate(url, { stream: false })
      expect(whole.type).toContain('application/json')
      expect(whole.lines).toHaveLength(1)
      expect(responseText(whole)).toBe(responseText(streamed))
      expect(last(whole)).toMatchObject({ done: true, eval_count: 5 })
    })

    it('chats', async () => {
      const body = {
        model: 'tiny:latest',
        messages: [
          { role: 'system', content: 'You count.' },
          { role: 'user', content: 'Count.' },
        ],
        options: { num_predict: 3, temperature: 0 },
      }
      const answer = await ask(url, '/api/chat', { body })
      expect(answer.lines).toHaveLength(4)
      expect(first(answer)).toMatchObject({ model: 'tiny:latest', message: { role: 'assistant' } })
      expect(last(answer)).toMatchObject({ done: true, message: { role: 'assistant', content: '' } })
      expect(last(answer)).not.toHaveProperty('context')
    })

    it('stops working for a client that leaves', async () => {
      const gone = new AbortController()
      const left = generate(
        url,
        { options: { num_predict: 20_000 } },
        { signal: gone.signal, onData: () => gone.abort() },
      )
      await left.catch(() => {})
      expect(last(await generate(url))).toMatchObject({ done: true, eval_count: 5 })
    })
  })
}

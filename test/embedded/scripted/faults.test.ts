/** Each fault of a script, as a client sees it over HTTP. */
import { describe, expect, it } from 'vitest'
import { ask, type Fields, first, generate, last, responseText } from '../http-client.ts'
import { serveScript } from '../servers.ts'

const withFault = (fault: Fields, script: object = {}) => serveScript({ ...script, faults: [fault] })

const strike = async (fault: Fields, body: Fields = {}) =>
  generate(await withFault(fault), { options: { num_predict: 8 }, ...body })

const tokensBefore = (answer: Awaited<ReturnType<typeof generate>>) =>
  answer.lines.filter((line) => line.done === false && line.response !== '').length

describe('an answer that is refused', () => {
  it('with 503 says that the server is busy', async () => {
    const answer = await strike({ kind: 'http-503' })
    expect(answer.status).toBe(503)
    expect(first(answer).error).toBe('server busy, please try again.  maximum pending requests exceeded')
  })

  it('with 500 carries the text of the script', async () => {
    const answer = await strike({ kind: 'http-500', message: 'cudaMalloc failed' })
    expect(answer).toMatchObject({ status: 500, text: '{"error":"cudaMalloc failed"}' })
  })

  it('with an error before the first token has a status of its own', async () => {
    const answer = await strike({ kind: 'error-line', afterTokens: 0, message: 'lost' })
    expect(answer).toMatchObject({ status: 500, text: '{"error":"lost"}' })
  })
})

describe('a stream that breaks', () => {
  it('by an error line, after some tokens and within the 200', async () => {
    const answer = await strike({ kind: 'error-line', afterTokens: 3, message: 'lost' })
    expect(answer).toMatchObject({ status: 200, complete: true })
    expect(tokensBefore(answer)).toBe(3)
    expect(last(answer)).toEqual({ error: 'lost' })
  })

  it('by ending without a last chunk', async () => {
    const answer = await strike({ kind: 'no-done', afterTokens: 4 })
    expect(answer).toMatchObject({ status: 200, complete: true })
    expect(answer.lines.map((line) => line.done)).toEqual([false, false, false, false])
  })

  it('by a cut connection', async () => {
    const answer = await strike({ kind: 'cut', afterTokens: 2 })
    expect(answer).toMatchObject({ status: 200, complete: false })
    expect(tokensBefore(answer)).toBe(2)
  })

  it('by a cut before the first token, without any answer', async () => {
    await expect(strike({ kind: 'cut', afterTokens: 0 })).rejects.toThrow('socket hang up')
  })

  it('also where it is not streamed', async () => {
    expect(await strike({ kind: 'error-line', message: 'lost' }, { stream: false })).toMatchObject({
      status: 500,
    })
    await expect(strike({ kind: 'cut' }, { stream: false })).rejects.toThrow('socket hang up')
  })
})

describe('a stream that is odd', () => {
  it('by a line that is no JSON', async () => {
    const answer = await strike({ kind: 'malformed-line', afterTokens: 2, line: '{"mod' })
    expect(answer.text.split('\n')[2]).toBe('{"mod')
    expect(last(answer)).toMatchObject({ done: true, eval_count: 8 })
  })

  it('by empty chunks before the first token', async () => {
    const answer = await strike({ kind: 'empty-chunks', count: 2 })
    expect(answer.lines.slice(0, 3).map((line) => line.response)).toEqual(['', '', ' w000'])
  })

  it('by a huge last line', async () => {
    const answer = await strike({ kind: 'huge-line', bytes: 3_000_000 })
    expect(answer.text.length).toBeGreaterThan(3_000_000)
    expect(last(answer)).toMatchObject({ done: true, eval_count: 8 })
  })

  it('by generating nothing', async () => {
    const answer = await strike({ kind: 'no-token' })
    expect(answer.lines).toHaveLength(1)
    expect(last(answer)).toMatchObject({ done: true, done_reason: 'stop' })
    expect(last(answer)).not.toHaveProperty('eval_count')
  })

  it('by stopping early', async () => {
    const answer = await strike({ kind: 'early-stop', afterTokens: 3 })
    expect(last(answer)).toMatchObject({ done_reason: 'stop', eval_count: 3 })
  })

  it('by thinking first, in its own field', async () => {
    const answer = await strike({ kind: 'thinking', tokens: 3 })
    expect(answer.lines.slice(0, 4)).toMatchObject([
      { thinking: ' w000', response: '' },
      { thinking: ' w001', response: '' },
      { thinking: ' w002', response: '' },
      { response: ' w003' },
    ])
    expect(answer.lines[3]).not.toHaveProperty('thinking')
  })

  it('by one tool call instead of text', async () => {
    const url = await withFault({ kind: 'tool-call', name: 'find' })
    const messages = [{ role: 'user', content: 'x' }]
    const answer = await ask(url, '/api/chat', {
      body: { model: 'tiny', messages, options: { num_predict: 2 } },
    })
    expect(answer.lines).toHaveLength(2)
    expect(first(answer).message).toEqual({
      role: 'assistant',
      content: '',
      tool_calls: [{ function: { name: 'find', arguments: { query: 'w000 w001' } } }],
    })
  })
})

describe('a stream that is late', () => {
  it('by a stall, after which it goes on', async () => {
    const startMs = performance.now()
    const answer = await strike({ kind: 'stall', afterTokens: 2, ms: 300 })
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(300)
    expect(last(answer)).toMatchObject({ done: true, eval_count: 8 })
  })

  it('by its headers, which no figure of the server shows', async () => {
    const answer = await strike({ kind: 'delayed-headers', ms: 300 })
    const end = last(answer)
    expect(Number(end.total_duration)).toBeGreaterThanOrEqual(300e6)
    expect(Number(end.prompt_eval_duration) + Number(end.load_duration)).toBeLessThan(300e6)
  })

  it('by its load', async () => {
    const answer = await strike({ kind: 'slow-load', ms: 300 })
    expect(Number(last(answer).load_duration)).toBeGreaterThanOrEqual(300e6)
  })
})

describe('a fault strikes', () => {
  const statuses = async (fault: Fields, seed = 1): Promise<string> => {
    const url = await withFault({ kind: 'http-500', ...fault }, { seed })
    let text = ''
    for (let i = 0; i < 12; i += 1) text += (await generate(url)).status === 200 ? '.' : 'x'
    return text
  }

  it.each([
    ['always', {}, 'xxxxxxxxxxxx'],
    ['at one request', { atRequest: 3 }, '..x.........'],
    ['at every k-th request', { everyRequest: 4 }, '...x...x...x'],
  ])('%s', async (_, fault, expected) => {
    expect(await statuses(fault)).toBe(expected)
  })

  it('by chance, the same way for the same seed', async () => {
    const drawn = await statuses({ probability: 0.4 })
    expect(drawn).toMatch(/x/)
    expect(drawn).toMatch(/\./)
    expect(await statuses({ probability: 0.4 })).toBe(drawn)
    expect(await statuses({ probability: 0.4 }, 2)).not.toBe(drawn)
  })

  it('only requests that generate: loads do not count', async () => {
    const url = await withFault({ kind: 'http-500', atRequest: 1 })
    expect(await ask(url, '/api/generate', { body: { model: 'tiny' } })).toMatchObject({ status: 200 })
    expect(await generate(url)).toMatchObject({ status: 500 })
    expect(responseText(await generate(url))).toBe(' w000 w001 w002 w003 w004')
  })
})

/** The small parsers and formats of the API, as tables. */
import { describe, expect, it } from 'vitest'
import { isAllowedHost, isLoopback } from '../../../src/embedded/api/host-guard.ts'
import { parseKeepAlive } from '../../../src/embedded/api/keep-alive.ts'
import { formatWallTime } from '../../../src/embedded/api/wall-time.ts'
import { parseOptions, servesWithoutReload, tokenLimit } from '../../../src/embedded/options.ts'

describe('keep-alive', () => {
  it.each([
    ['absent', undefined, 300_000],
    ['null', null, 300_000],
    ['seconds', 2.5, 2500],
    ['zero', 0, 0],
    ['a negative number', -1, Number.POSITIVE_INFINITY],
    ['a duration', '1h2m3s', 3_723_000],
    ['a fraction', '1.5m', 90_000],
    ['ms', '250ms', 250],
    ['zero as text', '0', 0],
    ['a negative duration', '-1m', Number.POSITIVE_INFINITY],
  ])('%s', (_, value, ms) => {
    expect(parseKeepAlive(value)).toBe(ms)
  })

  it.each(['', '5', 'm', '5 m', '5x', 'soon'])('refuses "%s"', (text) => {
    expect(() => parseKeepAlive(text)).toThrow(`time: invalid duration "${text}"`)
  })
})

describe('options', () => {
  const limits = { trainContext: 8192, defaultContext: 4096 }

  it('have the defaults of Ollama', () => {
    const { runner, request } = parseOptions({}, limits)
    expect(runner).toEqual({
      numCtx: 4096,
      numBatch: null,
      numGpu: -1,
      mainGpu: null,
      numThread: 0,
      useMmap: null,
    })
    expect(request).toMatchObject({ seed: -1, numPredict: -1, temperature: 0.8, topK: 40, repeatPenalty: 1 })
  })

  it.each([
    ['floats become integers', { num_ctx: 512.9 }, 512],
    ['at least 4', { num_ctx: 1 }, 4],
    ['at most the trained context', { num_ctx: 100_000 }, 8192],
    ['null is absent', { num_ctx: null }, 4096],
  ])('num_ctx: %s', (_, fields, numCtx) => {
    expect(parseOptions(fields, limits).runner.numCtx).toBe(numCtx)
  })

  it.each([
    [{ num_ctx: '512' }, 'option "num_ctx" must be of type integer'],
    [{ temperature: 'hot' }, 'option "temperature" must be of type float32'],
    [{ use_mmap: 1 }, 'option "use_mmap" must be of type boolean'],
    [{ stop: 'x' }, 'option "stop" must be of type array'],
    [{ stop: [1] }, 'option "stop" must be of an array of strings'],
  ])('%o is refused', (fields, message) => {
    expect(() => parseOptions(fields, limits)).toThrow(message)
  })

  it.each([
    [{ num_gpu: 5 }, { num_gpu: 5 }, true],
    [{ num_gpu: 5 }, { num_gpu: 6 }, false],
    [{ num_gpu: 5 }, {}, true],
    [{}, { num_gpu: 5 }, false],
    [{ num_batch: 512 }, {}, false],
  ])('loaded with %o, wanted %o: serves %s', (loaded, wanted, serves) => {
    expect(
      servesWithoutReload(parseOptions(loaded, limits).runner, parseOptions(wanted, limits).runner),
    ).toBe(serves)
  })

  it.each([
    [-1, 40_960],
    [0, 40_960],
    [7, 7],
    [1e9, 40_960],
  ])('num_predict %d generates at most %d tokens', (numPredict, limit) => {
    expect(tokenLimit(numPredict, 4096)).toBe(limit)
  })
})

it.each([
  [0, '1970-01-01T00:00:00.000000000Z'],
  [1_700_000_000_123, '2023-11-14T22:13:20.123000000Z'],
  [1_700_000_000_000.25, '2023-11-14T22:13:20.000250000Z'],
  [1_700_000_000_123.75, '2023-11-14T22:13:20.123750000Z'],
])('the wall time %d is %s', (ms, text) => {
  expect(formatWallTime(ms)).toBe(text)
})

it.each([
  [undefined, true],
  ['127.0.0.1:11434', true],
  ['[::1]:11434', true],
  ['localhost', true],
  ['box.local:1', true],
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
])('the host %s is allowed: %s', (host, allowed) => {
  expect(isAllowedHost(host)).toBe(allowed)
})

it.each([
  ['127.0.0.1', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['192.168.1.5', false],
])('listening on %s is on loopback: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback)
})

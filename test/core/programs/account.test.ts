import { describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/core/programs/account.ts'
import type { SeenRun } from '../../../src/core/programs/contradictions.ts'
import { aCall } from '../../model/a-run.ts'

/** Two calls of 100 and 40 tokens in a process that lived for 4 s. */
const seen: SeenRun = {
  livedMs: 4000,
  calls: [
    aCall({ writeMs: 500, durationMs: 1100, tokens: 100 }).record,
    aCall({ writeMs: 2000, durationMs: 500, tokens: 40 }).record,
  ],
}

type Fields = Record<string, unknown>

/** A call that agrees with the first of those. */
const ownCall = (fields: Fields = {}, stage = 'analysis') => ({
  stage,
  metrics: {
    throughput_tokens_per_sec: 100,
    tokens_generated: 100,
    ttft_ms: 100,
    eval_duration_ms: 1000,
    load_duration_ms: 0,
    prompt_eval_duration_ms: 90,
    total_duration_ms: 1100,
    ...fields,
  },
})

const second = ownCall({ tokens_generated: 40, eval_duration_ms: 400, total_duration_ms: 500 }, 'report')

const workflow = { ingest_seconds: 0.4, analysis_seconds: 1.2, report_seconds: 0.6, total_seconds: 2.3 }

/** Agrees with what was seen, unless a test says otherwise. */
const metrics = (fields: Fields = {}) =>
  JSON.stringify({ agent_type: 'rust', llm_calls: [ownCall(), second], workflow, ...fields })

const failureOf = (text: string | null): string | null => accountOf(text, seen).failure

describe('an account that can be true', () => {
  test('gives the steps and what the calls were for', () => {
    expect(accountOf(metrics(), seen)).toEqual({
      steps: [
        { name: 'ingest', ms: 400 },
        { name: 'analysis', ms: 1200 },
        { name: 'report', ms: 600 },
      ],
      stages: ['analysis', 'report'],
      failure: null,
    })
  })

  test.each([
    ['tells no steps', metrics({ workflow: undefined })],
    ['has fields of its own, as TR111 has more of them', metrics({ configuration: { a: 1 }, extra: [] })],
    ['begins with a byte order mark', `\uFEFF${metrics()}`],
    ['tells its sum of tokens', metrics({ aggregate_metrics: { total_tokens_generated: 140 } })],
    [
      'rounds its throughput',
      metrics({ llm_calls: [ownCall({ throughput_tokens_per_sec: 101.9 }), second] }),
    ],
    [
      'rounds short durations to whole milliseconds',
      metrics({
        llm_calls: [ownCall({ eval_duration_ms: 3, throughput_tokens_per_sec: 29_000 }), second],
      }),
    ],
    [
      'takes throughput over all of the call where it knows no evaluation',
      metrics({
        llm_calls: [ownCall({ eval_duration_ms: undefined, throughput_tokens_per_sec: 90.9 }), second],
      }),
    ],
    [
      'takes throughput from the first token on where it knows no evaluation',
      metrics({
        llm_calls: [ownCall({ eval_duration_ms: undefined, throughput_tokens_per_sec: 100 }), second],
      }),
    ],
  ])('is believed when it %s', (_, text) => {
    expect(failureOf(text)).toBeNull()
  })

  test('tells its calls in another order than they were written: then nobody knows which was which', () => {
    const account = accountOf(metrics({ llm_calls: [second, ownCall()] }), seen)
    expect(account).toMatchObject({ failure: null, stages: [] })
  })

  test('may tell tokens that the server did not', () => {
    const calls = seen.calls.map((call) => ({ ...call, server: null }))
    expect(accountOf(metrics(), { ...seen, calls })).toMatchObject({
      failure: null,
      stages: ['analysis', 'report'],
    })
  })
})

describe('an account that cannot be read', () => {
  test.each([
    [
      'nothing at all',
      null,
      'The program wrote no metrics.json (AGENT_METRICS_FILE), which `metrics: true` asks for.',
    ],
    ['an empty file', '', 'Its metrics.json is no JSON: Unexpected end of JSON input.'],
    ['a number that JSON has not', metrics().replace('100', 'NaN'), 'Its metrics.json is no JSON: '],
    ['a list', '[]', 'the file must be an object, not a list.'],
    ['no calls', '{"llm_calls": []}', 'llm_calls must have at least one entry.'],
    [
      'half a token',
      metrics({ llm_calls: [ownCall({ tokens_generated: 1.5 }), second] }),
      'llm_calls[0].metrics.tokens_generated must be a whole number, not 1.5.',
    ],
    [
      'tokens beyond all counting',
      metrics({ llm_calls: [ownCall({ tokens_generated: 1e300 }), second] }),
      'llm_calls[0].metrics.tokens_generated must be a smaller number, not 1e+300.',
    ],
    [
      'a text instead of a number',
      metrics().replace(/"ttft_ms":[\d.]+/, '"ttft_ms":"fast"'),
      'llm_calls[0].metrics.ttft_ms must be a number, not "fast".',
    ],
    ['a call of nothing', '{"llm_calls": [{"stage": "a"}]}', 'llm_calls[0].metrics is missing.'],
    ['null', '{"llm_calls": null}', 'llm_calls must be a list, not null.'],
    [
      'a negative duration',
      metrics({ llm_calls: [ownCall(), { ...second, metrics: { ...second.metrics, ttft_ms: -1 } }] }),
      'llm_calls[1].metrics.ttft_ms must be 0 or more, not -1.',
    ],
  ])('is told: %s', (_, text, words) => {
    expect(failureOf(text)).toContain(words)
  })

  test('is told with every problem, up to a bound', () => {
    const empty = { stage: 's', metrics: {} }
    const failure = failureOf(JSON.stringify({ llm_calls: [empty, empty, empty] }))
    expect(failure).toContain('llm_calls[0].metrics.ttft_ms is missing')
    expect(failure).toContain('llm_calls[1].metrics.throughput_tokens_per_sec is missing')
    expect(failure).toMatch(/; and 4 more\.$/)
  })
})

describe('an account that contradicts itself, or what was seen', () => {
  test.each([
    [
      'a call that nobody saw',
      { llm_calls: [ownCall(), second, second] },
      'it tells of 3 LLM calls, and 2 were seen',
    ],
    [
      'a call that it does not tell of',
      { llm_calls: [ownCall()] },
      'it tells of 1 LLM call, and 2 were seen',
    ],
    [
      'chunks counted for tokens',
      { llm_calls: [ownCall({ tokens_generated: 98, throughput_tokens_per_sec: 98 }), second] },
      'llm_calls[0] tells of 98 tokens, the server of 100',
    ],
    [
      'another sum than its calls have',
      { aggregate_metrics: { total_tokens_generated: 150 } },
      'it tells of 150 tokens in all, and its calls add up to 140',
    ],
    [
      'a call longer than its process',
      { llm_calls: [ownCall({ total_duration_ms: 4500 }), second] },
      'llm_calls[0] took 4500 ms, and the program lived for 4000 ms',
    ],
    [
      'a first token after the last one',
      { llm_calls: [ownCall({ ttft_ms: 2000 }), second] },
      'llm_calls[0] has a ttft_ms of 2000 in a total of 1100 ms',
    ],
    [
      'a throughput twice as high as it was',
      { llm_calls: [ownCall({ throughput_tokens_per_sec: 200 }), second] },
      'llm_calls[0] has a throughput of 200 tokens/s, which does not follow from 100 tokens in an evaluation of 1000 ms',
    ],
    [
      'a throughput without its evaluation that no reading gives',
      { llm_calls: [ownCall({ eval_duration_ms: undefined, throughput_tokens_per_sec: 120 }), second] },
      'llm_calls[0] has a throughput of 120 tokens/s, which does not follow from 100 tokens in a total of 1100 ms',
    ],
    [
      'seconds told as milliseconds',
      { workflow: { ...workflow, total_seconds: 2300 } },
      'its workflow took 2300000 ms, and the program lived for 4000 ms',
    ],
    [
      'steps longer than the whole',
      { workflow: { ...workflow, report_seconds: 2 } },
      'the steps of its workflow took 3600 ms in a total of 2300 ms',
    ],
  ])('breaks the turn: %s', (_, fields, words) => {
    const failure = failureOf(metrics(fields))
    expect(failure).toMatch(/^Its metrics\.json contradicts what happened: /)
    expect(failure).toContain(words)
  })

  test('is told with all of them', () => {
    const failure = failureOf(
      metrics({
        aggregate_metrics: { total_tokens_generated: 1 },
        workflow: { ...workflow, total_seconds: 9 },
      }),
    )
    expect(failure).toContain('add up to 140; its workflow took')
  })
})

import { expect, test } from 'vitest'
import type { WarmTtftFact } from '../../../src/core/preflight/preflight-facts.ts'
import { judgeWarmTtft } from '../../../src/core/preflight/warm-ttft.ts'
import { aLoaded, someFacts, told } from './some-facts.ts'

const of = (...ttfts: readonly number[]): readonly WarmTtftFact[] =>
  ttfts.map((ttftMs, i) => ({ url: `http://s${i}`, agent: 'a', ttftMs }))

const limit = (bounds: object) => aLoaded({ limits: [{ metric: 'warmTtftMs', ...bounds }] })

test.each<[string, readonly WarmTtftFact[], ReturnType<typeof aLoaded>, string | null]>([
  ['nothing was warmed up yet: no line', [], aLoaded(), null],
  ['within the range of appendix H.1', of(480), aLoaded(), 'ok: 480 ms for a on http://s0'],
  [
    'beyond it, without a limit: a note, since the card may be another',
    of(480, 620),
    aLoaded(),
    'note: 620 ms for a on http://s1, 480 ms for a on http://s0; appendix H.1 expects 500 ms of Gemma 3 on an RTX 4080',
  ],
  ['within the policy’s limit', of(620), limit({ warn: 1000, fail: 2000 }), 'ok: 620 ms for a on http://s0'],
  [
    'above the policy’s limit, though within the range of H.1',
    of(320),
    limit({ warn: 300 }),
    'warn: 320 ms for a on http://s0, above the policy’s limit of 300 ms',
  ],
  [
    'above a limit that only fails',
    of(2100),
    limit({ fail: 2000 }),
    'warn: 2100 ms for a on http://s0, above the policy’s limit of 2000 ms',
  ],
  [
    'many: the slowest are named',
    of(100, 200, 300, 400, 500),
    aLoaded(),
    'ok: 500 ms for a on http://s4, 400 ms for a on http://s3, 300 ms for a on http://s2, 200 ms for a on http://s1 and 1 faster',
  ],
])('%s', (_, warmTtftMs, policy, expected) => {
  expect(told(judgeWarmTtft(someFacts({ warmTtftMs, policy })), 'TTFT after warm-up')).toBe(expected)
})

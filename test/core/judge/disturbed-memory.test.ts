/** Which trials may convict a model of sitting in the wrong place, and whose conviction turns a job red. */
import { describe, expect, test } from 'vitest'
import type { Trial } from '../../../src/model/run.ts'
import { aCell, aReason, aRun, aTrial, aVisit } from '../../model/a-run.ts'
import { checkOf, limited, verdictOf } from './a-judged-run.ts'

describe('where the model sat', () => {
  const policy = limited({ fail: 5000 })
  const onCpu = aTrial().residency.map((row) => ({ ...row, sizeVramBytes: 0 }))
  const shrunk = aTrial().residency.map((row) => ({ ...row, contextLength: 512 }))
  const disturbed = [aReason({ rule: 'foreign-process' }), aReason({ rule: 'partial-residency' })]
  const lasting = [aReason({ rule: 'partial-residency' })]

  test.each<[string, Partial<Trial>[], string]>([
    [
      'a disturbed trial does not convict beside a calm one',
      [{}, { residency: onCpu, spoiled: disturbed }],
      'pass',
    ],
    ['a calm trial does', [{ residency: onCpu, spoiled: lasting }, {}], 'fail'],
    [
      'a calm trial does beside a disturbed one',
      [{ spoiled: disturbed }, { residency: onCpu, spoiled: lasting }],
      'fail',
    ],
    ['where all are disturbed, all convict', [{ residency: onCpu, spoiled: disturbed }], 'fail'],
    [
      'a mark is no disturbance',
      [{}, { residency: onCpu, spoiled: [aReason({ rule: 'power-cap', leftOut: false })] }],
      'fail',
    ],
    [
      'a trial that broke has no say',
      [
        { failure: 'cut', residency: [] },
        { residency: onCpu, spoiled: disturbed },
      ],
      'fail',
    ],
  ])('%s', (_what, parts, status) => {
    const trials = parts.map((part, round) => aTrial({ visit: aVisit({ round }), ...part }))
    expect(checkOf({ policy, trials }, 'assertion/placement')?.status).toBe(status)
  })

  test('and with which context, too', () => {
    const trials = [
      aTrial(),
      aTrial({
        visit: aVisit({ round: 1 }),
        residency: shrunk,
        spoiled: [aReason({ rule: 'foreign-process' })],
      }),
    ]
    expect(checkOf({ policy, trials }, 'assertion/context')?.status).toBe('pass')
  })

  test.each([
    ['placement', onCpu],
    ['context', shrunk],
  ])('a base that fails its %s says nothing against head: inconclusive, not red', (name, residency) => {
    const { environment } = aRun()
    const servers = { head: environment.servers.head, base: environment.servers.head }
    const trials = (['base', 'head'] as const).map((subject) =>
      aTrial({ visit: aVisit({ subject }), ...(subject === 'base' ? { residency } : {}) }),
    )
    const cells = [aCell({ base: aCell().head })]
    const parts = { policy, cells, trials, run: { environment: { ...environment, servers } } }
    expect(checkOf(parts, `assertion/${name}/base`)).toMatchObject({
      status: 'inconclusive',
      message: expect.stringMatching(/^base: /),
    })
    expect(checkOf(parts, `assertion/${name}/head`)?.status).toBe('pass')
    expect(verdictOf(parts).outcome).toBe('inconclusive')
  })
})

import { describe, expect, test } from 'vitest'
import { trialNotes } from '../../../src/core/judge/trial-notes.ts'
import { aReason, aRun, aTrial, aVisit } from '../../model/a-run.ts'

const heat = aReason({ rule: 'thermal-slowdown', detail: 'the GPU slowed down' })
const cap = aReason({ rule: 'power-cap', detail: 'the GPU was at its power cap', leftOut: false })

describe('what a reader must know of the trials', () => {
  test('nothing, where nothing speaks against any', () => {
    expect(trialNotes(aRun())).toEqual([])
  })

  test('each reason once, with its number, the frequent ones first, marks last', () => {
    const trials = [[heat, cap], [heat], [aReason()], []].map((spoiled, round) =>
      aTrial({ visit: aVisit({ round }), spoiled }),
    )
    expect(trialNotes(aRun({ trials }))).toEqual([
      'Left out 2 trials for thermal-slowdown: the GPU slowed down.',
      'Left out 1 trial for client-lag: the client was late by 60 ms (allowed 50 ms).',
      'Only marked 1 trial for power-cap: the GPU was at its power cap.',
    ])
  })

  test('that the job was resumed, and how much there was', () => {
    const resumed = [
      {
        at: '2026-01-01T00:05:00.000Z',
        atMs: 4000,
        pausedMs: 180_000,
        repaired: true,
        notes: ['It is hot.'],
      },
    ]
    const trials = [aTrial(), aTrial({ visit: aVisit({ round: 1 }), startedMs: 4000, endedMs: 7000 })]
    expect(trialNotes(aRun({ trials, run: { resumed } }))).toEqual([
      'The job was resumed on 2026-01-01T00:05:00.000Z after a pause of 3 minutes, with 1 trial measured before. The last line of its journal was torn and cut off.',
      'It is hot.',
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { trialNotes } from '../../../src/core/judge/trial-notes.ts'
import type { Trial } from '../../../src/model/run.ts'
import { aCell, anAgent, aReason, aRun, aTrial, aVisit } from '../../model/a-run.ts'

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

  test('what a workflow left aside of its folder, by the turn that left most', () => {
    const task = { kind: 'workflow' as const, folder: 'results', 'most-files': 2, 'most-kibibytes': 1 }
    const cells = [aCell({ head: { model: 'tiny:latest', agents: [anAgent({ task })] } })]
    const trialWith = (skipped: number, skippedWhy: readonly string[]) => {
      const ingested = { files: 2, bytes: 9, skipped, skippedWhy: [...skippedWhy] }
      const turn = { agent: 0, startedMs: 0, endedMs: 9, steps: [], ingested, program: null, failure: null }
      return aTrial({ legs: [{ kind: 'solo', calls: [], turns: [turn] }] })
    }
    const notesOf = (...trials: Trial[]) => trialNotes(aRun({ cells, trials }))
    expect(notesOf(trialWith(0, []))).toEqual([])
    expect(
      notesOf(trialWith(1, ['a.md: larger than 1 KiB']), trialWith(3, ['c.md: beyond the first 2 files'])),
    ).toEqual([
      'Of the folder results a workflow read 2 files and left 3 aside: c.md: beyond the first 2 files.',
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

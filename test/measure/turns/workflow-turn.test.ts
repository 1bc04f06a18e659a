import { describe, expect, test } from 'vitest'
import { InputError, MachineError } from '../../../src/errors.ts'
import type { Rig } from '../../../src/measure/bench-rig.ts'
import { takeTurn } from '../../../src/measure/turns/take-turn.ts'
import type { Stage } from '../../../src/measure/turns/turn.ts'
import { workflowSchema } from '../../../src/model/agent.ts'
import type { Document, Documents, SkippedFile } from '../../../src/model/documents.ts'
import { turnSchema } from '../../../src/model/run.ts'
import { aModel } from '../../model/a-machine.ts'
import { anAgent, anEnvironment, someServerFacts } from '../../model/a-run.ts'
import { aRig, FakeClock, FakeServer, type FakeServerOptions } from '../a-rig.ts'

const aDocument: Document = {
  path: 'notes.md',
  bytes: 300,
  content: { kind: 'markdown', headings: ['Findings'], more: 0, words: 40 },
}

interface Scene {
  readonly documents?: Partial<Documents>
  readonly read?: Rig['documents']['read']
  readonly server?: FakeServerOptions
  readonly folder?: string
  readonly signal?: AbortSignal
  readonly numCtx?: number
  /** The least that the server gives the model. */
  readonly leastContext?: number
}

/** One turn with a folder that takes 7 ms to read and calls that take 100 ms. */
async function aTurn({ documents, read, server, folder, signal, numCtx, leastContext }: Scene = {}) {
  const clock = new FakeClock()
  const fake = new FakeServer(clock, server)
  const asked: unknown[] = []
  let nonces = 0
  const serverFacts = someServerFacts({
    models: [aModel({ name: 'tiny:latest', leastContext: leastContext ?? null })],
  })
  const rig = aRig(
    clock,
    { head: [fake], base: [fake] },
    {
      nonce: () => `n${++nonces}`,
      checkouts: { head: '/head', base: '/base' },
      documents: {
        makeReady: async () => {
          clock.ms += 1000
        },
        read:
          read ??
          (async (bounds, checkout) => {
            asked.push([bounds.folder, checkout])
            clock.ms += 7
            return { read: [aDocument], skipped: [], ...documents }
          }),
      },
      ...(signal ? { signal } : {}),
      environment: anEnvironment({ servers: { head: [], base: [serverFacts] } }),
    },
  )
  const agent = anAgent({
    options: { num_ctx: numCtx ?? 1024, num_predict: 64 },
    task: { kind: 'workflow', ...workflowSchema.parse(folder === undefined ? {} : { folder }) },
  })
  const stage: Stage = { subject: 'base', variant: { model: 'tiny:latest', agents: [agent] } }
  const taken = await takeTurn(rig, { stage, index: 0, agent })
  return { ...taken, asked, prompts: fake.prompts }
}

describe('the turn of a workflow agent', () => {
  test('reads its folder in its own checkout, analyses, reports; every step has its time, loading code has none', async () => {
    const { calls, turn, asked } = await aTurn({ folder: 'results' })
    expect(asked).toEqual([['results', '/base']])
    expect(calls.map(({ stage, fresh, record }) => [stage, fresh, record.failure])).toEqual([
      ['analysis', true, null],
      ['report', true, null],
    ])
    expect(turnSchema.parse(turn)).toEqual({
      agent: 0,
      startedMs: 2000,
      endedMs: 2207,
      steps: [
        { name: 'ingest', ms: 7 },
        { name: 'analysis', ms: 100 },
        { name: 'report', ms: 100 },
      ],
      ingested: { files: 1, bytes: 300, skipped: 0, skippedWhy: [] },
      program: null,
      failure: null,
    })
  })

  test('asks first about the files, then for a report of the answer, each after a nonce of its own', async () => {
    const answer = (count: number) => (count === 1 ? 'It got slower.' : '# Executive Summary')
    const { prompts } = await aTurn({ server: { answer } })
    expect(prompts[0]).toContain('notes.md: 40 words; Findings')
    expect(prompts[1]).toContain('It got slower.')
    expect(prompts.map((text) => text.match(/\[n\d\]/g))).toEqual([
      ['[n1]', '[n1]'],
      ['[n2]', '[n2]'],
    ])
  })

  test('asks nobody for headings but the report', async () => {
    const { calls } = await aTurn({ server: { answer: () => 'No headings at all, only words.' } })
    expect(calls.map(({ answer }) => answer?.words)).toEqual([6, 6])
    expect(calls[0]?.answer?.structureCompliancePercent).toBeNull()
  })

  test.each([
    ['nothing', ''],
    ['one token', 'Ok'],
  ])('goes on to the report where the analysis is %s', async (_, said) => {
    const { calls, turn } = await aTurn({ server: { answer: () => said } })
    expect([calls.length, turn?.failure]).toEqual([2, null])
  })

  test('cuts an analysis that never ends to what fits the context', async () => {
    const { prompts } = await aTurn({ server: { answer: () => 'on and '.repeat(100_000) } })
    expect(prompts[1]?.length).toBeLessThan(1400)
  })

  test.each([
    ['a context that the server raises to 2048 asks what one of 2048 asks', 256, 2048, true],
    ['so does a larger one', 8192, undefined, true],
    ['one that is smaller holds less', 256, undefined, false],
  ])('in a sweep of contexts: %s', async (_, numCtx, leastContext, isSame) => {
    const documents = { read: Array.from({ length: 100 }, () => aDocument) }
    const scene = { documents, server: { answer: () => 'on and '.repeat(1000) } }
    const usual = await aTurn({ ...scene, numCtx: 2048 })
    const other = await aTurn({
      ...scene,
      numCtx,
      ...(leastContext === undefined ? {} : { leastContext }),
    })
    expect(other.prompts.map((text, i) => text === usual.prompts[i])).toEqual([isSame, isSame])
  })

  test('counts what was skipped, and tells the first file of each of the first five reasons', async () => {
    const skipped: SkippedFile[] = Array.from({ length: 70 }, (_, i) => ({
      path: `${i}.json`,
      why: `reason ${i % 7}`,
    }))
    const { turn } = await aTurn({ documents: { skipped } })
    expect(turn?.ingested).toEqual({
      files: 1,
      bytes: 300,
      skipped: 70,
      skippedWhy: [0, 1, 2, 3, 4].map((i) => `${i}.json: reason ${i}`),
    })
  })
})

describe('a turn that breaks', () => {
  const truncated = { kind: 'truncated', message: 'The stream ended early.' } as const

  test.each([
    [1, ['analysis'], ['ingest', 'analysis']],
    [2, ['analysis', 'report'], ['ingest', 'analysis', 'report']],
  ])('at call %i ends there; the call has its failure, the turn none', async (at, stages, steps) => {
    const { calls, turn } = await aTurn({
      server: { onChat: (_, count) => (count === at ? truncated : null) },
    })
    expect(calls.map(({ stage }) => stage)).toEqual(stages)
    expect(calls.at(-1)?.record.failure).toEqual(truncated)
    expect(turn?.steps.map(({ name }) => name)).toEqual(steps)
    expect(turn?.failure).toBeNull()
  })

  test.each<[string, Scene, string]>([
    [
      'with an empty folder',
      { folder: 'results', documents: { read: [] } },
      'The workflow found nothing to read in its folder results. No .csv, .json or .md file is in it or below it. Name a folder with such files in the policy (workflow.folder).',
    ],
    [
      'where all was skipped',
      { documents: { read: [], skipped: [{ path: 'a.json', why: 'empty' }] } },
      'The workflow found nothing to read in its folder of sample files. 1 file was skipped (a.json: empty). Name a folder with such files in the policy (workflow.folder), or raise its bounds.',
    ],
    [
      'with a folder that cannot be read',
      { read: () => Promise.reject(new MachineError([{ what: 'No folder.', why: 'Gone.' }])) },
      'No folder. Gone.',
    ],
  ])('%s asks nothing and says why', async (_, scene, failure) => {
    const { calls, turn } = await aTurn(scene)
    expect(calls).toEqual([])
    expect(turn?.steps.map(({ name }) => name)).toEqual(['ingest'])
    expect(turn?.failure).toContain(failure)
  })

  test('for a fault of the program itself rejects', async () => {
    const wrong = new InputError([{ what: 'wrong' }])
    await expect(aTurn({ read: () => Promise.reject(wrong) })).rejects.toBe(wrong)
  })

  test('by an abort while it reads rejects with the reason', async () => {
    const job = new AbortController()
    const reason = new Error('cancelled')
    const read = async () => {
      job.abort(reason)
      throw new MachineError([{ what: 'aborted' }])
    }
    await expect(aTurn({ read, signal: job.signal })).rejects.toBe(reason)
  })
})

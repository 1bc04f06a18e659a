/** Which cells of a matrix are the same in all but their names. */
import { expect, test } from 'vitest'
import { clampingNotes } from '../../src/core/clamping.ts'
import type { Cell, CellAgent } from '../../src/model/plan.ts'
import { aModel } from '../model/a-machine.ts'
import { aCell, anAgent } from '../model/a-run.ts'

const facts = [aModel({ name: 'tiny:latest', blocks: 34 })]

const cell = (id: string, overrides: Partial<Cell> = {}, ...agents: readonly Partial<CellAgent>[]): Cell =>
  aCell({
    id,
    head: { model: 'tiny:latest', agents: (agents.length ? agents : [{}]).map((one) => anAgent(one)) },
    ...overrides,
  })

const layers = (num_gpu: number): Partial<CellAgent> => ({ options: { num_gpu, num_ctx: 512 } })
const context = (num_ctx: number): Partial<CellAgent> => ({ options: { num_gpu: 80, num_ctx } })
const asking = (prompt: string): Partial<CellAgent> => ({
  ...layers(80),
  task: { kind: 'chat', system: null, prompt, headings: [] },
})

const clamped = 'tiny:latest has 35 layers, so these cells are the same after clamping num_gpu:'
const repeated = 'These cells are one configuration in several phases:'

test.each<[string, readonly Cell[], readonly string[]]>([
  ['layers within the model', [cell('a', {}, layers(20)), cell('b', {}, layers(35))], []],
  ['layers above it', [cell('a', {}, layers(60)), cell('b', {}, layers(80))], [`${clamped} a, b.`]],
  [
    'all of them, and more than all',
    [cell('a', {}, layers(35)), cell('b', {}, layers(80))],
    [`${clamped} a, b.`],
  ],
  [
    'the same whatever the agents are called',
    [cell('a', {}, { ...layers(60), name: 'x' }), cell('b', {}, { ...layers(80), name: 'y' })],
    [`${clamped} a, b.`],
  ],
  ['not where the server decides', [cell('a', {}, layers(-1)), cell('b', {}, layers(80))], []],
  ['not where they ask other things', [cell('a', {}, asking('One?')), cell('b', {}, asking('Two?'))], []],
  [
    'not where one of them is a workflow',
    [
      cell('a', {}, layers(60)),
      cell('b', {}, { ...layers(80), task: { kind: 'workflow', 'most-files': 1, 'most-kibibytes': 1 } }),
    ],
    [],
  ],
  [
    'one configuration in two phases',
    [cell('a', { phase: 'phase-1' }, layers(20)), cell('b', { phase: 'phase-3' }, layers(20))],
    [`${repeated} a, b.`],
  ],
  [
    'in two phases and after clamping: each is said',
    [
      cell('a', { phase: 'phase-1' }, layers(60)),
      cell('b', { phase: 'phase-1' }, layers(80)),
      cell('c', { phase: 'phase-3' }, layers(80)),
    ],
    [`${clamped} a, b, c.`, `${repeated} b, c.`],
  ],
  [
    'many are counted',
    Array.from({ length: 9 }, (_, i) => cell(`c${i}`, {}, layers(40 + i))),
    [`${clamped} c0, c1, c2, c3, c4, c5 and 3 more cells.`],
  ],
  [
    'many groups are counted',
    Array.from({ length: 12 }, (_, i) =>
      cell(`c${i}`, {}, { options: { num_gpu: i % 2 ? 60 : 80, num_ctx: 512 * (1 + Math.floor(i / 2)) } }),
    ),
    [
      ...['c0, c1', 'c2, c3', 'c4, c5', 'c6, c7'].map((ids) => `${clamped} ${ids}.`),
      '2 more groups of cells are the same after clamping.',
    ],
  ],
])('%s', (_, cells, notes) => {
  expect(clampingNotes(cells, facts)).toEqual(notes)
})

test.each<[string, readonly Cell[], string]>([
  [
    'contexts below the least',
    [cell('a', {}, context(256)), cell('b', {}, context(2048))],
    'sees:latest is given no less than 2048 and no more than 8192 tokens of context, so these cells are the same after clamping num_ctx: a, b.',
  ],
  [
    'layers and contexts',
    [cell('a', {}, { options: { num_gpu: 60, num_ctx: 512 } }), cell('b', {}, context(1024))],
    'sees:latest has 35 layers and is given no less than 2048 and no more than 8192 tokens of context, so these cells are the same after clamping num_gpu and num_ctx: a, b.',
  ],
])('%s are one', (_, cells, note) => {
  const seeing = cells.map((one) => ({ ...one, head: { ...one.head, model: 'sees:latest' } }))
  const bounds = { name: 'sees:latest', blocks: 34, leastContext: 2048, trainContext: 8192 }
  expect(clampingNotes(seeing, [aModel(bounds)])).toEqual([note])
  expect(clampingNotes(seeing, [aModel({ ...bounds, leastContext: null })])).toEqual([])
})

test('what a model does not tell of its layers is not clamped, but phases are compared', () => {
  const cells = [cell('a', {}, layers(60)), cell('b', {}, layers(80)), cell('c', { phase: 'p' }, layers(80))]
  expect(clampingNotes(cells, [])).toEqual([`${repeated} b, c.`])
})

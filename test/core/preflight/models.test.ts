import { describe, expect, test } from 'vitest'
import { judgeEqualModels } from '../../../src/core/preflight/equal-models.ts'
import { judgeLayers } from '../../../src/core/preflight/layers.ts'
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import type { ModelFacts } from '../../../src/model/environment.ts'
import { aMachine, aModel, aServer } from '../../model/a-machine.ts'
import { aCellOf, aLoaded, aPlan, aVariant, someFacts, told, withServers } from './some-facts.ts'

const holding = (...models: readonly (readonly ModelFacts[])[]) =>
  withServers(...models.map((own, i) => aServer({ url: `http://127.0.0.1:1143${4 + i}`, models: [...own] })))

describe('the models of all servers of a subject', () => {
  test.each<[string, Partial<PreflightFacts>, string]>([
    ['the same', {}, 'ok: 4.3B, Q4_K_M, digest a2af6cc3eb7f, on all 2 servers'],
    ['one server', holding([aModel()]), 'ok: 4.3B, Q4_K_M, digest a2af6cc3eb7f'],
    [
      'another thing under the same tag',
      holding([aModel()], [aModel({ digest: `b${'0'.repeat(63)}` })]),
      'fail: http://127.0.0.1:11434 has a2af6cc3eb7f, http://127.0.0.1:11435 has b00000000000',
    ],
    [
      'a server that tells no digest: unknown, never equal',
      holding([aModel({ digest: null })], [aModel({ digest: null })]),
      'unknown: 4.3B, Q4_K_M: a server tells no digest',
    ],
    [
      'a server that tells nothing at all',
      holding([aModel({ digest: null, parameterSize: null, quantization: null })]),
      'unknown: present: a server tells no digest',
    ],
    ['missing on one of them', holding([aModel()], []), 'fail: missing on 1 of 2 servers'],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeEqualModels(someFacts(overrides)), 'Model gemma3:latest of head')).toBe(expected)
  })

  test('base may hold another model than head: that is what is compared', () => {
    const base = aServer({ models: [aModel({ digest: 'c'.repeat(64) })] })
    const environment = aMachine({ servers: { head: [aServer()], base: [base] } })
    expect(judgeEqualModels(someFacts({ environment })).map(({ verdict }) => verdict)).toEqual(['ok', 'ok'])
  })
})

const anywhere = aLoaded({ protocol: { placement: 'any' } })

const planWith = (...layers: readonly (number | undefined)[]): Partial<PreflightFacts> => ({
  plan: aPlan(
    layers.map((num_gpu, i) =>
      aCellOf(aVariant(num_gpu === undefined ? {} : { num_gpu }), { id: `cell-${i}` }),
    ),
  ),
})

describe('num_gpu against the layers', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['not asked for: no line', planWith(undefined, -1), null],
    ['none on the GPU is no number of layers', { ...planWith(0), policy: anywhere }, null],
    ['all of them', planWith(35), 'ok: within the layers of every model'],
    [
      'within them, where any placement will do',
      { ...planWith(20, 35), policy: anywhere },
      'ok: within the layers of every model',
    ],
    [
      'within them, where all of the model must be on the GPU',
      planWith(20, 80),
      'warn: 20 leaves 15 of 35 layers of gemma3:latest on the CPU, but the policy asks for all of the model on the GPU: such trials fail',
    ],
    [
      'none on the GPU, where all of the model must be there',
      planWith(0),
      'warn: 0 leaves 35 of 35 layers of gemma3:latest on the CPU, but the policy asks for all of the model on the GPU: such trials fail',
    ],
    [
      'above them: all of them, and which cells are the same',
      { ...planWith(20, 80, 120), policy: anywhere },
      'note: 80 and 120 mean all 35 layers of gemma3:latest. gemma3:latest has 35 layers, so these cells are the same after clamping num_gpu: cell-1, cell-2.',
    ],
    [
      'unknown of a model that does not tell them',
      { ...planWith(80), ...holding([aModel({ blocks: null })]) },
      'unknown: gemma3:latest does not tell its layers',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeLayers(someFacts(overrides)), 'num_gpu')).toBe(expected)
  })
})

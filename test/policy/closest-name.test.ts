/** What was probably meant. */
import { describe, expect, it } from 'vitest'
import { metricIds } from '../../src/model/metric-catalog.ts'
import { optionNames } from '../../src/model/options.ts'
import { closestName, suggestion } from '../../src/policy/closest-name.ts'

describe('closestName', () => {
  it.each([
    ['one letter too many', 'num_gpus', optionNames, 'num_gpu'],
    ['one too few', 'num_predct', optionNames, 'num_predict'],
    ['two swapped', 'tempreature', optionNames, 'temperature'],
    ['another case', 'warmTTFT', metricIds, 'warmTtftMs'],
    ['only a part', 'ctx', optionNames, 'num_ctx'],
    ['only the beginning', 'temp', optionNames, 'temperature'],
    ['nothing like it', 'mirostat_tau', optionNames, null],
    ['too short to guess from', 'n', optionNames, null],
    ['no names to choose from', 'num_gpu', [], null],
    ['a text that is no name', 'x'.repeat(100_000), optionNames, null],
  ])('%s', (_, name, known, closest) => {
    expect(closestName(name, known)).toBe(closest)
  })
})

describe('suggestion', () => {
  it.each([
    ['a near name', 'bb', ['a', 'bbb'], 'Did you mean bbb?'],
    ['all of them, when none is near', 'x', ['aaa', 'bbb'], 'Known: aaa, bbb.'],
    ['nothing, when there is none', 'x', [], undefined],
  ])('%s', (_, name, known, text) => {
    expect(suggestion(name, known)).toBe(text)
  })
})

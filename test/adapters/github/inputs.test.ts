import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { inputNames, readInputs } from '../../../src/adapters/github/inputs.ts'
import { InputError } from '../../../src/errors.ts'
import { outputsOf } from '../../../src/render/outputs.ts'
import { aVerdict } from '../../model/a-verdict.ts'

const read = (given: Readonly<Record<string, string>>) => readInputs((name) => given[name] ?? '')

const problemsOf = (given: Readonly<Record<string, string>>): readonly string[] => {
  try {
    read(given)
    return []
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems.map(({ what, fix }) => `${what} ${fix ?? ''}`)
    throw thrown
  }
}

const policy = 'policies/multi-agent.yml'

test('a policy alone is enough', () => {
  expect(read({ policy })).toEqual({
    mode: 'gate',
    policy,
    baseline: undefined,
    servers: undefined,
    ollama: undefined,
    ollamaBase: undefined,
    modelStores: undefined,
    baseServers: undefined,
    baseModel: undefined,
    baseAgents: undefined,
    baseFolder: undefined,
    against: undefined,
    budgetMinutes: undefined,
    waitMinutes: undefined,
    fresh: false,
    failOn: 'fail',
    out: '.ollama-perf-gate',
    seed: undefined,
  })
})

test('every input is read, and servers stand between commas or on lines', () => {
  const inputs = read({
    mode: 'gate',
    policy: ` ${policy}\n`,
    baseline: 'b.json',
    servers: 'http://a:1, http://b:2\nhttp://c:3\n',
    'base-servers': 'http://d:4',
    'base-model': 'gemma3:4b',
    'base-agents': 'agents.yml',
    'base-folder': 'base',
    'budget-minutes': '12.5',
    'wait-minutes': '0',
    fresh: 'true',
    'fail-on': 'warn',
    out: 'out',
    seed: '-7',
  })
  expect(inputs).toMatchObject({
    mode: 'gate',
    policy,
    baseline: 'b.json',
    servers: ['http://a:1', 'http://b:2', 'http://c:3'],
    baseServers: ['http://d:4'],
    baseModel: 'gemma3:4b',
    baseAgents: 'agents.yml',
    baseFolder: 'base',
    budgetMinutes: 12.5,
    waitMinutes: 0,
    fresh: true,
    failOn: 'warn',
    out: 'out',
    seed: -7,
  })
  expect(read({ policy, mode: 'record' }).mode).toBe('record')
})

test('servers of our own are asked for in one word, with a program and a store of models for them', () => {
  const inputs = {
    policy,
    servers: 'start',
    ollama: 'bin/ollama',
    'ollama-base': 'base/ollama',
    'model-store': 'a, b',
  }
  expect(read(inputs)).toMatchObject({
    servers: 'start',
    ollama: 'bin/ollama',
    ollamaBase: 'base/ollama',
    modelStores: ['a', 'b'],
  })
})

test.each([
  ['true', true],
  ['false', false],
  ['', false],
])('fresh: %j begins anew: %s', (text, fresh) => {
  expect(read({ policy, fresh: text }).fresh).toBe(fresh)
})

describe('what is refused, and in which words', () => {
  test.each([
    ['no policy', {}, 'Input policy: it is required.'],
    [
      'an unknown mode with the legal ones',
      { policy, mode: 'gat' },
      '"gat" is not a legal value. Legal: gate, record.',
    ],
    [
      'a mode of a later version',
      { policy, mode: 'merge' },
      '"merge" is not in this version. Legal: gate, record.',
    ],
    [
      'base-commit, of a later version',
      { policy, against: 'base-commit' },
      '"base-commit" is not in this version.',
    ],
    [
      'a budget with a unit',
      { policy, 'budget-minutes': '10m' },
      '"10m" is not a number of minutes above 0 and at most a week.',
    ],
    [
      'a budget of nothing',
      { policy, 'budget-minutes': '0' },
      '"0" is not a number of minutes above 0 and at most a week.',
    ],
    ['a budget in hexadecimal', { policy, 'budget-minutes': '0x10' }, '"0x10" is not a number'],
    ['a broken seed', { policy, seed: '1.5' }, '"1.5" is not a whole number.'],
    ['a seed past exact integers', { policy, seed: '99999999999999999999' }, 'is not a whole number.'],
    ['commas without a server', { policy, servers: ' , ,' }, 'Input servers: It names no server.'],
    [
      'servers of our own beside found ones',
      { policy, servers: 'start, http://a' },
      'Input servers: "start" stands for all servers of head, and for nothing else. Write `servers: start` alone, with ollama-base for a base.',
    ],
    [
      'base servers of our own by that word',
      { policy, 'base-servers': 'start' },
      'Input base-servers: "start" stands for all servers of head',
    ],
    ['fresh in other words', { policy, fresh: 'yes' }, '"yes" is not a legal value. Legal: false, true.'],
    [
      'a wait with a unit',
      { policy, 'wait-minutes': '1h' },
      '"1h" is not a number of minutes, at most a week.',
    ],
    ['a server twice', { policy, servers: 'http://a, http://a' }, 'It names a server twice.'],
    ['a baseline that is not there', { policy, against: 'baseline' }, 'needs the input baseline'],
    [
      'a pair that is not to be compared with',
      { policy, against: 'none', 'base-model': 'x' },
      '"none" contradicts base-model, which asks for a pair.',
    ],
    [
      'a base for what is only recorded',
      { policy, mode: 'record', 'base-servers': 'http://a' },
      'Input base-servers: mode "record" measures head alone and compares with nothing. Leave it out.',
    ],
    [
      'something to compare with for what is only recorded',
      { policy, mode: 'record', against: 'baseline', baseline: 'b.json' },
      'Input against: mode "record"',
    ],
  ])('%s', (_, given, words) => {
    expect(problemsOf(given).join('\n')).toContain(words)
  })

  test.each(['base-servers', 'ollama-base', 'base-folder'])(
    '%s asks for a pair, which "none" contradicts',
    (name) => {
      expect(problemsOf({ policy, against: 'none', [name]: 'x' }).join()).toContain(`contradicts ${name}`)
    },
  )

  test('all of them at once', () => {
    expect(problemsOf({ mode: 'x', 'fail-on': 'never', seed: 'abc' })).toHaveLength(4)
  })
})

describe('action.yml', () => {
  const action = parse(readFileSync('action.yml', 'utf8')) as {
    inputs: Record<string, { default?: string; required?: boolean }>
    outputs: Record<string, unknown>
    runs: { main: string; post: string }
  }

  test('declares exactly the inputs that are read', () => {
    expect(Object.keys(action.inputs).toSorted()).toEqual([...inputNames].toSorted())
  })

  test('has the defaults that hold when nothing is given', () => {
    const declared = Object.fromEntries(
      Object.entries(action.inputs).flatMap(([name, input]) =>
        input.default ? [[name, input.default]] : [],
      ),
    )
    expect(read({ policy, ...declared })).toEqual(read({ policy }))
  })

  test('declares the outputs of a verdict and the four files', () => {
    const files = ['run-file', 'verdict-file', 'summary-file', 'report-file']
    expect(Object.keys(action.outputs)).toEqual([...Object.keys(outputsOf(aVerdict())), ...files])
  })
})

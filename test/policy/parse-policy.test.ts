/** A policy that is right, and one in which much is wrong. */
import { describe, expect, it } from 'vitest'
import { countProblems } from '../../src/policy/count-problems.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { problemLines } from './policy-text.ts'

const text = `# a comment
version: 1
name: tested
models: auto
agents:
  chimera: { options: { num_ctx: 512 } }
matrix:
  - { workload: single-agent, agents: [chimera] }
limits:
  - { metric: warmTtftMs, warn: 1000, fail: 2000, source: appendix H.2 }
  - metric: decodeTokensPerSecond
    fail: 80
regressions:
  - { metric: warmTtftMs, catch: 10 % }
protocol:
  runs: 3
`

describe('a policy that is right', () => {
  const loaded = parsePolicy({ text, file: 'policies/tested.yml', sha256: 'abc' })

  it('keeps what is written, and where it comes from', () => {
    expect(loaded).toMatchObject({
      file: 'policies/tested.yml',
      sha256: 'abc',
      policy: {
        name: 'tested',
        models: 'auto',
        agents: { chimera: { options: { num_ctx: 512 } } },
        limits: [{ metric: 'warmTtftMs', warn: 1000, fail: 2000, source: 'appendix H.2' }, { fail: 80 }],
      },
    })
  })

  it('fills in what is not written', () => {
    expect(loaded.policy.protocol).toMatchObject({ runs: 3, placement: 'full-gpu', 'ttft-probes': 4 })
    expect(loaded.policy.matrix[0]).toMatchObject({ topology: 'one-server' })
  })

  it.each([
    ['version', 2, 10],
    ['agents.chimera', 6, 12],
    ['agents.chimera.options.num_ctx', 6, 34],
    ['matrix', 8, 3],
    ['matrix[0]', 8, 5],
    ['matrix[0].agents[0]', 8, 40],
    ['limits[0]', 10, 5],
    ['limits[0].warn', 10, 33],
    ['limits[0].fail', 10, 45],
    ['limits[1]', 11, 5],
    ['limits[1].fail', 12, 11],
    ['regressions[0]', 14, 5],
    ['protocol', 16, 3],
    ['protocol.runs', 16, 9],
  ])('knows where %s stands', (path, line, column) => {
    expect(loaded.positions[path]).toEqual({ file: 'policies/tested.yml', line, column })
  })

  it('gives no place to what is not written', () => {
    expect(loaded.positions['protocol.placement']).toBeUndefined()
  })
})

describe('a policy in which much is wrong', () => {
  const broken = text
    .replace('name: tested', 'nmae: tested')
    .replace('num_ctx', 'num_ctxs')
    .replace('[chimera]', '[chimaera]')
    .replace('warn: 1000', 'warn: 3000')
    .replace('metric: decodeTokensPerSecond', 'metric: warmTtftMs')
    .replace('10 %', '10 points')
    .replace('runs: 3', 'runs: none')
  const lines = problemLines(() => parsePolicy({ text: broken, file: 'p.yml', sha256: '' }))

  it('says everything at once, in the order of the file', () => {
    expect(lines).toEqual([
      'p.yml:2:1  "name" is missing.',
      'p.yml:3:1  "nmae" is not a key of a policy. Did you mean name?',
      'p.yml:6:25  agents.chimera: "num_ctxs" is not an Ollama option. Did you mean num_ctx?',
      'p.yml:8:40  matrix[0].agents[0]: there is no agent "chimaera". Did you mean chimera?',
      'p.yml:10:33  limits[0].warn: 3000 ms is worse than fail (2000 ms), so it could never warn: warm TTFT is better lower. Swap the two, or correct one.',
      'p.yml:11:13  limits[1].metric: warmTtftMs stands in limits[0] already. Keep one of them.',
      'p.yml:14:34  regressions[0].catch: warm TTFT changes by a share of its value, not by points. Write for example "5 %".',
      'p.yml:16:9  protocol.runs: must be a number, not "none".',
    ])
  })
})

describe('the last line', () => {
  const at = (file: string) => ({ what: 'x', at: { file, line: 1, column: 1 } })

  it.each([
    ['one problem', [at('a.yml')], '1 problem in 1 file. Nothing was measured.'],
    ['two in one file', [at('a.yml'), at('a.yml')], '2 problems in 1 file. Nothing was measured.'],
    ['two in two files', [at('a.yml'), at('b.yml')], '2 problems in 2 files. Nothing was measured.'],
    ['one that is in no file', [{ what: 'x' }], '1 problem. Nothing was measured.'],
  ])('%s', (_, problems, line) => {
    expect(countProblems(problems)).toBe(line)
  })
})

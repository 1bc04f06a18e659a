/** A sweep with published figures beside it, end to end: what the verdict tells of it, and what must be reproduced. */
import { describe, expect, it } from 'vitest'
import type { Analysis } from '../../src/model/analysis.ts'
import { runCli } from './cli.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { aPolicy, aWorkspace, lineOf, policyFile, type Workspace } from './workspace.ts'

const agents = [
  'agents:',
  '  defaults: { options: server-defaults }',
  '  short: { options: { num_gpu: 8, num_predict: 12, temperature: 0, seed: 1 } }',
].join('\n')

const sweep =
  '{ workload: single-agent, scenario: sweep, agents: [short], sweep: { num_ctx: [512, 1024], num_batch: [128, 256] } }'
const defaults = '{ workload: single-agent, scenario: sweep, agents: [{ use: defaults, num_predict: 12 }] }'

const policyText = `${aPolicy({
  matrix: [sweep, defaults],
  agents,
  protocol: 'runs: 2, validity: { mark-only: [client-lag] }',
  limits: [],
})}published:
  file: published/tr0.yml
  within: 10 %
  level: fail
`

/** One that the scripted server's answers of 12 tokens keep, one that they do not, and one that another supersedes. */
const publishedText = `report: TR0
title: A sweep
machine: none
source: nowhere
figures:
${[
  'id: kept, of: { options: { num_ctx: 512, num_batch: 128 } }, value: 12, supersededBy: null',
  'id: broken, of: { options: { num_ctx: 1024 } }, value: 5000, supersededBy: null',
  'id: old, of: null, value: 7, supersededBy: kept',
]
  .map(
    (row) =>
      `  - { ${row}, label: answer length, metric: outputTokens, statistic: mean, unit: tokens, n: 5, source: TR0 4.1, doubt: null }`,
  )
  .join('\n')}
`

const analysisOf = (workspace: Workspace): Analysis => {
  const { analysis } = workspace.verdict()
  if (!analysis) throw new Error('a run has an analysis')
  return analysis
}

describe('a sweep', { timeout: 120_000 }, () => {
  it('tells effects, rankings and published figures, fails for one that is far off, and is judged the same again', async () => {
    const workspace = aWorkspace({ [policyFile]: policyText, 'policies/published/tr0.yml': publishedText })
    const servers = await aScriptedServer(unhurried)
    const { code, stdout, stderr } = await runCli(['run', '--policy', policyFile, '--servers', servers], {
      cwd: workspace.path,
    })
    expect(code, stdout + stderr).toBe(1)

    const analysis = analysisOf(workspace)
    expect(new Set(analysis.axes.map(({ axis }) => axis))).toEqual(new Set(['num_ctx', 'num_batch']))
    expect(analysis.interactions.map(({ rows }) => rows)).toContainEqual(['512', '1024'])
    expect(analysis.rankings.every(({ cells }) => cells.length === 5)).toBe(true)
    expect(analysis.success.map(({ configurations }) => configurations)).toContain(4)
    expect(analysis.boundaries.map(({ what }) => what)).toEqual(['A call'])
    expect(analysis.published.map(({ cellIds, trials }) => [cellIds.length, trials])).toEqual([
      [1, 2],
      [2, 4],
      [5, 10],
    ])
    expect(analysis.published.map(({ published }) => published.doubt)).toEqual([
      null,
      null,
      'a later version gives 12 instead (kept)',
    ])

    const reproduced = workspace.verdict().checks.filter(({ kind }) => kind === 'reproduction')
    expect(reproduced.map(({ id, status }) => [id, status])).toEqual([
      ['reproduction/outputTokens/broken', 'fail'],
      ['reproduction/outputTokens/kept', 'pass'],
    ])
    expect(reproduced[0]?.message).toBe(
      'answer length 12.0 tokens here, 5000 published (TR0 4.1, n 5): 100 % less, beyond 10 %.',
    )
    expect(reproduced[0]?.at).toMatchObject({ file: policyFile, line: lineOf(policyText, 'within') })

    const folder = '.ollama-perf-gate'
    await runCli(['judge', `${folder}/run.json`, '--out', 'again'], { cwd: workspace.path })
    expect(workspace.read('again/verdict.json')).toBe(workspace.read(`${folder}/verdict.json`))
  })
})

/** The workflow agent of TR109 and TR111 end to end: real files, two calls, what it read on record, and folders that are not as hoped. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import type { Turn } from '../../src/model/run.ts'
import { runCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { runOf } from './gate-job.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { deadUrl } from './stub-servers.ts'
import { aPolicy, aWorkspace, type PolicyParts, patient, policyFile, type Workspace } from './workspace.ts'

const agents = (workflow: string) =>
  `agents:\n  flow: { options: { num_ctx: 1024, num_gpu: 8, num_predict: 12, temperature: 0, seed: 1 }, workflow: ${workflow} }`
const alone = '{ workload: single-agent, scenario: flow, agents: [flow] }'
const both = '{ workload: two-agents, scenario: flows, agents: [flow, flow], topology: two-servers }'

const workflowPolicy = (workflow: string, parts: PolicyParts = {}): string =>
  aPolicy({
    matrix: [alone],
    limits: ['{ metric: ingestTimeMs, fail: 30000 }', '{ metric: reportTimeMs, fail: 30000 }'],
    agents: agents(workflow),
    timeouts: patient,
    ...parts,
  })

const run = (workspace: Workspace, servers: string, ...more: readonly string[]): Promise<Ended> =>
  runCli(['run', '--policy', policyFile, '--servers', servers, ...more], { cwd: workspace.path })

const turnsOf = (workspace: Workspace, kind: string): readonly Turn[] =>
  runOf(workspace).trials.flatMap(({ legs }) =>
    legs.filter((leg) => leg.kind === kind).flatMap((leg) => leg.turns),
  )

const stepsOf = ({ steps }: Turn) => steps.map(({ name }) => name)
const steps = ['ingest', 'analysis', 'report']

const results = {
  'results/a.csv': 'run,ttft_ms\n1,100\n2,120\n',
  'results/deep/b.json': '{"gpu": "none"}',
  'results/notes.md': '# Notes\n\nAll is well.\n',
  'results/broken.json': '{"gpu" 1}',
}

describe.concurrent('a workflow agent', { timeout: 120_000 }, () => {
  it('reads a folder of the checkout, asks twice, and every turn tells its steps and what it read', async () => {
    const workspace = aWorkspace({ ...results, [policyFile]: workflowPolicy('{ folder: results }') })
    const { code, stdout, stderr } = await run(workspace, await aScriptedServer(unhurried))
    expect(code, stdout + stderr).toBe(0)
    const turns = turnsOf(workspace, 'solo')
    expect(turns).toHaveLength(2)
    for (const turn of turns) {
      expect(stepsOf(turn)).toEqual(steps)
      expect(turn.ingested).toEqual({
        files: 3,
        bytes: 61,
        skipped: 1,
        skippedWhy: ['broken.json: not valid JSON (line 1 column 8)'],
      })
      const sum = turn.steps.reduce((total, { ms }) => total + ms, 0)
      expect(turn.endedMs - turn.startedMs).toBeGreaterThanOrEqual(sum)
    }
    const calls = runOf(workspace).trials.flatMap(({ legs }) => legs.flatMap((leg) => leg.calls))
    expect(calls.map(({ stage }) => stage)).toEqual(['analysis', 'report', 'analysis', 'report'])
    expect(calls.map(({ answer }) => answer?.structureCompliancePercent)).toEqual([null, 0, null, 0])
  })

  it('reads the sample files where no folder is named, and two do so at once', async () => {
    const text = workflowPolicy('{}', { matrix: [both], protocol: 'runs: 1' })
    const workspace = aWorkspace({ [policyFile]: text })
    const servers = await Promise.all([aScriptedServer(unhurried), aScriptedServer(unhurried)])
    const { code, stdout, stderr } = await run(workspace, servers.join(','))
    expect(code, stdout + stderr).toBe(0)
    const turns = turnsOf(workspace, 'concurrent')
    expect(turns.map(({ agent }) => agent)).toEqual([0, 1])
    for (const turn of turns) {
      expect(stepsOf(turn)).toEqual(steps)
      expect(turn.ingested?.files).toBeGreaterThanOrEqual(8)
      expect(turn.ingested?.skipped).toBe(0)
    }
    const [first, second] = turns
    expect(first?.startedMs).toBeLessThan(second?.endedMs ?? 0)
    expect(second?.startedMs).toBeLessThan(first?.endedMs ?? 0)
  })

  it('runs on the embedded engine, with nothing installed', async () => {
    const text = workflowPolicy('{}', {
      models: 'auto',
      protocol: 'runs: 1, validity: { mark-only: [client-lag] }',
    })
    const workspace = aWorkspace({ [policyFile]: text })
    const { code, stdout, stderr } = await run(workspace, 'embedded')
    expect(code, stdout + stderr).toBe(0)
    expect(turnsOf(workspace, 'solo').map(stepsOf)).toEqual([steps])
    expect(runOf(workspace).trials[0]?.legs[0]?.calls.map(({ record }) => record.doneReason)).toEqual([
      'length',
      'length',
    ])
  })
})

describe.concurrent('a workflow whose folder is', { timeout: 120_000 }, () => {
  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    [
      'empty',
      'results',
      { 'results/other.txt': 'x' },
      'found nothing to read in its folder results. No .csv, .json or .md file is in it',
    ],
    ['not there', 'results', {}, "Cannot read the workflow's folder results. It is not there."],
    [
      'full of what cannot be used',
      'results',
      { 'results/a.json': 'ELF\0' },
      '1 file was skipped (a.json: binary: it has a byte of value 0).',
    ],
    [
      'one behind a symbolic link',
      'link',
      {},
      'link is a symbolic link, which may lead out of the checkout.',
    ],
  ])('%s is wrong input, found before any server is asked', async (_, folder, files, words) => {
    const workspace = aWorkspace({ ...files, [policyFile]: workflowPolicy(`{ folder: ${folder} }`) })
    symlinkSync(join(workspace.path, 'policies'), join(workspace.path, 'link'))
    const { code, stdout, stderr } = await run(workspace, await deadUrl())
    const { problems, outcome } = workspace.verdict()
    expect([code, outcome], stdout + stderr).toEqual([2, 'error-input'])
    const [line, ...more] = problems.map(describeProblem)
    expect(more).toEqual([])
    expect(line).toMatch(/^policies\/p\.yml:\d+:\d+ {2}agents\.flow\.workflow: /)
    expect(line).toContain(words)
    expect(stdout).toContain(`WRONG INPUT  ${problems[0]?.what}`)
  })

  it('not there in base is told of base alone', async () => {
    const workspace = aWorkspace({
      ...results,
      'base/other.txt': 'x',
      [policyFile]: workflowPolicy('{ folder: results }'),
    })
    const { code, stdout, stderr } = await run(workspace, await deadUrl(), '--base-folder', 'base')
    expect(code, stdout + stderr).toBe(2)
    expect(workspace.verdict().problems.map(({ what }) => what)).toEqual([
      "agents.flow.workflow (base): Cannot read the workflow's folder results.",
    ])
  })

  it('emptied while the job runs breaks its trials, and no server is blamed', async () => {
    const empties = `{ command: [node, -e, '0'], setup: [node, -e, 'fs.rmSync("results", { recursive: true })'] }`
    const options = 'options: { num_ctx: 1024, num_gpu: 8, num_predict: 12 }'
    const text = workflowPolicy('{ folder: results }', {
      agents: `${agents('{ folder: results }')}\n  other: { ${options}, program: ${empties} }`,
      matrix: [alone, '{ workload: single-agent, scenario: other, agents: [other] }'],
      protocol: 'runs: 1',
    })
    const workspace = aWorkspace({ ...results, [policyFile]: text })
    const { code, stdout, stderr } = await run(workspace, await aScriptedServer())
    expect(code, stdout + stderr).toBe(4)
    const lines = workspace.verdict().problems.map(describeProblem)
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toContain('It is the agent that broke, and not a server')
    expect(lines.join('\n')).toContain("flow: Cannot read the workflow's folder results. It is not there.")
    expect(lines.join('\n')).not.toContain('curl')
  })

  it.skipIf(process.platform === 'win32')(
    'full of names that are commands and markup says them harmlessly, wherever it says them',
    async () => {
      // Each with a reason of its own: of files with the same one only the first is named.
      const workspace = aWorkspace({
        'results/a\n::error::x\u001b[31m.json': '{',
        'results/b|<img src=x onerror=alert(1)>.json': '\0',
        'results/[c](javascript:d).json': '',
        [policyFile]: workflowPolicy('{ folder: results }'),
      })
      const { stdout, stderr } = await run(workspace, await aScriptedServer())
      expect(stdout + stderr).toContain('3 files were skipped')
      const summary = workspace.read('.ollama-perf-gate/summary.md')
      expect(summary).toContain('3 files were skipped')
      for (const text of [stdout, stderr, summary]) {
        expect(text).not.toMatch(/^::error/m)
        expect(text).not.toContain('\u001b')
      }
      expect(summary).not.toContain('<img')
      expect(summary).toContain('onerror=alert')
      expect(summary).toContain('\\[c\\](javascript')
    },
  )

  it.each(['../..', '/etc', 'results/../..', 'C:/results'])(
    'outside of the checkout (%s) is wrong input, before anything is measured',
    async (folder) => {
      const workspace = aWorkspace({ [policyFile]: workflowPolicy(`{ folder: '${folder}' }`) })
      const { code, stdout, stderr } = await run(workspace, 'embedded')
      expect(code, stdout + stderr).toBe(2)
      expect(workspace.verdict().problems.map(describeProblem).join('\n')).toContain(
        `agents.flow.workflow.folder: "${folder}" is not a path within the checkout, relative to it and without ".."`,
      )
    },
  )
})

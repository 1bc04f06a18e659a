import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { baselineSchema, baselineSchemaVersion } from '../../src/model/baseline.ts'
import { metricIds } from '../../src/model/metric-catalog.ts'
import { type Run, runSchema } from '../../src/model/run.ts'
import { cliFile, runCli, startCli } from './cli.ts'
import { startNode } from './entry-process.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { anOllama, answerUnhurried, answerWell } from './stub-servers.ts'
import {
  aPolicy,
  aWorkspace,
  narrowLimit,
  policyFile,
  single,
  type Workspace,
  wideLimit,
} from './workspace.ts'

const out = '.ollama-perf-gate'
const root = join(import.meta.dirname, '..', '..')

const runLine = (url: string, ...more: readonly string[]): readonly string[] => [
  ...['run', '--policy', policyFile, '--servers', url],
  ...more,
]

const visitsIn = (workspace: Workspace, folder = out): readonly string[] => {
  const { figures: _, ...run } = JSON.parse(workspace.read(join(folder, 'run.json'))) as Run & {
    figures: unknown
  }
  return runSchema.parse(run).plan.visits.map(({ id }) => id)
}

describe.concurrent('what the command line says of itself', () => {
  it('tells its version', async () => {
    const { code, stdout } = await runCli(['--version'], { cwd: root })
    expect([code, stdout]).toEqual([0, `${manifest.version}\n`])
  })

  it('lists its verbs', async () => {
    const { code, stdout } = await runCli(['--help'], { cwd: root })
    expect(code).toBe(0)
    for (const verb of ['run', 'record', 'doctor', 'plan', 'judge', 'policy', 'metrics', 'proxy'])
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'))
  })

  it.each([
    [['run']],
    [['record']],
    [['doctor']],
    [['plan']],
    [['judge']],
    [['policy', 'check']],
    [['metrics']],
    [['proxy']],
  ])('explains %s with an example and the exit codes', async (verb) => {
    const { code, stdout } = await runCli([...verb, '--help'], { cwd: root })
    expect(code).toBe(0)
    expect(stdout).toContain(`ollama-perf-gate ${verb.join(' ')}`)
    expect(stdout).toContain('Exit codes: 0 pass or warn, 1 fail')
  })

  it.each([
    ['an unknown verb', ['rnu'], "error: unknown command 'rnu'"],
    ['an unknown option', ['metrics', '--jsn'], '(Did you mean --json?)'],
    ['a missing option', ['run'], "error: required option '--policy <file>' not specified"],
    ['a missing argument', ['judge'], "error: missing required argument 'run'"],
    ['a budget of nothing', ['run', '--policy', 'x', '--budget-minutes', '0'], 'It must be a number above 0'],
    ['a seed with decimals', ['run', '--policy', 'x', '--seed', '1.5'], 'It must be a whole number.'],
    ['an unknown base', ['run', '--policy', 'x', '--against', 'head'], 'Allowed choices are baseline, none.'],
    ['no verb at all', [], 'Usage: ollama-perf-gate'],
  ])('refuses %s with exit code 2, on standard error', async (_, line, words) => {
    const { code, stdout, stderr } = await runCli(line, { cwd: root })
    expect(code).toBe(2)
    expect(stderr).toContain(words)
    expect(stdout).toBe('')
  })
})

describe.concurrent('a bug of the gate', () => {
  const bug = "setTimeout(() => { throw new Error('a bug of the gate') }, 300)"

  it('is told as such, with the code of what is broken and not of a failed check', async () => {
    const line = ['proxy', '--target', await anOllama()]
    const { code, stderr } = await startNode([`--import=data:text/javascript,${bug}`, cliFile, ...line], {
      cwd: root,
    }).ended
    expect(stderr).toContain('ollama-perf-gate is broken, which is no verdict on your server:')
    expect(stderr).toContain('a bug of the gate')
    expect(code).toBe(4)
  })
})

describe.concurrent('metrics', () => {
  it('lists every metric with its unit and source', async () => {
    const { code, stdout } = await runCli(['metrics'], { cwd: root })
    expect(code).toBe(0)
    for (const id of metricIds) expect(stdout).toContain(`${id}\n`)
  })

  it('gives the catalog as JSON', async () => {
    const { stdout } = await runCli(['metrics', '--json'], { cwd: root })
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(metricIds)
  })

  it('does not mind a reader that has seen enough, such as head', async () => {
    const process = startCli(['metrics'], { cwd: root })
    process.child.stdout?.destroy()
    const { code, stderr } = await process.ended
    expect([code, stderr]).toEqual([0, ''])
  })
})

describe.concurrent('policy check', () => {
  it('lists the cells and what they may take', async () => {
    const workspace = aWorkspace()
    const { code, stdout } = await runCli(['policy', 'check', policyFile], { cwd: workspace.path })
    expect(code).toBe(0)
    expect(stdout).toBe(
      `${policyFile}: 1 cell × 2 runs = 2 trials, roughly 11 seconds; the budget is 1 minute.\n  single-agent/single/one-server/tiny/gpu8-ctx1024-t0.0\n`,
    )
  })

  it('tells the problems of all files, and measures nothing', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({ limits: ['{ metric: warmTTFT, fail: 1 }'] }),
      'policies/q.yml': aPolicy({ matrix: [] }),
    })
    const { code, stdout, stderr } = await runCli(['policy', 'check', policyFile, 'policies/q.yml'], {
      cwd: workspace.path,
    })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Did you mean warmTtftMs?')
    expect(stderr).toContain('policies/q.yml:6:9  matrix')
    expect(stderr).toContain('2 problems in 2 files.')
  })
})

describe.concurrent('run', () => {
  it('passes what is within its limits, and leaves every file', async () => {
    const workspace = aWorkspace()
    const url = await aScriptedServer(unhurried)
    const { code, stdout, stderr } = await runCli(runLine(url), { cwd: workspace.path })
    expect(stdout).toContain('✓ PASS')
    expect(stdout).toContain('Measured on the scripted engine: not comparable with a real Ollama.')
    expect(stdout).toContain(`Files in ${out}: journal.jsonl, run.json, verdict.json, summary.md`)
    expect(stderr).toContain('1 cell, 2 trials, at most 1 minute.')
    expect(readdirSync(join(workspace.path, out)).toSorted()).toEqual(
      ['journal.jsonl', 'run.json', 'verdict.json', 'summary.md'].toSorted(),
    )
    expect(code).toBe(0)
  })

  it('fails what breaks a limit with exit code 1, whatever else could not be told', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ limits: [narrowLimit] }) })
    const { code, stdout } = await runCli(runLine(await aScriptedServer(unhurried)), { cwd: workspace.path })
    expect(stdout).toContain('✗ FAIL')
    expect(code).toBe(1)
  })

  it('lets a warning fail with --fail-on warn', async () => {
    const limits = ['{ metric: warmTtftMs, warn: 0.001, fail: 30000 }']
    const workspace = aWorkspace({ [policyFile]: aPolicy({ limits }) })
    const line = runLine(await aScriptedServer(unhurried), '--fail-on', 'warn')
    const { code, stdout } = await runCli(line, { cwd: workspace.path })
    expect(stdout).toContain('WARN')
    expect(code).toBe(1)
  })

  it('starts servers of its own where it is told to, and names their engine', async () => {
    const workspace = aWorkspace()
    const { stderr } = await runCli(runLine('scripted'), { cwd: workspace.path })
    expect(stderr).toContain('Rehearsing on the scripted engine.')
    expect(workspace.verdict().environment?.engine).toBe('scripted')
  })

  it('measures in the same order with the same seed', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({
        matrix: [
          `{ ${single.slice(2, -2)}, sweep: { temperature: [0, 0.2, 0.4, 0.6, 0.8], top_k: [1, 2] } }`,
        ],
        protocol: 'runs: 1',
      }),
    })
    const url = await anOllama({ chat: answerWell })
    for (const [folder, seed] of [
      ['a', '7'],
      ['b', '7'],
      ['c', '8'],
    ] as const)
      await runCli(runLine(url, '--seed', seed, '--out', folder), { cwd: workspace.path })
    expect(visitsIn(workspace, 'a')).toHaveLength(10)
    expect(visitsIn(workspace, 'b')).toEqual(visitsIn(workspace, 'a'))
    expect(visitsIn(workspace, 'c')).not.toEqual(visitsIn(workspace, 'a'))
    expect(visitsIn(workspace, 'c').toSorted()).toEqual(visitsIn(workspace, 'a').toSorted())
  })

  it('keeps the journal of the job before', async () => {
    const workspace = aWorkspace()
    const url = await anOllama()
    await runCli(runLine(url), { cwd: workspace.path })
    const first = workspace.read(`${out}/journal.jsonl`)
    await runCli(runLine(url), { cwd: workspace.path })
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(first)
  })
})

describe.concurrent('judge', () => {
  it('says byte for byte what the run said, from run.json and from the journal', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({
        limits: [wideLimit, '{ metric: decodeTokensPerSecond, warn: 1e9, fail: 1 }'],
        regressions: ['{ metric: warmTtftMs, catch: 10 % }'],
      }),
    })
    const at = { cwd: workspace.path }
    const url = await anOllama()
    const ran = await runCli(runLine(url, '--base-servers', url, '--json'), at)
    const stored = workspace.read(`${out}/verdict.json`)
    const judged = await runCli(['judge', `${out}/run.json`, '--json', '--out', 'again'], at)
    const fromJournal = await runCli(['judge', `${out}/journal.jsonl`, '--json'], at)
    expect(ran.stdout).toBe(stored)
    expect(judged.stdout).toBe(stored)
    expect(fromJournal.stdout).toBe(stored)
    expect(workspace.read('again/verdict.json')).toBe(stored)
    expect(workspace.read('again/summary.md')).toBe(workspace.read(`${out}/summary.md`))
    expect([judged.code, fromJournal.code]).toEqual([ran.code, ran.code])
  })

  it('judges a killed job as far as it got, from a journal whose last line is torn', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 100' }) })
    const job = startCli(runLine(await aScriptedServer()), { cwd: workspace.path })
    await job.says(/\b1\d of 100 trials/)
    job.child.kill('SIGKILL')
    await job.ended
    expect(workspace.has(`${out}/verdict.json`)).toBe(false)
    const whole = workspace.read(`${out}/journal.jsonl`).replace(/[^\n]*$/, '')
    const trials = whole.trim().split('\n').length - 1
    workspace.write(`${out}/journal.jsonl`, `${whole}{"kind":"trial","tri`)
    const { code, stdout } = await runCli(['judge', `${out}/journal.jsonl`], { cwd: workspace.path })
    expect(code).toBe(130)
    expect(stdout).toContain(`The job was killed before it could finish. ${trials} of 100 trials are kept.`)
  })

  it.each([
    ['a file that is not there', 'nothing.json', 'There is no file nothing.json.'],
    ['a folder', 'policies', 'It is a folder (EISDIR). Name a file.'],
    ['another file', policyFile, 'This is not JSON'],
  ])('refuses %s with exit code 2', async (_, file, words) => {
    const { code, stdout } = await runCli(['judge', file], { cwd: aWorkspace().path })
    expect(stdout).toContain(words)
    expect(code).toBe(2)
  })

  it('refuses a baseline of another policy, as the run would have', async () => {
    const workspace = aWorkspace()
    const at = { cwd: workspace.path }
    const url = await anOllama({ chat: answerUnhurried })
    await runCli(['record', '--policy', policyFile, '--servers', url, '--baseline', 'b.json'], at)
    workspace.write('b.json', workspace.read('b.json').replace('"policy": "p"', '"policy": "q"'))
    const { code, stdout } = await runCli(['judge', `${out}/run.json`, '--baseline', 'b.json'], at)
    expect(stdout).toContain('The baseline belongs to the policy q, not to p.')
    expect(code).toBe(2)
  })

  it('says so when its verdict cannot be stored', async () => {
    const workspace = aWorkspace()
    await runCli(runLine(await anOllama()), { cwd: workspace.path })
    const line = ['judge', `${out}/run.json`, '--out', `${policyFile}/x`]
    const { code, stdout, stderr } = await runCli(line, { cwd: workspace.path })
    expect(code).toBe(4)
    expect(stdout + stderr).toContain('A part of its path is a file, not a folder')
    expect(stderr).not.toContain('at async')
  })
})

describe.concurrent('record', () => {
  const record = (url: string) => ['record', '--policy', policyFile, '--servers', url, '--baseline', 'b.json']
  const sessionsIn = (workspace: Workspace) =>
    baselineSchema.parse(JSON.parse(workspace.read('b.json'))).sessions.length

  it('writes a baseline that a run compares with, and adds a session the next time', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({ regressions: ['{ metric: decodeTokensPerSecond, catch: 80 % }'] }),
    })
    const at = { cwd: workspace.path }
    const url = await aScriptedServer(unhurried)
    const first = await runCli(record(url), at)
    expect(first.stderr).toContain('b.json now has 1 session. Review and commit it.')
    expect(first.code).toBe(0)
    const second = await runCli(record(url), at)
    expect(second.stderr).toContain('b.json now has 2 sessions.')
    expect(sessionsIn(workspace)).toBe(2)
    const ran = await runCli(runLine(url, '--baseline', 'b.json'), at)
    expect(ran.stdout).toContain('against the stored baseline')
    expect(ran.code).toBe(0)
    const judged = await runCli(['judge', `${out}/run.json`, '--baseline', 'b.json', '--json'], at)
    expect(judged.stdout).toBe(workspace.read(`${out}/verdict.json`))
  })

  it('records nothing when a limit is broken', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ limits: [narrowLimit] }) })
    const { code, stderr } = await runCli(record(await aScriptedServer(unhurried)), { cwd: workspace.path })
    expect(stderr).toContain('b.json was not written: the verdict is fail.')
    expect(code).toBe(1)
    expect(workspace.has('b.json')).toBe(false)
  })

  it.each([
    ['broken', '{"schemaVersion":1,"sess', 'The file ends in the middle'],
    ['of another kind', '{"name":"package"}', 'It is no baseline of this tool'],
    [
      'of another version',
      '{"schemaVersion":7}',
      `has schema version 7; this ollama-perf-gate reads version ${baselineSchemaVersion}`,
    ],
  ])('leaves a file alone that is %s, and measures nothing', async (_, text, words) => {
    const workspace = aWorkspace()
    workspace.write('b.json', text)
    const { code, stdout } = await runCli(record(await anOllama()), { cwd: workspace.path })
    expect(stdout).toContain(words)
    expect(stdout).toContain('Nothing was measured.')
    expect(code).toBe(2)
    expect(workspace.read('b.json')).toBe(text)
  })
})

describe.concurrent('proxy', () => {
  it('passes requests on until it is told to stop', async () => {
    const target = await anOllama()
    const job = startCli(['proxy', '--target', target.replace('http://', '')], { cwd: root })
    await job.says('listening')
    const { listening: url } = JSON.parse(job.stdout()) as { listening: string }
    expect(await (await fetch(`${url}/api/version`)).json()).toEqual({ version: '0.24.0' })
    job.child.kill('SIGTERM')
    expect((await job.ended).code).toBe(0)
    await expect(fetch(url)).rejects.toThrow()
  })

  it.each([
    [
      'a slowdown that leaves nothing',
      ['--slow-tokens-percent', '100'],
      2,
      'A token rate cannot fall by 100 %.',
    ],
    ['a target that is none', ['--target', 'ftp://x'], 2, '"ftp://x" is not the URL of a server.'],
  ])('refuses %s', async (_, more, exitCode, words) => {
    const { code, stderr } = await runCli(['proxy', '--target', 'http://127.0.0.1:1', ...more], { cwd: root })
    expect(stderr).toContain(words)
    expect(code).toBe(exitCode)
  })

  it('says so when its port is taken', async () => {
    const target = await anOllama()
    const { port } = new URL(target)
    const { code, stderr } = await runCli(['proxy', '--target', target, '--port', port], { cwd: root })
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${port}`)
    expect(code).toBe(4)
  })
})

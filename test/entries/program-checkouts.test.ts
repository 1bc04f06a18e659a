import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Run } from '../../src/model/run.ts'
import { runCli } from './cli.ts'
import {
  agents,
  asksOnce,
  jobMs,
  once,
  program,
  programPolicy,
  programWorkspace,
  runJob,
  trialOf,
} from './program-jobs.ts'
import { aScriptedServer } from './scripted-server.ts'
import { aWorkspace, policyFile, type Workspace } from './workspace.ts'

const root = join(import.meta.dirname, '..', '..')

const node = JSON.stringify(process.execPath)

describe('another version of a program', () => {
  it(
    'is built, once, and measured as base, in a checkout of its own',
    async () => {
      const waits = (ms: number) =>
        asksOnce(`fs.writeFileSync('was-here', ''); await new Promise((go) => setTimeout(go, ${ms}))`)
      const build = `[${node}, -e, "fs.appendFileSync('built', 'x'); fs.copyFileSync('source.mjs', 'agent.mjs')"]`
      const workspace = programWorkspace(
        { 'source.mjs': waits(800), 'base/source.mjs': waits(0) },
        programPolicy({
          agents: agents({ a: program(`setup: ${build}`) }),
          protocol: once.replace('runs: 1', 'runs: 2'),
        }),
      )
      const { trials } = await runJob(workspace, ['--base-folder', 'base'])
      expect(trials.map(({ failure }) => failure)).toEqual([null, null, null, null])
      expect([workspace.read('built'), workspace.read('base/built')]).toEqual(['x', 'x'])
      expect([workspace.has('was-here'), workspace.has('base/was-here')]).toEqual([true, true])
      const fastestMs = (subject: string) =>
        Math.min(
          ...trials
            .filter(({ visit }) => visit.subject === subject)
            .flatMap(({ legs }) =>
              legs.flatMap(({ turns }) => turns.map(({ startedMs, endedMs }) => endedMs - startedMs)),
            ),
        )
      expect(fastestMs('head')).toBeGreaterThan(fastestMs('base') + 300)
    },
    jobMs,
  )
})

describe('a baseline', () => {
  it(
    'knows when it was recorded with another version of the program',
    async () => {
      const workspace = programWorkspace({ 'agent.mjs': asksOnce() })
      const line = [
        '--policy',
        policyFile,
        '--servers',
        await aScriptedServer(),
        '--baseline',
        'b.json',
        '--seed',
        '1',
      ]
      const recorded = await runCli(['record', ...line], { cwd: workspace.path })
      expect(recorded.code, recorded.stderr).toBe(0)
      const notesOf = async () => {
        const { stderr, code } = await runCli(['run', ...line, '--fresh'], { cwd: workspace.path })
        expect(code, stderr).toBe(0)
        return (JSON.parse(workspace.read('.ollama-perf-gate/run.json')) as Run).notes.join('\n')
      }
      expect(await notesOf()).not.toContain('head program')
      workspace.write('agent.mjs', asksOnce('// another version'))
      expect(await notesOf()).toMatch(/Changed since the baseline: .*head program agent\.mjs: SHA-256/)
    },
    jobMs,
  )
})

describe('before anything is measured', () => {
  const run = async (workspace: Workspace, ...more: readonly string[]) =>
    runCli(['run', '--policy', policyFile, '--servers', await aScriptedServer(), ...more], {
      cwd: workspace.path,
    })

  const chats = programPolicy({
    agents: 'agents: { a: { options: { num_ctx: 1024, num_predict: 4 } } }',
    limits: ['{ metric: warmTtftMs, fail: 30000 }'],
  })

  it.each([
    [
      'a set-up that fails',
      program(`setup: [${node}, -e, "console.error('no compiler here'); process.exit(1)"]`),
      /The set-up .* ended with exit code 1\. Its last words: no compiler here/,
    ],
    [
      'a tool that is missing',
      '{ command: [no-such-tool-anywhere, x] }',
      /"no-such-tool-anywhere x" cannot be started: "no-such-tool-anywhere" is not on the PATH/,
    ],
  ])(
    '%s is a broken machine',
    async (_, own, expected) => {
      const workspace = programWorkspace({}, programPolicy({ agents: agents({ a: own }) }))
      const { code, stdout, stderr } = await run(workspace)
      expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toMatch(expected)
      expect(code).toBe(4)
      expect(workspace.has('.ollama-perf-gate/run.json')).toBe(false)
    },
    jobMs,
  )

  it.each([
    ['does not exist', programPolicy(), /There is no folder nowhere, which base is to be taken from/],
    ['would change nothing', chats, /no agent is a program or reads a folder/],
  ])(
    'a base folder that %s is wrong input',
    async (_, policy, expected) => {
      const { code, stdout, stderr } = await run(programWorkspace({}, policy), '--base-folder', 'nowhere')
      expect(stdout + stderr).toMatch(expected)
      expect(code).toBe(2)
    },
    jobMs,
  )

  it(
    'the doctor looks at a policy of programs too',
    async () => {
      const line = ['doctor', '--policy', policyFile, '--servers', await aScriptedServer()]
      const { code, stdout } = await runCli(line, { cwd: programWorkspace({ 'agent.mjs': asksOnce() }).path })
      expect(stdout).not.toContain('TTFT after warm-up')
      expect(code).toBe(0)
    },
    jobMs,
  )
})

const isInstalled = (tool: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, tool)))

describe.runIf(isInstalled('python3') && isInstalled('rustc'))('the examples', () => {
  it(
    'run as they are, but for model and budget',
    async () => {
      const quickly = ['runs: 1', 'placement: any', 'cold: false', 'validity: { mark-only: [client-lag] }']
      const policy = readFileSync(join(root, 'examples', 'agents', 'policy.yml'), 'utf8')
        .replaceAll('gemma3:1b', 'tiny:latest')
        .replace('budget-minutes: 30', ['budget-minutes: 5', ...quickly].join('\n  '))
      const workspace = aWorkspace({ [policyFile]: policy })
      cpSync(join(root, 'examples', 'agents'), join(workspace.path, 'examples', 'agents'), {
        recursive: true,
      })
      const job = await runJob(workspace)
      expect(job.trials.map(({ failure }) => failure)).toEqual([null, null, null, null])
      const stepsOf = (scenario: string) =>
        trialOf(job, scenario)?.legs.flatMap(({ turns }) => turns.map(({ steps }) => steps.length))
      expect(stepsOf('python')).toEqual([3])
      expect(stepsOf('rust')).toEqual([0])
      expect(stepsOf('plain')).toEqual([0])
    },
    jobMs,
  )
})

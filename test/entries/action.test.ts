import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { baselineSchema, baselineSchemaVersion } from '../../src/model/baseline.ts'
import { startSlowdownProxy } from '../../src/proxy/slowdown-proxy.ts'
import { afterTheTests } from './clean-up.ts'
import { actionManifest, commandsIn, type InstalledAction, installAction } from './runner.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { anOllama, answerUnhurried, chatLine, deadUrl } from './stub-servers.ts'
import {
  aPolicy,
  aWorkspace,
  dual,
  lineOf,
  narrowLimit,
  policyFile,
  type Workspace,
  wideLimit,
} from './workspace.ts'

let action: InstalledAction
beforeAll(() => {
  action = installAction()
}, 120_000)
afterAll(() => action.remove())

const out = '.ollama-perf-gate'
const policyText = (workspace: Workspace): string => workspace.read(policyFile)

describe('a step that passes', () => {
  it('is green, says so in its outputs and its summary, and commands the runner nothing', async () => {
    const workspace = aWorkspace()
    const servers = await aScriptedServer(unhurried)
    const step = await action.run(workspace, { policy: policyFile, servers })
    expect(step.summary).toMatch(/^\*\*Measured on the scripted engine.*\n\n### ✅ PASS · p on rtx4080-a: /)
    expect(step.outputs).toMatchObject({
      verdict: 'pass',
      failed: '0',
      warned: '0',
      inconclusive: '0',
      changed: '[]',
      'run-file': join(out, 'run.json'),
    })
    expect(Object.keys(step.outputs).toSorted()).toEqual(Object.keys(actionManifest.outputs).toSorted())
    expect(workspace.read(step.outputs['summary-file'] ?? '')).toBe(step.summary.replace(/\n$/, ''))
    expect(JSON.parse(workspace.read(step.outputs['verdict-file'] ?? ''))).toMatchObject({ outcome: 'pass' })
    expect(commandsIn(step.stdout)).toEqual([])
    expect(step.stdout).toContain('2 of 2 trials')
    expect([step.code, step.stderr]).toEqual([0, ''])
  })

  it('needs no files of a runner', async () => {
    const workspace = aWorkspace()
    const env = { GITHUB_OUTPUT: '', GITHUB_STATE: '', GITHUB_STEP_SUMMARY: '', GITHUB_EVENT_PATH: '' }
    const step = await action.run(workspace, { policy: policyFile, servers: await anOllama() }, env)
    expect(commandsIn(step.stdout)).toEqual([])
    expect(step.code).toBe(0)
  })
})

describe('a step that fails', () => {
  it('by a broken limit points at the line of the policy', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ limits: [narrowLimit] }) })
    const servers = await aScriptedServer(unhurried)
    const step = await action.run(workspace, { policy: policyFile, servers })
    const line = lineOf(policyText(workspace), narrowLimit)
    expect(commandsIn(step.stdout).filter((command) => command.startsWith('::error '))).toEqual([
      expect.stringMatching(
        new RegExp(`^::error title=fail%3A warm TTFT in 1 cell,file=${policyFile},line=${line},col=\\d+::`),
      ),
    ])
    expect(step.summary).toMatch(/^### ❌ FAIL · /m)
    expect(step.outputs).toMatchObject({ verdict: 'fail', failed: '1' })
    expect(step.code).toBe(1)
  })

  it('by a head that is slower than base, and says by how much', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({
        protocol: 'runs: 5',
        regressions: [
          '{ metric: warmTtftMs, catch: 50 % }',
          '{ metric: decodeTokensPerSecond, catch: 50 % }',
        ],
      }),
    })
    const base = await aScriptedServer({ ttftMs: 300, tokensPerSecond: 400 })
    const { url, close } = await startSlowdownProxy({
      target: base,
      listen: { host: '127.0.0.1', port: 0 },
      firstTokenDelayMs: 900,
      chunkSlowdownRatio: 0.9,
      noTokens: false,
    })
    afterTheTests(close)
    const step = await action.run(workspace, { policy: policyFile, servers: url, 'base-servers': base })
    const changed = JSON.parse(step.outputs.changed ?? '') as { metric: string; change: number }[]
    expect(changed.map(({ metric }) => metric).toSorted()).toEqual(['decodeTokensPerSecond', 'warmTtftMs'])
    const ttft = changed.find(({ metric }) => metric === 'warmTtftMs')
    expect(ttft?.change).toBeGreaterThan(1)
    const line = lineOf(policyText(workspace), 'warmTtftMs, catch')
    expect(step.stdout).toMatch(new RegExp(`^::error title=fail.*file=${policyFile},line=${line},`, 'm'))
    expect(step.outputs.verdict).toBe('fail')
    expect(step.code).toBe(1)
  })

  it('when it cannot tell and the policy blocks on that', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({
        protocol: 'runs: 2, on-inconclusive: fail',
        regressions: ['{ metric: warmTtftMs, catch: 5 % }'],
      }),
    })
    const step = await action.run(workspace, { policy: policyFile, servers: await anOllama() })
    expect(step.outputs).toMatchObject({ verdict: 'inconclusive', failed: '0' })
    expect(step.stdout).toMatch(/^::error title=not comparable.*no baseline yet/m)
    expect(step.summary).toContain('record a baseline on this machine')
    expect(step.code).toBe(3)
  })

  it('by a warning, where it is told to', async () => {
    const limits = ['{ metric: warmTtftMs, warn: 0.001, fail: 30000 }']
    const workspace = aWorkspace({ [policyFile]: aPolicy({ limits }) })
    const servers = await aScriptedServer(unhurried)
    const step = await action.run(workspace, { policy: policyFile, servers, 'fail-on': 'warn' })
    expect(step.outputs).toMatchObject({ verdict: 'warn', warned: '1' })
    expect(step.code).toBe(1)
  })
})

describe('a step that is broken', () => {
  it('by its inputs tells all of them at once', async () => {
    const workspace = aWorkspace()
    const inputs = {
      mode: 'gte',
      'budget-minutes': '5 min',
      'wait-minutes': 'soon',
      seed: 'x',
      servers: 'start, 127.0.0.1:11434',
    }
    const step = await action.run(workspace, inputs)
    expect(commandsIn(step.stdout)).toHaveLength(6)
    for (const input of ['policy', ...Object.keys(inputs)])
      expect(step.stdout).toMatch(new RegExp(`^::error title=wrong input::Input ${input}: `, 'm'))
    expect(step.outputs).toMatchObject({ verdict: 'error-input', 'run-file': '' })
    expect(step.summary).toContain('6 problems. Nothing was measured.')
    expect(step.code).toBe(2)
  })

  it('by its policy points at every wrong place', async () => {
    const limits = ['{ metric: warmTTFT, fail: 1 }', wideLimit]
    const text = aPolicy({ matrix: ['{ workload: single-agent, agents: [shrt] }'], limits })
    const workspace = aWorkspace({ [policyFile]: text })
    const step = await action.run(workspace, { policy: policyFile, servers: await deadUrl() })
    const at = (words: string) => `file=${policyFile},line=${lineOf(text, words)},`
    expect(commandsIn(step.stdout)).toEqual([
      expect.stringContaining(at('shrt')),
      expect.stringContaining(at('warmTTFT')),
    ])
    expect(step.code).toBe(2)
  })

  it('by a server that is not there looks unlike a slow one', async () => {
    const url = await deadUrl()
    const step = await action.run(aWorkspace(), { policy: policyFile, servers: url })
    expect(step.outputs).toMatchObject({ verdict: 'error-machine', failed: '0' })
    expect(commandsIn(step.stdout)).toEqual([expect.stringContaining(url)])
    expect(step.summary).toMatch(/^### .*(MACHINE|machine)/)
    expect(step.code).toBe(4)
  })

  it('by a base in record mode says that in terms of its inputs', async () => {
    const inputs = { policy: policyFile, mode: 'record', 'base-model': 'tiny', servers: await deadUrl() }
    const step = await action.run(aWorkspace(), inputs)
    expect(step.stdout).toMatch(/^::error title=wrong input::Input base-model: .*record/m)
    expect(step.code).toBe(2)
  })

  it('by a bug of its own is red with the code of what is broken, not of what is slow', async () => {
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}` }
    const inputs = { policy: policyFile, servers: await anOllama({ chat: () => {} }) }
    const workspace = aWorkspace()
    const step = await action.run(workspace, inputs, env)
    expect(step.stdout).toMatch(/^::error title=ollama-perf-gate is broken::.*a bug of the gate/m)
    expect(step.code).toBe(4)
    expect((await action.post(workspace, step.state)).summary).toContain('0 of 2 trials are kept')
  })
})

const bug = "setTimeout(() => { throw new Error('a bug of the gate') }, 1000)"

describe('a step with a budget of its own', () => {
  it('keeps to it rather than to the policy, and says what that left out', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 400' }) })
    const inputs = { policy: policyFile, servers: await aScriptedServer(), 'budget-minutes': '0.02' }
    const step = await action.run(workspace, inputs)
    expect(step.outputs.verdict).toBe('inconclusive')
    expect(step.stdout).toMatch(/^::warning title=.*of 400 trials were measured: The budget of/m)
    expect(step.code).toBe(0)
  })
})

describe('a step in record mode', () => {
  it('writes a baseline for review, and adds to it the next time', async () => {
    const workspace = aWorkspace()
    const servers = await anOllama({ chat: answerUnhurried })
    const inputs = { policy: policyFile, mode: 'record', servers }
    const first = await action.run(workspace, inputs)
    expect(first.stdout).toContain('ollama-perf-gate-baseline.json now has 1 session.')
    expect(first.code).toBe(0)
    const second = await action.run(workspace, inputs)
    expect(second.stdout).toContain('now has 2 sessions.')
    const stored: unknown = JSON.parse(workspace.read('ollama-perf-gate-baseline.json'))
    expect(baselineSchema.parse(stored).sessions[0]?.environment.machine).toBe('rtx4080-a')
  })
})

describe.skipIf(process.platform === 'win32')('a step that is stopped', () => {
  const endless = () => aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 100' }) })

  it('by a cancelled workflow publishes what it has, and the clean-up adds nothing', async () => {
    const workspace = endless()
    const { process, result } = action.start(workspace, {
      policy: policyFile,
      servers: await aScriptedServer(),
    })
    await process.says(/\b\d of 100 trials/)
    process.child.kill('SIGINT')
    const step = await result
    expect(step.stdout).toContain('::warning::SIGINT: stopping, what was measured is kept.')
    expect(step.outputs).toMatchObject({ verdict: 'interrupted', 'run-file': join(out, 'run.json') })
    expect(step.summary).toMatch(/The job was stopped: SIGINT\. \d+ of 100 trials are kept\./)
    expect(step.code).toBe(130)
    const after = await action.post(workspace, step.state)
    expect(after).toMatchObject({ code: 0, stdout: '', stderr: '', summary: '' })
  })

  it('by a kill leaves its trials to the clean-up', async () => {
    const workspace = endless()
    const { process, result } = action.start(workspace, {
      policy: policyFile,
      servers: await aScriptedServer(),
    })
    await process.says(/\b\d of 100 trials/)
    process.child.kill('SIGKILL')
    const step = await result
    expect(step.state).not.toHaveProperty('published')
    const after = await action.post(workspace, step.state)
    expect(after.summary).toMatch(/The job was killed before it could finish\. \d+ of 100 trials are kept\./)
    expect(after.stdout).toContain('INTERRUPTED')
    expect(workspace.verdict()).toMatchObject({ outcome: 'interrupted', trials: { planned: 100 } })
    expect(after.code).toBe(0)
  })

  it('by a kill before it had measured anything leaves a warning, not the job before', async () => {
    const workspace = aWorkspace()
    const nothing = await action.post(workspace, { folder: out })
    expect(commandsIn(nothing.stdout)).toEqual([expect.stringMatching(/^::warning::Nothing could be kept/)])
    expect([nothing.code, nothing.summary]).toEqual([0, ''])
    const { state } = await action.run(workspace, { policy: policyFile, servers: await anOllama() })
    const later = { folder: state.folder ?? '', since: new Date().toISOString() }
    const earlier = await action.post(workspace, later)
    expect(earlier.stdout).toContain('journal.jsonl is of an earlier job')
    expect([earlier.code, earlier.summary]).toEqual([0, ''])
  })

  it('by a second signal ends at once, and leaves its trials to the clean-up', async () => {
    const workspace = endless()
    const unload = () => {}
    const { process, result } = action.start(workspace, {
      policy: policyFile,
      servers: await anOllama({ unload }),
    })
    await process.says(/\b\d of 100 trials/)
    process.child.kill('SIGINT')
    await process.says('::warning::SIGINT')
    await wait(700)
    process.child.kill('SIGTERM')
    const step = await result
    expect([step.code, step.outputs]).toEqual([130, {}])
    expect((await action.post(workspace, step.state)).summary).toMatch(/\d+ of 100 trials are kept/)
  })
})

describe('words from outside', () => {
  const esc = String.fromCharCode(27)
  const hostile = `x\n::error::one\n  ::set-output name=a::b\r::stop-commands::t ##[error]two <img src=x onerror=alert(1)> @octocat #12 [l](https://evil.example) \`c\` | ${esc}[31mred${esc}[0m ${esc}]0;title\u0007 \u202Eevil`

  const expectHarmless = (step: { readonly stdout: string; readonly summary: string }) => {
    // Our own remarks are commands; what they hold is percent-encoded, so nothing else of a line can be one.
    const others = commandsIn(step.stdout).filter((line) => !/^::(error|warning|notice) title=/.test(line))
    expect(others).toEqual([])
    expect(step.stdout + step.summary).not.toContain(esc)
    expect(step.stdout + step.summary).not.toContain('\u202E')
    expect(step.summary).not.toMatch(/<img|@octocat|(?<!\\)\[l(?<!\\)\]\(https|^\s*::/m)
    expect(step.summary + step.stdout).toContain('onerror=alert(1)')
  }

  const refusal = (text: string) => JSON.stringify({ error: text })

  it.each([
    [
      'a refusal',
      {
        chat: (response: ServerResponse) =>
          response.writeHead(500, { 'content-type': 'application/json' }).end(refusal(hostile)),
      },
    ],
    [
      'an error in a stream',
      {
        chat: (response: ServerResponse) => response.end(chatLine('a') + refusal(hostile)),
      },
    ],
    [
      'a version',
      {
        version: (response: ServerResponse) => response.end(JSON.stringify({ version: hostile })),
      },
    ],
    ['names of models', { models: ['other:latest', hostile] }],
    ['a page of something else', { version: (response: ServerResponse) => response.end(hostile) }],
  ])('are neither obeyed nor rendered: %s', async (_, answers) => {
    const servers = await anOllama(answers)
    expectHarmless(await action.run(aWorkspace(), { policy: policyFile, servers }))
  })

  it('are not obeyed from inputs, names and files either', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [dual] }) })
    workspace.write('b.json', JSON.stringify({ schemaVersion: baselineSchemaVersion, [hostile]: 1 }))
    const url = await anOllama()
    const env = { RUNNER_NAME: hostile }
    const inputs = { policy: policyFile, servers: `${url},${await anOllama()}` }
    expectHarmless(await action.run(workspace, { ...inputs, 'base-model': hostile }, env))
    expectHarmless(await action.run(workspace, { ...inputs, baseline: 'b.json' }, env))
    expectHarmless(await action.run(workspace, inputs, env))
    expectHarmless(await action.run(workspace, { ...inputs, policy: hostile }, env))
  })
})

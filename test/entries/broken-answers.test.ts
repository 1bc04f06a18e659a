/** What goes wrong while measuring: a server that answers badly, or a disk that takes no more. Broken is never slow. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import { afterTheTests } from './clean-up.ts'
import { runCli, startCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { trialsIn } from './journal.ts'
import { eventually } from './process-table.ts'
import { aScriptedServer } from './scripted-server.ts'
import { type Answer, anOllama, answerUnhurried, answerWell, chatLine, deadUrl } from './stub-servers.ts'
import { aPolicy, aWorkspace, policyFile, type Workspace } from './workspace.ts'

const out = '.ollama-perf-gate'

const run = (workspace: Workspace, servers: string, ...more: readonly string[]): Promise<Ended> =>
  runCli(['run', '--policy', policyFile, '--servers', servers, ...more], { cwd: workspace.path })

const problemsOf = (workspace: Workspace): string =>
  workspace.verdict().problems.map(describeProblem).join('\n')

/** Streams a few words and then whatever the test wants. */
const stream =
  (words: number, then: (response: ServerResponse) => void): Answer =>
  (response) => {
    response.setHeader('content-type', 'application/x-ndjson')
    for (let i = 0; i < words; i += 1) response.write(chatLine(` w${i}`))
    then(response)
  }

describe.concurrent('a server that answers every call', () => {
  it.each<[string, Answer, readonly string[]]>([
    ['with nothing', stream(0, (response) => response.end()), ['The stream ended after 0 chunks']],
    [
      'with no token but a proper end',
      stream(0, (response) => response.end(chatLine('', { done: true, done_reason: 'stop' }))),
      ['The call ended well but generated nothing.'],
    ],
    [
      'with half a stream',
      stream(3, (response) => response.end()),
      ['The stream ended after 3 chunks without its last chunk (done).'],
    ],
    [
      'with a stream that is cut',
      stream(3, (response) => setTimeout(() => response.destroy(), 20)),
      ['broke'],
    ],
    [
      'with a stream that stalls',
      stream(3, () => {}),
      ['Nothing came for 1000 ms in the middle of the stream.'],
    ],
    ['never', stream(0, () => {}), ['No token came in 2000 ms']],
    [
      'with lines that are no JSON',
      stream(2, (response) => response.end('<html>502 Bad Gateway</html>\n')),
      ['A line of the stream is not a JSON object: "<html>502 Bad Gateway</html>"'],
    ],
    [
      'with a line of 10 MB',
      stream(1, (response) => response.end(chatLine('x'.repeat(10 * 2 ** 20)))),
      ['A line of the stream is longer than 8388608 bytes.'],
    ],
    [
      'with an error in the middle',
      stream(2, (response) => response.end(`${JSON.stringify({ error: 'CUDA error: out of memory' })}\n`)),
      ['The server gave up in the middle of the stream: CUDA error: out of memory.'],
    ],
    [
      'with a refusal',
      (response) => response.writeHead(500).end(JSON.stringify({ error: 'runner has stopped' })),
      ['The server answered 500: runner has stopped.'],
    ],
  ])('%s is broken, and its own words are told', async (_, chat, words) => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 3' }) })
    const { code, stdout } = await run(workspace, await anOllama({ chat }))
    for (const word of words) expect(problemsOf(workspace)).toContain(word)
    expect(problemsOf(workspace)).toContain('Head gave no figure, so nothing can be said about its speed.')
    expect(workspace.verdict().outcome).toBe('error-machine')
    expect(stdout).toContain(`Files in ${out}: journal.jsonl, run.json, verdict.json, summary.md`)
    expect(code).toBe(4)
  })

  it('but cannot load its model is broken', async () => {
    const message = 'llama-server process has terminated: cudaMalloc failed: out of memory'
    const url = await aScriptedServer({ faults: [{ kind: 'load-error', message }] })
    const workspace = aWorkspace()
    const { code } = await run(workspace, url)
    expect(problemsOf(workspace)).toContain(
      `could not load the model tiny:latest. The server answered 500: ${message}`,
    )
    expect(problemsOf(workspace)).toContain('Free memory on that machine')
    expect(code).toBe(4)
  })

  it('and dies in the middle is broken', async () => {
    const url = await aScriptedServer({ faults: [{ kind: 'crash', atRequest: 1 }] })
    const workspace = aWorkspace()
    const { code } = await run(workspace, url)
    expect(problemsOf(workspace)).toContain('broke')
    expect(code).toBe(4)
  })
})

describe.concurrent('a server that answers some calls badly', () => {
  it.each([
    ['warn', 0],
    ['fail', 3],
  ])('is not green: on-inconclusive %s', async (policy, exitCode) => {
    let calls = 0
    const chat: Answer = (response, body) => {
      calls += 1
      if (calls === 2) response.destroy()
      else answerWell(response, body)
    }
    // How late the client is depends on what else runs here: that is not what these trials fail for.
    const protocol = `runs: 4, on-inconclusive: ${policy}, validity: { mark-only: [client-lag] }`
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol }) })
    const { code } = await run(workspace, await anOllama({ chat }))
    expect(workspace.verdict()).toMatchObject({ outcome: 'inconclusive', trials: { measured: 4, failed: 1 } })
    expect(workspace.verdict().title).toContain('1 of 4 trials failed')
    expect(code).toBe(exitCode)
  })

  it('on base alone leaves head judged by its limits, and the comparison open', async () => {
    const workspace = aWorkspace({
      [policyFile]: aPolicy({ regressions: ['{ metric: warmTtftMs, catch: 20 % }'] }),
    })
    const base = await anOllama({ chat: (response) => response.writeHead(500).end('{"error":"x"}') })
    await run(workspace, await anOllama({ chat: answerUnhurried }), '--base-servers', base)
    const statuses = workspace.verdict().checks.map(({ kind, status }) => `${kind} ${status}`)
    expect(statuses).toContain('limit pass')
    expect(statuses).toContain('regression invalid')
    expect(workspace.verdict().outcome).toBe('inconclusive')
  })
})

describe.concurrent('a budget that ends', () => {
  it('leaves what was measured, and says that it is not all', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 400' }) })
    const url = await aScriptedServer()
    const { code } = await run(workspace, url, '--budget-minutes', '0.02')
    const { outcome, trials, notes } = workspace.verdict()
    expect(outcome).toBe('inconclusive')
    expect(trials.measured).toBeLessThan(400)
    expect(notes.join()).toMatch(/The budget of .* ended after \d+ of 400 trials\./)
    expect(code).toBe(0)
  })
})

/** Mounts a disk of that size; says why not when that cannot be done here. */
function aDisk(folder: string, size: string): string | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    return `a disk that is full cannot be made here: ${error instanceof Error ? error.message : String(error)}`
  }
  afterTheTests(() => {
    execFileSync('umount', [folder])
  })
  return null
}

const shrink = (folder: string, size: string): void => {
  execFileSync('mount', ['-o', `remount,size=${size}`, folder], { stdio: 'pipe' })
}

describe.concurrent('a disk that is full', () => {
  it('ends the job with what it could store, unloads the model, and is judged as far as it got', async ({
    skip,
  }) => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 100' }) })
    const disk = join(workspace.path, 'disk')
    const why = aDisk(disk, '2g')
    if (why !== null) skip(why)
    const url = await anOllama()
    const job = startCli(['run', '--policy', policyFile, '--servers', url, '--out', 'disk'], {
      cwd: workspace.path,
    })
    await eventually('it measures', () => trialsIn(workspace, 'disk') > 0)
    shrink(disk, '64k')
    const { code, stdout } = await job.ended
    expect(stdout).toContain('Cannot write to the journal disk/journal.jsonl.')
    expect(stdout).toContain('The disk is full (ENOSPC).')
    expect(stdout).toMatch(/Free some space, or name a folder\s+on another disk\./)
    expect(stdout).toContain(
      'What had been measured is kept in disk/journal.jsonl, which the verb judge takes.',
    )
    const [, measured] = /(\d+) of 100 trials measured/.exec(stdout) ?? []
    expect(Number(measured)).toBeGreaterThan(5)
    expect(code).toBe(4)
    expect(await (await fetch(`${url}/api/ps`)).json()).toEqual({ models: [] })
    const judged = await runCli(['judge', 'disk/journal.jsonl'], { cwd: workspace.path })
    expect(judged.stdout).toContain(`${measured} of 100 trials are kept`)
  })

  it('nearly, from the start, is told before anything is measured', async ({ skip }) => {
    const workspace = aWorkspace()
    const why = aDisk(join(workspace.path, 'disk'), '64k')
    if (why !== null) skip(why)
    const { code, stdout } = await run(workspace, await anOllama(), '--out', 'disk')
    expect(stdout).toContain('Disk: 65.5 kB free for disk.')
    expect(stdout).toContain('Nothing was measured.')
    expect(code).toBe(4)
  })

  it('or that cannot be reached, is told before anything is measured', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy(), file: '' })
    const { code, stdout } = await run(workspace, await deadUrl(), '--out', 'file/out')
    expect(stdout).toContain('Cannot write to the folder file/out.')
    expect(stdout).toContain('A part of its path is a file')
    expect(code).toBe(4)
  })
})

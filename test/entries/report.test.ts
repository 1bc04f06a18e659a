import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, startCli } from './cli.ts'
import { aScriptedServer } from './scripted-server.ts'
import { anOllama } from './stub-servers.ts'
import { aPolicy, aWorkspace, policyFile, single, type Workspace } from './workspace.ts'

const out = '.ollama-perf-gate'

const sweep = `{ ${single.slice(2, -2)}, sweep: { temperature: [0, 0.4, 0.8] } }`

const run = (workspace: Workspace, url: string, ...more: readonly string[]) =>
  runCli(['run', '--policy', policyFile, '--servers', url, ...more], { cwd: workspace.path })

const report = (workspace: Workspace, ...line: readonly string[]) =>
  runCli(['report', ...line], { cwd: workspace.path })

describe.concurrent('a run of three cells', () => {
  it('leaves a page, and `report` draws the same one again', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [sweep] }) })
    const { stdout } = await run(workspace, await aScriptedServer())
    expect(stdout).toContain(
      `Files in ${out}: journal.jsonl, run.json, verdict.json, summary.md, report.html`,
    )
    const page = workspace.read(`${out}/report.html`)
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).toContain('Measured on the scripted engine: not comparable with a real Ollama.')
    expect(page).toMatch(/<h3>[^<]*temperature[^<]*<\/h3>/)
    expect(page).toContain('<svg')

    const again = await report(workspace, `${out}/run.json`, '--out', 'pages/again.html')
    expect(again).toMatchObject({ code: 0, stdout: 'Report in pages/again.html\n', stderr: '' })
    expect(workspace.read('pages/again.html')).toBe(page)
  })

  it('keeps its verdict though the page cannot be written, and says so', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [sweep], protocol: 'runs: 1' }) })
    const line = ['run', '--policy', policyFile, '--servers', await aScriptedServer()]
    const job = startCli(line, { cwd: workspace.path })
    await job.says('3 cells, 3 trials')
    // A folder in its place, which no file can replace.
    mkdirSync(join(workspace.path, out, 'report.html', 'x'), { recursive: true })
    const { stderr, stdout } = await job.ended
    expect(stderr).toContain('report.html could not be written, which changes nothing else: ')
    expect(stdout).toContain(`Files in ${out}: journal.jsonl, run.json, verdict.json, summary.md\n`)
    expect(workspace.verdict().trials.measured).toBe(3)
  })
})

describe.concurrent('a run of one cell', () => {
  it('leaves no page, and `report` draws one all the same, also from its journal', async () => {
    const workspace = aWorkspace()
    const { stdout } = await run(workspace, await anOllama())
    expect(stdout).toContain('summary.md\n')
    expect(workspace.has(`${out}/report.html`)).toBe(false)
    expect((await report(workspace, `${out}/journal.jsonl`)).code).toBe(0)
    expect(workspace.read('report.html')).toContain('<h2 id="figures-title">Typical figures</h2>')
  })
})

describe.concurrent('report refuses', () => {
  it.each([
    ['a run that is not there', ['nowhere/run.json'], 2, 'There is no file nowhere/run.json.'],
    ['what is no run', ['verdict.json'], 2, 'verdict.json'],
    ['what is no JSON', ['broken.json'], 2, 'broken.json'],
  ])('%s', async (_, line, code, words) => {
    const workspace = aWorkspace({
      'broken.json': '{',
      'verdict.json': '{ "schemaVersion": 3, "outcome": "pass" }',
    })
    const ended = await report(workspace, ...line)
    expect(ended.stderr).toContain(words)
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(workspace.has('report.html')).toBe(false)
  })

  it('a run that gave no figure', async () => {
    const workspace = aWorkspace()
    const url = await aScriptedServer({ faults: [{ kind: 'http-500' }] })
    await run(workspace, url)
    if (!workspace.has(`${out}/run.json`)) throw new Error('no run was stored')
    const ended = await report(workspace, `${out}/run.json`)
    expect(ended.stderr).toContain(`${out}/run.json has nothing to draw. None of its trials gave a figure.`)
    expect([ended.code, workspace.has('report.html')]).toEqual([2, false])
  })

  it('to write where it cannot', async () => {
    const workspace = aWorkspace()
    await run(workspace, await anOllama())
    mkdirSync(join(workspace.path, 'page.html'))
    const ended = await report(workspace, `${out}/run.json`, '--out', 'page.html')
    expect(ended.stderr).toContain('Cannot write page.html.')
    expect(ended.code).toBe(4)
  })
})

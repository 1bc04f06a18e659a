import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const hostFile = resolve('src/adapters/github/actions-host.ts')

interface Step {
  readonly code: number | null
  readonly log: string
  readonly file: (name: string) => string
}

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Runs a step's code in a process of its own, with the files that a runner gives. */
const runStep = (code: string, variables: Readonly<Record<string, string>> = {}): Step => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-step-'))
  folders.push(folder)
  const names = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE']
  for (const name of names) writeFileSync(join(folder, name), '')
  writeFileSync(join(folder, 'GITHUB_STEP_SUMMARY'), 'from before\n')
  const script = `import { actionsHost } from ${JSON.stringify(hostFile)}\nconst host = actionsHost(process.env)\n${code}`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH ?? '',
      ...Object.fromEntries(names.map((name) => [name, join(folder, name)])),
      ...variables,
    },
  })
  return { code: status, log: stdout, file: (name) => readFileSync(join(folder, name), 'utf8') }
}

test('inputs come trimmed, and what is not given is empty', () => {
  const { log } = runStep(`host.log(JSON.stringify([host.input('fail-on'), host.input('seed')]))`, {
    'INPUT_FAIL-ON': ' warn\n',
  })
  expect(log).toBe('["warn",""]\n')
})

test('outputs and state go to their files, on several lines if need be', () => {
  const step = runStep(`host.setOutputs({ verdict: 'fail', title: 'a\\nb' }); host.saveState('pid', '7')`)
  expect(step.file('GITHUB_OUTPUT')).toMatch(
    /^verdict<<(ghadelimiter_\S+)\nfail\n\1\ntitle<<(ghadelimiter_\S+)\na\nb\n\2\n$/,
  )
  expect(step.file('GITHUB_STATE')).toMatch(/^pid<</)
  expect(step.log).toBe('')
})

test('state is what an earlier process of the step kept', () => {
  expect(runStep(`host.log(host.state('pid') + '|' + host.state('none'))`, { STATE_pid: '7' }).log).toBe(
    '7|\n',
  )
})

test('a summary stands after what was there', () => {
  expect(runStep(`await host.appendSummary('### FAIL')`).file('GITHUB_STEP_SUMMARY')).toBe(
    'from before\n### FAIL\n',
  )
})

test('a summary that GitHub would drop becomes a sentence', () => {
  const step = runStep(`await host.appendSummary('x'.repeat(1024 * 1024))`)
  expect(step.file('GITHUB_STEP_SUMMARY')).toMatch(
    /^from before\n\*\*ollama-perf-gate\*\*: the summary is longer/,
  )
})

test('a summary that cannot be written is a warning and changes nothing else', () => {
  const step = runStep(`await host.appendSummary('x'); host.exitWith(1)`, {
    GITHUB_STEP_SUMMARY: '/nowhere/summary',
  })
  expect(step.log).toMatch(/^::warning::The step summary could not be written: /)
  expect(step.code).toBe(1)
})

test('annotations stand at file, line and column and cannot smuggle in a command', () => {
  const step = runStep(
    `host.annotate([{ level: 'error', title: 'fail: a,b::x', message: 'one\\n::error::two', file: 'p.yml', line: 3, column: 5 }])`,
  )
  expect(step.log).toBe('::error title=fail%3A a%2Cb%3A%3Ax,file=p.yml,line=3,col=5::one%0A| ::error::two\n')
})

test('words from outside are shown and not obeyed', () => {
  const step = runStep(`host.logUntrusted('model said\\n::add-mask::secret\\n##[error]x')`)
  expect(step.log).toBe('model said\n| ::add-mask::secret\n## [error]x\n')
})

test.each([0, 1, 2, 3, 4, 130])('the process ends with exit code %i', (code) => {
  expect(runStep(`host.exitWith(${code})`).code).toBe(code)
})

test('outside a runner nothing is printed as a command and nothing fails', () => {
  const step = runStep(
    `host.setOutputs({ verdict: 'pass' }); host.saveState('a', 'b'); await host.appendSummary('x')`,
    { GITHUB_OUTPUT: '', GITHUB_STATE: '', GITHUB_STEP_SUMMARY: '' },
  )
  expect(step).toMatchObject({ code: 0, log: '' })
})

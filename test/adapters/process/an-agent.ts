/** Small programs as agents, in a checkout of their own that goes with the test. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type ProgramEnd, runProgram } from '../../../src/adapters/process/agent-program.ts'
import type { TaskOf } from '../../../src/model/plan.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder with these files. */
export function aCheckout(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'agent-checkout-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A program that is this Node with the code. */
export const aTask = (code: string, overrides: Partial<TaskOf<'program'>> = {}): TaskOf<'program'> => ({
  kind: 'program',
  command: [process.execPath, '-e', code],
  'setup-minutes': 1,
  'timeout-minutes': 1,
  metrics: false,
  ...overrides,
})

/** Runs it to its end, with an address where nobody listens. */
export const runTask = (
  task: TaskOf<'program'>,
  checkout = aCheckout(),
  signal: AbortSignal = new AbortController().signal,
): Promise<ProgramEnd> =>
  runProgram(
    {
      name: 'py',
      task,
      checkout,
      server: 'http://127.0.0.1:1',
      model: 'tiny:latest',
      options: { num_ctx: 1024, temperature: 0, think: false, keep_alive: '10m' },
    },
    { nowMs: () => performance.now(), signal },
  )

/** Writes the pid of a child that sleeps into the file `pid`; the child is detached or in the program's own group. */
export const breeds = (detached: boolean) => `
  const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'],
    { stdio: 'ignore', detached: ${detached} })
  child.unref()
  require('fs').writeFileSync('pid', String(child.pid))`

/** That pid; 0 as long as it was not written. */
export const pidIn = (checkout: string): number => Number(readFileSync(join(checkout, 'pid'), 'utf8'))

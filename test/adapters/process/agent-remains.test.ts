import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProc } from '../../../src/adapters/process/process-table.ts'
import { aCheckout, aTask, breeds, pidIn, runTask } from './an-agent.ts'
import { eventually, isAlive } from './is-alive.ts'

const onPosix = process.platform !== 'win32'

describe.runIf(onPosix)('a program that does not end', () => {
  it.each([
    ['obeys', ''],
    ['ignores SIGTERM', `process.on('SIGTERM', () => {});`],
  ])(
    'is ended with its children when its time is over, where it %s',
    async (_, stays) => {
      const checkout = aCheckout()
      const task = aTask(`${stays}${breeds(false)}; setInterval(() => {}, 1000)`, {
        'timeout-minutes': 1 / 60,
      })
      const end = await runTask(task, checkout)
      expect(end.failure).toMatch(/^The program did not end within 1 second, and was ended\./)
      expect(isAlive(pidIn(checkout))).toBe(false)
    },
    30_000,
  )

  it('ends at once with its job', async () => {
    const checkout = aCheckout()
    const stop = new AbortController()
    const run = runTask(
      aTask(`process.on('SIGTERM', () => {});${breeds(true)}; setInterval(() => {}, 1000)`),
      checkout,
      stop.signal,
    )
    await eventually(() => existsSync(join(checkout, 'pid')) && pidIn(checkout) > 0)
    stop.abort(new Error('the job was stopped'))
    await expect(run).rejects.toThrow('the job was stopped')
    expect(isAlive(pidIn(checkout))).toBe(false)
  }, 30_000)

  it('is not started for a job that is over', async () => {
    const checkout = aCheckout()
    await expect(
      runTask(aTask(breeds(true)), checkout, AbortSignal.abort(new Error('over'))),
    ).rejects.toThrow('over')
    expect(existsSync(join(checkout, 'pid'))).toBe(false)
  })
})

describe.runIf(hasProc)('what a program leaves behind', () => {
  it.each([
    ['in its own group', false],
    ['as a daemon of its own', true],
  ])(
    'is found and ended %s, and breaks the run',
    async (_, detached) => {
      const checkout = aCheckout()
      const end = await runTask(aTask(`${breeds(detached)}; process.exit(0)`), checkout)
      expect(end.exitCode).toBe(0)
      expect(end.failure).toMatch(/^The program left a process behind \([^)]+\), which the gate ended\./)
      expect(isAlive(pidIn(checkout))).toBe(false)
    },
    30_000,
  )

  it('is no failure when it ends by itself a moment later', async () => {
    const helper = `setTimeout(() => {}, 100)`
    const code = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(helper)}], { stdio: 'ignore' }).unref()`
    expect((await runTask(aTask(`${code}; setTimeout(() => process.exit(0), 50)`))).failure).toBeNull()
  })

  it('does not hold up the end by an output that it keeps open', async () => {
    const code = `require('child_process').spawn('sleep', ['30'], { stdio: 'inherit', detached: true }).unref()`
    const end = await runTask(aTask(code))
    expect(end.failure).toContain('left a process behind (sleep)')
  }, 20_000)
})

/** A gate in small: runs a program, and ends as it is told once that has written its children's pids. */
const aGate = (checkout: string, ending: string): string => `
  import { existsSync, readFileSync } from 'node:fs'
  import { runProgram } from ${JSON.stringify(new URL('../../../src/adapters/process/agent-program.ts', import.meta.url).href)}
  const task = ${JSON.stringify(aTask(`${breeds(true)}; setInterval(() => {}, 1000)`))}
  runProgram(
    { name: 'a', task, checkout: ${JSON.stringify(checkout)}, server: 'http://127.0.0.1:1', model: 'm', options: {} },
    { nowMs: () => performance.now(), signal: new AbortController().signal },
  )
  const pid = ${JSON.stringify(join(checkout, 'pid'))}
  setInterval(() => { if (existsSync(pid) && readFileSync(pid).length > 0) { ${ending} } }, 20)`

describe.runIf(hasProc)('a gate that ends while its program runs', () => {
  it.each([
    ['by itself', 'process.exit(7)', 7],
    ['by a bug', `throw new Error('a bug')`, 1],
  ])('leaves nothing of it behind, also when it ends %s', async (_, ending, expected) => {
    const checkout = aCheckout()
    const gate = spawn(process.execPath, ['--input-type=module', '-e', aGate(checkout, ending)], {
      stdio: 'ignore',
    })
    const [code] = await once(gate, 'exit')
    expect(code).toBe(expected)
    expect(pidIn(checkout)).toBeGreaterThan(0)
    await eventually(() => !isAlive(pidIn(checkout)))
  })
})

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkProgram, runSetup } from '../../../src/adapters/process/agent-program.ts'
import { hasProc } from '../../../src/adapters/process/process-table.ts'
import { MachineError } from '../../../src/errors.ts'
import { aCheckout, aTask, breeds, pidIn } from './an-agent.ts'
import { isAlive } from './is-alive.ts'

const onPosix = process.platform !== 'win32'

describe.runIf(onPosix)('the set-up of a program', () => {
  const setting = () => ({ nowMs: () => performance.now(), signal: new AbortController().signal })
  const node = (code: string) => [process.execPath, '-e', code]

  it('runs in the checkout', async () => {
    const checkout = aCheckout()
    await runSetup(
      aTask('', { setup: node(`require('fs').writeFileSync('built', '')`) }),
      checkout,
      setting(),
    )
    expect(existsSync(join(checkout, 'built'))).toBe(true)
  })

  it.each([
    [
      'fails',
      node(`console.error('no compiler'); process.exit(2)`),
      1,
      /exit code 2\. Its last words:\nno compiler/,
    ],
    ['takes too long', node('setInterval(() => {}, 1000)'), 1 / 60, /did not end within 1 second/],
    ['is not there', ['no-such-tool-anywhere'], 1, /"no-such-tool-anywhere" is not on the PATH/],
  ])(
    'is a broken machine when it %s',
    async (_, setup, minutes, expected) => {
      const done = runSetup(aTask('', { setup, 'setup-minutes': minutes }), aCheckout(), setting())
      await expect(done).rejects.toThrow(MachineError)
      await expect(done).rejects.toThrow(expected)
    },
    20_000,
  )

  it('may leave a daemon of its tools, which is ended', async () => {
    const checkout = aCheckout()
    await runSetup(aTask('', { setup: node(breeds(true)) }), checkout, setting())
    expect(isAlive(pidIn(checkout))).toBe(!hasProc)
  }, 20_000)

  it('has to bring the program itself', () => {
    const checkout = aCheckout()
    const task = aTask('', { command: ['./agent', '--fast'] })
    expect(() => checkProgram(task, checkout)).toThrow(
      /program "\.\/agent --fast" cannot be started: there is no file/,
    )
    writeFileSync(join(checkout, 'agent'), '#!/bin/sh\n', { mode: 0o755 })
    expect(() => checkProgram(task, checkout)).not.toThrow()
  })
})

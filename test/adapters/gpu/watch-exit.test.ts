import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { eventually, stillRunning } from '../../entries/process-table.ts'
import { type FakeNvidiaSmi, type FakeScenario, makeFakeNvidiaSmi } from './fake-nvidia-smi.ts'

const probe = pathToFileURL(join(import.meta.dirname, '../../../src/adapters/gpu/gpu-probe.ts')).href

let smi: FakeNvidiaSmi | null = null
afterEach(() => smi?.remove())

/** One reading and then silence: a tool that never writes again does not notice that its pipe is broken. */
const silent: FakeScenario = { failure: { kind: 'silent', afterTicks: 1 } }

/** A program that watches, says so after the first reading, and then does what `then` says. */
async function aWatcher(then: string, scenario: FakeScenario = silent) {
  const fake = makeFakeNvidiaSmi(scenario)
  smi = fake
  const program = `
    const { openGpuProbe } = await import(${JSON.stringify(probe)})
    const watch = openGpuProbe().watch(100)
    while (watch.lap().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    process.stdout.write('watching\\n')
    ${then}
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: fake.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const over = once(child, 'exit')
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  await Promise.race([once(child.stdout, 'data'), over])
  const [call] = fake.calls().slice(-1)
  return { child, over, pid: call?.pid ?? 0, stderr: () => stderr }
}

/** A killed process is gone a moment after whoever killed it. */
const isGone = (pid: number) => eventually('it is gone', () => stillRunning([pid]).length === 0)

const goOn = 'setInterval(() => {}, 1000)'

describe('the process of a watch', () => {
  it.each([
    ['has nothing left to do', '', 0],
    ['exits', 'process.exit(3)', 3],
    ['throws', 'setTimeout(() => { throw new Error("broken") }, 10)', 1],
    ['rejects', 'void Promise.reject(new Error("broken"))', 1],
    ['stops watching and goes home', 'await watch.stop()', 0],
  ])('ends with a program that %s', async (_what, then, code) => {
    const { over, pid } = await aWatcher(then)
    expect(pid).toBeGreaterThan(0)
    expect(await over).toEqual([code, null])
    await isGone(pid)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with a program that gets %s and does not mind',
    async (signal) => {
      const { child, over, pid } = await aWatcher(goOn)
      expect(stillRunning([pid])).toEqual([pid])
      child.kill(signal)
      expect(await over).toEqual([null, signal])
      await isGone(pid)
    },
  )

  it('ends with its next reading after a program that is killed, since nobody reads its pipe', async () => {
    const { child, over, pid } = await aWatcher(goOn, {})
    child.kill('SIGKILL')
    expect(await over).toEqual([null, 'SIGKILL'])
    await isGone(pid)
  })

  it('lives on while a program puts its things in order after a signal', async () => {
    const inOrder = `
      ${goOn}
      process.on('SIGTERM', async () => {
        watch.lap()
        while (watch.lap().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
        await watch.stop()
        process.exit(watch.trouble() === null ? 7 : 8)
      })
      process.stdout.write('listening\\n')
    `
    const { child, over, pid } = await aWatcher(inOrder, {})
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await over).toEqual([7, null])
    await isGone(pid)
  })

  it('is in a group of its own, so that Ctrl-C in a terminal is not meant for it', async () => {
    const { child, over, pid } = await aWatcher(goOn)
    // A group is led by the process that has its number.
    expect(() => process.kill(-pid, 0)).not.toThrow()
    child.kill('SIGTERM')
    await over
  })
})

import { type ChildProcess, exec, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { inTime } from '../../../src/adapters/host/time-limit.ts'
import { endNoted } from './end-noted.ts'

const folder = mkdtempSync(join(tmpdir(), 'time-limit-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A program that hangs, and tells when it has begun. */
function hang(): ChildProcess {
  return spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
}

const ending = async (child: ChildProcess): Promise<unknown> => {
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit')
  return child.signalCode ?? child.exitCode
}

describe('inTime', () => {
  it.each([
    ['an answer', async () => 42, 42],
    ['a failure is no answer', () => Promise.reject(new Error('no such tool')), null],
    ['a failure at once neither', () => JSON.parse('{'), null],
  ])('%s', async (_, ask, answer) => {
    expect(await inTime<unknown>(ask)).toBe(answer)
  })

  it('gives up what hangs, and ends the programs that it started, and no others', async () => {
    const foreign = hang()
    let own: ChildProcess | null = null
    const answer = await inTime(async () => {
      await wait(10)
      own = hang()
      await once(own, 'exit')
      return 'ended'
    }, 300)
    expect(answer).toBe(null)
    expect(own && (await ending(own))).toBe('SIGKILL')
    expect(foreign.signalCode).toBe(null)
    foreign.kill()
    await ending(foreign)
  })

  it('leaves a program alone that ends in time', async () => {
    expect(await inTime(async () => (await once(exec('exit 3'), 'exit'))[0])).toBe(3)
  })

  it('does not keep this process from ending, even where a program of a program holds its pipes', async () => {
    const notes = join(folder, 'notes')
    const module = join(import.meta.dirname, '../../../src/adapters/host/time-limit.ts')
    const script = `import { exec } from 'node:child_process'
      import { inTime } from ${JSON.stringify(module)}
      const hang = (then) => exec("sh -c 'echo $$ >> ${notes}; exec sleep 60'; true", then)
      console.log(await inTime(() => new Promise((done) => hang(() => hang(done))), 200))`
    const startMs = performance.now()
    const child = spawn(process.execPath, ['--input-type=module', '-e', script])
    const said = (await child.stdout.toArray()).join('')
    expect(said).toBe('null\n')
    expect(performance.now() - startMs).toBeLessThan(25_000)
    endNoted(notes)
  })
})

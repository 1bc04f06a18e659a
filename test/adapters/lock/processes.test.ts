import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aStage, type Contender, type Stage, take } from './a-contender.ts'

let stage: Stage
beforeEach(() => {
  stage = aStage()
})
afterEach(() => stage.clear())

describe('many processes', () => {
  it('never have the lock at once, though holders are killed and all rush to take their place', async () => {
    const [workers, rounds] = [4, 15]
    const doomed = Array.from({ length: 4 }, () => stage.start('hang'))
    const busy = Array.from({ length: workers }, () => stage.start('work', { rounds }))
    const kill = async (one: Contender) => {
      await one.says('inside')
      one.child.kill('SIGKILL')
    }
    await Promise.all(doomed.map(kill))
    expect(await Promise.all(busy.map((one) => one.end()))).toEqual(busy.map(() => 0))
    for (const one of [...busy, ...doomed]) expect(one.said()).not.toMatch(/overlap|lost/)
    expect(Number(readFileSync(join(stage.stage, 'counter'), 'utf8'))).toBe(workers * rounds)
    await (await take(stage.folder)).release()
  }, 120_000)
})

describe('signals', () => {
  const free = async () => (await take(stage.folder)).release()

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a first %s is left to the job', async (name) => {
    const job = stage.start('serve')
    await job.says('inside')
    job.child.kill(name)
    expect(await job.end()).toBe(7)
    expect(job.said()).toContain('orderly')
    expect(readdirSync(stage.folder)).toEqual([])
  })

  it('a second one ends the job at once, and frees the lock', async () => {
    const job = stage.start('serve')
    await job.says('inside')
    job.child.kill('SIGINT')
    await job.says('told SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 600))
    job.child.kill('SIGINT')
    expect(await job.end()).toBe(130)
    expect(job.said()).not.toContain('orderly')
    await free()
  })

  it('a job that listens to no signal dies by it, and frees the lock', async () => {
    const job = stage.start('hang')
    await job.says('inside')
    job.child.kill('SIGTERM')
    expect(await job.end()).toBe('SIGTERM')
    await free()
  })
})

/** What stands for another user of the machine; only root can play one. */
const nobody = 65_534

describe.skipIf(process.getuid?.() !== 0)('several users (needs root)', () => {
  beforeEach(() => chmodSync(stage.stage, 0o777))

  it.each([
    ['root clears away what another user left', nobody, undefined],
    ['another user clears away what root left', undefined, nobody],
  ])('%s', async (_, first, second) => {
    const holder = stage.start('hang', first === undefined ? {} : { uid: first })
    await holder.says('inside')
    const early = stage.start('attempt', second === undefined ? {} : { uid: second })
    await early.end()
    expect(early.said()).toMatch(/in use by contender hang \(process \d+, begun/)
    holder.child.kill('SIGKILL')
    await holder.end()
    const late = stage.start('attempt', second === undefined ? {} : { uid: second })
    await late.end()
    expect(late.said()).toBe('taken\n')
  })

  it('says what to do when this user cannot write to the folder', async () => {
    mkdirSync(stage.folder, { mode: 0o755 })
    const job = stage.start('attempt', { uid: nobody })
    await job.end()
    expect(job.said()).toBe(
      `This user cannot write to ${stage.folder}. Jobs keep the lock of this machine's GPU there. Let its owner run: chmod 777 ${stage.folder}, or set OLLAMA_PERF_GATE_STATE to another folder, the same one for every job of this machine.\n`,
    )
  })

  it('does not go past a dead lock that it may not clear away', async () => {
    const holder = stage.start('hang')
    await holder.says('inside')
    holder.child.kill('SIGKILL')
    await holder.end()
    chmodSync(stage.folder, 0o1777)
    const job = stage.start('attempt', { uid: nobody })
    await job.end()
    expect(job.said()).toMatch(/^Cannot clear away the lock that a dead job left: EPERM.+ Remove .+\.lock/)
  })
})

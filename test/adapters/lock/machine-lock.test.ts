import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { claimantOf } from '../../../src/adapters/lock/claimant.ts'
import { MachineError } from '../../../src/errors.ts'
import { aStage, layClaim, type Stage, take } from './a-contender.ts'

/** Each with a stage of its own, since they wait for heartbeats at the same time. */
const it = test.extend<{ stage: Stage }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern, even where nothing is asked for.
  stage: async ({}, use) => {
    const stage = aStage()
    await use(stage)
    await stage.clear()
  },
})

/** A claim's words, of this very process unless told otherwise. */
const anOwner = async (overrides: object = {}) => ({
  ...(await claimantOf(process.pid)),
  what: 'owner/repo run 7, job gate',
  since: '2026-01-02T03:04:05Z',
  ...overrides,
})

/** A process number that nobody has: of a process that has ended. */
async function deadPid(stage: Stage): Promise<number> {
  const one = stage.start('attempt')
  await one.end()
  return one.child.pid ?? 0
}

describe.concurrent('takeMachineLock', () => {
  it('takes a free lock, and leaves nothing when it is released', async ({ stage, expect }) => {
    const lock = await take(stage.folder)
    expect(readdirSync(stage.folder)).toHaveLength(2)
    await lock.release()
    expect(readdirSync(stage.folder)).toEqual([])
  })

  it('waits until the holder has released it, and says once who that is', async ({ stage, expect }) => {
    const told: string[] = []
    const first = await take(stage.folder, {
      holder: { what: 'owner/repo run 7, job gate', pid: process.pid, since: '2026-01-02T03:04:05Z' },
    })
    const waiting = take(stage.folder, { waitMs: 60_000, onWait: (sentence) => told.push(sentence) })
    await wait(2500)
    await first.release()
    await (await waiting).release()
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(
      new RegExp(
        `^Waiting for the GPU of this machine, which is in use by owner/repo run 7, job gate \\(process ${process.pid}, begun 2026-01-02 03:04 UTC, .+ ago\\)\\.$`,
      ),
    )
  })

  it('gives up at once without a time to wait, naming who has it and what to do', async ({
    stage,
    expect,
  }) => {
    const holder = stage.start('hang')
    await holder.says('inside')
    const failure = await take(stage.folder).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MachineError)
    expect(String(failure)).toMatch(
      new RegExp(
        `The GPU of this machine is in use by contender hang \\(process ${holder.child.pid}, begun .+, less than a minute ago\\)\\. .+ Let that job end`,
      ),
    )
  })

  it('gives up when it has waited long enough', async ({ stage, expect }) => {
    const first = await take(stage.folder)
    const startMs = performance.now()
    await expect(take(stage.folder, { waitMs: 1500 })).rejects.toThrow(/was in use for less than a minute by/)
    expect(performance.now() - startMs).toBeGreaterThan(1400)
    await first.release()
  })

  it('stops waiting for the reason of its signal, and leaves no claim', async ({ stage, expect }) => {
    const first = await take(stage.folder)
    const stop = new AbortController()
    const reason = new Error('SIGINT')
    const waiting = take(stage.folder, { waitMs: 60_000, signal: stop.signal })
    setTimeout(() => stop.abort(reason), 200)
    await expect(waiting).rejects.toBe(reason)
    await first.release()
    expect(readdirSync(stage.folder)).toEqual([])
  })

  it('does not begin under a signal that has aborted', async ({ stage, expect }) => {
    const reason = new Error('SIGTERM')
    await expect(take(stage.folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(existsSync(stage.folder) ? readdirSync(stage.folder) : []).toEqual([])
  })

  it('is not held up by a holder that was killed', async ({ stage, expect }) => {
    const holder = stage.start('hang')
    await holder.says('inside')
    holder.child.kill('SIGKILL')
    await holder.end()
    expect(readdirSync(stage.folder)).toHaveLength(2)
    await (await take(stage.folder)).release()
    expect(readdirSync(stage.folder)).toEqual([])
  })

  it('shows the holder by what it may show: one line, no control characters', async ({ stage, expect }) => {
    layClaim(stage.folder, await anOwner({ what: 'a\n::error::b\u001b[31m\u202e' }))
    await expect(take(stage.folder)).rejects.toThrow(/in use by a ::error::b \[31m \(process/)
  })

  it('waits for a holder whose words it cannot read, as long as it shows that it lives', async ({
    stage,
    expect,
  }) => {
    layClaim(stage.folder, '{"what":')
    await expect(take(stage.folder)).rejects.toThrow('in use by another job, whose name cannot be read')
  })

  it('sweeps up words that ended jobs left an hour ago, and no others', async ({ stage, expect }) => {
    await (await take(stage.folder)).release()
    const [old, recent, foreign] = ['gpu-old.json', 'gpu-recent.json', 'registry.json'].map((name) =>
      join(stage.folder, name),
    )
    for (const file of [old, recent, foreign]) writeFileSync(String(file), '{}')
    for (const file of [old, foreign]) utimesSync(String(file), 1000, 1000)
    await (await take(stage.folder)).release()
    expect(readdirSync(stage.folder).sort()).toEqual(['gpu-recent.json', 'registry.json'])
  })
})

describe.concurrent('a held lock', () => {
  it('tells once that it was lost when its folder is removed, and can still be released', async ({
    stage,
    expect,
  }) => {
    const lost: string[] = []
    const lock = await take(stage.folder, { onLost: (reason) => lost.push(reason) })
    rmSync(stage.folder, { recursive: true })
    while (lost.length === 0) await wait(50)
    await wait(6000)
    expect(lost).toEqual([expect.stringMatching(/^This job lost the lock of the machine's GPU: ENOENT/)])
    await lock.release()
    await lock.release()
  })

  it('tells of no loss after its release', async ({ stage, expect }) => {
    const lost: string[] = []
    const lock = await take(stage.folder, { onLost: (reason) => lost.push(reason) })
    await lock.release()
    rmSync(stage.folder, { recursive: true })
    await wait(6000)
    expect(lost).toEqual([])
  })
})

describe.concurrent('a holder that may be dead', () => {
  const linux = it.skipIf(process.platform !== 'linux')

  linux('is dead when another process has its number by now', async ({ stage }) => {
    layClaim(stage.folder, await anOwner({ started: '1' }))
    await (await take(stage.folder)).release()
  })

  linux('is dead as a zombie, which nobody has buried', async ({ stage, expect }) => {
    const { spawn } = await import('node:child_process')
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], { detached: true })
    try {
      const [line] = (await parent.stdout.take(1).toArray()) as Buffer[]
      const owner = await anOwner(await claimantOf(Number(line)))
      layClaim(stage.folder, owner)
      await expect(take(stage.folder)).rejects.toThrow(/in use by owner/)
      process.kill(owner.pid, 'SIGKILL')
      await wait(200)
      expect(process.kill(owner.pid, 0)).toBe(true)
      await (await take(stage.folder)).release()
    } finally {
      process.kill(-(parent.pid ?? 0), 'SIGKILL')
    }
  })

  linux(
    'lives while its process does, though it has shown nothing for an hour (it was stopped)',
    async ({ stage, expect }) => {
      layClaim(stage.folder, await anOwner(), 3_600_000)
      await expect(take(stage.folder)).rejects.toThrow(/in use by owner/)
    },
  )

  it('lives in another container as long as it shows that, whatever number it has', async ({
    stage,
    expect,
  }) => {
    layClaim(stage.folder, await anOwner({ pid: await deadPid(stage), place: 'boot pid:[7]' }))
    await expect(take(stage.folder)).rejects.toThrow(/in use by owner.+ in another container, begun/)
  })

  it('is dead in another container that shows nothing while it is watched, even without a time to wait', async ({
    stage,
    expect,
  }) => {
    layClaim(stage.folder, await anOwner({ place: 'boot pid:[7]' }), 60_000)
    const startMs = performance.now()
    await (await take(stage.folder)).release()
    expect(performance.now() - startMs).toBeGreaterThan(9000)
  })

  it.for([
    ['an hour ago', 3_600_000],
    ['in an hour', -3_600_000],
  ] as const)(
    'lives in another container when it shows that again, after a wall clock that puts it %s',
    async ([, agoMs], { stage, expect }) => {
      const { beat } = layClaim(stage.folder, await anOwner({ place: 'boot pid:[7]' }), agoMs)
      setTimeout(beat, 2000)
      await expect(take(stage.folder)).rejects.toThrow(/in use by owner/)
    },
  )
})

/** A job that wants the lock, as a process of its own: `node contender.ts <folder> <stage> <act> [rounds]`. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type MachineLock, takeMachineLock } from '../../../src/adapters/lock/machine-lock.ts'
import { GateError, messageOf } from '../../../src/errors.ts'
import { stopOnSignals } from '../../../src/stop-signal.ts'

const [folder = '', stage = '', act = '', rounds = '1'] = process.argv.slice(2)
const inside = join(stage, 'inside')
const counter = join(stage, 'counter')

const take = (waitMs: number): Promise<MachineLock> =>
  takeMachineLock({
    folder,
    holder: { what: `contender ${act}`, pid: process.pid, since: new Date().toISOString() },
    waitMs,
    onWait: () => undefined,
    onLost: (reason) => console.log(`lost ${reason}`),
    signal: new AbortController().signal,
  })

/** As hard as can be: asks again and again, with hardly a pause. */
async function takeGreedily(): Promise<MachineLock> {
  for (;;) {
    try {
      return await take(0)
    } catch (error) {
      if (!(error instanceof GateError)) throw error
      await wait(Math.random() * 10)
    }
  }
}

/** A killed process keeps its number until its parent has taken note. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return !/\) [ZX] /.test(stat)
}

/** Tells when somebody else is inside who lives. */
async function enter(): Promise<void> {
  try {
    await writeFile(inside, String(process.pid), { flag: 'wx' })
  } catch {
    const other = Number(await readFile(inside, 'utf8'))
    if (await isAlive(other)) console.log(`overlap with ${other}`)
    await writeFile(inside, String(process.pid))
  }
}

async function work(): Promise<void> {
  for (let round = 0; round < Number(rounds); round += 1) {
    const lock = await takeGreedily()
    await enter()
    const count = Number(await readFile(counter, 'utf8'))
    await wait(Math.random() * 5)
    await writeFile(counter, String(count + 1))
    await rm(inside)
    await lock.release()
  }
}

const untilKilled = () => wait(600_000)

async function hang(): Promise<void> {
  await takeGreedily()
  await enter()
  console.log('inside')
  await untilKilled()
}

/** Ends in an orderly way a second after the first signal, as a job does. */
async function serve(): Promise<void> {
  const signal = stopOnSignals((name) => console.log(`told ${name}`))
  const lock = await take(0)
  console.log('inside')
  await wait(600_000, undefined, { signal }).catch(() => undefined)
  await wait(1000)
  await lock.release()
  console.log('orderly')
  process.exit(7)
}

async function attempt(): Promise<void> {
  try {
    await (await take(0)).release()
    console.log('taken')
  } catch (error) {
    console.log(messageOf(error))
  }
}

const acts: Record<string, () => Promise<unknown>> = { work, hang, serve, attempt }
await acts[act]?.()

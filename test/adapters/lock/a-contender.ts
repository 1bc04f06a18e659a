/** Starts jobs that want the lock, and ends them with the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type LockRequest,
  type MachineLock,
  takeMachineLock,
} from '../../../src/adapters/lock/machine-lock.ts'

const program = join(import.meta.dirname, 'contender.ts')

/** A running job; `said` is all it wrote. */
export interface Contender {
  readonly child: ChildProcess
  said(): string
  /** Waits until it wrote this. */
  says(text: string): Promise<void>
  /** Its exit code, or the name of the signal that ended it. */
  end(): Promise<number | string>
}

/** What a test has: folders of its own, and all that it started. */
export interface Stage {
  readonly folder: string
  readonly stage: string
  start(act: string, options?: { readonly rounds?: number; readonly uid?: number }): Contender
  clear(): Promise<void>
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

function contender(child: ChildProcess): Contender {
  let text = ''
  const collect = (chunk: Buffer) => {
    text += chunk.toString('utf8')
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  return {
    child,
    said: () => text,
    async says(wanted) {
      while (!text.includes(wanted)) {
        if (isOver(child)) throw new Error(`It ended without saying ${wanted}: ${text}`)
        await wait(10)
      }
    },
    async end() {
      if (!isOver(child)) await once(child, 'exit')
      return child.exitCode ?? child.signalCode ?? ''
    },
  }
}

/** An empty stage; the lock's folder is not made yet. */
export function aStage(): Stage {
  const stage = mkdtempSync(join(tmpdir(), 'machine-lock-'))
  const folder = join(stage, 'state')
  writeFileSync(join(stage, 'counter'), '0')
  const started: Contender[] = []
  return {
    folder,
    stage,
    start(act, { rounds = 1, uid } = {}) {
      const child = spawn(process.execPath, [program, folder, stage, act, String(rounds)], {
        ...(uid === undefined ? {} : { uid }),
      })
      const one = contender(child)
      started.push(one)
      return one
    },
    async clear() {
      for (const { child } of started) child.kill('SIGKILL')
      await Promise.all(started.map((one) => one.end()))
      rmSync(stage, { recursive: true, force: true })
    },
  }
}

/** Asks for the lock from this process. */
export const take = (folder: string, request: Partial<LockRequest> = {}): Promise<MachineLock> =>
  takeMachineLock({
    folder,
    holder: { what: 'the test', pid: process.pid, since: new Date().toISOString() },
    waitMs: 0,
    onWait: () => undefined,
    onLost: () => undefined,
    signal: new AbortController().signal,
    ...request,
  })

/** Lays down a claim as another process would have; `beatAgoMs` is how old its last heartbeat is. */
export function layClaim(folder: string, owner: unknown, beatAgoMs = 0): { beat(): void; path: string } {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `gpu-${Math.random()}.json.lock`)
  writeFileSync(path.slice(0, -'.lock'.length), typeof owner === 'string' ? owner : JSON.stringify(owner))
  mkdirSync(path)
  const beat = (agoMs = 0) => {
    const moment = new Date(Date.now() - agoMs)
    utimesSync(path, moment, moment)
  }
  beat(beatAgoMs)
  return { beat, path }
}

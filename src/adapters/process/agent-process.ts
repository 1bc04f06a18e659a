/** One run of a program that is not ours, from its start to the last process of it. Knows no contract. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import { formatMinutes } from '../../model/number-format.ts'
import { type AgentCommand, whyNotStartable } from './agent-command.ts'
import { watchMemory } from './agent-memory.ts'
import { lastWords } from './agent-output.ts'
import { namesOf, type Remains, remainsOf } from './agent-remains.ts'
import { hasGroups } from './process-table.ts'

/** What is asked to end may close its files; one that is given up with its job has no time for that. */
const politeMs = 5000
const hurriedMs = 1000
/** Helpers of a program that has just ended, such as a pool of workers, see that a moment later. */
const graceMs = 1000
const pollMs = 50
/** A pipe that somebody else holds open has no end. */
const drainMs = 500

/** What to run: `env` is the whole environment, which carries the mark; `subject` begins what is said of it. */
export interface AgentOrder extends AgentCommand {
  readonly subject: string
  readonly env: Readonly<Record<string, string>>
  readonly mark: string
  readonly limitMs: number
  readonly nowMs: () => number
}

/**
 * How a run ended. `trouble` says what was wrong with it, in sentences without the program's own words; null for exit
 * code 0 in time, with nothing left behind. `words` are the last lines of its output: text that others wrote.
 */
export interface AgentEnd {
  readonly startedMs: number
  readonly endedMs: number
  readonly exitCode: number | null
  readonly isLate: boolean
  readonly peakRssBytes: number | null
  readonly trouble: string | null
  readonly words: readonly string[]
}

type Child = ChildProcessByStdio<null, Readable, Readable>

const running = new Set<Remains>()

function killAll(): void {
  for (const remains of running) remains.kill()
}

/** As long as `running` holds them they do not outlive this process's exit. */
function endWithUs(remains: Remains): () => void {
  if (running.size === 0) process.on('exit', killAll)
  running.add(remains)
  return () => {
    running.delete(remains)
    if (running.size === 0) process.off('exit', killAll)
  }
}

/** What the system says instead where it refuses to start it. */
async function start({ argv, checkout, env }: AgentOrder): Promise<Child | string> {
  const [file = '', ...args] = argv
  try {
    const child = spawn(file, args, {
      cwd: checkout,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: hasGroups,
      windowsHide: true,
    })
    if (child.pid !== undefined) return child
    const [error] = await once(child, 'error')
    return messageOf(error)
  } catch (error) {
    return messageOf(error)
  }
}

interface Running {
  readonly remains: Remains
  readonly order: AgentOrder
}

/** Ends the program when its time is over, or the job is; gives whether its time was. */
async function limit(
  { remains, order: { limitMs } }: Running,
  over: AbortSignal,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await wait(limitMs, undefined, { signal: AbortSignal.any([over, signal]) })
    await remains.end(() => (signal.aborted ? hurriedMs : politeMs))
    return true
  } catch {
    if (signal.aborted) await remains.end(() => hurriedMs)
    return false
  }
}

/** What is still there a while after the program's end, and is ended then. */
async function endLeftBehind(
  remains: Remains,
  { subject }: AgentOrder,
  signal: AbortSignal,
): Promise<string | null> {
  const startMs = performance.now()
  let left = await remains.list()
  while (left.length > 0 && performance.now() - startMs < graceMs && !signal.aborted) {
    await wait(pollMs)
    left = await remains.list()
  }
  if (left.length === 0) return null
  const names = namesOf(left)
  const stubborn = await remains.end(() => (signal.aborted ? hurriedMs : politeMs))
  const what = `${subject} left ${left.length === 1 ? 'a process' : `${left.length} processes`} behind (${names}), `
  return stubborn.length === 0
    ? `${what}which the gate ended.`
    : `${what}and ${stubborn.length} of them could not be ended (${stubborn.join(', ')}).`
}

function endingOf({ exitCode, signalCode }: Child, { subject }: AgentOrder): string | null {
  if (signalCode !== null) return `${subject} was ended by ${signalCode}.`
  return exitCode === 0 ? null : `${subject} ended with exit code ${exitCode}.`
}

async function drained(child: Child, closed: Promise<unknown>): Promise<void> {
  await Promise.race([closed, wait(drainMs, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()
}

/** Waits for the end, or until nothing more can be done for it; gives whether its time was over before. */
async function ended(child: Child, program: Running, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController()
  const limited = limit(program, over.signal, signal)
  const exited = once(child, 'exit').then(() => over.abort())
  await Promise.race([exited, limited])
  return limited
}

async function follow(
  child: Child,
  order: AgentOrder,
  signal: AbortSignal,
): Promise<Omit<AgentEnd, 'startedMs'>> {
  const { pid = 0 } = child
  const remains = remainsOf(pid, child, order.mark)
  const release = endWithUs(remains)
  const memory = watchMemory(pid)
  const words = lastWords([child.stdout, child.stderr])
  const closed = once(child, 'close')
  let endedMs: number | null = null
  child.once('exit', () => {
    endedMs = order.nowMs()
  })
  const isLate = await ended(child, { remains, order }, signal)
  endedMs ??= order.nowMs()
  const peakRssBytes = memory()
  const late = isLate
    ? `${order.subject} did not end within ${formatMinutes(order.limitMs / 60_000)}, and was ended.`
    : null
  const left = await endLeftBehind(remains, order, signal)
  release()
  await drained(child, closed)
  const trouble = [late ?? endingOf(child, order), left].filter((one) => one !== null).join(' ') || null
  return { endedMs, exitCode: child.exitCode, isLate, peakRssBytes, trouble, words: words() }
}

/**
 * Runs a program to its end, without a shell. Rejects with the signal's reason only, when nothing of the program is left;
 * whatever else happens is in the result.
 */
export async function runAgent(order: AgentOrder, signal: AbortSignal): Promise<AgentEnd> {
  signal.throwIfAborted()
  const why = whyNotStartable(order, order.env.PATH ?? '')
  const startedMs = order.nowMs()
  const child = why ?? (await start(order))
  if (typeof child === 'string')
    return {
      startedMs,
      endedMs: order.nowMs(),
      exitCode: null,
      isLate: false,
      peakRssBytes: null,
      trouble: `${order.subject} could not be started: ${child}.`,
      words: [],
    }
  const end = await follow(child, order, signal)
  signal.throwIfAborted()
  return { startedMs, ...end }
}

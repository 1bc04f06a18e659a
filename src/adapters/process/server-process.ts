/** One server that we start: from its command to its address, and to its end. Knows nothing of what it serves. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { MachineError, messageOf } from '../../errors.ts'
import type { Problem } from '../../model/problem.ts'
import { lastLines } from './last-lines.ts'
import { endProcess, endWithUs, isOver, patienceOf } from './process-group.ts'
import { hasGroups } from './process-table.ts'
import { scrubbedEnvironment } from './scrubbed-environment.ts'

/** Loading an inference library on a busy machine takes long; a server that needs longer than this is stuck. */
const readyMs = 120_000
/** It has nothing to write down: it only frees its memory. */
const politeMs = 5000

/** A command of this version of Node, and a name for messages. */
export interface ServerCommand {
  readonly name: string
  readonly args: readonly string[]
  /** Whether an end must be quick, since the job itself was told to end. */
  readonly isHurried: () => boolean
}

/** A server that answers at `url`. */
export interface ServerProcess {
  readonly url: string
  /** It leads a group of its own where there are groups; null once it is over, and its number free for others. */
  pid(): number | null
  /** How it ended without being stopped, with its last words, in one sentence; null while it runs. */
  trouble(): string | null
  stop(): Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** The address in a line like {"listening":"http://127.0.0.1:1234"}; null in any other line. */
function addressIn(line: string): string | null {
  try {
    const said: unknown = JSON.parse(line)
    const isReady = said !== null && typeof said === 'object' && 'listening' in said
    return isReady && typeof said.listening === 'string' ? said.listening : null
  } catch {
    return null
  }
}

/** Reads on after the address has come: a pipe that nobody reads would stop the server. */
function address(child: Child): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const url = addressIn(line)
    if (url !== null) resolve(url)
  })
  return promise
}

function endingOf({ exitCode, signalCode }: ChildProcess): string | null {
  if (signalCode !== null) return `it was ended by ${signalCode}`
  return exitCode === null ? null : `it ended with exit code ${exitCode}`
}

/** Rejects when the process ends, which it should not do before it is stopped. */
async function unexpectedEnd(child: Child, signal: AbortSignal): Promise<never> {
  await once(child, 'close', { signal })
  throw new Error(endingOf(child) ?? 'it ended')
}

function launch({ args }: ServerCommand): Child {
  const child = spawn(process.execPath, [...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: hasGroups,
    windowsHide: true,
    env: scrubbedEnvironment(process.env),
  })
  // The pipe is only there to break when we die; that it breaks when the server dies first is no news.
  child.stdin.on('error', () => undefined)
  endWithUs(child)
  return child
}

/** One line is a server's own clear message; several are a crash, which is told whole. */
function startProblem({ name }: ServerCommand, ending: string, said: readonly string[]): Problem {
  const [only] = said.length === 1 ? said : []
  const what = `${name} did not start: ${(only ?? ending).replace(/\.$/, '')}.`
  if (only !== undefined) return { what, why: `So ${ending}.` }
  return said.length === 0 ? { what } : { what, why: `Its last words:\n${said.join('\n')}\n` }
}

function handle(
  { name, isHurried }: ServerCommand,
  child: Child,
  { url, said }: { readonly url: string; readonly said: () => readonly string[] },
): ServerProcess {
  let isAsked = false
  return {
    url,
    pid: () => (isOver(child) ? null : (child.pid ?? null)),
    trouble: () => {
      const ending = endingOf(child)
      if (ending === null || isAsked) return null
      return [`${name} on ${url} ended by itself: ${ending}.`, said().slice(-3).join(' / ')].join(' ').trim()
    },
    stop: () => {
      isAsked = true
      return endProcess(child, patienceOf(politeMs, isHurried))
    },
  }
}

/**
 * Starts a server and waits until it says where it listens. Throws MachineError with the server's own last words when
 * it does not, and the signal's reason when that aborts; then nothing of the server is left.
 */
export async function startServerProcess(
  command: ServerCommand,
  signal?: AbortSignal,
): Promise<ServerProcess> {
  signal?.throwIfAborted()
  const child = launch(command)
  const said = lastLines(child.stderr)
  const settled = new AbortController()
  const late = AbortSignal.timeout(readyMs)
  const giveUp = AbortSignal.any([settled.signal, late, ...(signal ? [signal] : [])])
  try {
    const url = await Promise.race([address(child), unexpectedEnd(child, giveUp)])
    return handle(command, child, { url, said })
  } catch (error) {
    await endProcess(child, patienceOf(politeMs, command.isHurried))
    signal?.throwIfAborted()
    const why = late.aborted ? `it was not ready after ${readyMs / 1000} s` : messageOf(error)
    throw new MachineError([startProblem(command, why, said())], { cause: error })
  } finally {
    settled.abort()
  }
}

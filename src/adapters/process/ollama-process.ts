/** The process of an Ollama server, from its command to its end. Does not ask whether it answers. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { parse } from 'node:path'
import { endWithUs, type OwnGroup, ownGroup, patienceOf } from './process-group.ts'
import { hasGroups } from './process-table.ts'

/** What to run: `logFd` is the file that it writes to itself. */
export interface OllamaCommand {
  readonly file: string
  readonly env: Readonly<Record<string, string>>
  readonly logFd: number
}

/** A process that was started; its children are in its group. */
export interface OllamaProcess {
  readonly pid: number
  /** Aborts when it ends. */
  readonly over: AbortSignal
  /** How it ended, as the end of a sentence; null while it runs. */
  ending(): string | null
  readonly membersAmong: OwnGroup['membersAmong']
  /** Ends it with its children; gives those that are left all the same. Never rejects; can be called again later. */
  end(isHurried: () => boolean): Promise<readonly number[]>
}

/** Unloading takes the end of its children, and up to 5 s for the GPU's memory (OLLAMA section 1). */
const patienceMs = 10_000

function endingOf({ exitCode, signalCode }: ChildProcess): string | null {
  if (signalCode !== null) return `was ended by ${signalCode}`
  return exitCode === null ? null : `ended with exit code ${exitCode}`
}

/** Starts `ollama serve` as the leader of its own group. Rejects with what the system says when it cannot. */
export async function launchOllama({ file, env, logFd }: OllamaCommand): Promise<OllamaProcess> {
  const child = spawn(file, ['serve'], {
    // Not the checkout: from 0.30 on Ollama looks for its own parts below the working folder too.
    cwd: parse(process.cwd()).root,
    env,
    stdio: ['ignore', logFd, logFd],
    detached: hasGroups,
    windowsHide: true,
  })
  const { pid } = child
  if (pid === undefined) {
    const [error] = await once(child, 'error')
    throw error
  }
  endWithUs(child)
  const group = ownGroup(pid, child)
  const over = new AbortController()
  child.once('exit', () => over.abort())
  return {
    pid,
    over: over.signal,
    ending: () => endingOf(child),
    membersAmong: group.membersAmong,
    end: (isHurried) => group.end(patienceOf(patienceMs, isHurried)),
  }
}

/** A process of ours as its starter sees it: exit code, what it says, signals. Knows no entry in particular. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterTheTests } from './clean-up.ts'
import { stateFolderFor } from './machine-state.ts'
import { eventually } from './process-table.ts'

/** How a process ended; `code` is null when a signal ended it. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process that was started; it does not outlive the tests. */
export interface EntryProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Standard output so far. */
  stdout(): string
  /** Waits until standard output and error together hold the words. */
  says(words: string | RegExp): Promise<void>
}

/**
 * Where a process runs. Its environment has PATH and HOME, and nothing of the CI system that runs this test; the machine
 * that it shares with other jobs is its workspace's own (machine-state.ts).
 */
export interface Surroundings {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

const bareEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'SYSTEMROOT'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** Starts this version of Node with the given arguments. */
export function startNode(args: readonly string[], { cwd, env = {} }: Surroundings): EntryProcess {
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { ...bareEnvironment(), OLLAMA_PERF_GATE_STATE: stateFolderFor(cwd), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8')
    child[stream].on('data', (text: string) => {
      said[stream] += text
    })
  }
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      ...said,
    }),
  )
  afterTheTests(() => {
    child.kill('SIGKILL')
  })
  const all = () => said.stdout + said.stderr
  return {
    child,
    ended,
    stdout: () => said.stdout,
    says: (words) =>
      eventually(`it says ${words}, not: ${all()}`, () =>
        typeof words === 'string' ? all().includes(words) : words.test(all()),
      ),
  }
}

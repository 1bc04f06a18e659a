/** Runs a tool to its end, within a limit, in its own process group. Knows nothing of what it prints. */
import { setTimeout as wait } from 'node:timers/promises'

/** A program by its full path; `limitMs` is how long it may take to answer. */
export interface ToolCall {
  readonly file: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly limitMs: number
  readonly signal?: AbortSignal | undefined
}

/** What came of it. `late` covers a tool that cannot even be killed, as one whose driver hangs. */
export type ToolOutcome =
  | {
      readonly kind: 'ended'
      readonly exitCode: number | null
      readonly signal: string | null
      readonly stdout: string
      readonly stderr: string
    }
  | { readonly kind: 'late'; readonly limitMs: number }
  | { readonly kind: 'unstartable'; readonly message: string }
  | { readonly kind: 'endless'; readonly most: number }

/** Characters of output: a host of 16 devices prints about 400,000 as JSON. */
const mostOutput = 4_000_000

/** What a killed process gets to be gone, before it is left to itself. */
const graceMs = 2000

/**
 * Options of every process of this room: an own group, so that Ctrl-C in a terminal is not meant for it, ended with us, and
 * with SIGKILL, since it holds nothing that wants to be put in order.
 */
export const ownGroup = {
  extendEnv: false,
  stdin: 'ignore',
  reject: false,
  cleanup: true,
  killDescendants: true,
  killSignal: 'SIGKILL',
  forceKillAfterDelay: false,
} as const

/** A process that never came to be, with the system's reason. */
export const unstartable = (result: {
  readonly originalMessage?: string | undefined
  readonly code?: string | undefined
}): ToolOutcome => ({
  kind: 'unstartable',
  message: result.originalMessage ?? result.code ?? 'no reason was given',
})

async function start({ file, args, env, limitMs, signal }: ToolCall) {
  const { execa } = await import('execa')
  return {
    child: execa(file, args, {
      ...ownGroup,
      env,
      timeout: limitMs,
      maxBuffer: mostOutput,
      ...(signal ? { cancelSignal: signal } : {}),
    }),
  }
}

type Started = Awaited<ReturnType<typeof start>>['child']

/** A process that does not die must not keep ours alive. */
function letGo(child: Started): void {
  child.nodeChildProcess.unref()
  child.stdout.destroy()
  child.stderr.destroy()
}

function outcomeOf(result: Awaited<Started>, limitMs: number): ToolOutcome {
  if (result.timedOut) return { kind: 'late', limitMs }
  if (result.isMaxBuffer) return { kind: 'endless', most: mostOutput }
  const { exitCode, signal, stdout, stderr } = result
  if (exitCode === undefined && signal === undefined) {
    return unstartable(result)
  }
  return { kind: 'ended', exitCode: exitCode ?? null, signal: signal ?? null, stdout, stderr }
}

/** Rejects only with the signal's reason, when that aborts. */
export async function runTool(call: ToolCall): Promise<ToolOutcome> {
  call.signal?.throwIfAborted()
  const { child } = await start(call)
  const answered = new AbortController()
  try {
    const result = await Promise.race([
      child,
      wait(call.limitMs + graceMs, null, { signal: answered.signal }),
    ])
    call.signal?.throwIfAborted()
    if (result !== null) return outcomeOf(result, call.limitMs)
    letGo(child)
    return { kind: 'late', limitMs: call.limitMs }
  } finally {
    answered.abort()
  }
}

/** Runs a tool that goes on until it is stopped, and hands its lines on. Knows nothing of what they say. */
import { setTimeout as wait } from 'node:timers/promises'
import { ownGroup, type ToolCall, type ToolOutcome, unstartable } from './run-tool.ts'

/** A call without a limit, ended by its signal. */
export interface StreamCall extends Omit<ToolCall, 'limitMs'> {
  readonly signal: AbortSignal
  /** Every line but empty ones. */
  readonly onLine: (line: string) => void
}

/** A line of this room's tools is some hundred characters; a tool that never ends one must not fill the memory. */
const longestLine = 65_536
const mostStderr = 2000
const graceMs = 5000

/** Cuts chunks into lines, whole ones only; a line that is too long is handed on in parts. */
function lineCutter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) lines.push(rest.slice(0, longestLine))
    if (rest.length > longestLine) rest = ''
    for (const line of lines) if (line.trim() !== '') onLine(line.trim())
  }
}

async function goneAfter(signal: AbortSignal, over: AbortSignal): Promise<null> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true, signal: over }))
  }
  return wait(graceMs, null, { signal: over })
}

async function start({ file, args, env, signal, onLine }: StreamCall) {
  const { execa } = await import('execa')
  const child = execa(file, args, { ...ownGroup, env, buffer: false, cancelSignal: signal })
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', lineCutter(onLine))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-mostStderr)
  })
  // Watching is no reason to go on: when nothing else is left to do, we end, and end this with us.
  child.nodeChildProcess.unref()
  for (const stream of [child.stdout, child.stderr]) if ('unref' in stream) unrefStream(stream)
  return { child, stderr: () => stderr }
}

/** A pipe is a socket, whose type a child's stream does not show. */
function unrefStream(stream: { unref?: unknown }): void {
  if (typeof stream.unref === 'function') stream.unref()
}

/** Resolves when the process has ended, or the signal has aborted and it is gone or does not die. Never rejects. */
export async function streamLines(call: StreamCall): Promise<ToolOutcome> {
  const { child, stderr } = await start(call)
  const over = new AbortController()
  try {
    const result = await Promise.race([child, goneAfter(call.signal, over.signal)])
    if (result === null) {
      child.stdout.destroy()
      return { kind: 'late', limitMs: graceMs }
    }
    const { exitCode, signal } = result
    if (exitCode === undefined && signal === undefined) return unstartable(result)
    return {
      kind: 'ended',
      exitCode: exitCode ?? null,
      signal: signal ?? null,
      stdout: '',
      stderr: stderr(),
    }
  } finally {
    over.abort()
  }
}

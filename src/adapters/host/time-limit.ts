/** Questions to the system that may hang: they get a time limit, and so do the programs that they start. */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'

/** PowerShell alone may take seconds to begin on a busy Windows machine. */
const limitMs = 5000

/** What a question has started so far; a library that starts programs does not hand them out. */
interface Question {
  readonly children: ChildProcess[]
  isOver: boolean
}

const asked = new AsyncLocalStorage<Question>()

const isStart = (message: unknown): message is { readonly process: ChildProcess } =>
  typeof message === 'object' && message !== null && 'process' in message

let isListening = false

function listen(): void {
  if (isListening) return
  isListening = true
  subscribe('child_process', (message) => {
    const question = asked.getStore()
    if (question === undefined || !isStart(message)) return
    question.children.push(message.process)
    // A library may take the end of one program for a reason to try another. This one has yet to begin.
    if (question.isOver) setImmediate(drop, message.process)
  })
}

/** Ends a program, and lets this process end without it even where it does not: its pipes may be in others' hands. */
function drop(child: ChildProcess): void {
  child.kill('SIGKILL')
  // Where too many files are open there are no pipes, whatever the type says.
  for (const stream of child.stdio ?? []) stream?.destroy()
  child.unref()
}

/**
 * The answer to a question; null when it fails, or is not there after five seconds. Programs that it started are ended
 * then.
 */
export async function inTime<T>(ask: () => Promise<T>, withinMs: number = limitMs): Promise<T | null> {
  listen()
  const question: Question = { children: [], isOver: false }
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      question.isOver = true
      question.children.forEach(drop)
      resolve(null)
    }, withinMs)
  })
  try {
    return await Promise.race([asked.run(question, ask), tooLate])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** Progress for whoever started the job: one living line on a terminal, plain lines anywhere else. */
import type { WriteStream } from 'node:tty'
import { count, formatMinutes } from './model/number-format.ts'
import type { Progress, ProgressEvent } from './ports/progress.ts'
import { plainText } from './render/plain-text.ts'
import { type ProgressState, progressLine, statusLine } from './render/progress.ts'

/** In a log a line for every trial is noise: one for each tenth of the job is enough to see that it lives. */
const logSteps = 10

function stateOf(event: ProgressEvent, last: ProgressState): ProgressState {
  switch (event.kind) {
    case 'planned':
      return { done: 0, of: event.plan.visits.length, leftMs: null, cellId: null }
    case 'visiting':
      return { ...last, done: event.done, of: event.of, cellId: event.visit.cellId }
    case 'measured':
      return { ...last, done: event.done, of: event.of, leftMs: event.leftMs }
    case 'note':
      return last
    default:
      return event satisfies never
  }
}

const words = (event: ProgressEvent): string | null => {
  switch (event.kind) {
    case 'planned':
      return `${count(event.plan.cells.length, 'cell')}, ${count(event.plan.visits.length, 'trial')}, at most ${formatMinutes(event.budgetMs / 60_000)}.`
    case 'note':
      return plainText(event.text, 1000)
    case 'measured':
      return event.trial.failure === null ? null : `A trial failed: ${plainText(event.trial.failure, 500)}`
    case 'visiting':
      return null
    default:
      return event satisfies never
  }
}

/** Writes to `stream`, never to standard output, which belongs to the result. */
export function consoleProgress(stream: WriteStream): Progress {
  let state: ProgressState = { done: 0, of: 0, leftMs: null, cellId: null }
  const clearLine = stream.isTTY ? '\r\u001b[K' : ''
  return (event) => {
    state = stateOf(event, state)
    const text = words(event)
    if (text !== null) stream.write(`${clearLine}${text}\n`)
    const isOver = event.kind === 'measured' && event.done === event.of
    if (stream.isTTY) {
      if (state.of > 0)
        stream.write(isOver ? clearLine : `${clearLine}${statusLine(state, (stream.columns || 80) - 1)}`)
    } else if (
      event.kind === 'measured' &&
      (isOver ||
        Math.floor((event.done * logSteps) / event.of) > Math.floor(((event.done - 1) * logSteps) / event.of))
    )
      stream.write(`${progressLine(state)}\n`)
  }
}

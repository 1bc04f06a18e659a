/** How far the measuring is, in one line: for a log, and for the status line of a terminal. */
import { count } from '../model/number-format.ts'
import { plainText } from './plain-text.ts'
import { textWidth } from './text-columns.ts'

/** Trials done and planned, the estimate of what is left in ms (null while unknown), and the cell being measured. */
export interface ProgressState {
  readonly done: number
  readonly of: number
  readonly leftMs: number | null
  readonly cellId: string | null
}

/** "~1 min 20 s left", "~45 s left", "~2 h 5 min left"; empty while nothing is known. */
export const timeLeftText = (leftMs: number | null): string => {
  if (leftMs === null || !Number.isFinite(leftMs) || leftMs < 0) return ''
  const seconds = Math.round(leftMs / 1000)
  if (seconds < 60) return `~${seconds} s left`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60)
    return seconds % 60 === 0 ? `~${minutes} min left` : `~${minutes} min ${seconds % 60} s left`
  const wholeMinutes = Math.round(seconds / 60)
  return `~${Math.floor(wholeMinutes / 60)} h ${wholeMinutes % 60} min left`
}

const percentText = ({ done, of }: ProgressState): string =>
  of > 0 ? `${Math.floor((100 * done) / of)} %` : '0 %'

/** A line for a log: "12 of 60 trials, 20 %, ~1 min 20 s left, CELL". */
export const progressLine = (state: ProgressState): string => {
  const left = timeLeftText(state.leftMs)
  return [
    `${state.done} of ${count(state.of, 'trial')}`,
    percentText(state),
    ...(left ? [left] : []),
    ...(state.cellId === null ? [] : [plainText(state.cellId, 200)]),
  ].join(', ')
}

const barWidth = 20

const bar = ({ done, of }: ProgressState): string => {
  const full = of > 0 ? Math.min(barWidth, Math.floor((barWidth * done) / of)) : 0
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}]`
}

/** One line with a bar, never wider than `width`: what does not fit is cut at its end. */
export const statusLine = (state: ProgressState, width: number): string => {
  const line = `${bar(state)} ${progressLine(state)}`
  if (textWidth(line) <= width) return line
  const kept: string[] = []
  let used = 1
  for (const character of line) {
    used += textWidth(character)
    if (used > width) break
    kept.push(character)
  }
  return `${kept.join('')}…`
}

/** Ends a text at a stop sequence. Knows no tokens. */

/** What may be sent now, and whether a stop sequence has ended the text. */
interface Filtered {
  readonly text: string
  readonly stopped: boolean
}

/** Passes text through piece by piece; `rest` gives what is still held back when the text ends without a stop. */
export interface StopFilter {
  push(text: string): Filtered
  rest(): string
}

const firstStop = (text: string, stops: readonly string[]): number =>
  stops.reduce((first, stop) => {
    const at = text.indexOf(stop)
    return at === -1 || (first !== -1 && first < at) ? first : at
  }, -1)

/** How much of the end of a text could be the beginning of a stop sequence. */
const heldBack = (text: string, stops: readonly string[]): number => {
  const longest = stops.reduce((length, stop) => Math.max(length, stop.length - 1), 0)
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(-length)
    if (stops.some((stop) => stop.startsWith(end))) return length
  }
  return 0
}

/** A filter for these sequences; text that may begin one waits until that is decided. */
export const createStopFilter = (stops: readonly string[]): StopFilter => {
  let held = ''
  return {
    push: (text) => {
      held += text
      const stop = firstStop(held, stops)
      const until = stop === -1 ? held.length - heldBack(held, stops) : stop
      const ready = held.slice(0, until)
      held = held.slice(until)
      return { text: ready, stopped: stop !== -1 }
    },
    rest: () => held,
  }
}

/** What the parts of a terminal page share: its width, and colour that only ever repeats what a word says. */
import type { StatusWords } from './status-words.ts'

type Tone = StatusWords['colour'] | 'bold' | 'dim'

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const satisfies Record<
  Tone,
  number
>

/** Wraps a text in a tone, or leaves it alone. */
export type Paint = (tone: Tone, text: string) => string

/** A brush for a terminal that wants colour, or one that changes nothing. */
export const paintFor = (colour: boolean): Paint =>
  colour ? (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m` : (_, text) => text

/** The page: columns that may be used, and the brush. */
export interface Page {
  readonly width: number
  readonly paint: Paint
}

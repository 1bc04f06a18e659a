/** A remark for a CI host to show at a place in a file, or at the job as a whole. */

/** `line` and `column` count from 1; without a file the remark belongs to the job. All parts are plain text. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** Cross-check of the use of published figures: what reads as a requirement must be one. */
import type { Complaint } from './complaint.ts'
import { isMapping, type Mapping } from './policy-parts.ts'

/** A level without a bound: nothing would ever warn or fail. */
export const checkPublished = ({ published }: Mapping): readonly Complaint[] =>
  isMapping(published) && published.level !== undefined && published.within === undefined
    ? [
        {
          path: ['published', 'level'],
          what: 'changes nothing without within: published figures are only shown.',
          fix: 'Write for example `within: 10 %`, or remove it.',
        },
      ]
    : []

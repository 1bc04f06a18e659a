/**
 * What is kept of an answer: length, repetition, structure. Proxies (appendix Z.2): none of them says whether an answer
 * is true, relevant or coherent.
 */
import type { AnswerFacts } from '../../model/run.ts'
import { structureCompliancePercent } from './headings.ts'
import { repetitionPercent } from './repetition.ts'

/** The facts of an answer that was to have these headings; the text itself is kept nowhere. */
export const answerFacts = (text: string, headings: readonly string[]): Omit<AnswerFacts, 'sha256'> => ({
  characters: text.length,
  words: text.split(/\s+/).filter((word) => word !== '').length,
  repetitionPercent: repetitionPercent(text),
  structureCompliancePercent: structureCompliancePercent(text, headings),
})

/** What is kept of an answer: length, repetition, structure. */
import type { AnswerFacts } from '../../model/run.ts'

export function answerFacts(text: string, _headings: readonly string[]): Omit<AnswerFacts, 'sha256'> {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return {
    characters: text.length,
    words: words.length,
    repetitionPercent: null,
    structureCompliancePercent: null,
  }
}

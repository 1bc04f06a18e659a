/** The verdict as remarks at the policy's own lines: one for each rule, since CI hosts show only a few. */
import type { Annotation } from '../model/annotation.ts'
import { count, noNumber } from '../model/number-format.ts'
import type { SourcePosition } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import type { Check, CheckStatus, Verdict } from '../model/verdict.ts'
import { cellText, changeText, subjectText, valueText } from './check-text.ts'
import { plainText } from './plain-text.ts'
import { engineText, sentence } from './run-text.ts'
import { checkWords, outcomeWords } from './status-words.ts'
import { findingsOf, groupByRule, type RuleChecks } from './verdict-facts.ts'

/** GitHub shows ten of each level in a step. */
const mostOfLevel = 10

/** Cells that one remark names. */
const mostCells = 5

const levelOf = (status: CheckStatus, blocks: boolean): Annotation['level'] => {
  switch (status) {
    case 'fail':
      return 'error'
    case 'warn':
      return 'warning'
    case 'inconclusive':
    case 'not-comparable':
    case 'invalid':
      return blocks ? 'error' : 'warning'
    case 'pass':
      return 'notice'
    default:
      return status satisfies never
  }
}

const placeOf = (at: SourcePosition | null | undefined): Partial<Annotation> =>
  at ? { file: plainText(at.file), line: at.line, column: at.column } : {}

const cellLine = (check: Check): string => {
  const figures = [valueText(check), changeText(check)].filter((text) => text !== noNumber)
  return figures.length > 0 ? `${cellText(check.cellId)}: ${figures.join(', ')}` : cellText(check.cellId)
}

const ruleAnnotation = (rule: RuleChecks, verdict: Verdict): Annotation => {
  const { first, checks } = rule
  const hidden = checks.length - mostCells
  const engine = engineText(verdict)
  return {
    level: levelOf(first.status, verdict.blocksOnInconclusive),
    title: `${checkWords[first.status].word}: ${subjectText(first)} in ${count(checks.length, 'cell')}`,
    message: [
      ...(engine ? [engine] : []),
      sentence(first.message),
      ...checks.slice(0, mostCells).map(cellLine),
      ...(hidden > 0 ? [`and ${count(hidden, 'more cell')}`] : []),
      ...(first.fix ? [`Do: ${plainText(first.fix)}`] : []),
    ].join('\n'),
    ...placeOf(rule.at),
  }
}

const problemAnnotation = ({ what, why, fix, at }: Problem, { outcome }: Verdict): Annotation => ({
  level: 'error',
  title: outcomeWords[outcome].word.toLowerCase(),
  message: [what, ...(why ? [why] : []), ...(fix ? [fix] : [])].map(sentence).join(' '),
  ...placeOf(at),
})

/** What GitHub would leave out without a word is said in the last remark of its level. */
const withinLevel = (annotations: readonly Annotation[]): readonly Annotation[] => {
  if (annotations.length <= mostOfLevel) return annotations
  const hidden = annotations.slice(mostOfLevel - 1)
  const [first] = hidden
  return [
    ...annotations.slice(0, mostOfLevel - 1),
    ...(first
      ? [
          {
            level: first.level,
            title: `${hidden.length} more findings`,
            message: hidden.map(({ title }) => title).join('\n'),
          },
        ]
      : []),
  ]
}

/**
 * Problems first, then rules, worst first; nothing when every check passed. At most ten of each level, the tenth
 * naming what is left. A job that ended without a verdict or a problem has its title as the remark.
 */
export const annotationsOf = (verdict: Verdict): readonly Annotation[] => {
  const all = [
    ...verdict.problems.map((problem) => problemAnnotation(problem, verdict)),
    ...groupByRule(findingsOf(verdict)).map((rule) => ruleAnnotation(rule, verdict)),
  ]
  const broken = ['error-input', 'error-machine', 'interrupted'].includes(verdict.outcome)
  if (all.length === 0 && broken)
    return [
      {
        level: 'error',
        title: outcomeWords[verdict.outcome].word.toLowerCase(),
        message: plainText(verdict.title),
      },
    ]
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    withinLevel(all.filter((annotation) => annotation.level === level)),
  )
}

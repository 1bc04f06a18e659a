/** What a run was and cost, in sentences that every rendering shares. Plain text, no markup. */

import { count, formatMinutes } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { plainText } from './plain-text.ts'

/** The warning that comes before everything else on another engine than Ollama; null on Ollama or before measuring. */
export const engineText = ({ environment }: Pick<Verdict, 'environment'>): string | null =>
  environment === null || environment.engine === 'ollama'
    ? null
    : `Measured on the ${environment.engine} engine: not comparable with a real Ollama.`

/** "multi-agent on rtx4080-a: warm TTFT regressed in 2 of 30 cells"; without policy or machine the title alone. */
export const titleText = ({ policy, environment, title }: Verdict): string => {
  const where = environment ? ` on ${plainText(environment.machine, 80)}` : ''
  return policy ? `${plainText(policy.name, 80)}${where}: ${plainText(title, 300)}` : plainText(title, 300)
}

/**
 * "96 minutes of machine time, 240 of 240 trials measured (2 again), 0 failed, 2 left out." Null when nothing was
 * planned.
 */
export const costText = ({ trials, measuredMinutes }: Verdict): string | null => {
  if (trials.planned === 0) return null
  const again = trials.again > 0 ? ` (and ${trials.again} again)` : ''
  const marked = trials.marked > 0 ? `, ${trials.marked} marked` : ''
  return `${formatMinutes(measuredMinutes)} of machine time, ${trials.measured} of ${count(trials.planned, 'trial')} measured${again}, ${trials.failed} failed, ${trials.leftOut} left out${marked}.`
}

/** How to get a baseline, for a run that had nothing to compare with. */
export const recordHint = ({ policy }: Pick<Verdict, 'policy'>): string =>
  `To compare, record a baseline on this machine (mode: record in the action, or record --policy ${plainText(policy?.file ?? 'POLICY.yml', 200)} --baseline FILE.json at the command line), review and commit the file, and give it as baseline; or give a second server as base.`

/** A text as a sentence of its own: with a full stop where it ends in no mark; empty stays empty. */
export const sentence = (text: string): string => {
  const plain = plainText(text)
  return plain === '' || /[.!?…:)]$/.test(plain) ? plain : `${plain}.`
}

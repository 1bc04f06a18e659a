/** Whether the first token comes as soon as it should, once the servers are warm: the last step of appendix H.1. */
import { formatValue } from '../../model/number-format.ts'
import type { Policy } from '../../model/policy.ts'
import { okLine } from './lines.ts'
import type { PreflightJudge, WarmTtftFact } from './preflight-facts.ts'

const what = 'TTFT after warm-up'

/** H.1 step 4.5, for Gemma 3 on an RTX 4080: of another model or card it says little. */
const expectedMs = 500

/** What is named in a line, slowest first. */
const mostNamed = 4

const listed = (facts: readonly WarmTtftFact[]): string => {
  const slowest = facts.toSorted((a, b) => b.ttftMs - a.ttftMs)
  const named = slowest
    .slice(0, mostNamed)
    .map(({ url, agent, ttftMs }) => `${formatValue('warmTtftMs', ttftMs)} for ${agent} on ${url}`)
  return `${named.join(', ')}${slowest.length > mostNamed ? ` and ${slowest.length - mostNamed} faster` : ''}`
}

/** The strictest bound on warm TTFT that the policy has at all; null for none. */
function limitMs({ limits }: Policy): number | null {
  const bounds = limits
    .filter(({ metric }) => metric === 'warmTtftMs')
    .flatMap(({ warn, fail }) => [warn, fail].filter((bound) => bound !== undefined))
  return bounds.length > 0 ? Math.min(...bounds) : null
}

/** Against the policy's limit where it has one; else only worth a note. No line before anything was warmed up. */
export const judgeWarmTtft: PreflightJudge = ({ warmTtftMs, policy }) => {
  if (warmTtftMs.length === 0) return []
  const slowestMs = Math.max(...warmTtftMs.map(({ ttftMs }) => ttftMs))
  const limit = limitMs(policy.policy)
  const boundMs = limit ?? expectedMs
  const value = listed(warmTtftMs)
  if (slowestMs <= boundMs) return [okLine(what, value)]
  const bound = formatValue('warmTtftMs', boundMs)
  return [
    limit === null
      ? {
          what,
          value: `${value}; appendix H.1 expects ${bound} of Gemma 3 on an RTX 4080`,
          verdict: 'note',
          fix: null,
        }
      : {
          what,
          value: `${value}, above the policy’s limit of ${bound}`,
          verdict: 'warn',
          fix: 'Check that the model is loaded and on the GPU, and that the GPU is idle and cool (appendix H.2).',
        },
  ]
}

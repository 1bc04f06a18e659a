/** What one request answers: how many tokens of which kind, and how it ends. Knows no time. */
import type { End } from '../engine.ts'
import { tokenLimit } from '../options.ts'
import type { FaultsAt } from './fault.ts'

/** The plan of an answer. `tokens` counts all output, thinking included. */
export interface AnswerPlan {
  readonly tokens: number
  readonly thinkingTokens: number
  readonly doneReason: End['doneReason']
}

/** What is asked for: `numPredict` as in a request, the others from script and runner. */
export interface Wish {
  readonly numPredict: number
  readonly replyTokens: number
  readonly contextLength: number
}

/** Plans an answer; faults that end it early or fill it otherwise are part of the plan. */
export const planAnswer = (wish: Wish, faults: FaultsAt): AnswerPlan => {
  const limit = tokenLimit(wish.numPredict, wish.contextLength)
  const openEnded = wish.numPredict <= 0
  const wanted = openEnded ? Math.min(limit, wish.replyTokens) : limit
  if (faults.find('no-token') !== null) return { tokens: 0, thinkingTokens: 0, doneReason: 'stop' }
  const early = faults.find('early-stop')
  const tokens = Math.min(wanted, early?.afterTokens ?? wanted)
  return {
    tokens,
    thinkingTokens: Math.min(tokens, faults.find('thinking')?.tokens ?? 0),
    doneReason: openEnded || tokens < wanted ? 'stop' : 'length',
  }
}

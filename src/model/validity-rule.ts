/** The reasons that speak against a trial though it finished. */
import { z } from 'zod'

/** Ids of the rules; what each of them asks is in core/validity. */
export const validityRules = [
  'thermal-slowdown',
  'power-slowdown',
  'power-cap',
  'depressed-clocks',
  'foreign-process',
  'unwatched',
  'partial-residency',
  'changed-context',
  'lost-model',
  'unexpected-load',
  'server-busy',
  'early-stop',
  'client-lag',
  'governor',
  'clock-jump',
  'torn-pair',
] as const

export const validityRuleSchema = z.enum(validityRules)
export type ValidityRule = z.output<typeof validityRuleSchema>

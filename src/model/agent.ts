/** An agent as a policy writes it: its options, and what it does. */
import { z } from 'zod'
import { optionsSchema } from './options.ts'

/** A policy may come with the pull request that is measured: it does not choose what else of the machine is read. */
const isBelow = (path: string): boolean =>
  !/^(?:[A-Za-z]:|[\\/])/.test(path) && !path.split(/[\\/]/).includes('..')

/** What the workflow agent reads: TR109 and TR111 scan a folder of results. Bounds hold for each reading. */
export const workflowSchema = z.strictObject({
  folder: z
    .string()
    .min(1)
    .refine(isBelow, 'a path within the checkout, relative to it and without ".."')
    .optional()
    .describe('relative to the checkout; the sample files that come with the tool by default'),
  'most-files': z.int().min(1).max(10_000).default(200),
  'most-kibibytes': z.int().min(1).max(65_536).default(1024).describe('of one file; a larger one is skipped'),
})
export type WorkflowPolicy = z.output<typeof workflowSchema>

const argv = z.array(z.string().min(1)).min(1)

/** An agent that is a program of its own: TR112 and TR115 compare languages and runtimes. */
export const programSchema = z.strictObject({
  command: argv.describe('program and arguments, run in the checkout without a shell'),
  setup: argv.optional().describe('run once in each checkout before measuring, untimed, e.g. a build'),
  'setup-minutes': z.number().positive().max(240).default(15),
  'timeout-minutes': z.number().positive().max(240).default(10).describe('of one run'),
  metrics: z
    .boolean()
    .default(false)
    .describe(
      "the program writes metrics.json in the reports' form; missing or contradictory, the trial broke",
    ),
})

/** An agent of the policy: its options, or the server's own defaults, and what it does: one call, unless it says more. */
export const agentSchema = z.strictObject({
  options: z
    .union([z.literal('server-defaults'), optionsSchema])
    .describe('Ollama options, or server-defaults to send none but num_predict'),
  system: z.string().min(1).optional().describe('System message; a nonce is put in front of it'),
  prompt: z.string().min(1).optional().describe('User message; a built-in one of about 60 tokens by default'),
  headings: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Markdown headings that its answer must have, for structureCompliancePercent'),
  workflow: workflowSchema
    .optional()
    .describe('reads files, then analysis and report: two calls (TR111 2.2)'),
  program: programSchema.optional().describe('an external program instead of calls of our own'),
})
export type AgentPolicy = z.output<typeof agentSchema>

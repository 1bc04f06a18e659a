/** metrics.json of an external agent, in the form of the reports' AgentExecution (TR111 v2, appendix B). */
import { z } from 'zod'

const count = z.int().min(0)
const duration = z.number().min(0)

/** One call as the agent itself saw it. Durations in ms, or in s where the name says so. Unknown keys are ignored. */
export const callMetricsSchema = z.object({
  throughput_tokens_per_sec: duration,
  tokens_generated: count,
  ttft_ms: duration,
  eval_duration_ms: duration.optional(),
  load_duration_ms: duration.optional(),
  prompt_eval_duration_ms: duration.optional(),
  total_duration_ms: duration,
})

export const llmCallSchema = z.object({
  stage: z.string(),
  run_number: count.optional(),
  prompt: z.string().optional(),
  response: z.string().optional(),
  metrics: callMetricsSchema,
})

/** TR111's WorkflowBreakdown. */
export const workflowBreakdownSchema = z.object({
  ingest_seconds: duration,
  analysis_seconds: duration,
  report_seconds: duration,
  total_seconds: duration,
})

/** Only the calls are asked for; with `workflow` the steps of the turn are known too. Unknown keys are ignored. */
export const agentExecutionSchema = z.object({
  agent_type: z.unknown().optional(),
  configuration: z.unknown().optional(),
  llm_calls: z.array(llmCallSchema).min(1),
  workflow: workflowBreakdownSchema.optional(),
  aggregate_metrics: z.object({ total_tokens_generated: count.optional() }).optional(),
})
export type AgentExecution = z.output<typeof agentExecutionSchema>

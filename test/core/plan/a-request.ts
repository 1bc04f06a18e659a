/** Factories for plan requests: a policy text in, a request out. */
import type { PlanRequest } from '../../../src/core/plan/plan-run.ts'
import { parsePolicy } from '../../../src/policy/parse-policy.ts'

const agents = `agents:
  baseline: { options: server-defaults }
  chimera: { options: { num_gpu: 80, num_ctx: 512, num_predict: 256 } }
  wide: { options: { num_gpu: 100, num_ctx: 1024 }, system: Be brief. }
`

/** A loaded policy whose matrix starts at line 2. */
export const aLoadedPolicy = (matrix: string, rest = '') =>
  parsePolicy({
    text: `matrix:\n${matrix}\nversion: 1\nname: tested\n${/^models:/m.test(rest) ? '' : 'models: [gemma3]\n'}${agents}${rest}`,
    file: 'p.yml',
    sha256: '',
  })

/** Head alone on one server with every model of the policy. */
export function aRequest(matrix: string, overrides: Partial<PlanRequest> = {}, rest = ''): PlanRequest {
  const loaded = aLoadedPolicy(matrix, rest)
  const { policy } = loaded
  const models = [
    policy.models,
    ...policy.matrix.flatMap((entry) => [entry.models ?? [], entry.sweep?.model ?? []]),
  ]
  const tags = new Map(
    models.flat().map((model) => [String(model), `${model}`.includes(':') ? `${model}` : `${model}:latest`]),
  )
  return {
    loaded,
    agents: { head: policy.agents ?? {}, base: null },
    servers: { head: 1, base: null },
    models: { head: tags, base: null },
    seed: 1,
    ...overrides,
  }
}

/** The same with a base that is like head. */
export function aPairedRequest(matrix: string, overrides: Partial<PlanRequest> = {}, rest = ''): PlanRequest {
  const request = aRequest(matrix, {}, rest)
  const { head } = request.agents
  return {
    ...request,
    agents: { head, base: head },
    servers: { head: 1, base: 1 },
    models: { head: request.models.head, base: request.models.head },
    ...overrides,
  }
}

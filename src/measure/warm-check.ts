/** The warm-up of appendix H.1 step 4, and how soon each agent's first token comes after it. */
import { ttftMs } from '../core/derive/request-metrics.ts'
import type { WarmTtftFact } from '../core/preflight/preflight-facts.ts'
import { medianOf } from '../core/statistics/descriptive.ts'
import { MachineError } from '../errors.ts'
import type { Plan } from '../model/plan.ts'
import type { Rig } from './bench-rig.ts'
import { restoreServers, snapshotServers } from './found-state.ts'
import { probeLeg } from './legs.ts'
import { prepare } from './preparation.ts'
import { serverOf } from './turns/own-call.ts'
import type { Stage } from './turns/turn.ts'

async function probe(rig: Rig, stage: Stage): Promise<readonly WarmTtftFact[]> {
  await prepare(rig, stage, new Map())
  const { calls } = await probeLeg(rig, stage)
  const broken = calls.find(({ record }) => record.failure)
  if (broken?.record.failure)
    throw new MachineError([
      {
        what: `A one-token request failed: ${broken.record.failure.message}`,
        fix: 'See the server’s log.',
      },
    ])
  return stage.variant.agents.flatMap((agent, index) => {
    const values = calls.flatMap((call) => (call.agent === index ? (ttftMs(call.record) ?? []) : []))
    return values.length === 0
      ? []
      : [{ url: serverOf(rig, stage, agent).url, agent: agent.name, ttftMs: medianOf(values) }]
  })
}

/**
 * Loads and warms up the first cell of the plan on head's servers and probes it; then they are as they were found.
 * Throws MachineError when a load or a request fails.
 */
export async function checkWarmTtft(rig: Rig, { cells }: Plan): Promise<readonly WarmTtftFact[]> {
  const [first] = cells
  if (!first) return []
  const before = await snapshotServers(rig)
  try {
    return await probe(rig, { subject: 'head', variant: first.head })
  } finally {
    await restoreServers(rig, before)
  }
}

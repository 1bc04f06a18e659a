/** Evidence of a clean trial on a machine with a GPU that is watched, whose parts a test overrides. */
import type { Reason, TrialEvidence } from '../../../src/core/validity/trial-evidence.ts'
import type { GpuSpan } from '../../../src/model/gpu.ts'
import type { Trial, Watched } from '../../../src/model/run.ts'
import { aGpu } from '../../model/a-machine.ts'
import { aCell, aGpuSpan, anEnvironment, aPolicy, aTrial, aWatch } from '../../model/a-run.ts'

/** What is watched where there is a GPU, when nothing happens. */
export const aGpuWatch = (overrides: Partial<Watched> = {}): Watched =>
  aWatch({
    gpus: [aGpuSpan()],
    foreign: [],
    host: { cpuUtilizationPercent: 12, governor: 'performance' },
    ...overrides,
  })

/** A GPU that was read ten times, and how often it had a slowdown. */
export const slowedSpan = (slowdowns: GpuSpan['slowdowns'], overrides: Partial<GpuSpan> = {}): GpuSpan =>
  aGpuSpan({ readings: 10, slowdowns, ...overrides })

/** Parts of the evidence; `protocol` is as a policy writes it. */
export interface EvidenceParts {
  readonly trial?: Partial<Trial>
  readonly watched?: Partial<Watched>
  readonly protocol?: Record<string, unknown>
  readonly evidence?: Partial<TrialEvidence>
}

export const anEvidence = ({ trial, watched, protocol, evidence }: EvidenceParts = {}): TrialEvidence => {
  const { spoiled: _, ...own } = aTrial({ watched: aGpuWatch(watched), ...trial })
  return {
    trial: own,
    variant: aCell().head,
    protocol: aPolicy({ protocol: protocol ?? {} }).protocol,
    environment: anEnvironment({ gpu: aGpu() }),
    ...evidence,
  }
}

/** "rule: detail", a line a reason. */
export const wordsOf = (reasons: readonly Reason[]): readonly string[] =>
  reasons.map(({ rule, detail }) => `${rule}: ${detail}`)

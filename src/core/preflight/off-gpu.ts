/** What it means that a model would not be on the GPU. */
import type { PreflightFacts } from './preflight-facts.ts'

/** It stops a job whose policy asks for all of the model there, and is worth a warning in others. */
export const offGpuVerdict = ({ policy }: Pick<PreflightFacts, 'policy'>): 'fail' | 'warn' =>
  policy.policy.protocol.placement === 'full-gpu' ? 'fail' : 'warn'

/** Whether a server's log names the CPU as what it computes on; false where the log was not seen. */
export const isCpuLibrary = (library: string | null): boolean => library?.toLowerCase() === 'cpu'

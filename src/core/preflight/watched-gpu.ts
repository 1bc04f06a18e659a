/** Whether there is anything to ask of a GPU. */
import type { PreflightFacts } from './preflight-facts.ts'

/** False where there is no GPU, or an engine that uses none; true where it is broken or unknown: then answers are unknown. */
export const watchesGpu = ({ environment }: Pick<PreflightFacts, 'environment'>): boolean =>
  environment.engine === 'ollama' && environment.gpu.state !== 'absent'

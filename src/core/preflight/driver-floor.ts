/** Whether the driver is new enough for the Ollama that uses it. */
import { isFrom, majorOf } from '../version.ts'
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'
import { ollamaServers } from './subject-servers.ts'

/** From this release on, Ollama's CUDA build wants this NVIDIA driver, and computes on the CPU with an older one (OLLAMA section 3). */
const floor = { ollama: '0.30.8', driver: 550, olderCards: 570 } as const

/** Only for NVIDIA, and only where a GPU is there. */
export const judgeDriverFloor: PreflightJudge = ({ environment }) => {
  const { gpu } = environment
  const what = 'NVIDIA driver'
  const bound = ollamaServers(environment).some(({ version }) => isFrom(version, floor.ollama))
  if (gpu.tool !== 'nvidia-smi' || gpu.state !== 'present' || !bound) return []
  const major = gpu.driver === null ? null : majorOf(gpu.driver)
  if (major === null) return [unknownLine(what, gpu.driver ?? 'not told')]
  if (major >= floor.driver) return [okLine(what, `${gpu.driver}, at least ${floor.driver}`)]
  return [
    {
      what,
      value: `${gpu.driver}: from ${floor.ollama} on Ollama wants ${floor.driver}, and computes on the CPU with less`,
      verdict: 'warn',
      fix: `Install driver ${floor.driver} or newer (${floor.olderCards} for cards before compute capability 7), and restart Ollama.`,
    },
  ]
}

/** Whether the driver is new enough for the Ollama that uses it. */
import type { GpuFacts } from '../../model/gpu.ts'
import { isFrom, majorOf } from '../version.ts'
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'
import { ollamaServers } from './subject-servers.ts'

/**
 * From this release on, Ollama's CUDA build wants this NVIDIA driver, and computes on the CPU with an older one (OLLAMA
 * section 3); cards before compute capability 7, such as a GTX 1070 Ti, want a newer one (OLLAMA section 4, #16415).
 */
const floor = { ollama: '0.30.8', driver: 550, olderCards: 570, newerCapability: 7 } as const

/** The driver that the neediest of the cards wants; null where a card does not tell its kind. */
function wantedDriver({ devices }: GpuFacts): number | null {
  const capabilities = devices.map(({ computeCapability }) => Number.parseFloat(computeCapability ?? ''))
  if (capabilities.some((one) => one < floor.newerCapability)) return floor.olderCards
  return capabilities.some(Number.isNaN) ? null : floor.driver
}

const fixText = `Install driver ${floor.driver} or newer (${floor.olderCards} for cards before compute capability ${floor.newerCapability}), and restart Ollama.`

/** Only for NVIDIA, and only where a GPU is there. */
export const judgeDriverFloor: PreflightJudge = ({ environment }) => {
  const { gpu } = environment
  const what = 'NVIDIA driver'
  const bound = ollamaServers(environment).some(({ version }) => isFrom(version, floor.ollama))
  if (gpu.tool !== 'nvidia-smi' || gpu.state !== 'present' || !bound) return []
  const major = gpu.driver === null ? null : majorOf(gpu.driver)
  if (major === null) return [unknownLine(what, gpu.driver ?? 'not told')]
  const wanted = wantedDriver(gpu)
  const certain = wanted ?? floor.olderCards
  if (major >= certain) return [okLine(what, `${gpu.driver}, at least ${certain}`)]
  if (wanted === null && major >= floor.driver)
    return [
      unknownLine(
        what,
        `${gpu.driver}, at least ${floor.driver}; a card before compute capability ${floor.newerCapability} wants ${floor.olderCards}, and this one does not tell`,
        fixText,
      ),
    ]
  return [
    {
      what,
      value: `${gpu.driver}: from ${floor.ollama} on Ollama wants ${wanted ?? floor.driver}, and computes on the CPU with less`,
      verdict: 'warn',
      fix: fixText,
    },
  ]
}

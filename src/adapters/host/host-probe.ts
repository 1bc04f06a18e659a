/** The machine around the GPU, asked of the real one. Knows no trial. */
import { readFileSync } from 'node:fs'
import type { HostProbe } from '../../ports/host-probe.ts'
import { readCpuTimes, utilizationPercent } from './cpu-time.ts'
import { freeSpace } from './free-space.ts'
import { hostFacts } from './host-facts.ts'
import { governorPath } from './linux-facts.ts'
import { residentMemory } from './resident-memory.ts'
import { inTime } from './time-limit.ts'
import { writeAccess } from './write-access.ts'

/** Null where none is told. */
function governorNow(): string | null {
  if (process.platform !== 'linux') return null
  try {
    return readFileSync(`/${governorPath}`, 'utf8').trim() || null
  } catch {
    return null
  }
}

/** A probe of this machine; its first lap begins now. Nothing is kept running. */
export function openHostProbe(): HostProbe {
  let before = readCpuTimes()
  return {
    facts: hostFacts,
    lap() {
      const after = readCpuTimes()
      const cpuUtilizationPercent = utilizationPercent(before, after)
      before = after
      return { cpuUtilizationPercent, governor: governorNow() }
    },
    rssBytes: residentMemory,
    freeBytes: (path) => inTime(() => freeSpace(path)),
    isWritable: (path) => inTime(() => writeAccess(path)),
  }
}

/** Whether the results will fit on the disk. */
import { formatBytes } from '../../model/number-format.ts'
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'

/** Journal and run of a large matrix take some ten megabytes; a disk as full as this breaks Ollama and the runner too. */
const leastBytes = { fail: 200e6, warn: 1e9 } as const

/** Space for this user where the results go. */
export const judgeDiskSpace: PreflightJudge = ({ freeBytes, resultFolder }) => {
  const what = 'Disk'
  if (freeBytes === null) return [unknownLine(what, `the free space for ${resultFolder} cannot be read`)]
  const value = `${formatBytes(freeBytes)} free for ${resultFolder}`
  if (freeBytes >= leastBytes.warn) return [okLine(what, value)]
  return [
    {
      what,
      value,
      verdict: freeBytes < leastBytes.fail ? 'fail' : 'warn',
      fix: 'Free some space, or name another folder for the results.',
    },
  ]
}

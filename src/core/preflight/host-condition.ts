/** The machine around the GPU: its wall clock, its governor, its power. */
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'

/** This tool is younger than that: an earlier wall clock was never set. */
const earliestMs = Date.UTC(2026, 0, 1)

/** The wall clock is a label only (DESIGN, Measuring): a wrong one spoils timestamps and no figure. */
export const judgeClock: PreflightJudge = ({ wallTime }) => {
  const what = 'Clock'
  const atMs = Date.parse(wallTime)
  if (Number.isNaN(atMs)) return [unknownLine(what, wallTime)]
  if (atMs >= earliestMs) return [okLine(what, wallTime)]
  return [
    {
      what,
      value: `${wallTime} has passed long ago: the times in the results will be wrong, the figures will not`,
      verdict: 'warn',
      fix: 'Set the clock, or let the machine take it from the network.',
    },
  ]
}

/** With powersave a CPU takes its time to speed up, which short requests see; many systems have it by default. */
export const judgeGovernor: PreflightJudge = ({ environment }) => {
  const what = 'CPU governor'
  const { governor } = environment.host
  if (governor === null) return [unknownLine(what, 'cannot be read')]
  if (governor !== 'powersave') return [okLine(what, governor)]
  return [
    {
      what,
      value: `${governor}: clocks rise late, which first tokens see`,
      verdict: 'note',
      fix: 'For steadier figures: `cpupower frequency-set -g performance`.',
    },
  ]
}

/** On battery a laptop lowers the clocks of CPU and GPU (OLLAMA section 6). */
export const judgeBattery: PreflightJudge = ({ environment }) => {
  const what = 'Power'
  const { onBattery } = environment.host
  if (onBattery === null) return [unknownLine(what, 'mains or battery cannot be told')]
  if (!onBattery) return [okLine(what, 'mains')]
  return [
    {
      what,
      value: 'on battery, where CPU and GPU run at lower clocks',
      verdict: 'warn',
      fix: 'Plug the machine in.',
    },
  ]
}

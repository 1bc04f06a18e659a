/** The look at a machine before measuring: facts in, lines out. Appendix H.1 and Y.3. */
import type { PreflightLine } from '../../model/preflight.ts'
import { judgeCpuFallback } from './cpu-fallback.ts'
import { judgeDiskSpace } from './disk-space.ts'
import { judgeDriverFloor } from './driver-floor.ts'
import { judgeEqualModels } from './equal-models.ts'
import { judgeGpuPresent } from './gpu-present.ts'
import { judgeGpuCool, judgeGpuIdle, judgeGpuSlowdowns } from './gpu-quiet.ts'
import { judgeForeignProcesses, judgeOtherModels } from './gpu-sharing.ts'
import { judgeBattery, judgeClock, judgeGovernor } from './host-condition.ts'
import { judgeLayers } from './layers.ts'
import { judgeOrphans } from './orphans.ts'
import { judgePermissions } from './permissions.ts'
import { judgePolicySize } from './policy-size.ts'
import type { PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { judgeReloads, judgeRestarts, judgeSettings } from './server-use.ts'
import { judgeAnswers, judgeClientVersions, judgeEqualVersions, judgeVersionAge } from './servers.ts'
import { judgeVramBudget } from './vram-budget.ts'
import { judgeWarmTtft } from './warm-ttft.ts'

const judges: readonly PreflightJudge[] = [
  judgePolicySize,
  judgeAnswers,
  judgeEqualVersions,
  judgeClientVersions,
  judgeVersionAge,
  judgeEqualModels,
  judgeLayers,
  judgeReloads,
  judgeRestarts,
  judgeSettings,
  judgeGpuPresent,
  judgeDriverFloor,
  judgeCpuFallback,
  judgeGpuIdle,
  judgeGpuCool,
  judgeGpuSlowdowns,
  judgeForeignProcesses,
  judgeOtherModels,
  judgeVramBudget,
  judgeDiskSpace,
  judgePermissions,
  judgeClock,
  judgeGovernor,
  judgeBattery,
  judgeOrphans,
  judgeWarmTtft,
]

/** Every line, in the order of the playbook: policy, servers, models, GPU, memory, host. Never empty. */
export const judgePreflight = (facts: PreflightFacts): readonly PreflightLine[] =>
  judges.flatMap((judge) => judge(facts))

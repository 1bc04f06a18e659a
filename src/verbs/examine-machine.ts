/** The verb `doctor`: a look at servers, models, GPU and machine, line by line, with the warm-up of the first cell. */
import { join } from 'node:path'
import { systemClock } from '../adapters/clock/system-clock.ts'
import { formatJson } from '../adapters/files/json-file.ts'
import { consoleProgress } from '../console-progress.ts'
import { judgePreflight } from '../core/preflight/judge-preflight.ts'
import { foreignProcesses } from '../core/validity/foreign-processes.ts'
import { GateError } from '../errors.ts'
import { type JobSetting, type Measuring, requestOf, worldOf } from '../job.ts'
import { checkoutsOf, isPaired, type JobInputs, readInputs } from '../job-inputs.ts'
import { openServers } from '../job-servers.ts'
import { findOrphanFacts, holdMachine } from '../machine-hold.ts'
import { rigOf } from '../main.ts'
import { type Examination, examine, writablePlaces } from '../measure/examination.ts'
import { checkWarmTtft } from '../measure/warm-check.ts'
import type { World } from '../measure/world.ts'
import type { PreflightLine } from '../model/preflight.ts'
import { planOffline } from '../offline-plan.ts'
import { renderDoctor } from '../render/doctor.ts'
import { parseServerChoice, splitFolders, splitList } from '../server-choice.ts'
import { stopOnSignals } from '../stop-signal.ts'

/** Options of the verb. */
export interface DoctorOptions {
  readonly policy: string
  readonly servers?: string
  readonly ollama?: string
  readonly ollamaBase?: string
  readonly baseServers?: string
  readonly baseModel?: string
  readonly modelStore?: string
  readonly out: string
  readonly json?: boolean
}

const inputsOf = (options: DoctorOptions): JobInputs => ({
  policyFile: options.policy,
  servers: parseServerChoice(options.servers),
  baseServers: options.baseServers === undefined ? null : splitList(options.baseServers),
  baseModel: options.baseModel ?? null,
  baseAgentsFile: null,
  baseFolder: null,
  ollama: options.ollama ?? null,
  ollamaBase: options.ollamaBase ?? null,
  modelStores: splitFolders(options.modelStore),
  baselineFile: null,
  recording: false,
  against: null,
  budgetMinutes: null,
  waitMinutes: 0,
  seed: 1,
  fresh: false,
  out: options.out,
})

/** What a line of a wrong input is called. */
const inputWord = 'Input'

/** A reason that stops a job, as a line; of what was tried, where that is known. */
function problemLines(error: unknown, tried?: string): readonly PreflightLine[] {
  if (!(error instanceof GateError)) throw error
  return error.problems.map(({ what, why, fix }) => ({
    what: tried ?? (error.kind === 'input' ? inputWord : 'Machine'),
    value: [what, why].filter((part) => part !== undefined).join(' '),
    verdict: 'fail',
    fix: fix ?? null,
  }))
}

type Looking = Omit<Measuring, 'results'>

/** What can be said of the machine when the servers cannot be asked. */
async function lookWithoutServers(
  { read, inputs }: Looking,
  world: World,
): Promise<readonly PreflightLine[]> {
  const [host, gpu] = await Promise.all([world.host.facts(), world.gpu.facts(world.signal)])
  const { machine, tool, orphans, folder } = world
  return judgePreflight({
    policy: read.policy,
    plan: planOffline(
      { loaded: read.policy, agents: read.agents.head },
      { paired: isPaired(inputs), seed: 1 },
    ),
    environment: { engine: 'ollama', machine, tool, host, gpu, servers: { head: [], base: [] } },
    gpuReadings: gpu.state === 'present' ? await world.gpu.readings(world.signal) : null,
    gpuProcesses: foreignProcesses(gpu.state === 'present' ? await world.gpu.processes(world.signal) : null, {
      pids: [],
      loadedModels: 0,
      os: host.os,
    }),
    loadedModels: [],
    freeBytes: await world.host.freeBytes(folder),
    writable: await writablePlaces(world),
    wallTime: world.clock.wallTime(),
    orphans,
    fallbacks: [],
    warmTtftMs: [],
    resultFolder: folder,
  })
}

/** The lines once more, with those of the warm-up: how soon a token comes, or why none does. */
async function warmUp(
  { header, facts, preflight }: Examination,
  world: World,
): Promise<readonly PreflightLine[]> {
  try {
    const warmTtftMs = await checkWarmTtft(rigOf(header, world, null), header.plan)
    return judgePreflight({ ...facts, warmTtftMs })
  } catch (error) {
    world.signal.throwIfAborted()
    return [...preflight, ...problemLines(error, 'Warm-up')]
  }
}

/** Every line; the warm-up only where nothing stops a job. */
async function lookAt(looking: Looking, world: World): Promise<readonly PreflightLine[]> {
  let examination: Examination
  try {
    examination = await examine(requestOf({ ...looking, earlier: null }), world)
  } catch (error) {
    world.signal.throwIfAborted()
    return [...problemLines(error), ...(await lookWithoutServers(looking, world))]
  }
  const { preflight } = examination
  return preflight.some(({ verdict }) => verdict === 'fail') ? preflight : warmUp(examination, world)
}

async function lookOnHeldMachine(looking: Looking, stateFolder: string): Promise<readonly PreflightLine[]> {
  const { inputs, read, setting } = looking
  const { signal, embeddedEntry, progress } = setting
  const clock = systemClock()
  const orphans = await findOrphanFacts(stateFolder)
  const checkouts = checkoutsOf(inputs)
  const surroundings = { clock, signal, folder: inputs.out, stateFolder, orphans, checkouts }
  const none = { head: [], base: [] }
  const nobody = { head: null, base: null }
  let opened: Awaited<ReturnType<typeof openServers>>
  try {
    opened = await openServers({
      inputs,
      policy: read.policy.policy,
      clock,
      embeddedEntry,
      folder: inputs.out,
      stateFolder,
      onNote: (text) => progress({ kind: 'note', text }),
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    const world = worldOf(setting, { ...surroundings, servers: none, started: nobody })
    return [...problemLines(error), ...(await lookWithoutServers(looking, world))]
  }
  try {
    const { servers, started } = opened
    return await lookAt(looking, worldOf(setting, { ...surroundings, servers, started }))
  } finally {
    await opened.stop()
  }
}

/** A machine that another job holds is not disturbed: who holds it is all there is to say. */
async function look(looking: Looking): Promise<readonly PreflightLine[]> {
  const { setting } = looking
  const hold = await holdMachine({
    ...setting,
    waitMinutes: 0,
    onNote: () => undefined,
  }).catch((error: unknown) => problemLines(error))
  if (!('release' in hold)) return hold
  try {
    return await lookOnHeldMachine(looking, hold.stateFolder)
  } finally {
    await hold.release()
  }
}

/** A terminal of unknown width, or a log. */
const widthOfLogs = 110

function print(lines: readonly PreflightLine[], json: boolean): void {
  const { stdout, env } = process
  const colour = stdout.isTTY === true && !env.NO_COLOR
  stdout.write(
    json ? formatJson(lines) : renderDoctor(lines, { colour, width: stdout.columns || widthOfLogs }),
  )
}

/** As a job would end: wrong input alone is 2, a machine that is not fit is 4. */
function exitCodeOf(lines: readonly PreflightLine[]): number {
  const failed = lines.filter(({ verdict }) => verdict === 'fail')
  if (failed.length === 0) return 0
  return failed.every(({ what }) => what === inputWord) ? 2 : 4
}

/** Runs the verb; resolves to its exit code: 0 where a job may begin, 2 or 4 where it may not. Throws InputError. */
export async function examineMachine(options: DoctorOptions): Promise<number> {
  const { stderr } = process
  const inputs = inputsOf(options)
  const read = await readInputs(inputs)
  const setting: JobSetting = {
    progress: consoleProgress(stderr),
    signal: stopOnSignals((name) => stderr.write(`\n${name}: stopping.\n`)),
    embeddedEntry: join(import.meta.dirname, '..', 'embedded', 'main.ts'),
    holder: `ollama-perf-gate doctor with the policy ${options.policy}`,
    job: null,
  }
  try {
    const lines = await look({ inputs, read, setting })
    print(lines, options.json === true)
    return exitCodeOf(lines)
  } catch (error) {
    if (setting.signal.aborted) return 130
    throw error
  }
}

/** An agent's program under its contract, and its set-up. Knows no server but by its URL. */
import { lstat, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MachineError, messageOf } from '../../errors.ts'
import type { TaskOf } from '../../model/plan.ts'
import type { ProgramCall } from '../../ports/agent-programs.ts'
import { commandText, whyNotStartable } from './agent-command.ts'
import { agentEnvironment, type Contract } from './agent-environment.ts'
import { newAgentMark } from './agent-orphans.ts'
import { type AgentEnd, runAgent } from './agent-process.ts'

/** Prompts and answers may be in it; far more than this is a mistake. */
const mostMetricsMebibytes = 16

/** How many of its last lines go into a sentence, and how much of them. */
const wordsInSentence = 3
const longestWords = 500

/** One run as far as it is seen without a server. `failure` holds its last words, which others wrote. */
export interface ProgramEnd extends Pick<AgentEnd, 'startedMs' | 'endedMs' | 'exitCode' | 'peakRssBytes'> {
  readonly metrics: string | null
  readonly failure: string | null
}

const minuteMs = 60_000

function failureOf({ trouble, words }: AgentEnd): string | null {
  if (trouble === null) return null
  const said = words.slice(-wordsInSentence).join(' / ').slice(-longestWords)
  return said === '' ? `${trouble} It said nothing.` : `${trouble} Its last words: ${said}`
}

/** Null where there is no such file. Throws what speaks against reading it. */
async function readMetrics(file: string): Promise<string | null> {
  const found = await lstat(file).catch(() => null)
  if (found === null) return null
  if (!found.isFile()) throw new Error('it is not a plain file')
  if (found.size > mostMetricsMebibytes * 1024 * 1024)
    throw new Error(`it is larger than ${mostMetricsMebibytes} MiB`)
  return await readFile(file, 'utf8')
}

type Run = (contract: Contract) => Promise<AgentEnd>

async function metricsFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'agent-metrics-'))
  } catch (cause) {
    const what = `No temporary folder can be made for a program's metrics: ${messageOf(cause)}.`
    throw new MachineError(
      [{ what, fix: 'Make room there, or set TMPDIR to a folder that can be written to.' }],
      {
        cause,
      },
    )
  }
}

/** Gives the program a place for its metrics, and reads what it left there. */
async function withMetrics(contract: Contract, run: Run): Promise<ProgramEnd> {
  const folder = await metricsFolder()
  const metricsFile = join(folder, 'metrics.json')
  try {
    const end = await run({ ...contract, metricsFile })
    const failure = failureOf(end)
    try {
      return { ...end, failure, metrics: await readMetrics(metricsFile) }
    } catch (error) {
      return {
        ...end,
        failure: failure ?? `Its metrics.json cannot be read: ${messageOf(error)}.`,
        metrics: null,
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a run needs beside its call. `server` in the call is what the program is told, whoever answers there. */
export interface ProgramSetting {
  readonly nowMs: () => number
  readonly signal: AbortSignal
}

/**
 * Runs the program to its end. Rejects with the signal's reason, when nothing of it is left, and with MachineError where
 * there is no room for its metrics.
 */
export async function runProgram(
  { task, checkout, ...told }: ProgramCall,
  { nowMs, signal }: ProgramSetting,
): Promise<ProgramEnd> {
  const run: Run = (contract) => {
    const mark = newAgentMark()
    const env = agentEnvironment(process.env, mark, contract)
    const limitMs = task['timeout-minutes'] * minuteMs
    const order = { subject: 'The program', argv: task.command, checkout, env, mark, limitMs, nowMs }
    return runAgent(order, signal)
  }
  const contract = { ...told, metricsFile: null }
  if (task.metrics) return withMetrics(contract, run)
  const end = await run(contract)
  return { ...end, failure: failureOf(end), metrics: null }
}

function throwSetupFailure({ trouble, words }: AgentEnd): never {
  const why = words.length === 0 ? 'It said nothing.' : `Its last words:\n${words.join('\n')}\n`
  const fix = 'Run it by hand in a fresh checkout; setup-minutes is its budget.'
  throw new MachineError([{ what: trouble ?? 'A set-up failed.', why, fix }])
}

/**
 * Runs the set-up of a program, where it has one. What a build leaves running, such as a compiler's daemon, is ended with
 * it and is no failure. Throws MachineError when it fails or takes too long, and the signal's reason.
 */
export async function runSetup(
  { setup, 'setup-minutes': minutes }: TaskOf<'program'>,
  checkout: string,
  { nowMs, signal }: ProgramSetting,
): Promise<void> {
  if (setup === undefined) return
  const mark = newAgentMark()
  const env = agentEnvironment(process.env, mark, null)
  const limitMs = minutes * minuteMs
  const subject = `The set-up ${commandText(setup)} in ${checkout}`
  const end = await runAgent({ subject, argv: setup, checkout, env, mark, limitMs, nowMs }, signal)
  if (end.exitCode !== 0 || end.isLate) throwSetupFailure(end)
}

/** Makes sure that a program is there, after its set-up. Throws MachineError. */
export function checkProgram({ command }: TaskOf<'program'>, checkout: string): void {
  const { PATH = '' } = agentEnvironment(process.env, '', null)
  const why = whyNotStartable({ argv: command, checkout }, PATH)
  if (why === null) return
  throw new MachineError([
    {
      what: `The agent's program ${commandText(command)} cannot be started: ${why}.`,
      fix: 'Install it on this machine, name its file relative to the checkout, or build it with `setup`.',
    },
  ])
}

/** External agents with real adapters: each run of a program behind a recording proxy of its own. */
import type { ProgramEnd } from './adapters/process/agent-program.ts'
import type { RequestRecord } from './model/request-record.ts'
import type { AgentPrograms, ProgramCall, ProgramRun } from './ports/agent-programs.ts'
import type { Clock } from './ports/clock.ts'

/** What only jobs with programs need. */
async function parts() {
  const [{ startRecordingProxy }, { observeExchanges }, programs, files] = await Promise.all([
    import('./proxy/recording-proxy.ts'),
    import('./adapters/ollama/observed-exchanges.ts'),
    import('./adapters/process/agent-program.ts'),
    import('./adapters/process/agent-file.ts'),
  ])
  return { startRecordingProxy, observeExchanges, ...programs, ...files }
}

/** What the proxy saw: the moment of the first request of any kind, null for none, and the LLM calls. */
interface Seen {
  readonly firstRequestMs: number | null
  readonly calls: readonly RequestRecord[]
}

function runOf(end: ProgramEnd, { firstRequestMs, calls }: Seen): ProgramRun {
  const { startedMs, endedMs, exitCode, peakRssBytes, metrics, failure } = end
  const startupMs = firstRequestMs === null ? null : firstRequestMs - startedMs
  return { startedMs, endedMs, facts: { startupMs, peakRssBytes, exitCode }, calls, metrics, failure }
}

async function run(call: ProgramCall, clock: Clock, signal: AbortSignal): Promise<ProgramRun> {
  const { startRecordingProxy, observeExchanges, runProgram } = await parts()
  const nowMs = () => clock.nowMs()
  const { observe, records } = observeExchanges({ nowMs })
  let firstRequestMs: number | null = null
  const proxy = await startRecordingProxy({
    target: call.server,
    listen: { host: '127.0.0.1', port: 0 },
    nowMs,
    observe,
    onRequest: (atMs) => {
      firstRequestMs ??= atMs
    },
  })
  let end: ProgramEnd
  try {
    end = await runProgram({ ...call, server: proxy.url }, { nowMs, signal })
  } finally {
    // What is still open then is a call that the program did not wait for.
    await proxy.close()
  }
  return runOf(end, { firstRequestMs, calls: records() })
}

/** Nothing is loaded and nothing runs before a program is asked for. */
export function openAgentPrograms(clock: Clock): AgentPrograms {
  const setUps = new Map<string, Promise<void>>()
  return {
    setUp: async (task, checkout, signal) => {
      const { runSetup, checkProgram, programFile } = await parts()
      const key = JSON.stringify([task.setup, checkout])
      const setUp = setUps.get(key) ?? runSetup(task, checkout, { nowMs: () => clock.nowMs(), signal })
      setUps.set(key, setUp)
      await setUp
      checkProgram(task, checkout)
      return programFile({ argv: task.command, checkout })
    },
    run: (call, signal) => run(call, clock, signal),
  }
}

/**
 * How long `judge` takes on a run of 150 trials, as TR114 has them: two agents, probes, solo and concurrent calls of 256
 * chunks. Goal: at most 1 s, reading the file included. Run: node bench/judge-speed.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeJson } from '../src/adapters/files/json-file.ts'
import { readRun } from '../src/adapters/files/read-run.ts'
import { judgeRun } from '../src/core/judge/judge-run.ts'
import { aCall, aCell, aLeg, aPolicy, aRun, aTrial, aVisit } from '../test/model/a-run.ts'
import { formatSpread, spreadOf } from './spread.ts'

const cells = Array.from({ length: 30 }, (_, i) => aCell({ id: `cell-${i}` }))

const generation = (agent: number) => aCall({ agent, tokens: 256, ttftMs: 300, durationMs: 3300 })

const trials = cells.flatMap(({ id }) =>
  Array.from({ length: 5 }, (_, round) =>
    aTrial({
      visit: aVisit({ cellId: id, round }),
      legs: [
        aLeg(
          'probe',
          ...[0, 1].flatMap((agent) => Array.from({ length: 4 }, () => aCall({ agent, tokens: 1 }))),
        ),
        aLeg('solo', generation(0), generation(1)),
        aLeg('concurrent', generation(0), generation(1)),
      ],
    }),
  ),
)

const policy = aPolicy({
  limits: [
    { metric: 'warmTtftMs', warn: 1000, fail: 2000 },
    { metric: 'decodeTokensPerSecond', warn: 90, fail: 80 },
    { metric: 'overlapEfficiencyPercent', warn: 95, fail: 90 },
    { metric: 'ttftAnomalyContentionPercent', warn: 2, fail: 5 },
  ],
})

/** Five times, as `median (min to max)` in ms. */
async function timed(work: () => Promise<unknown> | unknown): Promise<string> {
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const startMs = performance.now()
    await work()
    times.push(performance.now() - startMs)
  }
  return formatSpread(spreadOf(times), 0)
}

const folder = mkdtempSync(join(tmpdir(), 'judge-speed-'))
try {
  const file = join(folder, 'run.json')
  await writeJson(file, aRun({ policy, cells, trials }))
  const run = await readRun(file)
  const cli = join(import.meta.dirname, '..', 'dist', 'cli', 'index.js')
  const figures = {
    trials: trials.length,
    fileMegabytes: Math.round(statSync(file).size / 1e5) / 10,
    readMs: await timed(() => readRun(file)),
    judgeMs: await timed(() => judgeRun(run, null)),
    wholeCommandMs: await timed(() => {
      // The run's made-up figures break its limits, so that its exit code is no different from a crash: ask the verdict.
      const { stdout } = spawnSync(process.execPath, [cli, 'judge', file, '--json'], { maxBuffer: 2 ** 28 })
      if (!stdout.includes('"outcome"')) throw new Error('The command printed no verdict.')
    }),
  }
  console.log(JSON.stringify(figures, null, 2))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

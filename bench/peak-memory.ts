/**
 * The most memory that a two-agent run by the bundles takes, at any time, on two scripted servers (which are other
 * processes and do not count). A short run, and one as long as TR114's: 150 trials of 256 tokens.
 *
 *     node bench/peak-memory.ts [--runs 5] [--long] [--json]        after `npm run build`
 *
 * Goal: at most 150 MB, better 120.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { type ScriptedServers, startScriptedServers } from './scripted-servers.ts'
import { formatSpread, type Spread, spreadOf } from './spread.ts'

const goalMegabytes = 150
const root = join(import.meta.dirname, '..')
const bundle = (name: string): string => join(root, 'dist', name, 'index.js')

/** Runs in the measured process, before the bundle: on its way out it says the most memory that it had, in bytes. */
const witness = `
import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => {
  // Linux's maxRSS is inherited from whoever started the process, VmHWM is not.
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const kilobytes = /VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  writeFileSync(process.env.WITNESS_FILE, String(kilobytes))
})
`

const policyText = (runs: number): string => `
version: 1
name: peak-memory
models: auto
agents: { agent: { options: { num_ctx: 1024, num_predict: 256 } } }
matrix:
  - { workload: two-agents, scenario: first, agents: [agent, agent], topology: two-servers }
  - { workload: two-agents, scenario: second, agents: [agent, { use: agent, temperature: 0.6 }], topology: two-servers }
  - { workload: two-agents, scenario: third, agents: [agent, { use: agent, temperature: 1.0 }], topology: two-servers }
protocol: { runs: ${runs}, placement: any }
limits:
  - { metric: overlapEfficiencyPercent, fail: 50 }
  - { metric: warmTtftMs, fail: 2000 }
  - { metric: decodeTokensPerSecond, fail: 1 }
`

/** A bundle with its arguments and its part of the environment. */
interface Candidate {
  readonly name: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

function candidates({ urls, folder }: ScriptedServers, runs: number): readonly Candidate[] {
  const policy = join(folder, 'policy.yml')
  writeFileSync(policy, policyText(runs))
  const out = join(folder, 'out')
  const run = ['run', '--policy', policy, '--servers', urls.join(','), '--out', out]
  const runner = Object.fromEntries(
    ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'].map((name) => {
      const file = join(folder, name)
      writeFileSync(file, '')
      return [name, file]
    }),
  )
  const inputs = { INPUT_POLICY: policy, INPUT_SERVERS: urls.join(','), INPUT_OUT: out }
  return [
    { name: 'nothing', args: ['--eval', '0'], env: {} },
    { name: 'cli --version', args: [bundle('cli'), '--version'], env: {} },
    { name: 'cli run', args: [bundle('cli'), ...run], env: {} },
    { name: 'action', args: [bundle('main')], env: { ...runner, ...inputs } },
  ]
}

/** The most memory of one run, in MB (2^20 bytes). Throws when the run did not end in a pass. */
async function peakMegabytes({ name, args, env }: Candidate, folder: string): Promise<number> {
  const file = join(mkdtempSync(join(folder, 'witness-')), 'peak')
  const preload = `data:text/javascript,${encodeURIComponent(witness)}`
  const child = spawn(process.execPath, ['--import', preload, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...env, WITNESS_FILE: file },
  })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}: ${said}`)
  return Number(readFileSync(file, 'utf8')) / 1024
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    long: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

const cells = 3
const trialsOfCell = values.long ? 50 : 1
const loadBefore = loadavg()[0] ?? Number.NaN
await using servers = await startScriptedServers(2, { ttftMs: 5, tokensPerSecond: 1000 })
const peaks = new Map<string, number[]>()
for (let i = 0; i < Number(values.runs); i++)
  for (const candidate of candidates(servers, trialsOfCell)) {
    const peak = await peakMegabytes(candidate, servers.folder)
    peaks.set(candidate.name, [...(peaks.get(candidate.name) ?? []), peak])
  }
const spreads: readonly (readonly [string, Spread])[] = [...peaks].map(([name, all]) => [name, spreadOf(all)])
const met = spreads.every(([, { max }]) => max <= goalMegabytes)
if (values.json)
  console.log(
    JSON.stringify(
      { goalMegabytes, met, trials: cells * trialsOfCell, loadBefore, peaks: Object.fromEntries(spreads) },
      null,
      2,
    ),
  )
else {
  console.log(`${values.runs} runs of ${cells * trialsOfCell} trials; load ${loadBefore.toFixed(2)} before`)
  for (const [name, spread] of spreads) console.log(`  ${name.padEnd(14)} ${formatSpread(spread, 1)} MB`)
  console.log(`Goal (at most ${goalMegabytes} MB) ${met ? 'met' : 'missed'}.`)
}

/**
 * The gate at work on servers that really run: an unchanged head, a head whose second server sits behind a proxy that
 * slows it by a known amount, and a head that never gets a token. Fails when a verdict is not the one it must be.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startEmbeddedServers } from '../../src/adapters/process/embedded-servers.ts'
import { type Verdict, verdictSchema } from '../../src/model/verdict.ts'
import { startSlowdownProxy } from '../../src/proxy/slowdown-proxy.ts'

const root = join(import.meta.dirname, '..', '..')
const policy = join('examples', 'demo', 'policy.yml')
const delayMs = 250
const slowdownRatio = 0.7

interface Scene {
  /** Also the name of its folder of results. */
  readonly name: string
  readonly title: string
  readonly head: readonly string[]
  /** The exit code, and the checks that must fail: no more and no fewer. */
  readonly exitCode: number
  readonly mustFail: readonly string[]
}

const failedRules = ({ checks }: Verdict): readonly string[] =>
  checks
    .filter(({ status }) => status === 'fail')
    .map(({ cellId, metric }) => `${cellId.split('/')[0]} ${metric}`)
    .toSorted()

async function play(scene: Scene, base: readonly string[]): Promise<readonly string[]> {
  const folder = join('.ollama-perf-gate', 'demo', scene.name)
  console.log(`\n=== ${scene.title}\n`)
  const args = [
    'src/cli.ts',
    'run',
    '--policy',
    policy,
    '--servers',
    scene.head.join(),
    '--base-servers',
    base.join(),
  ]
  const gate = spawn(process.execPath, [...args, '--seed', '7', '--out', folder], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [exitCode]: unknown[] = await once(gate, 'exit')
  const verdict = verdictSchema.parse(JSON.parse(readFileSync(join(root, folder, 'verdict.json'), 'utf8')))
  const failed = failedRules(verdict)
  const wanted = scene.mustFail.toSorted()
  return [
    ...(exitCode === scene.exitCode
      ? []
      : [`${scene.title}: exit code ${String(exitCode)} instead of ${scene.exitCode} (${verdict.title})`]),
    ...(failed.join() === wanted.join()
      ? []
      : [`${scene.title}: failed [${failed.join(', ')}] instead of [${wanted.join(', ')}]`]),
  ]
}

const entry = join(root, 'src', 'embedded', 'main.ts')
const servers = await startEmbeddedServers({ entry, engine: 'llama', count: 2 })
const [first = '', second = ''] = servers.urls
const listen = { host: '127.0.0.1', port: 0 }
const slow = await startSlowdownProxy({
  target: second,
  listen,
  firstTokenDelayMs: delayMs,
  chunkSlowdownRatio: slowdownRatio,
  noTokens: false,
})
const silent = await startSlowdownProxy({
  target: first,
  listen,
  firstTokenDelayMs: 0,
  chunkSlowdownRatio: 0,
  noTokens: true,
})

const scenes: readonly Scene[] = [
  { name: 'green', title: 'An unchanged head: green', head: servers.urls, exitCode: 0, mustFail: [] },
  {
    name: 'red',
    title: `A head whose second server answers ${delayMs} ms later and ${slowdownRatio * 100} % slower: red, in the cell that uses it`,
    head: [first, slow.url],
    exitCode: 1,
    mustFail: ['two-agents decodeTokensPerSecond', 'two-agents warmTtftMs'],
  },
  {
    name: 'error',
    title: 'A head that never gets a token: an error, not red',
    head: [silent.url, second],
    exitCode: 4,
    mustFail: [],
  },
]

const surprises: string[] = []
try {
  for (const scene of scenes) surprises.push(...(await play(scene, servers.urls)))
} finally {
  await Promise.all([slow.close(), silent.close(), servers.stop()])
}
console.log(
  surprises.length === 0 ? '\nThe demo went as it should: green, red, error.' : `\n${surprises.join('\n')}`,
)
process.exitCode = surprises.length === 0 ? 0 : 1

/**
 * How long the bundles take to start and do nothing, against an empty script and a bundle that only imports undici, zod
 * and @actions/core. Goal: at most 1.3 times the latter's median. Run after `npm run build`: node bench/start-up.ts
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { formatSpread, spreadOf } from './spread.ts'

const root = join(import.meta.dirname, '..')
const rounds = 15
const loadBefore = loadavg()[0] ?? Number.NaN

/** What is started, and the exit code that says that it did what it should. */
interface Candidate {
  readonly args: readonly string[]
  readonly exitCode: number
}

/** The time in ms. Throws when it ended otherwise: a program that is not there starts fast. */
const startMs = ({ args, exitCode }: Candidate): number => {
  const begunMs = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', env: { PATH: process.env.PATH } })
  const endedMs = performance.now()
  if (status !== exitCode) throw new Error(`${args.join(' ')} ended with ${status}, not ${exitCode}.`)
  return endedMs - begunMs
}

mkdirSync(join(root, 'build'), { recursive: true })
const folder = mkdtempSync(join(root, 'build', 'start-up-'))
try {
  const empty = join(folder, 'empty.js')
  writeFileSync(empty, '')
  const libraries = join(folder, 'libraries.js')
  writeFileSync(
    libraries,
    "import { request } from 'undici'\nimport { z } from 'zod'\nimport { info } from '@actions/core'\nif (process.argv.length > 9) console.log(request, z, info)\n",
  )
  const bundle = join(folder, 'bundle')
  mkdirSync(bundle)
  execFileSync(join(root, 'node_modules', '.bin', 'ncc'), ['build', libraries, '--out', bundle, '--quiet'], {
    stdio: 'ignore',
  })
  const candidates: Readonly<Record<string, Candidate>> = {
    emptyScript: { args: [empty], exitCode: 0 },
    undiciZodCore: { args: [join(bundle, 'index.js')], exitCode: 0 },
    cliVersion: { args: [join(root, 'dist', 'cli', 'index.js'), '--version'], exitCode: 0 },
    actionWithoutInputs: { args: [join(root, 'dist', 'main', 'index.js')], exitCode: 2 },
    postWithNothingToDo: { args: [join(root, 'dist', 'post', 'index.js')], exitCode: 0 },
  }
  const times = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]))
  // One of each in turn, so that a busy moment of the machine hits all alike.
  for (let i = 0; i < rounds; i++)
    for (const [name, candidate] of Object.entries(candidates)) times.get(name)?.push(startMs(candidate))
  const reference = spreadOf(times.get('undiciZodCore') ?? []).median
  console.log(`${rounds} starts of each; load ${loadBefore.toFixed(2)} before`)
  for (const [name, all] of times) {
    const spread = spreadOf(all)
    console.log(
      `${name.padEnd(22)} ${formatSpread(spread, 0).padEnd(20)} ms   ${(spread.median / reference).toFixed(2)} × undiciZodCore`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

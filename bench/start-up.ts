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

const startMs = (args: readonly string[]): number => {
  const begunMs = performance.now()
  spawnSync(process.execPath, args, { stdio: 'ignore' })
  return performance.now() - begunMs
}

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
  const candidates = {
    emptyScript: [empty],
    undiciZodCore: [join(bundle, 'index.js')],
    cliVersion: [join(root, 'dist', 'cli', 'index.js'), '--version'],
    actionWithoutInputs: [join(root, 'dist', 'main', 'index.js')],
    postWithNothingToDo: [join(root, 'dist', 'post', 'index.js')],
  }
  const times = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]))
  // One of each in turn, so that a busy moment of the machine hits all alike.
  for (let i = 0; i < rounds; i++)
    for (const [name, args] of Object.entries(candidates)) times.get(name)?.push(startMs(args))
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

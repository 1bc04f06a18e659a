/**
 * How long the bundles take to start and do nothing, against an empty script and a bundle that only imports undici, zod
 * and @actions/core. Goal: at most 1.3 times the latter's median. Run after `npm run build`: node bench/start-up.ts
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const rounds = 15

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

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
    postWithNothingToDo: [join(root, 'dist', 'post', 'index.js')],
  }
  const times = new Map<string, number[]>(Object.keys(candidates).map((name) => [name, []]))
  // One of each in turn, so that a busy moment of the machine hits all alike.
  for (let i = 0; i < rounds; i++)
    for (const [name, args] of Object.entries(candidates)) times.get(name)?.push(startMs(args))
  const reference = median(times.get('undiciZodCore') ?? [])
  for (const [name, all] of times) {
    const middle = median(all)
    console.log(
      `${name.padEnd(22)} median ${middle.toFixed(0).padStart(4)} ms   ${(middle / reference).toFixed(2)} × undiciZodCore`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

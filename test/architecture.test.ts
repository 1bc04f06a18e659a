import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const src = join(root, 'src')

/** Rooms and what each may import: the table of CONTRIBUTING.md. `node` is any node:* module. */
const arrows: Record<string, readonly string[]> = {
  model: ['zod'],
  errors: ['model'],
  ports: ['model'],
  policy: ['model', 'errors', 'yaml', 'zod'],
  core: ['model', 'errors', 'simple-statistics', 'semver'],
  measure: ['core', 'model', 'ports', 'errors'],
  render: ['model', 'vega', 'vega-lite'],
  proxy: ['model', 'errors', 'node'],
  embedded: ['model', 'errors', 'node', 'zod', 'node-llama-cpp'],
  main: ['policy', 'core', 'measure', 'render', 'model', 'ports', 'errors'],
}

/** An adapter's room: its own library besides what every adapter may import. */
const adapterLibraries: Record<string, readonly string[]> = {
  github: ['@actions/core', 'zod'],
  ollama: ['undici', 'zod'],
  process: ['execa'],
  files: ['zod'],
  clock: [],
  documents: ['csv-parse'],
  gpu: ['execa'],
  host: ['systeminformation'],
  lock: ['proper-lockfile', 'zod'],
}

const files = (readdirSync(src, { recursive: true }) as string[])
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'))

const text = (path: string): string => readFileSync(join(src, path), 'utf8')

/** The room of a file: a folder, an adapter's folder, or a file at the top. Entries may import everything. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (first === 'adapters') return `adapters/${second}`
  if (path === 'main.ts' || path === 'errors.ts') return first.replace('.ts', '')
  return path.includes('/') && first !== 'verbs' ? first : 'entry'
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g

interface Import {
  readonly from: string
  readonly target: string
}

/** What a file imports: the room it lies in for our own, the package's name or `node` for others. */
function importsOf(path: string): readonly Import[] {
  return [...text(path).matchAll(importPattern)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? ''
    if (name.startsWith('.')) {
      const resolved = relative(src, join(src, dirname(path), name)).replaceAll('\\', '/')
      return { from: path, target: resolved.startsWith('..') ? 'manifest' : resolved }
    }
    if (name.startsWith('node:') || builtinModules.includes(name)) return { from: path, target: 'node' }
    return {
      from: path,
      target: name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    }
  })
}

const isOurs = (target: string): boolean => target.endsWith('.ts')

function isAllowed({ from, target }: Import): boolean {
  const room = roomOf(from)
  if (room === 'entry') return true
  const goal = isOurs(target) ? roomOf(target) : target
  if (goal === room) return true
  if (!room.startsWith('adapters/')) return arrows[room]?.includes(goal) ?? false
  const own = adapterLibraries[room.slice('adapters/'.length)]
  return own !== undefined && ['model', 'ports', 'errors', 'node', ...own].includes(goal)
}

/** The only place that may open a library's door. */
const doors: Record<string, RegExp> = {
  '@actions/core': /^adapters\/github\//,
  '@actions/github': /^adapters\/github\//,
  undici: /^adapters\/ollama\//,
  'simple-statistics': /^core\/statistics\/descriptive\.ts$/,
  commander: /^cli\.ts$/,
  'csv-parse': /^adapters\/documents\//,
  vega: /^render\/report\//,
  'vega-lite': /^render\/report\//,
  execa: /^adapters\/(gpu|process)\//,
  systeminformation: /^adapters\/host\//,
  'proper-lockfile': /^adapters\/lock\//,
  yaml: /^policy\//,
}

describe('the house', () => {
  const all = files.flatMap(importsOf)

  test('every import follows the arrows', () => {
    expect(all.filter((one) => !isAllowed(one))).toEqual([])
  })

  test('each library has one door', () => {
    const through = all.filter(({ from, target }) => doors[target] && !doors[target].test(from))
    expect(through).toEqual([])
  })

  test('nothing of the gate imports the embedded server', () => {
    expect(
      all.filter(({ from, target }) => target.startsWith('embedded/') && !from.startsWith('embedded/')),
    ).toEqual([])
  })

  test('model, core and render know no clock, no chance and no environment', () => {
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.|process\.|setTimeout|setInterval|fetch\()/
    expect(files.filter((path) => /^(model|core|render)\//.test(path) && impure.test(text(path)))).toEqual([])
  })

  test('there are no import cycles', () => {
    const graph = new Map(
      files.map((path) => [
        path,
        importsOf(path)
          .map(({ target }) => target)
          .filter(isOurs),
      ]),
    )
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      if (done.has(path) || trail.includes(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of files) visit(path, [])
    expect(cycles).toEqual([])
  })

  test('no drawers', () => {
    expect(files.filter((path) => /(^|\/)(utils?|helpers?|types|common|misc)(\/|\.ts$)/.test(path))).toEqual(
      [],
    )
  })

  test('files can be read in one sitting: 400 lines at most, 250 are reported', () => {
    const sizes = files.map((path) => ({ path, lines: text(path).split('\n').length }))
    for (const { path, lines } of sizes.filter((one) => one.lines > 250))
      console.warn(`${path} has ${lines} lines`)
    expect(sizes.filter(({ path, lines }) => lines > 400 && path !== 'model/metric-catalog.ts')).toEqual([])
  })

  test('nothing reads what is not in the repository', () => {
    expect(files.filter((path) => text(path).includes('../shared'))).toEqual([])
  })

  test('every file opens with a line that says what it is', () => {
    expect(files.filter((path) => !/^(#!.*\n)?\/\*\*/.test(text(path)))).toEqual([])
  })
})

/** Writes the tables of inputs and outputs in README.md from action.yml; with --check it only says whether they are stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

interface Described {
  readonly description: string
  readonly required?: boolean
  readonly default?: string
}

interface Action {
  readonly inputs: Readonly<Record<string, Described>>
  readonly outputs: Readonly<Record<string, Described>>
}

/** Thrown when README.md has no place for a table. */
export class MissingMarkersError extends Error {}

const cell = (text: string): string => text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')

const defaultCell = (input: Described): string =>
  input.required ? 'required' : input.default === undefined ? '' : `\`${input.default}\``

const inputsTable = ({ inputs }: Action): string =>
  [
    '| input | default | |',
    '|---|---|---|',
    ...Object.entries(inputs).map(
      ([name, input]) => `| \`${name}\` | ${defaultCell(input)} | ${cell(input.description)} |`,
    ),
  ].join('\n')

const outputsTable = ({ outputs }: Action): string =>
  [
    '| output | |',
    '|---|---|',
    ...Object.entries(outputs).map(([name, output]) => `| \`${name}\` | ${cell(output.description)} |`),
  ].join('\n')

const replaceBetween = (readme: string, name: string, table: string): string => {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [readme.indexOf(open), readme.indexOf(close)]
  if (start < 0 || end < start)
    throw new MissingMarkersError(`README.md has no ${open} … ${close} to put the table of ${name} between.`)
  return `${readme.slice(0, start + open.length)}\n\n${table}\n\n${readme.slice(end)}`
}

/** The README with both tables fresh. Throws MissingMarkersError when a table has no place. */
export const withTables = (readme: string, actionYaml: string): string => {
  const action = parse(actionYaml) as Action // our own file, checked by the action's tests
  const inputs = replaceBetween(readme, 'inputs', inputsTable(action))
  return replaceBetween(inputs, 'outputs', outputsTable(action))
}

const main = (check: boolean): string | null => {
  const readme = readFileSync('README.md', 'utf8')
  const fresh = withTables(readme, readFileSync('action.yml', 'utf8'))
  if (fresh === readme) return null
  if (check) return 'README.md: its tables of inputs and outputs are stale. Run: node .ci/readme-tables.ts'
  writeFileSync('README.md', fresh)
  return null
}

if (import.meta.main) {
  try {
    const complaint = main(process.argv.includes('--check'))
    if (complaint) {
      console.error(complaint)
      process.exitCode = 1
    }
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : String(thrown))
    process.exitCode = 1
  }
}

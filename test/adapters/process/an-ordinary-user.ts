/** Runs a program as a user without privileges: root may do anything, and would test nothing. */
import { spawnSync } from 'node:child_process'

/** Debian's and most others' `nobody`. */
const nobody = 65_534

const isRoot = process.getuid?.() === 0

/** The user that the programs below run as; null where there are no users. */
export const ordinaryUser: number | null = isRoot ? nobody : (process.getuid?.() ?? null)

const run = (code: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', code, ...args], {
    encoding: 'utf8',
    cwd: '/',
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  })

const file = new URL('./fake-ollama.ts', import.meta.url).href

/** Whether such a user can reach this checkout and this Node; tests say so when they are skipped for it. */
export const hasOrdinaryUser =
  ordinaryUser !== null && run(`await import(${JSON.stringify(file)})`).status === 0

/** What the program prints as JSON. `modules` are imported by name from paths relative to this folder. */
export function askAsOrdinaryUser(module: string, code: string, ...args: readonly string[]): unknown {
  const url = new URL(module, import.meta.url).href
  const { stdout, stderr } = run(
    `import * as it from ${JSON.stringify(url)}\nconst args = process.argv.slice(1)\nconst said = await (async () => { ${code} })().catch((error) => ({ threw: error.name, message: error.message }))\nconsole.log(JSON.stringify(said ?? null))`,
    ...args,
  )
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

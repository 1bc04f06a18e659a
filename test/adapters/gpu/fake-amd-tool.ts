/** Puts a program named amd-smi or rocm-smi into a folder of its own, which answers by its first argument. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What it prints, by its first argument, and how it ends; another argument is refused with 2. */
export type FakeAnswers = Readonly<Record<string, { readonly text: string; readonly code?: number }>>

export interface FakeAmdTool {
  readonly folder: string
  /** An environment with nothing on the PATH but this and the system's own programs. */
  readonly env: NodeJS.ProcessEnv
  answer(answers: FakeAnswers): void
  /** How long each further call takes, in seconds. */
  slow(seconds: number): void
  /** `start PID` and `end PID` of every call, in order. */
  log(): readonly string[]
  remove(): void
}

const program = `#!/bin/sh
here=$(dirname "$0")
echo "start $$" >> "$here/log"
[ -f "$here/delay" ] && sleep "$(cat "$here/delay")"
code=2
if [ -f "$here/answer$1" ]; then
  cat "$here/answer$1"
  code=$(cat "$here/code$1")
else
  echo "invalid choice: $1" >&2
fi
echo "end $$" >> "$here/log"
exit "$code"
`

export function makeFakeAmdTool(name: 'amd-smi' | 'rocm-smi', answers: FakeAnswers): FakeAmdTool {
  const folder = mkdtempSync(join(tmpdir(), `fake-${name}-`))
  const file = (part: string) => join(folder, part)
  writeFileSync(file(name), program)
  chmodSync(file(name), 0o755)
  const answer = (parts: FakeAnswers) => {
    for (const [part, { text, code = 0 }] of Object.entries(parts)) {
      writeFileSync(file(`answer${part}`), text)
      writeFileSync(file(`code${part}`), String(code))
    }
  }
  answer(answers)
  return {
    folder,
    env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
    answer,
    slow: (seconds) => writeFileSync(file('delay'), String(seconds)),
    log: () => (existsSync(file('log')) ? readFileSync(file('log'), 'utf8').split('\n').filter(Boolean) : []),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

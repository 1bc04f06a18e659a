/**
 * A program named `ollama` for machines without one: it understands `--version` and `serve`, logs as Ollama does, and
 * answers through our scripted engine in a child of its own, as Ollama through its runner.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What it does; all that is left out is as a healthy server on a machine without a GPU would. */
export interface FakeOllamaBehaviour {
  /** What it says of itself, and in its log; the API says that it is the scripted engine. */
  readonly version?: string
  /** The whole answer to `--version` instead. */
  readonly versionText?: string
  /** E.g. CUDA; cpu by default. */
  readonly library?: string
  /** More lines for its log, once it has looked for GPUs. */
  readonly logLines?: readonly string[]
  /** For so long it listens and does not answer. */
  readonly discoveryMs?: number
  /** It says this and ends with exit code 1 before it listens. */
  readonly diesAtStart?: string
  /** It says so, ends so long after it listens, and has not answered yet. */
  readonly diesDuringDiscoveryMs?: number
  /** From this start on (the first is 1) it dies at once. */
  readonly diesFromStart?: number
  /** So many starts end with the port in use. */
  readonly portTakenTimes?: number
  /** It ends by itself so long after it can answer. */
  readonly diesAfterMs?: number
  readonly neverListens?: boolean
  readonly ignoresSigterm?: boolean
  /** It starts a child that ignores SIGTERM and does not end with it. */
  readonly leavesChild?: boolean
  /** Script of the scripted engine: a path. */
  readonly script?: string
}

export interface FakeOllama {
  readonly binary: string
  /** The environment that its latest `serve` was given. */
  environment(): Record<string, string>
  remove(): void
}

const program = join(import.meta.dirname, 'fake-ollama-program.ts')

/** Makes the program in a temporary folder. It does not end by itself: whoever starts it ends it. */
export async function makeFakeOllama(behaviour: FakeOllamaBehaviour = {}): Promise<FakeOllama> {
  const folder = mkdtempSync(join(tmpdir(), 'fake-ollama-'))
  const binary = join(folder, 'ollama')
  writeFileSync(join(folder, 'behaviour.json'), JSON.stringify(behaviour))
  writeFileSync(
    binary,
    `#!${process.execPath}\nimport(${JSON.stringify(pathToFileURL(program).href)}).then((it) => it.run(${JSON.stringify(folder)}))\n`,
  )
  chmodSync(binary, 0o755)
  return {
    binary,
    environment: () => JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

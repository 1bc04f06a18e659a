/** Scripted servers for the benchmarks, each a process of its own. Knows what they play, not what is measured. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedServers } from '../src/adapters/process/embedded-servers.ts'

/** What every server plays: nobody slows anybody, and no figure has noise of its own. */
export interface Play {
  readonly ttftMs: number
  readonly tokensPerSecond: number
}

/** Running servers with a folder for the benchmark's own files; both are gone with it. */
export interface ScriptedServers extends AsyncDisposable {
  readonly urls: readonly string[]
  readonly folder: string
}

/** Starts so many servers. Throws MachineError when one cannot start. */
export async function startScriptedServers(count: number, play: Play): Promise<ScriptedServers> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const script = join(folder, 'script.json')
  writeFileSync(script, JSON.stringify({ ...play, jitterRatio: 0, contention: { shared: 0 }, loadMs: 10 }))
  const entry = join(import.meta.dirname, '..', 'src', 'embedded', 'main.ts')
  const { urls, stop } = await startEmbeddedServers({ entry, engine: 'scripted', count, scripts: [script] })
  return {
    urls,
    folder,
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A scripted server that can be killed and started again under the same port, as a service manager does with Ollama. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listeningUrl, type ServerProcess, spawnServer } from '../embedded/servers.ts'
import { afterTheTests } from './clean-up.ts'

/** A server process that is replaced by its like. */
export interface MortalEngine {
  readonly url: string
  /** Kills it and starts it anew; resolves when it answers again, with nothing loaded. */
  restart(): Promise<void>
}

/** Starts it; what runs of it ends with the tests. */
export async function aMortalEngine(script: object): Promise<MortalEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-mortal-'))
  const file = join(folder, 'script.json')
  writeFileSync(file, JSON.stringify(script))
  const spawn = (port: string): ServerProcess =>
    spawnServer(['--engine', 'scripted', '--script', file, '--port', port, '--die-with-parent'])
  let server = spawn('0')
  const url = await listeningUrl(server)
  const kill = async (): Promise<void> => {
    server.child.kill('SIGKILL')
    await server.exit
  }
  afterTheTests(async () => {
    await kill()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url,
    restart: async () => {
      await kill()
      server = spawn(new URL(url).port)
      await listeningUrl(server)
    },
  }
}

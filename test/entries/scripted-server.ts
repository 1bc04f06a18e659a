/** Our embedded server with its scripted engine, as a process of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listeningUrl, spawnServer } from '../embedded/servers.ts'
import { afterTheTests } from './clean-up.ts'

/** Starts a server that plays the script, and resolves to its address. It ends with the tests. */
export async function aScriptedServer(script: object = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-script-'))
  const file = join(folder, 'script.json')
  writeFileSync(file, JSON.stringify({ ...quick, ...script }))
  const server = spawnServer(['--engine', 'scripted', '--script', file, '--die-with-parent'])
  afterTheTests(async () => {
    server.child.kill('SIGKILL')
    await server.exit
    rmSync(folder, { recursive: true, force: true })
  })
  return listeningUrl(server)
}

const quick = { ttftMs: 20, tokensPerSecond: 500, loadMs: 5, unloadMs: 1 }

/**
 * A server whose first token takes so long that a client that is late by a third of a second, as on a busy machine,
 * spoils no trial (core/validity.ts): for tests that must come out green.
 */
export const unhurried = { ttftMs: 700, jitterRatio: 0.001 }

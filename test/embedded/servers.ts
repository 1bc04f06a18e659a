/** Starts embedded servers for tests: in this process, or as their own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type RunningServer, startServer } from '../../src/embedded/api/server.ts'
import { type Script, scriptSchema } from '../../src/embedded/scripted/script.ts'
import { createScriptedEngine } from '../../src/embedded/scripted/scripted-engine.ts'

/** The entry as a file. */
const mainFile = fileURLToPath(new URL('../../src/embedded/main.ts', import.meta.url))

/** A script for tests: quick, unless it says otherwise. */
export const aScript = (script: object = {}): Script =>
  scriptSchema.parse({ ttftMs: 1, tokensPerSecond: 1000, loadMs: 5, unloadMs: 1, ...script })

/** Serves a script in this process until the test is over. */
export const serveScript = async (script: object = {}, parallel = 1): Promise<string> => {
  const parsed = aScript(script)
  const engine = createScriptedEngine(parsed, { parallel, seed: parsed.seed })
  const server: RunningServer = await startServer(engine, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return server.url
}

/** A server process. `exit` resolves with its exit code, or with the signal that ended it. */
export interface ServerProcess {
  readonly child: ChildProcess
  readonly exit: Promise<number | string>
  stdout(): string
  stderr(): string
}

/** Starts the entry with arguments, and Node with options; whoever starts it stops it. */
export const spawnServer = (line: readonly string[], nodeOptions: readonly string[] = []): ServerProcess => {
  const child = spawn(process.execPath, [...nodeOptions, mainFile, ...line], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (bytes) => {
    stdout += String(bytes)
  })
  child.stderr.on('data', (bytes) => {
    stderr += String(bytes)
  })
  const exit = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  return { child, exit, stdout: () => stdout, stderr: () => stderr }
}

/** Waits for the line that a server prints when it serves. Throws with its stderr when it ends before. */
export const listeningUrl = async (server: ServerProcess): Promise<string> => {
  const ended = server.exit.then((code) => {
    throw new Error(`the server ended with ${code}: ${server.stderr()}`)
  })
  while (!server.stdout().includes('\n')) {
    await Promise.race([once(server.child.stdout ?? server.child, 'data'), ended])
  }
  ended.catch(() => {})
  const line = JSON.parse(server.stdout()) as { listening: string }
  return line.listening
}

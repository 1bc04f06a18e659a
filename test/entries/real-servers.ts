/** Real Ollama servers for tests: those of OLLAMA_BIN, started on free ports with a HOME of their own, or OLLAMA_URL. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterTheTests } from './clean-up.ts'
import { deadUrl } from './stub-servers.ts'

/** Why there is no real server; null when there is one. */
export const whyNoOllama = (): string | null =>
  process.env.OLLAMA_URL || (process.env.OLLAMA_BIN && process.env.OLLAMA_MODELS)
    ? null
    : 'Skipped: set OLLAMA_BIN (a binary) and OLLAMA_MODELS (a store with a model), or OLLAMA_URL (a server with one).'

/** Whether servers can be started, so that there can be two. */
export const canStartOllama = (): boolean => Boolean(process.env.OLLAMA_BIN && process.env.OLLAMA_MODELS)

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (
      await fetch(`${url}/api/version`)
        .then(({ ok }) => ok)
        .catch(() => false)
    )
      return
    await wait(100)
  }
  throw new Error(`the Ollama at ${url} does not answer`)
}

/** An address that answers: OLLAMA_URL, or a server that is started here and ends with the tests. */
export async function aRealOllama(): Promise<string> {
  if (!canStartOllama()) return process.env.OLLAMA_URL ?? ''
  const home = mkdtempSync(join(tmpdir(), 'gate-ollama-'))
  const url = await deadUrl()
  const child = spawn(process.env.OLLAMA_BIN ?? '', ['serve'], {
    env: {
      ...process.env,
      HOME: home,
      OLLAMA_HOST: new URL(url).host,
      OLLAMA_NOPRUNE: '1',
      OLLAMA_NO_CLOUD: '1',
    },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  afterTheTests(async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(home, { recursive: true, force: true })
  })
  await answers(url)
  return url
}

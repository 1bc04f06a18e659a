/** Our servers with a real Ollama: OLLAMA_BIN is its binary, OLLAMA_MODELS a store with at least one small model. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startOllamaServers } from '../../../src/adapters/process/ollama-servers.ts'
import { endOrphan, endServersOf, findOrphans } from '../../../src/adapters/process/started-registry.ts'
import type { StartedServers } from '../../../src/ports/started-servers.ts'
import { eventually, firstPort, isAlive } from './is-alive.ts'

const { OLLAMA_BIN: binary = '', OLLAMA_MODELS: store = '' } = process.env
const isThere = binary !== '' && store !== ''
if (!isThere) console.warn('Skipped: set OLLAMA_BIN (a binary) and OLLAMA_MODELS (a store with a model).')

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'real-servers-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function start(
  count: number,
  settings: Record<string, string> = {},
): Promise<{ servers: StartedServers; folder: string }> {
  const folder = aFolder()
  const servers = await startOllamaServers({
    binary,
    count,
    settings,
    modelStores: [store],
    logFolder: join(folder, 'logs'),
    stateFolder: join(folder, 'state'),
    label: 'head',
    env: { PATH: process.env.PATH, HOME: folder },
    signal: new AbortController().signal,
    onNote: () => undefined,
    firstPort,
  })
  undo.push(() => servers.stop())
  return { servers, folder }
}

const ask = async (
  url: string | undefined,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> => {
  const response = await fetch(`${url}${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  return (await response.json()) as Record<string, unknown>
}

/** Loads the smallest model of the store, so that the server has a runner. */
async function load(url: string | undefined): Promise<void> {
  const { models } = (await ask(url, '/api/tags')) as { models: { name: string; size: number }[] }
  const [smallest] = models.toSorted((a, b) => a.size - b.size)
  const answer = await ask(url, '/api/generate', {
    model: smallest?.name,
    stream: false,
    options: { num_ctx: 512 },
  })
  expect(answer).toMatchObject({ done_reason: 'load' })
}

describe.skipIf(!isThere)('a real Ollama', () => {
  it.each([1, 2, 3])('runs %i times, is known by its log, and leaves nothing', async (count) => {
    const { servers, folder } = await start(count, { OLLAMA_NUM_PARALLEL: '2', OLLAMA_FLASH_ATTENTION: '0' })
    for (const [index, url] of servers.urls.entries()) {
      const facts = servers.facts()[index]
      expect((await ask(url, '/api/version')).version).toBe(facts?.clientVersion)
      expect(facts?.library).not.toBe(null)
      expect(facts?.settings).toMatchObject({
        OLLAMA_NUM_PARALLEL: '2',
        OLLAMA_FLASH_ATTENTION: '0',
        OLLAMA_KEEP_ALIVE: '-1',
        OLLAMA_NOPRUNE: 'true',
        OLLAMA_KV_CACHE_TYPE: 'f16',
      })
      expect(facts?.fallbacks.length).toBe(facts?.library === 'cpu' ? 1 : 0)
      await load(url)
    }
    const pids = await servers.pids()
    expect(pids).toHaveLength(2 * count)
    expect(readdirSync(join(folder, 'state'))).toHaveLength(count)
    await servers.stop()
    expect(pids.some(isAlive)).toBe(false)
    expect(readdirSync(join(folder, 'state'))).toEqual([])
    const log = readFileSync(join(folder, `logs/server-head-${firstPort}.log`), 'utf8')
    expect(log).toContain('Listening on')
  })

  it('of two jobs that start at once takes two ports', async () => {
    const both = await Promise.all([start(1), start(1), start(1)])
    const urls = both.flatMap(({ servers }) => servers.urls)
    expect(urls.toSorted()).toEqual([0, 1, 2].map((n) => `http://127.0.0.1:${firstPort + n}`))
    // One that still looks for GPUs has a child for that.
    const pids = (await Promise.all(both.map(({ servers }) => servers.pids()))).flat()
    expect(pids.length).toBeGreaterThanOrEqual(3)
    expect(new Set(pids).size).toBe(pids.length)
  })

  it('starts again without the model that it had loaded', async () => {
    const { servers } = await start(1)
    await load(servers.urls[0])
    const before = await servers.pids()
    await servers.restart()
    expect(before.some(isAlive)).toBe(false)
    expect(await ask(servers.urls[0], '/api/ps')).toEqual({ models: [] })
  })

  it('is told of when it is killed, and its runner goes too', async () => {
    const { servers } = await start(1)
    await load(servers.urls[0])
    const pids = await servers.pids()
    process.kill(pids[0] ?? 0, 'SIGKILL')
    await eventually(() => servers.trouble() !== null)
    expect(servers.trouble()).toContain('was ended by SIGKILL')
    await eventually(() => !pids.some(isAlive))
  })

  it.each(['server', 'runner'])('of a gate that was killed is found by its %s, and ended', async (what) => {
    const folder = aFolder()
    const program = join(import.meta.dirname, 'owner-of-servers.ts')
    const owner = spawn(process.execPath, [program, binary, folder, String(firstPort)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(owner.stdout, 'data')
    const {
      urls,
      pids,
      owner: name,
    }: { urls: string[]; pids: number[]; owner: string } = JSON.parse(String(line))
    const [server = 0] = pids
    await load(urls[0])
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const state = join(folder, 'state')
    if (what === 'runner') {
      process.kill(server, 'SIGKILL')
      await eventually(() => !isAlive(server))
    }
    const [orphan] = (await findOrphans(state)) ?? []
    expect(orphan).toMatchObject({ pid: server, serverRuns: what === 'server', canEnd: true })
    expect(orphan?.pids).toHaveLength(what === 'server' ? 2 : 1)
    if (orphan && what === 'server') expect(await endOrphan(orphan)).toBe(true)
    else expect((await endServersOf(state, name)).ended).toHaveLength(1)
    expect(orphan?.pids.some(isAlive)).toBe(false)
    expect(existsSync(state) && readdirSync(state)).toEqual([])
  })
})

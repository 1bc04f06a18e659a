import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type OllamaServersOptions,
  startOllamaServers,
} from '../../../src/adapters/process/ollama-servers.ts'
import { InputError, MachineError } from '../../../src/errors.ts'
import { embeddedVersions } from '../../../src/model/environment.ts'
import type { StartedServers } from '../../../src/ports/started-servers.ts'
import { type FakeOllama, type FakeOllamaBehaviour, makeFakeOllama } from './fake-ollama.ts'
import { eventually, firstPort, isAlive } from './is-alive.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'servers-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const aFake = async (behaviour: FakeOllamaBehaviour = {}): Promise<FakeOllama> => {
  const fake = await makeFakeOllama(behaviour)
  undo.push(fake.remove)
  return fake
}

interface Scene {
  readonly fake: FakeOllama
  readonly folder: string
  readonly notes: string[]
  readonly started: Promise<StartedServers>
}

/** Starts servers of a fake; they are stopped after the test, whatever became of them. */
async function start(
  behaviour: FakeOllamaBehaviour = {},
  options: Partial<OllamaServersOptions> = {},
): Promise<Scene> {
  const [fake, folder, notes] = [await aFake(behaviour), aFolder(), [] as string[]]
  const started = startOllamaServers({
    binary: fake.binary,
    count: 1,
    settings: {},
    modelStores: [],
    logFolder: join(folder, 'logs'),
    stateFolder: join(folder, 'state'),
    label: 'head',
    env: { PATH: process.env.PATH, HOME: folder },
    signal: new AbortController().signal,
    onNote: (text) => notes.push(text),
    firstPort,
    ...options,
  })
  undo.push(() => started.then((servers) => servers.stop()).catch(() => undefined))
  return { fake, folder, notes, started }
}

const versionAt = async (url: string | undefined): Promise<unknown> =>
  (await fetch(`${url}/api/version`)).json()

const entriesIn = (folder: string): readonly string[] => {
  const state = join(folder, 'state')
  return existsSync(state) ? readdirSync(state) : []
}

const occupy = async (port: number, body: string): Promise<void> => {
  const server: Server = createServer((_, response) => response.setHeader('connection', 'close').end(body))
  undo.push(() => server.close())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

describe('starting', () => {
  it('gives servers that answer, on ports from the first one up', async () => {
    const { started, notes } = await start({}, { count: 3 })
    const { urls, trouble } = await started
    expect(urls).toEqual([0, 1, 2].map((n) => `http://127.0.0.1:${firstPort + n}`))
    for (const url of urls) expect(await versionAt(url)).toEqual({ version: embeddedVersions.scripted })
    expect(trouble()).toBe(null)
    expect(notes).toEqual([])
  })

  it('pins their settings, tells those in force, and gives them no secrets', async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: aFolder(),
      GITHUB_TOKEN: 'secret',
      ACTIONS_RUNTIME_URL: 'x',
      RUNNER_TEMP: 'x',
      OLLAMA_DEBUG: '1',
      CUDA_VISIBLE_DEVICES: '1',
    }
    const settings = { OLLAMA_NUM_PARALLEL: '2', OLLAMA_FLASH_ATTENTION: '1', LLAMA_ARG_CACHE_RAM: '0' }
    const { started, fake, notes } = await start({ library: 'CUDA' }, { env, settings })
    const [facts] = (await started).facts()
    expect(facts).toMatchObject({
      url: `http://127.0.0.1:${firstPort}`,
      clientVersion: '0.24.0',
      library: 'CUDA',
      fallbacks: [],
      settings: {
        CUDA_VISIBLE_DEVICES: '1',
        LLAMA_ARG_CACHE_RAM: '0',
        OLLAMA_FLASH_ATTENTION: '1',
        OLLAMA_KV_CACHE_TYPE: 'f16',
        OLLAMA_NOPRUNE: 'true',
        OLLAMA_NUM_PARALLEL: '2',
      },
    })
    expect(fake.environment()).toMatchObject({ ...settings, HOME: env.HOME, OLLAMA_KEEP_ALIVE: '-1' })
    expect(
      Object.keys(fake.environment()).filter((name) => /GITHUB|ACTIONS|RUNNER|DEBUG/.test(name)),
    ).toEqual([])
    expect(notes).toEqual([
      'OLLAMA_DEBUG is set for this job and not passed on: servers get what the policy says in servers.environment.',
    ])
  })

  it('tells of a fallback to the CPU, also of one at a later load', async () => {
    const { started, folder } = await start({
      library: 'cpu',
      logLines: ['load_tensors: offloaded 5/37 layers to GPU'],
    })
    const servers = await started
    await eventually(() => servers.facts()[0]?.fallbacks.length === 2)
    expect(servers.facts()[0]?.library).toBe('cpu')
    const log = readFileSync(join(folder, `logs/server-head-${firstPort}.log`), 'utf8')
    expect(log).toContain('offloaded 5/37')
  })

  it('tells of new fallbacks once, and again at the next start', async () => {
    const line = 'load_tensors: offloaded 5/37 layers to GPU'
    const { started } = await start({ library: 'CUDA', logLines: [line] })
    const servers = await started
    const lap: string[] = []
    await eventually(() => lap.push(...servers.newFallbacks()) > 0)
    const said = `${servers.urls[0]}: ${line}`
    expect(lap).toEqual([said])
    expect(servers.newFallbacks()).toEqual([])
    expect(servers.facts()[0]?.fallbacks).toEqual([line])
    await servers.restart()
    await eventually(() => lap.push(...servers.newFallbacks()) > 1)
    expect(lap).toEqual([said, said])
    await servers.stop()
    expect(servers.newFallbacks()).toEqual([])
  })

  it('waits for a slow discovery', async () => {
    const { started } = await start({ discoveryMs: 2500 })
    expect(await versionAt((await started).urls[0])).toEqual({ version: embeddedVersions.scripted })
  })

  it('gives each its store, one for all, or that of our environment', async () => {
    const [a, b] = [aFolder(), aFolder()]
    const each = await start({}, { count: 2, modelStores: [a, b] })
    await each.started
    expect(each.fake.environment().OLLAMA_MODELS).toBe(b)
    const ours = await start({}, { env: { PATH: process.env.PATH, HOME: a, OLLAMA_MODELS: a } })
    await ours.started
    expect(ours.fake.environment().OLLAMA_MODELS).toBe(a)
    expect(ours.notes).toEqual([`The model store ${a} is empty: models have to be pulled into it.`])
  })

  it('stands in for a home that is missing, and removes it', async () => {
    const { started, fake, notes } = await start({}, { env: { PATH: process.env.PATH } })
    const servers = await started
    const home = fake.environment().HOME ?? ''
    expect(existsSync(home)).toBe(true)
    expect(notes).toEqual([expect.stringContaining('HOME is not set')])
    await servers.stop()
    expect(existsSync(home)).toBe(false)
  })
})

describe('a port that is taken', () => {
  it.each([
    ['an Ollama', '{"version":"0.24.0"}', `Ollama 0.24.0 answers on port ${firstPort} already.`],
    ['something else', 'hello', `Something that is not Ollama answers on port ${firstPort}.`],
  ])('by %s is left alone', async (_, body, words) => {
    await occupy(firstPort, body)
    const { started, notes } = await start()
    expect((await started).urls).toEqual([`http://127.0.0.1:${firstPort + 1}`])
    expect(notes).toEqual([`${words} Another port is taken instead.`])
    expect(await (await fetch(`http://127.0.0.1:${firstPort}`)).text()).toBe(body)
  })

  it('in the moment of the start makes it try the next', async () => {
    const { started, folder } = await start({ portTakenTimes: 2 })
    expect((await started).urls).toEqual([`http://127.0.0.1:${firstPort + 2}`])
    expect(readdirSync(join(folder, 'logs'))).toEqual([`server-head-${firstPort + 2}.log`])
    expect(entriesIn(folder)).toHaveLength(1)
  })

  it('by another server, when ours starts again, is no success', async () => {
    const { started } = await start({ diesAfterMs: 2000 })
    const servers = await started
    await eventually(() => servers.trouble() !== null)
    await occupy(firstPort, '{"version":"0.24.0"}')
    await expect(servers.restart()).rejects.toThrow(`Somebody took http://127.0.0.1:${firstPort}`)
  })

  it('by our own servers is passed over in silence', async () => {
    await (await start()).started
    const base = await start({}, { label: 'base' })
    expect((await base.started).urls).toEqual([`http://127.0.0.1:${firstPort + 1}`])
    expect(base.notes).toEqual([])
  })

  it('everywhere is an error', async () => {
    for (let port = firstPort; port < firstPort + 64; port += 1) await occupy(port, 'hello')
    const { started } = await start()
    await expect(started).rejects.toThrow(`None of the ports ${firstPort} to ${firstPort + 63} is free.`)
  })
})

describe('a server that does not start', () => {
  const panic = 'panic: $HOME is not defined'
  it.each([
    ['dies with a message', { diesAtStart: 'Error: no such thing' }, 'did not start: Error: no such thing.'],
    ['panics', { diesAtStart: panic }, `did not start: ${panic}.`],
    [
      'may not write to its home',
      { diesAtStart: 'Error: could not create directory mkdir /nonexistent: permission denied' },
      'let HOME be a folder that this user may write to',
    ],
    ['dies without a message', { diesAtStart: 'bye' }, 'did not start: it ended with exit code 1.'],
    [
      'dies during its discovery',
      { discoveryMs: 600_000, diesDuringDiscoveryMs: 500 },
      'did not start: fatal error: the fake was told to die.',
    ],
  ])('because it %s', async (_, behaviour, words) => {
    const { started, folder } = await start(behaviour)
    await expect(started).rejects.toThrow(MachineError)
    await expect(started).rejects.toThrow(words)
    expect(entriesIn(folder)).toEqual([])
  })

  it.each([
    ['neither listens nor answers', { neverListens: true }, 'but its log does not say that it listens'],
    ['listens and does not answer', { discoveryMs: 600_000 }, 'It runs and listens.'],
  ])('because it %s', async (_, behaviour, words) => {
    const { started, folder } = await start(behaviour, { readyMs: 2000 })
    await expect(started).rejects.toThrow('did not answer within 2 s.')
    await expect(started).rejects.toThrow(words)
    expect(entriesIn(folder)).toEqual([])
  })

  it('takes those before it with it', async () => {
    const { started, folder } = await start({ diesFromStart: 2 }, { count: 2 })
    await expect(started).rejects.toThrow(MachineError)
    await expect(fetch(`http://127.0.0.1:${firstPort}`)).rejects.toThrow()
    expect(entriesIn(folder)).toEqual([])
  })

  it('because the signal says so', async () => {
    const stop = new AbortController()
    const { started, folder } = await start({ discoveryMs: 600_000 }, { signal: stop.signal })
    await eventually(() => entriesIn(folder).length === 1)
    stop.abort(new Error('SIGTERM'))
    await expect(started).rejects.toThrow('SIGTERM')
    expect(entriesIn(folder)).toEqual([])
  })

  it.each([
    ['a binary', { binary: '/no/such/ollama' }, 'There is no Ollama binary at'],
    ['a store', { modelStores: ['/no/such/store'] }, 'There is no model store at'],
    [
      'the right number of stores',
      { modelStores: ['/', '/', '/'] },
      'There are 3 model stores for one server.',
    ],
  ])('for want of %s, which is the input’s fault', async (_, options, words) => {
    const { started } = await start({}, options)
    await expect(started).rejects.toThrow(InputError)
    await expect(started).rejects.toThrow(words)
  })

  it('for want of a folder for its log', async () => {
    const { started } = await start({}, { logFolder: '/dev/null/logs' })
    await expect(started).rejects.toThrow('The log of a server cannot be written to')
  })

  it('starts all the same when it cannot be entered in the registry, and says what that means', async () => {
    const { started, notes } = await start({}, { stateFolder: '/dev/null/state' })
    await started
    expect(notes).toEqual([expect.stringContaining('were this job killed, nobody would know of it.')])
  })
})

describe('a running server', () => {
  it('is known with all its processes', async () => {
    const servers = await (await start({}, { count: 2 })).started
    const pids = await servers.pids()
    expect(pids).toHaveLength(4)
    expect(pids.every(isAlive)).toBe(true)
  })

  it('that ends by itself is told with its last words', async () => {
    const servers = await (await start({ diesAfterMs: 2000 })).started
    await eventually(() => servers.trouble() !== null)
    expect(servers.trouble()).toMatch(
      /^The Ollama server for head on port \d+ ended with exit code 2, which nobody asked for; its last words: .*fatal error: the fake was told to die\.$/,
    )
    await eventually(async () => (await servers.pids()).length === 0)
  })

  it('that is killed is told with the signal, and its children go too', async () => {
    const servers = await (await start({}, { count: 2 })).started
    const pids = await servers.pids()
    process.kill(pids[0] ?? 0, 'SIGKILL')
    await eventually(() => servers.trouble()?.includes('was ended by SIGKILL') ?? false)
    await eventually(async () => (await servers.pids()).length === 2)
    expect((await servers.pids()).every((pid) => pids.slice(2).includes(pid))).toBe(true)
  })

  it('starts again at the same address, as another process', async () => {
    const { started, folder } = await start({}, { count: 2 })
    const servers = await started
    const [before, urls] = [await servers.pids(), servers.urls]
    await servers.restart()
    expect(servers.urls).toEqual(urls)
    expect(before.some(isAlive)).toBe(false)
    for (const url of urls) expect(await versionAt(url)).toEqual({ version: embeddedVersions.scripted })
    expect(servers.facts().map(({ library }) => library)).toEqual(['cpu', 'cpu'])
    expect(servers.trouble()).toBe(null)
    expect(entriesIn(folder)).toHaveLength(2)
  })

  it('starts again after it was killed', async () => {
    const servers = await (await start()).started
    process.kill((await servers.pids())[0] ?? 0, 'SIGKILL')
    await eventually(() => servers.trouble() !== null)
    await servers.restart()
    expect(servers.trouble()).toBe(null)
    expect(await versionAt(servers.urls[0])).toEqual({ version: embeddedVersions.scripted })
  })

  it('gives up starting again with the signal, or when it is stopped', async () => {
    const { started } = await start({ discoveryMs: 1500 })
    const servers = await started
    await expect(servers.restart(AbortSignal.timeout(300))).rejects.toThrow(/timeout|aborted/)
    const restart = servers.restart()
    const failed = expect(restart).rejects.toThrow('The servers are being stopped.')
    await servers.stop()
    await failed
    expect(await servers.pids()).toEqual([])
  })
})

describe('stopping', () => {
  it.each([
    ['a server that obeys', {}, 2],
    ['one with a child that stays', { leavesChild: true }, 3],
    ['one that ignores SIGTERM as its child does', { ignoresSigterm: true, leavesChild: true }, 3],
  ])('leaves nothing of %s', async (_, behaviour, size) => {
    const { started, folder } = await start(behaviour)
    const servers = await started
    const pids = await servers.pids()
    expect(pids).toHaveLength(size)
    await servers.stop()
    expect(pids.filter(isAlive)).toEqual([])
    expect(await servers.pids()).toEqual([])
    expect(entriesIn(folder)).toEqual([])
  })

  it('is quick once the job itself was told to end', async () => {
    const job = new AbortController()
    const { started } = await start({ ignoresSigterm: true, leavesChild: true }, { signal: job.signal })
    const servers = await started
    const pids = await servers.pids()
    job.abort(new Error('SIGINT'))
    const startMs = performance.now()
    await servers.stop()
    // Left to themselves they would be given ten seconds.
    expect(performance.now() - startMs).toBeLessThan(8000)
    expect(pids.filter(isAlive)).toEqual([])
  })

  it('may be asked for twice, and after the server has gone', async () => {
    const servers = await (await start({ diesAfterMs: 2000 })).started
    await eventually(() => servers.trouble() !== null)
    await Promise.all([servers.stop(), servers.stop()])
    await servers.stop()
    expect(servers.facts()[0]?.clientVersion).toBe('0.24.0')
  })

  it('comes with the end of this process', async () => {
    const [fake, folder] = [await aFake({ ignoresSigterm: true, leavesChild: true }), aFolder()]
    const owner = spawn(
      process.execPath,
      [join(import.meta.dirname, 'owner-of-servers.ts'), fake.binary, folder, String(firstPort), 'exits'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = await once(owner.stdout, 'data')
    const { pids }: { pids: readonly number[] } = JSON.parse(String(line))
    expect(pids).toHaveLength(3)
    await once(owner, 'exit')
    await eventually(() => !pids.some(isAlive))
  })
})

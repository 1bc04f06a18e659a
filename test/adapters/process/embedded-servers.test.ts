import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { startEmbeddedServers } from '../../../src/adapters/process/embedded-servers.ts'
import { MachineError } from '../../../src/errors.ts'
import { embeddedVersions } from '../../../src/model/environment.ts'
import type { StartedServers } from '../../../src/ports/started-servers.ts'

const entry = join(import.meta.dirname, 'stand-in-server.ts')
const folder = mkdtempSync(join(tmpdir(), 'embedded-servers-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Answer {
  readonly pid: number
  readonly env: Record<string, string>
  readonly values: Record<string, string>
}

const ask = async (url: string | undefined): Promise<Answer> =>
  (await (await fetch(url ?? 'http://missing')).json()) as Answer

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** What a server that breeds wrote down: its own process and its child's. */
const pidsIn = (file: string): number[] => readFileSync(file, 'utf8').split(' ').map(Number)

/** Waits for what must come about, however busy the machine is. */
const eventually = async (holds: () => boolean) => {
  while (!holds()) await wait(20)
}

let running: StartedServers | null = null
const start = async (options: Partial<Parameters<typeof startEmbeddedServers>[0]>) => {
  running = await startEmbeddedServers({ entry, engine: 'scripted', count: 1, ...options })
  return running
}
afterEach(async () => {
  await running?.stop()
  running = null
})

describe('startEmbeddedServers', () => {
  it('starts servers that answer, each its own process, with the flags that were asked for', async () => {
    const { urls } = await start({ count: 2, threads: 3, scripts: ['/scripts/slow', '/scripts/fast'] })
    const answers = await Promise.all(urls.map(ask))
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2)
    expect(answers.map(({ values }) => values)).toEqual(
      ['/scripts/slow', '/scripts/fast'].map((script) => ({
        engine: 'scripted',
        port: '0',
        threads: '3',
        script,
        'die-with-parent': true,
      })),
    )
  })

  it('starts the real program', async () => {
    const { urls } = await start({ entry: join(import.meta.dirname, '../../../src/embedded/main.ts') })
    expect(await (await fetch(`${urls[0]}/api/version`)).json()).toEqual({
      version: embeddedVersions.scripted,
    })
  })

  it('gives the last script to servers without one of their own', async () => {
    const { urls } = await start({ count: 2, scripts: ['/scripts/slow'] })
    expect((await ask(urls[1])).values.script).toBe('/scripts/slow')
  })

  it('keeps tokens and CI variables from them', async () => {
    process.env.GITHUB_TOKEN = 'secret'
    const { urls } = await start({})
    delete process.env.GITHUB_TOKEN
    const { env } = await ask(urls[0])
    expect(env.PATH).toBe(process.env.PATH)
    expect(Object.keys(env).filter((name) => /GITHUB|TOKEN|NODE_OPTIONS/.test(name))).toEqual([])
  })

  it('leaves nothing when it stops them, and may be stopped twice', async () => {
    const { urls, stop } = await start({ count: 2 })
    const pids = (await Promise.all(urls.map(ask))).map(({ pid }) => pid)
    await stop()
    await stop()
    expect(pids.map(isAlive)).toEqual([false, false])
  })

  it('ends one that does not want to', async () => {
    const { urls, stop } = await start({ scripts: ['stubborn'] })
    const { pid } = await ask(urls[0])
    await stop()
    expect(isAlive(pid)).toBe(false)
  })

  it('knows all their processes, until they are stopped', async () => {
    const servers = await start({ count: 2 })
    const pids = (await Promise.all(servers.urls.map(ask))).map(({ pid }) => pid)
    expect(await servers.pids()).toEqual(pids)
    expect(servers.newFallbacks()).toEqual([])
    expect(servers.facts()).toEqual(
      servers.urls.map((url) => ({ url, clientVersion: null, settings: {}, library: null, fallbacks: [] })),
    )
    await servers.stop()
    expect(await servers.pids()).toEqual([])
  })

  it('starts them again at the same addresses, as other processes', async () => {
    const servers = await start({ count: 2, scripts: ['/scripts/slow', '/scripts/fast'] })
    const { urls } = servers
    const before = await Promise.all(urls.map(ask))
    await servers.restart()
    const after = await Promise.all(servers.urls.map(ask))
    expect(servers.urls).toEqual(urls)
    expect(before.map(({ pid }) => isAlive(pid))).toEqual([false, false])
    expect(after.map(({ values }) => values.script)).toEqual(['/scripts/slow', '/scripts/fast'])
    expect(servers.trouble()).toBe(null)
  })

  it('tells of one that ended by itself, and of none that was stopped', async () => {
    const servers = await start({ count: 2 })
    expect(servers.trouble()).toBe(null)
    const { pid } = await ask(servers.urls[1])
    process.kill(pid, 'SIGKILL')
    await eventually(() => servers.trouble() !== null)
    expect(servers.trouble()).toBe(
      `The scripted server 2 of 2 on ${servers.urls[1]} ended by itself: it was ended by SIGKILL.`,
    )
    await servers.stop()
    expect((await start({})).trouble()).toBe(null)
  })

  it.skipIf(process.platform === 'win32')('ends their children too', async () => {
    const script = join(folder, 'breeds-and-tells')
    const { urls, stop } = await start({ scripts: [script] })
    await ask(urls[0])
    const pids = pidsIn(script)
    expect(pids.map(isAlive)).toEqual([true, true])
    await stop()
    await eventually(() => !pids.some(isAlive))
  })

  it.each([
    [
      'refuses',
      'The scripted server did not start: llama.cpp is not installed: run npm install. So it ended with exit code 1.',
    ],
    ['crashes', 'Error: a bug in the server'],
  ])('tells in its own words why a server that %s did not start', async (script, words) => {
    const failed = start({ scripts: [script] })
    await expect(failed).rejects.toThrow(MachineError)
    await expect(failed).rejects.toThrow(words)
  })

  it('stops the ones that run when another cannot start', async () => {
    const script = join(folder, 'breeds-first')
    const failed = start({ count: 2, scripts: [script, join(folder, 'refuses-last')] })
    await expect(failed).rejects.toThrow(
      'The scripted server 2 of 2 did not start: it ended with exit code 1.',
    )
    await eventually(() => !pidsIn(script).some(isAlive))
  })

  it('gives up with the reason of the signal while one is still starting', async () => {
    const stop = new AbortController()
    const failed = start({ scripts: ['hangs'], signal: stop.signal })
    stop.abort(new Error('SIGTERM'))
    await expect(failed).rejects.toThrow('SIGTERM')
  })

  it.each(['SIGKILL', 'SIGTERM', 'exit'])('servers go when we go by %s', async (how) => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', parentProgram(how)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(parent.stdout, 'data')
    const { pid } = await ask(String(line).trim())
    if (how !== 'exit') parent.kill(how as NodeJS.Signals)
    else parent.kill('SIGUSR2')
    await once(parent, 'exit')
    await eventually(() => !isAlive(pid))
  })
})

const parentProgram = (how: string): string => {
  const file = new URL('../../../src/adapters/process/embedded-servers.ts', import.meta.url).href
  return `
    import { startEmbeddedServers } from '${file}'
    ${how === 'exit' ? "process.on('SIGUSR2', () => process.exit(3))" : ''}
    const script = ${how === 'exit' ? "'stubborn'" : "'obedient'"}
    const { urls } = await startEmbeddedServers({ entry: '${entry}', engine: 'scripted', count: 1, scripts: [script] })
    console.log(urls[0])
  `
}

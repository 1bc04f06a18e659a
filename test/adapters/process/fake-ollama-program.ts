/** What the fake `ollama` does when it runs, by the behaviour in its folder. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { FakeOllamaBehaviour } from './fake-ollama.ts'

const embedded = join(import.meta.dirname, '../../../src/embedded/main.ts')

const log = (text: string): void => {
  process.stderr.write(`${text}\n`)
}
const info = (message: string, fields = ''): void =>
  log(
    `time=${new Date().toISOString()} level=INFO source=fake.go:1 msg=${JSON.stringify(message)}${fields && ` ${fields}`}`,
  )

/** Tells the settings as Ollama 0.24.0 does: some of them, in Go's words. */
function tellSettings(): void {
  const { env } = process
  const settings = {
    CUDA_VISIBLE_DEVICES: env.CUDA_VISIBLE_DEVICES ?? '',
    OLLAMA_CONTEXT_LENGTH: env.OLLAMA_CONTEXT_LENGTH ?? '0',
    OLLAMA_FLASH_ATTENTION: env.OLLAMA_FLASH_ATTENTION === '1',
    OLLAMA_HOST: `http://${env.OLLAMA_HOST}`,
    OLLAMA_KV_CACHE_TYPE: env.OLLAMA_KV_CACHE_TYPE ?? '',
    OLLAMA_NOPRUNE: env.OLLAMA_NOPRUNE === '1',
    OLLAMA_NUM_PARALLEL: env.OLLAMA_NUM_PARALLEL ?? '1',
    OLLAMA_ORIGINS: '[http://localhost https://localhost http://localhost:*]',
    OLLAMA_REMOTES: '[ollama.com]',
    http_proxy: '',
  }
  const pairs = Object.entries(settings).map(([name, value]) => `${name}:${value}`)
  info('server config', `env=${JSON.stringify(`map[${pairs.join(' ')}]`)}`)
}

/** The port of the child that answers; it lives in our group and inherits our environment, as a runner does. */
async function startEngine({ script }: FakeOllamaBehaviour): Promise<number> {
  const args = [embedded, '--engine', 'scripted', '--port', '0', ...(script ? ['--script', script] : [])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.on('exit', () => child.kill('SIGTERM'))
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = JSON.parse(line)
    return Number(new URL(listening).port)
  }
  throw new Error('the scripted engine did not start')
}

/** Listens at once and passes on what comes as soon as the engine is there. */
async function listen(port: number, engine: Promise<number>): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    void engine.then((enginePort) => {
      const inner = connect(enginePort, '127.0.0.1')
      inner.on('error', () => socket.destroy())
      inner.on('close', () => socket.destroy())
      socket.on('close', () => inner.destroy())
      socket.pipe(inner).pipe(socket)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const end = (words: string, code: number): never => {
  log(words)
  process.exit(code)
}

const portTaken = (port: number): never =>
  end(`Error: listen tcp 127.0.0.1:${port}: bind: address already in use`, 1)

const dieAfter = (ms: number | undefined): void => {
  if (ms !== undefined) setTimeout(end, ms, 'fatal error: the fake was told to die', 2)
}

/** Counts the starts in the folder: 1 for the first. */
function countStart(folder: string): number {
  const file = join(folder, 'starts')
  const count = (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0) + 1
  writeFileSync(file, String(count))
  return count
}

const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"

function prepare({ ignoresSigterm, leavesChild }: FakeOllamaBehaviour): void {
  process.on('SIGTERM', () => {
    if (!ignoresSigterm) process.exit(0)
  })
  if (leavesChild) spawn(process.execPath, ['-e', stubborn], { stdio: 'ignore' })
}

async function serve(folder: string, behaviour: FakeOllamaBehaviour): Promise<void> {
  const port = Number(new URL(`http://${process.env.OLLAMA_HOST}`).port)
  writeFileSync(join(folder, 'environment.json'), JSON.stringify(process.env))
  prepare(behaviour)
  const start = countStart(folder)
  if (behaviour.diesAtStart !== undefined) end(behaviour.diesAtStart, 1)
  if (start >= (behaviour.diesFromStart ?? Number.POSITIVE_INFINITY)) end('Error: not again', 1)
  if (start <= (behaviour.portTakenTimes ?? 0)) portTaken(port)
  tellSettings()
  if (behaviour.neverListens) await wait(3_600_000)
  const ready = Promise.all([startEngine(behaviour), wait(behaviour.discoveryMs ?? 0)])
  await listen(
    port,
    ready.then(([enginePort]) => enginePort),
  ).catch(() => portTaken(port))
  info(`Listening on 127.0.0.1:${port} (version ${behaviour.version ?? '0.24.0'})`)
  dieAfter(behaviour.diesDuringDiscoveryMs)
  await ready
  const library = behaviour.library ?? 'cpu'
  info('inference compute', `id=${library} library=${library} compute="" name=${library} driver=""`)
  for (const line of behaviour.logLines ?? []) log(line)
  dieAfter(behaviour.diesAfterMs)
}

/** Does what the command line says, as Ollama would. */
export async function run(folder: string): Promise<void> {
  const behaviour: FakeOllamaBehaviour = JSON.parse(readFileSync(join(folder, 'behaviour.json'), 'utf8'))
  if (process.argv.includes('--version')) {
    const text = `Warning: could not connect to a running Ollama instance\nWarning: client version is ${behaviour.version ?? '0.24.0'}`
    process.stdout.write(`${behaviour.versionText ?? text}\n`)
    return
  }
  await serve(folder, behaviour)
}

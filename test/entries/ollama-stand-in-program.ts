/** What the stand-in for an Ollama binary does when it runs. Knows its scene, which is a JSON file beside it, and no test. */
import { readFileSync } from 'node:fs'
import { startServer } from '../../src/embedded/api/server.ts'
import type { Engine } from '../../src/embedded/engine.ts'
import { scriptSchema } from '../../src/embedded/scripted/script.ts'
import { createScriptedEngine } from '../../src/embedded/scripted/scripted-engine.ts'

/** `library` is what it computes with, `logLines` are more lines of its log, `script` is what its engine plays. */
export interface StandInScene {
  readonly version: string
  readonly library: string
  readonly logLines: readonly string[]
  readonly script: object
}

/** The scripted engine under the version of an Ollama, which is how the gate tells them apart. */
function engineOf({ version, script }: StandInScene): Engine {
  const engine = createScriptedEngine(scriptSchema.parse(script), { parallel: 1, seed: 1 })
  const { model, parallel, stampsChunks } = engine
  return {
    version,
    model,
    parallel,
    stampsChunks,
    refuse: (number) => engine.refuse(number),
    load: (options, signal) => engine.load(options, signal),
    close: () => engine.close(),
  }
}

const log = (message: string, fields: string): void => {
  process.stderr.write(
    `time=${new Date().toISOString()} level=INFO source=stand-in.ts:1 msg="${message}" ${fields}\n`,
  )
}

async function serve(scene: StandInScene): Promise<void> {
  const { hostname, port } = new URL(`http://${process.env.OLLAMA_HOST}`)
  const server = await startServer(engineOf(scene), { host: hostname, port: Number(port) }).catch(() => {
    process.stderr.write(`Error: listen tcp ${hostname}:${port}: bind: address already in use\n`)
    process.exit(1)
  })
  process.once('SIGTERM', () => {
    void server.close().then(() => process.exit(0))
  })
  log('server config', `env="map[OLLAMA_HOST:http://${hostname}:${port} OLLAMA_NUM_PARALLEL:1]"`)
  process.stderr.write(
    `time=x level=INFO msg="Listening on ${hostname}:${port} (version ${scene.version})"\n`,
  )
  log('inference compute', `id=0 library=${scene.library} compute="" name=${scene.library} total="24 GiB"`)
  for (const line of scene.logLines) process.stderr.write(`${line}\n`)
}

/** Does what the command line says, as Ollama would. */
export async function run(sceneFile: string): Promise<void> {
  const scene = JSON.parse(readFileSync(sceneFile, 'utf8')) as StandInScene
  if (process.argv.includes('--version')) process.stdout.write(`ollama version is ${scene.version}\n`)
  else await serve(scene)
}

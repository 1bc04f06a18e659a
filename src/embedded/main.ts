/** The entry of the embedded server: arguments in, one line on stdout when it serves, until a signal. */
import { setPriority } from 'node:os'
import { startServer } from './api/server.ts'
import { type Arguments, parseArguments } from './arguments.ts'
import type { Engine } from './engine.ts'
import { endWithSignals } from './lifetime.ts'
import { StartupError } from './startup-error.ts'

/** Enough to leave room for the client that measures, on a machine with few cores. */
const niceness = 5

/** Threads inherit the priority of the one that starts them, so this comes before llama.cpp's first one. */
const stepBack = (): void => {
  try {
    setPriority(niceness)
  } catch {
    console.error('the priority stays as it is: the system does not let it be lowered')
  }
}

/** What only one engine needs is imported only for it: the other runs where that is not installed. */
const createEngine = async (args: Arguments): Promise<Engine> => {
  if (args.engine === 'scripted') {
    const { createScriptedEngine } = await import('./scripted/scripted-engine.ts')
    const { defaultScript, readScript } = await import('./scripted/script.ts')
    const script = args.script === null ? defaultScript : readScript(args.script)
    return createScriptedEngine(script, { parallel: args.parallel, seed: args.seed ?? script.seed })
  }
  stepBack()
  const { createLlamaEngine } = await import('./llama/llama-engine.ts')
  const { defaultShape } = await import('./llama/tiny-model.ts')
  const { defaultDataDir } = await import('./llama/model-file.ts')
  return createLlamaEngine({
    shape: defaultShape,
    dataDir: args.dataDir ?? defaultDataDir(),
    threads: args.threads,
    parallel: args.parallel,
    seed: args.seed,
  })
}

const start = async (line: readonly string[]): Promise<void> => {
  const args = parseArguments(line)
  const server = await startServer(await createEngine(args), args)
  endWithSignals(server.close, args)
  process.stdout.write(`${JSON.stringify({ listening: server.url, engine: args.engine })}\n`)
}

start(process.argv.slice(2)).catch((thrown: unknown) => {
  const text = thrown instanceof StartupError ? thrown.message : thrown
  console.error(text)
  process.exit(1)
})

/** The door to node-llama-cpp, an optional dependency with a native part. Knows no model. */
import type * as NodeLlama from 'node-llama-cpp'
import type { Llama } from 'node-llama-cpp'
import { messageOf } from '../api-error.ts'
import { StartupError } from '../startup-error.ts'

const noBuild = (why: string, cause: unknown): StartupError =>
  new StartupError(
    'the llama engine has no build for this platform',
    `${process.platform}-${process.arch}: ${why.split('\n', 1)[0]}`,
    'run with --engine scripted, or install the optional dependency node-llama-cpp',
    { cause },
  )

const importLibrary = async (): Promise<typeof NodeLlama> => {
  try {
    return await import('node-llama-cpp')
  } catch (cause) {
    throw noBuild(messageOf(cause), cause)
  }
}

/**
 * Starts llama.cpp's CPU build as it comes with the package: nothing is built, nothing downloaded. Throws StartupError
 * where there is none.
 */
export const startLlama = async (): Promise<Llama> => {
  const library = await importLibrary()
  try {
    return await library.getLlama({
      build: 'never',
      skipDownload: true,
      gpu: false,
      // No limit here: the number of threads that a context asks for is then exactly what it gets.
      maxThreads: 0,
      progressLogs: false,
      logger: (level, message) => console.error(`llama.cpp ${level}: ${message.trim()}`),
    })
  } catch (cause) {
    throw noBuild(messageOf(cause), cause)
  }
}

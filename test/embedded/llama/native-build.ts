/** Whether llama.cpp can run here; says why not where it cannot. */
import { messageOf } from '../../../src/embedded/api-error.ts'
import { startLlama } from '../../../src/embedded/llama/native.ts'

const probe = async (): Promise<string | null> => {
  try {
    await (await startLlama()).dispose()
    return null
  } catch (thrown) {
    return messageOf(thrown)
  }
}

/** Null when there is a build, else the reason why there is none. */
export const missingBuild = await probe()

if (missingBuild !== null) console.warn(`tests of the llama engine are skipped: ${missingBuild}`)

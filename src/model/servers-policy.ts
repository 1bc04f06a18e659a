/** What a policy may say of servers that the gate starts itself. */
import { z } from 'zod'

/** The words of a variable's name by which a library or a driver is told what to load, read or write. */
const placeWords =
  '(?:PATHS?|LIBS?|LIBRARY|LIBRARIES|DIRS?|DIRECTORY|FOLDER|FILES?|HOME|ROOT|TOOLS?|PLUGINS?|PRELOAD)'

/** By its value it names one of the server's own libraries, e.g. cuda_v12. */
const ownLibrary = 'OLLAMA_LLM_LIBRARY'

/**
 * The variables that a server which we start may be given: those that move figures, none that is ours to set, and none
 * that names code to load: a policy may come with the very pull request that is measured.
 */
const settingName = z
  .string()
  .regex(/^(?!OLLAMA_(HOST|MODELS)$)(OLLAMA|LLAMA_ARG|GGML|CUDA|HIP|ROCR|HSA|GPU)_[A-Z0-9_]+$/, {
    error: 'a variable such as OLLAMA_NUM_PARALLEL (OLLAMA_HOST and OLLAMA_MODELS are set by the gate)',
    abort: true,
  })
  .regex(
    new RegExp(
      `^(?:${ownLibrary}|(?!.*_${placeWords}(?:_|$))(?!.*(?:INJECTION|PRELOAD))(?!.*(?:PATH|LIB|LIBRARY|DIR)$).*)$`,
    ),
    'a variable that a policy may set: it names a file, folder or library, by which a pull request could load its own code into the server',
  )

const settings = z
  .record(settingName, z.union([z.string(), z.number(), z.boolean()]))
  .superRefine(({ [ownLibrary]: library }, { addIssue }) => {
    if (library !== undefined && !/^\w[\w.-]*$/.test(String(library)))
      addIssue({
        code: 'custom',
        path: [ownLibrary],
        message: "the name of one of Ollama's own libraries, such as cuda_v12",
      })
  })

/** Ollama servers that the gate starts itself; servers that were found are taken as they are. */
export const serversSchema = z.strictObject({
  count: z
    .int()
    .min(1)
    .max(16)
    .optional()
    .describe('how many are started, e.g. three for as-given; as many as the topologies need by default'),
  restart: z
    .enum(['never', 'each-cell'])
    .default('never')
    .describe('a fresh start for each cell (TR111), or servers that keep running (TR114)'),
  environment: settings
    .default({})
    .describe('e.g. OLLAMA_NUM_PARALLEL, OLLAMA_FLASH_ATTENTION, OLLAMA_KV_CACHE_TYPE'),
})
export type ServersPolicy = z.output<typeof serversSchema>

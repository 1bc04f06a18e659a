/** Looks a program up on the PATH, and says what it may see of our environment. Knows no tool, and starts none. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** Where to look: the PATH of this environment, by this platform's rules. */
export interface Search {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** Windows spells the variable as it likes, and its programs by their endings. */
function searchPath({ env, platform }: Search): string {
  if (platform !== 'win32') return env.PATH ?? ''
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH')
  return key === undefined ? '' : (env[key] ?? '')
}

/**
 * The full path of the first program of this name; null when there is none. Relative folders are passed over: they lead into
 * the folder that we were started in, where a pull request may have put a program of that name.
 */
export async function findTool(name: string, search: Search): Promise<string | null> {
  const endings = search.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  for (const folder of searchPath(search)
    .split(delimiter)
    .filter((one) => isAbsolute(one))) {
    for (const ending of endings) {
      const path = join(folder, `${name}${ending}`)
      if (await isProgram(path)) return path
    }
  }
  return null
}

const needed = [
  /^(path|home|userprofile|temp|tmp|tmpdir|systemroot|systemdrive|windir|comspec|pathext|programfiles|ld_library_path)$/i,
  /^(cuda|rocm|hip|nvidia)_/i,
]
/** NVIDIA_API_KEY and its like. */
const secret = /key|token|secret|passw|credential/i

/** What a tool needs of an environment, which may hold the job's tokens. */
export const toolEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => needed.some((pattern) => pattern.test(name)) && !secret.test(name),
    ),
  )

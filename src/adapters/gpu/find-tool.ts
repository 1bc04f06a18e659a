/** Looks a program up on the PATH, as the system would. Knows no tool, and starts none. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

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

/** The full path of the first program of this name; null when there is none. */
export async function findTool(name: string, search: Search): Promise<string | null> {
  const endings = search.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  for (const folder of searchPath(search).split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const path = join(folder, `${name}${ending}`)
      if (await isProgram(path)) return path
    }
  }
  return null
}

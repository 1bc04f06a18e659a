/** Makes a folder with its parents. Knows nothing of what goes into it. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { codeOf } from './file-problem.ts'

async function exists(path: string): Promise<boolean> {
  try {
    // Below a file nothing can be made, and the file itself is no folder: mkdir says so.
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** The folders that are missing, the outermost first. */
async function missing(path: string): Promise<readonly string[]> {
  if (await exists(path)) return []
  return [...(dirname(path) === path ? [] : await missing(dirname(path))), path]
}

/**
 * One folder after the other: Node's own recursive way never returns where a file system has a parent but takes no
 * folder, such as /proc. Rejects with the file system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  for (const folder of await missing(resolve(path)))
    await mkdir(folder).catch(async (error: unknown) => {
      // Somebody else may have made it a moment ago.
      if (codeOf(error) !== 'EEXIST' || !(await exists(folder))) throw error
    })
}

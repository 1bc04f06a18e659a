/** Whether this user may write somewhere. Writes nothing, and knows not what for. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/**
 * Whether this user may write into the folder, or make it where it is missing; false where a file lies in its place.
 * Null when it cannot be told, as on Windows, where only the read-only attribute is asked for.
 */
export async function writeAccess(path: string): Promise<boolean | null> {
  const place = resolve(path)
  try {
    if (!(await stat(place)).isDirectory()) return false
    await access(place, constants.W_OK | constants.X_OK)
    return process.platform === 'win32' ? null : true
  } catch (error) {
    const parent = dirname(place)
    switch (codeOf(error)) {
      case 'ENOENT':
        return parent === place ? null : writeAccess(parent)
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
      case 'ENOTDIR':
        return false
      default:
        return null
    }
  }
}

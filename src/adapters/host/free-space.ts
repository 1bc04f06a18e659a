/** Room on the disk. Knows not what for. */
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Bytes that this user may still write where `path` is, or would be made; null when it cannot be had. */
export async function freeSpace(path: string): Promise<number | null> {
  const place = resolve(path)
  try {
    const { bavail, bsize } = await statfs(place)
    return bavail * bsize
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && /^(ENOENT|ENOTDIR)$/.test(String(error.code))
    const parent = dirname(place)
    return isMissing && parent !== place ? freeSpace(parent) : null
  }
}

/** The bytes of one file, unless it is too large or no longer what it was when it was found. Knows no format. */
import { constants, type FileHandle, open } from 'node:fs/promises'
import { messageOf } from '../../errors.ts'

interface Bounds {
  readonly mostKibibytes: number
  readonly mostBytesLeft: number
}

type FileBytes = { readonly bytes: Buffer } | { readonly why: string }

/**
 * Programs of the same pull request may run beside a workflow, and may put a link, a pipe or a device in the place of a
 * file that was found: a link is not followed, and opening a pipe waits for nobody. Windows knows neither flag.
 */
const asItWasFound = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

async function readWithin(file: FileHandle, { mostKibibytes, mostBytesLeft }: Bounds): Promise<FileBytes> {
  const found = await file.stat()
  if (!found.isFile()) return { why: 'not a regular file' }
  if (found.size > mostKibibytes * 1024) return { why: `larger than ${mostKibibytes} KiB` }
  if (found.size > mostBytesLeft) return { why: 'the files before it have used up the bytes of one reading' }
  // No further than the size that was asked: a file that grows meanwhile would be read for as long as it does.
  const { buffer, bytesRead } = await file.read(Buffer.alloc(found.size), 0, found.size, 0)
  return { bytes: buffer.subarray(0, bytesRead) }
}

const whyNot = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
  return code === 'ELOOP' ? 'a symbolic link, which is not followed' : `cannot be read (${code})`
}

/** Reads the file whole, or says why not. Never rejects. */
export async function readDocumentBytes(path: string, bounds: Bounds): Promise<FileBytes> {
  let file: FileHandle | undefined
  try {
    file = await open(path, asItWasFound)
    return await readWithin(file, bounds)
  } catch (error) {
    return { why: whyNot(error) }
  } finally {
    await file?.close()
  }
}

/** The bytes of one file, unless it is too large. Knows no format. */
import { type FileHandle, open } from 'node:fs/promises'
import { messageOf } from '../../errors.ts'

interface Bounds {
  readonly mostKibibytes: number
  readonly mostBytesLeft: number
}

type FileBytes = { readonly bytes: Buffer } | { readonly why: string }

async function readWithin(file: FileHandle, { mostKibibytes, mostBytesLeft }: Bounds): Promise<FileBytes> {
  const { size } = await file.stat()
  if (size > mostKibibytes * 1024) return { why: `larger than ${mostKibibytes} KiB` }
  if (size > mostBytesLeft) return { why: 'the files before it have used up the bytes of one reading' }
  return { bytes: await file.readFile() }
}

/** Reads the file whole, or says why not. Never rejects. */
export async function readDocumentBytes(path: string, bounds: Bounds): Promise<FileBytes> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    return await readWithin(file, bounds)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
    return { why: `cannot be read (${code})` }
  } finally {
    await file?.close()
  }
}

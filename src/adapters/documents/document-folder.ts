/** Reads the files of a folder for a workflow agent, within bounds. Knows no agent and no prompt. */
import { join } from 'node:path'
import type { WorkflowPolicy } from '../../model/agent.ts'
import type { Document, Documents, SkippedFile } from '../../model/documents.ts'
import type { DocumentFolder } from '../../ports/document-folder.ts'
import { loadCsvParser } from './parse-csv.ts'
import { placeOf } from './place-of-folder.ts'
import { readContent } from './read-content.ts'
import { readDocumentBytes } from './read-document-bytes.ts'
import { type FoundFile, scanFolder } from './scan-folder.ts'

/** Of all files of one reading: as much as the largest one that a policy may allow, and more than usual folders hold. */
const mostBytesInAll = 64 * 2 ** 20

/** Of a tree, files and folders of any kind; one that has more was hardly meant. */
const mostEntries = 100_000

interface Reading {
  readonly bounds: WorkflowPolicy
  readonly place: string
  readonly signal: AbortSignal
}

/** Files in the order of paths, until the bounds are reached; those beyond are skipped unread. */
async function readFiles(
  { bounds, place, signal }: Reading,
  found: readonly FoundFile[],
): Promise<Documents> {
  const read: Document[] = []
  const skipped: SkippedFile[] = []
  let bytesInAll = 0
  for (const { path, kind } of found) {
    const skip = (why: string) => skipped.push({ path, why })
    if (read.length >= bounds['most-files']) {
      skip(`beyond the first ${bounds['most-files']} files`)
      continue
    }
    signal.throwIfAborted()
    const file = await readDocumentBytes(join(place, path), {
      mostKibibytes: bounds['most-kibibytes'],
      mostBytesLeft: mostBytesInAll - bytesInAll,
    })
    if ('why' in file) {
      skip(file.why)
      continue
    }
    bytesInAll += file.bytes.length
    const content = await readContent(kind, file.bytes, signal)
    if ('why' in content) skip(content.why)
    else read.push({ path, bytes: file.bytes.length, content })
  }
  return { read, skipped }
}

/** `samples` is read where a workflow names no folder. */
export function openDocumentFolder(samples: string): DocumentFolder {
  return {
    makeReady: loadCsvParser,
    read: async (bounds, checkout, signal = new AbortController().signal) => {
      const place = bounds.folder === undefined ? samples : await placeOf(bounds.folder, checkout)
      const name = bounds.folder ?? 'of sample files'
      const scan = await scanFolder({ place, name, mostEntries }, signal)
      const { read, skipped } = await readFiles({ bounds, place, signal }, scan.found)
      return { read, skipped: [...scan.skipped, ...skipped] }
    },
  }
}

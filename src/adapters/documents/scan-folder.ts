/** Finds the files of a folder and below it that may be documents. Opens none of them. */
import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { MachineError, messageOf } from '../../errors.ts'
import type { SkippedFile } from '../../model/documents.ts'
import type { DocumentKind } from './parsed.ts'

const kinds: Readonly<Record<string, DocumentKind>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.md': 'markdown',
  '.markdown': 'markdown',
}

/** Not the user's own files, and many. */
const leftAlone: ReadonlySet<string> = new Set(['.git', 'node_modules'])

export interface FoundFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  readonly kind: DocumentKind
}

/** `found` in the order of paths, by UTF-16 units: the same on every machine. */
export interface Scan {
  readonly found: readonly FoundFile[]
  readonly skipped: readonly SkippedFile[]
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'It is not there.',
  ENOTDIR: 'It, or a part of its path, is a file.',
  EACCES: 'Permission is denied.',
  EPERM: 'Permission is denied.',
  ENAMETOOLONG: 'Its path is too long.',
}

/** Never the system's own message: it holds the folder's full path, which says more of the machine than a report should. */
const causeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : messageOf(error)
  return causes[code] ?? `${code}.`
}

const unreadable = (name: string, error: unknown): MachineError =>
  new MachineError(
    [
      {
        what: `Cannot read the workflow's folder ${name}.`,
        why: causeOf(error),
        fix: 'Correct workflow.folder in the policy, or see to it that the checkout has the folder.',
      },
    ],
    { cause: error },
  )

interface Sorted {
  readonly folders: string[]
  readonly found: FoundFile[]
  readonly skipped: SkippedFile[]
}

/** Puts an entry where it belongs; what is no document by its name is left out without a word. */
function sortEntry({ folders, found, skipped }: Sorted, entry: Dirent, path: string): void {
  const kind = kinds[extname(entry.name).toLowerCase()]
  if (entry.isSymbolicLink()) skipped.push({ path, why: 'a symbolic link, which is not followed' })
  else if (entry.isDirectory()) {
    if (!leftAlone.has(entry.name)) folders.push(path)
  } else if (kind !== undefined) {
    if (entry.isFile()) found.push({ path, kind })
    else skipped.push({ path, why: 'not a regular file' })
  }
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : Number(a.path > b.path)

/** `place` is the folder's path, `name` what messages call it. `mostEntries` counts files and folders of any kind. */
export interface ScanRequest {
  readonly place: string
  readonly name: string
  readonly mostEntries: number
}

/**
 * Scans the folder. One below it that cannot be read is skipped, and so is what lies beyond `mostEntries`; throws
 * MachineError when it cannot be read itself.
 */
export async function scanFolder(
  { place, name, mostEntries }: ScanRequest,
  signal: AbortSignal,
): Promise<Scan> {
  const sorted: Sorted = { folders: [''], found: [], skipped: [] }
  let entries = 0
  // Grows while it is walked.
  for (const folder of sorted.folders) {
    signal.throwIfAborted()
    try {
      for await (const entry of await opendir(join(place, folder), { bufferSize: 512 })) {
        entries += 1
        if (entries > mostEntries) break
        sortEntry(sorted, entry, folder === '' ? entry.name : `${folder}/${entry.name}`)
      }
    } catch (error) {
      if (folder === '') throw unreadable(name, error)
      sorted.skipped.push({ path: folder, why: `a folder that cannot be read: ${causeOf(error)}` })
    }
    if (entries > mostEntries) {
      const why = `more than ${mostEntries} files and folders; those beyond were not looked at`
      sorted.skipped.unshift({ path: folder === '' ? '.' : folder, why })
      break
    }
  }
  return { found: sorted.found.sort(byPath), skipped: sorted.skipped.sort(byPath) }
}

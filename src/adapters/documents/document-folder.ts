/** Reads the files of a folder for a workflow agent. */
import { MachineError } from '../../errors.ts'
import type { DocumentFolder } from '../../ports/document-folder.ts'

/** `samples` is read where a workflow names no folder. */
export function openDocumentFolder(_samples: string): DocumentFolder {
  return { read: () => Promise.reject(new MachineError([{ what: 'not yet' }])) }
}

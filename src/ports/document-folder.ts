/** The files that a workflow agent reads, as the story needs them. */
import type { Documents } from '../model/documents.ts'
import type { WorkflowPolicy } from '../model/policy.ts'

/** Reads CSV, JSON and Markdown files of a folder and below it, within the bounds; follows no symbolic link. */
export interface DocumentFolder {
  /**
   * `checkout` is the folder that a relative one begins at. A file that cannot be read or parsed is skipped with its
   * reason. Throws MachineError when the folder itself cannot be read, or is not there.
   */
  read(bounds: WorkflowPolicy, checkout: string, signal?: AbortSignal): Promise<Documents>
}

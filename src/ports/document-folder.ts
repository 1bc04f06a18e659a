/** The files that a workflow agent reads, as the story needs them. */

import type { WorkflowPolicy } from '../model/agent.ts'
import type { Documents } from '../model/documents.ts'

/** Reads CSV, JSON and Markdown files of a folder and below it, within the bounds; follows no symbolic link. */
export interface DocumentFolder {
  /** Loads the code that reading needs, so that the first reading takes no longer than the others. */
  makeReady(): Promise<void>
  /**
   * `checkout` is the folder that a relative one begins at. A file that cannot be read or parsed is skipped with its
   * reason. Throws MachineError when the folder itself cannot be read, is not there, or lies outside of the checkout.
   */
  read(bounds: WorkflowPolicy, checkout: string, signal?: AbortSignal): Promise<Documents>
}

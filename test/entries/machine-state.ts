/**
 * What jobs of one machine share: its lock, and the list of servers that were started. Every workspace is a machine of
 * its own, so that tests side by side do not wait for each other; processes of one workspace share it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterTheTests } from './clean-up.ts'

const folders = new Map<string, string>()

/** An empty folder for the variable OLLAMA_PERF_GATE_STATE. */
export function aStateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-state-'))
  afterTheTests(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** From now on all processes in this working folder are on one machine. */
export function shareMachine(cwd: string, folder: string = aStateFolder()): void {
  folders.set(cwd, folder)
}

/** The folder of the machine that a process in this working folder is on: a new one where nothing is said. */
export const stateFolderFor = (cwd: string): string => folders.get(cwd) ?? aStateFolder()

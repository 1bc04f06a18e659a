/** Memory that processes really have. Knows not what they are. */
import { readFile } from 'node:fs/promises'
import { libraryMemory } from './library-facts.ts'

/** From /proc/<pid>/status, which counts in KiB whatever the page size; null for a process that is gone, or a zombie. */
async function residentBytes(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) * 1024
}

async function readEach(pids: readonly number[]): Promise<readonly (number | null)[]> {
  if (process.platform === 'linux') return Promise.all(pids.map(residentBytes))
  const all = await libraryMemory()
  return pids.map((pid) => all?.get(pid) ?? null)
}

/**
 * Resident memory of these processes together, in bytes; pages that they share count for each. Those that are gone count
 * as nothing; null when none could be read, or for none.
 */
export async function residentMemory(pids: readonly number[]): Promise<number | null> {
  if (pids.length === 0) return null
  const known = (await readEach([...new Set(pids)])).filter((bytes) => bytes !== null)
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0)
}

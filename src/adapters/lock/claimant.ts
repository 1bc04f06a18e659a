/** A process, told apart from every other one of this machine, past and present. Knows nothing of locks. */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'

/**
 * Where and when process numbers mean the same, and which process has this one. `place` is null when unknown, `started`
 * where the system does not tell it cheaply; neither is to be compared by its parts.
 */
export const claimantSchema = z.object({
  pid: z.int().positive(),
  place: z.string().nullable(),
  started: z.string().nullable(),
})
export type Claimant = z.output<typeof claimantSchema>

/** What can be told of a claimant from here. */
export type Life = 'alive' | 'dead' | 'unknown'

/**
 * On Linux the boot and the namespaces of process numbers and time: a container has its own numbers, a reboot begins
 * anew. Elsewhere the host.
 */
async function placeHere(): Promise<string | null> {
  if (process.platform !== 'linux') return `${process.platform} ${hostname()}`
  try {
    const parts = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
      // Kernels before 5.6 have no time namespaces.
      readlink('/proc/self/ns/time').catch(() => ''),
    ])
    return parts.map((part) => part.trim()).join(' ')
  } catch {
    return null
  }
}

/** State and start in clock ticks since boot (proc_pid_stat(5), fields 3 and 22); null where that cannot be read. */
async function statOf(pid: number): Promise<{ readonly state: string; readonly started: string } | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name, which may hold blanks and brackets of its own.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state, started] = [fields[0], fields[19]]
    return state && started ? { state, started } : null
  } catch {
    return null
  }
}

/** The claimant that the process `pid` is, seen from this process. */
export async function claimantOf(pid: number): Promise<Claimant> {
  const [place, stat] = await Promise.all([placeHere(), statOf(pid)])
  return { pid, place, started: stat?.started ?? null }
}

/** A process of another user can be seen too, though not signalled. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Whether `here`, this process, would see `other` under its number. */
const isInSight = (other: Claimant, here: Claimant): boolean =>
  other.place !== null && other.place === here.place

/**
 * Whether a process still lives, as far as `here`, this process, can tell: `unknown` for those of another container, and
 * where the same number may be another process by now. A zombie is dead: it holds nothing any more.
 */
export async function lifeOf(other: Claimant, here: Claimant): Promise<Life> {
  if (!isInSight(other, here)) return 'unknown'
  if (!exists(other.pid)) return 'dead'
  const stat = await statOf(other.pid)
  if (stat === null || other.started === null) return 'unknown'
  return stat.started === other.started && !/[ZXx]/.test(stat.state) ? 'alive' : 'dead'
}

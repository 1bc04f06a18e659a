/** The servers that jobs of a workspace start, by the list that the gate keeps of them. Knows no Ollama. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterTheTests } from './clean-up.ts'
import { stateFolderFor } from './machine-state.ts'
import { groupsOf } from './process-table.ts'
import type { Workspace } from './workspace.ts'

/** A server as it was seen: the process that leads its group, its port, and when it was there, in wall time. */
export interface Life {
  readonly pid: number
  readonly port: number
  readonly firstMs: number
  lastMs: number
}

/** What a watch has seen so far. */
export interface Watch {
  /** In the order of the starts; also such as ended at once, since somebody else was faster to take the port. */
  lives(): readonly Life[]
  /** Those that still run. */
  servers(): readonly Life[]
  /** All processes that still run, of whatever life. */
  processes(): readonly number[]
}

const entry = /^server-(\d+)-[0-9a-f]+\.json$/

function portIn(file: string): number | null {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { port: number }).port
  } catch {
    return null
  }
}

/** Looks every few milliseconds until the tests are over; ends then what a test that failed has left. */
export function watchServers({ path }: Workspace): Watch {
  const folder = stateFolderFor(path)
  const seen = new Map<number, Life>()
  const look = () => {
    for (const name of readdirSync(folder)) {
      const pid = Number(entry.exec(name)?.[1])
      const port = Number.isNaN(pid) ? null : portIn(join(folder, name))
      if (port === null) continue
      const now = Date.now()
      const life = seen.get(pid) ?? { pid, port, firstMs: now, lastMs: now }
      life.lastMs = now
      seen.set(pid, life)
    }
  }
  const timer = setInterval(look, 15)
  const processes = () => groupsOf([...seen.keys()])
  afterTheTests(() => {
    clearInterval(timer)
    for (const pid of processes()) process.kill(pid, 'SIGKILL')
  })
  const lives = () => [...seen.values()]
  return {
    lives,
    servers: () => {
      const running = processes()
      return lives().filter(({ pid }) => running.includes(pid))
    },
    processes,
  }
}

/** Ends what a test left hanging on purpose. */
import { readFileSync } from 'node:fs'

/** Ends the programs that wrote down their numbers, a line each; some may have ended before. */
export function endNoted(notes: string): void {
  for (const pid of readFileSync(notes, 'utf8').trim().split('\n').map(Number))
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone.
    }
}

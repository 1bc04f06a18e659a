/** Whether processes run, for tests: one that is over and was not yet buried does not. */
import { setTimeout as wait } from 'node:timers/promises'
import { identify } from '../../../src/adapters/process/process-table.ts'

export const isAlive = (pid: number): boolean => identify(pid) !== null

/** Waits for what must come about, however busy the machine is; the test's own time limit ends it. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await wait(20)
}

/** A port from which on the tests of this process look for free ones: test files run at once. */
export const firstPort = 20_000 + (process.pid % 190) * 64

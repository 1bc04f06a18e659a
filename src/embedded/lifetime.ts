/** When the process ends: signals, and its parent's end. Knows no server. */

/** Closing that takes longer than this is given up: a process that was told to stop must stop. */
const patienceMs = 3000

/** Not process.exit: what holds up the closing may hold up the clean-up of native parts too. */
const endAtOnce = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

/** Ends the process once `close` is done; asking again changes nothing, since often a group and its parent both ask. */
const createStop = (close: () => Promise<void>): (() => void) => {
  let stopping = false
  return () => {
    if (stopping) return
    stopping = true
    setTimeout(endAtOnce, patienceMs)
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
}

/**
 * Ends the process at SIGTERM, SIGINT or SIGHUP, and with `dieWithParent` also when its standard input closes, which
 * happens whenever the parent that holds the other end dies, even by SIGKILL.
 */
export const endWithSignals = (
  close: () => Promise<void>,
  { dieWithParent }: { dieWithParent: boolean },
): void => {
  const stop = createStop(close)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  if (!dieWithParent) return
  process.stdin.on('error', stop)
  process.stdin.on('end', stop)
  process.stdin.resume()
}

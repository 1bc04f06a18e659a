/** From the process's signals to an AbortSignal: the first asks for an orderly end, the second ends at once. */

/**
 * Aborts with the signal's name when SIGINT, SIGTERM or SIGHUP comes; the job then keeps what it has. A second one exits with 130
 * at once, since somebody really means it.
 */
export function stopOnSignals(onFirst: (name: string) => void): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      onFirst(name)
      controller.abort(new Error(name))
    })
  }
  return controller.signal
}

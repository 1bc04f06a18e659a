/** From the process's signals to an AbortSignal: the first asks for an orderly end, a later one ends at once. */

/** `npm run` hands Ctrl-C on to a child that the terminal has told already: signals this close are one. */
const sameMs = 500

/**
 * Aborts with the signal's name when SIGINT, SIGTERM or SIGHUP comes; the job then keeps what it has. A second one, a moment
 * later or more, exits with 130 at once, since somebody really means it.
 */
export function stopOnSignals(onFirst: (name: string) => void): AbortSignal {
  const controller = new AbortController()
  let firstMs = 0
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        firstMs = performance.now()
        onFirst(name)
        controller.abort(new Error(name))
      } else if (performance.now() - firstMs > sameMs) process.exit(130)
    })
  }
  return controller.signal
}

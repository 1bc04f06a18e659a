/** Restarting and stopping that do not run into each other. Knows no server. */

/** What is held: how to restart it until the signal aborts, and how to stop it, which never rejects. */
export interface Restartable {
  restart(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** The same for callers. */
export interface Held {
  restart(signal?: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** A stop ends a restart that is under way and waits for that; asking for it again changes nothing. */
export function hold(held: Restartable): Held {
  const closing = new AbortController()
  let restarting: Promise<unknown> = Promise.resolve()
  let stopping: Promise<void> | null = null
  const stop = async () => {
    closing.abort(new Error('The servers are being stopped.'))
    await restarting
    await held.stop()
  }
  return {
    restart: async (signal) => {
      const giveUp = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
      const restart = held.restart(giveUp)
      restarting = restart.catch(() => undefined)
      await restart
    },
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

/** The error that keeps the server from starting. */

/** One sentence each: what cannot be done, why, and how to fix it. */
export class StartupError extends Error {
  constructor(what: string, why: string, fix: string, options?: ErrorOptions) {
    super(`${what}: ${why}; ${fix}`, options)
    this.name = 'StartupError'
  }
}

/** The error that becomes an answer. Knows no HTTP beyond the status. */

/** A request cannot be served: answered with the status and `{"error": message}`. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
  }
}

/** What an unknown thrown value says. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)

/** How long a model stays in memory after a request. Parses only. */
import { ApiError } from '../api-error.ts'

/** OLLAMA_KEEP_ALIVE's default. */
const defaultKeepAliveMs = 5 * 60_000

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

const part = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)/g

const parseDuration = (text: string): number => {
  const sign = text.startsWith('-') ? -1 : 1
  const parts = text.replace(/^[-+]/, '')
  if (parts === '0') return 0
  if (parts === '' || parts.replace(part, '') !== '') {
    throw new ApiError(400, `time: invalid duration "${text}"`)
  }
  let sumMs = 0
  for (const [, amount = '', unit = ''] of parts.matchAll(part)) sumMs += Number(amount) * (unitMs[unit] ?? 0)
  return sign * sumMs
}

/**
 * Reads `keep_alive` into ms: a number of seconds or a duration of Go ("1h30m"); negative is for ever (Infinity), absent
 * five minutes. Throws ApiError 400 for text that is no duration.
 */
export const parseKeepAlive = (value: string | number | null | undefined): number => {
  if (value === null || value === undefined) return defaultKeepAliveMs
  const ms = typeof value === 'number' ? value * 1000 : parseDuration(value)
  return ms < 0 ? Number.POSITIVE_INFINITY : ms
}

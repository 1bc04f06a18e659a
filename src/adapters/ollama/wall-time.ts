/** The wall clock in ms with decimals, here and in a server's timestamps. Labels only: durations are monotonic. */
import { performance } from 'node:perf_hooks'

/** This host's wall clock: ms since 1970, with microseconds as decimals. */
export const wallNowMs = (): number => performance.timeOrigin + performance.now()

/**
 * An RFC 3339 time such as Go writes it, in ms since 1970; null when it is none. Date.parse drops what is finer than
 * ms, so the fraction is read apart.
 */
export const parseWallTimeMs = (text: string): number | null => {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text)
  if (match === null) return null
  const [, seconds = '', fraction = '', zone = ''] = match
  const wholeMs = Date.parse(`${seconds}${zone}`)
  return Number.isNaN(wholeMs) ? null : wholeMs + Number(`0${fraction}`) * 1000
}

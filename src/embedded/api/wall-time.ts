/** The wall clock as Go writes it. A label only: nothing is timed with it. */
import { performance } from 'node:perf_hooks'

/** The same moment for the whole process: the wall clock at its start, which performance.now() counts from. */
const originMs = performance.timeOrigin

/** A moment (ms since 1970, decimals used) in RFC 3339 with nine digits of a second; not finer than a microsecond. */
export const formatWallTime = (atMs: number): string => {
  const wholeMs = Math.floor(atMs)
  const rest = String(Math.floor((atMs - wholeMs) * 1e6)).padStart(6, '0')
  return new Date(wholeMs).toISOString().replace('Z', `${rest}Z`)
}

/** Now, in RFC 3339. */
export const wallTimeNow = (): string => formatWallTime(originMs + performance.now())

/** What people are told of a lock that somebody else has. Knows no files and no processes. */
import type { Claimant } from './claimant.ts'
import type { Owner } from './claims.ts'

const count = (value: number, unit: string): string => `${value} ${unit}${value === 1 ? '' : 's'}`

/** A span of time in words: "less than a minute", "1 minute", "2 hours 5 minutes". */
export function inWords(spanMs: number): string {
  const minutes = Math.floor(spanMs / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 60) return count(minutes, 'minute')
  const rest = minutes % 60
  return count(Math.floor(minutes / 60), 'hour') + (rest > 0 ? ` ${count(rest, 'minute')}` : '')
}

/** Another job wrote this: one line, no control or direction characters, not too long. */
const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200)

/** To the minute: 2026-11-21 12:00 UTC. */
const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Empty for a moment that is none, or to come. */
function sinceWhen(since: string, nowMs: number): string {
  const sinceMs = Date.parse(since)
  const spanMs = nowMs - sinceMs
  return spanMs >= 0 ? `, begun ${momentOf(sinceMs)}, ${inWords(spanMs)} ago` : ''
}

const isElsewhere = (owner: Owner, here: Claimant): boolean =>
  owner.place !== null && here.place !== null && owner.place !== here.place

/** The owner in one phrase: `owner/repo run 7, job gate (process 4711, begun …, 3 minutes ago)`. */
export function describeOwner(owner: Owner | null, here: Claimant, nowMs: number): string {
  if (owner === null) return 'another job, whose name cannot be read'
  const where = isElsewhere(owner, here) ? ' in another container' : ''
  return `${plain(owner.what) || 'another job'} (process ${owner.pid}${where}${sinceWhen(owner.since, nowMs)})`
}

const tellEveryMs = 60_000

/** Lets the first sentence pass, and one a minute after it; others are dropped. */
export function onceAMinute(tell: (sentence: string) => void): (sentence: string, nowMs?: number) => void {
  let toldMs = Number.NEGATIVE_INFINITY
  return (sentence, nowMs = performance.now()) => {
    if (nowMs - toldMs < tellEveryMs) return
    toldMs = nowMs
    tell(sentence)
  }
}

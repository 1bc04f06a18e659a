/** The two lines that ask for nothing. */
import type { PreflightLine } from '../../model/preflight.ts'

/** All is well. */
export const okLine = (what: string, value: string): PreflightLine => ({
  what,
  value,
  verdict: 'ok',
  fix: null,
})

/** Could not be asked; `fix` says how to find out, where there is a way. */
export const unknownLine = (what: string, value: string, fix: string | null = null): PreflightLine => ({
  what,
  value,
  verdict: 'unknown',
  fix,
})

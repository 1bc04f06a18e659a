/** What the file system says, in the parts of a good message. Knows no format. */
import { messageOf } from '../../errors.ts'
import type { Problem } from '../../model/problem.ts'

const causes: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  ENOSPC: { why: 'The disk is full.', fix: 'Free some space, or name a folder on another disk.' },
  EDQUOT: { why: 'The disk quota is used up.', fix: 'Free some space, or name another folder.' },
  EROFS: { why: 'The file system is read-only.', fix: 'Name a folder that can be written to.' },
  EIO: {
    why: 'The disk reported an input/output error.',
    fix: "Look at the system's log: the disk may be failing.",
  },
  EACCES: { why: 'Permission is denied.', fix: 'Give this user the right to it, or name another path.' },
  EPERM: { why: 'Permission is denied.', fix: 'Give this user the right to it, or name another path.' },
  EISDIR: { why: 'It is a folder.', fix: 'Name a file.' },
  ENOTDIR: { why: 'A part of its path is a file, not a folder.', fix: 'Correct the path.' },
  EEXIST: { why: 'A part of its path is a file, not a folder.', fix: 'Correct the path.' },
  ELOOP: { why: 'Its links go round in a circle.', fix: 'Correct the links.' },
  ENAMETOOLONG: { why: 'Its name is too long.', fix: 'Name a shorter path.' },
  EMFILE: { why: 'Too many files are open.', fix: 'Raise the limit of open files (ulimit -n).' },
}

/** The system's code of an error, e.g. ENOENT; empty when it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** The problem of doing something with a file, e.g. `Cannot write out/run.json. The disk is full (ENOSPC). Free …`. */
export function fileProblem(what: string, error: unknown): Problem {
  const code = codeOf(error)
  const cause = causes[code]
  return cause
    ? { what, why: cause.why.replace(/\.$/, ` (${code}).`), fix: cause.fix }
    : { what, why: `${messageOf(error)}.` }
}

/** Whether this user may write where the job has to. */
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge, WritableFact } from './preflight-facts.ts'

const what = 'Permissions'

const placeText = ({ purpose, path }: WritableFact): string => `${purpose} in ${path}`

/** One line for all places; before a job all of them must be writable, or what it measures is lost. */
export const judgePermissions: PreflightJudge = ({ writable }) => {
  const texts = (is: WritableFact['isWritable']): string =>
    writable
      .filter(({ isWritable }) => isWritable === is)
      .map(placeText)
      .join(', ')
  if (texts(false) !== '')
    return [
      {
        what,
        value: `this user may not write ${texts(false)}`,
        verdict: 'fail',
        fix: 'Give this user the right to write there, or name another folder (--out for results, OLLAMA_PERF_GATE_STATE for the state of the machine).',
      },
    ]
  if (texts(null) !== '')
    return [unknownLine(what, `whether this user may write ${texts(null)} cannot be told`)]
  return [okLine(what, `this user may write ${texts(true)}`)]
}

/** What the policy makes of the servers: reloads at every turn, restarts, settings that found servers cannot take. */
import { count } from '../../model/number-format.ts'
import { reloadsByDesign } from '../validity/server-rules.ts'
import { okLine } from './lines.ts'
import type { PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { jobServers } from './subject-servers.ts'

/** Cells that are named in a line; the others are counted. */
const mostCells = 3

const cellsText = (ids: readonly string[]): string =>
  ids.length > mostCells
    ? `${ids.slice(0, mostCells).join(', ')} and ${count(ids.length - mostCells, 'more cell')}`
    : ids.join(', ')

/** Agents with different runner options on one server (OLLAMA section 1, what reloads a model). TR113 wants exactly that. */
export const judgeReloads: PreflightJudge = ({ plan }) => {
  const what = 'Reloads'
  const ids = plan.cells
    .filter(({ head, base }) => reloadsByDesign(head) || (base !== null && reloadsByDesign(base)))
    .map(({ id }) => id)
  if (ids.length === 0) return [okLine(what, 'no agents make a server load the model at every turn')]
  return [
    {
      what,
      value: `agents with different runner options share a server, which loads the model at every turn: ${cellsText(ids)}`,
      verdict: 'warn',
      fix: 'Give them equal num_ctx, num_batch and num_gpu, or two servers; where the reloads are what is measured, ignore this.',
    },
  ]
}

/** URLs of servers that were found running; null where no server is known at all. */
function foundUrls({ environment }: PreflightFacts): readonly string[] | null {
  const servers = jobServers(environment).map(({ server }) => server)
  return servers.length > 0 ? servers.filter(({ started }) => !started).map(({ url }) => url) : null
}

/** Only a server that the gate started can be started again (TR111's protocol). */
export const judgeRestarts: PreflightJudge = (facts) => {
  const what = 'Restarts'
  if (facts.policy.policy.servers.restart === 'never')
    return [okLine(what, 'never: servers keep running (TR114)')]
  const found = foundUrls(facts)
  if (found === null) return []
  if (found.length === 0) return [okLine(what, 'a fresh start for each cell (TR111)')]
  return [
    {
      what,
      value: `the policy wants a fresh start for each cell, but ${found.join(', ')} was found running and is not ours to restart`,
      verdict: 'fail',
      fix: 'Let the gate start the servers, or write `servers: { restart: never }` in the policy.',
    },
  ]
}

/** A server that was found keeps the settings that it has: the policy's would be believed and not be there. */
export const judgeSettings: PreflightJudge = (facts) => {
  const what = 'Server settings'
  const names = Object.keys(facts.policy.policy.servers.environment)
  const found = foundUrls(facts)
  if (names.length === 0 || found === null) return []
  if (found.length === 0) return [okLine(what, names.join(', '))]
  return [
    {
      what,
      value: `${names.join(', ')} of the policy cannot be given to ${found.join(', ')}, which was found running`,
      verdict: 'warn',
      fix: 'Let the gate start the servers, or start them with these variables yourself.',
    },
  ]
}

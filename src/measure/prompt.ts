/** What the agents ask. Each prompt starts with a nonce, so that no server can answer from its prefix cache. */
import type { CellAgent } from '../model/plan.ts'
import type { ChatMessage } from '../ports/inference-server.ts'

/** Default roles, by the agent's place in the cell: the two agents of TR114 2.2, of about 60 tokens each. */
const defaults = [
  {
    system: 'You collect facts for a report. Answer in plain sentences and name what you are not sure of.',
    prompt:
      'List what an engineer should record about a GPU machine before and after a software upgrade, so that its figures can be compared later.',
  },
  {
    system: 'You turn facts into advice for a team. Answer in plain sentences and give a reason for each.',
    prompt:
      'Explain to a team how they can tell a slower release from a noisy machine, and what they should do first in either case.',
  },
] as const

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

/**
 * Makes nonces that no earlier session can have used, as long as `salt` (the session's start) is its own. Always ten
 * characters, so that every prompt has about the same number of tokens.
 */
export function nonceMaker(salt: string): () => string {
  let count = 0
  return () => {
    count += 1
    const text = `${salt}/${count}`
    return `${hash(text).toString(16).padStart(8, '0')}${(hash(`${text}#`) & 0xff).toString(16).padStart(2, '0')}`
  }
}

/**
 * The messages of one call; the nonce stands before everything else that the model reads. It is in both messages,
 * because some templates leave the system message out: without it in the other one every prompt would be a cache hit.
 */
export function messagesFor({ task }: CellAgent, index: number, nonce: string): readonly ChatMessage[] {
  const role = defaults[index % defaults.length] ?? defaults[0]
  const own = task.kind === 'chat' ? task : null
  return messagesOf({ system: own?.system ?? role.system, prompt: own?.prompt ?? role.prompt }, nonce)
}

/** A system message and a prompt, each after the nonce. */
export const messagesOf = (
  { system, prompt }: { readonly system: string; readonly prompt: string },
  nonce: string,
): readonly ChatMessage[] => [
  { role: 'system', content: `[${nonce}] ${system}` },
  { role: 'user', content: `[${nonce}] ${prompt}` },
]

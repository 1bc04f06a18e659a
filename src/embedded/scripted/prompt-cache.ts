/** Counts a prompt's tokens and how many of them an earlier prompt left behind. Knows no timing. */

/** Characters of a token: about what an English text has. */
const charactersPerToken = 4

/** Tokens of a prompt, at least one. */
export const countTokens = (prompt: string): number =>
  Math.max(1, Math.ceil(prompt.length / charactersPerToken))

const commonLength = (a: string, b: string): number => {
  const longest = Math.min(a.length, b.length)
  for (let at = 0; at < longest; at += 1) if (a[at] !== b[at]) return at
  return longest
}

/** Remembers the last prompts, one a slot. */
export interface PromptCache {
  /** Takes a prompt in and says how many of its tokens are to be evaluated: at least one. */
  admit(prompt: string): number
}

/** A cache of `slots` prompts; the one with the longest common beginning makes room, else the oldest. */
export const createPromptCache = (slots: number): PromptCache => {
  const prompts: string[] = []
  return {
    admit: (prompt) => {
      const lengths = prompts.map((known) => commonLength(known, prompt))
      const longest = Math.max(0, ...lengths)
      if (longest > 0) prompts.splice(lengths.indexOf(longest), 1)
      prompts.push(prompt)
      if (prompts.length > slots) prompts.shift()
      return Math.max(1, countTokens(prompt) - Math.floor(longest / charactersPerToken))
    },
  }
}

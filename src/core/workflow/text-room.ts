/** How much text a prompt may carry, and text that is cut to it. Knows no prompt. */

/** What every release gives a model by itself, and one that sees images whatever is asked for (OLLAMA section 1). */
const usualContext = 2048

/**
 * Characters of data for a prompt in a context of so many tokens. The same for all contexts of 2048 and more, so that
 * configurations of a sweep are asked the same: TR111 has one summary for all of them. A smaller context holds less, which
 * a prompt must be cut to here: the server would drop parts of it. Half of the context is left for the answer, and 60
 * tokens for the instructions and the template; figures and file names take about two characters a token, where prose
 * takes four. 200 at least: below that there is nothing to analyse.
 */
export const characterRoom = (context = usualContext): number =>
  Math.max(200, Math.min(context, usualContext) - 120)

/** The text in at most so many characters, on one line or several; what is cut off leaves an ellipsis. */
export const cutText = (text: string, mostCharacters: number): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, Math.max(0, mostCharacters - 1)).toWellFormed()}…`

/** How much text a prompt may carry, and text that is cut to it. Knows no prompt. */

/**
 * Characters of data that fit a context of `numCtx` tokens beside everything else. Half of the context is left for the
 * answer, and 60 tokens for the instructions and the template; figures and file names take about two characters a token,
 * where prose takes four. So a prompt is never cut by the server, which would drop other parts with other contexts, and
 * make them another task. 200 at least: below that there is nothing to analyse. A server's own default, where
 * none is sent, is taken for 2048 tokens: no release had less (TR111 2.3).
 */
export const characterRoom = (numCtx = 2048): number => Math.max(200, 2 * (Math.floor(numCtx / 2) - 60))

/** The text in at most so many characters, on one line or several; what is cut off leaves an ellipsis. */
export const cutText = (text: string, mostCharacters: number): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, Math.max(0, mostCharacters - 1)).toWellFormed()}…`

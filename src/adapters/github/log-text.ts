/** Text from outside, made safe to print in a runner's log: it can neither command the runner nor the terminal. */

/** Whatever ends a line for the runner or for a reader. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u

/** Control and format characters: terminal sequences lose their lead, bidi and zero-width tricks vanish. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}]/gu

/**
 * The runner obeys lines that begin with `::` after white space, and `##[` anywhere in a line (actions/runner,
 * ActionCommand). Both stay readable.
 */
const obeyNothing = (line: string): string =>
  line.replace(/^\s*::/, (start) => `| ${start}`).replaceAll('##[', '## [')

/** The same lines, harmless; tabs become blanks, other control characters go. */
export const logText = (text: string): string =>
  text
    .split(lineEnd)
    .map((line) => obeyNothing(line.replaceAll('\t', '  ').replace(invisible, '')))
    .join('\n')

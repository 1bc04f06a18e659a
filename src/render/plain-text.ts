/** Text from outside, made harmless for every medium: one line, no control characters. Knows no markup. */

const esc = String.fromCharCode(0x1b)
const bell = String.fromCharCode(0x07)
const csi = String.fromCharCode(0x9b)

/** Terminal sequences: CSI (7 and 8 bit), OSC up to its end, and the two-character ones. */
const terminalSequences = new RegExp(
  [
    `(?:${esc}\\[|${csi})[0-?]*[ -/]*[@-~]`,
    `${esc}\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\|$)`,
    `${esc}[ -/]*[0-~]`,
  ].join('|'),
  'gu',
)

/** Format characters (bidi overrides, zero width, tags), lone surrogates and private use. */
const invisible = /[\p{Cf}\p{Cs}\p{Co}]/gu

/** White space of any kind, line ends included. */
const space = /[\s\u0085]+/gu

/** Control characters that are no white space. */
const control = /\p{Cc}/gu

/** How many characters of a text from outside are shown. */
const longest = 600

/**
 * One line without control, bidi or invisible characters, cut with "…" after `maxCharacters`. Empty stays empty.
 * Emoji that are joined by zero-width joiners fall apart into their parts, which is the price of no hidden text.
 */
export const plainText = (text: string, maxCharacters = longest): string => {
  const line = text
    .replace(terminalSequences, '')
    .replace(invisible, '')
    .replace(space, ' ')
    .replace(control, '')
    .trim()
  const characters = Array.from(line.slice(0, maxCharacters * 2 + 2))
  if (characters.length <= maxCharacters && line.length <= maxCharacters * 2 + 2) return line
  return `${characters.slice(0, maxCharacters - 1).join('')}…`
}

/** HTML put together so that what comes from outside cannot be anything but text. Knows no verdict. */
import { plainText } from '../plain-text.ts'

/** Markup that may stand in a page as it is. Only `html` and `drawn` make it. */
export interface Html {
  readonly markup: string
}

/** What a template may hold: texts are escaped, markup is not, lists are joined. */
export type Part = string | number | Html | readonly Html[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A figure and its unit stand on one line. */
const beforeUnit = /(?<=\d) (?=%|tok\/s\b|ms\b|points?\b)/g

/** A text as it stands in an element or in a quoted attribute: one line, without control characters. */
export const escaped = (text: string): string =>
  plainText(text, 4000)
    .replace(beforeUnit, '\u00a0')
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')

const markupOf = (part: Part): string => {
  if (typeof part === 'object')
    return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
  return escaped(String(part))
}

/** Markup from a template. An attribute's value must stand in double quotes. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings
    .map((text, index) => `${text}${index < parts.length ? markupOf(parts[index] ?? '') : ''}`)
    .join(''),
})

/** A drawing of the chart library, which escapes its texts by itself, or a style sheet of our own. */
export const drawn = (markup: string): Html => ({ markup })

/** No markup at all. */
export const nothing: Html = { markup: '' }

/** Text from outside as GitHub Markdown: shows as written and does nothing. Knows no verdict. */
import { plainText } from './plain-text.ts'

/** Breaks a mention, a reference or a link in the page's text without showing; Renovate does the same. */
const gap = '&#8203;'

/** Longer parts of a text may be broken anywhere. */
const longestTight = 24

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** What would open a list, a heading or a rule if it stood first in its line. */
const blockStart = /^(?:[-+](?=[\s-]|$)|#(?=#*(?:\s|$))|=|\d{1,9}(?=[.)](?:\s|$)))/

const blockFree = (text: string): string =>
  text.replace(blockStart, (start) => (/\d/.test(start) ? `${start}${gap}` : `\\${start}`))

/** Escapes what Markdown, HTML, tables, mentions, references and bare links would make of a text; one line. */
export const markdownText = (text: string): string =>
  blockFree(
    plainText(text)
      .replace(/[\\`*~[\]|$]/g, '\\$&')
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
      .replace(/[&<>]/g, (character) => entities[character] ?? '')
      .replace(/#(?=\d)/g, `#${gap}`)
      .replace(/@(?=[\p{L}\p{N}])/gu, `@${gap}`)
      .replace(/\bGH-(?=\d)/gi, (match) => `${match}${gap}`)
      .replace(/:\/\//g, `:${gap}//`)
      .replace(/\bwww\./gi, (match) => `${match}${gap}`),
  )

/** As `markdownText`, in one piece: a narrow table must not break a figure from its unit. */
export const markdownFigure = (text: string): string => markdownText(text).replaceAll(' ', '\u00a0')

/** Where an estimate may be parted from its interval. */
export const beforeBracket = / (?=\()/

/** A text in parts that are each in one piece: "warn ≥ 95 %, fail ≥ 90 %" breaks after the comma only. */
export const markdownParts = (text: string, between = /(?<=,) /): string =>
  text
    .split(between)
    .map((part) => (part.length > longestTight ? markdownText(part) : markdownFigure(part)))
    .join(' ')

/** A name from outside in the fixed-width face, where GitHub makes no mentions and no links. */
export const markdownCode = (text: string): string => {
  const plain = plainText(text)
  if (plain === '') return '–'
  return /^[\w./:=,+@ -]+$/.test(plain) ? `\`${plain}\`` : `<code>${markdownText(plain)}</code>`
}

/** A row of a table; its cells are Markdown already. */
export const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Header and rule of a table; a column whose name starts with ">" is aligned right. */
export const markdownHeader = (columns: readonly string[]): readonly string[] => [
  markdownRow(columns.map((column) => column.replace(/^>/, ''))),
  `|${columns.map((column) => (column.startsWith('>') ? '---:' : '---')).join('|')}|`,
]

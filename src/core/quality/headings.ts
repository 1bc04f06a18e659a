/**
 * Which of the asked headings an answer has. Reads lines and no more of Markdown than headings and code blocks: a whole
 * parser recurses and backtracks on what a model may well write, such as ten thousand "> " in a row, and would hold up
 * the event loop by which other agents are timed. Knows nothing of how good the text below a heading is.
 */

/** An opening or closing fence of a code block (CommonMark 4.5). */
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/
/** CommonMark 4.2. */
const numberSigns = /^ {0,3}#{1,6}(?=[ \t]|$)/
/** CommonMark 4.3; only under a paragraph of one line, since no asked heading has two. */
const underline = /^ {0,3}(?:=+|-+)[ \t]*$/
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+/
const indentedCode = /^(?: {4}| {0,3}\t)/

/** "1.", "2.3", "4 –", "IV)" or "b." in front of a heading; not the year of "2026 results". */
const numbering =
  /^[^\p{L}\p{N}]*(?:\d{1,3}(?:\.\d{1,3})+(?![\p{L}\p{N}])|\d{1,3}(?:[.):]|[ \t]+[-–—])|(?:[ivxlc]{1,5}|[IVXLC]{1,5}|\p{L})[.)])/u

/** A heading as it is compared: its words in lower case, without number, emphasis, emoji and punctuation. */
const wordsOf = (heading: string): string =>
  (
    heading
      .replace(numbering, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? []
  ).join(' ')

/** What a line of nothing but bold text says, with or without a list number in front and a colon behind; else null. */
function boldLine(line: string): string | null {
  const number = /^ {0,3}\d{1,9}[.)][ \t]+/.exec(line)?.[0] ?? ''
  const text = line.slice(number.length).trim()
  const bold = text.endsWith(':') ? text.slice(0, -1) : text
  const mark = bold.slice(0, 2)
  if ((mark !== '**' && mark !== '__') || bold.length < 5 || !bold.endsWith(mark)) return null
  const inner = bold.slice(2, -2)
  return inner.includes(mark) ? null : inner
}

/** The lines of a text that stand in no code block; a block's lines are told as one blank one. */
function proseLines(text: string): readonly string[] {
  const lines: string[] = []
  let open: string | null = null
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, marks = '', rest = ''] = fence.exec(line) ?? []
    if (open !== null) {
      if (marks.startsWith(open) && rest.trim() === '') open = null
    } else if (marks !== '' && !(marks.startsWith('`') && rest.includes('`'))) {
      open = marks
      lines.push('')
    } else lines.push(line)
  }
  return lines
}

/** The line as a heading, by itself or by the line below it; null where it is none. */
function headingAt(lines: readonly string[], index: number): string | null {
  const line = lines[index] ?? ''
  if (line.trim() === '' || indentedCode.test(line)) return null
  const signs = numberSigns.exec(line)
  if (signs) return line.slice(signs[0].length)
  const isParagraph = (lines[index - 1] ?? '').trim() === '' && !listItem.test(line)
  if (isParagraph && underline.test(lines[index + 1] ?? '')) return line
  return boldLine(line)
}

/**
 * Share of the asked headings that the answer has, in percent; null where none is asked. A heading is a line with number
 * signs, an underlined line, or a line of nothing but bold text, as many models write them. Compared are words: case,
 * numbers in front, emphasis and punctuation make no difference.
 */
export function structureCompliancePercent(text: string, asked: readonly string[]): number | null {
  if (asked.length === 0) return null
  const lines = proseLines(text)
  const found = new Set(lines.flatMap((_, index) => headingAt(lines, index) ?? []).map(wordsOf))
  found.delete('')
  return (asked.filter((heading) => found.has(wordsOf(heading))).length / asked.length) * 100
}

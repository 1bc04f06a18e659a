/** A Markdown text to its headings and words. Knows no file. */
import { firstNames } from './first-names.ts'
import type { Parsed } from './parsed.ts'

/** A line can be as long as its file, a heading is not: what follows is not looked at. */
const mostCharacters = 200

const fence = /^ {0,3}(?:```|~~~)/
const opening = /^ {0,3}#{1,6}(?:[ \t]+|$)/
const closing = /[ \t]+#+[ \t]*$/

/** The beginnings of lines, one by one: a list of all lines can be many times as large as the text. */
function* lineStarts(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found === -1 ? text.length : found
    yield text.slice(at, Math.min(end, at + mostCharacters))
    at = end + 1
  }
}

function* headingsOf(text: string): Generator<string> {
  let isCode = false
  for (const start of lineStarts(text)) {
    if (fence.test(start)) isCode = !isCode
    else if (!isCode && opening.test(start)) {
      const heading = start.replace(opening, '').replace(closing, '').trim()
      if (heading !== '') yield heading
    }
  }
}

/** Headings that begin with #, outside of fenced code; words are what stands between white space. */
export function parseMarkdown(text: string): Parsed {
  const { names, more } = firstNames(headingsOf(text))
  let words = 0
  for (const _ of text.matchAll(/\S+/g)) words += 1
  return { kind: 'markdown', headings: names, more, words }
}

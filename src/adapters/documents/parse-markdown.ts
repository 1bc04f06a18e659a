/** A Markdown text to its headings and words. Knows no file. */
import type { Parsed } from './parsed.ts'

/** A line can be as long as its file, a heading is not: what follows is not looked at. */
const mostCharacters = 200

const fence = /^ {0,3}(?:```|~~~)/
const opening = /^ {0,3}#{1,6}(?:[ \t]+|$)/
const closing = /[ \t]+#+[ \t]*$/

/** Headings that begin with #, outside of fenced code; words are what stands between white space. */
export function parseMarkdown(text: string): Parsed {
  const headings: string[] = []
  let isCode = false
  for (const line of text.split('\n')) {
    const start = line.slice(0, mostCharacters)
    if (fence.test(start)) isCode = !isCode
    else if (!isCode && opening.test(start)) {
      const heading = start.replace(opening, '').replace(closing, '').trim()
      if (heading !== '') headings.push(heading)
    }
  }
  let words = 0
  for (const _ of text.matchAll(/\S+/g)) words += 1
  return { kind: 'markdown', headings, words }
}

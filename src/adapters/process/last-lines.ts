/** The end of what a process says, for messages. Knows no process. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const mostLines = 20
const longestLine = 500

/** Reads a stream to its end and keeps its last lines; the function gives them as they stand. */
export function lastLines(stream: Readable): () => readonly string[] {
  const lines: string[] = []
  createInterface({ input: stream }).on('line', (line) => {
    const text = line.trimEnd().slice(0, longestLine)
    if (text !== '') lines.push(text)
    if (lines.length > mostLines) lines.shift()
  })
  return () => lines
}

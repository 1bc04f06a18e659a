/** The end of what an agent's program says, however much that is. Knows no program. */
import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

const mostBytes = 64 * 1024
const mostLines = 20
const longestLine = 500

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g

/** Text that was written by others, without what would steer a terminal. */
const harmless = (text: string): string => stripVTControlCharacters(text).replace(control, ' ')

/**
 * Reads the streams to their end, so that nobody waits for a full pipe, and keeps the last 64 KiB of them together. The
 * function gives the last lines that are not blank, at most 20 of at most 500 characters; empty for silence.
 */
export function lastWords(streams: readonly Readable[]): () => readonly string[] {
  const chunks: Buffer[] = []
  let bytes = 0
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk)
    bytes += chunk.length
    for (let first = chunks[0]; first && bytes - first.length >= mostBytes; first = chunks[0]) {
      bytes -= first.length
      chunks.shift()
    }
  }
  for (const stream of streams) {
    stream.on('data', keep)
    // A pipe that breaks ends what is said, which is all that there is to know.
    stream.on('error', () => undefined)
  }
  return () =>
    harmless(Buffer.concat(chunks).subarray(-mostBytes).toString('utf8').replaceAll('\r', '\n'))
      .split('\n')
      .map((line) => line.trim().slice(0, longestLine))
      .filter((line) => line !== '')
      .slice(-mostLines)
}

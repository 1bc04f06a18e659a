/** Bytes of a document to what its summary needs. Knows no file. */
import { parseCsv } from './parse-csv.ts'
import { parseJson } from './parse-json.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { DocumentKind, Parsed } from './parsed.ts'

/** UTF-8 without its byte order mark; null for anything else. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Rejects only when the signal aborts. */
export async function readContent(kind: DocumentKind, bytes: Buffer, signal: AbortSignal): Promise<Parsed> {
  if (bytes.includes(0)) return { why: 'binary: it has a byte of value 0' }
  const text = textOf(bytes)
  if (text === null) return { why: 'not text in UTF-8' }
  if (!/\S/.test(text)) return { why: 'empty' }
  switch (kind) {
    case 'csv':
      return parseCsv(text, signal)
    case 'json':
      return parseJson(text)
    case 'markdown':
      return parseMarkdown(text)
    default:
      return kind satisfies never
  }
}

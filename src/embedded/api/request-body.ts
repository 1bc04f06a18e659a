/** Reads a request's JSON body. Knows no endpoint. */
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { ApiError, messageOf } from '../api-error.ts'

const maxBytes = 64 * 1024 * 1024

const readBytes = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request) {
    const buffer = Buffer.from(piece)
    bytes += buffer.length
    if (bytes > maxBytes) throw new ApiError(413, `the request body is longer than ${maxBytes} bytes`)
    pieces.push(buffer)
  }
  return Buffer.concat(pieces)
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ApiError(400, messageOf(cause), { cause })
  }
}

const describeIssue = (error: z.ZodError): string => {
  const issue = error.issues[0]
  const field = issue?.path.join('.') ?? ''
  return `json: cannot read ${field === '' ? 'the request' : `field ${field}`}: ${issue?.message ?? 'wrong type'}`
}

/** Reads the body as JSON of a shape. Throws ApiError 400 when there is none, or it is something else. */
export const readBody = async <Shape extends z.ZodType>(
  request: IncomingMessage,
  shape: Shape,
): Promise<z.output<Shape>> => {
  const bytes = await readBytes(request)
  if (bytes.length === 0) throw new ApiError(400, 'missing request body')
  const parsed = shape.safeParse(parseJson(bytes.toString('utf8')))
  if (parsed.success) return parsed.data
  throw new ApiError(400, describeIssue(parsed.error))
}

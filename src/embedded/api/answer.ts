/** Plain answers: one text or one JSON object. Knows no endpoint. */
import type { ServerResponse } from 'node:http'
import { ApiError, messageOf } from '../api-error.ts'

const send = (response: ServerResponse, status: number, content: { type: string; body: string }): void => {
  const bytes = Buffer.from(content.body)
  response.writeHead(status, { 'content-type': content.type, 'content-length': bytes.length })
  response.end(bytes)
}

/** Answers with text. Node leaves the body out where the request was HEAD. */
export const answerText = (response: ServerResponse, status: number, body: string): void =>
  send(response, status, { type: 'text/plain; charset=utf-8', body })

/** Answers with one JSON object. */
export const answerJson = (response: ServerResponse, status: number, value: unknown): void =>
  send(response, status, { type: 'application/json; charset=utf-8', body: JSON.stringify(value) })

/** Answers with an error's own status and text, or 500 for what is not ours. */
export const answerError = (response: ServerResponse, thrown: unknown): void =>
  answerJson(response, thrown instanceof ApiError ? thrown.status : 500, { error: messageOf(thrown) })

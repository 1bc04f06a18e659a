/** Asks a server over real HTTP and reads Ollama's forms of answer. Judges nothing. */
import { request } from 'node:http'

/** An object of an answer; absent fields are undefined. */
export type Fields = Record<string, unknown>

/** A whole answer. `lines` are the JSON objects of its body, one a line; empty when the body is no JSON. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly lines: readonly Fields[]
  /** Whether the response ended as HTTP has it, and not by a broken connection. */
  readonly complete: boolean
}

/** What is asked. `headers` are added to those of every request. */
export interface Question {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Sees each piece of the body as it comes. */
  readonly onData?: (text: string) => void
}

const parseLines = (text: string): readonly Fields[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      try {
        const value: unknown = JSON.parse(line)
        return typeof value === 'object' && value !== null ? [value as Fields] : []
      } catch {
        return []
      }
    })

const bodyText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

/** Asks; rejects only when there is no answer at all. */
export const ask = (url: string, path: string, question: Question = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = question.body === undefined ? 'GET' : 'POST', headers = {}, signal } = question
    const outgoing = request(
      new URL(path, url),
      { method, headers, agent: false, ...(signal ? { signal } : {}) },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => {
          text += piece
          question.onData?.(piece)
        })
        response.on('error', () => {})
        response.on('close', () => {
          const type = String(response.headers['content-type'] ?? '')
          const status = response.statusCode ?? 0
          resolve({ status, type, text, lines: parseLines(text), complete: response.complete })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(question.body === undefined ? undefined : bodyText(question.body))
  })

/** The first object of an answer; empty when there is none. */
export const first = (answer: Answer): Fields => answer.lines[0] ?? {}

/** The last object of an answer; empty when there is none. */
export const last = (answer: Answer): Fields => answer.lines.at(-1) ?? {}

/** Generates with the tiny model, streamed; `body` adds to the request and overrides it. */
export const generate = (url: string, body: Fields = {}, question: Question = {}): Promise<Answer> =>
  ask(url, '/api/generate', {
    ...question,
    body: {
      model: 'tiny',
      prompt: 'Hello',
      ...body,
      options: { num_predict: 5, temperature: 0, ...(body.options as Fields | undefined) },
    },
  })

/** All the text of a generate answer. */
export const responseText = (answer: Answer): string =>
  answer.lines.map((line) => line.response ?? '').join('')

/** The models that /api/ps lists. */
export const loadedModels = async (url: string): Promise<readonly Fields[]> =>
  first(await ask(url, '/api/ps')).models as readonly Fields[]

/** Waits until a condition holds; throws after ten seconds. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUp = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > giveUp) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

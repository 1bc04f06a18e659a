/** What answers on a port of this machine. Knows Ollama's version endpoint and nothing else of it. */
import { type IncomingMessage, request } from 'node:http'

/** `refused`: nobody listens. `silent`: somebody does, and does not answer in time. `other`: no Ollama. */
export type PortAnswer =
  | { readonly kind: 'refused' | 'silent' | 'other' }
  | { readonly kind: 'ollama'; readonly version: string }

const mostBytes = 10_000
/** Whatever answers there is quoted: nothing but a version gets through. */
const versionForm = /^[\w.+-]{1,80}$/

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length > mostBytes) break
  }
  return text
}

function versionIn(text: string): string | null {
  try {
    const said: unknown = JSON.parse(text)
    const version = said !== null && typeof said === 'object' && 'version' in said ? said.version : null
    return typeof version === 'string' && versionForm.test(version) ? version : null
  } catch {
    return null
  }
}

/** Asks for at most `ms`. Never rejects; an aborted signal ends it as `silent`. */
export async function askPort(port: number, ms: number, signal?: AbortSignal): Promise<PortAnswer> {
  const late = AbortSignal.timeout(Math.ceil(ms))
  const giveUp = signal ? AbortSignal.any([signal, late]) : late
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request({ host: '127.0.0.1', port, path: '/api/version', agent: false, signal: giveUp }, resolve)
    .on('error', reject)
    .end()
  try {
    const version = versionIn(await textOf(await promise))
    return version === null ? { kind: 'other' } : { kind: 'ollama', version }
  } catch (error) {
    if (giveUp.aborted) return { kind: 'silent' }
    const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
    return { kind: isRefused ? 'refused' : 'other' }
  }
}

/** What answers, as a sentence about `port`. */
export function describeAnswer(port: number, answer: PortAnswer): string {
  switch (answer.kind) {
    case 'ollama':
      return `Ollama ${answer.version} answers on port ${port} already.`
    case 'other':
      return `Something that is not Ollama answers on port ${port}.`
    case 'silent':
      return `Something listens on port ${port} and does not answer.`
    case 'refused':
      return `Port ${port} is taken, and nobody answers there.`
    default:
      return answer satisfies never
  }
}

/** Reads the address of an Ollama server as people write it. Knows URLs only: opens nothing. */
import { InputError } from '../../errors.ts'

/** Where a server is. `url` is for people and holds no credentials; `authorization` is the header that does. */
export interface ServerAddress {
  readonly url: string
  /** Scheme, host and port. */
  readonly origin: string
  /** Path in front of `/api`, without a slash at its end; empty for a bare server. */
  readonly prefix: string
  readonly authorization: string | null
}

/** Ollama's own port, meant when an address has neither scheme nor port (as in OLLAMA_HOST). */
const defaultPort = 11434

const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i

/** What an error may repeat of an address: nothing before an `@` and nothing after a `?` or `#`, which may be secrets. */
const withoutSecrets = (text: string): string => text.replace(/[?#].*$/s, '').replace(/^(.*:\/\/)?.*@/s, '$1')

const refuse = (text: string, why: string): InputError =>
  new InputError([
    {
      what: `"${withoutSecrets(text)}" is not the address of a server.`,
      why,
      fix: `Write it as http://127.0.0.1:${defaultPort}; host and port alone will do.`,
    },
  ])

const parseUrl = (text: string): URL => {
  const bare = !hasScheme.test(text)
  const url = URL.parse(bare ? `http://${text}` : text)
  if (url === null || url.hostname === '') throw refuse(text, 'It cannot be read as a URL.')
  const authority = text.split('/')[0] ?? ''
  if (bare && !/:\d+$/.test(authority)) url.port = String(defaultPort)
  return url
}

const decodeCredential = (text: string, credential: string): string => {
  try {
    return decodeURIComponent(credential)
  } catch {
    throw refuse(text, 'Its user name or password has a "%" that is not followed by two hex digits.')
  }
}

const basicAuthorization = (text: string, { username, password }: URL): string | null => {
  if (username === '' && password === '') return null
  const pair = `${decodeCredential(text, username)}:${decodeCredential(text, password)}`
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
}

/**
 * Reads `host`, `host:port`, or an http(s) URL with an optional path prefix and user:password. Throws InputError for
 * anything else, without repeating credentials.
 */
export const parseServerAddress = (input: string): ServerAddress => {
  const text = input.trim()
  if (text === '') throw refuse(text, 'It is empty.')
  const url = parseUrl(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse(text, 'Its scheme is not http or https.')
  if (url.search !== '' || url.hash !== '') throw refuse(text, 'It has a query or a fragment.')
  const prefix = url.pathname.replace(/\/+$/, '')
  return {
    url: `${url.origin}${prefix}`,
    origin: url.origin,
    prefix,
    authorization: basicAuthorization(text, url),
  }
}

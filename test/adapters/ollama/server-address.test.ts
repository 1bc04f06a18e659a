/** Addresses as people write them. */
import { describe, expect, it } from 'vitest'
import { parseServerAddress } from '../../../src/adapters/ollama/server-address.ts'
import { InputError } from '../../../src/errors.ts'

const plain = (origin: string, prefix = '') => ({
  url: `${origin}${prefix}`,
  origin,
  prefix,
  authorization: null,
})

describe('parseServerAddress', () => {
  it.each([
    ['host and port', '127.0.0.1:11434', plain('http://127.0.0.1:11434')],
    ["a host alone means Ollama's port", 'gpu-box', plain('http://gpu-box:11434')],
    ['a name with a port is no scheme', 'localhost:8080', plain('http://localhost:8080')],
    ['port 80, said', 'gpu-box:80', plain('http://gpu-box')],
    ['a URL without a port means its scheme’s', 'https://gpu.example.com', plain('https://gpu.example.com')],
    ['a slash at the end', 'http://127.0.0.1:11434/', plain('http://127.0.0.1:11434')],
    ['a path prefix', 'https://h.example/ollama/', plain('https://h.example', '/ollama')],
    ['a prefix without a scheme', 'h:1/a/b//', plain('http://h:1', '/a/b')],
    ['IPv6', '[::1]:11434', plain('http://[::1]:11434')],
    ['IPv6 without a port', '[::1]', plain('http://[::1]:11434')],
    ['spaces around it', ' 127.0.0.1:1 ', plain('http://127.0.0.1:1')],
  ])('%s', (_, text, expected) => {
    expect(parseServerAddress(text)).toEqual(expected)
  })

  it('keeps credentials out of what people see', () => {
    expect(parseServerAddress('http://me:p%40ss@h:1/x')).toEqual({
      ...plain('http://h:1', '/x'),
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    })
  })

  it.each([
    ['nothing', ' ', /empty/],
    ['another scheme', 'ftp://me:secret@h', /http or https/],
    ['a query', 'http://me:secret@h/?key=secret', /query/],
    ['a fragment', 'http://h/#secret', /fragment/],
    ['no URL', 'http://me:secret@[::1', /URL/],
    ['no host', 'http://', /URL/],
    ['a wrong port', 'h:99999', /URL/],
    ['a bad escape', 'http://me:secret%zz@h', /password/],
  ])('refuses %s without telling secrets', (_, text, why) => {
    const parse = () => parseServerAddress(text)
    expect(parse).toThrow(InputError)
    expect(parse).toThrow(why)
    expect(parse).toThrow(/^(?!.*secret)/s)
  })
})

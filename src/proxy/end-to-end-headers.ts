/** Which headers a proxy passes on. Knows no connection. */

/** Of one connection only (RFC 9110, 7.6.1), and what a proxy answers itself. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]

const pairsOf = (raw: readonly string[]): (readonly [string, string])[] =>
  raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []))

/**
 * The headers of a message that go on to the other side, names, order and repetitions as they came, without those of
 * `besides` (in lower case). `raw` and the result are names and values in one flat list, as Node gives and takes them.
 */
export function endToEndHeaders(raw: readonly string[], besides: readonly string[] = []): string[] {
  const pairs = pairsOf(raw)
  const listed = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase()))
  const stopped = new Set([...hopByHop, ...listed, ...besides])
  return pairs.filter(([name]) => !stopped.has(name.toLowerCase())).flat()
}

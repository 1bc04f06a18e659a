/** What an Ollama server says of itself in its log: pure text to facts. Reads no file, judges nothing. */

/** What the log has told so far, of one life of one server. */
export interface OllamaLog {
  /** The effective settings, by variable; null until the server has told them. */
  readonly settings: Readonly<Record<string, string>> | null
  /** Where it listens, e.g. 127.0.0.1:11434, and its version; null until then. */
  readonly listening: { readonly address: string; readonly version: string } | null
  /** What it will compute with, without repetition: "CUDA", "ROCm", "Metal", "Vulkan", "cpu"; empty until it has looked. */
  readonly libraries: readonly string[]
  /** Lines that tell of a fallback to the CPU, without time and place; each once. */
  readonly fallbacks: readonly string[]
  /** Lines that would explain one: of a driver, a device that is not used, a discovery that failed; each once. */
  readonly reasons: readonly string[]
  /** Whether it could not listen because somebody else does. */
  readonly addressInUse: boolean
  /** The last lines that are worth quoting, oldest first; the routes that a start lists are not. */
  readonly lastWords: readonly string[]
}

export const emptyLog: OllamaLog = {
  settings: null,
  listening: null,
  libraries: [],
  fallbacks: [],
  reasons: [],
  addressInUse: false,
  lastWords: [],
}

const mostKept = 20
const longestLine = 500

const quoted = /^"((?:[^"\\]|\\.)*)"/

/** Go's escapes that a log line has in practice: quotes, backslashes and breaks. */
const unquote = (text: string): string =>
  text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped))

/** The fields of a line as Go's slog writes them (key=value, quoted where needed); empty for any other line. */
function fieldsOf(line: string): Readonly<Record<string, string>> {
  if (!/^time=\S+ level=/.test(line)) return {}
  const fields: Record<string, string> = {}
  let rest = line
  for (let key = /^\s*("[^"]*"|[^\s=]+)=/.exec(rest); key; key = /^\s*("[^"]*"|[^\s=]+)=/.exec(rest)) {
    rest = rest.slice(key[0].length)
    const value = quoted.exec(rest) ?? /^\S*/.exec(rest)
    fields[key[1] ?? ''] = value?.[1] === undefined ? (value?.[0] ?? '') : unquote(value[1])
    rest = rest.slice(value?.[0].length ?? 0)
  }
  return fields
}

/** Go's map[A:1 B: C:[x y]]: a value ends where the next upper-case name begins; the proxies' names are lower-case too. */
export function parseGoMap(text: string): Readonly<Record<string, string>> {
  const body = /^map\[(.*)\]$/s.exec(text)?.[1]
  if (body === undefined) return {}
  const names = [...body.matchAll(/(?:^| )([A-Z][A-Z0-9_]*|https?_proxy|no_proxy):/g)]
  return Object.fromEntries(
    names.map((match, index) => [
      match[1] ?? '',
      body.slice(match.index + match[0].length, names[index + 1]?.index ?? body.length),
    ]),
  )
}

const libraryNames: Readonly<Record<string, string>> = {
  cuda: 'CUDA',
  rocm: 'ROCm',
  metal: 'Metal',
  vulkan: 'Vulkan',
  cpu: 'cpu',
}

/**
 * What tells of a fallback by itself. "entering low vram mode" does not: it only says that there is less than 20 GiB
 * (ollama/ollama issue 12143).
 */
const fallbackWords =
  /no compatible GPUs were discovered|retrying with projector CPU offload|disabling multimodal projector offload/i

/** What may hit one device of several, or one library that was tried. */
const reasonWords =
  /driver (is )?too old|dropping ROCm device|failure during (llama-server )?GPU discovery|discovery watchdog timed out/i

/** A line of slog without time, level and place, its message first and unquoted. */
const withoutTimeAndPlace = (line: string): string =>
  line
    .replace(/^time=\S+ level=\S+ (source=\S+ )?/, '')
    .replace(/^msg=(?:"((?:[^"\\]|\\.)*)"|(\S+))/, (_, inQuotes, plain) => unquote(inQuotes ?? plain))

const withOne = (list: readonly string[], one: string): readonly string[] =>
  list.includes(one) || list.length >= mostKept ? list : [...list, one]

function tellsOfFallback(line: string): boolean {
  const { msg, library } = fieldsOf(line)
  if (msg === 'inference compute' && library?.toLowerCase() === 'cpu') return true
  const [, onGpu, all] = /offloaded (\d+)\/(\d+) layers to GPU/.exec(line) ?? []
  return fallbackWords.test(line) || (onGpu !== undefined && Number(onGpu) < Number(all))
}

const fallbackIn = (whole: string): string | null => {
  const line = whole.trimEnd().slice(0, longestLine)
  return tellsOfFallback(line) ? withoutTimeAndPlace(line) : null
}

/** Those that a life's `fallbacks` hold and that these lines tell too, be it again: each once, with those of before. */
export const withFallbacks = (before: readonly string[], lines: readonly string[]): readonly string[] =>
  lines.reduce((all, line) => {
    const said = fallbackIn(line)
    return said === null ? all : withOne(all, said)
  }, before)

function listeningIn(message: string): OllamaLog['listening'] {
  const [, address, version] = /^Listening on (\S+) \(version (.+)\)$/.exec(message) ?? []
  return address === undefined || version === undefined ? null : { address, version }
}

/** Linux and macOS, and Windows (OLLAMA section 7). */
const inUse = /address already in use|Only one usage of each socket address/

const isNoise = (line: string): boolean =>
  line.trim() === '' || /^\[GIN-debug\]| - using (env|code):|^ssh-ed25519 /.test(line)

/** The facts with one more line. */
export function readLogLine(log: OllamaLog, whole: string): OllamaLog {
  const { msg = '', env, library } = fieldsOf(whole)
  if (msg === 'server config') return env === undefined ? log : { ...log, settings: parseGoMap(env) }
  const line = whole.trimEnd().slice(0, longestLine)
  if (isNoise(line)) return log
  const computes = msg === 'inference compute' ? library : undefined
  const said = withoutTimeAndPlace(line)
  return {
    ...log,
    listening: listeningIn(msg) ?? log.listening,
    libraries: computes
      ? withOne(log.libraries, libraryNames[computes.toLowerCase()] ?? computes)
      : log.libraries,
    fallbacks: withFallbacks(log.fallbacks, [whole]),
    reasons: reasonWords.test(line) ? withOne(log.reasons, said) : log.reasons,
    addressInUse: log.addressInUse || (/^Error: /.test(line) && inUse.test(line)),
    lastWords: [...log.lastWords, said].slice(-mostKept),
  }
}

/** What it computes with, several joined by "+"; null until it has told. */
export const libraryIn = ({ libraries }: OllamaLog): string | null =>
  libraries.length === 0 ? null : libraries.join('+')

/** All lines about a fallback; those that would only explain one count where no GPU was found. */
export const fallbacksIn = ({ libraries, fallbacks, reasons }: OllamaLog): readonly string[] =>
  libraries.length === 1 && libraries[0] === 'cpu' ? [...fallbacks, ...reasons] : fallbacks

/** Reads the command line of the embedded server. Starts nothing. */
import { parseArgs } from 'node:util'
import { messageOf } from './api-error.ts'
import { StartupError } from './startup-error.ts'

/** The command line, complete. Null is what was not said and has no default here. */
export interface Arguments {
  readonly engine: 'llama' | 'scripted'
  readonly host: string
  readonly port: number
  readonly threads: number
  readonly parallel: number
  /** What the script draws by, or what llama samples by for requests that name no seed. */
  readonly seed: number | null
  readonly script: string | null
  readonly dataDir: string | null
  readonly dieWithParent: boolean
}

const options = {
  engine: { type: 'string', default: 'llama' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '0' },
  threads: { type: 'string', default: '1' },
  'num-parallel': { type: 'string', default: '1' },
  seed: { type: 'string' },
  script: { type: 'string' },
  'data-dir': { type: 'string' },
  'die-with-parent': { type: 'boolean', default: false },
} as const

const wrongLine = (why: string, cause?: unknown): StartupError =>
  new StartupError(
    'cannot read the command line',
    why,
    `the options are ${Object.keys(options)
      .map((name) => `--${name}`)
      .join(' ')}`,
    { cause },
  )

const parseLine = (line: readonly string[]) => {
  try {
    return parseArgs({ args: [...line], options, strict: true }).values
  } catch (cause) {
    throw wrongLine(messageOf(cause).split('. ', 1)[0] ?? '', cause)
  }
}

interface Range {
  readonly name: string
  readonly from: number
  readonly to: number
}

const parseInteger = (text: string, { name, from, to }: Range): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < from || value > to) {
    throw wrongLine(`--${name} is a whole number from ${from} to ${to}, not "${text}"`)
  }
  return value
}

/** Reads the line after the program's name. Throws StartupError for an unknown option or a value out of range. */
export const parseArguments = (line: readonly string[]): Arguments => {
  const values = parseLine(line)
  if (values.engine !== 'llama' && values.engine !== 'scripted') {
    throw wrongLine(`--engine is llama or scripted, not "${values.engine}"`)
  }
  if (values.engine === 'llama' && values.script !== undefined) {
    throw wrongLine('--script is for --engine scripted only')
  }
  const { seed } = values
  return {
    engine: values.engine,
    host: values.host,
    port: parseInteger(values.port, { name: 'port', from: 0, to: 65_535 }),
    threads: parseInteger(values.threads, { name: 'threads', from: 1, to: 512 }),
    parallel: parseInteger(values['num-parallel'], { name: 'num-parallel', from: 1, to: 64 }),
    seed: seed === undefined ? null : parseInteger(seed, { name: 'seed', from: 0, to: 2 ** 32 - 1 }),
    script: values.script ?? null,
    dataDir: values['data-dir'] ?? null,
    dieWithParent: values['die-with-parent'],
  }
}

/** The Ollama binary that is to be started: found, fit to run here, and Ollama indeed. Starts no server. */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, parse, resolve } from 'node:path'
import { GateError, InputError, MachineError, messageOf } from '../../errors.ts'
import type { Problem } from '../../model/problem.ts'
import { headBytes, programKind, whyNotRunnable } from './program-file.ts'
import { scrubbedEnvironment } from './scrubbed-environment.ts'

/** `file` is absolute; `version` is what it says of itself, e.g. 0.24.0. */
export interface OllamaBinary {
  readonly file: string
  readonly version: string
}

/** Its first start may have to come from a slow disk. */
const versionMs = 60_000

/** From here on /api/ps tells the context of a loaded model (OLLAMA section 3), without which a trial proves little. */
export const oldestOllama = '0.10.0'

const nameTheBinary = 'Name the binary of the Ollama that is to be measured.'

const hasFolder = (name: string): boolean => /[/\\]/.test(name) || isAbsolute(name)

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** A bare name is looked up on the PATH, as a shell would; null when it is not there. */
function onPath(name: string, path: string): string | null {
  const names = process.platform === 'win32' ? [name, `${name}.exe`] : [name]
  const places = path.split(delimiter).filter((folder) => isAbsolute(folder))
  return places.flatMap((folder) => names.map((one) => join(folder, one))).find(isFile) ?? null
}

function statOf(file: string) {
  try {
    return statSync(file)
  } catch (cause) {
    const isMissing =
      cause instanceof Error && 'code' in cause && ['ENOENT', 'ENOTDIR'].includes(String(cause.code))
    if (isMissing)
      throw new InputError([{ what: `There is no Ollama binary at ${file}.`, fix: nameTheBinary }], { cause })
    throw new MachineError([{ what: `The Ollama binary ${file} cannot be reached: ${messageOf(cause)}.` }], {
      cause,
    })
  }
}

/** The whole path of what the user named. Throws InputError for a path without a file. */
function find(binary: string, env: NodeJS.ProcessEnv): string {
  if (hasFolder(binary)) {
    const file = resolve(binary)
    if (statOf(file).isFile()) return file
    throw new InputError([{ what: `${file} is a folder, not a program.`, fix: nameTheBinary }])
  }
  const file = onPath(binary, env.PATH ?? '')
  if (file !== null) return file
  const what = `No program named ${JSON.stringify(binary)} is on the PATH.`
  throw new MachineError([{ what, fix: 'Install Ollama on this machine, or give the path of its binary.' }])
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(headBytes)
  const fd = openSync(file, 'r')
  try {
    return head.subarray(0, readSync(fd, head, 0, headBytes, 0))
  } finally {
    closeSync(fd)
  }
}

/** Throws MachineError for a file that this user may not run, or that this machine cannot. */
function checkFile(file: string): void {
  try {
    accessSync(file, constants.X_OK)
  } catch (cause) {
    const what = `This user may not execute ${file}.`
    throw new MachineError([{ what, fix: `Make it executable: chmod a+x ${file}` }], { cause })
  }
  const { platform, arch: processor } = process
  let why: string | null
  try {
    why = whyNotRunnable(programKind(headOf(file)), { platform, processor })
  } catch {
    // A program that may be executed and not read: its own start will tell.
    return
  }
  if (why === null) return
  const fix = `Install the build of Ollama for ${platform} on ${processor}.`
  throw new MachineError([{ what: `${file} cannot run on this machine: ${why}.`, fix }])
}

/** What `ollama --version` prints where no server answers; the second form is for one that asks none. */
const versionIn = (said: string): string | null =>
  (/client version is (\S+)/.exec(said) ?? /^ollama version is (\S+)/m.exec(said))?.[1] ?? null

/** Where to look, and when to give up; `home` stands in for a home that is missing, and is null where there is one. */
export interface Asking {
  readonly env: NodeJS.ProcessEnv
  readonly home: string | null
  readonly signal: AbortSignal
}

interface Said {
  readonly output: string
  readonly ending: string | null
  readonly isLoaderMissing: boolean
}

interface Ending {
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
  readonly timedOut: boolean
  readonly originalMessage?: string | undefined
}

/** Null for an end as it should be. */
function endingOf({ exitCode, signal, timedOut, originalMessage }: Ending): string | null {
  if (timedOut) return `it was not done after ${versionMs / 1000} s`
  if (signal !== undefined) return `it was ended by ${signal}`
  if (exitCode === undefined) return originalMessage ?? 'it did not start'
  return exitCode === 0 ? null : `it ended with exit code ${exitCode}`
}

/** Asks for the version with an address where nobody answers: else the binary gives the version of a running server. */
async function askVersion(file: string, { env, home, signal }: Asking): Promise<Said> {
  const { execa } = await import('execa')
  const result = await execa(file, ['--version'], {
    env: {
      ...scrubbedEnvironment(env),
      ...(home === null ? {} : { HOME: home, USERPROFILE: home }),
      OLLAMA_HOST: '127.0.0.1:1',
      OLLAMA_NO_CLOUD: '1',
    },
    cwd: parse(process.cwd()).root,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: versionMs,
    killDescendants: true,
    maxBuffer: 100_000,
    windowsHide: true,
    cancelSignal: signal,
  })
  signal.throwIfAborted()
  return { output: result.all ?? '', ending: endingOf(result), isLoaderMissing: result.code === 'ENOENT' }
}

const firstLine = (text: string): string => (text.trim().split('\n')[0] ?? '').slice(0, 200)

function notOllama(file: string, { output, ending, isLoaderMissing }: Said): Problem {
  if (isLoaderMissing) {
    const why =
      'The loader or interpreter that it names is not on this machine: it was built for another system.'
    return { what: `${file} cannot run on this machine.`, why, fix: 'Install a build of Ollama for it.' }
  }
  const said = firstLine(output)
  const says = said === '' ? 'it says nothing' : `it says ${JSON.stringify(said)}`
  const what = `${file} is not an Ollama that works: asked for its version ${says}${ending === null ? '' : `, and ${ending}`}.`
  return { what, fix: nameTheBinary }
}

const numbersOf = (version: string): readonly number[] | null =>
  /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? null

/** False for a version that cannot be read, and for 0.0.0, which is what one's own builds say (OLLAMA section 3). */
export function isTooOld(version: string): boolean {
  const [numbers, oldest] = [numbersOf(version), numbersOf(oldestOllama) ?? []]
  if (numbers === null || numbers.every((part) => part === 0)) return false
  const differing = numbers.findIndex((part, index) => part !== oldest[index])
  return differing >= 0 && (numbers[differing] ?? 0) < (oldest[differing] ?? 0)
}

/**
 * Finds the binary and asks its version. Throws InputError for a path where there is none, MachineError for one that
 * cannot run here, is not Ollama, or is too old, and the signal's reason when that aborts.
 */
export async function inspectBinary(binary: string, asking: Asking): Promise<OllamaBinary> {
  const file = find(binary, asking.env)
  checkFile(file)
  const said = await askVersion(file, asking)
  const version = versionIn(said.output)
  if (version === null) throw new MachineError([notOllama(file, said)])
  if (isTooOld(version)) {
    const what = `${file} is Ollama ${version}, which is too old.`
    const why = `Before ${oldestOllama} a server does not tell the context of a loaded model.`
    throw new MachineError([{ what, why, fix: `Install Ollama ${oldestOllama} or newer.` }])
  }
  return { file, version }
}

/** The version of the `ollama` on the PATH, which people and scripts use as a client; null where there is none that tells. */
export async function installedVersion(asking: Asking): Promise<string | null> {
  try {
    return (await inspectBinary('ollama', asking)).version
  } catch (error) {
    if (error instanceof GateError) return null
    throw error
  }
}

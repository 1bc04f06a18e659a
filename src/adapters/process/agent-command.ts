/** The program that a command of an agent names: where it is, and whether this machine can run it. Starts nothing. */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { headBytes, programKind, whyNotRunnable } from './program-file.ts'

/** A command as a policy has it, and the folder that it runs in. */
export interface AgentCommand {
  readonly argv: readonly string[]
  readonly checkout: string
}

/** For messages. */
export const commandText = (argv: readonly string[]): string => JSON.stringify(argv.join(' '))

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A file that cannot be read gives no bytes: it may be run all the same. */
function headOf(path: string): Buffer | null {
  const head = Buffer.alloc(headBytes)
  let fd: number | null = null
  try {
    fd = openSync(path, 'r')
    return head.subarray(0, readSync(fd, head, 0, headBytes, 0))
  } catch {
    return null
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

/** The files that the name may mean, as the system looks for them: below the checkout, or a bare name on the PATH. */
const candidates = (name: string, { checkout }: AgentCommand, path: string): readonly string[] =>
  name.includes('/')
    ? [resolve(checkout, name)]
    : path.split(delimiter).map((folder) => resolve(checkout, folder || '.', name))

function whyNotThis(file: string): string | null {
  if (!mayExecute(file)) return `this user may not execute ${file} (chmod a+x)`
  const head = headOf(file)
  const { platform, arch: processor } = process
  const why = head && whyNotRunnable(programKind(head), { platform, processor })
  return why && `${file} cannot run here: ${why}`
}

/**
 * Why the command cannot be started, as the end of a sentence; null when nothing speaks against it. `path` is the PATH
 * that it will have.
 */
export function whyNotStartable(command: AgentCommand, path: string): string | null {
  const { argv, checkout } = command
  const [name = ''] = argv
  if (!isFolder(checkout)) return `there is no folder ${checkout}`
  // Windows has its own rules of what a name means: the start itself will tell.
  if (process.platform === 'win32') return null
  const files = candidates(name, command, path).filter(isFile)
  const file = files.find(mayExecute) ?? files[0]
  if (file !== undefined) return whyNotThis(file)
  return name.includes('/')
    ? `there is no file ${join(checkout, name)}`
    : `${JSON.stringify(name)} is not on the PATH of this runner`
}

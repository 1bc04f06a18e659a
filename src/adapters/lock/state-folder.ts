/** The folder that all jobs of a machine share, whoever runs them. Knows nothing of what lies in it. */
import { constants, type Stats } from 'node:fs'
import { access, chmod, lstat, mkdir } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import { InputError, MachineError, messageOf } from '../../errors.ts'

const variable = 'OLLAMA_PERF_GATE_STATE'

const elsewhere = `set ${variable} to another folder, the same one for every job of this machine.`

/**
 * Path of the folder, which is not made here: OLLAMA_PERF_GATE_STATE, else /tmp/ollama-perf-gate, on Windows
 * %ProgramData%\ollama-perf-gate. Not the system's temporary folder, which may be a user's or a job's own. Throws
 * InputError when the variable holds a relative path, which would be another folder for each repository.
 *
 * Jobs that do not see the same folder do not see each other: containers need it mounted and the variable set, so do
 * services with a private /tmp (systemd's PrivateTmp). Other machines are never seen.
 */
export function stateFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const given = env[variable]?.trim()
  if (!given)
    return platform === 'win32'
      ? `${env.ProgramData || 'C:\\ProgramData'}\\ollama-perf-gate`
      : '/tmp/ollama-perf-gate'
  if (isAbsolute(given)) return given
  throw new InputError([
    {
      what: `${variable} is not an absolute path: "${given}".`,
      why: 'Each job would look in another place.',
      fix: 'Give the whole path of a folder.',
    },
  ])
}

const unusable = (what: string, fix: string, cause?: unknown): MachineError =>
  new MachineError(
    [{ what, why: "Jobs keep the lock of this machine's GPU there.", fix: `${fix}, or ${elsewhere}` }],
    { cause },
  )

/** Undefined where there is nothing, or nothing that can be looked at. */
const lookAt = async (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)

/** One after the other: Node's own recursive way never returns below folders that take none, such as /proc. */
async function makeParents(folder: string): Promise<void> {
  const parent = dirname(folder)
  if (parent === folder || (await lookAt(parent)) !== undefined) return
  await makeParents(parent)
  await mkdir(parent).catch(async (error: unknown) => {
    // Another job may have made it at the same moment.
    if ((await lookAt(parent)) === undefined) throw error
  })
}

async function make(folder: string): Promise<void> {
  try {
    await makeParents(folder)
    await mkdir(folder)
    // Whoever comes next, under whatever user, must be able to clear away what a dead job left: no sticky bit either.
    await chmod(folder, 0o777)
  } catch (error) {
    // Another job may have made it at the same moment.
    if ((await lookAt(folder)) === undefined)
      throw unusable(`Cannot make the folder ${folder}: ${messageOf(error)}.`, 'Make it for all users', error)
  }
}

/**
 * Makes the folder for all users of the machine, or takes the one that is there as it is. Throws MachineError when a
 * link or a file lies there, or when this user cannot write to it.
 */
export async function makeStateFolder(folder: string): Promise<void> {
  if ((await lookAt(folder)) === undefined) await make(folder)
  const found = await lookAt(folder)
  if (!found?.isDirectory())
    throw unusable(
      `${folder} is ${found?.isSymbolicLink() ? 'a link' : 'not a folder'}.`,
      'Look who put it there, and remove it',
    )
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unusable(`This user cannot write to ${folder}.`, `Let its owner run: chmod 777 ${folder}`, error)
  }
}

/** The claims on a lock, as they lie in a folder. Knows nothing of who may have the lock. */
import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MachineError, messageOf } from '../../errors.ts'
import { claimantSchema } from './claimant.ts'

/** What a claim says of its owner. `since` is ISO 8601. */
const ownerSchema = claimantSchema.extend({ what: z.string(), since: z.string() })
export type Owner = z.output<typeof ownerSchema>

/** One claim; `owner` is null when it cannot be read. `beatMs` is the owner's last sign of life, in wall time. */
export interface Claim {
  readonly file: string
  readonly owner: Owner | null
  readonly beatMs: number
}

/** proper-lockfile's name for the lock of a file: the folder whose time of change is the heartbeat. */
const lockOf = (file: string): string => `${file}.lock`

const isClaim = (name: string): boolean => /^gpu-.+\.json$/.test(name)

/** A path for a claim that nobody had or will have. */
export const newClaimFile = (folder: string, id: string): string => join(folder, `gpu-${id}.json`)

async function readOwner(file: string): Promise<Owner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}

async function readClaim(file: string): Promise<Claim | null> {
  try {
    const { mtimeMs } = await stat(lockOf(file))
    return { file, owner: await readOwner(file), beatMs: mtimeMs }
  } catch {
    // Given back a moment ago.
    return null
  }
}

/** All claims in the folder, in no order; empty for none. Throws MachineError when the folder cannot be read. */
export async function readClaims(folder: string): Promise<readonly Claim[]> {
  try {
    const files = (await readdir(folder))
      .filter((name) => name.endsWith('.lock') && isClaim(name.slice(0, -'.lock'.length)))
      .map((name) => join(folder, name.slice(0, -'.lock'.length)))
    return (await Promise.all(files.map(readClaim))).filter((claim) => claim !== null)
  } catch (error) {
    throw new MachineError(
      [{ what: `Cannot read the locks in ${folder}: ${messageOf(error)}.`, fix: 'Look at that folder.' }],
      { cause: error },
    )
  }
}

/**
 * Removes the claim of somebody dead. Its name is never used again, so that nobody else's can be hit. Throws MachineError
 * when this user may not: a dead job that wakes up again must find its claim gone.
 */
export async function removeClaim({ file }: Claim): Promise<void> {
  try {
    await rmdir(lockOf(file))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw new MachineError(
        [
          {
            what: `Cannot clear away the lock that a dead job left: ${messageOf(error)}.`,
            fix: `Remove ${lockOf(file)}, and let all users write to its folder (chmod 777).`,
          },
        ],
        { cause: error },
      )
  }
  await rm(file, { force: true }).catch(() => undefined)
}

/** Words about claims that are gone may stay behind when a process is ended hard; a claim itself is there at once. */
const leftoverMs = 3_600_000

/** Removes what ended jobs left behind; what cannot be removed stays. */
export async function sweepLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const taken = new Set(names)
  const lone = names.filter((name) => isClaim(name) && !taken.has(lockOf(name)))
  await Promise.all(
    lone.map(async (name) => {
      const file = join(folder, name)
      const found = await stat(file).catch(() => null)
      if (found && Date.now() - found.mtimeMs > leftoverMs)
        await rm(file, { force: true }).catch(() => undefined)
    }),
  )
}

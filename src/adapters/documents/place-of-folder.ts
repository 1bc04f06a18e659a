/** Where a folder of the policy lies: within the checkout, or nowhere. Reads no file. */
import { lstat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { MachineError } from '../../errors.ts'

const refusal = (folder: string, why: string): MachineError =>
  new MachineError([
    {
      what: `The folder ${folder} of the workflow is not read.`,
      why,
      fix: 'Name a folder of the checkout, relative to it.',
    },
  ])

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )

/**
 * The folder's full path. A policy may come with the pull request that is measured, so that neither an absolute path,
 * nor `..`, nor a symbolic link on the way may lead out of the checkout: throws MachineError. Whether anything is there
 * is not asked.
 */
export async function placeOf(folder: string, checkout: string): Promise<string> {
  if (isAbsolute(folder)) throw refusal(folder, 'It is an absolute path, which may lead out of the checkout.')
  const within = relative(checkout, resolve(checkout, folder))
  if (within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within))
    throw refusal(folder, 'It lies outside of the checkout.')
  let place = checkout
  for (const part of within.split(sep)) {
    place = join(place, part)
    if (part !== '' && (await isLink(place)))
      throw refusal(
        folder,
        `${relative(checkout, place)} is a symbolic link, which may lead out of the checkout.`,
      )
  }
  return place
}

/** The folders that servers take their models from: there, readable, and what they can hold. Knows no server. */
import { accessSync, constants, existsSync, type Stats, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError, MachineError } from '../../errors.ts'

/** Folders of a store, as Ollama lays it out. */
const parts = ['manifests', 'blobs'] as const

function may(path: string, how: number): boolean {
  try {
    accessSync(path, how)
    return true
  } catch {
    return false
  }
}

const unreadable = (path: string): MachineError =>
  new MachineError([
    {
      what: `This user may not read ${path}, which is part of a model store.`,
      fix: 'Let the runner’s user read it (a group, or chmod -R a+rX), or name another store.',
    },
  ])

/** Undefined where nothing is. */
function statOf(store: string): Stats | undefined {
  try {
    return statSync(store, { throwIfNoEntry: false })
  } catch {
    throw unreadable(store)
  }
}

/** What is worth knowing of a store that can be used; null for nothing. */
function noteOn(store: string): string | null {
  const isEmpty = !existsSync(join(store, 'manifests'))
  if (may(store, constants.W_OK))
    return isEmpty ? `The model store ${store} is empty: models have to be pulled into it.` : null
  return `The model store ${store} is read-only for this user: Ollama serves what is in it, and cannot pull or create models there.`
}

/** Ollama makes the folder for blobs when there is none, and dies when it may not. */
function checkReadOnly(store: string): void {
  if (may(store, constants.W_OK) || existsSync(join(store, 'blobs'))) return
  const what = `The model store ${store} holds no models, and this user may not write to it.`
  throw new MachineError([
    { what, fix: 'Name a store that holds models, or let the runner’s user write there.' },
  ])
}

/**
 * Checks one store and gives a note on it; null for none. Throws InputError for a folder that does not exist, and
 * MachineError for one that this user cannot use.
 */
export function checkModelStore(store: string): string | null {
  const stat = statOf(store)
  if (stat === undefined) {
    const what = `There is no model store at ${store}.`
    throw new InputError([{ what, fix: 'Name the folder that holds "manifests" and "blobs".' }])
  }
  if (!stat.isDirectory()) throw new InputError([{ what: `The model store ${store} is not a folder.` }])
  for (const path of [store, ...parts.map((part) => join(store, part)).filter(existsSync)])
    if (!may(path, constants.R_OK | constants.X_OK)) throw unreadable(path)
  checkReadOnly(store)
  return noteOn(store)
}

/**
 * The store of each of `count` servers: one for all, one for each, or null for the server's own default. Throws
 * InputError for any other number.
 */
export function storePerServer(stores: readonly string[], count: number): readonly (string | null)[] {
  if (stores.length > 1 && stores.length !== count) {
    const what = `There are ${stores.length} model stores for ${count === 1 ? 'one server' : `${count} servers`}.`
    throw new InputError([{ what, fix: 'Name none, one for all, or one for each server.' }])
  }
  const [shared = null] = stores
  const one = shared === null ? null : resolve(shared)
  return Array.from({ length: count }, (_, index) => (stores.length > 1 ? resolve(stores[index] ?? '') : one))
}

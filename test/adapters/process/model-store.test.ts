import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkModelStore, storePerServer } from '../../../src/adapters/process/model-store.ts'
import { InputError } from '../../../src/errors.ts'
import { askAsOrdinaryUser, hasOrdinaryUser } from './an-ordinary-user.ts'

const folder = mkdtempSync(join(tmpdir(), 'stores-'))
const at = (name: string): string => join(folder, name)

beforeAll(() => {
  for (const store of ['full', 'read-only', 'locked/inner', 'half-locked'])
    for (const part of ['manifests', 'blobs']) mkdirSync(at(`${store}/${part}`), { recursive: true })
  for (const store of ['empty', 'read-only-empty']) mkdirSync(at(store))
  writeFileSync(at('a-file'), '')
  chmodSync(folder, 0o755)
  for (const name of ['read-only', 'read-only-empty']) chmodSync(at(name), 0o555)
  chmodSync(at('locked'), 0o000)
  chmodSync(at('half-locked/blobs'), 0o000)
})
afterAll(() => {
  for (const name of ['read-only', 'read-only-empty', 'locked', 'half-locked/blobs'])
    chmodSync(at(name), 0o755)
  rmSync(folder, { recursive: true })
})

describe('checkModelStore', () => {
  it('has nothing to say of a store with models', () => {
    expect(checkModelStore(at('full'))).toBe(null)
  })

  it('says that an empty one is empty', () => {
    expect(checkModelStore(at('empty'))).toBe(
      `The model store ${at('empty')} is empty: models have to be pulled into it.`,
    )
  })

  it.each([
    ['missing', 'There is no model store at'],
    ['a-file', 'is not a folder'],
  ])('refuses one that is %s', (name, words) => {
    expect(() => checkModelStore(at(name))).toThrow(InputError)
    expect(() => checkModelStore(at(name))).toThrow(words)
  })

  it.skipIf(!hasOrdinaryUser).each([
    ['read-only', 'is read-only for this user: Ollama serves what is in it, and cannot pull'],
    ['read-only-empty', 'holds no models, and this user may not write to it.'],
    ['locked', 'This user may not read'],
    ['locked/inner', 'This user may not read'],
    ['half-locked', `half-locked/blobs, which is part of a model store.`],
  ])('tells an ordinary user what %s means', (name, words) => {
    const said = askAsOrdinaryUser(
      '../../../src/adapters/process/model-store.ts',
      'return it.checkModelStore(args[0])',
      at(name),
    )
    const isNote = name === 'read-only'
    expect(JSON.stringify(said)).toContain(words)
    expect(typeof said === 'string').toBe(isNote)
    if (!isNote) expect(said).toMatchObject({ threw: 'MachineError' })
  })
})

describe('storePerServer', () => {
  it.each([
    ['none', [], 2, [null, null]],
    ['one for all', ['/models'], 2, [resolve('/models'), resolve('/models')]],
    ['one for each', ['/a', '/b'], 2, [resolve('/a'), resolve('/b')]],
    ['a path from here', ['models'], 1, [resolve('models')]],
  ])('%s', (_, stores, count, expected) => {
    expect(storePerServer(stores, count)).toEqual(expected)
  })

  it.each([
    [['/a', '/b'], 1, 'There are 2 model stores for one server.'],
    [['/a', '/b'], 3, 'There are 2 model stores for 3 servers.'],
  ])('refuses %j for %i', (stores, count, words) => {
    expect(() => storePerServer(stores, count)).toThrow(words)
  })
})

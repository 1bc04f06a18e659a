/** The generated model as a file: same shape same bytes, kept once, never half. */
import { createHash } from 'node:crypto'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { provideModelFile } from '../../../src/embedded/llama/model-file.ts'
import { defaultShape, type ModelShape } from '../../../src/embedded/llama/tiny-model.ts'

const shape: ModelShape = { ...defaultShape, layers: 1, width: 64, feedForward: 128, heads: 2 }

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

describe('a model file', () => {
  it('is made with its digest, and nothing else is left in the folder', () => {
    const file = provideModelFile(shape, folder)
    expect(file.sha256).toBe(sha256(file.path))
    expect(file.sizeBytes).toBe(statSync(file.path).size)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('is found again and not made anew', () => {
    const made = provideModelFile(shape, folder)
    expect(provideModelFile(shape, folder)).toEqual(made)
  })

  it('has the same bytes for the same shape, and others for another seed', () => {
    const made = provideModelFile(shape, join(folder, 'a'))
    expect(provideModelFile(shape, join(folder, 'b')).sha256).toBe(made.sha256)
    expect(provideModelFile({ ...shape, seed: 8 }, join(folder, 'a')).sha256).not.toBe(made.sha256)
  })

  it.each([
    ['is shorter than it was', (path: string) => truncateSync(path, 1000)],
    ['has lost its note', (path: string) => rmSync(`${path}.json`)],
    ['has a note that cannot be read', (path: string) => writeFileSync(`${path}.json`, '{')],
  ])('is made anew when it %s', (_, damage) => {
    const made = provideModelFile(shape, folder)
    damage(made.path)
    const again = provideModelFile(shape, folder)
    expect(again.sha256).toBe(made.sha256)
    expect(sha256(again.path)).toBe(made.sha256)
  })

  it('says where it cannot be kept and what helps', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(() => provideModelFile(shape, file)).toThrow(
      /^cannot keep the generated model in .*; name another folder with --data-dir/,
    )
  })

  it('is GGUF version 3 in either type of weights', () => {
    for (const weights of ['f16', 'q8_0'] as const) {
      const { path } = provideModelFile({ ...shape, weights }, folder)
      const head = readFileSync(path).subarray(0, 16)
      expect(head.toString('latin1', 0, 4)).toBe('GGUF')
      expect(head.readUInt32LE(4)).toBe(3)
      expect(head.readBigUInt64LE(8)).toBe(12n)
    }
  })
})

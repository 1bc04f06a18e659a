import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeFolder } from '../../../src/adapters/files/make-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'make-folder-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('makeFolder', () => {
  test('makes all that is missing, and again changes nothing', async () => {
    const path = join(folder, 'a', 'b', 'c')
    await makeFolder(path)
    await makeFolder(path)
    expect(existsSync(path)).toBe(true)
  })

  test('two at once make one', async () => {
    const path = join(folder, 'both', 'at', 'once')
    await Promise.all([makeFolder(path), makeFolder(path)])
    expect(existsSync(path)).toBe(true)
  })

  test('a file in the way is an error', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  })

  test.runIf(existsSync('/proc/self'))(
    'a file system that takes no folder is an error, and no endless loop',
    async () => {
      await expect(makeFolder('/proc/no/such/folder')).rejects.toThrow()
    },
  )
})

/** A file that is no longer what it was when the folder was scanned. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDocumentBytes } from '../../../src/adapters/documents/read-document-bytes.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'document-bytes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (path: string, mostBytesLeft = 2 ** 20) =>
  readDocumentBytes(path, { mostKibibytes: 64, mostBytesLeft })

describe('a file', () => {
  it('is read whole, an empty one too', async () => {
    writeFileSync(join(folder, 'a.json'), 'ä{}')
    writeFileSync(join(folder, 'b.json'), '')
    expect(await read(join(folder, 'a.json'))).toEqual({ bytes: Buffer.from('ä{}') })
    expect(await read(join(folder, 'b.json'))).toEqual({ bytes: Buffer.from('') })
  })

  it('that went away is said to be', async () => {
    expect(await read(join(folder, 'a.json'))).toEqual({ why: 'cannot be read (ENOENT)' })
  })
})

describe.skipIf(process.platform === 'win32')('what took its place after the scan', () => {
  it('a link is not followed', async () => {
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    symlinkSync('secret.txt', join(folder, 'a.json'))
    expect(await read(join(folder, 'a.json'))).toEqual({ why: 'a symbolic link, which is not followed' })
  })

  it('a pipe that nobody writes to holds nothing up', async () => {
    execFileSync('mkfifo', [join(folder, 'a.json')])
    expect(await read(join(folder, 'a.json'))).toEqual({ why: 'not a regular file' })
  })

  it('a device and a folder are not read', async () => {
    expect(await read('/dev/zero')).toEqual({ why: 'not a regular file' })
    expect(await read(folder)).toEqual({ why: 'not a regular file' })
  })
})

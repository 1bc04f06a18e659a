import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readText, writeText } from '../../../src/adapters/files/text-file.ts'
import { InputError, MachineError } from '../../../src/errors.ts'
import { aFolder } from './a-folder.ts'

const at = aFolder()

/** The words of an error with the folder's own path left out. */
const words = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message.replaceAll(at(), '').replaceAll('\\', '/')
}

describe('readText', () => {
  it('gives the text and the SHA-256 of the bytes', async () => {
    const content = 'name: ü\n'
    expect(await readText(at('a.yml', content))).toEqual({
      text: content,
      sha256: createHash('sha256').update(content).digest('hex'),
    })
  })

  it("leaves a byte order mark out of the text, but not out of the file's sum", async () => {
    const plain = await readText(at('a.yml', 'name: x\n'))
    const marked = await readText(at('b.yml', '\ufeffname: x\n'))
    expect(marked.text).toBe(plain.text)
    expect(marked.sha256).not.toBe(plain.sha256)
  })

  it.each([
    [
      'a name nearly right',
      'multi-agnet.yml',
      'There is no file /multi-agnet.yml. Did you mean /multi-agent.yml?',
    ],
    ['a name in other letters', 'QUICK.yml', 'There is no file /QUICK.yml. Did you mean /quick.yml?'],
    [
      'a name far off',
      'nightly.yml',
      'There is no file /nightly.yml. The folder has multi-agent.yml, quick.yml.',
    ],
    ['another kind of file', 'nightly.json', 'There is no file /nightly.json. Correct the path.'],
    [
      'no such folder',
      'no/quick.yml',
      'There is no file /no/quick.yml. There is no folder /no. Correct the path.',
    ],
    ['a folder', '', 'Cannot read . It is a folder (EISDIR). Name a file.'],
    [
      'a file as a folder',
      'quick.yml/x',
      'Cannot read /quick.yml/x. A part of its path is a file, not a folder (ENOTDIR). Correct the path.',
    ],
  ])('says what is wrong with %s', async (_, name, said) => {
    at('multi-agent.yml', '')
    at('quick.yml', '')
    expect((await words(readText(at(name)))).replace(/\s+/g, ' ')).toBe(said)
  })

  it('refuses what is not UTF-8', async () => {
    const file = at('a.yml', Uint8Array.of(0x6e, 0xff, 0xfe))
    expect(await words(readText(file))).toBe(
      '/a.yml is not a text file in UTF-8. Save it as UTF-8, or name the right file.',
    )
  })

  it('refuses what is too large to be meant, unread', async () => {
    const file = at('run.json', '')
    truncateSync(file, 300 * 2 ** 20)
    expect(await words(readText(file))).toBe(
      '/run.json is too large: 300 MB. At most 256 MB are read. Name the right file.',
    )
  })

  it('says that links go in a circle', async () => {
    symlinkSync(at('a'), at('b'))
    symlinkSync(at('b'), at('a'))
    expect(await words(readText(at('a')))).toContain('Its links go round in a circle (ELOOP).')
  })

  it('says that there is no permission', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may read everything')
    chmodSync(at('a.yml', ''), 0)
    expect(await words(readText(at('a.yml')))).toContain('Permission is denied')
  })
})

describe('writeText', () => {
  it('makes the folder, and replaces what was there', async () => {
    await writeText(at('new/folder/summary.md'), 'one')
    await writeText(at('new/folder/summary.md'), 'two')
    expect(readFileSync(at('new/folder/summary.md'), 'utf8')).toBe('two')
    expect(readdirSync(at('new/folder'))).toEqual(['summary.md'])
  })

  it('leaves no draft and no half file when it fails', async () => {
    mkdirSync(at('verdict.json'))
    const written = writeText(at('verdict.json'), '{}')
    await expect(written).rejects.toThrow(MachineError)
    await expect(written).rejects.toThrow(
      `Cannot write ${at('verdict.json')}. It is a folder (EISDIR). Name a file.`,
    )
    expect(readdirSync(at())).toEqual([basename(at('verdict.json'))])
  })
})

import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDocumentFolder } from '../../../src/adapters/documents/document-folder.ts'
import { scanFolder } from '../../../src/adapters/documents/scan-folder.ts'
import { MachineError } from '../../../src/errors.ts'
import { type WorkflowPolicy, workflowSchema } from '../../../src/model/agent.ts'
import type { Documents } from '../../../src/model/documents.ts'
import { sampleFiles } from '../../../src/tool.ts'

let checkout = ''
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'documents-'))
})
afterEach(() => rmSync(checkout, { recursive: true, force: true }))

type Files = Readonly<Record<string, string | Uint8Array>>

function write(files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true })
    writeFileSync(join(checkout, name), content)
  }
}

const read = (bounds: Partial<WorkflowPolicy> = {}, signal?: AbortSignal): Promise<Documents> =>
  openDocumentFolder(join(checkout, 'no-samples')).read(
    { folder: '.', 'most-files': 200, 'most-kibibytes': 1024, ...bounds },
    checkout,
    signal,
  )

const pathsOf = ({ read: documents }: Documents) => documents.map(({ path }) => path)

/** What became of the one file. */
async function readOne(name: string, content: string | Uint8Array) {
  write({ [name]: content })
  const documents = await read()
  return documents.read[0]?.content ?? documents.skipped[0]?.why
}

describe('which files are read', () => {
  it('those of a folder and below it, in the order of paths, with their sizes', async () => {
    write({ 'b.json': '{}', 'a/z.csv': 'x\n1\n', 'a/deep/er/n.md': '# N', 'B.csv': 'x\n', 'c.txt': 'no' })
    const documents = await read()
    expect(documents.read.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['B.csv', 2],
      ['a/deep/er/n.md', 3],
      ['a/z.csv', 4],
      ['b.json', 2],
    ])
    expect(documents.skipped).toEqual([])
  })

  it('by extension, in capitals or not', async () => {
    write({ 'A.CSV': 'x\n1', 'b.Json': '1', 'c.MD': 'm', 'd.Markdown': 'm', 'e.jsonl': '{}', md: 'm' })
    expect(pathsOf(await read())).toEqual(['A.CSV', 'b.Json', 'c.MD', 'd.Markdown'])
  })

  it('none of .git and node_modules, at any depth', async () => {
    write({ '.git/a.json': '1', 'node_modules/b.json': '1', 'c/node_modules/d.md': 'm', 'c/e.md': 'm' })
    expect(pathsOf(await read())).toEqual(['c/e.md'])
  })

  it('only the named folder', async () => {
    write({ 'results/a.json': '1', 'b.json': '1', 'results/c/d.json': '1' })
    expect(pathsOf(await read({ folder: 'results' }))).toEqual(['a.json', 'c/d.json'])
    expect(pathsOf(await read({ folder: './results/c/../c/' }))).toEqual(['d.json'])
  })

  it('the sample files where no folder is named: all of them, of each kind', async () => {
    const { read: samples, skipped } = await openDocumentFolder(sampleFiles).read(
      workflowSchema.parse({}),
      checkout,
    )
    expect(skipped).toEqual([])
    expect(new Set(samples.map(({ content }) => content.kind))).toEqual(new Set(['csv', 'json', 'markdown']))
    expect(samples.length).toBeGreaterThanOrEqual(8)
  })

  it('none of an empty folder', async () => {
    expect(await read()).toEqual({ read: [], skipped: [] })
  })

  it('the same each time', async () => {
    write(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i % 7}/${i}.md`, '# same'])))
    expect(await read()).toEqual(await read())
  })
})

describe('what is kept of a file', () => {
  it.each<[string, string, string, unknown]>([
    [
      'a table: numbers have mean, least and greatest; words and mixtures have none',
      'a.csv',
      'model,ttft_ms,note\nx,10,1\ny,20.5,two\nz,-1e1,\n',
      {
        kind: 'csv',
        columns: ['model', 'ttft_ms', 'note'],
        rows: 3,
        numbers: [{ column: 'ttft_ms', mean: expect.closeTo(20.5 / 3, 9), min: -10, max: 20.5 }],
      },
    ],
    [
      'empty fields and empty lines of a table do not count',
      'a.csv',
      'a,b\r\n1,\r\n\r\n3,7\r\n',
      {
        kind: 'csv',
        columns: ['a', 'b'],
        rows: 2,
        numbers: [
          { column: 'a', mean: 2, min: 1, max: 3 },
          { column: 'b', mean: 7, min: 7, max: 7 },
        ],
      },
    ],
    [
      'quoted fields hold commas and line breaks',
      'a.csv',
      '"a, b","c"\n"1\n2","3"\n',
      { columns: ['a, b', 'c'], rows: 1, numbers: [{ column: 'c', mean: 3, min: 3, max: 3 }] },
    ],
    ['a table of nothing but its head', 'a.csv', 'a,b', { columns: ['a', 'b'], rows: 0, numbers: [] }],
    [
      'a byte order mark is no part of a column',
      'a.csv',
      '\uFEFFa,b\n1,2\n',
      { columns: ['a', 'b'], rows: 1 },
    ],
    [
      'what only looks like a number is none',
      'a.csv',
      'hex,inf,nan,huge\n0x10,Infinity,NaN,1e999\n',
      { columns: ['hex', 'inf', 'nan', 'huge'], numbers: [] },
    ],
    [
      'great numbers do not run over',
      'a.csv',
      'a\n1e308\n1e308\n',
      { numbers: [{ column: 'a', mean: 1e308, min: 1e308, max: 1e308 }] },
    ],
    ['an object', 'a.json', '{"b": 1, "a": [2]}', { kind: 'json', keys: ['b', 'a'], entries: 2 }],
    ['a list of objects', 'a.json', '[{"x": 1}, {"y": 2}]', { kind: 'json', keys: ['x'], entries: 2 }],
    ['an empty list', 'a.json', '[]', { kind: 'json', keys: [], entries: 0 }],
    ['a value', 'a.json', '\uFEFF null ', { kind: 'json', keys: [], entries: 0 }],
    [
      'a key that objects have anyway',
      'a.json',
      '{"__proto__": {"a": 1}}',
      { keys: ['__proto__'], entries: 1 },
    ],
    [
      'headings and words; not what stands in fenced code',
      'a.md',
      '# One #\ntwo three\n\n```sh\n# no heading\n```\n####### seven\n#tag\n   ## Two\r\n##\n',
      { kind: 'markdown', headings: ['One', 'Two'], words: 16 },
    ],
  ])('%s', async (_, name, text, kept) => {
    expect(await readOne(name, text)).toMatchObject(kept as object)
  })

  it('a heading as long as its file is cut, in no time', async () => {
    const content = await readOne('a.md', `# a${' '.repeat(500_000)}#\n`)
    expect(content).toEqual({ kind: 'markdown', headings: ['a'], more: 0, words: 3 })
  })

  it.each([
    ['columns', 'a.csv', Array.from({ length: 5000 }, (_, i) => `c${i}`).join(',')],
    [
      'keys',
      'a.json',
      JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]))),
    ],
    ['headings', 'a.md', '# h\n'.repeat(5000)],
  ])('the first hundred of five thousand %s, and how many more there are', async (kind, name, text) => {
    const content: Record<string, unknown> = Object(await readOne(name, text))
    expect(content[kind]).toHaveLength(100)
    expect(content.more).toBe(4900)
  })

  it('a name as long as its file is cut', async () => {
    const content = await readOne('a.json', JSON.stringify({ ['k'.repeat(500_000)]: 1 }))
    expect(content).toEqual({ kind: 'json', keys: ['k'.repeat(200)], more: 0, entries: 1 })
  })

  it('a table with more rows than are parsed at once', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},word ${i}`)
    const content = await readOne('a.csv', `n,w\n${rows.join('\n')}\n`)
    expect(content).toEqual({
      kind: 'csv',
      columns: ['n', 'w'],
      more: 0,
      rows: 20_000,
      numbers: [{ column: 'n', mean: expect.closeTo(9999.5, 6), min: 0, max: 19_999 }],
    })
  })
})

describe('a file is skipped, and said why, that is', () => {
  it.each<[string, string, string | Uint8Array, string]>([
    [
      'binary and named .json',
      'a.json',
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1),
      'binary: it has a byte of value 0',
    ],
    ['in UTF-16', 'a.csv', Buffer.from('a,b\n', 'utf16le'), 'binary: it has a byte of value 0'],
    ['in Latin-1', 'a.md', Buffer.from('caf\u00e9', 'latin1'), 'not text in UTF-8'],
    ['malformed JSON', 'a.json', '{"a": 1,\n "b" 2}', 'not valid JSON (line 2 column 6)'],
    ['cut JSON', 'a.json', '{"token": "abc', 'not valid JSON (line 1 column 15)'],
    ['two JSON values', 'a.json', '{}\n{}\n', 'not valid JSON (line 2 column 1)'],
    ['no JSON at all, without a word of it', 'a.json', 'secret', 'not valid JSON'],
    [
      'a ragged table',
      'a.csv',
      'a,b,c\n1,2,3\n4,5\n',
      'not valid CSV (line 3: another number of fields than in the first line)',
    ],
    [
      'a table with an open quote',
      'a.csv',
      'a,b\n1,"2\n3,4\n',
      'not valid CSV (line 3: a quote that is not closed)',
    ],
    ['a table with quotes out of place', 'a.csv', 'a,b\n1,x"y"\n', 'not valid CSV (line 2)'],
    [
      'a table of a million columns without a name',
      'a.csv',
      ','.repeat(2 ** 20 - 1),
      'not valid CSV (line 1: more than 131072 characters)',
    ],
    [
      'a table with a row that never ends',
      'a.csv',
      `a,b\n1,"${'2\n'.repeat(100_000)}`,
      'not valid CSV (line 65538: more than 131072 characters)',
    ],
    ['empty', 'a.csv', '', 'empty'],
    ['blank', 'a.md', '\uFEFF \n\n', 'empty'],
  ])('%s', async (_, name, content, why) => {
    expect(await readOne(name, content)).toBe(why)
  })

  it('too large; one of just the size is read', async () => {
    write({ 'a.json': `"${'x'.repeat(1022)}"`, 'b.json': `"${'x'.repeat(1023)}"` })
    const documents = await read({ 'most-kibibytes': 1 })
    expect(pathsOf(documents)).toEqual(['a.json'])
    expect(documents.skipped).toEqual([{ path: 'b.json', why: 'larger than 1 KiB' }])
  })

  it('huge, without being read', async () => {
    write({ 'a.json': '' })
    truncateSync(join(checkout, 'a.json'), 8 * 2 ** 30)
    expect((await read()).skipped).toEqual([{ path: 'a.json', why: 'larger than 1024 KiB' }])
  })

  it('beyond the bytes of one reading', async () => {
    for (const name of ['a.md', 'b.md', 'c.md']) {
      write({ [name]: '' })
      truncateSync(join(checkout, name), 60 * 2 ** 20)
    }
    const { skipped } = await read({ 'most-kibibytes': 65_536 })
    expect(skipped.map(({ why }) => why)).toEqual([
      'binary: it has a byte of value 0',
      ...Array.from({ length: 2 }, () => 'the files before it have used up the bytes of one reading'),
    ])
  })

  it('one of ten thousand: as many as the policy says are read, the first by path', async () => {
    write(
      Object.fromEntries(
        Array.from({ length: 10_000 }, (_, i) => [`${String(i).padStart(5, '0')}.md`, '# h']),
      ),
    )
    const { read: documents, skipped } = await read({ 'most-files': 20 })
    expect([documents.length, documents[0]?.path, documents[19]?.path]).toEqual([20, '00000.md', '00019.md'])
    expect(skipped).toHaveLength(9980)
    expect(skipped[0]).toEqual({ path: '00020.md', why: 'beyond the first 20 files' })
  })

  it('not counted as read: a broken one does not use up the policy’s number', async () => {
    write({ 'a.json': '{', 'b.json': '1', 'c.json': '2' })
    expect(pathsOf(await read({ 'most-files': 2 }))).toEqual(['b.json', 'c.json'])
  })
})

const adapter = pathToFileURL(
  join(import.meta.dirname, '../../../src/adapters/documents/document-folder.ts'),
).href

/** What a user without rights reads, as JSON, or is told: this one, or nobody where this one is root, whom nothing stops. */
function asOrdinaryUser(folder: string): string {
  chmodSync(checkout, 0o755)
  const bounds = JSON.stringify(workflowSchema.parse({ folder }))
  const code = `import(${JSON.stringify(adapter)})
    .then((it) => it.openDocumentFolder('').read(${bounds}, ${JSON.stringify(checkout)}))
    .then((documents) => console.log(JSON.stringify(documents)), (error) => console.log(String(error)))`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    encoding: 'utf8',
    cwd: '/',
    ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  })
  expect(stderr).not.toContain('EACCES')
  return stdout
}

describe.skipIf(process.platform === 'win32')('links, pipes and permissions', () => {
  it('a loop of symbolic links is not walked, a link to a file elsewhere not read', async () => {
    write({ 'data/a.md': 'm', 'secret.json': '{"password": 1}' })
    symlinkSync('..', join(checkout, 'data', 'loop'))
    symlinkSync('../secret.json', join(checkout, 'data', 'b.json'))
    symlinkSync('nowhere', join(checkout, 'data', 'c.json'))
    const documents = await read({ folder: 'data' })
    expect(pathsOf(documents)).toEqual(['a.md'])
    const why = 'a symbolic link, which is not followed'
    expect(documents.skipped).toEqual(['b.json', 'c.json', 'loop'].map((path) => ({ path, why })))
  })

  it('a pipe named .json is not waited for', async () => {
    execFileSync('mkfifo', [join(checkout, 'a.json')])
    expect((await read()).skipped).toEqual([{ path: 'a.json', why: 'not a regular file' }])
  })

  it('a file and a folder without permission are skipped, the rest is read', () => {
    write({ 'a.json': '1', 'b/c.json': '1', 'd.json': '1' })
    chmodSync(join(checkout, 'a.json'), 0)
    chmodSync(join(checkout, 'b'), 0)
    expect(JSON.parse(asOrdinaryUser('.'))).toEqual({
      read: [{ path: 'd.json', bytes: 1, content: { kind: 'json', keys: [], more: 0, entries: 0 } }],
      skipped: [
        { path: 'b', why: 'a folder that cannot be read: Permission is denied.' },
        { path: 'a.json', why: 'cannot be read (EACCES)' },
      ],
    })
  })

  it('a folder without permission is an error of the machine', () => {
    mkdirSync(join(checkout, 'a'), { mode: 0 })
    expect(asOrdinaryUser('a')).toMatch(
      /^MachineError: Cannot read the workflow's folder a\. Permission is denied\./,
    )
  })

  it('folders nested deeper than a path may be long are skipped, what is above them is read', async () => {
    write({ 'a.md': 'm' })
    const nest =
      'for (let i = 0; i < 20; i++) { fs.mkdirSync("d".repeat(250)); process.chdir("d".repeat(250)) }'
    execFileSync(process.execPath, ['-e', nest], { cwd: checkout })
    const { read: documents, skipped } = await read()
    execFileSync('rm', ['-rf', checkout])
    expect(documents.map(({ path }) => path)).toEqual(['a.md'])
    expect(skipped[0]?.why).toBe('a folder that cannot be read: Its path is too long.')
  })
})

describe('a folder that cannot be read is an error of the machine', () => {
  const refused = async (folder: string): Promise<string> => {
    const error = await read({ folder }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MachineError)
    return (error as MachineError).message
  }

  it('missing', async () => {
    expect(await refused('results')).toBe(
      "Cannot read the workflow's folder results. It is not there. Correct workflow.folder in the policy, or see to it that the checkout has the folder.",
    )
  })

  it('a file', async () => {
    write({ 'results.json': '1' })
    expect(await refused('results.json')).toContain('is a file')
  })

  it.each([
    ['above the checkout', '..'],
    ['beside it', '../other'],
    ['beside it, by a way through it', 'a/../../other'],
  ])('%s', async (_, folder) => {
    expect(await refused(folder)).toBe(
      `The folder ${folder} of the workflow is not read. It lies outside of the checkout. Name a folder of the checkout, relative to it.`,
    )
  })

  it('an absolute path, even one into the checkout', async () => {
    expect(await refused(checkout)).toContain('It is an absolute path')
  })

  it('a name that only begins with two dots is one like any other', async () => {
    write({ '..results/a.md': 'm' })
    expect(pathsOf(await read({ folder: '..results' }))).toEqual(['a.md'])
  })

  it.skipIf(process.platform === 'win32')('a symbolic link, or a folder behind one', async () => {
    write({ 'real/below/a.md': 'm' })
    symlinkSync('real', join(checkout, 'link'))
    symlinkSync(tmpdir(), join(checkout, 'out'))
    expect(await refused('link')).toContain('link is a symbolic link')
    expect(await refused('link/below')).toContain('link is a symbolic link')
    expect(await refused('out')).toContain('out is a symbolic link')
  })

  it.skipIf(process.platform === 'win32')('not a checkout that is itself reached by a link', async () => {
    write({ 'real/data/a.md': 'm' })
    const link = join(checkout, 'link')
    symlinkSync('real', link)
    const documents = await openDocumentFolder('').read(workflowSchema.parse({ folder: 'data' }), link)
    expect(pathsOf(documents)).toEqual(['a.md'])
  })
})

describe('a tree of more entries than are looked at', () => {
  it('is scanned as far as that, and said to go on', async () => {
    write({ 'a.md': 'm', 'b.txt': 'm', 'sub/c.md': 'm', 'sub/d.md': 'm' })
    const scan = (mostEntries: number) =>
      scanFolder({ place: checkout, name: '.', mostEntries }, new AbortController().signal)
    expect(await scan(5)).toMatchObject({ found: { length: 3 }, skipped: [] })
    const { found, skipped } = await scan(4)
    expect(found).toHaveLength(2)
    const why = 'more than 4 files and folders; those beyond were not looked at'
    expect(skipped).toEqual([{ path: 'sub', why }])
    expect((await scan(2)).skipped).toMatchObject([{ path: '.' }])
  })
})

describe('a reading that is aborted', () => {
  it('rejects with the reason, before and midway', async () => {
    write(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.csv`, 'a\n1\n'])))
    const reason = new Error('enough')
    await expect(read({}, AbortSignal.abort(reason))).rejects.toBe(reason)
    const midway = new AbortController()
    const reading = read({}, midway.signal)
    setTimeout(() => midway.abort(reason), 5)
    await expect(reading).rejects.toBe(reason)
  })

  it('lets other work go on while it parses', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},${i * 2},${i * 3}`).join('\n')
    write({ 'a.csv': `a,b,c\n${rows}\n` })
    let turns = 0
    const ticking = setInterval(() => {
      turns += 1
    }, 1)
    await read({ 'most-kibibytes': 4096 })
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(5)
  })
})

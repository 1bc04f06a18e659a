import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { openJournal } from '../../../src/adapters/files/journal-file.ts'
import { readJournal } from '../../../src/adapters/files/read-journal.ts'
import { writeText } from '../../../src/adapters/files/text-file.ts'
import { InputError, MachineError } from '../../../src/errors.ts'
import { type JournalLine, runSchemaVersion } from '../../../src/model/run.ts'
import { aPause, aRun, aRunHeader, aTrial, aVisit } from '../../model/a-run.ts'
import { aFolder } from './a-folder.ts'

const at = aFolder()

const { ended } = aRun()
const header = aRunHeader()
const headerLine: JournalLine = { kind: 'header', header }
const endedLine: JournalLine = { kind: 'ended', ended }
const trialLine = (round: number): JournalLine => ({
  kind: 'trial',
  trial: aTrial({ visit: aVisit({ round }), startedAt: 'ü€𝄞' }),
})

const write = async (path: string, lines: readonly JournalLine[]) => {
  const journal = await openJournal(path)
  for (const line of lines) await journal.append(line)
  await journal.close()
}

describe('a journal', () => {
  const resumedLine: JournalLine = { kind: 'resumed', resumed: aPause() }
  const lines = [headerLine, trialLine(0), resumedLine, trialLine(1), endedLine]

  it('gives back what was appended; its folder is made', async () => {
    await write(at('out/journal.jsonl'), lines)
    expect(await readJournal(at('out/journal.jsonl'))).toEqual({ lines, torn: false })
    expect(readFileSync(at('out/journal.jsonl'), 'utf8').split('\n')).toHaveLength(6)
  })

  it('goes on where it ended', async () => {
    await write(at('journal.jsonl'), lines.slice(0, 2))
    await write(at('journal.jsonl'), lines.slice(2))
    expect(await readJournal(at('journal.jsonl'))).toEqual({ lines, torn: false })
  })

  it('keeps the order of calls that do not wait for each other', async () => {
    const journal = await openJournal(at('journal.jsonl'))
    await Promise.all(lines.map((line) => journal.append(line)))
    await journal.close()
    expect((await readJournal(at('journal.jsonl'))).lines).toEqual(lines)
  })

  it('has every line on disk when its append is done', async () => {
    const journal = await openJournal(at('journal.jsonl'))
    await journal.append(headerLine)
    expect((await readJournal(at('journal.jsonl'))).lines).toEqual([headerLine])
    await journal.close()
  })

  it('leaves out a last line that was torn, and overwrites it when it goes on', async () => {
    await write(at('journal.jsonl'), lines.slice(0, 3))
    truncateSync(at('journal.jsonl'), readFileSync(at('journal.jsonl')).length - 20)
    expect(await readJournal(at('journal.jsonl'))).toEqual({ lines: lines.slice(0, 2), torn: true })
    await write(at('journal.jsonl'), [endedLine])
    expect(await readJournal(at('journal.jsonl'))).toEqual({
      lines: [...lines.slice(0, 2), endedLine],
      torn: false,
    })
  })

  it('counts a line only when its newline is there, in reading and in going on alike', async () => {
    writeFileSync(at('journal.jsonl'), JSON.stringify(headerLine))
    expect(await readJournal(at('journal.jsonl'))).toEqual({ lines: [], torn: true })
    await write(at('journal.jsonl'), [headerLine])
    expect(await readJournal(at('journal.jsonl'))).toEqual({ lines: [headerLine], torn: false })
  })

  it('finds its last whole line before a torn one of many blocks', async () => {
    await write(at('journal.jsonl'), lines.slice(0, 2))
    appendFileSync(at('journal.jsonl'), 'x'.repeat(300_000))
    await write(at('journal.jsonl'), lines.slice(2))
    expect(await readJournal(at('journal.jsonl'))).toEqual({ lines, torn: false })
  })

  it('is empty when nothing was appended', async () => {
    await write(at('journal.jsonl'), [])
    expect(await readJournal(at('journal.jsonl'))).toEqual({ lines: [], torn: false })
  })

  it('refuses a number that would be unreadable, and goes on', async () => {
    const journal = await openJournal(at('journal.jsonl'))
    await journal.append(headerLine)
    const wrong = { kind: 'trial' as const, trial: aTrial({ endedMs: Number.NaN }) }
    await expect(journal.append(wrong)).rejects.toThrow(RangeError)
    await journal.append(endedLine)
    await journal.close()
    expect((await readJournal(at('journal.jsonl'))).lines).toEqual([headerLine, endedLine])
  })

  it('cannot be where a folder is', async () => {
    await expect(openJournal(at())).rejects.toThrow(MachineError)
    await expect(openJournal(at())).rejects.toThrow('It is a folder (EISDIR).')
    writeFileSync(at('file'), '')
    await expect(openJournal(at('file/journal.jsonl'))).rejects.toThrow('A part of its path is a file')
  })
})

describe('a journal that is broken', () => {
  const text = (line: unknown) => `${JSON.stringify(line)}\n`
  const later = { kind: 'header', header: { ...header, schemaVersion: 99 } }
  const whole = text(trialLine(0))
  const cut = whole.slice(0, whole.indexOf('"id":"') + '"id":"'.length)
  it.each([
    [
      'a line cut in the middle of the file',
      `${text(headerLine)}${cut}\n${text(endedLine)}`,
      `:2:${cut.length + 1}  This line is not JSON: Unterminated string`,
    ],
    ['an empty line', `${text(headerLine)}\n${text(endedLine)}`, ':2:1  This line is not JSON'],
    [
      'a line of zeros, as a crash of the machine leaves them',
      `${text(headerLine)}${'\0'.repeat(9)}\n`,
      ':2:1  This line is not JSON',
    ],
    [
      'another version',
      text(later),
      `:1 has schema version 99; this ollama-perf-gate reads version ${runSchemaVersion}. Read it with the ollama-perf-gate 0.1.0 that wrote it`,
    ],
    [
      'a field of another kind',
      text(headerLine) + text({ ...endedLine, ended: { ...ended, atMs: 'soon' } }),
      ':2: ended.atMs: invalid input: expected number, received string.',
    ],
    ['an unknown kind of line', text({ kind: 'note' }), ':1: kind: invalid'],
    ['another file', 'name: a-policy\n', ':1:1  This line is not JSON'],
  ])('is an input error with the line: %s', async (_, content, said) => {
    const read = readJournal(at('journal.jsonl', content))
    await expect(read).rejects.toThrow(InputError)
    await expect(read).rejects.toThrow(`${at('journal.jsonl')}${said}`)
  })

  it('is an input error when it is missing, with what lies there', async () => {
    at('journal.jsonl', '')
    await expect(readJournal(at('jurnal.jsonl'))).rejects.toThrow(`Did you mean ${at('journal.jsonl')}?`)
  })
})

describe('a job that is killed', () => {
  it('keeps every trial whose append was done', async () => {
    const module = (path: string) => new URL(`../../../${path}`, import.meta.url).href
    const program = `
      import { openJournal } from '${module('src/adapters/files/journal-file.ts')}'
      import { aTrial } from '${module('test/model/a-run.ts')}'
      const journal = await openJournal(process.argv[1])
      for (let done = 1; ; done++) {
        await journal.append({ kind: 'trial', trial: aTrial() })
        console.log(done)
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, at('journal.jsonl')])
    let done = 0
    for await (const line of createInterface({ input: child.stdout })) {
      done = Number(line)
      if (done === 20) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect((await readJournal(at('journal.jsonl'))).lines.length).toBeGreaterThanOrEqual(done)
  })
})

describe('a disk that is full', () => {
  let mounted: string | null = null
  const mountTiny = (): string | null => {
    const path = at('tiny')
    mkdirSync(path)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', path], { stdio: 'ignore' })
      mounted = path
    } catch {
      return null
    }
    return path
  }
  afterEach(() => {
    if (mounted !== null) execFileSync('umount', [mounted])
    mounted = null
  })

  it('is a machine error; the whole lines stay, and there may be more when there is room again', async ({
    skip,
  }) => {
    const disk = mountTiny()
    if (disk === null) return skip('no file system can be mounted here (needs root on Linux)')
    const path = join(disk, 'journal.jsonl')
    writeFileSync(join(disk, 'filler'), 'x'.repeat(30_000))
    const journal = await openJournal(path)
    const stored: JournalLine[] = []
    const fill = async () => {
      for (;;) {
        await journal.append(trialLine(stored.length))
        stored.push(trialLine(stored.length))
      }
    }
    const filled = fill()
    await expect(filled).rejects.toThrow(MachineError)
    await expect(filled).rejects.toThrow(
      `Cannot write to the journal ${path}. The disk is full (ENOSPC). Free some space, or name a folder on another disk.`,
    )
    expect(stored.length).toBeGreaterThan(0)
    expect(await readJournal(path)).toEqual({ lines: stored, torn: false })
    rmSync(join(disk, 'filler'))
    await journal.append(endedLine)
    await journal.close()
    expect(await readJournal(path)).toEqual({ lines: [...stored, endedLine], torn: false })
  })

  it('leaves the old file where a new one does not fit', async ({ skip }) => {
    const disk = mountTiny()
    if (disk === null) return skip('no file system can be mounted here (needs root on Linux)')
    await writeText(join(disk, 'verdict.json'), 'old')
    const written = writeText(join(disk, 'verdict.json'), 'x'.repeat(100_000))
    await expect(written).rejects.toThrow('The disk is full (ENOSPC).')
    expect(readFileSync(join(disk, 'verdict.json'), 'utf8')).toBe('old')
  })

  it('is one that may not be written to, when it is mounted so', async ({ skip }) => {
    const disk = mountTiny()
    if (disk === null) return skip('no file system can be mounted here (needs root on Linux)')
    execFileSync('mount', ['-o', 'remount,ro', disk])
    await expect(openJournal(join(disk, 'journal.jsonl'))).rejects.toThrow(
      'The file system is read-only (EROFS).',
    )
  })
})

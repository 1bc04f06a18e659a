import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readRun } from '../../../src/adapters/files/read-run.ts'
import { openResultFolder, openVerdictFolder } from '../../../src/adapters/files/result-folder.ts'
import { MachineError } from '../../../src/errors.ts'
import { type Verdict, verdictSchema } from '../../../src/model/verdict.ts'
import { aRun, aRunHeader, aTrial } from '../../model/a-run.ts'
import { aVerdict } from '../../model/a-verdict.ts'
import { aFolder } from './a-folder.ts'

const at = aFolder()

const { ended } = aRun()
const header = aRunHeader()

const anew = { keepJournal: false }

const verdict: Verdict = aVerdict({ outcome: 'error-machine', problems: [{ what: 'The server failed.' }] })

describe('a result folder', () => {
  it("takes a job's files, and tells which there are", async () => {
    const folder = await openResultFolder(at('out'), anew)
    expect([folder.written(), folder.pathOf('run.json')]).toEqual([[], null])
    await folder.saveReport('<!doctype html>\n')
    await folder.saveSummary('# Fine\n')
    await folder.append({ kind: 'header', header })
    await folder.append({ kind: 'ended', ended })
    await folder.saveRun({ ...aRun(), figures: [] })
    await folder.saveVerdict(verdict)
    await folder.close()
    expect(folder.written()).toEqual([
      'journal.jsonl',
      'run.json',
      'verdict.json',
      'summary.md',
      'report.html',
    ])
    expect(folder.pathOf('run.json')).toBe(at('out/run.json'))
    expect((await folder.readJournal()).map(({ kind }) => kind)).toEqual(['header', 'ended'])
    expect(await readRun(at('out/run.json'))).toEqual(aRun())
    expect(verdictSchema.parse(JSON.parse(readFileSync(at('out/verdict.json'), 'utf8')))).toEqual(verdict)
    expect(readFileSync(at('out/summary.md'), 'utf8')).toBe('# Fine\n')
  })

  it("holds no earlier job's verdict that could be taken for this one's, but keeps its journal", async () => {
    const earlier = await openResultFolder(at('out'), anew)
    await earlier.append({ kind: 'header', header })
    await earlier.append({ kind: 'trial', trial: aTrial() })
    await earlier.saveRun({ ...aRun(), figures: [] })
    await earlier.saveVerdict(verdict)
    await earlier.saveSummary('# Red\n')
    await earlier.saveReport('<!doctype html>\n')
    await earlier.close()
    writeFileSync(at('out/notes.txt'), "the owner's own")
    const journal = readFileSync(at('out/journal.jsonl'), 'utf8')
    const folder = await openResultFolder(at('out'), anew)
    await folder.close()
    expect(readdirSync(at('out')).sort()).toEqual(['journal.earlier.jsonl', 'journal.jsonl', 'notes.txt'])
    expect(readFileSync(at('out/journal.earlier.jsonl'), 'utf8')).toBe(journal)
    expect(await folder.readJournal()).toEqual([])
  })

  it('keeps a journal with trials through any number of jobs that measure nothing', async () => {
    const earlier = await openResultFolder(at('out'), anew)
    await earlier.append({ kind: 'header', header })
    await earlier.append({ kind: 'trial', trial: aTrial() })
    await earlier.close()
    const journal = readFileSync(at('out/journal.jsonl'), 'utf8')
    for (const lines of [[], [{ kind: 'header', header }], []] as const) {
      const folder = await openResultFolder(at('out'), anew)
      for (const line of lines) await folder.append(line)
      await folder.close()
    }
    expect(readFileSync(at('out/journal.earlier.jsonl'), 'utf8')).toBe(journal)
  })

  it('keeps the journals of all earlier jobs that measured', async () => {
    const kept: string[] = []
    for (let job = 0; job < 4; job += 1) {
      const folder = await openResultFolder(at('out'), anew)
      await folder.append({
        kind: 'header',
        header: { ...header, startedAt: `2026-01-0${job + 1}T00:00:00.000Z` },
      })
      await folder.append({ kind: 'trial', trial: aTrial() })
      await folder.close()
      kept.push(readFileSync(at('out/journal.jsonl'), 'utf8'))
    }
    const names = [
      'journal.earlier.jsonl',
      'journal.earlier-2.jsonl',
      'journal.earlier-3.jsonl',
      'journal.jsonl',
    ]
    expect(readdirSync(at('out')).sort()).toEqual(names.toSorted())
    expect(names.map((name) => readFileSync(at(`out/${name}`), 'utf8'))).toEqual(kept)
    expect(new Set(kept).size).toBe(4)
  })

  it('cannot be where a file is', async () => {
    const file = at('out', '')
    await expect(openResultFolder(file, anew)).rejects.toThrow(MachineError)
    await expect(openResultFolder(file, anew)).rejects.toThrow(`Cannot write to the folder ${file}.`)
    await expect(openVerdictFolder(file)).rejects.toThrow(MachineError)
  })
})

describe('a result folder of an unfinished run', () => {
  it('keeps the journal to go on with, and nothing that was judged from it', async () => {
    const earlier = await openResultFolder(at('out'), anew)
    await earlier.append({ kind: 'header', header })
    await earlier.append({ kind: 'trial', trial: aTrial() })
    await earlier.saveVerdict(verdict)
    await earlier.close()
    const folder = await openResultFolder(at('out'), { keepJournal: true })
    await folder.append({ kind: 'ended', ended })
    await folder.close()
    expect((await folder.readJournal()).map(({ kind }) => kind)).toEqual(['header', 'trial', 'ended'])
    expect(readdirSync(at('out'))).toEqual(['journal.jsonl'])
  })
})

describe('a verdict folder', () => {
  it('leaves the other files of the folder alone', async () => {
    mkdirSync(at('out'))
    writeFileSync(at('out/run.json'), '{}')
    const folder = await openVerdictFolder(at('out'))
    await folder.saveVerdict(verdict)
    expect(folder.written()).toEqual(['verdict.json'])
    expect(existsSync(at('out/run.json'))).toBe(true)
  })
})

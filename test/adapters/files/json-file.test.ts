import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compactJson } from '../../../src/adapters/files/compact-json.ts'
import { formatJson, writeJson } from '../../../src/adapters/files/json-file.ts'
import { readBaseline, readBaselineIfAny } from '../../../src/adapters/files/read-baseline.ts'
import { readRun } from '../../../src/adapters/files/read-run.ts'
import { InputError } from '../../../src/errors.ts'
import { type Baseline, baselineSchemaVersion } from '../../../src/model/baseline.ts'
import { runSchemaVersion } from '../../../src/model/run.ts'
import { aCell, aRun } from '../../model/a-run.ts'
import { aFolder } from './a-folder.ts'

const at = aFolder()

const aBaseline = (): Baseline => {
  const { environment } = aRun()
  const series = [{ metric: 'warmTtftMs' as const, agent: 0, values: [612.5, 611, 620] }]
  const cells = [{ id: 'cell', variant: aCell().head, amount: 1, contextLengths: [1024, null], series }]
  const recordedAt = '2026-01-01T00:00:00.000Z'
  return {
    schemaVersion: baselineSchemaVersion,
    policy: 'a-policy',
    sessions: [{ recordedAt, policySha256: '0', environment, cells }],
  }
}

describe('formatJson', () => {
  it.each([
    ['objects are indented', { a: { b: 1 } }, '{\n  "a": {\n    "b": 1\n  }\n}\n'],
    ['numbers stand in one line', { gaps: [1, -2.5, 3e21] }, '{\n  "gaps": [1, -2.5, 3e+21]\n}\n'],
    ['null is an unknown number', [[1, null], [null]], '[\n  [1, null],\n  [null]\n]\n'],
    ['texts do not', ['1', '2'], '[\n  "1",\n  "2"\n]\n'],
    ['nor does a mixture', [1, 'a'], '[\n  1,\n  "a"\n]\n'],
    [
      'a text that looks like numbers is left alone',
      { a: '[\n  1,\n  2\n]' },
      '{\n  "a": "[\\n  1,\\n  2\\n]"\n}\n',
    ],
    ['nothing is nothing', [], '[]\n'],
  ])('%s', (_, value, text) => {
    expect(formatJson(value)).toBe(text)
    expect(JSON.parse(text)).toEqual(value)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s, which would become null', (number) => {
    expect(() => formatJson({ meanMs: [number] })).toThrow(RangeError)
    expect(() => compactJson({ meanMs: number })).toThrow(`"meanMs" is ${number}: JSON has no such number`)
  })
})

describe('a run on disk', () => {
  it('comes back as it went, without the figures beside it', async () => {
    const run = aRun()
    await writeJson(at('run.json'), { ...run, figures: [] })
    expect(await readRun(at('run.json'))).toEqual(run)
    await writeJson(at('run.json'), run)
    expect(await readRun(at('run.json'))).toEqual(run)
  })

  const stored = formatJson(aRun())
  const version = `"schemaVersion": ${runSchemaVersion}`
  it.each([
    ['an empty file', '', ':1:1  The file ends in the middle: it is no whole run. It was cut off'],
    ['a truncated one', stored.slice(0, 1000), 'The file ends in the middle: it is no whole run.'],
    ['one cut in a word', '{\n  "schemaVersion": tru', ':2:23  The file ends in the middle'],
    [
      'a comma too many',
      '{\n  "schemaVersion": 1,\n}',
      ':3:1  This is not JSON: Expected double-quoted property name.',
    ],
    ['another format', 'name: a-policy\nversion: 1\n', ':1:1  This is not JSON: Unexpected token'],
    [
      'a word that is no value, far in',
      `{\n  "startedAt": "${'x'.repeat(50)}", "a": [1,\n    what]}`,
      ':3:5  This is not JSON',
    ],
    [
      'a later version',
      stored.replace(version, '"schemaVersion": 99'),
      `has schema version 99; this ollama-perf-gate reads version ${runSchemaVersion}. Read it with the ollama-perf-gate 0.1.0 that wrote it`,
    ],
    [
      'an earlier version, from before trials were watched',
      stored.replace(version, '"schemaVersion": 1'),
      `has schema version 1; this ollama-perf-gate reads version ${runSchemaVersion}.`,
    ],
    [
      'no version',
      stored.replace(`${version},`, ''),
      `run.json: schemaVersion: invalid input: expected ${runSchemaVersion}.`,
    ],
    [
      'a field of another kind',
      stored.replace('"emptyChunks": 0', '"emptyChunks": "0"'),
      'run.json: trials[0].legs[0].calls[0].record.emptyChunks: invalid input: expected number, received string.',
    ],
    [
      'an unknown key',
      stored.replace('"emptyChunks"', '"emptyChunk"'),
      'run.json: trials[0].legs[0].calls[0].record: unrecognized key: "emptyChunk".',
    ],
    ['many wrong fields', stored.replaceAll('"emptyChunks"', '"emptyChunk"'), 'more problems of this kind.'],
    ['a list', '[]', 'run.json: invalid input: expected object, received array.'],
    ['a missing file', null, 'There is no file'],
  ])('%s is refused with the place and the reason', async (_, content, said) => {
    if (content !== null) writeFileSync(at('run.json'), content)
    const read = readRun(at('run.json'))
    await expect(read).rejects.toThrow(InputError)
    await expect(read).rejects.toThrow(said)
  })
})

describe('a baseline on disk', () => {
  it('comes back as it went, a series in one line', async () => {
    await writeJson(at('baseline.json'), aBaseline())
    expect(readFileSync(at('baseline.json'), 'utf8')).toContain('"values": [612.5, 611, 620]')
    expect(await readBaseline(at('baseline.json'))).toEqual(aBaseline())
    expect(await readBaselineIfAny(at('baseline.json'))).toEqual(aBaseline())
  })

  it('is null where there is none yet, and only there', async () => {
    expect(await readBaselineIfAny(at('baseline.json'))).toBeNull()
    writeFileSync(at('baseline.json'), '')
    await expect(readBaselineIfAny(at('baseline.json'))).rejects.toThrow(InputError)
    await expect(readBaseline(at('none.json'))).rejects.toThrow(InputError)
  })

  it('is not a run', async () => {
    await writeJson(at('run.json'), aRun())
    await expect(readBaseline(at('run.json'))).rejects.toThrow('is no baseline of this tool')
  })
})

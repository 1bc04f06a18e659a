import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeStateFolder, stateFolder } from '../../../src/adapters/lock/state-folder.ts'
import { InputError, MachineError } from '../../../src/errors.ts'

describe('stateFolder', () => {
  it.each([
    ['is the same for everybody', {}, 'linux', '/tmp/ollama-perf-gate'],
    ["is not this job's temporary folder", { TMPDIR: '/tmp/job7' }, 'darwin', '/tmp/ollama-perf-gate'],
    ['is where the owner says', { OLLAMA_PERF_GATE_STATE: '/var/lib/gate' }, 'linux', '/var/lib/gate'],
    ['takes empty for not said', { OLLAMA_PERF_GATE_STATE: ' ' }, 'linux', '/tmp/ollama-perf-gate'],
    ['is for all users of Windows', { ProgramData: 'D:\\Data' }, 'win32', 'D:\\Data\\ollama-perf-gate'],
    ['guesses where Windows does not tell', {}, 'win32', 'C:\\ProgramData\\ollama-perf-gate'],
  ] as const)('%s', (_, env, platform, folder) => {
    expect(stateFolder(env, platform)).toBe(folder)
  })

  it('refuses a path that is another one in each repository', () => {
    expect(() => stateFolder({ OLLAMA_PERF_GATE_STATE: 'state' })).toThrow(InputError)
  })
})

describe('makeStateFolder', () => {
  let place: string
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'state-folder-'))
  })
  afterEach(() => rmSync(place, { recursive: true }))

  it('makes it for all users, whatever the umask, without a sticky bit', async () => {
    const folder = join(place, 'deep', 'state')
    await makeStateFolder(folder)
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o7777).toBe(0o777)
  })

  it('leaves one that is there as its owner wants it', async () => {
    const folder = join(place, 'state')
    mkdirSync(folder, { mode: 0o770 })
    const { mode } = statSync(folder)
    await makeStateFolder(folder)
    expect(statSync(folder).mode).toBe(mode)
  })

  it('is made once by many at the same moment', async () => {
    const folder = join(place, 'state')
    await Promise.all(Array.from({ length: 8 }, () => makeStateFolder(folder)))
  })

  it.each([
    ['a link', (path: string) => symlinkSync(tmpdir(), path), /is a link\./],
    ['a link to nothing', (path: string) => symlinkSync(`${path}-gone`, path), /is a link\./],
    ['a file', (path: string) => writeFileSync(path, ''), /is not a folder\./],
  ])('refuses %s', async (_, lay, message) => {
    const folder = join(place, 'state')
    lay(folder)
    const failure = await makeStateFolder(folder).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MachineError)
    expect(String(failure)).toMatch(message)
    expect(String(failure)).toContain('OLLAMA_PERF_GATE_STATE')
  })

  it.skipIf(process.platform !== 'linux')('says so where the system takes no folder', async () => {
    const folder = '/proc/no/such/state'
    await expect(makeStateFolder(folder)).rejects.toThrow(`Cannot make the folder ${folder}: `)
  })

  it('says what is in the way of making it', async () => {
    writeFileSync(join(place, 'file'), '')
    await expect(makeStateFolder(join(place, 'file', 'state'))).rejects.toThrow(/^Cannot make the folder .+/)
  })
})

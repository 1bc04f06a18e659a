import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { inspectBinary, isTooOld } from '../../../src/adapters/process/ollama-binary.ts'
import { GateError } from '../../../src/errors.ts'
import { type FakeOllamaBehaviour, makeFakeOllama } from './fake-ollama.ts'

const folder = mkdtempSync(join(tmpdir(), 'binaries-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, content: string | Buffer, mode = 0o755): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const inspect = (
  binary: string,
  env: NodeJS.ProcessEnv = process.env,
  signal = new AbortController().signal,
) => inspectBinary(binary, { env, home: null, signal })

const failureOf = async (
  binary: string,
  env?: NodeJS.ProcessEnv,
): Promise<{ kind: string; message: string }> => {
  try {
    await inspect(binary, env)
  } catch (error) {
    if (error instanceof GateError) return { kind: error.kind, message: error.message }
    throw error
  }
  throw new Error('it was accepted')
}

const inspectFake = async (behaviour: FakeOllamaBehaviour) => {
  const fake = await makeFakeOllama(behaviour)
  try {
    return await inspect(fake.binary)
  } finally {
    fake.remove()
  }
}

/** The header of an ELF program for a processor that this machine does not have. */
const foreign = Buffer.alloc(4096)
Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(foreign)
foreign.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18)

describe('inspectBinary', () => {
  it.each([
    ['as Ollama says it where no server runs', { version: '0.33.0-rc2' }, '0.33.0-rc2'],
    [
      'as it says it where one of the same version does',
      { versionText: 'ollama version is 0.24.0' },
      '0.24.0',
    ],
    [
      'the client’s, where another one does',
      { versionText: 'ollama version is 0.30.0\nWarning: client version is 0.24.0' },
      '0.24.0',
    ],
    ['of a build of one’s own', { version: '0.0.0' }, '0.0.0'],
  ])('finds the version %s', async (_, behaviour, version) => {
    expect((await inspectFake(behaviour)).version).toBe(version)
  })

  it('finds a bare name on the PATH', async () => {
    const fake = await makeFakeOllama()
    const env = { ...process.env, PATH: `${folder}:${dirname(fake.binary)}:${process.env.PATH}` }
    expect(await inspect('ollama', env)).toEqual({ file: fake.binary, version: '0.24.0' })
    fake.remove()
  })

  it.each([
    ['a path where there is nothing', () => join(folder, 'none'), 'input', 'There is no Ollama binary at'],
    ['a path below a file', () => join(file('leaf', ''), 'ollama'), 'input', 'There is no Ollama binary at'],
    ['a folder', () => folder, 'input', 'is a folder, not a program.'],
    [
      'a name that is not on the PATH',
      () => 'no-such-ollama',
      'machine',
      'No program named "no-such-ollama" is on the PATH.',
    ],
    ['no permission', () => file('plain', '#!/bin/sh\n', 0o644), 'machine', 'This user may not execute'],
    [
      'another processor',
      () => file('foreign', foreign),
      'machine',
      'cannot run on this machine: it is a program for',
    ],
    [
      'what is no program',
      () => file('text', 'echo Ollama\n'),
      'machine',
      'it is neither a program nor a script',
    ],
    ['an empty file', () => file('empty', ''), 'machine', 'it is neither a program nor a script'],
    [
      'a missing interpreter',
      () => file('orphan', '#!/no/such/interpreter\n'),
      'machine',
      'The loader or interpreter that it names is not on this machine',
    ],
    [
      'another program',
      () => file('other', '#!/bin/sh\necho other 1.2\n'),
      'machine',
      'is not an Ollama that works: asked for its version it says "other 1.2".',
    ],
    [
      'a program that fails',
      () => file('fails', '#!/bin/sh\nexit 126\n'),
      'machine',
      'it says nothing, and it ended with exit code 126.',
    ],
    [
      'a program that is killed',
      () => file('killed', '#!/bin/sh\nkill -ILL $$\n'),
      'machine',
      'it says nothing, and it was ended by SIGILL.',
    ],
  ])('refuses %s', async (_, make, kind, words) => {
    const failure = await failureOf(make())
    expect(failure.message).toContain(words)
    expect(failure.kind).toBe(kind)
  })

  it('refuses one that is too old', async () => {
    await expect(inspectFake({ version: '0.9.6' })).rejects.toThrow('is Ollama 0.9.6, which is too old.')
  })

  it('asks where no server answers, without secrets', async () => {
    const spy = file('spy', '#!/bin/sh\necho "client version is 0.24.0-$OLLAMA_HOST-$GITHUB_TOKEN"\n')
    expect((await inspect(spy, { ...process.env, GITHUB_TOKEN: 'secret' })).version).toBe(
      '0.24.0-127.0.0.1:1-',
    )
  })

  it('ends with the signal', async () => {
    const slow = file('slow', '#!/bin/sh\nsleep 60\n')
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('SIGTERM')), 200)
    await expect(inspect(slow, process.env, stop.signal)).rejects.toThrow('SIGTERM')
  })

  it('does not take a folder on the PATH for the program', async () => {
    mkdirSync(join(folder, 'dir/ollama'), { recursive: true })
    expect((await failureOf('ollama', { PATH: join(folder, 'dir') })).message).toContain('No program named')
  })
})

describe('isTooOld', () => {
  it.each([
    ['0.9.6', true],
    ['0.5.13-rc1', true],
    ['0.10.0', false],
    ['0.24.0', false],
    ['1.0.0', false],
    ['0.0.0', false],
    ['nightly', false],
  ])('%s: %s', (version, expected) => {
    expect(isTooOld(version)).toBe(expected)
  })
})

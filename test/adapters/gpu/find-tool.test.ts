/** Which program is run, and what it sees. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findTool, toolEnvironment } from '../../../src/adapters/gpu/find-tool.ts'
import { openGpuProbe } from '../../../src/adapters/gpu/gpu-probe.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-tool-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (text: string) => writeFileSync(join(folder, 'nvidia-smi'), text, { mode: 0o755 })

describe('a tool on the PATH', () => {
  it.each<[string, () => string, boolean]>([
    ['in a folder with its full path', () => folder, true],
    ['behind a folder that is not there', () => `/no/such/folder${delimiter}${folder}`, true],
    ['in a folder that is relative to where we were started', () => relative(process.cwd(), folder), false],
    ['in the folder that we were started in', () => `.${delimiter}`, false],
  ])('%s', async (_what, path, isFound) => {
    put('#!/bin/sh\n')
    const found = await findTool('nvidia-smi', { env: { PATH: path() }, platform: 'linux' })
    expect(found).toBe(isFound ? join(folder, 'nvidia-smi') : null)
  })
})

describe('what a tool sees of the environment', () => {
  it.each([
    ['PATH', true],
    ['Path', true],
    ['HOME', true],
    ['TMPDIR', true],
    ['SystemRoot', true],
    ['LD_LIBRARY_PATH', true],
    ['CUDA_VISIBLE_DEVICES', true],
    ['ROCM_PATH', true],
    ['HIP_VISIBLE_DEVICES', true],
    ['NVIDIA_VISIBLE_DEVICES', true],
    ['NVIDIA_API_KEY', false],
    ['GITHUB_TOKEN', false],
    ['ACTIONS_RUNTIME_TOKEN', false],
    ['AWS_SECRET_ACCESS_KEY', false],
    ['NODE_OPTIONS', false],
    ['LD_PRELOAD', false],
  ])('%s: %s', (name, isSeen) => {
    expect(name in toolEnvironment({ [name]: 'x' })).toBe(isSeen)
  })

  it('is all that it sees when it is run', async () => {
    put(`#!/bin/sh\nenv > ${folder}/seen\necho "No devices were found"\nexit 6\n`)
    const env = { PATH: `${folder}:/usr/bin:/bin`, GITHUB_TOKEN: 'secret-1', NVIDIA_API_KEY: 'secret-2' }
    expect((await openGpuProbe({ env }).facts()).state).toBe('absent')
    const seen = readFileSync(join(folder, 'seen'), 'utf8')
    expect(seen).toContain(`PATH=${folder}`)
    expect(seen).not.toContain('secret')
  })
})

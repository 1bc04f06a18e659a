import { describe, expect, it } from 'vitest'
import { serverEnvironment, settingsLeftBehind } from '../../../src/adapters/process/ollama-environment.ts'

const place = { host: '127.0.0.1:11434', modelStore: null, mark: 'm' }
const environment = (
  env: NodeJS.ProcessEnv,
  settings: Record<string, string> = {},
  home: string | null = null,
) => serverEnvironment({ env, settings, home }, place)

describe('serverEnvironment', () => {
  it('pins what changes between versions, and what a measured server must not do by itself', () => {
    expect(environment({ PATH: '/bin', HOME: '/home/me' })).toEqual({
      PATH: '/bin',
      HOME: '/home/me',
      OLLAMA_NUM_PARALLEL: '1',
      OLLAMA_MAX_LOADED_MODELS: '1',
      OLLAMA_KEEP_ALIVE: '-1',
      OLLAMA_KV_CACHE_TYPE: 'f16',
      OLLAMA_NOPRUNE: '1',
      OLLAMA_NO_CLOUD: '1',
      OLLAMA_HOST: '127.0.0.1:11434',
      PERF_GATE_SERVER: 'm',
    })
  })

  it.each([
    [
      'the policy wins',
      { OLLAMA_KV_CACHE_TYPE: 'q4_0' },
      { OLLAMA_KV_CACHE_TYPE: 'q8_0' },
      { OLLAMA_KV_CACHE_TYPE: 'q8_0' },
    ],
    [
      'the policy wins over the machine too',
      { CUDA_VISIBLE_DEVICES: '0' },
      { CUDA_VISIBLE_DEVICES: '1' },
      { CUDA_VISIBLE_DEVICES: '1' },
    ],
    [
      'the job’s GPUs are passed on',
      { CUDA_VISIBLE_DEVICES: '1', HIP_VISIBLE_DEVICES: '0', ROCR_VISIBLE_DEVICES: '2' },
      {},
      { CUDA_VISIBLE_DEVICES: '1', HIP_VISIBLE_DEVICES: '0', ROCR_VISIBLE_DEVICES: '2' },
    ],
    [
      'libraries are found',
      { LD_LIBRARY_PATH: '/opt/rocm/lib', HSA_OVERRIDE_GFX_VERSION: '10.3.0' },
      {},
      { LD_LIBRARY_PATH: '/opt/rocm/lib', HSA_OVERRIDE_GFX_VERSION: '10.3.0' },
    ],
    ['an empty list hides all GPUs', { CUDA_VISIBLE_DEVICES: '' }, {}, { CUDA_VISIBLE_DEVICES: '' }],
    [
      'the job’s own settings stay behind',
      { OLLAMA_NUM_PARALLEL: '8', OLLAMA_DEBUG: '1' },
      {},
      { OLLAMA_NUM_PARALLEL: '1', OLLAMA_DEBUG: undefined },
    ],
    [
      'tokens stay behind',
      {
        GITHUB_TOKEN: 'x',
        ACTIONS_RUNTIME_TOKEN: 'x',
        RUNNER_TEMP: '/r',
        NODE_OPTIONS: '-x',
        HTTPS_PROXY: 'http://me:word@p',
      },
      {},
      {
        GITHUB_TOKEN: undefined,
        ACTIONS_RUNTIME_TOKEN: undefined,
        RUNNER_TEMP: undefined,
        NODE_OPTIONS: undefined,
        HTTPS_PROXY: undefined,
      },
    ],
  ])('%s', (_, env, settings, expected) => {
    const given: Record<string, string | undefined> = environment(env, settings)
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, given[name]]))).toEqual(expected)
  })

  it('gives a stand-in for a home that is missing, and a store where there is one', () => {
    expect(environment({}, {}, '/tmp/home')).toMatchObject({ HOME: '/tmp/home', USERPROFILE: '/tmp/home' })
    const source = { env: {}, settings: {}, home: null }
    expect(serverEnvironment(source, { ...place, modelStore: '/models' }).OLLAMA_MODELS).toBe('/models')
    expect('OLLAMA_MODELS' in serverEnvironment(source, place)).toBe(false)
  })
})

describe('settingsLeftBehind', () => {
  it.each([
    [
      'a setting of the job',
      { OLLAMA_FLASH_ATTENTION: '1', LLAMA_ARG_FIT: 'off' },
      {},
      ['OLLAMA_FLASH_ATTENTION', 'LLAMA_ARG_FIT'],
    ],
    ['one that is pinned to another value', { OLLAMA_NUM_PARALLEL: '4' }, {}, ['OLLAMA_NUM_PARALLEL']],
    ['one that is pinned to the same', { OLLAMA_NUM_PARALLEL: '1' }, {}, []],
    ['one that the policy gives', { OLLAMA_DEBUG: '1' }, { OLLAMA_DEBUG: '0' }, []],
    [
      'what is passed on, or used otherwise',
      { GGML_VK_VISIBLE_DEVICES: '0', OLLAMA_MODELS: '/m', OLLAMA_HOST: 'x', PATH: '/bin' },
      {},
      [],
    ],
  ])('%s', (_, env, settings, expected) => {
    expect(settingsLeftBehind({ env, settings, home: null })).toEqual(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { settingsInForce } from '../../../src/adapters/process/server-settings.ts'

describe('settingsInForce', () => {
  it.each([
    [
      'what the server made of it wins',
      { OLLAMA_NUM_PARALLEL: 'many' },
      { OLLAMA_NUM_PARALLEL: '1' },
      { OLLAMA_NUM_PARALLEL: '1' },
    ],
    ['a default of its own is a setting', {}, { OLLAMA_VULKAN: 'true' }, { OLLAMA_VULKAN: 'true' }],
    [
      'what it does not tell was given all the same',
      { LLAMA_ARG_CACHE_RAM: '0' },
      {},
      { LLAMA_ARG_CACHE_RAM: '0' },
    ],
    ['nothing told yet', { GGML_CUDA_GRAPHS: '0' }, null, { GGML_CUDA_GRAPHS: '0' }],
    [
      'for ever is -1',
      { OLLAMA_KEEP_ALIVE: '-1' },
      { OLLAMA_KEEP_ALIVE: '2562047h47m16.854775807s' },
      { OLLAMA_KEEP_ALIVE: '-1' },
    ],
    [
      'flash attention off',
      { OLLAMA_FLASH_ATTENTION: '0' },
      { OLLAMA_FLASH_ATTENTION: 'false' },
      { OLLAMA_FLASH_ATTENTION: '0' },
    ],
    ['flash attention left to the server, which logs the same', {}, { OLLAMA_FLASH_ATTENTION: 'false' }, {}],
    ['an empty value is no setting', {}, { CUDA_VISIBLE_DEVICES: '' }, {}],
    [
      'which GPU',
      { CUDA_VISIBLE_DEVICES: 'GPU-4f1c0a52-3f8e-11ee-be56-0242ac120002' },
      { CUDA_VISIBLE_DEVICES: 'GPU-4f1c0a52-3f8e-11ee-be56-0242ac120002' },
      { CUDA_VISIBLE_DEVICES: 'GPU-4f1c0a52-3f8e-11ee-be56-0242ac120002' },
    ],
    [
      'addresses and paths move nothing',
      {},
      {
        OLLAMA_HOST: 'http://127.0.0.1:1',
        OLLAMA_MODELS: '/models',
        OLLAMA_ORIGINS: '[*]',
        OLLAMA_REMOTES: '[x]',
      },
      {},
    ],
    ['proxies are left out', { PATH: '/bin' }, { HTTPS_PROXY: 'http://me:word@proxy', no_proxy: 'x' }, {}],
    [
      'secrets by their name',
      { OLLAMA_API_KEY: 'x', OLLAMA_AUTH: '1', CUDA_TOKEN: 'x', GGML_PASSWORD: 'x' },
      {},
      {},
    ],
    [
      'secrets by their value',
      { OLLAMA_THING: 'http://me:word@host/', OLLAMA_OTHER: 'k'.repeat(40) },
      {},
      {},
    ],
  ])('%s', (_, given, told, expected) => {
    expect(settingsInForce(given, told)).toEqual(expected)
  })

  it('sorts by name', () => {
    expect(Object.keys(settingsInForce({ OLLAMA_B: '1', CUDA_X: '1' }, { OLLAMA_A: '1' }))).toEqual([
      'CUDA_X',
      'OLLAMA_A',
      'OLLAMA_B',
    ])
  })
})

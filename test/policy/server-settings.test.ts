/** Which variables a policy may give to the servers that the gate starts. */
import { describe, expect, it } from 'vitest'
import { problemsIn } from './policy-text.ts'

const given = (name: string, value = '1') => problemsIn(`servers: { environment: { ${name}: ${value} } }`)

describe('a setting of a server', () => {
  it.each([
    ['OLLAMA_NUM_PARALLEL', '2'],
    ['OLLAMA_FLASH_ATTENTION', 'true'],
    ['OLLAMA_KV_CACHE_TYPE', 'q8_0'],
    ['OLLAMA_CONTEXT_LENGTH', '8192'],
    ['OLLAMA_SCHED_SPREAD', '1'],
    ['OLLAMA_GPU_OVERHEAD', '0'],
    ['OLLAMA_MAX_LOADED_MODELS', '2'],
    ['OLLAMA_LLM_LIBRARY', 'cuda_v12'],
    ['OLLAMA_VULKAN', '0'],
    ['LLAMA_ARG_CACHE_RAM', '0'],
    ['LLAMA_ARG_FIT_TARGET', '1024'],
    ['GGML_CUDA_GRAPHS', '0'],
    ['GGML_CUDA_ENABLE_UNIFIED_MEMORY', '1'],
    ['GGML_VK_VISIBLE_DEVICES', '0'],
    ['CUDA_VISIBLE_DEVICES', '0'],
    ['CUDA_DEVICE_ORDER', 'PCI_BUS_ID'],
    ['HIP_VISIBLE_DEVICES', '0'],
    ['ROCR_VISIBLE_DEVICES', '0'],
    ['GPU_DEVICE_ORDINAL', '0'],
    ['HSA_OVERRIDE_GFX_VERSION', '10.3.0'],
  ])('may be %s', (name, value) => {
    expect(given(name, value)).toEqual([])
  })

  it.each([
    'GGML_BACKEND_PATH',
    'GGML_METAL_PATH_RESOURCES',
    'CUDA_INJECTION64_PATH',
    'CUDA_INJECTION32',
    'CUDA_CACHE_PATH',
    'CUDA_COREDUMP_FILE',
    'CUDA_MPS_LOG_DIRECTORY',
    'CUDA_HOME',
    'HSA_TOOLS_LIB',
    'HSA_MODEL_LIB',
    'HIP_LIBRARIES',
    'OLLAMA_LIBRARY_PATH',
    'OLLAMA_RUNNERS_DIR',
    'OLLAMA_TMPDIR',
    'LLAMA_ARG_TOOLS',
    'LLAMA_ARG_STATIC_PATH',
    'LLAMA_ARG_CHAT_TEMPLATE_FILE',
    'GPU_LD_PRELOAD',
    'ROCR_MYLIB',
  ])('may not be %s, which leads to a file', (name) => {
    expect(given(name, '/tmp/x.so')).toEqual([
      `p.yml:1:27  servers.environment: "${name}" is not a variable that a policy may set: it names a file, folder or library, by which a pull request could load its own code into the server.`,
    ])
  })

  it.each(['LD_PRELOAD', 'PATH', 'OLLAMA_HOST', 'OLLAMA_MODELS', 'ollama_num_parallel', 'NODE_OPTIONS'])(
    'may not be %s, which is none of Ollama',
    (name) => {
      expect(given(name)).toEqual([
        `p.yml:1:27  servers.environment: "${name}" is not a variable such as OLLAMA_NUM_PARALLEL (OLLAMA_HOST and OLLAMA_MODELS are set by the gate).`,
      ])
    },
  )

  it.each(['/tmp/evil', 'a/b', '..', '"C:\\\\x"', '""'])(
    'may not make OLLAMA_LLM_LIBRARY lead to %s',
    (value) => {
      expect(given('OLLAMA_LLM_LIBRARY', value)).toEqual([
        expect.stringMatching(/is not the name of one of Ollama's own libraries, such as cuda_v12\.$/),
      ])
    },
  )
})

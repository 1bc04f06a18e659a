/** Factories for the circumstances of a run: by default two started Ollama servers on the reports' laptop. */
import type { Environment, HostFacts, ModelFacts, ServerFacts } from '../../src/model/environment.ts'
import type { GpuDevice, GpuFacts } from '../../src/model/gpu.ts'

/** Gemma 3 4B as its Modelfile and metadata have it; 139 264 bytes of KV cache a token. */
export const aModel = (overrides: Partial<ModelFacts> = {}): ModelFacts => ({
  name: 'gemma3:latest',
  digest: 'a2af6cc3eb7fa8be8504abaf9b04e88f17a119ec3f04a3addf55f92841195f5a',
  sizeBytes: 3_338_801_804,
  parameterSize: '4.3B',
  quantization: 'Q4_K_M',
  blocks: 34,
  trainContext: 131_072,
  leastContext: 4,
  parameters: 'temperature                    1\ntop_k                          64',
  weightsDigest: 'aeda25e63ebd698fab8638ffb778e68bed908b960d39d0becc650fa981609d25',
  templateSha256: 'e0a42594d802e5d31cdc786deb4823edb8adff66094d49de8fffe976d753e348',
  kvBytesPerToken: 139_264,
  ...overrides,
})

/** Started by the gate, on this host. */
export const aServer = (overrides: Partial<ServerFacts> = {}): ServerFacts => ({
  url: 'http://127.0.0.1:11434',
  version: '0.32.13',
  engine: 'ollama',
  location: 'this-host',
  started: true,
  clientVersion: '0.32.13',
  settings: { OLLAMA_NUM_PARALLEL: '1', OLLAMA_KEEP_ALIVE: '-1' },
  library: 'CUDA',
  models: [aModel()],
  ...overrides,
})

/** Found running: what only a server that we start tells is unknown. */
export const aFoundServer = (overrides: Partial<ServerFacts> = {}): ServerFacts =>
  aServer({ started: false, clientVersion: null, settings: null, library: null, ...overrides })

export const aHost = (overrides: Partial<HostFacts> = {}): HostFacts => ({
  os: 'Linux',
  kernel: '6.1.0-18-amd64',
  arch: 'x64',
  cpu: '13th Gen Intel Core i9-13980HX',
  cores: 32,
  memoryBytes: 33_285_996_544,
  node: '24.21.0',
  distro: 'Debian GNU/Linux 12',
  governor: 'performance',
  virtualization: '',
  onBattery: false,
  ...overrides,
})

/** 12 282 MiB, as nvidia-smi tells of the card. */
export const aDevice = (overrides: Partial<GpuDevice> = {}): GpuDevice => ({
  uuid: 'GPU-11111111-2222-3333-4444-555555555555',
  index: 0,
  name: 'NVIDIA GeForce RTX 4080 Laptop GPU',
  memoryTotalBytes: 12_282 * 2 ** 20,
  powerLimitWatts: 150,
  mig: false,
  computeCapability: '8.9',
  ...overrides,
})

export const aGpu = (overrides: Partial<GpuFacts> = {}): GpuFacts => ({
  tool: 'nvidia-smi',
  state: 'present',
  detail: null,
  driver: '570.133.20',
  devices: [aDevice()],
  ...overrides,
})

/** A machine without a GPU, and without a tool to ask for one. */
export const noGpu: GpuFacts = {
  tool: 'none',
  state: 'absent',
  detail: 'No tool of a GPU is installed.',
  driver: null,
  devices: [],
}

/** The servers are on another host, where nobody was asked. */
export const unknownGpu: GpuFacts = {
  tool: 'none',
  state: 'unknown',
  detail: 'The servers are on another host.',
  driver: null,
  devices: [],
}

export const aMachine = (overrides: Partial<Environment> = {}): Environment => ({
  engine: 'ollama',
  machine: 'rtx4080-a',
  tool: { name: 'ollama-perf-gate', version: '0.1.0' },
  host: aHost(),
  gpu: aGpu(),
  servers: { head: [aServer(), aServer({ url: 'http://127.0.0.1:11435' })], base: [] },
  ...overrides,
})

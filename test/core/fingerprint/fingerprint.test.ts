/** The fingerprint: what it holds, what it never holds, and what a comparison of two says. */
import { describe, expect, it, test } from 'vitest'
import { compareFingerprints } from '../../../src/core/fingerprint/compare-fingerprints.ts'
import { changesText, pathsText } from '../../../src/core/fingerprint/difference-text.ts'
import { fingerprintOf } from '../../../src/core/fingerprint/fingerprint-of.ts'
import type { Environment } from '../../../src/model/environment.ts'
import {
  aDevice,
  aFoundServer,
  aGpu,
  aHost,
  aMachine,
  aModel,
  aServer,
  noGpu,
  unknownGpu,
} from '../../model/a-machine.ts'

const valuesOf = (environment: Environment): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    fingerprintOf(environment, { sha256: 'f'.repeat(64) }).map(({ path, value }) => [path, value]),
  )

const oneServer = (server = aServer()) => aMachine({ servers: { head: [server], base: [] } })

test('the whole of it, for one started server', () => {
  expect(valuesOf(oneServer())).toEqual({
    engine: 'ollama',
    'GPU: state': 'present',
    'GPU: number': '1',
    'GPU: driver': '570.133.20',
    'GPU 0: name': 'NVIDIA GeForce RTX 4080 Laptop GPU',
    'GPU 0: uuid': 'GPU-11111111-2222-3333-4444-555555555555',
    'GPU 0: VRAM': '12.9 GB',
    'GPU 0: power limit': '150 W',
    'GPU 0: MIG': 'no',
    'host: operating system': 'Linux',
    'host: kernel': '6.1.0-18-amd64',
    'host: distribution': 'Debian GNU/Linux 12',
    'host: architecture': 'x64',
    'host: CPU': '13th Gen Intel Core i9-13980HX',
    'host: cores': '32',
    'host: memory': '33.3 GB',
    'host: governor': 'performance',
    'host: virtualization': 'none',
    'head server 1: Ollama version': '0.32.13',
    'head server 1: location': 'this host',
    'head server 1: origin': 'started by the gate',
    'head server 1: client version': '0.32.13',
    'head server 1: compute library': 'CUDA',
    'head server 1: settings': 'known',
    'head server 1: OLLAMA_KEEP_ALIVE': '-1',
    'head server 1: OLLAMA_NUM_PARALLEL': '1',
    'head server 1: gemma3:latest: manifest digest':
      'a2af6cc3eb7fa8be8504abaf9b04e88f17a119ec3f04a3addf55f92841195f5a',
    'head server 1: gemma3:latest: weights digest':
      'aeda25e63ebd698fab8638ffb778e68bed908b960d39d0becc650fa981609d25',
    'head server 1: gemma3:latest: quantization': 'Q4_K_M',
    'head server 1: gemma3:latest: parameter size': '4.3B',
    'head server 1: gemma3:latest: template hash':
      'e0a42594d802e5d31cdc786deb4823edb8adff66094d49de8fffe976d753e348',
    'head server 1: gemma3:latest: parameters': 'temperature 1, top_k 64',
    'tool: version': '0.1.0',
    'tool: Node': '24.21.0',
    'policy: SHA-256': 'f'.repeat(64),
  })
})

describe("builds of one's own", () => {
  const own = oneServer(aServer({ version: '0.0.0', clientVersion: '0.0.0' }))

  it('are of no known version, and equal to nothing', () => {
    const values = valuesOf(own)
    expect(values['head server 1: Ollama version']).toBeNull()
    expect(values['head server 1: client version']).toBeNull()
    expect(compareFingerprints(fingerprintOf(own), fingerprintOf(own))).toEqual({
      changed: [],
      unknown: ['head server 1: Ollama version', 'head server 1: client version'],
    })
  })

  it('do not hide what else changed', () => {
    const other = oneServer(aServer({ version: '0.0.0', models: [aModel({ name: 'other:latest' })] }))
    const { changed } = compareFingerprints(fingerprintOf(own), fingerprintOf(other))
    expect(changed.map(({ path }) => path)).toContain('head server 1: other:latest: manifest digest')
  })

  it('of the embedded engine are what it calls itself', () => {
    const server = aServer({ engine: 'embedded', version: '0.0.0+embedded.llama' })
    expect(valuesOf(oneServer(server))['head server 1: embedded version']).toBe('0.0.0+embedded.llama')
  })
})

describe('addresses', () => {
  const paths = (environment: Environment) => JSON.stringify(fingerprintOf(environment))

  it('of servers that we start are left out, since they move', () => {
    expect(paths(oneServer())).not.toContain('127.0.0.1')
  })

  it('of the embedded engine too, however it was started', () => {
    const server = aFoundServer({ engine: 'embedded', version: '0.0.0+embedded.llama' })
    expect(paths({ ...oneServer(server), engine: 'embedded' })).not.toContain('127.0.0.1')
  })

  it('of servers that were found are part of what they are', () => {
    expect(valuesOf(oneServer(aFoundServer()))['head server 1: address']).toBe('http://127.0.0.1:11434')
  })
})

test('every path occurs once, and hangs on one that is there', () => {
  const environment = aMachine({
    gpu: aGpu({ devices: [aDevice(), aDevice({ uuid: 'GPU-2', index: 1 })] }),
    servers: {
      head: [aServer({ models: [aModel(), aModel({ name: 'llama3:8b' })] }), aServer()],
      base: [aFoundServer()],
    },
  })
  const entries = fingerprintOf(environment)
  const paths = entries.map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
  expect(entries.filter(({ under }) => under !== null && !paths.includes(under))).toEqual([])
})

const difference = (then: Environment, now: Environment) => {
  const { changed, unknown } = compareFingerprints(fingerprintOf(then), fingerprintOf(now))
  return { changed: changesText(changed), unknown: pathsText(unknown) }
}

const twoCards = aGpu({
  devices: [aDevice(), aDevice({ uuid: 'GPU-9', index: 1, name: 'NVIDIA GeForce RTX 3090' })],
})

describe('what differs', () => {
  test.each<[string, Environment, Environment, string, string]>([
    ['nothing, of what is the same', aMachine(), aMachine(), '', ''],
    [
      'nothing, when devices are listed in another order',
      aMachine({ gpu: twoCards }),
      aMachine({ gpu: { ...twoCards, devices: twoCards.devices.toReversed() } }),
      '',
      '',
    ],
    [
      'nothing, when a model lists its parameters in another order',
      aMachine(),
      oneAndTwo(aModel({ parameters: 'top_k 64\ntemperature 1' })),
      '',
      '',
    ],
    [
      'a driver',
      aMachine({ gpu: aGpu({ driver: '550.54.15' }) }),
      aMachine(),
      'GPU: driver: 550.54.15 → 570.133.20',
      '',
    ],
    [
      'an upgrade of both servers, said once',
      aMachine({
        servers: { head: [aServer({ version: '0.32.9' }), aServer({ version: '0.32.9' })], base: [] },
      }),
      aMachine({ servers: { head: [aServer(), aServer()], base: [] } }),
      'head servers 1 and 2: Ollama version: 0.32.9 → 0.32.13',
      '',
    ],
    [
      'a setting that is no longer given, and one that is new',
      oneServer(aServer({ settings: { OLLAMA_NUM_PARALLEL: '2' } })),
      oneServer(aServer({ settings: { OLLAMA_FLASH_ATTENTION: '1' } })),
      'head server 1: OLLAMA_FLASH_ATTENTION: none → 1; head server 1: OLLAMA_NUM_PARALLEL: 2 → none',
      '',
    ],
    [
      'settings that one side does not tell are unknown, not changed',
      oneServer(),
      oneServer(aServer({ settings: null })),
      '',
      'head server 1: settings',
    ],
    [
      'what neither side tells is unknown, not equal',
      oneServer(aServer({ library: null })),
      oneServer(aServer({ library: null })),
      '',
      'head server 1: compute library',
    ],
    [
      'a new card is said once, with what it is',
      aMachine(),
      aMachine({ gpu: twoCards }),
      'GPU: number: 1 → 2; GPU 1: name: none → NVIDIA GeForce RTX 3090',
      '',
    ],
    [
      'another card in its place',
      aMachine(),
      aMachine({ gpu: aGpu({ devices: [aDevice({ uuid: 'GPU-9' })] }) }),
      'GPU 0: uuid: GPU-11111111-2222-3333-4444-555555555555 → GPU-9',
      '',
    ],
    [
      'a GPU that is gone',
      aMachine(),
      aMachine({ gpu: noGpu }),
      'GPU: state: present → absent; GPU: number: 1 → 0; GPU: driver: 570.133.20 → none; GPU 0: name: NVIDIA GeForce RTX 4080 Laptop GPU → none',
      '',
    ],
    [
      'servers on another host make every fact of the GPU unknown',
      aMachine(),
      aMachine({ gpu: unknownGpu }),
      '',
      'GPU: state, GPU: number, GPU: driver',
    ],
    [
      'a broken driver: the state is known, the devices are not',
      aMachine(),
      aMachine({ gpu: aGpu({ state: 'broken', driver: null, devices: [] }) }),
      'GPU: state: present → broken',
      'GPU: number, GPU: driver',
    ],
    ['no GPU on both sides is equal', aMachine({ gpu: noGpu }), aMachine({ gpu: noGpu }), '', ''],
    [
      'a server less is said once',
      aMachine(),
      oneServer(),
      'head server 2: Ollama version: 0.32.13 → none',
      '',
    ],
    [
      'a server less says nothing of what it did not tell',
      aMachine({ servers: { head: [aServer(), aServer({ library: null, settings: null })], base: [] } }),
      oneServer(),
      'head server 2: Ollama version: 0.32.13 → none',
      '',
    ],
    [
      'a model that was made anew: digests are cut short',
      oneServer(),
      oneServer(aServer({ models: [aModel({ digest: `b${'0'.repeat(63)}` })] })),
      'head server 1: gemma3:latest: manifest digest: a2af6cc3eb7f → b00000000000',
      '',
    ],
    [
      'a governor that cannot be read now',
      aMachine({ gpu: noGpu }),
      aMachine({ gpu: noGpu, host: aHost({ governor: null }) }),
      '',
      'host: governor',
    ],
  ])('%s', (_, then, now, changed, unknown) => {
    expect(difference(then, now)).toEqual({ changed, unknown })
  })
})

function oneAndTwo(model = aModel()): Environment {
  return aMachine({
    servers: {
      head: [aServer({ models: [model] }), aServer({ url: 'http://127.0.0.1:11435', models: [model] })],
      base: [],
    },
  })
}

test('a long list is cut, and says by how much', () => {
  const changes = Array.from({ length: 11 }, (_, i) => ({ path: `fact ${i}`, before: '1', now: '2' }))
  expect(changesText(changes)).toMatch(/^fact 0: 1 → 2; .*fact 7: 1 → 2; and 3 more$/)
  expect(pathsText(changes.map(({ path }) => path))).toMatch(/^fact 0, .*fact 7, and 3 more$/)
})

test('a long value is cut', () => {
  const text = changesText([{ path: 'p', before: null, now: 'x'.repeat(500) }])
  expect(text).toBe(`p: none → ${'x'.repeat(59)}…`)
})

test('the policy is compared by its hash, where both have one', () => {
  const [one, other] = ['1', '2'].map((digit) => fingerprintOf(aMachine(), { sha256: digit.repeat(64) }))
  const { changed } = compareFingerprints(one ?? [], other ?? [])
  expect(changesText(changed)).toBe('policy: SHA-256: 111111111111 → 222222222222')
})

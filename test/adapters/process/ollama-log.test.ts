import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  emptyLog,
  fallbacksIn,
  libraryIn,
  type OllamaLog,
  parseGoMap,
  readLogLine,
  withFallbacks,
} from '../../../src/adapters/process/ollama-log.ts'

const read = (...lines: readonly string[]): OllamaLog => lines.reduce(readLogLine, emptyLog)

const recorded = (version: string): OllamaLog =>
  read(
    ...readFileSync(join(import.meta.dirname, `recorded/ollama-${version}-cpu-build.log`), 'utf8').split(
      '\n',
    ),
  )

const slog = (rest: string, level = 'INFO'): string =>
  `time=2026-06-05T09:22:30.113+02:00 level=${level} source=types.go:42 ${rest}`

const compute = (library: string): string =>
  slog(`msg="inference compute" id=GPU-1 library=${library} compute=8.6 name=${library}0 driver=13.0`)

describe('the log of a real Ollama', () => {
  it('0.24.0, started and used: settings, address, library', () => {
    const log = recorded('0.24.0')
    expect(log.listening).toEqual({ address: '127.0.0.1:21434', version: '0.24.0' })
    expect(libraryIn(log)).toBe('cpu')
    expect(fallbacksIn(log)).toEqual([
      'inference compute id=cpu library=cpu compute="" name=cpu description=cpu libdirs=ollama driver="" pci_id="" type="" total="23.5 GiB" available="23.1 GiB"',
    ])
    expect(log.settings).toMatchObject({
      CUDA_VISIBLE_DEVICES: '',
      OLLAMA_FLASH_ATTENTION: 'false',
      OLLAMA_HOST: 'http://127.0.0.1:21434',
      OLLAMA_KEEP_ALIVE: '5m0s',
      OLLAMA_NUM_PARALLEL: '1',
      OLLAMA_REMOTES: '[ollama.com]',
      no_proxy: '',
    })
    expect(log.settings?.OLLAMA_ORIGINS).toMatch(/^\[http:\/\/localhost .* vscode-file:\/\/\*\]$/)
    expect(log.addressInUse).toBe(false)
  })

  it('0.33.0-rc2 without its runner: the failed discovery explains the CPU', () => {
    const log = recorded('0.33.0-rc2')
    expect(log.listening?.version).toBe('0.33.0-rc2')
    expect(log.settings).toMatchObject({ LLAMA_ARG_FIT: '', OLLAMA_VULKAN: 'true' })
    expect(fallbacksIn(log).map((line) => line.slice(0, 46))).toEqual(
      [
        'inference compute id=cpu library=cpu compute=""',
        'failure during llama-server GPU discovery OLLA',
      ].map((line) => line.slice(0, 46)),
    )
  })

  it('keeps what is worth quoting: no routes, no settings, no keys', () => {
    const said = recorded('0.24.0').lastWords.join('\n')
    expect(recorded('0.24.0').lastWords).toHaveLength(20)
    expect(said).not.toMatch(/GIN-debug|server config|ssh-ed25519/)
  })
})

describe('the library', () => {
  it.each([
    ['as it is named today', ['CUDA'], 'CUDA'],
    ['in the older spelling', ['cuda', 'rocm'], 'CUDA+ROCm'],
    ['of two cards of one kind', ['CUDA', 'CUDA'], 'CUDA'],
    ['that nobody knows yet', ['Hyper'], 'Hyper'],
    ['before the server has looked', [], null],
  ])('%s', (_, libraries, expected) => {
    expect(libraryIn(read(...libraries.map(compute)))).toBe(expected)
  })
})

describe('a fallback to the CPU', () => {
  const tooOld = slog(
    'msg="NVIDIA driver too old" device="Tesla P40" compute=6.1 driver=535 required_driver="550 or newer"',
    'WARN',
  )
  const dropped = slog('msg="dropping ROCm device — no rocblas support for gfx target" device=ROCm1', 'WARN')
  it.each([
    ['no GPU at all (0.5)', [slog('msg="no compatible GPUs were discovered"')], ['no compatible GPUs were']],
    ['no layer on the GPU', ['load_tensors: offloaded 0/49 layers to GPU'], ['load_tensors: offloaded 0/49']],
    ['some layers', ['load_tensors: offloaded 5/37 layers to GPU'], ['load_tensors: offloaded 5/37']],
    ['all layers', ['load_tensors: offloaded 37/37 layers to GPU'], []],
    ['as the older engine says it', [slog('msg="offloaded 3/27 layers to GPU"')], ['offloaded 3/27 layers']],
    [
      'the same at every load, said once',
      ['load_tensors: offloaded 5/37 layers to GPU', 'load_tensors: offloaded 5/37 layers to GPU'],
      ['load_tensors: offloaded 5/37'],
    ],
    ['a driver too old', [tooOld, compute('cpu')], ['inference compute', 'NVIDIA driver too old']],
    ['a driver too old for one card of two', [tooOld, compute('CUDA')], []],
    ['the graphics of a processor left out beside a card', [dropped, compute('ROCm')], []],
    [
      'less than 20 GiB, which older versions call low',
      [slog('msg="entering low vram mode" "total vram"="12.0 GiB" threshold="20.0 GiB"'), compute('CUDA')],
      [],
    ],
    [
      'a part for pictures',
      [
        slog(
          'msg="llama-server startup failed with projector GPU offload; retrying with projector CPU offload" model=x',
          'WARN',
        ),
      ],
      ['llama-server startup failed with projector'],
    ],
    [
      'a part for pictures that is not even tried on the GPU',
      [slog('msg="disabling multimodal projector offload" reason="not enough memory" model=x projector=y')],
      ['disabling multimodal projector offload'],
    ],
  ])('%s', (_, lines, beginnings) => {
    const fallbacks = fallbacksIn(read(...lines))
    expect(fallbacks.map((line, index) => line.slice(0, beginnings[index]?.length))).toEqual(beginnings)
  })
})

describe('fallbacks by laps', () => {
  const some = 'load_tensors: offloaded 5/37 layers to GPU'
  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['are those of the lines', [], [some, 'load_tensors: offloaded 37/37 layers to GPU', 'hello'], [some]],
    ['come after those of before', ['earlier'], [some], ['earlier', some]],
    ['come once a lap', [], [some, some], [some]],
  ])('%s', (_, before, lines, expected) => {
    expect(withFallbacks(before, lines)).toEqual(expected)
  })

  it('stop at twenty', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `offloaded ${index}/37 layers to GPU`)
    expect(withFallbacks([], lines)).toHaveLength(20)
  })
})

describe('a port that is taken', () => {
  it.each([
    ['Error: listen tcp 127.0.0.1:11434: bind: address already in use', true],
    [
      'Error: listen tcp 127.0.0.1:11434: bind: Only one usage of each socket address (protocol/network address/port) is normally permitted.',
      true,
    ],
    ['llama: bind: address already in use', false],
  ])('%s', (line, expected) => {
    expect(read(line).addressInUse).toBe(expected)
  })
})

describe('where it listens', () => {
  it.each([
    [slog('msg="Listening on [::]:11434 (version 0.11.4)"'), { address: '[::]:11434', version: '0.11.4' }],
    [slog('msg="Server listening on 127.0.0.1:34781"'), null],
    ['Listening on 127.0.0.1:11434 (version 0.24.0)', null],
    [slog('msg="said \\"Listening on 127.0.0.1:1 (version 1)\\""'), null],
  ])('%s', (line, expected) => {
    expect(read(line).listening).toEqual(expected)
  })
})

describe('Go’s map', () => {
  it.each([
    ['map[]', {}],
    ['map[A:1]', { A: '1' }],
    ['map[A: B:]', { A: '', B: '' }],
    ['map[A_PATH:/a b:c LIST:[x:1 y] no_proxy:z]', { A_PATH: '/a b:c', LIST: '[x:1 y]', no_proxy: 'z' }],
    ['{A:1}', {}],
    ['map[A:1', {}],
  ])('%s', (text, expected) => {
    expect(parseGoMap(text)).toEqual(expected)
  })
})

it('reads rubbish as nothing', () => {
  const { lastWords, ...facts } = read('', '\0\0', 'time= level=', 'time=x level=INFO msg="unended', '=====')
  expect({ ...emptyLog, ...facts }).toEqual({ ...emptyLog, lastWords: emptyLog.lastWords })
  expect(lastWords.length).toBeGreaterThan(0)
})

/** The folded preflight and environment of the summary. */
import { describe, expect, test } from 'vitest'
import type { Environment } from '../../src/model/environment.ts'
import { fitDocument, type Section } from '../../src/render/fit-document.ts'
import { environmentSection } from '../../src/render/summary-environment.ts'
import { preflightSection } from '../../src/render/summary-preflight.ts'
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
} from '../model/a-machine.ts'
import { hostileLine, somePreflight } from './some-preflight.ts'

const text = (sections: readonly Section[], maxBytes = 100_000): string => fitDocument(sections, maxBytes)

describe('the preflight', () => {
  test('as a GitHub summary shows it', async () => {
    await expect(text(preflightSection({ preflight: somePreflight }))).toMatchFileSnapshot(
      'golden/preflight.md',
    )
  })

  test('is nothing where nobody looked', () => {
    expect(preflightSection({ preflight: [] })).toEqual([])
  })

  test('words from outside stay in their cell and open no tag', () => {
    const page = text(preflightSection({ preflight: [hostileLine] }))
    const rows = page.split('\n').filter((line) => line.includes('evil'))
    expect(rows).toHaveLength(1)
    expect(rows[0]?.match(/(?<!\\)\|/g)).toHaveLength(5)
    expect(page).not.toMatch(/<img|@octocat|[^\P{Cc}\n]|\p{Cf}/u)
  })

  test('gives way by whole rows, and says by how many', () => {
    const many = Array.from({ length: 400 }, () => somePreflight[4] ?? hostileLine)
    const page = text(preflightSection({ preflight: many }), 4000)
    expect(page).toMatch(/\d+ more lines left out here for their size; verdict\.json has all\./)
    expect(page).toMatch(/<\/details>\n+$/)
  })
})

const pageOf = (overrides: Partial<Environment> = {}): string =>
  text(environmentSection({ environment: aMachine(overrides) }))

const lineOf = (page: string, start: string): string | undefined =>
  page.split('\n').find((line) => line.startsWith(`- ${start}`))

describe('the environment', () => {
  test('as a GitHub summary shows it', async () => {
    const servers = {
      head: [aServer()],
      base: [aFoundServer({ url: 'http://127.0.0.1:11435', version: '0.32.9' })],
    }
    await expect(pageOf({ servers })).toMatchFileSnapshot('golden/environment.md')
  })

  test.each<[string, Partial<Environment>, string, string]>([
    [
      'a GPU that tells little: what is unknown is named',
      {
        gpu: aGpu({
          tool: 'rocm-smi',
          driver: null,
          devices: [
            aDevice({ index: null, name: 'GB10', memoryTotalBytes: null, powerLimitWatts: null, mig: null }),
          ],
        }),
      },
      'GPU',
      '- GPU: GB10, unknown: VRAM, driver, asked with rocm-smi',
    ],
    [
      'a card that is cut into instances',
      { gpu: aGpu({ devices: [aDevice({ name: 'H100', mig: true, powerLimitWatts: null })] }) },
      'GPU',
      '- GPU 0: H100, 12.9 GB of VRAM, cut into instances (MIG), driver 570.133.20, asked with nvidia-smi',
    ],
    ['no GPU', { gpu: noGpu }, 'GPU', '- GPU: none (No tool of a GPU is installed.)'],
    [
      'a broken driver, in its own words',
      { gpu: aGpu({ state: 'broken', detail: 'version mismatch', driver: null, devices: [] }) },
      'GPU',
      '- GPU: its driver fails (version mismatch)',
    ],
    [
      'servers on another host',
      { gpu: unknownGpu },
      'GPU',
      '- GPU: the GPU’s state is unknown (The servers are on another host.)',
    ],
    [
      'a host that tells little',
      { host: aHost({ distro: null, governor: null, virtualization: null, onBattery: null }) },
      'Machine',
      '- Machine: rtx4080-a, 13th Gen Intel Core i9-13980HX, 32 cores, 33.3 GB of memory, Linux 6.1.0-18-amd64 (x64), unknown: distribution, virtualization, governor, mains or battery',
    ],
    [
      'a laptop on battery, in a container',
      { host: aHost({ virtualization: 'docker', onBattery: true }) },
      'Machine',
      '- Machine: rtx4080-a, 13th Gen Intel Core i9-13980HX, 32 cores, 33.3 GB of memory, Debian GNU/Linux 12, Linux 6.1.0-18-amd64 (x64), in docker, governor performance, on battery',
    ],
    [
      'a server on another host',
      { servers: { head: [aFoundServer({ location: 'other-host', models: [] })], base: [] } },
      'Head',
      '- Head: `http://127.0.0.1:11434`, ollama 0.32.13, found running, on another host, unknown: client version, compute library, settings',
    ],
    [
      'an embedded engine has no client and no library to be unknown',
      {
        servers: {
          head: [
            aServer({
              engine: 'embedded',
              version: '0.0.0+embedded.llama',
              clientVersion: null,
              library: null,
              settings: null,
              models: [
                aModel({ digest: null, weightsDigest: null, parameterSize: null, quantization: null }),
              ],
            }),
          ],
          base: [],
        },
      },
      'Head',
      '- Head: `http://127.0.0.1:11434`, embedded 0.0.0+embedded.llama, started by the gate, with `gemma3:latest` (digest unknown)',
    ],
  ])('%s', (_, overrides, start, expected) => {
    expect(lineOf(pageOf(overrides), start)).toBe(expected)
  })

  test('many settings are cut, and counted', () => {
    const settings = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`OLLAMA_X${i}`, '1']))
    const page = pageOf({ servers: { head: [aServer({ settings })], base: [] } })
    expect(lineOf(page, 'Head')).toMatch(/`OLLAMA_X15=1` and 4 more/)
  })

  test('words from outside open no tag and end no line', () => {
    const page = pageOf({
      gpu: aGpu({ devices: [aDevice({ name: 'x</details>\n\n<script>' })] }),
      servers: { head: [aServer({ settings: { OLLAMA_X: '`</details>`' } })], base: [] },
    })
    expect(page.match(/<\/details>/g)).toHaveLength(1)
    expect(page).not.toContain('<script')
  })

  test('is nothing where the job ended before it knew its machine', () => {
    expect(environmentSection({ environment: null })).toEqual([])
  })
})

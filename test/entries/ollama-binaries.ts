/** Binaries that jobs of these tests start as their servers: a stand-in that is always there, and a real one where it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeOllama, type FakeOllamaBehaviour, makeFakeOllama } from '../adapters/process/fake-ollama.ts'
import { afterTheTests } from './clean-up.ts'
import { canStartOllama } from './real-servers.ts'

/** A binary, and the folder of its models where that is not its own. */
export interface Binary {
  readonly file: string
  readonly store: string | null
}

/** A kind of binary; `available` says whether there is one here. */
export interface BinaryKind {
  readonly name: string
  readonly available: boolean
  readonly engine: 'scripted' | 'ollama'
  make(): Promise<Binary>
}

const script = { ttftMs: 60, tokensPerSecond: 400, loadMs: 5, unloadMs: 1 }

/** A stand-in whose engine plays a quick script; it is gone when the tests are over. */
export async function aFakeOllama(behaviour: FakeOllamaBehaviour = {}): Promise<FakeOllama> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-script-'))
  const file = join(folder, 'script.json')
  writeFileSync(file, JSON.stringify(script))
  const fake = await makeFakeOllama({ script: file, ...behaviour })
  afterTheTests(() => {
    fake.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  return fake
}

/** Both kinds; the real one is OLLAMA_BIN with the models of OLLAMA_MODELS. */
export const binaryKinds: readonly BinaryKind[] = [
  {
    name: 'a stand-in for Ollama',
    available: true,
    engine: 'scripted',
    make: async () => ({ file: (await aFakeOllama()).binary, store: null }),
  },
  {
    name: 'a real Ollama',
    available: canStartOllama(),
    engine: 'ollama',
    make: async () => ({ file: process.env.OLLAMA_BIN ?? '', store: process.env.OLLAMA_MODELS ?? null }),
  },
]

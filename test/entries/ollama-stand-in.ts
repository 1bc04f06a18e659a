/** A program named `ollama` whose servers say that they are real ones, unlike those of the fake beside the adapters. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterTheTests } from './clean-up.ts'
import { ollamaVersion, onTheGpu } from './ollama-door.ts'
import type { StandInScene } from './ollama-stand-in-program.ts'

const program = pathToFileURL(join(import.meta.dirname, 'ollama-stand-in-program.ts')).href

/** Makes the program in a folder that goes with the tests; resolves to its path. A healthy one with CUDA unless told otherwise. */
export function anOllamaBinary(scene: Partial<StandInScene> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'gate-stand-in-'))
  afterTheTests(() => rmSync(folder, { recursive: true, force: true }))
  const whole = { version: ollamaVersion, library: 'CUDA', logLines: [], ...scene }
  const sceneFile = join(folder, 'scene.json')
  writeFileSync(sceneFile, JSON.stringify({ ...whole, script: { ...onTheGpu, ...scene.script } }))
  const binary = join(folder, 'ollama')
  writeFileSync(
    binary,
    `#!${process.execPath}\nimport(${JSON.stringify(program)}).then((it) => it.run(${JSON.stringify(sceneFile)}))\n`,
  )
  chmodSync(binary, 0o755)
  return binary
}

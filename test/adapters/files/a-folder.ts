/** A fresh folder for each test of a file, gone after it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** Registers the hooks; the function gives a path in the folder, and writes the content there if there is one. */
export function aFolder(): (name?: string, content?: string | Uint8Array) => string {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'files-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return (name = '', content) => {
    const path = join(folder, name)
    if (content !== undefined) writeFileSync(path, content)
    return path
  }
}

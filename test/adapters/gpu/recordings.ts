/** What the files in fixtures/ hold; their first lines say where it comes from. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FakeGpu, FakeGpuProcess } from './fake-nvidia-smi.ts'

/** A fixture's text without its lines about itself. */
export function recording(name: string): string {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${name}.txt`), 'utf8')
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
}

/** The rows of a CSV with its header, by field; a heading such as `memory.used [MiB]` stands for memory.used. */
function rows(name: string): Record<string, string>[] {
  const [header = '', ...lines] = recording(name).split('\n').filter(Boolean)
  const fields = header.split(', ').map((heading) => heading.replace(/ \[.*\]$/, ''))
  return lines.map((line) => {
    const cells = line.split(', ')
    return Object.fromEntries(fields.map((field, index) => [field, cells[index] ?? '']))
  })
}

export const recordedGpus = (name: string): readonly FakeGpu[] => rows(name)

export const recordedProcesses = (name: string): readonly FakeGpuProcess[] =>
  rows(name).map((row) => ({
    uuid: row.gpu_uuid ?? '',
    pid: row.pid ?? '',
    name: row.process_name ?? '',
    usedMemory: row.used_gpu_memory ?? '',
  }))

/** The words of one exit code in nvidia-smi-failures. */
export function failureWords(code: number): string {
  const part = recording('nvidia-smi-failures')
    .split(/^== /m)
    .find((text) => text.startsWith(`${code}\n`))
  return (part ?? '').slice(`${code}\n`.length).trim()
}

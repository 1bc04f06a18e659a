/** What the verb `doctor` says of a base beside head. */
import { describe, expect, it, vi } from 'vitest'
import { doctor, two } from './doctor-visit.ts'

vi.setConfig({ testTimeout: 60_000 })

/** The URLs of `two`, which come behind `--servers`. */
const urlsOf = (line: readonly string[]): string => line.at(-1) ?? ''

describe.concurrent('a base', () => {
  it('is looked at as head is, and its servers hold copies of their own', async () => {
    const [head, base] = [await two(), await two()]
    const told = await doctor({ line: [...head, '--base-servers', urlsOf(base)] })
    expect(told.line('Model tiny:latest of base').verdict).toBe('ok')
    expect(told.line('VRAM budget').value).toContain('on 4 servers')
  })

  it('that lacks its model stops a job', async () => {
    const told = await doctor({ line: [...(await two()), '--base-model', 'other:latest'] })
    expect(told.code).toBe(2)
    const problems = told.lines.filter(({ what }) => what === 'Input').map(({ value }) => value)
    expect(problems).toHaveLength(2)
    for (const problem of problems) expect(problem).toContain('does not have the model other:latest')
  })
})

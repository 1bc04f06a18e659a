import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programFile } from '../../../src/adapters/process/agent-file.ts'
import { aCheckout } from './an-agent.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('the file that a command runs', () => {
  it.each([
    ['the program itself', ['./agent', 'data.txt'], { file: 'agent', sha256: sha256('a') }],
    [
      'the script that an interpreter runs',
      ['python3', '-u', 'agent', 'data.txt'],
      { file: 'agent', sha256: sha256('a') },
    ],
    ['none, where all of it lies elsewhere', ['/bin/sh', '-c', 'true'], null],
    ['none, where it only climbs out', ['../agent'], null],
    ['none, where it is a folder', ['.'], null],
  ])('is %s', async (_, argv, expected) => {
    const checkout = aCheckout({ agent: 'a', 'data.txt': 'd' })
    expect(await programFile({ argv, checkout })).toEqual(expected)
  })

  it('may be named by its whole path', async () => {
    const checkout = aCheckout({ agent: 'a' })
    const found = await programFile({ argv: [join(checkout, 'agent')], checkout })
    expect(found).toEqual({ file: 'agent', sha256: sha256('a') })
  })
})

import { describe, expect, test } from 'vitest'
import { renderSummary } from '../../src/render/summary.ts'
import { renderTerminal } from '../../src/render/terminal.ts'
import { verdicts } from './verdicts.ts'

/** Golden files are rewritten by `npx vitest run test/render --update`; the diff is what a reviewer reads. */
describe.each(Object.entries(verdicts))('%s', (name, verdict) => {
  test('as a GitHub summary', async () => {
    await expect(renderSummary(verdict)).toMatchFileSnapshot(`golden/${name}.md`)
  })

  test('in a terminal of 110 columns', async () => {
    await expect(renderTerminal(verdict, { colour: false, width: 110 })).toMatchFileSnapshot(
      `golden/${name}.txt`,
    )
  })
})

test('in a terminal of 60 columns checks take two lines', async () => {
  const { red } = verdicts
  if (!red) throw new Error('no verdict called red')
  await expect(renderTerminal(red, { colour: false, width: 60 })).toMatchFileSnapshot(
    'golden/red-60-columns.txt',
  )
})

/** Stop sequences that arrive in pieces. */
import { expect, it } from 'vitest'
import { createStopFilter } from '../../../src/embedded/llama/stop-filter.ts'

const run = (stops: readonly string[], pieces: readonly string[]): string[] => {
  const filter = createStopFilter(stops)
  const said: string[] = []
  for (const piece of pieces) {
    const { text, stopped } = filter.push(piece)
    said.push(text)
    if (stopped) return [...said, '(stop)']
  }
  return [...said, filter.rest()]
}

it.each([
  ['passes everything without stops', [], ['ab', 'c'], ['ab', 'c', '']],
  ['ends before a stop', ['X'], ['abXc'], ['ab', '(stop)']],
  ['finds a stop over pieces', ['XY'], ['aX', 'Yb'], ['a', '', '(stop)']],
  ['gives back what only began a stop', ['XY'], ['aX', 'Z'], ['a', 'XZ', '']],
  ['gives back at the end what began a stop', ['XYZ'], ['aXY'], ['a', 'XY']],
  ['takes the first of several', ['c', 'b'], ['abc'], ['a', '(stop)']],
  ['holds back the longest beginning', ['ab', 'bcd'], ['xbc', 'd'], ['x', '', '(stop)']],
])('%s', (_, stops, pieces, expected) => {
  expect(run(stops, pieces)).toEqual(expected)
})

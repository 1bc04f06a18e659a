/** Lines come out whole, however the bytes are cut. */
import { describe, expect, it } from 'vitest'
import { createLineSplitter } from '../../../src/adapters/ollama/line-splitter.ts'

const split = (pieces: readonly Buffer[], maxLineBytes = 1000) => {
  const splitter = createLineSplitter(maxLineBytes)
  const lines: string[] = []
  const going = pieces.every((piece) =>
    splitter.push(piece, (line) => {
      lines.push(line.toString('utf8'))
      return true
    }),
  )
  return { lines, going, rest: splitter.rest().toString('utf8'), tooLong: splitter.tooLong }
}

/** A linear congruential generator: the same pieces in every run. */
const randomBelow = (seed: number) => {
  let state = seed
  return (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * limit)
  }
}

const cutAt = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
}

describe('createLineSplitter', () => {
  it.each([
    { says: 'nothing', text: '', lines: [], rest: '' },
    { says: 'a line', text: 'a\n', lines: ['a'], rest: '' },
    { says: 'several lines', text: 'a\nbc\n\nd\n', lines: ['a', 'bc', '', 'd'], rest: '' },
    { says: 'a rest', text: 'a\nb', lines: ['a'], rest: 'b' },
  ])('$says', ({ text, lines, rest }) => {
    expect(split([Buffer.from(text)])).toEqual({ lines, rest, going: true, tooLong: false })
  })

  it('does not mind where the bytes are cut, nor empty pieces', () => {
    const text = 'ä€😀\n\n日本語 text\nüber\nlast'
    const bytes = Buffer.from(text)
    const whole = split([bytes])
    const random = randomBelow(7)
    for (let run = 0; run < 500; run += 1) {
      const cuts = Array.from({ length: random(12) }, () => random(bytes.length + 1))
      expect(split(cutAt(bytes, cuts))).toEqual(whole)
    }
  })

  it.each([
    { says: 'a line at the limit passes', pieces: ['12345\n'], tooLong: false, lines: ['12345'] },
    { says: 'one byte more does not', pieces: ['1\n123456\n'], tooLong: true, lines: ['1'] },
    { says: 'nor in pieces', pieces: ['123', '456\n'], tooLong: true, lines: [] },
    { says: 'nor before its end came', pieces: ['123', '456'], tooLong: true, lines: [] },
  ])('$says', ({ pieces, tooLong, lines }) => {
    const result = split(
      pieces.map((piece) => Buffer.from(piece)),
      5,
    )
    expect(result).toMatchObject({ tooLong, lines, going: !tooLong })
  })

  it('stops when the reader has seen enough', () => {
    const splitter = createLineSplitter(100)
    const seen: string[] = []
    const going = splitter.push(Buffer.from('a\nb\nc\n'), (line) => seen.push(line.toString()) < 2)
    expect({ going, seen, tooLong: splitter.tooLong }).toEqual({
      going: false,
      seen: ['a', 'b'],
      tooLong: false,
    })
  })

  it('keeps what it needs when the reader uses its buffer again', () => {
    const splitter = createLineSplitter(100)
    const buffer = Buffer.from('abc')
    splitter.push(buffer, () => true)
    buffer.fill('x')
    const lines: string[] = []
    splitter.push(Buffer.from('d\n'), (line) => lines.push(line.toString()) > 0)
    expect(lines).toEqual(['abcd'])
  })
})

import { describe, expect, test } from 'vitest'
import { differingParts, shortNames } from '../../src/render/short-names.ts'

describe('short names', () => {
  test.each<[string, readonly string[], string, readonly string[]]>([
    ['leave out what all begin with', ['a/b/x', 'a/b/y'], 'a/b', ['x', 'y']],
    ['keep whole segments', ['a/ctx512', 'a/ctx51'], 'a', ['ctx512', 'ctx51']],
    ['keep the last segment of cells that are the same', ['a/b', 'a/b/c'], 'a', ['b', 'b/c']],
    ['whichever of them comes first', ['a/b/c', 'a/b'], 'a', ['b/c', 'b']],
    ['share nothing where the first segment differs', ['a/x', 'b/x'], '', ['a/x', 'b/x']],
    ['keep the whole id of one cell alone', ['a/b/x', 'a/b/x'], '', ['a/b/x', 'a/b/x']],
    ['are a dash for an id without a name', ['', 'a'], '', ['–', 'a']],
  ])('%s', (_, ids, shared, expected) => {
    const names = shortNames(ids)
    expect([names.shared, ids.map(names.of)]).toEqual([shared, expected])
  })

  test.each<[string, readonly string[], readonly string[]]>([
    [
      'only what is not the same in all',
      ['one/python/m/x', 'one/rust/m/x', 'two/both/m/x'],
      ['one/python', 'one/rust', 'two/both'],
    ],
    ['not what all begin with', ['a/b/m/x', 'a/c/m/y'], ['b/x', 'c/y']],
    ['all of it where segments cannot be matched', ['a/b/x', 'c/x'], ['a/b/x', 'c/x']],
    ['all of one cell alone', ['a/b'], ['a/b']],
  ])('of a chart are %s', (_, ids, expected) => {
    expect(ids.map(shortNames(ids).differing)).toEqual(expected)
  })

  test('of no cells are no names', () => {
    expect(shortNames([]).shared).toBe('')
  })
})

describe('where two ids differ', () => {
  test.each([
    ['in one segment', 'a/one-server/m', 'a/two-servers/m', ['one-server', 'two-servers']],
    ['in two', 'a/b/c', 'x/b/z', ['a/c', 'x/z']],
    ['in their length: both whole', 'a/b', 'a/b/c', ['a/b', 'a/b/c']],
    ['in nothing', 'a/b', 'a/b', ['–', '–']],
  ])('%s', (_, one, other, expected) => {
    expect(differingParts(one, other)).toEqual(expected)
  })
})

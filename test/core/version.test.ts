import { describe, expect, test } from 'vitest'
import { isBefore, isFrom, isUnknownBuild, majorOf } from '../../src/core/version.ts'

describe('a version and a release', () => {
  test.each([
    ['0.9.6', '0.10.0', true, false],
    ['0.10.0', '0.10.0', false, true],
    ['0.32.13', '0.10.0', false, true],
    ['0.10.0-rc1', '0.10.0', true, false],
    ['0.33.0-rc2-0-gfb30760', '0.30.8', false, true],
    ['0.0.0', '0.10.0', false, false],
    ['0.0.0+embedded.llama', '0.10.0', false, false],
    ['main', '0.10.0', false, false],
    ['', '0.10.0', false, false],
  ])('%s is before %s: %s, is of it or later: %s', (version, release, before, from) => {
    expect([isBefore(version, release), isFrom(version, release)]).toEqual([before, from])
  })
})

test.each([
  ['0.32.13', false],
  ['0.1.47-amd', false],
  ['0.0.0', true],
  ['unknown', true],
])('%s is an unknown build: %s', (version, expected) => {
  expect(isUnknownBuild(version)).toBe(expected)
})

test.each([
  ['550.54.15', 550],
  ['535.183.01', 535],
  ['v6.8.5', 6],
  ['beta', null],
  ['', null],
])('%s has the major number %s', (version, expected) => {
  expect(majorOf(version)).toBe(expected)
})

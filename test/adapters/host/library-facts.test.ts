import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  distroFrom,
  libraryFacts,
  libraryMemory,
  onBatteryFrom,
  virtualizationFrom,
} from '../../../src/adapters/host/library-facts.ts'
import { endNoted } from './end-noted.ts'

describe('what the library says, in our words', () => {
  it.each([
    ['a Mac', { distro: 'macOS', release: '15.1' }, 'macOS 15.1'],
    ['a release that it could not read', { distro: 'macOS', release: 'unknown' }, 'macOS'],
    ['nothing that it could read', { distro: 'unknown', release: 'unknown' }, null],
  ])('distribution: %s', (_, told, expected) => {
    expect(distroFrom(told)).toBe(expected)
  })

  it.each([
    ['a guest', { manufacturer: 'Microsoft', virtual: true, virtualHost: 'Hyper-V' }, 'hyper-v'],
    ['a guest of nobody known', { manufacturer: 'X', virtual: true }, 'vm'],
    ['a real machine', { manufacturer: 'LENOVO', virtual: false }, ''],
    ['a machine that it could not ask', { manufacturer: '', virtual: false }, null],
  ])('virtual machine: %s', (_, told, expected) => {
    expect(virtualizationFrom(told)).toBe(expected)
  })

  it.each([
    ['unplugged', { hasBattery: true, acConnected: false }, true],
    ['plugged in', { hasBattery: true, acConnected: true }, false],
    ['a desktop', { hasBattery: false, acConnected: false }, false],
  ])('battery: %s', (_, told, expected) => {
    expect(onBatteryFrom(told)).toBe(expected)
  })
})

describe('the library itself', () => {
  it('answers on this machine, whatever its system', async () => {
    const { distro, onBattery } = await libraryFacts()
    expect(distro).toMatch(/\w/)
    expect(onBattery).toBeTypeOf('boolean')
  })

  it("lists processes with their memory, this one's as Node counts it", async () => {
    const memory = (await libraryMemory())?.get(process.pid) ?? 0
    const own = process.memoryUsage.rss()
    expect(memory).toBeGreaterThan(own / 2)
    expect(memory).toBeLessThan(own * 2)
  })
  it.skipIf(process.platform === 'win32')('is given up when the program that it asks hangs', async () => {
    const { PATH } = process.env
    const folder = mkdtempSync(join(tmpdir(), 'hanging-ps-'))
    writeFileSync(join(folder, 'ps'), `#!/bin/sh\necho $$ >> ${folder}/notes\nexec sleep 60\n`)
    chmodSync(join(folder, 'ps'), 0o755)
    process.env.PATH = `${folder}${delimiter}${PATH}`
    try {
      // The library answers from memory when it is asked again within half a second.
      await wait(600)
      expect(await libraryMemory()).toBe(null)
    } finally {
      process.env.PATH = PATH
      endNoted(join(folder, 'notes'))
      rmSync(folder, { recursive: true })
    }
  })
})

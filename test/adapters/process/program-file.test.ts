import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { headBytes, programKind, whyNotRunnable } from '../../../src/adapters/process/program-file.ts'

/** The first bytes of an ELF file for a machine by its number (System V ABI). */
const elf = (machine: number, isBigEndian = false): Buffer => {
  const head = Buffer.alloc(headBytes)
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, isBigEndian ? 2 : 1, 1]).copy(head)
  if (isBigEndian) head.writeUInt16BE(machine, 18)
  else head.writeUInt16LE(machine, 18)
  return head
}

const x64 = { platform: 'linux', processor: 'x64' } as const

describe('whether a file can run', () => {
  it.each([
    ['a program for this machine', elf(62), x64, null],
    ['one for another processor', elf(183), x64, 'it is a program for arm64, and this machine is x64'],
    [
      'one that writes its numbers the other way',
      elf(22, true),
      x64,
      'it is a program for s390x, and this machine is x64',
    ],
    [
      'one for a processor without a name here',
      elf(9999),
      x64,
      'it is a program for machine 9999, and this machine is x64',
    ],
    ['a script', Buffer.from('#!/bin/sh\n'), x64, null],
    ['text', Buffer.from('hello there'), x64, 'it is neither a program nor a script'],
    ['an empty file', Buffer.alloc(0), x64, 'it is neither a program nor a script'],
    ['a program of macOS', Buffer.from('cffaedfe0c000001', 'hex'), x64, 'it is a program for macOS'],
    ['a program of Windows', Buffer.from('MZ\x90\0'), x64, 'it is a program for Windows'],
    [
      'on macOS its own, also by translation',
      Buffer.from('cffaedfe07000001', 'hex'),
      { platform: 'darwin', processor: 'arm64' } as const,
      null,
    ],
    [
      'on macOS one of Linux',
      elf(183),
      { platform: 'darwin', processor: 'arm64' } as const,
      'it is a program for Linux',
    ],
    ['on Windows its own', Buffer.from('MZ\x90\0'), { platform: 'win32', processor: 'x64' } as const, null],
    ['a torn one', Buffer.from([0x7f, 0x45, 0x4c, 0x46]), x64, null],
  ])('%s', (_, head, machine, expected) => {
    expect(whyNotRunnable(programKind(head), machine)).toBe(expected)
  })

  it('lets through the program that runs this test', () => {
    const { platform, arch: processor } = process
    const head = readFileSync(process.execPath).subarray(0, headBytes)
    expect(whyNotRunnable(programKind(head), { platform, processor })).toBe(null)
  })
})

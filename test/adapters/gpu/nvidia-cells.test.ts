import { describe, expect, it } from 'vitest'
import { bytesIn, migIn, numberIn, slowdownsIn, textIn } from '../../../src/adapters/gpu/nvidia-cells.ts'

describe('the cells of nvidia-smi', () => {
  it.each([
    ['a whole number', '97', 97],
    ['a number with decimals', '331.20', 331.2],
    ['zero, which is a value', '0', 0],
    ['below zero', '-4', -4],
    ['not available', '[N/A]', null],
    ['not available, without brackets', 'N/A', null],
    ['not supported', '[Not Supported]', null],
    ['an error of the driver', '[Unknown Error]', null],
    ['no permission', '[Insufficient Permissions]', null],
    ['a device that is gone', '[GPU is lost]', null],
    ['a field that is gone', '[Requested functionality has been deprecated]', null],
    ['a unit that was not asked for', '97 %', null],
    ['nothing', '', null],
    ['no column', undefined, null],
  ])('reads %s', (_what, cell, value) => {
    expect(numberIn(cell)).toBe(value)
  })

  it('turns MiB to bytes, and no value to none', () => {
    expect(bytesIn('24576')).toBe(24 * 1024 ** 3)
    expect(bytesIn('[N/A]')).toBeNull()
  })

  it('takes a placeholder for no text', () => {
    expect(['580.126.09', 'N/A', '[N/A]', '', undefined].map(textIn)).toEqual([
      '580.126.09',
      null,
      null,
      null,
      null,
    ])
  })

  it.each([
    ['a card that is cut', 'Enabled', true],
    ['a card that could be cut', 'Disabled', false],
    ['a card that cannot be cut', '[N/A]', false],
    ['a version older than MIG', undefined, false],
    ['an error in its place', '[Unknown Error]', null],
  ])('knows %s by its MIG mode', (_what, cell, mig) => {
    expect(migIn(cell)).toBe(mig)
  })

  it.each([
    ['nothing', '0x0000000000000000', []],
    ['being idle, which is none', '0x0000000000000001', []],
    ['clocks that a person set, which is none', '0x0000000000000002', []],
    ['sync boost and display clocks, which are none', '0x0000000000000110', []],
    ['the power cap', '0x0000000000000004', ['sw-power-cap']],
    ['heat, by software, beside the power cap', '0x0000000000000024', ['sw-thermal', 'sw-power-cap']],
    ['heat, by hardware, which slows down too', '0x0000000000000048', ['hw-thermal', 'hw-slowdown']],
    ['the power brake', '0x0000000000000088', ['hw-slowdown', 'hw-power-brake']],
    ['a mask without leading zeros', '0x20', ['sw-thermal']],
    ['no mask', '[N/A]', null],
    ['no column', undefined, null],
  ])('tells the reasons of a slowdown: %s', (_what, cell, reasons) => {
    expect(slowdownsIn(cell)).toEqual(reasons)
  })
})

import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { ServerLog } from '../../../src/adapters/process/server-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'server-log-'))
afterAll(() => rmSync(folder, { recursive: true }))

const open: ServerLog[] = []
const aLog = (name: string): ServerLog => {
  const log = new ServerLog(join(folder, name))
  open.push(log)
  return log
}
afterEach(() => {
  for (const log of open.splice(0)) log.close()
})

describe('ServerLog', () => {
  it('gives what is new, line by line', () => {
    const log = aLog('new/lines.log')
    expect(log.newLines()).toEqual([])
    writeSync(log.fd, 'one\ntwo\nthr')
    expect(log.newLines()).toEqual(['one', 'two'])
    writeSync(log.fd, 'ee\n')
    expect(log.newLines()).toEqual(['three'])
    expect(log.newLines()).toEqual([])
  })

  it('gives a last line without an end when nothing more comes', () => {
    const log = aLog('torn.log')
    writeSync(log.fd, 'one\npanic: tor')
    expect(log.lastLines()).toEqual(['one', 'panic: tor'])
    expect(log.lastLines()).toEqual([''])
  })

  it('keeps characters whole that come in parts', () => {
    const log = aLog('parts.log')
    const bytes = Buffer.from('64.8µs\n')
    const cut = bytes.indexOf(0xc2) + 1
    writeSync(log.fd, bytes.subarray(0, cut))
    expect(log.newLines()).toEqual([])
    writeSync(log.fd, bytes.subarray(cut))
    expect(log.newLines()).toEqual(['64.8µs'])
  })

  it('does not keep a line that never ends', () => {
    const log = aLog('endless.log')
    writeSync(log.fd, 'x'.repeat(200_000))
    expect(log.newLines().join('')).toHaveLength(200_000)
    writeSync(log.fd, 'y\n')
    expect(log.newLines()).toEqual(['y'])
  })

  it('appends, whoever else writes', () => {
    const log = aLog('both.log')
    writeSync(log.fd, 'server\n')
    appendFileSync(log.path, 'child\n')
    writeSync(log.fd, 'server\n')
    expect(log.newLines()).toEqual(['server', 'child', 'server'])
  })

  it('begins anew where a log lies already', () => {
    writeFileSync(join(folder, 'old.log'), 'of yesterday\n')
    expect(aLog('old.log').newLines()).toEqual([])
  })

  it('does not write through a link that lies in its place', () => {
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, join(folder, 'link.log'))
    writeSync(aLog('link.log').fd, 'log\n')
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(existsSync(join(folder, 'link.log'))).toBe(true)
  })
})

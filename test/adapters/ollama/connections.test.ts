/** Moments and connections as they are on the wire: pauses show in the right gaps, TLS works like TCP. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
  setDefaultCACertificates,
} from 'node:tls'
import { describe, expect, it } from 'vitest'
import { aChat, aClient } from './a-client.ts'
import { startScriptedServer } from './scripted-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('moments', () => {
  it('lie where the server paused, in the first call and the next on the same connection', async () => {
    await using server = await startScriptedServer(async (response) => {
      await pause(60)
      response.writeHead(200).flushHeaders()
      await pause(60)
      response.write(answerLine('a') + answerLine('b'))
      await pause(60)
      response.write(answerLine('c'))
      await pause(60)
      response.end(lastLine())
    })
    await using client = aClient(server.url)
    for (let call = 0; call < 2; call += 1) {
      const record = await client.chat(aChat())
      const { writeMs, firstByteMs, firstTokenMs, lastTokenMs, endMs } = record
      const [write, byte, first, last] = [writeMs, firstByteMs, firstTokenMs, lastTokenMs].map(Number)
      // Two milliseconds off, because timers of Node may fire a millisecond early.
      expect(Number(byte) - Number(write)).toBeGreaterThan(58)
      expect(Number(first) - Number(byte)).toBeGreaterThan(58)
      expect(record.chunkGapsUs[0]).toBeLessThan(20_000)
      expect(record.chunkGapsUs[1]).toBeGreaterThan(58_000)
      expect(endMs - Number(last)).toBeGreaterThan(58)
      expect(Number(last) - Number(first)).toBeCloseTo(
        record.chunkGapsUs.reduce((sum, gap) => sum + gap, 0) / 1000,
        2,
      )
    }
    expect(server.connections()).toBe(1)
  })
})

const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const makeCertificate = (): { readonly key: Buffer; readonly cert: Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), 'ollama-client-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1'
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const what = ['-days', '2', '-subj', '/CN=localhost', '-addext', names]
  execFileSync('openssl', [...make, ...what, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const pair = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true })
  return pair
}

const startTlsServer = async (handshakeMs: number) => {
  const pair = makeCertificate()
  const context = createSecureContext(pair)
  const SNICallback = (_: string, done: (error: null, context: SecureContext) => void) => {
    setTimeout(() => done(null, context), handshakeMs)
  }
  const server = createServer({ ...pair, SNICallback }, (_, response) => {
    response.writeHead(200).write(answerLine('a'))
    setTimeout(() => response.end(lastLine()), 60)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const trusted = getCACertificates('default')
  return {
    port,
    trust: () => setDefaultCACertificates([...trusted, pair.cert.toString()]),
    [Symbol.asyncDispose]: async () => {
      setDefaultCACertificates(trusted)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe.skipIf(!hasOpenssl())('a server behind TLS', () => {
  it('has to show a certificate that is trusted', async () => {
    await using server = await startTlsServer(0)
    await using client = aClient(`https://127.0.0.1:${server.port}`)
    expect((await client.chat(aChat())).failure).toMatchObject({
      kind: 'connect',
      message: expect.stringContaining('self-signed'),
    })
  })

  it.each(['127.0.0.1', 'localhost'])('at %s is called like any other', async (host) => {
    await using server = await startTlsServer(0)
    server.trust()
    await using client = aClient(`https://${host}:${server.port}`)
    const record = await client.chat(aChat())
    expect(record).toMatchObject({ failure: null, chunks: 1 })
    expect(record.endMs - Number(record.firstTokenMs)).toBeGreaterThan(58)
  })

  it('may take its time to connect: that lies before the write', async () => {
    await using server = await startTlsServer(100)
    server.trust()
    await using client = aClient(`https://localhost:${server.port}`)
    const before = performance.now()
    const { writeMs } = await client.chat(aChat())
    expect(Number(writeMs) - before).toBeGreaterThan(98)
  })
})

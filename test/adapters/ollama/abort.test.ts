/** Aborts and close: what runs stops, the server sees it, and nothing is left behind. */
import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { aChat, aClient } from './a-client.ts'
import { silentAfter, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('an abort', () => {
  it('before the call sends nothing', async () => {
    await using server = await startScriptedServer(streamOf(lastLine()))
    await using client = aClient(server.url)
    const record = await client.chat(aChat(), AbortSignal.abort())
    expect(record).toMatchObject({ writeMs: null, failure: { kind: 'aborted' } })
    expect(server.asked).toHaveLength(0)
  })

  it('in the middle ends the call and closes the connection', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    await using client = aClient(server.url)
    const controller = new AbortController()
    const call = client.chat(aChat(), controller.signal)
    await expect.poll(() => server.asked.length).toBe(1)
    await pause(30)
    controller.abort()
    expect(await call).toMatchObject({ chunks: 1, failure: { kind: 'aborted' } })
    await expect.poll(() => server.hangUps()).toBe(1)
  })

  it('of a small call throws its reason', async () => {
    await using server = await startScriptedServer(() => {})
    await using client = aClient(server.url)
    const controller = new AbortController()
    const call = client.version(controller.signal)
    await expect.poll(() => server.asked.length).toBe(1)
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
  })

  it('leaves no socket, timer or listener behind, 200 times', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    const client = aClient(server.url)
    const shared = new AbortController()
    const abortOne = async (delayMs: number) => {
      const one = new AbortController()
      const call = client.chat(aChat(), AbortSignal.any([one.signal, shared.signal]))
      await pause(delayMs)
      one.abort()
      expect((await call).failure?.kind).toBe('aborted')
    }
    const abortMany = async () => {
      // Delays of 0 to 4 ms catch calls while they connect, wait and stream.
      for (let i = 0; i < 20; i += 1) await Promise.all([0, 1, 2, 3, 4].map(abortOne))
      await expect.poll(() => ourSockets(server.port)).toBe(0)
    }
    await abortMany()
    const before = timers()
    await abortMany()
    expect(timers() - before).toBeLessThanOrEqual(2)
    expect(getEventListeners(shared.signal, 'abort')).toHaveLength(0)
    await expect.poll(() => server.openConnections()).toBe(0)
    await client.close()
  })

  it('keeps no listener on a signal that outlives its calls', async () => {
    await using server = await startScriptedServer(streamOf(answerLine('a'), lastLine()))
    await using client = aClient(server.url)
    const { signal } = new AbortController()
    for (let i = 0; i < 5; i += 1) await client.chat(aChat(), signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

/** Client sockets of this process that lead to `port`. */
const ourSockets = (port: number): number =>
  (process as unknown as { _getActiveHandles(): { remotePort?: number; destroyed?: boolean }[] })
    ._getActiveHandles()
    .filter((handle) => handle.remotePort === port && !handle.destroyed).length

describe('close', () => {
  it('ends the calls that still run, and refuses new ones', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    const client = aClient(server.url)
    const call = client.chat(aChat())
    await expect.poll(() => server.asked.length).toBe(1)
    await client.close()
    expect((await call).failure?.kind).toBe('connection-lost')
    await expect(client.chat(aChat())).rejects.toThrow(/closed/)
    await client.close()
  })
})

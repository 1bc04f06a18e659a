/** A stream gives the same record wherever the network cuts it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/model/request-record.ts'
import { aChat, aClient } from './a-client.ts'
import { startScriptedServer, streamOf } from './scripted-server.ts'

const read = (name: string): Buffer => readFileSync(new URL(`recorded/${name}.ndjson`, import.meta.url))

const streams = [
  { name: 'by-hand-chat-thinking-and-tools', chunks: 7, emptyChunks: 1, doneReason: 'stop' },
  { name: 'ollama-0.24.0-chat', chunks: 4, emptyChunks: 0, doneReason: 'length' },
  { name: 'ollama-0.24.0-generate', chunks: 3, emptyChunks: 0, doneReason: 'length' },
] as const

/** All of a record that does not depend on when things happened. */
const withoutMoments = ({
  chunkGapsUs,
  chunks,
  emptyChunks,
  server,
  doneReason,
  failure,
}: RequestRecord) => ({
  gaps: chunkGapsUs.length,
  chunks,
  emptyChunks,
  server,
  doneReason,
  failure,
})

describe.each(streams)('$name', ({ name, ...expected }) => {
  const bytes = read(name)

  it('is read alike when it is cut at any byte', async () => {
    await using server = await startScriptedServer((response, asked, at) =>
      streamOf(bytes.subarray(0, at), bytes.subarray(at))(response, asked, at),
    )
    await using client = aClient(server.url)
    const whole = withoutMoments(await client.chat(aChat()))
    expect(whole).toMatchObject({ failure: null, ...expected })
    for (let at = 1; at < bytes.length; at += 1) {
      expect(withoutMoments(await client.chat(aChat())), `cut at byte ${at}`).toEqual(whole)
    }
  })

  it('is read alike when every byte comes alone', async () => {
    await using server = await startScriptedServer(
      streamOf(...Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))),
    )
    await using client = aClient(server.url)
    expect(await client.chat(aChat())).toMatchObject({ failure: null, ...expected })
  })
})

/** A recorded stream gives the same record wherever the network cuts it. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/model/request-record.ts'
import { aChat, aClient } from './a-client.ts'
import { startScriptedServer, streamOf } from './scripted-server.ts'

const recorded = readFileSync(new URL('recorded/chat-thinking-and-tools.ndjson', import.meta.url))

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

it('is read alike when it is cut at any byte', async () => {
  await using server = await startScriptedServer((response, asked, at) =>
    streamOf(recorded.subarray(0, at), recorded.subarray(at))(response, asked, at),
  )
  await using client = aClient(server.url)
  const whole = withoutMoments(await client.chat(aChat()))
  expect(whole).toMatchObject({ failure: null, chunks: 7, emptyChunks: 1, doneReason: 'stop' })
  for (let at = 1; at < recorded.length; at += 1) {
    expect(withoutMoments(await client.chat(aChat())), `cut at byte ${at}`).toEqual(whole)
  }
})

it('is read alike when every byte comes alone', async () => {
  await using server = await startScriptedServer(
    streamOf(...Array.from(recorded, (_, at) => recorded.subarray(at, at + 1))),
  )
  await using client = aClient(server.url)
  expect(await client.chat(aChat())).toMatchObject({ failure: null, chunks: 7, emptyChunks: 1 })
})

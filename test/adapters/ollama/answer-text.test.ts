/** The answer's text, for who asks for it. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/model/request-record.ts'
import type { Answer } from '../../../src/ports/inference-server.ts'
import { aChat, aClient } from './a-client.ts'
import { answerOf, type Answer as Script, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, chatLine, lastLine } from './stream-lines.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const heardOf = async (script: Script): Promise<{ record: RequestRecord; heard: readonly Answer[] }> => {
  await using server = await startScriptedServer(script)
  await using client = aClient(server.url)
  const heard: Answer[] = []
  const record = await client.chat(aChat({ onAnswer: (answer) => heard.push(answer) }))
  return { record, heard }
}

const cutCharacter = Buffer.from(answerLine('Ä€😀'))

describe('the text of an answer', () => {
  it.each([
    ['is all pieces in their order', [answerLine('Hel'), answerLine('lo'), lastLine()], 'Hello'],
    ['has what the last chunk carries', [answerLine('a'), lastLine({ message: { content: 'b' } })], 'ab'],
    [
      'has no thinking',
      [chatLine({ thinking: 'hm' }), answerLine('a'), chatLine({ content: 'b', thinking: 'so' }), lastLine()],
      'ab',
    ],
    [
      'has no tool calls, and may be empty',
      [chatLine({ tool_calls: [{ function: { name: 'add', arguments: {} } }] }), lastLine()],
      '',
    ],
    [
      'has whole characters, though the network cut one',
      [cutCharacter.subarray(0, -25), cutCharacter.subarray(-25), lastLine()],
      'Ä€😀',
    ],
  ])('%s', async (_says, pieces, text) => {
    const { record, heard } = await heardOf(streamOf(...pieces))
    expect(record.failure).toBeNull()
    expect(heard).toEqual([{ text, sha256: sha256(text) }])
  })

  it('is the last attempt’s, and is heard once, where the server was busy before', async () => {
    const { record, heard } = await heardOf((response, asked, index) =>
      (index < 2 ? answerOf(503, { error: 'server busy' }) : streamOf(answerLine('a'), lastLine()))(
        response,
        asked,
        index,
      ),
    )
    expect(record.busyRetries).toBe(2)
    expect(heard).toEqual([{ text: 'a', sha256: sha256('a') }])
  })

  it.each([
    ['was cut off', [answerLine('a')]],
    ['ended in an error', [answerLine('a'), `${JSON.stringify({ error: 'CUDA error' })}\n`]],
    ['generated nothing', [lastLine({ eval_count: 0 })]],
  ])('is not heard of a call that %s', async (_says, pieces) => {
    const { record, heard } = await heardOf(streamOf(...pieces))
    expect(record.failure).not.toBeNull()
    expect(heard).toEqual([])
  })

  it('of an endless answer is cut, its hash is of all', async () => {
    const piece = 'x'.repeat(1000)
    const times = 1100
    const { record, heard } = await heardOf(streamOf(answerLine(piece).repeat(times), lastLine()))
    expect(record.chunks).toBe(times)
    expect(heard[0]?.text).toHaveLength(2 ** 20)
    expect(heard[0]?.sha256).toBe(sha256(piece.repeat(times)))
  })
})

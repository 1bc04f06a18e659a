/** The record of one chat with a server that answers as a test says. */
import { type RequestRecord, requestRecordSchema } from '../../../src/model/request-record.ts'
import { aChat, aClient } from './a-client.ts'
import { type Answer, startScriptedServer } from './scripted-server.ts'

/** Chats once; what comes back has the shape of a record. */
export const aRecord = async (answer: Answer): Promise<RequestRecord> => {
  await using server = await startScriptedServer(answer)
  await using client = aClient(server.url)
  return requestRecordSchema.parse(await client.chat(aChat()))
}

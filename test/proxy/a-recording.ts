/** A recording proxy whose observer writes down all that it is told. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Failure } from '../../src/model/request-record.ts'
import type { RunningProxy } from '../../src/proxy/listen.ts'
import {
  type ObservedRequest,
  type RecordingProxyOptions,
  startRecordingProxy,
} from '../../src/proxy/recording-proxy.ts'
import { afterTheTest } from './a-proxy.ts'

interface Told {
  readonly what: string
  readonly atMs?: number
}

/** All that an observer was told of one exchange. */
export interface Heard {
  readonly request: ObservedRequest
  readonly told: Told[]
  readonly body: Buffer[]
  trouble: Failure | null | undefined
}

export interface Recording extends RunningProxy {
  readonly heard: readonly Heard[]
  readonly requestsMs: readonly number[]
}

/** A proxy before the server at `target`, closed after the test. */
export async function aRecording(
  target: string,
  options: Partial<RecordingProxyOptions> = {},
): Promise<Recording> {
  const heard: Heard[] = []
  const requestsMs: number[] = []
  const proxy = await startRecordingProxy({
    target,
    listen: { host: '127.0.0.1', port: 0 },
    nowMs: () => performance.now(),
    onRequest: (atMs) => requestsMs.push(atMs),
    observe: (request) => {
      const one: Heard = { request, told: [], body: [], trouble: undefined }
      heard.push(one)
      return {
        wrote: (atMs) => one.told.push({ what: 'wrote', atMs }),
        firstByte: (atMs) => one.told.push({ what: 'firstByte', atMs }),
        head: (status, headers) => one.told.push({ what: `head ${status} ${headers['content-type']}` }),
        data: (bytes, atMs) => {
          one.told.push({ what: 'data', atMs })
          one.body.push(Buffer.from(bytes))
        },
        end: (atMs, trouble) => {
          one.told.push({ what: 'end', atMs })
          one.trouble = trouble
        },
      }
    },
    ...options,
  })
  afterTheTest(proxy.close)
  return { ...proxy, heard, requestsMs }
}

/** What was told of an exchange, once it has ended. */
export const ended = async ({ heard }: Recording, index = 0): Promise<Heard> => {
  for (;;) {
    const one = heard[index]
    if (one !== undefined && one.trouble !== undefined) return one
    await wait(5)
  }
}

/** What was told, without the moments. */
export const words = ({ told }: Heard): readonly string[] => told.map(({ what }) => what)

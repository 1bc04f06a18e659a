/** What GitHub tells of the occasion: environment variables and the event file. Knows no API. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { InputError, messageOf } from '../../errors.ts'
import type { CiEvent } from '../../ports/ci-host.ts'

/** Environment variables, as a process has them. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** The few facts of the event file that matter; the file has many more. */
const eventFileSchema = z.object({
  pull_request: z.object({ number: z.int(), head: z.object({ sha: z.string() }) }).optional(),
  merge_group: z.object({ head_sha: z.string() }).optional(),
})
type EventFile = z.output<typeof eventFileSchema>

const unreadable = (path: string, thrown: unknown): InputError =>
  new InputError(
    [
      {
        what: `The event file ${path} (GITHUB_EVENT_PATH) cannot be read.`,
        why: messageOf(thrown),
        fix: 'The runner writes it; outside a runner, unset GITHUB_EVENT_PATH.',
      },
    ],
    { cause: thrown },
  )

const readEventFile = async (path: string | null): Promise<EventFile> => {
  if (path === null) return {}
  try {
    return eventFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    throw unreadable(path, thrown)
  }
}

const runUrlOf = (text: (name: string) => string | null): string | null => {
  const [server, repository, run] = [
    text('GITHUB_SERVER_URL'),
    text('GITHUB_REPOSITORY'),
    text('GITHUB_RUN_ID'),
  ]
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : null
}

/**
 * The event; every part is null outside a runner, which is no error. Throws InputError when there is an event file that
 * is not readable JSON of the known form.
 */
export const readEvent = async (variables: EnvironmentVariables): Promise<CiEvent> => {
  const text = (name: string): string | null => variables[name] || null
  const file = await readEventFile(text('GITHUB_EVENT_PATH'))
  return {
    name: text('GITHUB_EVENT_NAME'),
    repository: text('GITHUB_REPOSITORY'),
    headSha: file.pull_request?.head.sha ?? file.merge_group?.head_sha ?? text('GITHUB_SHA'),
    pullRequest: file.pull_request?.number ?? null,
    runUrl: runUrlOf(text),
    runner: text('RUNNER_NAME'),
  }
}

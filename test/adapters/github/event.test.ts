import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEvent } from '../../../src/adapters/github/event.ts'
import { InputError } from '../../../src/errors.ts'

const eventFile = async (text: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'gate-event-')), 'event.json')
  await writeFile(path, text)
  return path
}

const runner = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY: 'acme/agents',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_RUN_ID: '42',
  GITHUB_SHA: 'aaaa',
  RUNNER_NAME: 'rtx4080-a',
}

test('outside a runner nothing is known and nothing is wrong', async () => {
  expect(await readEvent({})).toEqual({
    name: null,
    repository: null,
    headSha: null,
    pullRequest: null,
    runUrl: null,
    runner: null,
  })
})

test('a push is judged at its own commit', async () => {
  const path = await eventFile(JSON.stringify({ ref: 'refs/heads/main', after: 'aaaa' }))
  expect(await readEvent({ ...runner, GITHUB_EVENT_PATH: path })).toEqual({
    name: 'push',
    repository: 'acme/agents',
    headSha: 'aaaa',
    pullRequest: null,
    runUrl: 'https://github.com/acme/agents/actions/runs/42',
    runner: 'rtx4080-a',
  })
})

test.each([
  [
    'a pull request at its head, not at its merge commit',
    { pull_request: { number: 7, head: { sha: 'bbbb' } } },
    'bbbb',
    7,
  ],
  ['a merge group at its head', { merge_group: { head_sha: 'cccc' } }, 'cccc', null],
])('%s', async (_, event, headSha, pullRequest) => {
  const path = await eventFile(JSON.stringify(event))
  expect(await readEvent({ ...runner, GITHUB_EVENT_PATH: path })).toMatchObject({ headSha, pullRequest })
})

test.each([
  ['broken JSON', '{'],
  ['a pull request without a number', '{"pull_request": {"head": {"sha": "x"}}}'],
])('%s in the event file is a wrong input', async (_, text) => {
  await expect(readEvent({ GITHUB_EVENT_PATH: await eventFile(text) })).rejects.toThrow(InputError)
})

test('an event file that is not there is a wrong input', async () => {
  await expect(readEvent({ GITHUB_EVENT_PATH: '/nowhere/event.json' })).rejects.toThrow(/GITHUB_EVENT_PATH/)
})

import { describe, expect, test } from 'vitest'
import { jobIdentity } from '../../../src/adapters/github/job-identity.ts'

const env = {
  GITHUB_REPOSITORY: 'acme/models',
  GITHUB_RUN_ID: '77',
  GITHUB_JOB: 'perf',
  GITHUB_ACTION: 'gate',
  GITHUB_RUN_ATTEMPT: '1',
}
const policy = 'policies/multi-agent.yml'
const jobOf = (changes: NodeJS.ProcessEnv = {}, of = policy): string =>
  jobIdentity({ ...env, ...changes }, of).job

describe('a job', () => {
  test('is the same in its second attempt: that goes on where the first one ended', () => {
    expect(jobOf({ GITHUB_RUN_ATTEMPT: '2' })).toBe(jobOf())
  })

  test.each<[string, NodeJS.ProcessEnv]>([
    ['repository', { GITHUB_REPOSITORY: 'acme/other' }],
    ['run', { GITHUB_RUN_ID: '78' }],
    ['job of the workflow', { GITHUB_JOB: 'nightly' }],
    ['step of the job', { GITHUB_ACTION: '__self_2' }],
  ])('is another one in another %s', (_what, changes) => {
    expect(jobOf(changes)).not.toBe(jobOf())
  })

  test('is another one with another policy: the legs of a matrix share the name of their job', () => {
    expect(jobOf({}, 'policies/smoke.yml')).not.toBe(jobOf())
  })

  test('tells others who holds the machine, in words', () => {
    expect(jobIdentity(env, policy).holder).toBe('the job perf of acme/models, run 77')
  })

  test('has a name outside of a runner too', () => {
    expect(jobIdentity({}, policy)).toEqual({
      job: `unknown repository/?/?/?/${policy}`,
      holder: 'the job ? of unknown repository, run ?',
    })
  })
})

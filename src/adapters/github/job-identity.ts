/** Which job of the CI system this is, from the runner's variables. */

/** `job` names it for itself, `holder` for others who wait for the machine. */
export interface JobIdentity {
  readonly job: string
  readonly holder: string
}

/**
 * A second attempt of a job is the same job: it may go on where the first one ended. Another step of it, or another leg of
 * its matrix with another policy, is not.
 */
export function jobIdentity(env: NodeJS.ProcessEnv, policy: string): JobIdentity {
  const {
    GITHUB_REPOSITORY: repository = 'unknown repository',
    GITHUB_RUN_ID: run = '?',
    GITHUB_JOB: job = '?',
    GITHUB_ACTION: step = '?',
  } = env
  return {
    job: `${repository}/${run}/${job}/${step}/${policy}`,
    holder: `the job ${job} of ${repository}, run ${run}`,
  }
}

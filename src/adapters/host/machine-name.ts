/** What people call this machine. Asks no name server. */
import os from 'node:os'

/** A name for people: the runner's when this is a job of a CI runner, else the host's. */
export const machineName = (env: NodeJS.ProcessEnv = process.env): string =>
  env.RUNNER_NAME?.trim() || os.hostname()

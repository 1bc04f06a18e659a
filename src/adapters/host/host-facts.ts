/** What this machine is, from the operating system. Knows no GPU and no server. */
import os from 'node:os'
import type { HostFacts } from '../../model/environment.ts'

/** Facts of the host that this process runs on. `cores` are logical ones, `kernel` is the system's release. */
export function hostFacts(): HostFacts {
  const cpus = os.cpus()
  return {
    os: os.type(),
    kernel: os.release(),
    arch: os.arch(),
    cpu: cpus[0]?.model.trim() || 'unknown',
    // Without /proc there is no list of processors, but still a number to go by.
    cores: cpus.length || os.availableParallelism(),
    memoryBytes: os.totalmem(),
    node: process.versions.node,
  }
}

/** A name for people: the runner's when this is a job of a CI runner, else the host's. */
export const machineName = (env: NodeJS.ProcessEnv = process.env): string =>
  env.RUNNER_NAME?.trim() || os.hostname()

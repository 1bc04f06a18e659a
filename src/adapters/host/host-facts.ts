/** What this machine is, from the operating system. Knows no GPU and no server. */
import os from 'node:os'
import type { HostFacts } from '../../model/environment.ts'
import { libraryFacts } from './library-facts.ts'
import { readDistro, readGovernor, readOnBattery, readVirtualization } from './linux-facts.ts'
import { inTime } from './time-limit.ts'

/** What Node knows by itself. `cores` are logical ones, `kernel` is the system's release. */
function nodeFacts() {
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

type Asked = Pick<HostFacts, 'distro' | 'governor' | 'virtualization' | 'onBattery'>

async function askLinux(): Promise<Asked> {
  const view = { root: '/', env: process.env }
  const [distro, governor, virtualization, onBattery] = await Promise.all([
    inTime(() => readDistro(view)),
    inTime(() => readGovernor(view)),
    inTime(() => readVirtualization(view)),
    inTime(() => readOnBattery(view)),
  ])
  return { distro, governor, virtualization, onBattery }
}

/** Files are read on Linux, where the library would ask programs, some of them without a limit of time. */
const ask = async (): Promise<Asked> =>
  process.platform === 'linux' ? askLinux() : { ...(await libraryFacts()), governor: null }

/** Facts of the host that this process runs on; what is not told within seconds is null. Never rejects. */
export const hostFacts = async (): Promise<HostFacts> => ({ ...nodeFacts(), ...(await ask()) })

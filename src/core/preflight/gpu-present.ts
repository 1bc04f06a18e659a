/** Whether there is a GPU, and whether its driver works. */
import type { GpuDevice, GpuFacts } from '../../model/gpu.ts'
import { formatBytes } from '../../model/number-format.ts'
import type { PreflightLine } from '../../model/preflight.ts'
import { okLine, unknownLine } from './lines.ts'
import { loadedOn } from './loaded-on.ts'
import { isCpuLibrary, offGpuVerdict } from './off-gpu.ts'
import type { PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { ollamaServers } from './subject-servers.ts'

const what = 'GPU'

const deviceText = ({ name, memoryTotalBytes }: GpuDevice): string =>
  memoryTotalBytes === null ? name : `${name} (${formatBytes(memoryTotalBytes)})`

/** A sign that a server has a GPU, although no tool here tells of one: its log, or a model that it holds there. */
function signOfGpu({ environment, loadedModels }: PreflightFacts): string | null {
  const servers = ollamaServers(environment)
  const computing = servers.find(({ library }) => library !== null && !isCpuLibrary(library))
  if (computing) return `${computing.url} computes on ${computing.library}`
  const holding = servers.find(({ url }) =>
    loadedOn(url, loadedModels)?.some(({ sizeVramBytes }) => sizeVramBytes > 0),
  )
  return holding ? `${holding.url} holds a model on one` : null
}

/**
 * A server that was found may see more than we do: we may be in a container, and it beside it. Of one that could not be
 * asked nothing is known either.
 */
function mayUseGpu({ environment }: PreflightFacts): boolean {
  const servers = ollamaServers(environment)
  const allStarted = servers.length > 0 && servers.every(({ started }) => started)
  return !allStarted && !servers.some(({ library }) => isCpuLibrary(library))
}

function absentLine(facts: PreflightFacts): PreflightLine {
  const { gpu, host } = facts.environment
  const detail = (gpu.detail ?? 'no tool tells of one').replace(/\.$/, '')
  const sign = signOfGpu(facts)
  if (sign) return { what, value: `not watched (${detail}), but ${sign}`, verdict: 'note', fix: null }
  // Apple's GPU has no tool to ask; Ollama uses it through Metal (OLLAMA section 6).
  if (/darwin|mac ?os/i.test(host.os))
    return { what, value: `not watched (${detail})`, verdict: 'note', fix: null }
  if (offGpuVerdict(facts) === 'warn')
    return { what, value: `none (${detail}); the policy allows any placement`, verdict: 'note', fix: null }
  const needed = 'the policy asks for all of the model on one'
  if (mayUseGpu(facts))
    return unknownLine(
      what,
      `none is seen from here (${detail}), and ${needed}: where the model lies shows when it is loaded`,
      'Give the gate the tool of the driver (nvidia-smi, amd-smi), so that it can watch the GPU; in a container, the GPU itself.',
    )
  return {
    what,
    value: `none (${detail}), but ${needed}`,
    verdict: 'fail',
    fix: 'Install the driver with its tool (nvidia-smi, amd-smi), or write `placement: any`.',
  }
}

/** What helps a driver that fails, by the words of its tool. */
function mendText({ tool, detail }: GpuFacts): string {
  if (/lost|fallen off/i.test(detail ?? ''))
    return 'Reboot the machine; when it happens again, look at the card’s power and seat, and for Xid in the kernel’s log.'
  if (/mismatch|updated/i.test(detail ?? ''))
    return 'After an update of the driver reboot, or load its kernel module again.'
  return `Run \`${tool}\` by hand and mend what it says; often a reboot helps, or loading the driver’s kernel module again.`
}

function presentLine(gpu: GpuFacts): PreflightLine {
  const { devices, driver, tool, detail } = gpu
  const value = `${devices.map(deviceText).join(', ')}, driver ${driver ?? 'unknown'} (${tool})`
  return detail === null
    ? okLine(what, value)
    : { what, value: `${value}; ${detail}`, verdict: 'warn', fix: mendText(gpu) }
}

/** Whether there is a GPU. The embedded engines compute on the CPU and ask for none. */
export const judgeGpuPresent: PreflightJudge = (facts) => {
  const { engine, gpu } = facts.environment
  if (engine !== 'ollama')
    return [{ what, value: `not used by the ${engine} engine`, verdict: 'note', fix: null }]
  switch (gpu.state) {
    case 'present':
      return [presentLine(gpu)]
    case 'absent':
      return [absentLine(facts)]
    case 'broken':
      return [
        {
          what,
          value: `the driver fails: ${gpu.detail ?? `${gpu.tool} does not say why`}`,
          verdict: offGpuVerdict(facts),
          fix: `${mendText(gpu)} Then restart Ollama, which looks for GPUs only once.`,
        },
      ]
    case 'unknown':
      return [
        unknownLine(
          what,
          gpu.detail ?? 'the servers are on another host',
          'Run the gate on the machine of the servers, so that it can watch the GPU.',
        ),
      ]
    default:
      return gpu.state satisfies never
  }
}

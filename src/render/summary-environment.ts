/** The summary's folded circumstances: machine, GPU, servers, models, tool; what is unknown is named as unknown. */
import type { Environment, HostFacts, ModelFacts, ServerFacts } from '../model/environment.ts'
import type { GpuDevice, GpuFacts } from '../model/gpu.ts'
import { count, formatBytes, formatPlain } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { type Section, wholeSection } from './fit-document.ts'
import { markdownCode, markdownText } from './markdown-text.ts'

/** Servers, models and settings of a subject that are listed by name. */
const mostListed = 16

const limited = (items: readonly string[]): readonly string[] =>
  items.length > mostListed ? [...items.slice(0, mostListed), `and ${items.length - mostListed} more`] : items

const shortDigest = (digest: string): string => markdownCode(digest.replace(/^sha256:/, '').slice(0, 12))

const modelText = ({ name, digest, weightsDigest, parameterSize, quantization }: ModelFacts): string => {
  const facts = [
    ...[parameterSize, quantization].flatMap((fact) => (fact === null ? [] : [markdownText(fact)])),
    digest === null ? 'digest unknown' : `digest ${shortDigest(digest)}`,
    ...(weightsDigest === null ? [] : [`weights ${shortDigest(weightsDigest)}`]),
  ]
  return `${markdownCode(name)} (${facts.join(', ')})`
}

/** "unknown: settings, client version", or nothing: facts that are null must not look like facts that are none. */
const unknownOf = (facts: Readonly<Record<string, unknown>>): readonly string[] => {
  const names = Object.entries(facts).flatMap(([name, value]) => (value === null ? [name] : []))
  return names.length > 0 ? [`unknown: ${names.join(', ')}`] : []
}

const settingsText = ({ settings }: ServerFacts): readonly string[] => {
  const entries = Object.entries(settings ?? {}).map(([name, value]) => markdownCode(`${name}=${value}`))
  return entries.length > 0 ? [`settings ${limited(entries).join(' ')}`] : []
}

const serverLine = (subject: string, server: ServerFacts): string => {
  const { url, version, engine, started, location, clientVersion, settings, library, models } = server
  const parts = [
    markdownCode(url),
    `${engine} ${markdownText(version)}`,
    started ? 'started by the gate' : 'found running',
    ...(location === 'other-host' ? ['on another host'] : []),
    ...(clientVersion === null ? [] : [`client ${markdownText(clientVersion)}`]),
    ...(library === null ? [] : [`computes on ${markdownText(library)}`]),
    ...(models.length > 0 ? [`with ${limited(models.map(modelText)).join(', ')}`] : []),
    ...settingsText(server),
    ...(engine === 'ollama'
      ? unknownOf({ 'client version': clientVersion, 'compute library': library, settings })
      : []),
  ]
  return `- ${subject}: ${parts.join(', ')}`
}

const deviceLine = (device: GpuDevice, { driver, tool }: GpuFacts): string => {
  const { index, name, memoryTotalBytes, powerLimitWatts, mig } = device
  const parts = [
    markdownText(name),
    ...(memoryTotalBytes === null ? [] : [`${formatBytes(memoryTotalBytes)} of VRAM`]),
    ...(powerLimitWatts === null ? [] : [`limited to ${formatPlain(powerLimitWatts)} W`]),
    ...(mig ? ['cut into instances (MIG)'] : []),
    ...(driver === null ? [] : [`driver ${markdownText(driver)}`]),
    ...unknownOf({ VRAM: memoryTotalBytes, driver }),
    `asked with ${tool}`,
  ]
  return `- GPU${index === null ? '' : ` ${index}`}: ${parts.join(', ')}`
}

const gpuLines = (gpu: GpuFacts): readonly string[] => {
  const detail = gpu.detail === null ? '' : ` (${markdownText(gpu.detail)})`
  switch (gpu.state) {
    case 'present':
      return limited(gpu.devices.map((device) => deviceLine(device, gpu)))
    case 'absent':
      return [`- GPU: none${detail}`]
    case 'broken':
      return [`- GPU: its driver fails${detail}`]
    case 'unknown':
      return [`- GPU: the GPU’s state is unknown${detail}`]
    default:
      return gpu.state satisfies never
  }
}

const powerText = ({ onBattery }: HostFacts): readonly string[] => (onBattery ? ['on battery'] : [])

const hostLine = ({ host, machine }: Environment): string => {
  const { distro, governor, virtualization, onBattery } = host
  const parts = [
    markdownText(machine),
    markdownText(host.cpu),
    count(host.cores, 'core'),
    `${formatBytes(host.memoryBytes)} of memory`,
    ...(distro === null ? [] : [markdownText(distro)]),
    `${markdownText(host.os)} ${markdownText(host.kernel)} (${markdownText(host.arch)})`,
    ...(virtualization ? [`in ${markdownText(virtualization)}`] : []),
    ...(governor === null ? [] : [`governor ${markdownText(governor)}`]),
    ...powerText(host),
    ...unknownOf({ distribution: distro, virtualization, governor, 'mains or battery': onBattery }),
  ]
  return `- Machine: ${parts.join(', ')}`
}

const environmentLines = (environment: Environment): readonly string[] => {
  const { servers, tool, host, gpu } = environment
  return [
    hostLine(environment),
    ...gpuLines(gpu),
    ...limited(servers.base.map((server) => serverLine('Base', server))),
    ...limited(servers.head.map((server) => serverLine('Head', server))),
    `- Tool: ${markdownText(tool.name)} ${markdownText(tool.version)} on Node ${markdownText(host.node)}`,
  ]
}

/** Nothing when the job ended before it knew its machine. */
export const environmentSection = ({ environment }: Pick<Verdict, 'environment'>): readonly Section[] =>
  environment === null
    ? []
    : [
        wholeSection([
          '<details><summary>Environment</summary>',
          '',
          ...environmentLines(environment),
          '',
          '</details>',
          '',
        ]),
      ]

/** The environment's identity as a flat list of everything that moves figures. The settings come without secrets. */
import type { Environment, HostFacts, ModelFacts, ServerFacts } from '../../model/environment.ts'
import type { GpuDevice, GpuFacts } from '../../model/gpu.ts'
import { formatBytes, formatPlain } from '../../model/number-format.ts'
import type { SubjectName } from '../../model/plan.ts'
import { isUnknownBuild } from '../version.ts'

/**
 * One fact under a path that people can read, e.g. "head server 1: Ollama version". A null value is unknown. `under`
 * is the path of the fact without which there is none of this kind (a setting needs the settings, a device the number
 * of devices); null for a fact that is always there.
 */
export interface FingerprintEntry {
  readonly path: string
  readonly value: string | null
  readonly under: string | null
}

/** In a fixed order; every path occurs once. */
export type Fingerprint = readonly FingerprintEntry[]

type Facts = Readonly<Record<string, string | null>>

const entriesOf = (where: string, facts: Facts, under: string | null = null): Fingerprint =>
  Object.entries(facts).map(([name, value]) => ({ path: `${where}: ${name}`, value, under }))

/** The first fact of a thing stands for the thing: where it is missing, so are the others. */
function thingOf(where: string, facts: Facts, under: string | null): Fingerprint {
  const [first, ...rest] = entriesOf(where, facts, under)
  return first ? [first, ...rest.map((entry) => ({ ...entry, under: first.path }))] : []
}

const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? 'yes' : 'no')

const deviceFacts = ({ name, uuid, memoryTotalBytes, powerLimitWatts, mig }: GpuDevice): Facts => ({
  name,
  uuid: uuid || null,
  VRAM: memoryTotalBytes === null ? null : formatBytes(memoryTotalBytes),
  'power limit': powerLimitWatts === null ? null : `${formatPlain(powerLimitWatts)} W`,
  MIG: yesNo(mig),
})

/** Whether it is known which devices there are: an absent GPU is known, a broken one is not. */
const knowsDevices = ({ state }: GpuFacts): boolean => state === 'present' || state === 'absent'

function gpuEntries(gpu: GpuFacts): Fingerprint {
  const number = knowsDevices(gpu) ? String(gpu.devices.length) : null
  // By identity, since an index may change at boot (OLLAMA section 6).
  const devices = gpu.devices.toSorted((a, b) => (a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0))
  return [
    ...entriesOf('GPU', { state: gpu.state === 'unknown' ? null : gpu.state, number }),
    ...(gpu.state === 'absent' ? [] : entriesOf('GPU', { driver: gpu.driver }, 'GPU: number')),
    ...devices.flatMap((device, index) => thingOf(`GPU ${index}`, deviceFacts(device), 'GPU: number')),
  ]
}

const hostEntries = (host: HostFacts): Fingerprint =>
  entriesOf('host', {
    'operating system': host.os,
    kernel: host.kernel,
    distribution: host.distro,
    architecture: host.arch,
    CPU: host.cpu,
    cores: String(host.cores),
    memory: formatBytes(host.memoryBytes),
    governor: host.governor,
    virtualization: host.virtualization === '' ? 'none' : host.virtualization,
  })

/** A model's PARAMETER lines in one line. Sorted, because Ollama writes them in an order that changes by the call. */
const parametersText = (parameters: string): string =>
  parameters
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .toSorted()
    .join(', ') || 'none'

const modelFacts = (model: ModelFacts): Facts => ({
  'manifest digest': model.digest,
  'weights digest': model.weightsDigest,
  quantization: model.quantization,
  'parameter size': model.parameterSize,
  'template hash': model.templateSha256,
  parameters: parametersText(model.parameters),
})

/** All builds of one's own call themselves 0.0.0: two of them may be anything. */
const releaseIn = (version: string | null): string | null =>
  version === null || isUnknownBuild(version) ? null : version

/** The first fact is the server's own; started servers and the embedded engine have no address worth keeping. */
const serverFacts = ({ engine, url, started, ...server }: ServerFacts): Facts => ({
  [`${engine === 'ollama' ? 'Ollama' : engine} version`]:
    engine === 'ollama' ? releaseIn(server.version) : server.version,
  ...(engine === 'ollama' && !started ? { address: url } : {}),
  location: server.location === 'this-host' ? 'this host' : 'another host',
  origin: started ? 'started by the gate' : 'found running',
  ...(engine === 'ollama'
    ? {
        'client version': releaseIn(server.clientVersion),
        'compute library': server.library,
        settings: server.settings === null ? null : 'known',
      }
    : {}),
})

function serverEntries(subject: SubjectName, server: ServerFacts, index: number): Fingerprint {
  const where = `${subject} server ${index + 1}`
  const own = thingOf(where, serverFacts(server), null)
  // Not the version, which may be unknown of a server that is there.
  const self = `${where}: location`
  const settings = Object.entries(server.settings ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...own,
    ...(server.engine === 'ollama'
      ? entriesOf(where, Object.fromEntries(settings), `${where}: settings`)
      : []),
    ...server.models.flatMap((model) => thingOf(`${where}: ${model.name}`, modelFacts(model), self)),
  ]
}

/** Only the file that is run: what it imports is not known. */
const programEntries = ({ programs }: Environment): Fingerprint =>
  (['base', 'head'] as const).flatMap(
    (subject) =>
      programs?.[subject].flatMap(({ file, sha256 }) =>
        entriesOf(`${subject} program ${file}`, { 'SHA-256': sha256 }),
      ) ?? [],
  )

/** Everything that the environment tells of what moves figures; with a policy also its hash. */
export const fingerprintOf = (
  environment: Environment,
  policy?: { readonly sha256: string } | undefined,
): Fingerprint => [
  { path: 'engine', value: environment.engine, under: null },
  ...gpuEntries(environment.gpu),
  ...hostEntries(environment.host),
  ...(['base', 'head'] as const).flatMap((subject) =>
    environment.servers[subject].flatMap((server, index) => serverEntries(subject, server, index)),
  ),
  ...programEntries(environment),
  ...entriesOf('tool', { version: environment.tool.version, Node: environment.host.node }),
  ...(policy ? entriesOf('policy', { 'SHA-256': policy.sha256 }) : []),
]

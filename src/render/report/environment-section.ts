/** What was measured on, in short; what is unknown is said to be. */
import type { Environment, ServerFacts } from '../../model/environment.ts'
import type { GpuFacts } from '../../model/gpu.ts'
import { count, formatBytes } from '../../model/number-format.ts'
import type { Verdict } from '../../model/verdict.ts'
import { html, type Part } from './html.ts'
import type { MaybeSection } from './section.ts'

/** Servers, models, devices that are listed by name. */
const mostListed = 8

const limited = (items: readonly string[]): string =>
  [
    ...items.slice(0, mostListed),
    ...(items.length > mostListed ? [`and ${items.length - mostListed} more`] : []),
  ].join('; ')

const gpuText = ({ state, devices, driver, detail }: GpuFacts): string => {
  switch (state) {
    case 'present':
      return `${limited(devices.map(({ name }) => name))}, driver ${driver ?? 'unknown'}`
    case 'absent':
      return 'none'
    case 'broken':
      return `its driver fails${detail === null ? '' : `: ${detail}`}`
    case 'unknown':
      return `unknown${detail === null ? '' : `: ${detail}`}`
    default:
      return state satisfies never
  }
}

const serverText = ({ url, version, engine, started }: ServerFacts): string =>
  `${url}, ${engine} ${version}, ${started ? 'started by the gate' : 'found running'}`

const modelsOf = ({ servers }: Environment): readonly string[] =>
  Array.from(
    new Set(
      [...servers.head, ...servers.base].flatMap(({ models }) =>
        models.map(({ name, parameterSize, quantization }) =>
          [name, parameterSize, quantization].filter((fact) => fact !== null).join(' '),
        ),
      ),
    ),
  )

const pairsOf = (environment: Environment): readonly (readonly [string, string])[] => {
  const { machine, host, gpu, servers, tool, engine } = environment
  return [
    ['Engine', engine],
    [
      'Machine',
      `${machine}: ${host.cpu}, ${count(host.cores, 'core')}, ${formatBytes(host.memoryBytes)}, ${host.distro ?? host.os} (${host.arch})`,
    ],
    ['GPU', gpuText(gpu)],
    ...(servers.base.length > 0 ? [['Base', limited(servers.base.map(serverText))] as const] : []),
    ['Servers', limited(servers.head.map(serverText))],
    ['Models there', limited(modelsOf(environment)) || 'unknown'],
    ['Tool', `${tool.name} ${tool.version} on Node ${host.node}`],
  ]
}

const policyPart = ({ policy }: Verdict): Part =>
  policy === null
    ? ''
    : html`<dt>Policy</dt><dd>${policy.name} (<code>${policy.file}</code>, SHA-256 ${policy.sha256.slice(0, 12)})</dd>
`

/** Nothing when the job ended before it knew its machine. */
export const environmentSection = (verdict: Verdict): MaybeSection =>
  verdict.environment === null
    ? []
    : [
        {
          id: 'environment',
          title: 'Measured on',
          body: html`<dl>${pairsOf(verdict.environment).map(
            ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>
`,
          )}${policyPart(verdict)}</dl>`,
        },
      ]

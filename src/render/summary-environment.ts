/** The summary's folded circumstances: machine, servers, models, tool. */
import type { Environment, ModelFacts, ServerFacts } from '../model/environment.ts'
import { count, formatBytes } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { type Section, wholeSection } from './fit-document.ts'
import { markdownCode, markdownText } from './markdown-text.ts'

/** Servers and models of a subject that are listed by name. */
const mostListed = 16

const modelText = ({ name, digest, parameterSize, quantization }: ModelFacts): string => {
  const facts = [parameterSize, quantization].flatMap((fact) => (fact === null ? [] : [markdownText(fact)]))
  const shown = digest === null ? [] : [`digest ${markdownCode(digest.replace(/^sha256:/, '').slice(0, 12))}`]
  return `${markdownCode(name)}${facts.length + shown.length > 0 ? ` (${[...facts, ...shown].join(', ')})` : ''}`
}

const limited = (items: readonly string[]): readonly string[] =>
  items.length > mostListed ? [...items.slice(0, mostListed), `and ${items.length - mostListed} more`] : items

const serverLine = (subject: string, { url, version, engine, models }: ServerFacts): string => {
  const held = models.length > 0 ? `, with ${limited(models.map(modelText)).join(', ')}` : ''
  return `- ${subject}: ${markdownCode(url)}, ${engine} ${markdownText(version)}${held}`
}

const hostLine = ({ host, machine }: Environment): string =>
  `- Machine: ${markdownText(machine)}, ${markdownText(host.cpu)}, ${count(host.cores, 'core')}, ${formatBytes(host.memoryBytes)} of memory, ${markdownText(host.os)} ${markdownText(host.kernel)} (${markdownText(host.arch)})`

const environmentLines = (environment: Environment): readonly string[] => {
  const { servers, tool, host } = environment
  return [
    hostLine(environment),
    ...limited(servers.base.map((server) => serverLine('Base', server))),
    ...limited(servers.head.map((server) => serverLine('Head', server))),
    `- Tool: ${markdownText(tool.name)} ${markdownText(tool.version)} on Node ${markdownText(host.node)}`,
  ]
}

/** Nothing when the job ended before it knew its machine. */
export const environmentSection = ({ environment }: Verdict): readonly Section[] =>
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

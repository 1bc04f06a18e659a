/** The models: that all servers of a subject hold the same under one name. */
import type { ModelFacts, ServerFacts } from '../../model/environment.ts'
import type { SubjectName } from '../../model/plan.ts'
import type { PreflightLine } from '../../model/preflight.ts'
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'
import { subjectsWithServers } from './subject-servers.ts'

const shortDigest = (digest: string): string => digest.replace(/^sha256:/, '').slice(0, 12)

const describeModel = ({ parameterSize, quantization, digest }: ModelFacts): string =>
  [parameterSize, quantization, digest === null ? null : `digest ${shortDigest(digest)}`]
    .filter((part) => part !== null)
    .join(', ') || 'present'

interface Held {
  readonly url: string
  readonly model: ModelFacts
}

const heldBy = (servers: readonly ServerFacts[], name: string): readonly Held[] =>
  servers.flatMap(({ url, models }) =>
    models.filter((model) => model.name === name).map((model) => ({ url, model })),
  )

function judgeModel(subject: SubjectName, name: string, servers: readonly ServerFacts[]): PreflightLine {
  const what = `Model ${name} of ${subject}`
  const held = heldBy(servers, name)
  const [first] = held
  if (!first || held.length < servers.length)
    return {
      what,
      value: `missing on ${servers.length - held.length} of ${servers.length} servers`,
      verdict: 'fail',
      fix: `Pull it there: \`ollama pull ${name}\`.`,
    }
  const digests = new Set(held.map(({ model }) => model.digest))
  if (digests.has(null)) return unknownLine(what, `${describeModel(first.model)}: a server tells no digest`)
  if (digests.size === 1)
    return okLine(
      what,
      `${describeModel(first.model)}${held.length > 1 ? `, on all ${held.length} servers` : ''}`,
    )
  return {
    what,
    value: held.map(({ url, model }) => `${url} has ${shortDigest(model.digest ?? '')}`).join(', '),
    verdict: 'fail',
    fix: `Pull it anew on all of them (\`ollama pull ${name}\`), so that they hold the same.`,
  }
}

/** One line for each model of each subject (appendix H.1 step 1.4); a tag may name different things on two servers. */
export const judgeEqualModels: PreflightJudge = ({ environment }) =>
  subjectsWithServers(environment).flatMap((subject) => {
    const servers = environment.servers[subject]
    const names = new Set(servers.flatMap(({ models }) => models.map(({ name }) => name)))
    return [...names].map((name) => judgeModel(subject, name, servers))
  })

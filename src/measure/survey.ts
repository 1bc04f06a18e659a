/** Before planning: who answers, what they are, and whether they have the models. All problems at once. */
import { engineOf } from '../core/engine.ts'
import { GateError, InputError, MachineError } from '../errors.ts'
import type { Engine, ModelFacts, ServerFacts } from '../model/environment.ts'
import type { SubjectName } from '../model/plan.ts'
import type { Policy } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import type { AvailableModel, InferenceServer } from '../ports/inference-server.ts'
import type { StartedServers } from '../ports/started-servers.ts'

/** One server with what it has on disk. */
interface Answer {
  readonly server: InferenceServer
  readonly version: string
  readonly available: readonly AvailableModel[]
}

/** What was found: facts of every server, and the models of each subject by the names that the servers list. */
export interface Survey {
  readonly engine: Engine
  readonly servers: Readonly<Record<SubjectName, readonly ServerFacts[]>>
  readonly models: Readonly<Record<SubjectName, ReadonlyMap<string, string>>>
}

/** What to look for. `baseModel` replaces every model on base, for a comparison of two models. */
export interface SurveyRequest {
  readonly policy: Policy
  readonly servers: Readonly<Record<SubjectName, readonly InferenceServer[]>>
  readonly baseModel: string | null
  readonly started: Readonly<Record<SubjectName, StartedServers | null>>
  /** Whether a URL leads to this very machine. */
  readonly isThisHost: (url: string) => boolean
  readonly installedVersion: (signal: AbortSignal) => Promise<string | null>
  readonly signal: AbortSignal
}

async function settle<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(work)
  const reasons = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const foreign = reasons.find((reason) => !(reason instanceof GateError))
  if (foreign !== undefined) throw foreign
  const problems = reasons.flatMap((reason) => (reason instanceof GateError ? reason.problems : []))
  if (problems.length > 0) throw new MachineError(uniqueProblems(problems))
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

const uniqueProblems = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [problem.what, problem])).values(),
]

const ask = async (server: InferenceServer, signal: AbortSignal): Promise<Answer> => ({
  server,
  version: await server.version(signal),
  available: await server.available(signal),
})

/** The tag as servers list it: `gemma3` is `gemma3:latest`. */
const withTag = (model: string): string => (/:[^/]*$/.test(model) ? model : `${model}:latest`)

const listed = (available: readonly AvailableModel[]): string =>
  available.length === 0
    ? 'It has no model at all.'
    : `It has ${available.map(({ name }) => name).join(', ')}.`

/** A server that we started is gone by the time that anybody reads this: only its store can be helped. */
const fetchText = (model: string, { server }: Answer, { started }: SurveyRequest): string =>
  [started.head, started.base].some((own) => own?.facts().some(({ url }) => url === server.url))
    ? `Give \`model-store\` the folder that holds ${model}: models of the system's Ollama often lie in /usr/share/ollama/.ollama/models, your own in ~/.ollama/models. Or name a model that it has in the policy.`
    : `Run \`OLLAMA_HOST=${server.url.replace(/^https?:\/\//, '')} ollama pull ${model}\`, or name one that it has in the policy.`

function missingModels(
  models: readonly string[],
  answer: Answer,
  request: SurveyRequest,
): readonly Problem[] {
  const { server, available } = answer
  return models.flatMap((model) => {
    const found = available.find(({ name }) => name === withTag(model))
    if (!found)
      return [
        {
          what: `${server.url} does not have the model ${model}.`,
          why: listed(available),
          fix: fetchText(model, answer, request),
        },
      ]
    return found.remote
      ? [
          {
            what: `${model} on ${server.url} runs elsewhere (a cloud model).`,
            fix: 'Name a model that runs on this machine: the gate measures your GPU.',
          },
        ]
      : []
  })
}

/** The smallest local model that every server has and that can complete text. Throws InputError when there is none. */
async function smallestShared(answers: readonly Answer[], signal: AbortSignal): Promise<string> {
  const [first, ...others] = answers
  const shared = (first?.available ?? [])
    .filter(
      ({ name, remote }) =>
        !remote && others.every(({ available }) => available.some((a) => a.name === name)),
    )
    .toSorted((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))
  for (const { name } of shared) {
    const capabilities = (await first?.server.show(name, signal))?.capabilities ?? []
    if (capabilities.length === 0 || capabilities.includes('completion')) return name
  }
  throw new InputError([
    {
      what: `No model that can complete text is on all of ${answers.map(({ server }) => server.url).join(', ')}.`,
      why: answers.map(({ server, available }) => `${server.url}: ${listed(available)}`).join(' '),
      fix: 'Pull one, for example `ollama pull gemma3:1b`.',
    },
  ])
}

const namedModels = (policy: Policy): readonly string[] => [
  ...new Set([
    ...(policy.models === 'auto' ? [] : policy.models),
    ...policy.matrix.flatMap((entry) => [...(entry.models ?? []), ...(entry.sweep?.model ?? []).map(String)]),
  ]),
]

/** Maps each model as the policy writes it to the tag that is run. */
async function resolveModels(
  { policy, signal }: SurveyRequest,
  answers: readonly Answer[],
  instead: string | null,
): Promise<ReadonlyMap<string, string>> {
  const auto =
    policy.models === 'auto' ? [['auto', instead ?? (await smallestShared(answers, signal))] as const] : []
  return new Map([
    ...auto,
    ...namedModels(policy).map((model) => [model, withTag(instead ?? model)] as const),
  ])
}

/** Of a server that was found, nothing is known but what it answers. */
const unknownFacts = { started: false, clientVersion: null, settings: null, library: null }

type KnownFacts = Pick<ServerFacts, 'started' | 'clientVersion' | 'settings' | 'library'>

function startedFacts({ started }: SurveyRequest, url: string): KnownFacts {
  const own = [started.head, started.base].flatMap((servers) => servers?.facts() ?? [])
  const facts = own.find((one) => one.url === url)
  if (!facts) return unknownFacts
  const { clientVersion, settings, library } = facts
  return { started: true, clientVersion, settings, library }
}

async function factsOf(
  { server, version, available }: Answer,
  models: readonly string[],
  request: SurveyRequest,
): Promise<ServerFacts> {
  const facts = await Promise.all(
    models.map(async (name): Promise<ModelFacts> => {
      const entry = available.find((model) => model.name === name)
      const { facts } = await server.show(name, request.signal)
      return { name, digest: entry?.digest ?? null, sizeBytes: entry?.sizeBytes ?? null, ...facts }
    }),
  )
  return {
    url: server.url,
    version,
    engine: engineOf(version),
    location: request.isThisHost(server.url) ? 'this-host' : 'other-host',
    ...startedFacts(request, server.url),
    models: facts,
  }
}

/** Head is what is installed: after an upgrade the old server often still runs (OLLAMA section 3). */
async function withInstalled(
  servers: readonly ServerFacts[],
  { installedVersion, signal }: SurveyRequest,
): Promise<readonly ServerFacts[]> {
  const isFoundHere = ({ started, location, engine }: ServerFacts) =>
    !started && location === 'this-host' && engine === 'ollama'
  if (!servers.some(isFoundHere)) return servers
  const clientVersion = await installedVersion(signal)
  return servers.map((server) => (isFoundHere(server) ? { ...server, clientVersion } : server))
}

/** All servers of a job must be of one engine: their figures would mean different things. */
function sharedEngine(answers: readonly Answer[]): Engine {
  const engines = [...new Set(answers.map(({ version }) => engineOf(version)))]
  const [engine] = engines
  if (engine && engines.length === 1) return engine
  throw new InputError([
    {
      what: `These servers are of different engines: ${answers.map(({ server, version }) => `${server.url} is ${engineOf(version)}`).join(', ')}.`,
      fix: 'Compare like with like: give servers of one engine.',
    },
  ])
}

/**
 * Asks every server. Throws MachineError with all that do not answer, or InputError with all models that are missing
 * or remote; nothing has been measured then.
 */
export async function surveyServers(request: SurveyRequest): Promise<Survey> {
  const { servers, signal, baseModel } = request
  const everyone = new Map([...servers.head, ...servers.base].map((server) => [server.url, server]))
  const answers = await settle([...everyone.values()].map((server) => ask(server, signal)))
  const engine = sharedEngine(answers)
  const answersOf = (subject: SubjectName) =>
    servers[subject].flatMap(({ url }) => answers.find(({ server }) => server.url === url) ?? [])
  const [head, base] = [answersOf('head'), answersOf('base')]
  const models = {
    head: await resolveModels(request, head, null),
    base: base.length > 0 ? await resolveModels(request, base, baseModel) : new Map<string, string>(),
  }
  const problems = [
    ...head.flatMap((answer) => missingModels([...models.head.values()], answer, request)),
    ...base.flatMap((answer) => missingModels([...models.base.values()], answer, request)),
  ]
  if (problems.length > 0) throw new InputError(uniqueProblems(problems))
  const facts = (subject: readonly Answer[], names: ReadonlyMap<string, string>) =>
    settle(subject.map((answer) => factsOf(answer, [...new Set(names.values())], request)))
  return {
    engine,
    servers: {
      head: await withInstalled(await facts(head, models.head), request),
      base: await facts(base, models.base),
    },
    models,
  }
}

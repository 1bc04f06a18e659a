/** The action's inputs: from texts to typed values, every problem at once. Knows names and forms, reads no file. */
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { mostMinutes } from '../../model/policy.ts'
import type { Problem } from '../../model/problem.ts'

const modes = ['gate', 'record'] as const
const laterModes = ['revalidate', 'versus', 'plan', 'merge'] as const
const bases = ['baseline', 'none'] as const
const levels = ['fail', 'warn'] as const

interface Refusal {
  readonly what: string
  readonly fix: string
}

const refuse = (context: z.RefinementCtx, { what, fix }: Refusal): never => {
  context.addIssue({ code: 'custom', message: what, params: { fix } })
  return z.NEVER
}

/** One of the legal values; those of later versions are told apart from misspelt ones. */
const choice = <Value extends string>(legal: readonly Value[], later: readonly string[] = []) =>
  z.string().transform((text, context): Value => {
    const found = legal.find((value) => value === text)
    if (found !== undefined) return found
    const reason = later.includes(text) ? 'is not in this version' : 'is not a legal value'
    return refuse(context, { what: `"${text}" ${reason}.`, fix: `Legal: ${legal.join(', ')}.` })
  })

const number = (form: RegExp, fits: (value: number) => boolean, wanted: string) =>
  z.string().transform((text, context) => {
    const value = Number(text)
    if (form.test(text) && fits(value)) return value
    return refuse(context, { what: `"${text}" is not ${wanted}.`, fix: 'Write digits only, without a unit.' })
  })

const listed = (text: string): readonly string[] =>
  text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Addresses between commas or on lines of their own; what each must look like is the server adapter's matter. */
function addressesOf(text: string, context: z.RefinementCtx): readonly string[] {
  const found = listed(text)
  if (found.length === 0)
    return refuse(context, { what: 'It names no server.', fix: 'E.g. http://127.0.0.1:11434.' })
  if (found.includes('start'))
    return refuse(context, {
      what: '"start" stands for all servers of head, and for nothing else.',
      fix: 'Write `servers: start` alone, with ollama-base for a base.',
    })
  if (new Set(found).size < found.length)
    return refuse(context, {
      what: 'It names a server twice.',
      fix: 'Agents on one server need topology one-server.',
    })
  return found
}

const addresses = z.string().transform(addressesOf)

const addressesOrStart = z
  .string()
  .transform((text, context) => (text === 'start' ? text : addressesOf(text, context)))

/** Every input of action.yml by its name; an input that is not given is undefined before defaults apply. */
const inputsSchema = z.object({
  mode: choice(modes, laterModes).prefault('gate'),
  policy: z.string().optional(),
  baseline: z.string().optional(),
  servers: addressesOrStart.optional(),
  ollama: z.string().optional(),
  'ollama-base': z.string().optional(),
  'model-store': z.string().transform(listed).optional(),
  'base-servers': addresses.optional(),
  'base-model': z.string().optional(),
  'base-agents': z.string().optional(),
  'base-folder': z.string().optional(),
  against: choice(bases, ['base-commit']).optional(),
  'budget-minutes': number(
    /^\d+(\.\d+)?$/,
    (value) => value > 0 && value <= mostMinutes,
    'a number of minutes above 0 and at most a week',
  ).optional(),
  'wait-minutes': number(
    /^\d+(\.\d+)?$/,
    (value) => value <= mostMinutes,
    'a number of minutes, at most a week',
  ).optional(),
  fresh: choice(['false', 'true'])
    .transform((text) => text === 'true')
    .prefault('false'),
  'fail-on': choice(levels).prefault('fail'),
  out: z.string().prefault('.ollama-perf-gate'),
  seed: number(/^-?\d+$/, Number.isSafeInteger, 'a whole number').optional(),
})

/** Names of all inputs, as action.yml declares them. */
export const inputNames = Object.keys(inputsSchema.shape) as readonly (keyof typeof inputsSchema.shape)[] // the keys of the schema

/** The inputs of a job. What was not given and has no default is undefined; `against` then follows from the rest. */
export interface ActionInputs {
  readonly mode: (typeof modes)[number]
  readonly policy: string
  readonly baseline: string | undefined
  readonly servers: readonly string[] | 'start' | undefined
  readonly ollama: string | undefined
  readonly ollamaBase: string | undefined
  readonly modelStores: readonly string[] | undefined
  readonly baseServers: readonly string[] | undefined
  readonly baseModel: string | undefined
  readonly baseAgents: string | undefined
  readonly baseFolder: string | undefined
  readonly against: (typeof bases)[number] | undefined
  readonly budgetMinutes: number | undefined
  readonly waitMinutes: number | undefined
  readonly fresh: boolean
  readonly failOn: (typeof levels)[number]
  readonly out: string
  readonly seed: number | undefined
}

type Parsed = z.output<typeof inputsSchema>

const problemOf = (issue: z.core.$ZodIssue): Problem => {
  const fix: unknown = issue.code === 'custom' ? issue.params?.fix : undefined
  return {
    what: `Input ${issue.path.join('.')}: ${issue.message}`,
    ...(typeof fix === 'string' ? { fix } : {}),
  }
}

const missingPolicy = (policy: string | undefined): readonly Problem[] =>
  policy === undefined
    ? [{ what: 'Input policy: it is required.', fix: 'E.g. policy: policies/multi-agent.yml.' }]
    : []

/** Each of them asks for a base beside head. */
const pairing = ['ollama-base', 'base-servers', 'base-model', 'base-agents', 'base-folder'] as const

/** What is legal alone and senseless together. */
const contradictions = (inputs: Parsed): readonly Problem[] => {
  const { against, baseline, mode } = inputs
  const paired = pairing.filter((name) => inputs[name] !== undefined)
  if (mode === 'record')
    return [...paired, ...(against === undefined ? [] : (['against'] as const))].map((name) => ({
      what: `Input ${name}: mode "record" measures head alone and compares with nothing.`,
      fix: 'Leave it out.',
    }))
  return [
    ...(against === 'baseline' && baseline === undefined
      ? [
          {
            what: 'Input against: "baseline" needs the input baseline.',
            fix: 'Name the file of the baseline.',
          },
        ]
      : []),
    ...(against !== undefined && paired.length > 0
      ? [
          {
            what: `Input against: "${against}" contradicts ${paired.join(', ')}, which ${paired.length === 1 ? 'asks' : 'ask'} for a pair.`,
            fix: 'Leave against out, or leave them out.',
          },
        ]
      : []),
  ]
}

const typed = (inputs: Parsed, policy: string): ActionInputs => ({
  mode: inputs.mode,
  policy,
  baseline: inputs.baseline,
  servers: inputs.servers,
  ollama: inputs.ollama,
  ollamaBase: inputs['ollama-base'],
  modelStores: inputs['model-store'],
  baseServers: inputs['base-servers'],
  baseModel: inputs['base-model'],
  baseAgents: inputs['base-agents'],
  baseFolder: inputs['base-folder'],
  against: inputs.against,
  budgetMinutes: inputs['budget-minutes'],
  waitMinutes: inputs['wait-minutes'],
  fresh: inputs.fresh,
  failOn: inputs['fail-on'],
  out: inputs.out,
  seed: inputs.seed,
})

/**
 * Reads every input with `read`, which gives the empty text for one that is not given. Throws InputError with all
 * problems at once; what depends on others is looked at once each stands alone.
 */
export const readInputs = (read: (name: string) => string): ActionInputs => {
  const given = Object.fromEntries(
    inputNames.flatMap((name) => {
      const text = read(name).trim()
      return text === '' ? [] : [[name, text] as const]
    }),
  )
  const parsed = inputsSchema.safeParse(given)
  const missing = missingPolicy(given.policy)
  if (!parsed.success) throw new InputError([...missing, ...parsed.error.issues.map(problemOf)])
  const problems = [...missing, ...contradictions(parsed.data)]
  if (problems.length > 0 || parsed.data.policy === undefined) throw new InputError(problems)
  return typed(parsed.data, parsed.data.policy)
}

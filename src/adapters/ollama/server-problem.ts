/** Turns what went wrong with a server into an error for people: what, why, how to fix it. */
import { MachineError } from '../../errors.ts'
import type { Failure, FailureKind } from '../../model/request-record.ts'
import { quote, type Refusal } from './refusal.ts'

/** Which server was asked for what, e.g. "list its models". */
export interface Asked {
  readonly url: string
  readonly purpose: string
  readonly model?: string
}

const fixes: Partial<Record<FailureKind, string>> = {
  connect: 'Start Ollama there (`ollama serve`), or name the address where it listens.',
  'connect-timeout': 'Check the address, and that no firewall drops the connection.',
  'out-of-memory':
    'Free memory on that machine: a smaller num_ctx or num_gpu, or fewer models and processes.',
  'server-busy': 'Wait until its queue is empty, or raise OLLAMA_MAX_QUEUE.',
  'load-timeout': 'Look into its log, or raise protocol.timeouts.load-seconds.',
  'total-timeout': 'Look into its log: it may still be starting, or hang.',
  'connection-lost': 'Look into its log: it may have crashed or been stopped.',
  truncated: 'Look into its log: it may have crashed or been stopped.',
}

const fixOf = (failure: Failure, model: string | undefined): string => {
  if (failure.kind === 'model-missing' && model !== undefined) {
    return `Pull it there (\`ollama pull ${model}\`), or name a model that \`ollama list\` shows.`
  }
  return fixes[failure.kind] ?? 'Check that an Ollama listens there, and its log.'
}

/** Nothing listens, or nothing answers: the same whatever was asked. */
const isUnreachable = ({ kind }: Failure): boolean => kind === 'connect' || kind === 'connect-timeout'

/** The server could not be reached, or could not do what it was asked. */
export const serverProblem = ({ url, purpose, model }: Asked, failure: Failure): MachineError =>
  new MachineError([
    {
      what: isUnreachable(failure) ? `No server answers at ${url}.` : `${url} could not ${purpose}.`,
      why: failure.message,
      fix: fixOf(failure, model),
    },
  ])

/** Something answered, but not as Ollama does. `detail` says in a few words how not. */
export const notOllama = ({ url, purpose }: Asked, answer: Refusal, detail: string): MachineError => {
  const { status, contentType, body } = answer
  const start = quote(body.subarray(0, 120).toString('utf8'))
  const type = contentType === '' ? 'no content type' : contentType
  return new MachineError([
    {
      what: `What listens at ${url} does not answer as Ollama does.`,
      why: `Asked to ${purpose}, it gave status ${status}, ${type}, ${detail}: ${start === '' ? 'nothing' : `"${start}"`}.`,
      fix: 'Check the address and port, a path in front of /api, and which program listens there.',
    },
  ])
}

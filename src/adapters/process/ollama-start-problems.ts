/** Why an Ollama server did not start, by its log, in the parts of a good message. Pure. */
import type { Problem } from '../../model/problem.ts'
import type { OllamaLog } from './ollama-log.ts'

const quotedLines = 10

const quote = ({ lastWords }: OllamaLog): string =>
  lastWords.length === 0
    ? 'It said nothing.'
    : `Its last words:\n${lastWords.slice(-quotedLines).join('\n')}\n`

/** What the server itself names as the cause; null where it names none. */
const causeIn = ({ lastWords }: OllamaLog): string | null =>
  lastWords.findLast((line) => /^(Error|panic|fatal error): /.test(line)) ?? null

/** What helps, for the ends that were seen with Ollama 0.24.0. */
const fixes: readonly (readonly [RegExp, string])[] = [
  [
    /could not create directory|\.ollama/,
    'Ollama keeps its keys in HOME: let HOME be a folder that this user may write to.',
  ],
  [
    /ensure path elements are traversable/,
    'Let the runner’s user reach the model store and write to it, or name one that holds models.',
  ],
]

/** It ended before it answered; `ending` is how, as the end of a sentence about it. */
export function deathProblem(name: string, ending: string, log: OllamaLog): Problem {
  const cause = causeIn(log)
  const fix = fixes.find(([sign]) => sign.test(cause ?? ''))?.[1]
  return {
    what: `${name} did not start: ${(cause ?? `it ${ending}`).replace(/\.$/, '')}.`,
    why: `It ${ending}. ${quote(log)}`,
    ...(fix !== undefined && { fix }),
  }
}

/** It runs and gave no answer. */
export function silenceProblem(name: string, readyMs: number, log: OllamaLog): Problem {
  const state =
    log.listening === null ? 'It runs, but its log does not say that it listens.' : 'It runs and listens.'
  return {
    what: `${name} did not answer within ${readyMs / 1000} s.`,
    why: `${state} ${quote(log)}`,
    fix: 'Start it by hand with the same settings, and see what it waits for.',
  }
}

/** One sentence about what a tool did: its name, its exit code, its own words. Knows no tool's output. */
import type { ToolOutcome } from './run-tool.ts'

const mostWords = 300

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
const unprintable = /[\u0000-\u001f\u007f-\u009f]+/g

/** A tool's own words in one line: blank lines gone, lines joined by semicolons, cut where they get long. */
export function inOneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(unprintable, ' ').trim())
  const line = lines.filter(Boolean).join('; ').replace(/\s+/g, ' ')
  return line.length > mostWords ? `${line.slice(0, mostWords)}…` : line
}

const quoted = (words: string): string => (words === '' ? '.' : `: "${words}".`)

/** NVIDIA's own meanings of the codes that need one (nvidia-smi(1), RETURN VALUE; 17 and 18: nvml.h). */
const nvidiaCodes: Readonly<Record<number, string>> = {
  4: 'no permission',
  9: 'the driver is not loaded',
  12: 'the NVML library is not there',
  15: 'a GPU has fallen off the bus',
  17: 'the operating system blocks the device',
  18: 'the driver was updated without a restart',
}

function codeText(tool: string, exitCode: number | null, signal: string | null): string {
  if (exitCode === null) return `ended by ${signal ?? 'an unknown signal'}`
  const meaning = tool === 'nvidia-smi' ? nvidiaCodes[exitCode] : undefined
  return meaning === undefined ? `exit code ${exitCode}` : `exit code ${exitCode}, ${meaning}`
}

type Ended = Extract<ToolOutcome, { kind: 'ended' }>

const wordsOf = ({ stdout, stderr }: Ended): string => inOneLine(`${stdout}\n${stderr}`)

const failureText = (tool: string, ended: Ended): string =>
  `${tool} failed (${codeText(tool, ended.exitCode, ended.signal)})${quoted(wordsOf(ended))}`

/** What is wrong with output that has another form than is known. */
export const unreadableText = (tool: string, words: string): string =>
  `${tool} printed what cannot be read${quoted(inOneLine(words))}`

/** What is wrong with an outcome that gave nothing to read, e.g. `nvidia-smi failed (exit code 6): "No devices were found".` */
export function outcomeText(tool: string, outcome: ToolOutcome): string {
  switch (outcome.kind) {
    case 'late':
      return `${tool} did not answer within ${outcome.limitMs / 1000} s.`
    case 'unstartable':
      return `${tool} could not be started${quoted(inOneLine(outcome.message))}`
    case 'endless':
      return `${tool} printed more than ${outcome.most} characters, which is no answer.`
    case 'ended':
      if (outcome.exitCode !== 0) return failureText(tool, outcome)
      if (wordsOf(outcome) === '') return `${tool} printed nothing.`
      return unreadableText(tool, wordsOf(outcome))
    default:
      return outcome satisfies never
  }
}

/** Why a tool that was to go on reading goes on no longer. */
export const endText = (tool: string, outcome: ToolOutcome): string =>
  outcome.kind === 'ended' && outcome.exitCode === 0
    ? `${tool} stopped reading by itself${quoted(wordsOf(outcome))}`
    : outcomeText(tool, outcome)

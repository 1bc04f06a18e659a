/** The journal of a job, as it stands: also while the job goes on. Knows nothing of verdicts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Ended,
  type JournalLine,
  journalLineSchema,
  type Resumed,
  type Trial,
} from '../../src/model/run.ts'
import type { Workspace } from './workspace.ts'

/** Where results go by default. */
export const out = '.ollama-perf-gate'

/** A journal's file in a workspace. */
export const journalFile = (folder: string = out): string => join(folder, 'journal.jsonl')

/** The text as it is on the disk; empty where there is no journal. */
export function journalText({ path }: Workspace, folder?: string): string {
  try {
    return readFileSync(join(path, journalFile(folder)), 'utf8')
  } catch {
    return ''
  }
}

/** How many trials are on record; cheap enough to ask again and again. */
export const trialsIn = (workspace: Workspace, folder?: string): number =>
  journalText(workspace, folder).match(/^\{"kind":"trial".*\n/gm)?.length ?? 0

/** All whole lines, checked against the schema. */
export const journalLines = (workspace: Workspace, folder?: string): readonly JournalLine[] =>
  journalText(workspace, folder)
    .split('\n')
    .slice(0, -1)
    .map((line) => journalLineSchema.parse(JSON.parse(line)))

/** What a journal holds, by kind. */
export interface JournalContent {
  readonly kinds: readonly JournalLine['kind'][]
  readonly planned: readonly string[]
  readonly trials: readonly Trial[]
  readonly resumed: readonly Resumed[]
  /** Null where the last process was killed. */
  readonly ended: Ended | null
}

/** Reads a journal. Throws when it has no header. */
export function readJournalOf(workspace: Workspace, folder?: string): JournalContent {
  const lines = journalLines(workspace, folder)
  const [first] = lines
  const last = lines.at(-1)
  if (first?.kind !== 'header') throw new Error('the journal has no header')
  return {
    kinds: lines.map(({ kind }) => kind),
    planned: first.header.plan.visits.map(({ id }) => id),
    trials: lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : [])),
    resumed: lines.flatMap((line) => (line.kind === 'resumed' ? [line.resumed] : [])),
    ended: last?.kind === 'ended' ? last.ended : null,
  }
}

/** What the timings of a run include and exclude (appendix L), for the tasks and workloads that it has. */
import type { Boundary } from '../../model/analysis.ts'
import type { Cell, Task } from '../../model/plan.ts'
import type { Policy, Workload } from '../../model/policy.ts'

/** What no timing of a warm leg holds. */
const neverIn =
  'starting and stopping servers, pulling and loading the model, warm-up requests, opening connections, waiting out a refusal (503)'

const ofTask = {
  chat: {
    what: 'A call',
    included:
      'From the write of the request on an open connection to the arrival of its last token: queueing in the server, its template and tokenizer, prefill, decode, and the network and event loop in between.',
    excluded: `Making the prompt, the server’s closing words after the last token, ${neverIn}.`,
    source: 'appendix L.2, TR108',
  },
  workflow: {
    what: 'A workflow agent’s turn',
    included:
      'From the look into its folder to the end of its second call: scanning, reading and parsing files, summarising them, the call for the analysis and the one for the report, each as a call is timed. Steps (ingest, analysis, report) are parts of it. In a context below 2048 tokens its prompts are shorter.',
    excluded: `Starting a process of its own and writing the report to a file, which there is none of; loading the file readers; ${neverIn}.`,
    source: 'appendix L.2, TR109 and TR111',
  },
  program: {
    what: 'A program’s turn',
    included:
      'From the start of its process to its end: its runtime’s start-up, its own files and computing, and its calls with the recording proxy between it and the server. Its calls are timed in the proxy, from the passing on of the request.',
    excluded: `Its set-up step, such as a build; checking its metrics.json; ${neverIn}.`,
    source: 'appendix L.2, TR112 and TR115',
  },
} as const satisfies Record<Task['kind'], Boundary>

const together = {
  what: 'Agents at once',
  included:
    'From the start of the first agent’s turn to the end of the last one’s, all from one barrier. An agent’s own time is from its first start to its last end, pauses between its turns included. Solo legs of the same trial, one agent after the other, are what both efficiencies’ and both contentions’ alone-figures come from.',
  excluded: `Solo legs and one-token probes, ${neverIn}.`,
  source: 'appendix L.2, TR110, TR113 and TR114',
} as const satisfies Boundary

const ofWorkload = {
  'single-agent': null,
  'two-agents': together,
  'many-agents': together,
  batch: {
    what: 'A batch',
    included:
      'From the first write to the last token of the queue, every agent taking the next request as soon as it is free, with what the gate does between two requests.',
    excluded: `Filling the queue, which is there from the start; ${neverIn}.`,
    source: 'appendix L.1 and F.6',
  },
  sustained: {
    what: 'A sustained load',
    included:
      'From the first start to the last end of turns that began before the time was over, agents kept busy throughout, with what the gate does between two turns.',
    excluded: `Any pause, since none is made; ${neverIn}.`,
    source: 'appendix L.1, risk R11',
  },
} as const satisfies Record<Workload, Boundary | null>

const ofColdStart = {
  what: 'A cold start',
  included:
    'From the write of the first request after the model was unloaded to its first token: the load of the model and its prefill, on one server after the other.',
  excluded:
    'Starting servers and pulling the model. Nothing empties the operating system’s file cache, so the model may come from memory. Never averaged with warm figures.',
  source: 'appendix L.2 (model loading is excluded from TR108’s timings)',
} as const satisfies Boundary

/** One for each kind of task, each kind of workload with a time of its own, and the cold start; in this order. */
export function boundariesOf(
  cells: readonly Cell[],
  { cold }: Pick<Policy['protocol'], 'cold'>,
): readonly Boundary[] {
  const tasks = cells.flatMap(({ head }) => head.agents.map(({ task }) => ofTask[task.kind]))
  const workloads = cells.flatMap(({ workload }) => ofWorkload[workload] ?? [])
  return [...new Set<Boundary>([...tasks, ...workloads, ...(cold ? [ofColdStart] : [])])]
}

/** Lines of a preflight with one of each verdict, a long address, and words from outside. */
import type { PreflightLine } from '../../src/model/preflight.ts'

export const somePreflight: readonly PreflightLine[] = [
  {
    what: 'Policy',
    value:
      'multi-agent (policies/multi-agent.yml): 30 cells, 600 trials, roughly 130 minutes, more than the budget of 100 minutes',
    verdict: 'warn',
    fix: 'Raise budget-minutes to 131, or ask for fewer runs or cells: what does not fit is not measured.',
  },
  {
    what: 'Server http://gpu-runner-rtx4080-a.example:11434',
    value: 'answers for head, Ollama 0.32.13, found running',
    verdict: 'ok',
    fix: null,
  },
  {
    what: 'Client version',
    value: 'not known for http://gpu-runner-rtx4080-a.example:11434',
    verdict: 'unknown',
    fix: 'Run `ollama --version` on that machine: it warns when client and server differ.',
  },
  {
    what: 'num_gpu',
    value: '80 and 120 mean all 35 layers of gemma3:latest.',
    verdict: 'note',
    fix: null,
  },
  {
    what: 'GPU',
    value: 'the driver fails: Failed to initialize NVML: Driver/library version mismatch',
    verdict: 'fail',
    fix: 'After an update of the driver reboot, or load its kernel module again; then restart Ollama, which looks for GPUs only once.',
  },
  { what: 'Disk', value: '80 GB free for .ollama-perf-gate', verdict: 'ok', fix: null },
]

/** A process that calls itself something that a terminal, a table or a page would obey. */
export const hostileLine: PreflightLine = {
  what: 'Other GPU processes',
  value: '\u001b[2J\u001b[31mevil\u001b[0m | <img src=x> @octocat\n::error::x (process 7)',
  verdict: 'warn',
  fix: 'Stop\u202e it.\r\n# now',
}

#!/usr/bin/env node
/** The command line: says what the verbs are, and sets the exit code. What they do is in their own files. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { defaultWaitMinutes } from './job-inputs.ts'
import { mostMinutes } from './model/policy.ts'
import { brokenCode, reportOf } from './report-error.ts'
import { serversHelp } from './server-choice.ts'
import { tool } from './tool.ts'
import { checkPolicies } from './verbs/check-policies.ts'
import { examineMachine } from './verbs/examine-machine.ts'
import { judgeStored } from './verbs/judge-stored.ts'
import { listMetrics } from './verbs/list-metrics.ts'
import { measureAndPrint } from './verbs/measure-and-print.ts'
import { planJob } from './verbs/plan-job.ts'
import { recordBaseline } from './verbs/record-baseline.ts'
import { runProxy } from './verbs/run-proxy.ts'
import { writeReport } from './verbs/write-report.ts'

const minutes = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && value <= mostMinutes))
    throw new InvalidArgumentError(`It must be a number above 0, at most ${mostMinutes} (a week).`)
  return value
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.')
  return value
}

const notNegative = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError('It must be zero or more.')
  return value
}

const notEmpty = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.')
  return text
}

const exits = `
Exit codes: 0 pass or warn, 1 fail, 3 inconclusive where the policy blocks on it, 2 wrong input, 4 broken machine,
130 interrupted.`

const example = (...lines: string[]): string =>
  `\nExample:\n${lines.map((line) => `  ${line}`).join('\n')}\n${exits}`

/** The options of every verb that measures. */
const measuring = (command: Command): Command =>
  command
    .requiredOption('--policy <file>', 'the policy: what to measure and what to require')
    .option('--servers <urls>', serversHelp)
    .option(
      '--ollama <binary>',
      'start head’s servers from this binary (ollama of the PATH with --servers start)',
    )
    .option('--model-store <folders>', 'models of the servers that are started: one folder, or one for each')
    .option(
      '--wait-minutes <n>',
      'wait this long for another job to leave the machine',
      notNegative,
      defaultWaitMinutes,
    )
    .option('--budget-minutes <n>', "instead of the policy's budget", minutes)
    .option('--seed <n>', 'order the cells by this seed (random by default, recorded)', wholeNumber)
    .option('--out <folder>', 'where the results go', notEmpty, '.ollama-perf-gate')
    .option('--fresh', 'begin anew, though an unfinished run lies there')
    .option('--json', 'print verdict.json instead of the table')

const program = new Command()
  .name('ollama-perf-gate')
  .description(
    'Measures Ollama on this machine and says whether throughput, TTFT, multi-agent efficiency or contention got worse.',
  )
  .version(tool.version)
  .showHelpAfterError('(add --help for what the verb takes)')
  .exitOverride()

measuring(program.command('run'))
  .description('Measure and judge: limits always, regression rules against a base or a baseline.')
  .option(
    '--ollama-base <binary>',
    'base: servers started from this binary, measured in turn with head',
    notEmpty,
  )
  .option('--base-servers <urls>', 'base: these servers, measured in turn with head in this job')
  .option('--base-model <tag>', 'base: this model instead of the policy’s')
  .option('--base-agents <file>', 'base: the agents of this file instead of the policy’s')
  .option('--base-folder <folder>', 'base: this checkout, for agents that are programs or read files')
  .option('--baseline <file>', 'a stored baseline, which can acquit and warn but never convict')
  .addOption(new Option('--against <what>', 'none: judge limits only').choices(['baseline', 'none']))
  .addOption(
    new Option('--fail-on <level>', 'the exit code of a warning').choices(['fail', 'warn']).default('fail'),
  )
  .addHelpText(
    'after',
    example(
      'ollama-perf-gate run --policy policies/quick.yml --servers auto',
      'ollama-perf-gate run --policy policies/multi-agent.yml --servers 127.0.0.1:11434,127.0.0.1:11435',
      'ollama-perf-gate run --policy policies/multi-agent.yml --ollama ./ollama-new --ollama-base ./ollama-old',
    ),
  )
  .action(async (options) => {
    process.exitCode = await measureAndPrint(options)
  })

measuring(program.command('record'))
  .description('Measure, and write a baseline to review and commit. Adds a session to one that exists.')
  .requiredOption('--baseline <file>', 'the baseline to write')
  .addHelpText(
    'after',
    example('ollama-perf-gate record --policy policies/multi-agent.yml --baseline baselines/rtx4080-a.json'),
  )
  .action(async (options) => {
    process.exitCode = await recordBaseline(options)
  })

program
  .command('doctor')
  .description('Look at servers, models, GPU and machine before measuring: what, value, verdict, fix.')
  .requiredOption('--policy <file>', 'the policy that is to be measured')
  .option('--servers <urls>', serversHelp)
  .option(
    '--ollama <binary>',
    'start servers from this binary (ollama of the PATH with --servers start)',
    notEmpty,
  )
  .option('--model-store <folders>', 'models of the servers that are started: one folder, or one for each')
  .option('--ollama-base <binary>', 'base: servers started from this binary, beside head’s', notEmpty)
  .option('--base-servers <urls>', 'base: these servers, beside head’s')
  .option('--base-model <tag>', 'base: this model instead of the policy’s')
  .option('--out <folder>', 'where results would go', notEmpty, '.ollama-perf-gate')
  .option('--json', 'print the lines as JSON')
  .addHelpText(
    'after',
    example(
      'ollama-perf-gate doctor --policy policies/multi-agent.yml',
      'ollama-perf-gate doctor --policy policies/quick.yml --servers start',
    ),
  )
  .action(async (options) => {
    process.exitCode = await examineMachine(options)
  })

program
  .command('plan')
  .description('What a job would measure, in its order, and how long that may take. Measures nothing.')
  .requiredOption('--policy <file>', 'the policy')
  .option('--seed <n>', 'order the cells by this seed', wholeNumber, 1)
  .option('--paired', 'with a base beside head')
  .option('--json', 'print the plan as JSON')
  .addHelpText('after', example('ollama-perf-gate plan --policy policies/multi-agent.yml --paired'))
  .action(async (options) => {
    process.exitCode = await planJob(options)
  })

program
  .command('judge')
  .description('Judge a stored run again, with no server: run.json, or the journal.jsonl of a killed job.')
  .argument('<run>', 'run.json or journal.jsonl')
  .option('--baseline <file>', 'the baseline that the run was compared with')
  .option('--out <folder>', 'write verdict.json and summary.md there')
  .option('--json', 'print verdict.json instead of the table')
  .addHelpText('after', example('ollama-perf-gate judge .ollama-perf-gate/run.json'))
  .action(async (run: string, options) => {
    process.exitCode = await judgeStored({ ...options, run })
  })

program
  .command('report')
  .description('Draw a stored run as one HTML page: what is best, what moves what, what was published.')
  .argument('<run>', 'run.json or journal.jsonl')
  .option('--baseline <file>', 'the baseline that the run was compared with')
  .option('--out <file>', 'the page to write', notEmpty, 'report.html')
  .addHelpText('after', example('ollama-perf-gate report .ollama-perf-gate/run.json --out report.html'))
  .action(async (run: string, options) => {
    process.exitCode = await writeReport({ ...options, run })
  })

program
  .command('policy')
  .description('Work with policies.')
  .command('check')
  .description('Check policies whole, and list their cells with an estimate of the time. Measures nothing.')
  .argument('<files...>', 'policies')
  .addHelpText('after', example('ollama-perf-gate policy check policies/*.yml'))
  .action(async (files: string[]) => {
    process.exitCode = await checkPolicies(files)
  })

program
  .command('metrics')
  .description('List the metrics that limits and regression rules can name.')
  .option('--json', 'print the catalog as JSON')
  .addHelpText('after', example('ollama-perf-gate metrics'))
  .action((options) => {
    listMetrics(options)
    process.exitCode = 0
  })

program
  .command('proxy')
  .description('A positive control: a proxy that slows a server by a known amount, to see the gate go red.')
  .requiredOption('--target <url>', 'the server behind the proxy')
  .option('--port <n>', 'listen on this port of 127.0.0.1 (a free one by default)', wholeNumber, 0)
  .option('--first-token-delay-ms <ms>', 'hold back the first token', notNegative, 0)
  .option('--slow-tokens-percent <percent>', 'thin the token stream by this much', notNegative, 0)
  .option('--no-tokens', 'let no token through at all')
  .addHelpText(
    'after',
    example('ollama-perf-gate proxy --target 127.0.0.1:11434 --port 12434 --first-token-delay-ms 60'),
  )
  .action(async (options) => {
    process.exitCode = await runProxy(options)
  })

const printError = (error: unknown): number => {
  const { text, exitCode } = reportOf(error)
  process.stderr.write(text)
  return exitCode
}

// A reader that has seen enough, such as head, closes the pipe: that is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })

process.on('uncaughtException', (error) => process.exit(printError(error)))
// Until a verb has said how it ended: a process that runs out of things to wait for has not.
process.exitCode = brokenCode
await program.parseAsync().catch((error: unknown) => {
  // Commander has printed its own message; wrong arguments are wrong input.
  if (error instanceof Error && 'exitCode' in error) process.exitCode = error.exitCode === 0 ? 0 : 2
  else process.exitCode = printError(error)
})

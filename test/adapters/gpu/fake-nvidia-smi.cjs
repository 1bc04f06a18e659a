#!/usr/bin/env node
/** Stands in for nvidia-smi: answers what scenario.json beside it says, and writes down each call in calls.jsonl. */
const { appendFileSync, readFileSync } = require('node:fs')
const { join } = require('node:path')

const args = process.argv.slice(2)
const scenario = () => JSON.parse(readFileSync(join(__dirname, 'scenario.json'), 'utf8'))
appendFileSync(join(__dirname, 'calls.jsonl'), `${JSON.stringify({ pid: process.pid, args })}\n`)

/** Names by which the real tool knows the same field. */
const aliases = {
  gpu_uuid: 'uuid',
  gpu_name: 'name',
  'clocks.sm': 'clocks.current.sm',
  'clocks.mem': 'clocks.current.memory',
  'clocks_throttle_reasons.active': 'clocks_event_reasons.active',
  used_memory: 'used_gpu_memory',
}
const processFields = ['gpu_uuid', 'pid', 'process_name', 'used_gpu_memory', 'used_memory']

// Whoever listened is gone: the real tool dies of the signal that Node ignores.
process.stdout.on('error', () => process.exit(1))

const say = (line) => process.stdout.write(`${line}\n`)

/** Sets the code and leaves the rest to the end of the program, so that nothing that was said is lost. */
function end(code, text) {
  say(text)
  process.exitCode = code
}

const listOf = (option) =>
  args
    .find((arg) => arg.startsWith(`${option}=`))
    ?.slice(option.length + 1)
    ?.split(',')
const intervalMs = () => {
  const at = args.indexOf('-lms')
  return Number(at >= 0 ? args[at + 1] : (listOf('--loop-ms')?.[0] ?? 0))
}

/** The value at this tick: the last of a sequence stays. */
const valueAt = (value, tick) => (Array.isArray(value) ? value[Math.min(tick, value.length - 1)] : value)

const withoutUnit = (cell) => cell.replace(/^(-?[\d.]+) (MiB|MHz|W|%|us)$/, '$1')

const isLost = ({ failure }, index, tick) =>
  failure?.kind === 'lost' && index === (failure.gpu ?? 0) && tick >= failure.afterTicks

function rowOf(gpu, fields, { tick, lost }) {
  const cells = fields.map((field) => {
    const name = aliases[field] ?? field
    if (lost && !['uuid', 'index', 'name'].includes(name)) return '[GPU is lost]'
    return withoutUnit(String(valueAt(gpu[name], tick)))
  })
  return cells.join(', ')
}

function sayGpus(now, fields, tick) {
  for (const [index, gpu] of now.gpus.entries())
    say(rowOf(gpu, fields, { tick, lost: isLost(now, index, tick) }))
}

function refused(now, fields, known) {
  return fields.find((field) => now.unknownFields.includes(field) || !known(field))
}

const refuse = (field) => end(2, `Field "${field}" is not a valid field to query.\n`)

function loop(fields, everyMs) {
  let tick = 0
  const next = () => {
    const now = scenario()
    const { failure } = now
    const due = failure?.afterTicks !== undefined && tick >= failure.afterTicks
    if (failure?.kind === 'ends' && due) {
      end(failure.code, failure.text)
      return clearInterval(timer)
    }
    if (failure?.kind === 'rubbish' && due) say(failure.text)
    else if (!(failure?.kind === 'silent' && due)) sayGpus(now, fields, tick)
    tick += 1
  }
  const timer = setInterval(next, everyMs)
  next()
}

function queryGpu(now, fields) {
  const bad = refused(now, fields, (field) => now.gpus.every((gpu) => (aliases[field] ?? field) in gpu))
  if (bad !== undefined) return refuse(bad)
  if (intervalMs() > 0) loop(fields, intervalMs())
  else sayGpus(now, fields, now.tick ?? 0)
}

function queryProcesses(now, fields) {
  const bad = refused(now, fields, (field) => processFields.includes(field))
  if (bad !== undefined) return refuse(bad)
  for (const one of now.processes) say(rowOf(one, fields, { tick: 0, lost: false }))
}

function answer() {
  const now = scenario()
  const { failure } = now
  if (failure?.kind === 'exit') return end(failure.code, failure.text)
  // A grandchild in a group of its own, that holds the pipe open, is what a process looks like that cannot be killed.
  if (failure?.kind === 'unkillable') {
    const { spawn } = require('node:child_process')
    const held = spawn('sleep', ['30'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })
    appendFileSync(join(__dirname, 'calls.jsonl'), `${JSON.stringify({ pid: held.pid, args: ['sleep'] })}\n`)
  }
  if (failure?.kind === 'hang' || failure?.kind === 'unkillable') return setInterval(() => {}, 60_000)
  if (failure?.kind === 'rubbish' && failure.afterTicks === undefined) return end(0, failure.text)
  const gpuFields = listOf('--query-gpu')
  const appFields = listOf('--query-compute-apps')
  if (gpuFields) return queryGpu(now, gpuFields)
  if (appFields) return queryProcesses(now, appFields)
  return end(2, `Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n`)
}

setTimeout(answer, scenario().delayMs ?? 0)

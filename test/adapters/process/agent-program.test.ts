import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProc } from '../../../src/adapters/process/process-table.ts'
import { aCheckout, aTask, runTask } from './an-agent.ts'

const onPosix = process.platform !== 'win32'

const printsEnvironment = aTask(`require('fs').writeFileSync('env.json', JSON.stringify(process.env))`)

async function environmentOf(task = printsEnvironment): Promise<Record<string, string>> {
  const checkout = aCheckout()
  await runTask(task, checkout)
  return JSON.parse(readFileSync(join(checkout, 'env.json'), 'utf8'))
}

describe('a program that ends well', () => {
  it('runs in the checkout, and nothing is said against it', async () => {
    const checkout = aCheckout({ 'data.txt': 'here' })
    const end = await runTask(aTask(`require('fs').readFileSync('data.txt')`), checkout)
    expect(end).toMatchObject({ exitCode: 0, failure: null, metrics: null })
    expect(end.endedMs).toBeGreaterThan(end.startedMs)
  })

  it('has nothing on its standard input', async () => {
    const waits = `process.stdin.on('end', () => process.exit(0)).resume()`
    expect(await runTask(aTask(waits))).toMatchObject({ exitCode: 0, failure: null })
  })

  it.runIf(hasProc)('is measured with its children', async () => {
    const hoards = (mebibytes: number) =>
      `const all = Buffer.alloc(${mebibytes} * 2 ** 20, 1); setTimeout(() => all.length, 500);`
    const alone = await runTask(aTask(hoards(60)))
    const child = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hoards(60))}]);`
    const both = await runTask(aTask(child + hoards(60)))
    expect(alone.peakRssBytes).toBeGreaterThan(60 * 2 ** 20)
    expect(both.peakRssBytes).toBeGreaterThan((alone.peakRssBytes ?? 0) + 50 * 2 ** 20)
  })
})

describe('the environment of a program', () => {
  it('says where the server is, and what to ask of it', async () => {
    expect(await environmentOf()).toMatchObject({
      OLLAMA_HOST: '127.0.0.1:1',
      OLLAMA_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      OPENAI_API_KEY: 'ollama',
      OLLAMA_MODEL: 'tiny:latest',
      OLLAMA_OPTIONS: '{"num_ctx":1024,"temperature":0}',
      OLLAMA_THINK: 'false',
      OLLAMA_KEEP_ALIVE: '10m',
      AGENT_NAME: 'py',
    })
  })

  it('holds no secret of the job', async () => {
    const secrets = [
      'GITHUB_TOKEN',
      'ACTIONS_RUNTIME_TOKEN',
      'AWS_SECRET_ACCESS_KEY',
      'INPUT_TOKEN',
      'RUNNER_TEMP',
    ]
    for (const name of secrets) process.env[name] = 'secret'
    try {
      const env = await environmentOf()
      expect(Object.keys(env).filter((name) => /^(GITHUB|ACTIONS|INPUT|AWS|RUNNER)_/.test(name))).toEqual([])
      expect(Object.values(env)).not.toContain('secret')
    } finally {
      for (const name of secrets) delete process.env[name]
    }
  })

  it('lets the runner know its processes again', async () => {
    const before = process.env.RUNNER_TRACKING_ID
    process.env.RUNNER_TRACKING_ID = 'github_1'
    try {
      expect(await environmentOf()).toMatchObject({ RUNNER_TRACKING_ID: 'github_1' })
    } finally {
      if (before === undefined) delete process.env.RUNNER_TRACKING_ID
      else process.env.RUNNER_TRACKING_ID = before
    }
  })

  it('names a file for metrics only where the policy asks for it', async () => {
    expect(await environmentOf()).not.toHaveProperty('AGENT_METRICS_FILE')
    expect(await environmentOf({ ...printsEnvironment, metrics: true })).toHaveProperty('AGENT_METRICS_FILE')
  })
})

describe('metrics.json', () => {
  const metricFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('agent-metrics-'))

  it('is read as it is, and its folder goes', async () => {
    const before = metricFolders()
    const writes = `require('fs').writeFileSync(process.env.AGENT_METRICS_FILE, '{"no": json')`
    const end = await runTask(aTask(writes, { metrics: true }))
    expect(end).toMatchObject({ metrics: '{"no": json', failure: null })
    expect(metricFolders().filter((name) => !before.includes(name))).toEqual([])
  })

  it('may be missing, which is for others to judge', async () => {
    expect(await runTask(aTask('', { metrics: true }))).toMatchObject({ metrics: null, failure: null })
  })

  it.each([
    ['a link, which may lead anywhere', `fs.symlinkSync('/etc/hostname', file)`, 'not a plain file'],
    ['a folder', `fs.mkdirSync(file)`, 'not a plain file'],
    ['far too large', `fs.writeFileSync(file, Buffer.alloc(17 * 2 ** 20))`, 'larger than 16 MiB'],
  ])('is not read when it is %s', async (_, write, words) => {
    const code = `const fs = require('fs'); const file = process.env.AGENT_METRICS_FILE; ${write}`
    const end = await runTask(aTask(code, { metrics: true }))
    expect(end.metrics).toBeNull()
    expect(end.failure).toContain(`Its metrics.json cannot be read: it is ${words}.`)
  })
})

describe('a program that fails', () => {
  it.each([
    [
      'with an exit code and its last words',
      `console.log('one'); console.error('two'); process.exit(3)`,
      /^The program ended with exit code 3\. Its last words: (one \/ two|two \/ one)$/,
    ],
    ['in silence', 'process.exit(9)', /^The program ended with exit code 9\. It said nothing\.$/],
    [
      'with words that would steer a terminal',
      String.raw`console.log('\x1b[31mred\x1b[0m\x07 \x1b]0;title\x07'); process.exit(1)`,
      /^The program ended with exit code 1\. Its last words: red$/,
    ],
  ])('is told %s', async (_, code, expected) => {
    expect((await runTask(aTask(code))).failure).toMatch(expected)
  })

  it.runIf(onPosix)('is told by the signal that ended it', async () => {
    const end = await runTask(aTask(`process.kill(process.pid, 'SIGKILL')`))
    expect(end).toMatchObject({ exitCode: null })
    expect(end.failure).toContain('The program was ended by SIGKILL.')
  })

  it('may flood its output: the last of it is kept, and nobody waits', async () => {
    const floods = `
      const line = Buffer.from('x'.repeat(99) + '\\n').toString().repeat(10_000)
      let left = 200
      const more = () => { while (left-- > 0) if (!process.stdout.write(line)) return process.stdout.once('drain', more); console.log('the end'); process.exitCode = 1 }
      more()`
    const end = await runTask(aTask(floods))
    expect(end.failure).toMatch(/\/ the end$/)
    expect(end.failure?.length).toBeLessThan(700)
  }, 60_000)

  it('may write one endless line', async () => {
    const end = await runTask(aTask(`process.stdout.write('y'.repeat(5e6)); process.exitCode = 1`))
    expect(end.failure).toMatch(/Its last words: y{500}$/)
  })
})

describe.runIf(onPosix)('a program that cannot be started', () => {
  it.each([
    [
      'a tool that is not there',
      ['no-such-tool-anywhere', 'x'],
      /"no-such-tool-anywhere" is not on the PATH of this runner/,
    ],
    ['a file that is not there', ['./agent.sh'], /there is no file .*agent\.sh/],
    ['a file that may not be executed', ['./plain.txt'], /this user may not execute .*plain\.txt/],
    [
      'a file that is no program',
      ['./rubbish'],
      /rubbish cannot run here: it is neither a program nor a script/,
    ],
    ['a script whose interpreter is missing', ['./orphan'], /ENOENT/],
  ])('is told: %s', async (_, command, expected) => {
    const checkout = aCheckout({ 'plain.txt': 'x', rubbish: 'x', orphan: '#!/no/such/thing\n' })
    for (const name of ['rubbish', 'orphan']) chmodSync(join(checkout, name), 0o755)
    const end = await runTask(aTask('', { command }), checkout)
    expect(end.failure).toMatch(/^The program could not be started: /)
    expect(end.failure).toMatch(expected)
    expect(end).toMatchObject({ exitCode: null, peakRssBytes: null })
  })

  it('has no folder to run in', async () => {
    const end = await runTask(aTask(''), '/no/such/checkout')
    expect(end.failure).toContain('there is no folder /no/such/checkout')
  })
})

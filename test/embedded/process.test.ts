/** The embedded server as a process: how it starts, what it says when it cannot, and that it never outlives its use. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, generate, until } from './http-client.ts'
import { missingBuild } from './llama/native-build.ts'
import { listeningUrl, type ServerProcess, spawnServer } from './servers.ts'

const start = (line: readonly string[]): ServerProcess => {
  const server = spawnServer(line)
  onTestFinished(() => {
    server.child.kill('SIGKILL')
  })
  return server
}

const scriptFile = (content: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'script.json')
  writeFileSync(path, content)
  return path
}

describe('a start that fails ends with 1 and one line', () => {
  it.each([
    ['an unknown option', ['--colour', 'red'], /^cannot read the command line: Unknown option '--colour'/],
    ['an unknown engine', ['--engine', 'gpt'], /--engine is llama or scripted, not "gpt"; the options are/],
    ['a port out of range', ['--port', '70000'], /--port is a whole number from 0 to 65535, not "70000"/],
    ['a script for llama', ['--engine', 'llama', '--script', 'x.json'], /--script is for --engine scripted/],
    [
      'a script that is not there',
      ['--engine', 'scripted', '--script', '/nowhere/x.json'],
      /^cannot read the script \/nowhere\/x\.json: ENOENT/,
    ],
  ])('for %s', async (_, line, message) => {
    const server = start(line)
    expect(await server.exit).toBe(1)
    expect(server.stderr().trim()).toMatch(message)
    expect(server.stderr().trim().split('\n')).toHaveLength(1)
    expect(server.stdout()).toBe('')
  })

  it('for a script with unknown keys, naming them', async () => {
    const path = scriptFile('{"tokensPerSeconds":3,"faults":[{"kind":"cut","after":1}]}')
    const server = start(['--engine', 'scripted', '--script', path])
    expect(await server.exit).toBe(1)
    expect(server.stderr()).toContain('Unrecognized key: "tokensPerSeconds"')
    expect(server.stderr()).toContain('faults.0: Unrecognized key: "after"')
  })

  it('for llama where its library is not installed', async () => {
    const hooks = `import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) {
        if (name === 'node-llama-cpp') throw new Error('Cannot find package node-llama-cpp')
        return next(name, context)
      } })`
    const server = spawnServer(
      ['--engine', 'llama'],
      ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`],
    )
    expect(await server.exit).toBe(1)
    expect(server.stderr().trim()).toBe(
      `the llama engine has no build for this platform: ${process.platform}-${process.arch}: Cannot find package node-llama-cpp; run with --engine scripted, or install the optional dependency node-llama-cpp`,
    )
  })

  it('for a port that is taken', async () => {
    const url = await listeningUrl(start(['--engine', 'scripted']))
    const second = start(['--engine', 'scripted', '--port', new URL(url).port])
    expect(await second.exit).toBe(1)
    expect(second.stderr().trim()).toBe(
      `cannot listen on 127.0.0.1:${new URL(url).port}: another process has the port; stop it, or use --port 0 for any free port`,
    )
  })
})

describe('an end', () => {
  const engines = ['scripted', ...(missingBuild === null ? ['llama'] : [])]

  it.each(engines)('comes with SIGTERM in the middle of a stream (%s)', async (engine) => {
    const server = start(['--engine', engine])
    const url = await listeningUrl(server)
    const answer = generate(
      url,
      { options: { num_predict: 10_000 } },
      { onData: () => server.child.kill('SIGTERM') },
    )
    expect(await server.exit).toBe(0)
    expect((await answer).complete).toBe(false)
    await expect(ask(url, '/')).rejects.toThrow('ECONNREFUSED')
  })

  it.each(engines)('comes with SIGINT when nothing runs (%s)', async (engine) => {
    const server = start(['--engine', engine])
    await listeningUrl(server)
    server.child.kill('SIGINT')
    expect(await server.exit).toBe(0)
  })

  it('comes with the end of its standard input when that is asked for', async () => {
    const server = start(['--engine', 'scripted', '--die-with-parent'])
    const url = await listeningUrl(server)
    let streaming = false
    const answer = generate(
      url,
      { options: { num_predict: 10_000 } },
      {
        onData: () => {
          streaming = true
        },
      },
    )
    await until('it streams', () => streaming)
    server.child.stdin?.destroy()
    expect(await server.exit).toBe(0)
    expect((await answer).complete).toBe(false)
  })

  it('does not come with the end of standard input otherwise', async () => {
    const server = start(['--engine', 'scripted'])
    const url = await listeningUrl(server)
    server.child.stdin?.destroy()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await ask(url, '/')).toMatchObject({ status: 200 })
  })

  it('comes in the middle of a stream when the script says crash', async () => {
    const path = scriptFile('{"faults":[{"kind":"crash","afterTokens":3}]}')
    const server = start(['--engine', 'scripted', '--script', path])
    const answer = await generate(await listeningUrl(server), { options: { num_predict: 10 } })
    expect(answer.complete).toBe(false)
    expect(answer.lines).toHaveLength(3)
    expect(await server.exit).toBe('SIGKILL')
  })
})

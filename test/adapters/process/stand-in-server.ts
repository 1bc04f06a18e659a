/** A program with the embedded server's flags and ready line, whose behaviour a test chooses by the name of its script. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    engine: { type: 'string' },
    port: { type: 'string' },
    threads: { type: 'string' },
    script: { type: 'string' },
    'die-with-parent': { type: 'boolean' },
  },
})

const behaviour = basename(values.script ?? 'obedient')

if (behaviour === 'refuses') {
  process.stderr.write('llama.cpp is not installed: run npm install.\n')
  process.exit(1)
}
if (behaviour === 'refuses-last') {
  while (!existsSync(join(dirname(values.script ?? ''), 'breeds-first'))) await setTimeout(20)
  process.exit(1)
}
if (behaviour === 'crashes') throw new Error('a bug in the server')
if (behaviour === 'hangs') setInterval(() => {}, 1000)
if (behaviour === 'stubborn') process.on('SIGTERM', () => {})
if (behaviour.startsWith('breeds')) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  writeFileSync(values.script ?? '', `${process.pid} ${child.pid}`)
}
if (values['die-with-parent']) {
  process.stdin.resume()
  process.stdin.on('end', () => process.exit(0))
}

if (behaviour !== 'hangs') {
  const server = createServer((_, response) => {
    response.end(JSON.stringify({ pid: process.pid, env: process.env, values }))
  })
  server.listen(Number(values.port), '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    process.stdout.write('warming up\n')
    process.stdout.write(
      `${JSON.stringify({ listening: `http://127.0.0.1:${port}`, engine: values.engine })}\n`,
    )
    // More than a pipe holds: a parent that stops reading would stop this process.
    process.stdout.write(`${'x'.repeat(200_000)}\n`)
  })
}

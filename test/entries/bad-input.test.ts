/** Every input that can be wrong: what, why and how to fix it, in one go, before anything is measured. */
import { describe, expect, it } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import { baselineSchemaVersion } from '../../src/model/baseline.ts'
import { type Verdict, verdictSchema } from '../../src/model/verdict.ts'
import { runCli } from './cli.ts'
import { aScriptedServer } from './scripted-server.ts'
import { anHttpServer, anOllama, answerUnhurried, aTcpServer, deadUrl } from './stub-servers.ts'
import { aPolicy, aWorkspace, dual, policyFile, single, type Workspace } from './workspace.ts'

interface Told {
  readonly code: number | null
  readonly verdict: Verdict
  /** The problems as a terminal or an editor shows them, a line each. */
  readonly lines: readonly string[]
}

/** Runs the gate, which must measure nothing, and store the very verdict that it prints. */
async function tell(workspace: Workspace, servers: string, ...more: readonly string[]): Promise<Told> {
  const line = ['run', '--policy', policyFile, '--servers', servers, '--json', ...more]
  const { code, stdout } = await runCli(line, { cwd: workspace.path })
  const verdict = verdictSchema.parse(JSON.parse(stdout))
  expect(verdict.trials.measured).toBe(0)
  if (workspace.has('.ollama-perf-gate/verdict.json'))
    expect(workspace.read('.ollama-perf-gate/verdict.json')).toBe(stdout)
  return { code, verdict, lines: verdict.problems.map(describeProblem) }
}

const says = (lines: readonly string[], ...words: readonly string[]) => {
  for (const word of words) expect(lines.join('\n')).toContain(word)
}

describe.concurrent('a policy', () => {
  const wrong = async (text: string | null): Promise<Told> =>
    tell(
      aWorkspace(text === null ? { 'policies/q.yml': aPolicy() } : { [policyFile]: text }),
      await deadUrl(),
    )

  it.each<[string, string | null, readonly string[]]>([
    ['that is not there', null, ['There is no file policies/p.yml. Did you mean policies/q.yml?']],
    ['that is empty', '', ['policies/p.yml:1:1', 'The file is empty. Start from a policy in policies/.']],
    ['that is not YAML', 'version: 1\nname: p\nmatrix: [ {\n', ['policies/p.yml:4:1  YAML: ']],
    ['that is a list', '- version: 1', ['A policy is a mapping of keys']],
    [
      'with unknown keys',
      aPolicy().replace('protocol:', 'protocols:').replace('num_ctx', 'num_ctxs'),
      ['"protocols" is not', 'Did you mean protocol?', '"num_ctxs" is not', 'Did you mean num_ctx?'],
    ],
    [
      'with an unknown metric',
      aPolicy({ limits: ['{ metric: warmTTFT, fail: 1 }'] }),
      ['policies/p.yml:10:15  limits[0].metric: "warmTTFT" is not a metric. Did you mean warmTtftMs?'],
    ],
    [
      'with an unknown metric that is like none',
      aPolicy({ limits: ['{ metric: fanSpeed, fail: 1 }'] }),
      ['"fanSpeed" is not a metric. List all metrics with: npm run -s gate -- metrics'],
    ],
    [
      'whose published figures are not there',
      `${aPolicy()}\npublished: { file: tr.yml }\n`,
      ['published.file: There is no file policies/tr.yml.'],
    ],
    [
      'whose agents-file is not there',
      aPolicy({ agents: 'agents-file: agents.yml' }),
      ['policies/p.yml:4:14  agents-file: There is no file agents.yml.'],
    ],
    ['with an empty matrix', aPolicy({ matrix: [] }), ['matrix: must have at least one entry']],
    [
      'whose warn lies beyond its fail',
      aPolicy({ limits: ['{ metric: warmTtftMs, warn: 2000, fail: 1000 }'] }),
      ['limits[0].warn: 2000 ms is worse than fail (1000 ms)', 'Swap the two, or correct one.'],
    ],
    [
      'with an agent that nobody defines',
      aPolicy({ matrix: ['{ workload: single-agent, agents: [shrt] }'] }),
      ['there is no agent "shrt". Did you mean short?'],
    ],
    [
      'with a regression that catches nothing',
      aPolicy({ regressions: ['{ metric: warmTtftMs, catch: 3 points }'] }),
      ['regressions[0].catch', 'Write for example "5 %".'],
    ],
  ])('%s', async (_, text, words) => {
    const { code, lines } = await wrong(text)
    says(lines, ...words)
    expect(code).toBe(2)
  })

  it('that makes the same cell twice, which the plan finds', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [single, single] }) })
    const { code, lines } = await tell(workspace, await anOllama())
    says(
      lines,
      'policies/p.yml:8:5',
      'matrix[1] makes the cell single-agent/single',
      'Exclude it in one of them',
    )
    expect(code).toBe(2)
  })

  it('with neither limit nor regression is not green', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ limits: [] }) })
    const line = ['run', '--policy', policyFile, '--servers', await anOllama(), '--json']
    const { code, stdout } = await runCli(line, { cwd: workspace.path })
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'error-input' })
    expect(stdout).toContain('a gate must not pass on silence')
    expect(code).toBe(2)
  })
})

describe.concurrent('a baseline', () => {
  const recorded = async (): Promise<Workspace> => {
    const workspace = aWorkspace()
    const url = await anOllama({ chat: answerUnhurried })
    const record = ['record', '--policy', policyFile, '--servers', url, '--baseline', 'b.json']
    expect((await runCli(record, { cwd: workspace.path })).code).toBe(0)
    return workspace
  }
  const compare = async (workspace: Workspace, servers?: string): Promise<Told> =>
    tell(workspace, servers ?? (await anOllama()), '--baseline', 'b.json')

  it('that is not there', async () => {
    const { code, lines } = await compare(aWorkspace({ [policyFile]: aPolicy(), 'base.json': '{}' }))
    says(lines, 'There is no file b.json.', 'base.json')
    expect(code).toBe(2)
  })

  it('that is not there is told beside published figures that are not, in their place', async () => {
    const text = `${aPolicy()}\npublished:\n  file: tr.yml\n`
    const { code, lines } = await compare(aWorkspace({ [policyFile]: text }), await deadUrl())
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('There is no file b.json.')
    expect(lines[1]).toMatch(
      /^policies\/p\.yml:\d+:9 {2}published\.file: There is no file policies\/tr\.yml\./,
    )
    expect(code).toBe(2)
  })

  it('that was cut off', async () => {
    const workspace = await recorded()
    workspace.write('b.json', workspace.read('b.json').slice(0, 300))
    const { code, lines } = await compare(workspace)
    says(lines, 'The file ends in the middle: it is no whole baseline.', 'fetch it again, or record it anew')
    expect(code).toBe(2)
  })

  it('of another schema version, naming who reads it', async () => {
    const workspace = await recorded()
    const version = `"schemaVersion": ${baselineSchemaVersion}`
    workspace.write('b.json', workspace.read('b.json').replace(version, '"schemaVersion": 99'))
    const { code, lines } = await compare(workspace)
    const ours = `this ollama-perf-gate reads version ${baselineSchemaVersion}.`
    says(lines, `b.json has schema version 99; ${ours}`, 'record it anew')
    expect(code).toBe(2)
  })

  it('of another policy', async () => {
    const workspace = await recorded()
    workspace.write(policyFile, aPolicy({ name: 'other' }))
    const { code, lines } = await compare(workspace)
    says(lines, 'The baseline belongs to the policy p, not to other.', 'Name the right baseline file.')
    expect(code).toBe(2)
  })

  it('of another engine', async () => {
    const { code, lines } = await compare(await recorded(), await aScriptedServer())
    says(lines, 'The baseline was measured on the engine ollama', 'these servers are scripted', '`record`')
    expect(code).toBe(2)
  })

  it('of another engine is not added to either, and that is said before measuring', async () => {
    const workspace = await recorded()
    const before = workspace.read('b.json')
    const line = [
      'record',
      '--policy',
      policyFile,
      '--servers',
      await aScriptedServer(),
      '--baseline',
      'b.json',
    ]
    const { code, stdout } = await runCli(line, { cwd: workspace.path })
    expect(stdout).toContain('Nothing was measured.')
    expect(code).toBe(2)
    expect(workspace.read('b.json')).toBe(before)
  })
})

describe.concurrent('a list of servers', () => {
  it.each([
    [
      'with something that is no address',
      'ftp://x,http://a:b',
      ['"ftp://x" is not the address', '"http://a:b"'],
    ],
    ['that is empty', ',', ['The list of servers is empty. Give at least one URL.']],
  ])('%s', async (_, servers, words) => {
    const { code, lines } = await tell(aWorkspace(), servers)
    says(lines, ...words)
    expect(code).toBe(2)
  })

  it('that names one server twice, which would be measured as two', async () => {
    const url = await anOllama()
    const twice = `${url},${url.replace('http://', '')}/`
    const { code, lines } = await tell(aWorkspace({ [policyFile]: aPolicy({ matrix: [dual] }) }), twice)
    says(lines, `${url} stands in the list of servers twice.`)
    expect(code).toBe(2)
  })

  it('with a base that is no address leaves no server of ours running', async () => {
    const { code, lines } = await tell(aWorkspace(), 'scripted', '--base-servers', 'ftp://x')
    says(lines, '"ftp://x" is not the address of a server. Its scheme is not http or https.')
    expect(code).toBe(2)
  })

  it('that is too short for two servers', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [dual] }) })
    const { code, lines } = await tell(workspace, await anOllama())
    says(lines, 'policies/p.yml:7:', 'needs 2 servers for head, and one is given', 'Name more servers')
    expect(code).toBe(2)
  })

  it('of two engines', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [dual] }) })
    const { code, lines } = await tell(workspace, `${await anOllama()},${await aScriptedServer()}`)
    says(
      lines,
      'These servers are of different engines',
      'is ollama',
      'is scripted',
      'Compare like with like',
    )
    expect(code).toBe(2)
  })

  it('without the model lists what it has', async () => {
    const url = await anOllama({ models: ['gemma3:1b', 'phi4:latest'] })
    const { code, lines } = await tell(aWorkspace(), url)
    says(
      lines,
      `${url} does not have the model tiny:latest. It has gemma3:1b, phi4:latest.`,
      'ollama pull tiny',
    )
    expect(code).toBe(2)
  })

  it('whose model runs elsewhere', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ models: "['big:cloud']" }) })
    const { code, lines } = await tell(workspace, await anOllama({ models: ['big:cloud'] }))
    says(lines, 'runs elsewhere (a cloud model)', 'the gate measures your GPU')
    expect(code).toBe(2)
  })

  it('without any model, where the policy leaves the choice', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ models: 'auto' }) })
    const { code, lines } = await tell(workspace, await anOllama({ models: [] }))
    says(lines, 'No model that can complete text is on all of', 'It has no model at all.', 'ollama pull')
    expect(code).toBe(2)
  })
})

describe.concurrent('an address where no Ollama answers', () => {
  it('since nothing listens there', async () => {
    const url = await deadUrl()
    const { code, lines } = await tell(aWorkspace(), url)
    says(lines, `No server answers at ${url}.`, 'ECONNREFUSED', 'Start Ollama there (`ollama serve`)')
    expect(code).toBe(4)
  })

  it('is told for each of two, and only for those', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [dual] }) })
    const [first, second] = [await anOllama(), await deadUrl()]
    const { code, lines } = await tell(workspace, `${first},${second}`)
    expect(lines).toHaveLength(1)
    says(lines, second)
    expect(code).toBe(4)
    expect((await tell(workspace, `${await deadUrl()},${second}`)).lines).toHaveLength(2)
  })

  const html = '<!doctype html><title>It works</title>'
  it.each<[string, () => Promise<string>, readonly string[]]>([
    [
      'but a web page does',
      () => anHttpServer((response) => response.setHeader('content-type', 'text/html').end(html)),
      ['does not answer as Ollama does', 'text/html', 'which is not JSON', '<!doctype html>'],
    ],
    [
      'but a web page that is not found',
      () => anHttpServer((response) => response.writeHead(404, { 'content-type': 'text/html' }).end(html)),
      ['does not answer as Ollama does', 'status 404', 'Check the address and port'],
    ],
    [
      'but JSON of another kind',
      () => anHttpServer((response) => response.end('{"name":"elastic","tagline":"You Know, for Search"}')),
      ['does not answer as Ollama does', 'JSON without a usable "version"'],
    ],
    [
      'but a program that speaks another protocol',
      () => aTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
      ['could not tell its version', 'does not match the HTTP/1.1 protocol'],
    ],
    [
      'but a program that hangs up',
      () => aTcpServer((socket) => socket.once('data', () => socket.destroy())),
      ['could not tell its version'],
    ],
    [
      'but a program that says nothing',
      () => aTcpServer(() => {}),
      ['could not tell its version', '2000 ms', 'it may still be starting, or hang'],
    ],
  ])('%s', async (_, open, words) => {
    const url = await open()
    const { code, lines } = await tell(aWorkspace(), url)
    says(lines, url, ...words)
    expect(code).toBe(4)
  })
})

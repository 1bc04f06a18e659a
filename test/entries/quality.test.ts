/** Answers beside speed: repeats, headings, scatter and cost, as a user limits them; and answers of odd length. */
import { describe, expect, it } from 'vitest'
import type { Check } from '../../src/model/verdict.ts'
import { runCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { anOllama, chatLine } from './stub-servers.ts'
import { aPolicy, aWorkspace, type PolicyParts, policyFile, type Workspace } from './workspace.ts'

const run = (workspace: Workspace, servers: string): Promise<Ended> =>
  runCli(['run', '--policy', policyFile, '--servers', servers], { cwd: workspace.path })

/** A client that is late, as on a busy machine, leaves nothing out: that is another test's. */
const policyOf = ({ protocol = 'runs: 3', ...parts }: PolicyParts, more = ''): string =>
  aPolicy({ ...parts, protocol: `${protocol}, validity: { mark-only: [client-lag] }` }) + more

const reporter = (options = 'num_predict: 12'): string =>
  `agents:\n  short: { options: { num_ctx: 1024, ${options} }, headings: [Executive Summary, Risks] }`

const limitsOf = (workspace: Workspace): readonly Check[] =>
  workspace.verdict().checks.filter(({ kind }) => kind === 'limit')

const limitOn = (workspace: Workspace, id: string): Check | undefined =>
  limitsOf(workspace).find((check) => check.id.startsWith(`limit/${id}/`))

describe.concurrent('limits on answers', { timeout: 120_000 }, () => {
  it('tell the same answers from others, and headings from none', async () => {
    const workspace = aWorkspace({
      [policyFile]: policyOf({
        agents: reporter(),
        protocol: 'runs: 3, exact-repeats: 2',
        limits: [
          '{ metric: exactMatchPercent, fail: 100 }',
          '{ metric: structureCompliancePercent, fail: 80, source: appendix Z.2 }',
          '{ metric: repetitionPercent, fail: 20 }',
          '{ metric: outputTokens, of: cv, fail: 10 }',
        ],
      }),
    })
    const { code, stdout } = await run(workspace, await aScriptedServer(unhurried))
    expect(limitOn(workspace, 'exactMatchPercent')).toMatchObject({ status: 'pass', head: 100, trials: 3 })
    expect(limitOn(workspace, 'structureCompliancePercent')).toMatchObject({ status: 'fail', head: 0 })
    expect(limitOn(workspace, 'repetitionPercent')).toMatchObject({ status: 'pass', head: 0 })
    expect(limitOn(workspace, 'outputTokens/cv')).toMatchObject({ status: 'pass', of: 'cv', head: 0 })
    expect(workspace.verdict().title).toContain('structural compliance 0.0 %')
    expect(stdout).toContain('structural compliance')
    expect(code).toBe(1)
  })

  it('hold on an engine that really infers: greedy answers are the same, tokens cost', async () => {
    const workspace = aWorkspace({
      [policyFile]: policyOf(
        {
          models: 'auto',
          agents: 'agents:\n  short: { options: { num_predict: 16 } }',
          protocol: 'runs: 2, exact-repeats: 2',
          limits: ['{ metric: exactMatchPercent, fail: 100 }', '{ metric: costPerMillionTokens, fail: 1e9 }'],
        },
        'cost: { gpu-hour-price: 0.5 }\n',
      ),
    })
    const { code, stdout, stderr } = await run(workspace, 'embedded')
    expect(code, stdout + stderr).toBe(0)
    expect(limitOn(workspace, 'exactMatchPercent')).toMatchObject({ status: 'pass', head: 100 })
    expect(limitOn(workspace, 'costPerMillionTokens')?.head).toBeGreaterThan(0)
  })
})

describe.concurrent('limits on the worst trial, on scatter and on cost', { timeout: 120_000 }, () => {
  it('say what they looked at, and how many trials they rest on', async () => {
    const workspace = aWorkspace({
      [policyFile]: policyOf({
        limits: [
          '{ metric: decodeTokensPerSecond, of: worst, fail: 1 }',
          '{ metric: decodeTokensPerSecond, of: cv, fail: 500 }',
          '{ metric: warmTtftMs, of: worst, fail: 1 }',
        ],
      }),
    })
    // Slow enough that a busy machine does not read all of an answer at once, which has no rate.
    const url = await aScriptedServer({ ...unhurried, tokensPerSecond: 20 })
    const { code } = await run(workspace, url)
    expect(limitOn(workspace, 'decodeTokensPerSecond/worst')?.message).toMatch(
      /^minimum of decode is .* tok\/s, within the limit: none of 3 trials was worse, so at 95 % at most 63\.2 % of all would be\.$/,
    )
    expect(limitOn(workspace, 'decodeTokensPerSecond/cv')?.message).toMatch(
      /^cv of decode is .* % over 3 trials \(.* at 95 %\), within the limit\.$/,
    )
    expect(limitOn(workspace, 'warmTtftMs/worst')?.message).toMatch(
      /^maximum of warm TTFT is .* ms in 3 trials, above the limit of 1 ms\.$/,
    )
    expect(workspace.verdict().title).toContain('maximum of warm TTFT')
    expect(code).toBe(1)
  })

  it('name a cost only where the policy names a price', async () => {
    const server = await aScriptedServer(unhurried)
    const costs = async (more: string) => {
      const workspace = aWorkspace({ [policyFile]: policyOf({ protocol: 'runs: 1' }, more) })
      expect((await run(workspace, server)).code).toBe(0)
      return workspace.verdict().figures.filter(({ metric }) => metric.startsWith('costPer'))
    }
    expect(await costs('')).toEqual([])
    const [tokens, requests] = await costs('cost: { gpu-hour-price: 0.5, request-tokens: 100 }\n')
    // A thousand requests of a hundred tokens are a tenth of a million.
    expect(tokens?.typical).toBeGreaterThan(0)
    expect(requests?.typical).toBeCloseTo((tokens?.typical ?? 0) / 10, 9)
  })
})

describe.concurrent('a model', { timeout: 120_000 }, () => {
  it.each([
    [
      'that stops after one token',
      { faults: [{ kind: 'early-stop', afterTokens: 1 }] },
      'num_predict: 12',
      '',
    ],
    ['that is asked for one token', {}, 'num_predict: 1', ''],
    [
      'whose one token is taken for an answer',
      { faults: [{ kind: 'early-stop', afterTokens: 1 }] },
      'num_predict: 12',
      ', early-stop',
    ],
  ])('%s has no decode rate, and is never green', async (_says, script, options, marked) => {
    const workspace = aWorkspace({
      [policyFile]: policyOf({
        agents: `agents:\n  short: { options: { num_ctx: 1024, ${options} } }`,
        protocol: 'runs: 2',
        limits: ['{ metric: decodeTokensPerSecond, fail: 1 }'],
      }).replace('client-lag', `client-lag${marked}`),
    })
    await run(workspace, await aScriptedServer({ ...unhurried, ...script }))
    expect(limitOn(workspace, 'decodeTokensPerSecond')).toMatchObject({ status: 'invalid', head: null })
    expect(workspace.verdict().outcome).toBe('inconclusive')
  })

  it('that never ends is broken, not slow', async () => {
    const url = await anOllama({
      chat: (response) => {
        response.setHeader('content-type', 'application/x-ndjson')
        const words = setInterval(() => response.write(chatLine(' and')), 20)
        response.on('close', () => clearInterval(words))
      },
    })
    const timeouts =
      '{ connect-seconds: 2, load-seconds: 3, first-token-seconds: 2, stall-seconds: 1, total-seconds: 2 }'
    const workspace = aWorkspace({ [policyFile]: policyOf({ timeouts }) })
    const { code } = await run(workspace, url)
    const { outcome, problems } = workspace.verdict()
    expect(outcome).toBe('error-machine')
    expect(problems.map(({ what }) => what).join()).toContain('The call was not done in 2000 ms.')
    expect(code).toBe(4)
  })

  it('that would never end is ended by num_predict', async () => {
    const workspace = aWorkspace({
      [policyFile]: policyOf({ protocol: 'runs: 1', limits: ['{ metric: outputTokens, fail: 1 }'] }),
    })
    const { code } = await run(workspace, await aScriptedServer({ ...unhurried, replyTokens: 100_000 }))
    expect(limitOn(workspace, 'outputTokens')).toMatchObject({ status: 'pass', head: 12 })
    expect(code).toBe(0)
  })
})

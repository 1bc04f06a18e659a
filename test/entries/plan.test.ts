/** The verb `plan`: what a job would measure, in its order, and how long that may take; no server is asked. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runCli } from './cli.ts'
import { readJournalOf } from './journal.ts'
import { aScriptedServer } from './scripted-server.ts'
import { aPolicy, aWorkspace, dual, policyFile, shortAgent, type Workspace } from './workspace.ts'

const sixCells =
  '{ workload: single-agent, scenario: single, agents: [short], sweep: { temperature: [0, 0.3, 0.6], top_k: [1, 2] } }'

const aWorkspaceWithSeven = (): Workspace =>
  aWorkspace({ [policyFile]: aPolicy({ matrix: [sixCells, dual], protocol: 'runs: 3' }) })

const plannedSchema = z.strictObject({
  policy: z.string(),
  seed: z.int(),
  trials: z.int(),
  minutes: z.number().positive(),
  budget: z.number(),
  cells: z.array(z.strictObject({ id: z.string(), trials: z.int(), minutes: z.number().positive() })),
})
type Planned = z.output<typeof plannedSchema>

async function planned(workspace: Workspace, ...more: readonly string[]): Promise<Planned> {
  const line = ['plan', '--policy', policyFile, '--json', ...more]
  const { code, stdout, stderr } = await runCli(line, { cwd: workspace.path })
  expect([code, stderr]).toEqual([0, ''])
  return plannedSchema.parse(JSON.parse(stdout))
}

const idsOf = ({ cells }: Planned): readonly string[] => cells.map(({ id }) => id)

describe.concurrent('plan', () => {
  it('lists every cell with its trials and a time, and the sum against the budget', async () => {
    const workspace = aWorkspaceWithSeven()
    const { code, stdout, stderr } = await runCli(['plan', '--policy', policyFile], { cwd: workspace.path })
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(8)
    for (const line of lines.slice(0, 7))
      expect(line).toMatch(/^ {2}(single-agent\/single|two-agents\/dual)\/.*: 3 trials, \d+ seconds?$/)
    expect(lines.at(-1)).toMatch(
      /^7 cells × 3 runs = 21 trials, roughly [\d.]+ (seconds|minutes?); the budget is 1 minute(, which may end first)?\. Order by seed 1\.$/,
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(workspace.has('.ollama-perf-gate')).toBe(false)
  })

  it('groups what is too long to be read', async () => {
    const many =
      '{ workload: single-agent, phase: phase-1, agents: [short], sweep: { temperature: [0, 0.3, 0.6], top_k: [1, 2, 3, 4], num_ctx: [512, 1024, 2048, 4096] } }'
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix: [many, dual], protocol: 'runs: 3' }) })
    const { stdout } = await runCli(['plan', '--policy', policyFile], { cwd: workspace.path })
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/, [\d.]+ (second|minute)s?/g, '')),
    ).toEqual([
      '  single-agent/phase-1/short/one-server/tiny: 48 cells, 144 trials',
      expect.stringMatching(/^ {2}two-agents\/dual\/two-servers\/tiny: 3 trials$/),
      '  (--json lists every cell, in the order of measuring)',
      expect.stringMatching(/^49 cells × 3 runs = 147 trials/),
    ])
  })

  it('plans every workload, and says what it takes for granted of programs', async () => {
    const own = '  own: { options: {}, program: { command: [x] } }\n  reader: { options: {}, workflow: {} }'
    const agents = `agents:\n${shortAgent}\n${own}`
    const matrix = [
      '{ workload: many-agents, topology: server-each, agents: [short, short, short] }',
      '{ workload: batch, agents: [short, short] }',
      '{ workload: sustained, agents: [reader, own] }',
    ]
    const workspace = aWorkspace({
      [policyFile]: aPolicy({
        matrix,
        agents,
        protocol: 'runs: 2, sustain-minutes: 0.9, batch-requests: 100',
      }),
    })
    const { stdout } = await runCli(['plan', '--policy', policyFile], { cwd: workspace.path })
    expect(stdout).toContain('Nobody knows how long a program takes before it ran')
    expect(stdout).toMatch(/^3 cells × 2 runs = 6 trials, roughly 4(\.\d)? minutes/m)
  })

  it('refuses a sweep that nobody can measure, with its cells and its time, at once', async () => {
    const values = (length: number) => `[${Array.from({ length }, (_, i) => i + 512).join(', ')}]`
    const sweep = `sweep: { num_ctx: ${values(100)}, seed: ${values(100)}, top_k: ${values(10)} }`
    const matrix = [`{ workload: single-agent, agents: [short], ${sweep} }`]
    const workspace = aWorkspace({ [policyFile]: aPolicy({ matrix }) })
    const { code, stderr } = await runCli(['plan', '--policy', policyFile], { cwd: workspace.path })
    expect(code).toBe(2)
    expect(stderr).toMatch(/matrix: comes to 100000 cells × 2 runs, roughly \d+ hours; at most 500 cells/)
  })

  it('says when the budget may end first', async () => {
    const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 500' }) })
    const { stdout } = await runCli(['plan', '--policy', policyFile], { cwd: workspace.path })
    expect(stdout).toContain('the budget is 1 minute, which may end first.')
    const { minutes, budget } = await planned(workspace)
    expect(minutes).toBeGreaterThan(budget)
  })

  it('gives the same as JSON, whose parts add up', async () => {
    const all = await planned(aWorkspaceWithSeven())
    expect(all).toMatchObject({ policy: policyFile, seed: 1, trials: 21, budget: 1 })
    expect(all.cells.reduce((sum, { trials }) => sum + trials, 0)).toBe(21)
    expect(all.cells.reduce((sum, { minutes }) => sum + minutes, 0)).toBeCloseTo(all.minutes, 1)
  })

  it('has twice the trials with a base, and takes longer', async () => {
    const workspace = aWorkspaceWithSeven()
    const [alone, paired] = [await planned(workspace), await planned(workspace, '--paired')]
    expect(paired.trials).toBe(2 * alone.trials)
    expect(paired.minutes).toBeGreaterThan(alone.minutes)
    expect(idsOf(paired).toSorted()).toEqual(idsOf(alone).toSorted())
  })

  it('is the order in which a job with that seed measures', async () => {
    const workspace = aWorkspaceWithSeven()
    const [five, six] = [await planned(workspace, '--seed', '5'), await planned(workspace, '--seed', '6')]
    expect(idsOf(five)).not.toEqual(idsOf(six))
    expect(idsOf(five).toSorted()).toEqual(idsOf(six).toSorted())
    const servers = [await aScriptedServer(), await aScriptedServer()].join()
    const line = ['run', '--policy', policyFile, '--servers', servers, '--seed', '5', '--against', 'none']
    await runCli([...line, '--budget-minutes', '0.01'], { cwd: workspace.path })
    const order = readJournalOf(workspace).planned.map((id) => id.replace(/#.*/, ''))
    expect([...new Set(order)]).toEqual(idsOf(five))
    expect(order).toHaveLength(five.trials)
  })

  it.each<[string, string | null, readonly string[], string]>([
    ['a policy that is not there', null, [], 'There is no file policies/p.yml.'],
    [
      'a policy that is wrong, with every place',
      aPolicy({ limits: ['{ metric: warmTTFT, fail: 1 }'] }),
      [],
      'policies/p.yml:',
    ],
    [
      'a matrix that makes a cell twice',
      aPolicy({ matrix: [sixCells, sixCells] }),
      [],
      'matrix[1] makes the cell single-agent/single',
    ],
    ['a seed that is none', aPolicy(), ['--seed', 'x'], 'It must be a whole number.'],
  ])('refuses %s with exit code 2', async (_, text, more, words) => {
    const workspace = aWorkspace(text === null ? {} : { [policyFile]: text })
    const line = ['plan', '--policy', policyFile, ...more]
    const { code, stdout, stderr } = await runCli(line, { cwd: workspace.path })
    expect(stderr).toContain(words)
    expect(stderr).not.toContain('at async')
    expect([code, stdout]).toEqual([2, ''])
  })

  it.each(['quick', 'one-server', 'multi-agent'])(
    'can plan the policy %s that comes with it',
    async (name) => {
      const { code, stdout } = await runCli(['plan', '--policy', `policies/${name}.yml`, '--json'], {
        cwd: `${import.meta.dirname}/../..`,
      })
      const { cells, minutes, budget } = plannedSchema.parse(JSON.parse(stdout))
      expect(cells.length).toBeGreaterThan(0)
      expect(minutes).toBeLessThan(budget)
      expect(code).toBe(0)
    },
  )
})

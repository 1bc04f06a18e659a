/** Jobs that start their own servers: what they are, what is known of them, and that nothing of them is left, whatever happens. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerFacts } from '../../src/model/environment.ts'
import type { PreflightLine } from '../../src/model/preflight.ts'
import { takeFirstPorts } from './busy-ports.ts'
import { runCli, startCli } from './cli.ts'
import type { EntryProcess } from './entry-process.ts'
import { out, readJournalOf, trialsIn } from './journal.ts'
import { aFakeOllama, type Binary, binaryKinds } from './ollama-binaries.ts'
import { eventually } from './process-table.ts'
import { whyNoOllama } from './real-servers.ts'
import { type InstalledAction, installAction } from './runner.ts'
import { type Watch, watchServers } from './started-servers.ts'
import {
  aPolicy,
  aWorkspace,
  dual,
  type PolicyParts,
  patient,
  policyFile,
  type Workspace,
} from './workspace.ts'

const missing = whyNoOllama()
if (missing !== null) console.info(missing)

const oneThread =
  'agents:\n  short: { options: { num_ctx: 1024, num_predict: 12, temperature: 0, seed: 1, num_thread: 1 } }'

/** How late the client is, and how long a load takes, depends on what else runs here: it is to spoil no trial. */
const steady = 'validity: { mark-only: [client-lag, unexpected-load] }'

const policy = (parts: PolicyParts = {}): string =>
  aPolicy({ agents: oneThread, timeouts: patient, protocol: `runs: 2, ${steady}`, ...parts })

const endless = (parts: PolicyParts = {}): string => policy({ protocol: `runs: 400, ${steady}`, ...parts })

const storeOf = ({ store }: Binary): readonly string[] => (store === null ? [] : ['--model-store', store])

const line = (binary: Binary, ...more: readonly string[]): readonly string[] => [
  ...['run', '--policy', policyFile, '--ollama', binary.file, ...storeOf(binary)],
  ...more,
]

const logsIn = ({ path }: Workspace): readonly string[] =>
  (existsSync(join(path, out)) ? readdirSync(join(path, out)) : [])
    .filter((name) => name.endsWith('.log'))
    .toSorted()

const portOf = ({ url }: ServerFacts): number => Number(new URL(url).port)

const headOf = (workspace: Workspace): readonly ServerFacts[] =>
  workspace.verdict().environment?.servers.head ?? []

/** A job that measures, with its servers. */
async function atWork(
  workspace: Workspace,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly job: EntryProcess; readonly watch: Watch }> {
  const watch = watchServers(workspace)
  const job = startCli(command, { cwd: workspace.path, env })
  await eventually(`it measures, and says: ${job.stdout()}`, () => trialsIn(workspace) > 1)
  return { job, watch }
}

describe.skipIf(process.platform === 'win32').each(binaryKinds)(
  'a job with servers of its own: $name',
  (kind) => {
    describe.skipIf(!kind.available).concurrent('', { timeout: 90_000 }, () => {
      it.each([
        ['one', 1, policy()],
        ['two', 2, policy({ matrix: [dual] })],
        ['three', 3, policy({ matrix: [dual.replace('two-servers', 'as-given')], servers: '{ count: 3 }' })],
      ])('starts %s, knows what each is, keeps its log, and leaves none', async (_, count, text) => {
        const workspace = aWorkspace({ [policyFile]: text })
        const watch = watchServers(workspace)
        const { code, stdout, stderr } = await runCli(line(await kind.make()), { cwd: workspace.path })
        expect(code, stdout + stderr).toBe(0)
        expect(watch.processes()).toEqual([])
        const servers = headOf(workspace)
        const ports = servers.map(portOf)
        expect(new Set(ports).size).toBe(count)
        expect(watch.lives().map(({ port }) => port)).toEqual(expect.arrayContaining(ports))
        for (const server of servers)
          expect(server).toMatchObject({
            engine: kind.engine,
            started: true,
            clientVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
            location: 'this-host',
            settings: { OLLAMA_NUM_PARALLEL: '1', OLLAMA_KEEP_ALIVE: '-1', OLLAMA_KV_CACHE_TYPE: 'f16' },
          })
        expect(logsIn(workspace)).toEqual(ports.map((port) => `server-head-${port}.log`).toSorted())
        for (const port of ports)
          expect(workspace.read(`${out}/server-head-${port}.log`)).toContain(`Listening on 127.0.0.1:${port}`)
      })

      it('starts them anew for each cell', async () => {
        const sweep =
          '{ workload: single-agent, scenario: single, agents: [short], sweep: { top_k: [1, 2, 3] } }'
        const text = policy({ matrix: [sweep], servers: '{ restart: each-cell }' })
        const workspace = aWorkspace({ [policyFile]: text })
        const watch = watchServers(workspace)
        const giveBack = await takeFirstPorts()
        const job = startCli(line(await kind.make()), { cwd: workspace.path })
        await eventually('its server listens', () =>
          logsIn(workspace).some((name) => workspace.read(join(out, name)).includes('Listening on')),
        )
        giveBack()
        const { code, stdout } = await job.ended
        expect(code, stdout).toBe(0)
        const pidAt = (moment: string) =>
          watch.lives().findLast(({ firstMs }) => firstMs <= Date.parse(moment))?.pid
        const { trials } = readJournalOf(workspace)
        const byCell = Map.groupBy(trials, ({ visit }) => visit.cellId)
        const pids = [...byCell.values()].map((own) => [...new Set(own.map(({ endedAt }) => pidAt(endedAt)))])
        expect(pids.map(({ length }) => length)).toEqual([1, 1, 1])
        expect(new Set(pids.flat()).size).toBe(3)
        const [port] = headOf(workspace).map(portOf)
        const starts = workspace.read(`${out}/server-head-${port}.log`).match(/Listening on/g)
        expect(starts?.length).toBeGreaterThanOrEqual(3)
        expect(watch.processes()).toEqual([])
      })

      it('compares two binaries, each with servers of its own', async () => {
        const workspace = aWorkspace({ [policyFile]: policy() })
        const watch = watchServers(workspace)
        const [head, base] = [await kind.make(), await kind.make()]
        const { code, stdout } = await runCli(line(head, '--ollama-base', base.file), { cwd: workspace.path })
        expect(code, stdout).toBe(0)
        const { environment, trials } = workspace.verdict()
        const { servers } = environment ?? { servers: { head: [], base: [] } }
        const [headPort, basePort] = [...servers.head, ...servers.base].map(portOf)
        expect(headPort).not.toBe(basePort)
        expect([...servers.head, ...servers.base]).toMatchObject([{ started: true }, { started: true }])
        expect(trials).toMatchObject({ planned: 4, measured: 4, failed: 0 })
        const subjects = readJournalOf(workspace).trials.map(({ visit }) => visit.subject)
        expect(subjects.toSorted()).toEqual(['base', 'base', 'head', 'head'])
        expect(logsIn(workspace)).toEqual([`server-base-${basePort}.log`, `server-head-${headPort}.log`])
        expect(watch.processes()).toEqual([])
      })

      it.each(['SIGINT', 'SIGTERM'] as const)('ends them with their children by %s', async (signal) => {
        const workspace = aWorkspace({ [policyFile]: endless({ matrix: [dual] }) })
        const { job, watch } = await atWork(workspace, line(await kind.make()))
        expect(watch.servers()).toHaveLength(2)
        // A server and what computes for it, twice.
        expect(watch.processes().length).toBeGreaterThanOrEqual(4)
        job.child.kill(signal)
        const { code } = await job.ended
        expect(code).toBe(130)
        expect(watch.processes()).toEqual([])
        expect(workspace.verdict().outcome).toBe('interrupted')
      })

      it('which was killed leaves them to the doctor, who names them, and to the next job, which ends them', async () => {
        const workspace = aWorkspace({ [policyFile]: endless() })
        const binary = await kind.make()
        const { job, watch } = await atWork(workspace, line(binary))
        job.child.kill('SIGKILL')
        await job.ended
        const [orphan] = watch.servers()
        expect(watch.processes().length).toBeGreaterThanOrEqual(2)

        const doctor = await runCli(
          ['doctor', '--policy', policyFile, '--ollama', binary.file, ...storeOf(binary), '--json'],
          { cwd: workspace.path },
        )
        const lines: readonly PreflightLine[] = JSON.parse(doctor.stdout)
        expect(lines.filter(({ verdict }) => verdict === 'fail')).toMatchObject([
          {
            what: 'Orphans',
            value: expect.stringContaining(
              `(process ${orphan?.pid}) of an earlier job still runs on port ${orphan?.port}`,
            ),
            fix: expect.stringContaining(`kill ${orphan?.pid}`),
          },
        ])
        expect(doctor.code).toBe(4)
        expect(watch.processes()).toContain(orphan?.pid)

        const before = trialsIn(workspace)
        const next = startCli(line(binary), { cwd: workspace.path })
        await next.says(
          `Ended the server on port ${orphan?.port} (pid ${orphan?.pid}) that an earlier job left when it crashed.`,
        )
        await next.says(`: ${before} of 400 trials are there`)
        await eventually('it goes on', () => trialsIn(workspace) > before)
        expect(watch.processes()).not.toContain(orphan?.pid)
        next.child.kill('SIGINT')
        expect((await next.ended).code).toBe(130)
        expect(watch.processes()).toEqual([])
      })
    })
  },
)

describe.skipIf(process.platform === 'win32').concurrent('servers of a job', { timeout: 90_000 }, () => {
  it('get what the policy says, and nothing of the job’s own environment', async () => {
    const environment = '{ OLLAMA_NUM_PARALLEL: 3, OLLAMA_FLASH_ATTENTION: true, GGML_CUDA_NO_PINNED: 1 }'
    const text = policy({ servers: `{ environment: ${environment} }` })
    const workspace = aWorkspace({ [policyFile]: text })
    const fake = await aFakeOllama()
    const { code, stderr } = await runCli(line({ file: fake.binary, store: null }), {
      cwd: workspace.path,
      env: { OLLAMA_NUM_PARALLEL: '9', OLLAMA_GPU_OVERHEAD: '5', GITHUB_TOKEN: 'secret' },
    })
    expect(stderr).toContain('OLLAMA_GPU_OVERHEAD is set for this job and not passed on')
    expect(code).toBe(0)
    const given = fake.environment()
    expect(given).toMatchObject({ OLLAMA_NUM_PARALLEL: '3', GGML_CUDA_NO_PINNED: '1', OLLAMA_NOPRUNE: '1' })
    expect(Object.keys(given)).not.toContain('OLLAMA_GPU_OVERHEAD')
    expect(Object.keys(given)).not.toContain('GITHUB_TOKEN')
    expect(headOf(workspace)[0]?.settings).toMatchObject({
      OLLAMA_NUM_PARALLEL: '3',
      OLLAMA_FLASH_ATTENTION: 'true',
      GGML_CUDA_NO_PINNED: '1',
    })
  })

  it('are those of the PATH where no binary is named', async () => {
    const workspace = aWorkspace({ [policyFile]: policy() })
    const { binary } = await aFakeOllama({ version: '0.23.4' })
    const PATH = [dirname(binary), process.env.PATH].join(delimiter)
    const command = ['run', '--policy', policyFile, '--servers', 'start']
    const { code } = await runCli(command, { cwd: workspace.path, env: { PATH } })
    expect(headOf(workspace)).toMatchObject([{ started: true, clientVersion: '0.23.4' }])
    expect(code).toBe(0)
  })

  it('take their models from one folder, or from one each', async () => {
    const workspace = aWorkspace({ [policyFile]: policy({ matrix: [dual] }) })
    const stores = ['a', 'b'].map((name) => join(workspace.path, name))
    for (const store of stores)
      for (const part of ['manifests', 'blobs']) mkdirSync(join(store, part), { recursive: true })
    const fake = await aFakeOllama()
    const binary = { file: fake.binary, store: null }
    const at = { cwd: workspace.path }
    expect((await runCli(line(binary, '--model-store', 'a'), at)).code).toBe(0)
    expect(fake.environment().OLLAMA_MODELS).toBe(stores[0])
    expect((await runCli(line(binary, '--model-store', 'a, b'), at)).code).toBe(0)
    expect(fake.environment().OLLAMA_MODELS).toBe(stores[1])
    const wrong = await runCli(line(binary, '--model-store', 'a,b,a'), at)
    expect(wrong.stdout).toContain('There are 3 model stores for 2 servers.')
    expect(wrong.code).toBe(2)
    const none = await runCli(line(binary, '--model-store', 'c'), at)
    expect(none.stdout).toContain('There is no model store at')
    expect(none.code).toBe(2)
  })

  it('are ended by a signal that comes while they start', async () => {
    const workspace = aWorkspace({ [policyFile]: policy({ matrix: [dual] }) })
    const watch = watchServers(workspace)
    const { binary } = await aFakeOllama({ discoveryMs: 20_000 })
    const job = startCli(line({ file: binary, store: null }), { cwd: workspace.path })
    await eventually('one is started', () => watch.lives().length === 1)
    job.child.kill('SIGINT')
    const { code, stdout } = await job.ended
    expect(stdout).toContain('The job was stopped by SIGINT.')
    expect(code).toBe(130)
    expect(watch.processes()).toEqual([])
  })

  it('that do not end when they are asked are ended all the same, at once by a second Ctrl-C', async () => {
    const workspace = aWorkspace({ [policyFile]: endless() })
    const { binary } = await aFakeOllama({ ignoresSigterm: true, leavesChild: true })
    const { job, watch } = await atWork(workspace, line({ file: binary, store: null }))
    expect(watch.processes()).toHaveLength(3)
    job.child.kill('SIGINT')
    await job.says('SIGINT: stopping')
    await wait(700)
    job.child.kill('SIGINT')
    const askedMs = performance.now()
    expect((await job.ended).code).toBe(130)
    expect(performance.now() - askedMs).toBeLessThan(5_000)
    await eventually('they are gone', () => watch.processes().length === 0)
    expect(readJournalOf(workspace).trials.length).toBeGreaterThan(1)
    const healthy = (await aFakeOllama()).binary
    const after = await runCli(['doctor', '--policy', policyFile, '--ollama', healthy, '--json'], {
      cwd: workspace.path,
    })
    expect(JSON.parse(after.stdout)).toContainEqual(
      expect.objectContaining({ what: 'Orphans', verdict: 'ok' }),
    )
  })

  it('one of which ends by itself end the job, in the words of its log', async () => {
    const workspace = aWorkspace({ [policyFile]: endless() })
    const watch = watchServers(workspace)
    const { binary } = await aFakeOllama({ diesAfterMs: 3_000 })
    const { stdout } = await runCli(line({ file: binary, store: null }), { cwd: workspace.path })
    const { trials, ended } = readJournalOf(workspace)
    // The connection breaks first; a moment later it is known why.
    const failed = trials.filter(({ failure }) => failure !== null)
    expect(failed.length).toBeLessThan(4)
    const words = 'ended with exit code 2, which nobody asked for; its last words: '
    expect(ended).toMatchObject({ how: 'failed', message: expect.stringContaining(words) })
    expect(workspace.verdict().outcome).toBe('inconclusive')
    expect(stdout).toContain('fatal error: the fake was told to die')
    expect(watch.processes()).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('the action that was killed', () => {
  let action: InstalledAction
  beforeAll(() => {
    action = installAction()
  }, 120_000)
  afterAll(() => action.remove())

  describe.each(binaryKinds)('with servers of its own: $name', ({ available, make }) => {
    it.skipIf(!available)('leaves them to the post step, which ends them', { timeout: 60_000 }, async () => {
      const workspace = aWorkspace({ [policyFile]: endless({ matrix: [dual] }) })
      const watch = watchServers(workspace)
      const { file, store } = await make()
      const inputs = { policy: policyFile, servers: 'start', ollama: file, 'model-store': store ?? '' }
      const { process, result } = action.start(workspace, inputs)
      await eventually('it measures', () => trialsIn(workspace) > 1)
      process.child.kill('SIGKILL')
      const step = await result
      expect(watch.processes().length).toBeGreaterThanOrEqual(4)
      const post = await action.post(workspace, step.state)
      expect(post.stdout).toContain('Ended 2 servers that the job had left running.')
      expect(post.summary).toMatch(/The job was killed before it could finish\. \d+ of 400 trials are kept\./)
      expect(watch.processes()).toEqual([])
      expect(post.code).toBe(0)
    })
  })
})

/** What servers of a job are given, and every way in which they end: by signals, by themselves, by the post step. */
import { mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, startCli } from './cli.ts'
import { readJournalOf, trialsIn } from './journal.ts'
import { aFakeOllama, binaryKinds } from './ollama-binaries.ts'
import { atWork, endlessPolicy, headOf, ownLine, ownPolicy } from './own-jobs.ts'
import { eventually } from './process-table.ts'
import { type InstalledAction, installAction } from './runner.ts'
import { watchServers } from './started-servers.ts'
import { aWorkspace, dual, policyFile } from './workspace.ts'

describe.skipIf(process.platform === 'win32').concurrent('servers of a job', { timeout: 90_000 }, () => {
  it('get what the policy says, and nothing of the job’s own environment', async () => {
    const environment = '{ OLLAMA_NUM_PARALLEL: 3, OLLAMA_FLASH_ATTENTION: true, GGML_CUDA_NO_PINNED: 1 }'
    const text = ownPolicy({ servers: `{ environment: ${environment} }` })
    const workspace = aWorkspace({ [policyFile]: text })
    const fake = await aFakeOllama()
    const { code, stderr } = await runCli(ownLine({ file: fake.binary, store: null }), {
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
    const workspace = aWorkspace({ [policyFile]: ownPolicy() })
    const { binary } = await aFakeOllama({ version: '0.23.4' })
    const PATH = [dirname(binary), process.env.PATH].join(delimiter)
    const command = ['run', '--policy', policyFile, '--servers', 'start']
    const { code } = await runCli(command, { cwd: workspace.path, env: { PATH } })
    expect(headOf(workspace)).toMatchObject([{ started: true, clientVersion: '0.23.4' }])
    expect(code).toBe(0)
  })

  it('take their models from one folder, or from one each', async () => {
    const workspace = aWorkspace({ [policyFile]: ownPolicy({ matrix: [dual] }) })
    const stores = ['a', 'b'].map((name) => join(workspace.path, name))
    for (const store of stores)
      for (const part of ['manifests', 'blobs']) mkdirSync(join(store, part), { recursive: true })
    const fake = await aFakeOllama()
    const binary = { file: fake.binary, store: null }
    const at = { cwd: workspace.path }
    expect((await runCli(ownLine(binary, '--model-store', 'a'), at)).code).toBe(0)
    expect(fake.environment().OLLAMA_MODELS).toBe(stores[0])
    expect((await runCli(ownLine(binary, '--model-store', 'a, b'), at)).code).toBe(0)
    expect(fake.environment().OLLAMA_MODELS).toBe(stores[1])
    const wrong = await runCli(ownLine(binary, '--model-store', 'a,b,a'), at)
    expect(wrong.stdout).toContain('There are 3 model stores for 2 servers.')
    expect(wrong.code).toBe(2)
    const none = await runCli(ownLine(binary, '--model-store', 'c'), at)
    expect(none.stdout).toContain('There is no model store at')
    expect(none.code).toBe(2)
  })

  it('are ended by a signal that comes while they start', async () => {
    const workspace = aWorkspace({ [policyFile]: ownPolicy({ matrix: [dual] }) })
    const watch = watchServers(workspace)
    const { binary } = await aFakeOllama({ discoveryMs: 20_000 })
    const job = startCli(ownLine({ file: binary, store: null }), { cwd: workspace.path })
    await eventually('one is started', () => watch.lives().length === 1)
    job.child.kill('SIGINT')
    const { code, stdout } = await job.ended
    expect(stdout).toContain('The job was stopped by SIGINT.')
    expect(code).toBe(130)
    expect(watch.processes()).toEqual([])
  })

  it('that do not end when they are asked are ended all the same, at once by a second Ctrl-C', async () => {
    const workspace = aWorkspace({ [policyFile]: endlessPolicy() })
    const { binary } = await aFakeOllama({ ignoresSigterm: true, leavesChild: true })
    const { job, watch } = await atWork(workspace, ownLine({ file: binary, store: null }))
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
    const workspace = aWorkspace({ [policyFile]: endlessPolicy() })
    const watch = watchServers(workspace)
    const { binary } = await aFakeOllama({ diesAfterMs: 3_000 })
    const { stdout } = await runCli(ownLine({ file: binary, store: null }), { cwd: workspace.path })
    const { trials, ended } = readJournalOf(workspace)
    // The connection breaks first; a moment later it is known why.
    const failed = trials.filter(({ failure }) => failure !== null)
    expect(failed.length).toBeLessThan(4)
    const words = 'ended with exit code 2, which nobody asked for; its last words: '
    expect(ended).toMatchObject({ how: 'failed', message: expect.stringContaining(words) })
    expect(workspace.verdict().outcome).toBe('error-machine')
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
      const workspace = aWorkspace({ [policyFile]: endlessPolicy({ matrix: [dual] }) })
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

/** The verb `doctor` as a user runs it: what it says of servers and policies, its exit code, and that it changes nothing. */
import { describe, expect, it, vi } from 'vitest'
import { runCli, startCli } from './cli.ts'
import { doctor, idle, onGpuPolicy, two } from './doctor-visit.ts'
import { aGpu, machineEnv, watchfulPolicy } from './gate-job.ts'
import { aDoor, anOllamaWith, type DoorAnswers, onTheGpu } from './ollama-door.ts'
import { anOllamaBinary } from './ollama-stand-in.ts'
import { childrenOf } from './process-table.ts'
import { aScriptedServer } from './scripted-server.ts'
import { deadUrl } from './stub-servers.ts'
import { aWorkspace, policyFile } from './workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

describe.concurrent('the doctor', () => {
  describe.concurrent('a machine where all is well', () => {
    it('is told so, line by line, in words and as JSON', async () => {
      const line = await two()
      const urls = line[1]?.split(',') ?? []
      const told = await doctor({ line })
      expect(told.lines.map(({ what }) => what)).toEqual([
        'Policy',
        ...urls.map((url) => `Server ${url}`),
        'Versions of head',
        'Client version',
        'Ollama version',
        'Model tiny:latest of head',
        'num_gpu',
        'Reloads',
        'Restarts',
        'GPU',
        'Compute library',
        'GPU idle',
        'GPU temperature',
        'GPU slowdowns',
        'Other GPU processes',
        'Other loaded models',
        'VRAM budget',
        'Disk',
        'Permissions',
        'Clock',
        'CPU governor',
        'Power',
        'Orphans',
        'TTFT after warm-up',
      ])
      expect([told.all('fail'), told.all('warn'), told.code]).toEqual([[], [], 0])
      const workspace = aWorkspace({ [policyFile]: onGpuPolicy })
      const { stdout, code } = await runCli(['doctor', '--policy', policyFile, ...line], {
        cwd: workspace.path,
        env: machineEnv({ gpu: aGpu(idle) }),
      })
      for (const { what } of told.lines) expect(stdout).toContain(what)
      expect(stdout).toMatch(/✓ ok +GPU temperature +41 °C\n/)
      expect(stdout).toMatch(/✓ ok +TTFT after warm-up +\d+ ms for short on http/)
      expect(stdout).toMatch(/\n25 lines: .*\d+ ok\. Nothing keeps a job from starting\.\n$/)
      expect(code).toBe(0)
    })

    it('is left as it was found: models, their contexts, processes and files', async () => {
      const engine = await aScriptedServer(onTheGpu)
      const ask = (path: string, body?: object) =>
        fetch(`${engine}${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
      await ask('/api/generate', { model: 'tiny', options: { num_ctx: 2048 }, keep_alive: -1 })
      const loaded = async () =>
        ((await (await ask('/api/ps')).json()) as { models: Record<string, unknown>[] }).models.map(
          ({ name, context_length }) => [name, context_length],
        )
      expect(await loaded()).toEqual([['tiny:latest', 2048]])
      const untouched = await aScriptedServer(onTheGpu)
      const line = ['--servers', `${await aDoor(engine)},${await aDoor(untouched)}`]
      const workspace = aWorkspace({ [policyFile]: onGpuPolicy })
      const gpu = aGpu(idle)
      const look = startCli(['doctor', '--policy', policyFile, ...line], {
        cwd: workspace.path,
        env: machineEnv({ gpu }),
      })
      expect((await look.ended).code).toBe(0)
      expect(await loaded()).toEqual([['tiny:latest', 2048]])
      expect(await (await fetch(`${untouched}/api/ps`)).json()).toEqual({ models: [] })
      expect(childrenOf(look.child.pid)).toEqual([])
      expect(workspace.has('.ollama-perf-gate')).toBe(false)
    })

    it('is told of servers that the doctor starts for it, and that are gone afterwards', async () => {
      const told = await doctor({ line: ['--ollama', anOllamaBinary()] })
      expect([told.all('fail'), told.all('warn'), told.code]).toEqual([[], [], 0])
      expect(told.line('Compute library')).toMatchObject({ value: 'CUDA on both servers', verdict: 'ok' })
      expect(told.line('Client version').verdict).toBe('ok')
      const servers = told.lines.filter(({ what }) => what.startsWith('Server http'))
      expect(servers.map(({ value }) => value)).toEqual([
        expect.stringContaining('started by the gate'),
        expect.stringContaining('started by the gate'),
      ])
      // One more where somebody else was faster to take a port.
      expect(told.started).toBeGreaterThanOrEqual(2)
    })
  })

  describe.concurrent('servers of which one', () => {
    it('is down are named, and the machine is looked at all the same', async () => {
      const dead = await deadUrl()
      const told = await doctor({ line: ['--servers', `${await anOllamaWith()},${dead}`] })
      expect(told.all('fail')).toEqual(['Machine'])
      expect(told.line('Machine').value).toContain(`No server answers at ${dead}.`)
      expect(told.line('Machine').fix).toContain('Start Ollama there')
      expect(told.line('GPU').verdict).toBe('ok')
      expect(told.code).toBe(4)
    })

    it.each<[string, DoorAnswers, string, RegExp, RegExp, number]>([
      [
        'is of another version',
        { version: () => '0.23.4' },
        'Versions of head',
        /^http\S+ is 0\.24\.0, http\S+ is 0\.23\.4$/,
        /Restart the older one/,
        4,
      ],
      [
        'lacks the model',
        { tags: () => [] },
        'Input',
        /^http\S+ does not have the model tiny:latest\. It has no model at all\.$/,
        /ollama pull tiny:latest/,
        2,
      ],
      [
        'has another model of that name',
        { tags: (rows) => rows.map((row) => ({ ...row, digest: 'e'.repeat(64) })) },
        'Model tiny:latest of head',
        /^http\S+ has [0-9a-f]{12}, http\S+ has eeeeeeeeeeee$/,
        /Pull it anew on all of them/,
        4,
      ],
    ])('%s', async (_, answers, what, value, fix, code) => {
      const told = await doctor({ line: await two({}, answers) })
      expect(told.all('fail')).toEqual([what])
      expect(told.line(what).value).toMatch(value)
      expect(told.line(what).fix).toMatch(fix)
      expect(told.code).toBe(code)
    })
  })

  describe.concurrent('a policy', () => {
    it('that is wrong is told with its places, and nothing is looked at', async () => {
      const workspace = aWorkspace({ [policyFile]: onGpuPolicy.replace('matrix:', 'matrices:') })
      const gpu = aGpu(idle)
      const { code, stdout, stderr } = await runCli(['doctor', '--policy', policyFile], {
        cwd: workspace.path,
        env: machineEnv({ gpu }),
      })
      expect(stderr).toMatch(/policies\/p\.yml:\d+:1 +"matrices" is not a key of a policy/)
      expect([code, stdout, gpu.calls()]).toEqual([2, '', []])
    })

    it('whose first token is to come sooner than it does', async () => {
      const policy = onGpuPolicy.replace('fail: 30000', 'warn: 10, fail: 30000')
      const told = await doctor({ policy, line: await two() })
      expect(told.all('warn')).toEqual(['TTFT after warm-up'])
      expect(told.line('TTFT after warm-up').value).toMatch(/, above the policy’s limit of 10\.0 ms$/)
      expect(told.code).toBe(0)
    })

    it('whose model does not fit is told in the server’s words, beside all the rest', async () => {
      const message = 'cudaMalloc failed: out of memory'
      const full = await anOllamaWith({}, { faults: [{ kind: 'load-error', message }] })
      const told = await doctor({ line: ['--servers', `${await anOllamaWith()},${full}`] })
      expect(told.all('fail')).toEqual(['Warm-up'])
      expect(told.line('Warm-up').value).toContain(`The server answered 500: ${message}`)
      expect(told.line('Warm-up').fix).toContain('Free memory on that machine')
      expect(told.line('GPU').verdict).toBe('ok')
      expect(told.code).toBe(4)
    })

    it('whose agents make one server load the model at every turn', async () => {
      const agents = [
        'agents:',
        '  small: { options: { num_ctx: 1024, num_gpu: 8, num_predict: 12 } }',
        '  large: { options: { num_ctx: 2048, num_gpu: 8, num_predict: 12 } }',
      ].join('\n')
      const matrix = ['{ workload: two-agents, scenario: apart, agents: [small, large] }']
      const policy = watchfulPolicy({ protocol: 'runs: 2', agents, matrix })
      const told = await doctor({ policy, line: ['--servers', await anOllamaWith()] })
      expect(told.line('Reloads')).toMatchObject({ verdict: 'warn', fix: expect.stringContaining('num_ctx') })
      expect(told.line('Reloads').value).toMatch(/loads the model at every turn: two-agents\/apart\//)
    })
  })
})

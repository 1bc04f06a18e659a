/** Jobs that start their own servers, of either kind: what they are, what is known of them, and that none is left. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PreflightLine } from '../../src/model/preflight.ts'
import { takeFirstPorts } from './busy-ports.ts'
import { runCli, startCli } from './cli.ts'
import { out, readJournalOf, trialsIn } from './journal.ts'
import { binaryKinds } from './ollama-binaries.ts'
import { atWork, endlessPolicy, headOf, logsIn, ownLine, ownPolicy, portOf, serversOf } from './own-jobs.ts'
import { eventually } from './process-table.ts'
import { whyNoOllama } from './real-servers.ts'
import { watchServers } from './started-servers.ts'
import { aWorkspace, dual, policyFile } from './workspace.ts'

const missing = whyNoOllama()
if (missing !== null) console.info(missing)

describe.skipIf(process.platform === 'win32').each(binaryKinds)(
  'a job with servers of its own: $name',
  (kind) => {
    describe.skipIf(!kind.available).concurrent('', { timeout: 90_000 }, () => {
      it.each([
        ['one', 1, ownPolicy()],
        ['two', 2, ownPolicy({ matrix: [dual] })],
        [
          'three',
          3,
          ownPolicy({ matrix: [dual.replace('two-servers', 'as-given')], servers: '{ count: 3 }' }),
        ],
      ])('starts %s, knows what each is, keeps its log, and leaves none', async (_, count, text) => {
        const workspace = aWorkspace({ [policyFile]: text })
        const watch = watchServers(workspace)
        const { code, stdout, stderr } = await runCli(ownLine(await kind.make()), { cwd: workspace.path })
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
        const text = ownPolicy({ matrix: [sweep], servers: '{ restart: each-cell }' })
        const workspace = aWorkspace({ [policyFile]: text })
        const watch = watchServers(workspace)
        const giveBack = await takeFirstPorts()
        const job = startCli(ownLine(await kind.make()), { cwd: workspace.path })
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
        const workspace = aWorkspace({ [policyFile]: ownPolicy() })
        const watch = watchServers(workspace)
        const [head, base] = [await kind.make(), await kind.make()]
        const { code, stdout } = await runCli(ownLine(head, '--ollama-base', base.file), {
          cwd: workspace.path,
        })
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
        const workspace = aWorkspace({ [policyFile]: endlessPolicy({ matrix: [dual] }) })
        const { job, watch } = await atWork(workspace, ownLine(await kind.make()))
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
        const workspace = aWorkspace({ [policyFile]: endlessPolicy() })
        const binary = await kind.make()
        const { job, watch } = await atWork(workspace, ownLine(binary))
        job.child.kill('SIGKILL')
        await job.ended
        const [orphan] = watch.servers()
        expect(watch.processes().length).toBeGreaterThanOrEqual(2)

        const doctor = await runCli(['doctor', '--policy', policyFile, ...serversOf(binary), '--json'], {
          cwd: workspace.path,
        })
        const lines: readonly PreflightLine[] = JSON.parse(doctor.stdout)
        expect(lines.filter(({ what }) => what === 'Orphans')).toMatchObject([
          {
            verdict: 'warn',
            value: expect.stringContaining(
              `(process ${orphan?.pid}) of an earlier job still runs on port ${orphan?.port}`,
            ),
            fix: `The next run ends it; or end it yourself: \`kill ${orphan?.pid}\`.`,
          },
        ])
        expect(doctor.code).toBe(0)
        expect(watch.processes()).toContain(orphan?.pid)

        const before = trialsIn(workspace)
        const next = startCli(ownLine(binary), { cwd: workspace.path })
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

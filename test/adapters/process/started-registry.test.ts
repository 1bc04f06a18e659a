import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeStateFolder } from '../../../src/adapters/lock/state-folder.ts'
import { hasProc, identify, processSpace } from '../../../src/adapters/process/process-table.ts'
import {
  forgetServer,
  readRegistry,
  registerServer,
  type ServerEntry,
} from '../../../src/adapters/process/registry-entries.ts'
import {
  endOrphan,
  endServersOf,
  findOrphans,
  type Orphan,
  ownerOfThisProcess,
} from '../../../src/adapters/process/started-registry.ts'
import { askAsOrdinaryUser, hasOrdinaryUser, ordinaryUser } from './an-ordinary-user.ts'
import { type FakeOllamaBehaviour, makeFakeOllama } from './fake-ollama.ts'
import { eventually, firstPort, isAlive } from './is-alive.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is over, which is what the test is about.
  }
}

/** A process that stays until it is killed, in a group of its own. */
function aProcess(options: { uid?: number; env?: NodeJS.ProcessEnv } = {}): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
    detached: true,
    cwd: '/',
    ...options,
  })
  const { pid = 0 } = child
  undo.push(() => killQuietly(pid))
  return pid
}

async function over(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await eventually(() => !isAlive(pid))
}

const known = { mark: 'm', port: 11_434, binary: '/usr/bin/ollama' }

/** An entry whose owner is gone. */
async function anOrphanEntry(
  folder: string,
  change: (entry: ServerEntry) => object = (entry) => entry,
): Promise<{ pid: number; file: string }> {
  const [pid, owner] = [aProcess(), aProcess()]
  const file = registerServer(folder, { pid, ...known }) ?? ''
  const entry: ServerEntry = JSON.parse(readFileSync(file, 'utf8'))
  const since = identify(owner)?.since ?? ''
  await over(owner)
  writeFileSync(file, JSON.stringify(change({ ...entry, owner: { pid: owner, since } })))
  return { pid, file }
}

interface Owner {
  readonly child: ChildProcess
  readonly folder: string
  readonly stateFolder: string
  readonly pids: readonly number[]
  readonly owner: string
}

/** Another process that started a server of a fake; both are gone after the test. */
async function anOwner(behaviour: FakeOllamaBehaviour = {}): Promise<Owner> {
  const [fake, folder] = [await makeFakeOllama(behaviour), aFolder()]
  const program = join(import.meta.dirname, 'owner-of-servers.ts')
  const child = spawn(process.execPath, [program, fake.binary, folder, String(firstPort)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const { pids, owner } = JSON.parse(String(line))
  undo.push(() => {
    for (const pid of [child.pid ?? 0, ...pids]) killQuietly(pid)
    fake.remove()
  })
  return { child, folder, stateFolder: join(folder, 'state'), pids, owner }
}

async function killed(behaviour?: FakeOllamaBehaviour): Promise<Owner> {
  const owner = await anOwner(behaviour)
  owner.child.kill('SIGKILL')
  await once(owner.child, 'exit')
  return owner
}

const only = (orphans: readonly Orphan[] | null): Orphan => {
  expect(orphans).toHaveLength(1)
  const [orphan] = orphans ?? []
  if (!orphan) throw new Error('there is none')
  return orphan
}

describe.skipIf(process.platform === 'win32')('servers of a gate that was killed', () => {
  it('are found with all that is known of them, and ended', async () => {
    const { stateFolder, pids, child } = await killed()
    expect(pids.every(isAlive)).toBe(true)
    const orphan = only(await findOrphans(stateFolder))
    expect(orphan).toMatchObject({
      pid: pids[0],
      serverRuns: true,
      port: firstPort,
      ownerPid: child.pid,
      canEnd: true,
    })
    expect(orphan.pids.toSorted()).toEqual(pids.toSorted())
    expect(orphan.binary).toMatch(/\/ollama$/)
    expect(Date.parse(orphan.startedAt ?? '')).toBeLessThanOrEqual(Date.now())
    expect(await endOrphan(orphan)).toBe(true)
    expect(pids.some(isAlive)).toBe(false)
    expect(readdirSync(stateFolder)).toEqual([])
  })

  it('are found by a child that outlived them', async () => {
    const { stateFolder, pids } = await killed({ leavesChild: true })
    const [server = 0, ...children] = pids
    await over(server)
    expect(children.filter(isAlive).length).toBeGreaterThan(0)
    const found = await findOrphans(stateFolder)
    // Elsewhere nothing tells such a child from a stranger's.
    if (!hasProc) return expect(found).toEqual([])
    const orphan = only(found)
    expect(orphan).toMatchObject({ pid: server, serverRuns: false, canEnd: true })
    expect(await endOrphan(orphan)).toBe(true)
    expect(children.some(isAlive)).toBe(false)
  })

  it('end though they ignore SIGTERM', async () => {
    const { stateFolder, pids } = await killed({ ignoresSigterm: true, leavesChild: true })
    expect(await endOrphan(only(await findOrphans(stateFolder)))).toBe(true)
    expect(pids.some(isAlive)).toBe(false)
  })

  it('are none while it lives, and end with its name', async () => {
    const { stateFolder, owner, pids, child } = await anOwner()
    expect(await findOrphans(stateFolder)).toEqual([])
    expect(await endServersOf(stateFolder, `${child.pid}@another`)).toEqual({ ended: [], left: [] })
    expect(pids.every(isAlive)).toBe(true)
    const { ended, left } = await endServersOf(stateFolder, owner)
    expect([ended.map(({ pid }) => pid), left]).toEqual([[pids[0]], []])
    expect(pids.some(isAlive)).toBe(false)
  })

  it('end by its name after it was killed, and those of others stay', async () => {
    const { stateFolder, owner, pids } = await killed()
    const other = await anOrphanEntry(stateFolder)
    const { ended } = await endServersOf(stateFolder, owner)
    expect(ended.map(({ pid }) => pid)).toEqual([pids[0]])
    expect(isAlive(other.pid)).toBe(true)
    expect(readRegistry(stateFolder).map(({ pid }) => pid)).toEqual([other.pid])
  })

  it('may end while somebody looks', async () => {
    const { stateFolder, pids } = await killed()
    const orphan = only(await findOrphans(stateFolder))
    for (const pid of pids) killQuietly(pid)
    await eventually(() => !pids.some(isAlive))
    expect(await endOrphan(orphan)).toBe(true)
    expect(await endOrphan(orphan)).toBe(true)
  })

  it('may be ended by two at once', async () => {
    const { stateFolder, pids } = await killed()
    const orphan = only(await findOrphans(stateFolder))
    expect(await Promise.all([endOrphan(orphan), endOrphan(orphan)])).toEqual([true, true])
    expect(pids.some(isAlive)).toBe(false)
  })
})

describe('an entry', () => {
  it('is there from the start, for all to read, and gone when it is forgotten', () => {
    const folder = join(aFolder(), 'a/b')
    const file = registerServer(folder, { pid: process.pid, ...known }) ?? ''
    expect(readRegistry(folder)).toMatchObject([
      {
        pid: process.pid,
        entry: {
          server: identify(process.pid),
          owner: identify(process.pid),
          space: processSpace(),
          ...known,
        },
      },
    ])
    if (process.platform !== 'win32')
      expect([statSync(folder).mode & 0o7777, statSync(file).mode & 0o777]).toEqual([0o777, 0o644])
    forgetServer(file)
    forgetServer(file)
    expect(readRegistry(folder)).toEqual([])
  })

  it('is not made for a process that is over', async () => {
    const pid = aProcess()
    await over(pid)
    expect(registerServer(aFolder(), { pid, ...known })).toBe(null)
  })

  it('goes when its server is over', async () => {
    const folder = aFolder()
    const { pid } = await anOrphanEntry(folder)
    await over(pid)
    expect(await findOrphans(folder)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it.each<[string, (entry: ServerEntry) => object]>([
    [
      'whose number another process has now',
      (entry) => ({ ...entry, server: { ...entry.server, since: '1' } }),
    ],
    [
      'from before the machine was started again',
      (entry) => ({ ...entry, space: { ...entry.space, boot: 'earlier' } }),
    ],
  ])('%s is removed, and that process left alone', async (_, change) => {
    const folder = aFolder()
    const { pid } = await anOrphanEntry(folder, change)
    expect(await findOrphans(folder)).toEqual([])
    expect(readdirSync(folder)).toEqual([])
    expect(isAlive(pid)).toBe(true)
  })

  it('of another container is left alone', async () => {
    const folder = aFolder()
    const { pid } = await anOrphanEntry(folder, (entry) => ({
      ...entry,
      space: { ...entry.space, container: 'another' },
    }))
    expect(await findOrphans(folder)).toEqual([])
    expect(readdirSync(folder)).toHaveLength(1)
    expect(isAlive(pid)).toBe(true)
  })

  it.skipIf(!hasProc)(
    'whose number is that of a stranger’s group by now is removed, and the group left alone',
    async () => {
      const folder = aFolder()
      const leader = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; read x'], {
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
      })
      const [child = 0] = (await once(leader.stdout, 'data')).map(Number)
      undo.push(() => killQuietly(child))
      const file = registerServer(folder, { pid: leader.pid ?? 0, ...known }) ?? ''
      const entry: ServerEntry = JSON.parse(readFileSync(file, 'utf8'))
      writeFileSync(file, JSON.stringify({ ...entry, owner: { pid: entry.owner.pid, since: 'gone' } }))
      await over(leader.pid ?? 0)
      expect(await findOrphans(folder)).toEqual([])
      expect([readdirSync(folder), isAlive(child)]).toEqual([[], true])
    },
  )

  it.each([
    ['torn', '{"server":{"pid"'],
    ['empty, as after a power cut', ''],
    ['of another form', '{}'],
  ])('that is %s claims nobody’s process', async (_, text) => {
    const folder = aFolder()
    const { pid, file } = await anOrphanEntry(folder)
    const orphan = only(await findOrphans(folder))
    writeFileSync(file, text)
    expect(await findOrphans(folder)).toEqual([])
    expect(await endOrphan(orphan)).toBe(false)
    expect([readdirSync(folder), isAlive(pid)]).toEqual([[basename(file)], true])
  })

  it('that is torn and older than the boot is removed', async () => {
    const folder = aFolder()
    const { pid, file } = await anOrphanEntry(folder)
    writeFileSync(file, '')
    utimesSync(file, 1, 1)
    expect(await findOrphans(folder)).toEqual([])
    expect([readdirSync(folder), isAlive(pid)]).toEqual([[], true])
  })

  it.each([
    ['no folder', () => '/no/such/folder'],
    ['a file in its place', () => join(import.meta.dirname, 'is-alive.ts')],
    [
      'files of others',
      () => {
        const folder = aFolder()
        for (const name of ['gpu.lock', 'server-1-00000000.json', 'server-x-00000000.json', 'server-99.json'])
          writeFileSync(join(folder, name), '{}')
        mkdirSync(join(folder, 'server-4194303-00000000.json'))
        return folder
      },
    ],
  ])('%s: nothing is found, nothing breaks', async (_, make) => {
    const folder = make()
    expect(await findOrphans(folder)).toEqual([])
    expect(await endServersOf(folder, ownerOfThisProcess())).toEqual({ ended: [], left: [] })
  })
})

const isRoot = process.getuid?.() === 0

describe('users that share a machine', () => {
  const registry = '../../../src/adapters/process/started-registry.ts'
  const found = (folder: string) => askAsOrdinaryUser(registry, 'return it.findOrphans(args[0])', folder)

  it.skipIf(!isRoot || !hasOrdinaryUser)('see another’s orphan and that they cannot end it', async () => {
    const folder = aFolder()
    chmodSync(folder, 0o755)
    const { pid } = await anOrphanEntry(folder)
    expect(found(folder)).toMatchObject([{ pid, port: known.port, canEnd: false }])
    const ended = askAsOrdinaryUser(
      registry,
      'const [one] = await it.findOrphans(args[0]); return it.endOrphan(one)',
      folder,
    )
    expect([ended, isAlive(pid)]).toEqual([false, true])
    await over(pid)
    expect(found(folder)).toEqual([])
  })

  it.skipIf(!isRoot || !hasOrdinaryUser)('may not read another’s entry, and say nothing of it', async () => {
    const folder = aFolder()
    chmodSync(folder, 0o755)
    const { file } = await anOrphanEntry(folder)
    chmodSync(file, 0o600)
    expect(found(folder)).toEqual([])
    expect(existsSync(file)).toBe(true)
  })

  it.skipIf(!isRoot || !hasOrdinaryUser)(
    'cannot have each other’s processes ended by a forged entry, nor stand in the way of jobs by one',
    async () => {
      const folder = aFolder()
      const { pid, file } = await anOrphanEntry(folder)
      const orphan = only(await findOrphans(folder))
      chownSync(file, ordinaryUser ?? 0, ordinaryUser ?? 0)
      expect(await findOrphans(folder)).toEqual([])
      expect([await endOrphan(orphan), isAlive(pid)]).toEqual([false, true])
    },
  )

  it.skipIf(!isRoot || !hasOrdinaryUser)(
    'clear away each other’s dead locks though servers were entered there',
    async () => {
      const folder = join(aFolder(), 'state')
      chmodSync(dirname(folder), 0o755)
      await makeStateFolder(folder)
      forgetServer(registerServer(folder, { pid: process.pid, ...known }) ?? '')
      const claim = join(folder, 'gpu-dead.json')
      mkdirSync(`${claim}.lock`)
      const claims = '../../../src/adapters/lock/claims.ts'
      const left = askAsOrdinaryUser(
        claims,
        'for (const claim of await it.readClaims(args[0])) await it.removeClaim(claim); return it.readClaims(args[0])',
        folder,
      )
      expect([left, readdirSync(folder)]).toEqual([[], []])
    },
  )

  it.skipIf(!isRoot || !hasOrdinaryUser)('leave theirs for root to end', async () => {
    const folder = aFolder()
    chmodSync(folder, 0o777)
    const pid = aProcess({ uid: ordinaryUser ?? 0 })
    const entries = '../../../src/adapters/process/registry-entries.ts'
    askAsOrdinaryUser(
      entries,
      `return it.registerServer(args[0], { pid: ${pid}, mark: 'm', port: 1, binary: '/x' })`,
      folder,
    )
    const orphan = only(await findOrphans(folder))
    expect(orphan).toMatchObject({ pid, canEnd: true })
    expect(await endOrphan(orphan)).toBe(true)
    expect(isAlive(pid)).toBe(false)
  })
})

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { writeAccess } from '../../../src/adapters/host/write-access.ts'

const place = mkdtempSync(join(tmpdir(), 'write-access-'))
afterAll(() => rmSync(place, { recursive: true }))
chmodSync(place, 0o755)
mkdirSync(join(place, 'open'))
chmodSync(join(place, 'open'), 0o777)
mkdirSync(join(place, 'closed'), 0o555)
writeFileSync(join(place, 'file'), '')

/** What a user without rights finds: this one, or nobody where this one is the root, whom nothing stops. */
function asUser(paths: readonly string[]): unknown {
  const module = pathToFileURL(join(import.meta.dirname, '../../../src/adapters/host/write-access.ts')).href
  const code = `import(${JSON.stringify(module)}).then(async (it) => console.log(JSON.stringify(await Promise.all(${JSON.stringify(paths)}.map(it.writeAccess)))))`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    encoding: 'utf8',
    cwd: '/',
    ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  })
  expect(stderr).not.toContain('EACCES')
  return JSON.parse(stdout)
}

describe.skipIf(process.platform === 'win32')('where this user may write', () => {
  it('is told by folders that are there, and of others by those where they would be made', () => {
    const places = {
      open: true,
      'open/a/b': true,
      closed: false,
      'closed/a/b': false,
      file: false,
      'file/a': false,
    }
    const paths = Object.keys(places)
    const found = asUser(paths.map((path) => join(place, path)))
    expect(found).toEqual(Object.values(places))
  })

  it('is told to this very user', async () => {
    expect(await writeAccess(join(place, 'open', 'a'))).toBe(true)
    expect(await writeAccess(join(place, 'file'))).toBe(false)
  })

  it('is not known of a path that no system can have', async () => {
    expect(await writeAccess(join(place, 'x'.repeat(5000)))).toBe(null)
  })
})

/** Builds dist/: TypeScript to JavaScript, then one bundle for each entry. The same bytes on every machine. */
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
const run = (name: string, ...args: string[]): void => {
  execFileSync(bin(name), args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
}

const entries = { main: 'index', post: 'post', cli: 'cli' } as const

rmSync(join(root, 'build'), { recursive: true, force: true })
run('tsc', '-p', 'tsconfig.build.json')
// Only now: a mistake in the sources must not cost the bundle that works.
rmSync(join(root, 'dist'), { recursive: true, force: true })
for (const [folder, entry] of Object.entries(entries))
  run(
    'ncc',
    'build',
    join('build', 'src', `${entry}.js`),
    '--out',
    join('dist', folder),
    '--license',
    'licenses.txt',
    '--quiet',
  )
chmodSync(join(root, 'dist', 'cli', 'index.js'), 0o755)

import { describe, expect, test } from 'vitest'
import { setUpPrograms } from '../../src/measure/program-setup.ts'
import type { Cell, CellAgent, TaskOf } from '../../src/model/plan.ts'
import { aCell, anAgent, aVisit } from '../model/a-run.ts'
import { planOf, single } from './a-session.ts'

const task = (command: string, setup?: readonly string[]): TaskOf<'program'> => ({
  kind: 'program',
  command: [command],
  ...(setup && { setup: [...setup] }),
  'setup-minutes': 1,
  'timeout-minutes': 1,
  metrics: false,
})

const agent = (own: TaskOf<'program'>): CellAgent => anAgent({ name: own.command[0] ?? '', task: own })

const [rust, python] = [agent(task('rust', ['cargo', 'build'])), agent(task('python'))]

const variant = (...agents: CellAgent[]) => ({ model: 'tiny:latest', agents })

async function setUp(...cells: Partial<Cell>[]) {
  const [asked, notes]: [string[], string[]] = [[], []]
  const programs = await setUpPrograms(
    {
      checkouts: { head: '/head', base: '/base' },
      programs: {
        setUp: async ({ command: [file = ''] }, checkout) => {
          asked.push(`${checkout}: ${file}`)
          return file === 'python' ? null : { file, sha256: checkout }
        },
        run: () => Promise.reject(new Error('nothing is measured yet')),
      },
      progress: (event) => {
        if (event.kind === 'note') notes.push(event.text)
      },
      signal: new AbortController().signal,
    },
    planOf(
      cells.map((cell) => aCell(cell)),
      [aVisit()],
    ),
  )
  return { programs, asked, notes }
}

describe('programs before anything is measured', () => {
  test('are set up once for each subject, whatever cells use them', async () => {
    const both = { head: variant(rust, python), base: variant(rust, python) }
    const { programs, asked, notes } = await setUp(both, { ...both, id: 'second' })
    expect(asked).toEqual(['/head: rust', '/head: python', '/base: rust', '/base: python'])
    expect(notes).toEqual(['Setting up in /head: cargo build', 'Setting up in /base: cargo build'])
    expect(programs).toEqual({
      head: [{ file: 'rust', sha256: '/head' }],
      base: [{ file: 'rust', sha256: '/base' }],
    })
  })

  test('are none of a base that there is not', async () => {
    const { programs, asked } = await setUp({ head: variant(rust), base: null })
    expect(asked).toEqual(['/head: rust'])
    expect(programs).toEqual({ head: [{ file: 'rust', sha256: '/head' }], base: [] })
  })

  test('are nothing to speak of where agents only ask', async () => {
    const { programs, asked } = await setUp({ head: single.head })
    expect([programs, asked]).toEqual([undefined, []])
  })
})

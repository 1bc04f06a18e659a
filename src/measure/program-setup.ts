/** Before anything is measured: the programs of the plan are built where they need it, and are there. */
import type { Environment, ProgramFile } from '../model/environment.ts'
import type { Plan, SubjectName, TaskOf } from '../model/plan.ts'
import type { World } from './world.ts'

/** Each program of the subject in its checkout, once. */
function programsOf({ cells }: Plan, subject: SubjectName): readonly TaskOf<'program'>[] {
  const tasks = cells.flatMap(({ [subject]: variant }) => variant?.agents.map(({ task }) => task) ?? [])
  const programs = tasks.flatMap((task) => (task.kind === 'program' ? [task] : []))
  return [...new Map(programs.map((task) => [JSON.stringify(task), task])).values()]
}

type SetupWorld = Pick<World, 'programs' | 'checkouts' | 'progress' | 'signal'>

async function setUpSubject(
  { programs, checkouts, progress, signal }: SetupWorld,
  plan: Plan,
  subject: SubjectName,
): Promise<ProgramFile[]> {
  const checkout = checkouts[subject]
  const files = new Map<string, ProgramFile>()
  for (const task of programsOf(plan, subject)) {
    if (task.setup) progress({ kind: 'note', text: `Setting up in ${checkout}: ${task.setup.join(' ')}` })
    const found = await programs.setUp(task, checkout, signal)
    if (found) files.set(found.file, found)
  }
  return [...files.values()]
}

/**
 * Sets up every program of the plan, one after the other, outside of the budget, and gives the files that they are;
 * undefined where the plan has none. Throws MachineError for one that cannot be built or is not there, and the signal's
 * reason.
 */
export async function setUpPrograms(world: SetupWorld, plan: Plan): Promise<Environment['programs']> {
  const subjects = ['head', 'base'] as const
  if (subjects.every((subject) => programsOf(plan, subject).length === 0)) return undefined
  return {
    head: await setUpSubject(world, plan, 'head'),
    base: await setUpSubject(world, plan, 'base'),
  }
}

/** Before anything is measured: the programs of the plan are built where they need it, and are there. */
import type { Plan, SubjectName, TaskOf } from '../model/plan.ts'
import type { World } from './world.ts'

interface Place {
  readonly task: TaskOf<'program'>
  readonly checkout: string
}

/** Each program of the subject in its checkout, once. */
function programsOf({ cells }: Plan, subject: SubjectName): readonly TaskOf<'program'>[] {
  const tasks = cells.flatMap(({ [subject]: variant }) => variant?.agents.map(({ task }) => task) ?? [])
  const programs = tasks.flatMap((task) => (task.kind === 'program' ? [task] : []))
  return [...new Map(programs.map((task) => [JSON.stringify(task), task])).values()]
}

const placesOf = (plan: Plan, checkouts: World['checkouts']): readonly Place[] =>
  (['head', 'base'] as const).flatMap((subject) =>
    programsOf(plan, subject).map((task) => ({ task, checkout: checkouts[subject] })),
  )

/**
 * Sets up every program of the plan, one after the other; outside of the budget. Throws MachineError for one that cannot
 * be built or is not there, and the signal's reason.
 */
export async function setUpPrograms(
  { programs, checkouts, progress, signal }: Pick<World, 'programs' | 'checkouts' | 'progress' | 'signal'>,
  plan: Plan,
): Promise<void> {
  for (const { task, checkout } of placesOf(plan, checkouts)) {
    if (task.setup) progress({ kind: 'note', text: `Setting up in ${checkout}: ${task.setup.join(' ')}` })
    await programs.setUp(task, checkout, signal)
  }
}

/** What the story tells while it runs. */
import type { Plan, Visit } from '../model/plan.ts'
import type { Trial } from '../model/run.ts'

/** Events of a measuring job, in order. */
export type ProgressEvent =
  | { readonly kind: 'planned'; readonly plan: Plan; readonly budgetMs: number }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'visiting'; readonly visit: Visit; readonly done: number; readonly of: number }
  | {
      readonly kind: 'measured'
      readonly trial: Trial
      readonly done: number
      readonly of: number
      readonly leftMs: number
    }

/** Listens; must not throw, and must not change what it is told. */
export type Progress = (event: ProgressEvent) => void

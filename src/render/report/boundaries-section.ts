/** What each workload's timings include and exclude (appendix L). */
import type { Analysis } from '../../model/analysis.ts'
import type { MaybeSection } from './section.ts'
import { table } from './table.ts'

/** Nothing where nothing was measured. */
export const boundariesSection = ({ boundaries }: Analysis): MaybeSection =>
  boundaries.length === 0
    ? []
    : [
        {
          id: 'boundaries',
          title: 'What the timings include',
          body: table({
            caption: 'Measurement boundaries',
            columns: [{ title: 'what' }, { title: 'included' }, { title: 'excluded' }, { title: 'source' }],
            rows: boundaries.map(({ what, included, excluded, source }) => [
              what,
              included,
              excluded,
              source,
            ]),
          }),
        },
      ]

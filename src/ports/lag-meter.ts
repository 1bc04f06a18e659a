/** How busy this process itself is, as the story needs it. */
import type { ClientLag } from '../model/run.ts'

/** Watches the event loop's delay; `lap` gives the figures since the last lap and starts anew. */
export interface LagMeter {
  lap(): ClientLag
}

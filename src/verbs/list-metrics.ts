/** The verb `metrics`: the catalog, for whoever writes a policy. */
import { metricCatalog, metricDefinition, metricIds } from '../model/metric-catalog.ts'

/** Prints every metric with its unit, direction, definition and source. */
export function listMetrics({ json = false }: { readonly json?: boolean }): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(metricCatalog, null, 2)}\n`)
    return
  }
  for (const id of metricIds) {
    const { unit, better, label, definition, source, change } = metricDefinition(id)
    const states = change === 'ratio' ? 'changes in %' : 'changes in points'
    process.stdout.write(
      `${id}\n  ${label}, ${unit}, ${better} is better, ${states}\n  ${definition}\n  Source: ${source}\n\n`,
    )
  }
}

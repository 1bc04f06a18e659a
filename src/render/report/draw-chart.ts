/** Draws a chart as inline SVG. The only door to the chart library, which is read when the first chart is drawn. */
import type { TopLevelSpec } from 'vega-lite'
import { drawn, escaped, type Html } from './html.ts'

/** A chart: what Vega-Lite is told, and its message in words for who cannot see it. */
export interface Chart {
  readonly spec: Readonly<Record<string, unknown>>
  readonly message: string
}

/** Colours are the page's own variables, so that light, dark and print need no second drawing. */
const config = {
  aria: false,
  background: 'transparent',
  font: 'inherit',
  view: { stroke: null },
  axis: {
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    titleFontWeight: 'normal',
    titleFontSize: 11,
    labelFontSize: 11,
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    gridColor: 'var(--line)',
  },
}

/** Namespaces are for files: in a page they are only addresses that nobody asks. */
const withMessage = (svg: string, message: string): string =>
  svg.replace(
    /^<svg\b([^>]*)>/,
    (_, attributes: string) =>
      `<svg${attributes.replace(/ (?:xmlns(?::xlink)?|version)="[^"]*"/g, '')} role="img" aria-label="${escaped(message)}">`,
  )

/** What does not show and would only make the page heavy. */
const lighter = (svg: string): string =>
  svg
    .replace(/<path class="(?:background|foreground)"[^>]*\/>/g, '')
    .replace(/ (?:pointer-events="none"|opacity="1"|font-family="inherit"|aria-hidden="true")/g, '')
    .replace(/ (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")/g, '')
    .replace(/ class="mark-[^"]*"/g, '')

/** The chart as markup. Throws what the library throws for a chart that it cannot draw. */
export async function drawChart({ spec, message }: Chart): Promise<Html> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  // Built by our own files from plain data; the library's types of it are too wide for exactOptionalPropertyTypes.
  const given = { autosize: { type: 'pad' }, padding: 2, ...spec, config } as unknown as TopLevelSpec
  const logger = vega.logger(vega.None)
  const view = new vega.View(vega.parse(compile(given, { logger }).spec), { renderer: 'none', logger })
  try {
    return drawn(withMessage(lighter(await view.toSVG()), message))
  } finally {
    view.finalize()
  }
}

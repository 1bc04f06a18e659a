/** The verdict as one page that needs nothing else: no script, no network, charts inline. */
import type { Verdict } from '../../model/verdict.ts'
import { titleText } from '../run-text.ts'
import { outcomeWords } from '../status-words.ts'
import { agentsSection } from './agents-section.ts'
import { boundariesSection } from './boundaries-section.ts'
import { checksSection } from './checks-section.ts'
import { successSection, topologySection } from './contrast-sections.ts'
import { environmentSection } from './environment-section.ts'
import { figuresSection } from './figures-section.ts'
import { drawn, html } from './html.ts'
import { interactionSection } from './interaction-section.ts'
import { pageHead } from './page-head.ts'
import { pageStyle } from './page-style.ts'
import { publishedSection } from './published-section.ts'
import { costSection, qualitySection } from './quality-section.ts'
import { rankingSection } from './ranking-section.ts'
import { type PageSection, sectionMarkup } from './section.ts'
import { sensitivitySection } from './sensitivity-section.ts'

/** In the order of a reader's questions: what is best, what moves it, is that what was published, how was it measured. */
async function sectionsOf(verdict: Verdict): Promise<readonly PageSection[]> {
  const { analysis } = verdict
  return [
    ...(analysis === null
      ? []
      : [
          ...(await rankingSection(analysis)),
          ...(await sensitivitySection(analysis)),
          ...interactionSection(analysis),
          ...successSection(analysis),
          ...topologySection(analysis),
          ...publishedSection(analysis),
        ]),
    ...(await agentsSection(verdict)),
    ...qualitySection(verdict),
    ...costSection(verdict),
    ...figuresSection(verdict),
    ...(analysis === null ? [] : boundariesSection(analysis)),
    ...checksSection(verdict),
    ...environmentSection(verdict),
  ]
}

/**
 * HTML of one page; the same verdict gives the same bytes. Rejects when a chart cannot be drawn, which must change no
 * verdict.
 */
export async function renderReport(verdict: Verdict): Promise<string> {
  const sections = await sectionsOf(verdict)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${outcomeWords[verdict.outcome].word}: ${titleText(verdict)}</title>
<style>${drawn(pageStyle)}</style>
</head>
<body>
${pageHead(verdict, sections)}<main>
${sections.map(sectionMarkup)}</main>
</body>
</html>
`
  return page.markup
}

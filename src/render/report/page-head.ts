/** The top of the page: on what it was measured, the verdict, what it cost, and what it says in a handful of sentences. */
import { count } from '../../model/number-format.ts'
import type { Verdict } from '../../model/verdict.ts'
import { keyFindings } from '../key-findings.ts'
import { costText, engineText, sentence, titleText } from '../run-text.ts'
import { outcomeWords } from '../status-words.ts'
import { type Html, html, nothing } from './html.ts'
import { folded, list, type PageSection } from './section.ts'

/** Notes that stand open; the others are folded. */
const mostNotes = 3

const engineNote = (verdict: Verdict): Html => {
  const text = engineText(verdict)
  return text === null
    ? nothing
    : html`<p class="engine"><strong>${text}</strong></p>
`
}

const problems = ({ problems: found }: Verdict): Html =>
  list(
    found
      .slice(0, 20)
      .map(({ what, why, fix }) =>
        [what, why, fix].flatMap((text) => (text ? [sentence(text)] : [])).join(' '),
      ),
  )

const findings = ({ analysis }: Verdict): Html => {
  const told = analysis === null ? [] : keyFindings(analysis)
  return told.length === 0
    ? nothing
    : html`<div class="brief"><h2>In short</h2>
${list(told.map((text) => `${text}.`))}</div>
`
}

const notes = ({ notes: all }: Verdict): Html =>
  html`${list(all.slice(0, mostNotes))}${
    all.length > mostNotes
      ? folded(
          count(all.length - mostNotes, 'more note'),
          html`${list(all.slice(mostNotes, 60))}${all.length > 60 ? html`<p class="left-out">${count(all.length - 60, 'note')} left out here; verdict.json has all.</p>` : nothing}`,
        )
      : nothing
  }`

/** The verdict's word, its title, and links to the sections. */
export function pageHead(verdict: Verdict, sections: readonly PageSection[]): Html {
  const { sign, word, colour } = outcomeWords[verdict.outcome]
  const cost = costText(verdict)
  return html`<header>
${engineNote(verdict)}<h1><span class="chip ${colour}">${sign} ${word}</span> ${titleText(verdict)}</h1>
${
  cost === null
    ? nothing
    : html`<p>${cost}</p>
`
}${problems(verdict)}${findings(verdict)}${notes(verdict)}${
  sections.length > 1
    ? html`<nav aria-label="Parts of this page"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
`
    : nothing
}</header>
`
}

/** A part of the page: its heading, what it says, and its place in the list of parts. */
import { type Html, html, type Part } from './html.ts'

/** One part; `id` is where a link leads. */
export interface PageSection {
  readonly id: string
  readonly title: string
  readonly body: Html
}

/** Nothing, or one part: sections without anything to say are not there at all. */
export type MaybeSection = readonly PageSection[]

/** The part as markup. */
export const sectionMarkup = ({
  id,
  title,
  body,
}: PageSection): Html => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>
`

/** A paragraph. */
export const paragraph = (text: Part): Html => html`<p>${text}</p>
`

/** A list; nothing at all without items. */
export const list = (items: readonly Part[]): Html =>
  items.length === 0
    ? html``
    : html`<ul>${items.map(
        (item) => html`<li>${item}</li>
`,
      )}</ul>
`

/** A name from outside in the fixed-width face, which may break anywhere. */
export const code = (text: string): Html => html`<code>${text}</code>`

/** What can be opened. */
export const folded = (summary: string, body: Part): Html => html`<details><summary>${summary}</summary>
${body}
</details>
`

/** Said under charts and tables whose cells begin alike; nothing where they do not. */
export const sharedNote = (shared: string): Html =>
  shared === ''
    ? html``
    : html`<p class="note">All cells begin with <code>${shared}</code>.</p>
`

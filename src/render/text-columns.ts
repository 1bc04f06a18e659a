/** Plain text in aligned columns for a terminal. Knows no verdict. */

/** Columns that a text takes: wide characters two, marks none. */
export const textWidth = (text: string): number =>
  Array.from(text).reduce((sum, character) => {
    if (/\p{M}/u.test(character)) return sum
    return (
      sum +
      (/[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u.test(
        character,
      )
        ? 2
        : 1)
    )
  }, 0)

const padded = (text: string, width: number, right: boolean): string => {
  const fill = ' '.repeat(Math.max(0, width - textWidth(text)))
  return right ? `${fill}${text}` : `${text}${fill}`
}

/** One column: its title, and on which side its texts stand. */
export interface TextColumn {
  readonly title: string
  readonly right?: boolean
}

/** Width that each column needs for its title and all rows. */
export const columnWidths = (
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
): readonly number[] =>
  columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...rows.map((row) => textWidth(row[index] ?? ''))),
  )

/** One line of columns, two blanks between them, none at its end. */
export const columnLine = (
  cells: readonly string[],
  columns: readonly TextColumn[],
  widths: readonly number[],
): string =>
  columns
    .map(({ right = false }, index) => padded(cells[index] ?? '', widths[index] ?? 0, right))
    .join('  ')
    .trimEnd()

/** Words of a text in lines of at most `width`; `first` leads the first line, `rest` the others. Long words stay whole. */
export const wrapText = (
  text: string,
  width: number,
  { first = '', rest = '' }: { readonly first?: string; readonly rest?: string },
): readonly string[] => {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line)
      line = `${rest}${word}`
    } else line = empty ? `${line}${word}` : `${line} ${word}`
    empty = false
  }
  return [...lines, line]
}

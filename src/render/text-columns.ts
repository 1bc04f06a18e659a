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

/** Words of a text in lines of at most `width`, the later ones indented; a longer word keeps its own line. */
export const wrapText = (text: string, width: number, indent: string): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`
    if (line.trim() !== '' && textWidth(next) > width) {
      lines.push(line)
      line = `${indent}${word}`
    } else line = next
  }
  return [...lines, line]
}

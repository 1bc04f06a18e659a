/** Paths into a policy, as people read them. Knows nothing of YAML. */

/** Keys and indexes from the root of a file to a value; empty is the root. */
export type Path = readonly (string | number)[]

/** `limits[0].metric`; the root is the empty text. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')

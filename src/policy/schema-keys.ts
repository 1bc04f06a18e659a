/** Which keys a schema allows at a path. Knows nothing of values or places. */
import { z } from 'zod'
import type { Path } from './path-text.ts'

function inside(schema: unknown, part: string | number): readonly unknown[] {
  if (schema instanceof z.ZodObject) return [schema.shape[part]]
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  if (schema instanceof z.ZodArray) return [schema.element]
  return []
}

/** The schema itself without optional and default, or each branch of a union. */
function branches(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(branches)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return branches(schema.unwrap())
  return schema === undefined ? [] : [schema]
}

/** The keys that mappings at the path may have, in the schema's order; empty where none is known. */
export const keysAt = (schema: z.ZodType, path: Path): readonly string[] =>
  path
    .reduce<readonly unknown[]>(
      (schemas, part) => schemas.flatMap((one) => inside(one, part)).flatMap(branches),
      branches(schema),
    )
    .flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []))

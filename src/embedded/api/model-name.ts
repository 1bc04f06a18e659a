/** Model names with and without their tag. */
import { ApiError } from '../api-error.ts'
import type { EngineModel } from '../engine.ts'

const withTag = (name: string): string => (name.includes(':') ? name : `${name}:latest`)

/** Whether a name means the model; "tiny" is "tiny:latest". */
export const isNamed = (model: EngineModel, name: string): boolean => withTag(name) === model.name

/** Throws ApiError 404 unless the name means the model. */
export const requireModel = (model: EngineModel, name: string): void => {
  if (!isNamed(model, name)) throw new ApiError(404, `model '${name}' not found`)
}

/** Name and version of this tool, as results carry them, and the files that it brings. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }

export const tool = { name: manifest.name, version: manifest.version } as const

const places = ['..', '../..'].map((up) => join(import.meta.dirname, up, 'policies', 'sample-files'))

/** The folder of files that workflow agents read where a policy names none; sources and bundles lie at two depths. */
export const sampleFiles: string =
  places.find((place) => existsSync(place)) ?? join('policies', 'sample-files')

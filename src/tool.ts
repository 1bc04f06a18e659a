/** Name and version of this tool, as results carry them. */
import manifest from '../package.json' with { type: 'json' }

export const tool = { name: manifest.name, version: manifest.version } as const

/** A gate in small: starts one server of a binary, tells all its processes, and stays until it is killed, or `exits`. */
import { join } from 'node:path'
import { startOllamaServers } from '../../../src/adapters/process/ollama-servers.ts'
import { ownerOfThisProcess } from '../../../src/adapters/process/started-registry.ts'

const [binary = '', folder = '', port = '', how = ''] = process.argv.slice(2)

const servers = await startOllamaServers({
  binary,
  count: 1,
  settings: {},
  modelStores: process.env.OLLAMA_MODELS ? [process.env.OLLAMA_MODELS] : [],
  logFolder: join(folder, 'logs'),
  stateFolder: join(folder, 'state'),
  label: 'head',
  env: { PATH: process.env.PATH, HOME: folder },
  signal: new AbortController().signal,
  onNote: (text) => process.stderr.write(`${text}\n`),
  firstPort: Number(port),
})
process.stdout.write(
  `${JSON.stringify({ pids: await servers.pids(), owner: ownerOfThisProcess(), urls: servers.urls })}\n`,
)
if (how === 'exits') setTimeout(() => process.exit(3), 100)
else setInterval(() => {}, 1000)

/** Whether an address is this very machine's. Asks no name server. */
import os from 'node:os'

const loopback = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[?::1\]?|0\.0\.0\.0|\[?::\]?)$/i

/** False for a name that only a name server could tell, such as the host of a container. */
export function isThisHost(url: string): boolean {
  const name = new URL(url).hostname
  if (loopback.test(name)) return true
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase()
  const own = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return bare === os.hostname().toLowerCase() || own.some(({ address }) => address.toLowerCase() === bare)
}

/** Which Host headers a server on loopback accepts: a web page of another site must not reach it by DNS rebinding. */
import { hostname } from 'node:os'

const localNames = /^(localhost|.*\.(localhost|local|internal))$/i
const address = /^(\[[0-9a-f:.]+\]|[0-9.]+)$/i

const nameOf = (host: string): string => host.replace(/:\d+$/, '')

/** Whether an address to listen on is reached from this machine only. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.[0-9.]+|::1)$/i.test(host)

/** Whether a Host header may be served; an absent one may. */
export const isAllowedHost = (host: string | undefined): boolean => {
  if (host === undefined || host === '') return true
  const name = nameOf(host)
  return address.test(name) || localNames.test(name) || name.toLowerCase() === hostname().toLowerCase()
}

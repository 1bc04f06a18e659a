/** The servers: that they answer, and that their versions are what somebody thinks they are. */
import type { ServerFacts } from '../../model/environment.ts'
import { isBefore, isUnknownBuild } from '../version.ts'
import { okLine, unknownLine } from './lines.ts'
import type { PreflightJudge } from './preflight-facts.ts'
import { jobServers, ollamaServers, subjectsWithServers } from './subject-servers.ts'

const nameOf = ({ engine, version }: ServerFacts): string =>
  `${engine === 'ollama' ? 'Ollama' : engine} ${version}`

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/** One line a server. That it answers is why there are facts of it at all. */
export const judgeAnswers: PreflightJudge = ({ environment }) =>
  jobServers(environment).map(({ server, subjects }) =>
    okLine(
      `Server ${server.url}`,
      [
        `answers for ${subjects.join(' and ')}`,
        nameOf(server),
        server.started ? 'started by the gate' : 'found running',
        ...(server.location === 'other-host' ? ['on another host'] : []),
      ].join(', '),
    ),
  )

/** Servers of one subject stand for each other, so they must be of one version. */
export const judgeEqualVersions: PreflightJudge = ({ environment }) =>
  subjectsWithServers(environment).flatMap((subject) => {
    const servers = environment.servers[subject]
    const what = `Versions of ${subject}`
    if (servers.length < 2) return []
    const versions = unique(servers.map(({ version }) => version))
    if (versions.length === 1) return [okLine(what, `${versions.join()} on all ${servers.length}`)]
    return [
      {
        what,
        value: servers.map(({ url, version }) => `${url} is ${version}`).join(', '),
        verdict: 'fail',
        fix: 'Restart the older one from the binary of the newer: agents of one cell would run on different servers.',
      },
    ]
  })

const otherClient = ({ url, version, clientVersion }: ServerFacts): readonly string[] =>
  clientVersion === null || clientVersion === version
    ? []
    : [`${url} answers as ${version}, the binary says ${clientVersion}`]

/** After an upgrade the old server often still runs (OLLAMA section 3): the binary is new, the answers are old. */
export const judgeClientVersions: PreflightJudge = ({ environment }) => {
  const what = 'Client version'
  const servers = ollamaServers(environment)
  const other = servers.flatMap(otherClient)
  const silent = servers.filter(({ clientVersion }) => clientVersion === null).map(({ url }) => url)
  if (other.length > 0)
    return [
      {
        what,
        value: other.join(', '),
        verdict: 'warn',
        fix: 'The server of before the upgrade may still be running: restart it, then look again.',
      },
    ]
  if (silent.length > 0)
    return [
      unknownLine(
        what,
        `not known for ${silent.join(', ')}`,
        'Run `ollama --version` on that machine: it warns when client and server differ.',
      ),
    ]
  return servers.length > 0 ? [okLine(what, 'the same as the servers’')] : []
}

/** Before this release /api/ps tells no context length (OLLAMA section 2). */
const oldestWithContext = '0.10.0'

/** What the gate cannot check on an old server, and what nobody can look up of a build without a version. */
export const judgeVersionAge: PreflightJudge = ({ environment }) => {
  const what = 'Ollama version'
  const versions = unique(ollamaServers(environment).map(({ version }) => version))
  const old = versions.filter((version) => isBefore(version, oldestWithContext))
  if (old.length > 0)
    return [
      {
        what,
        value: `${old.join(', ')}: before ${oldestWithContext} a server does not tell the context that it runs with`,
        verdict: 'warn',
        fix: 'Upgrade Ollama, or read the context checks as not made.',
      },
    ]
  const unknown = versions.filter(isUnknownBuild)
  if (unknown.length > 0)
    return [
      {
        what,
        value: `${unknown.join(', ')}: a build that does not tell its version`,
        verdict: 'note',
        fix: 'Install a release, or build with a version, so that a later comparison can tell them apart.',
      },
    ]
  return versions.length > 0 ? [okLine(what, versions.join(', '))] : []
}

/** What systeminformation tells where Node does not: macOS and Windows. It starts programs, and is loaded for this only. */
import type { Systeminformation } from 'systeminformation'
import type { HostFacts } from '../../model/environment.ts'
import { inTime } from './time-limit.ts'

/** The parts of the library that are used. */
type Library = typeof import('systeminformation')

const load = async (): Promise<Library> => (await import('systeminformation')).default

const isKnown = (text: string): boolean => text !== '' && text !== 'unknown'

/** Name and release, e.g. "macOS 15.1". */
export const distroFrom = ({ distro, release }: Pick<Systeminformation.OsData, 'distro' | 'release'>) =>
  [distro, release].filter(isKnown).join(' ') || null

/** Empty for a real machine; null when the library was not told who made it, which is what a failure looks like. */
export function virtualizationFrom(
  system: Pick<Systeminformation.SystemData, 'manufacturer' | 'virtual' | 'virtualHost'>,
): string | null {
  if (system.virtual) return system.virtualHost?.toLowerCase() || 'vm'
  return system.manufacturer === '' ? null : ''
}

/** A machine without a battery is not on one. */
export const onBatteryFrom = (
  battery: Pick<Systeminformation.BatteryData, 'hasBattery' | 'acConnected'>,
): boolean => battery.hasBattery && !battery.acConnected

/** Facts of this host. The library tells no virtual machine on macOS. */
export async function libraryFacts(): Promise<Pick<HostFacts, 'distro' | 'virtualization' | 'onBattery'>> {
  const [distro, virtualization, onBattery] = await Promise.all([
    inTime(async () => distroFrom(await (await load()).osInfo())),
    inTime(async () =>
      process.platform === 'darwin' ? null : virtualizationFrom(await (await load()).system()),
    ),
    inTime(async () => onBatteryFrom(await (await load()).battery())),
  ])
  return { distro, virtualization, onBattery }
}

/** Resident memory of each process of this host in bytes, by number; null when it cannot be had. */
export const libraryMemory = (): Promise<ReadonlyMap<number, number> | null> =>
  inTime(async () => {
    const { list } = await (await load()).processes()
    if (list.length === 0) throw new Error('A host without processes is one that was not read.')
    return new Map(list.map(({ pid, memRss }) => [pid, memRss * 1024]))
  })

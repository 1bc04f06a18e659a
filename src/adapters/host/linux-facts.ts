/** What Linux tells of itself in files: no program is started for it. Knows no other system. */
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where to look: the root of the file system, and the variables of this process. */
export interface LinuxView {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
}

/** A file's text without the space around it; null when it cannot be read. */
const textOf = async ({ root }: LinuxView, path: string): Promise<string | null> =>
  readFile(join(root, path), 'utf8').then(
    (text) => text.trim(),
    () => null,
  )

/** The distribution as it calls itself, e.g. "Debian GNU/Linux 12 (bookworm)" (os-release(5)); null when it does not. */
export async function readDistro(view: LinuxView): Promise<string | null> {
  const text = (await textOf(view, 'etc/os-release')) ?? (await textOf(view, 'usr/lib/os-release')) ?? ''
  return /^PRETTY_NAME=(["']?)(.+)\1$/m.exec(text)?.[2] ?? null
}

/** The governor of the first CPU's frequency; null where none is told, as in most virtual machines. */
export const governorPath = 'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'
export const readGovernor = async (view: LinuxView): Promise<string | null> =>
  (await textOf(view, governorPath)) || null

interface Supply {
  readonly type: string | null
  readonly scope: string | null
  readonly status: string | null
  readonly online: string | null
}

async function readSupply(view: LinuxView, folder: string): Promise<Supply> {
  const [type, scope, status, online] = await Promise.all(
    ['type', 'scope', 'status', 'online'].map((name) => textOf(view, join(folder, name))),
  )
  return { type: type ?? null, scope: scope ?? null, status: status ?? null, online: online ?? null }
}

/**
 * Whether a battery is what this machine runs on: one that is being discharged, while nothing that charges is connected.
 * False without a battery; null when the system does not tell. Batteries of mice and the like have the scope "Device".
 */
export async function readOnBattery(view: LinuxView): Promise<boolean | null> {
  const folder = 'sys/class/power_supply'
  const names = await readdir(join(view.root, folder)).catch(() => null)
  if (names === null) return null
  const all = await Promise.all(names.map((name) => readSupply(view, join(folder, name))))
  const supplies = all.filter(({ scope }) => scope !== 'Device')
  if (supplies.some(({ type, online }) => type !== 'Battery' && Number(online) > 0)) return false
  return supplies.some(({ type, status }) => type === 'Battery' && status === 'Discharging')
}

/** Kinds of container, by what they leave in sight. */
const containerMarks = /\b(docker|kubepods|containerd|libpod|lxc)\b/

/** The container that this process runs in; empty for none that shows. */
async function readContainer(view: LinuxView): Promise<string> {
  if (view.env.KUBERNETES_SERVICE_HOST) return 'kubernetes'
  if ((await textOf(view, '.dockerenv')) !== null) return 'docker'
  if ((await textOf(view, 'run/.containerenv')) !== null) return 'podman'
  // Where systemd runs inside, it writes down what it found; others set the variable (systemd's CONTAINER_INTERFACE).
  const told = (await textOf(view, 'run/systemd/container')) || view.env.container || ''
  if (/^[a-z][a-z0-9-]{0,30}$/.test(told)) return told
  return containerMarks.exec((await textOf(view, 'proc/self/cgroup')) ?? '')?.[1] ?? ''
}

/** Makers of virtual machines, by the names that their firmware gives. A metal instance of EC2 is a real machine. */
const makers = [
  [/vmware/i, 'vmware'],
  [/virtualbox|innotek/i, 'virtualbox'],
  [/microsoft corporation virtual machine/i, 'hyper-v'],
  [/\bxen\b/i, 'xen'],
  [/parallels/i, 'parallels'],
  [/bhyve/i, 'bhyve'],
  [/amazon ec2(?!.*metal)/i, 'amazon'],
  [/google compute engine/i, 'google'],
  [/qemu|kvm|bochs|openstack|droplet/i, 'kvm'],
] as const

/** The description of the first CPUs: of all of them it would be long, and slow to make. */
async function cpuText({ root }: LinuxView): Promise<string | null> {
  try {
    await using file = await open(join(root, 'proc/cpuinfo'))
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8192))
    return buffer.toString('utf8', 0, bytesRead)
  } catch {
    return null
  }
}

/** The virtual machine; `vm` for one that does not tell its maker, empty for none, null for unknown. */
async function readMachine(view: LinuxView): Promise<string | null> {
  if (/microsoft/i.test((await textOf(view, 'proc/sys/kernel/osrelease')) ?? '')) return 'wsl'
  const [vendor, product] = await Promise.all(
    ['sys_vendor', 'product_name'].map((name) => textOf(view, join('sys/class/dmi/id', name))),
  )
  const firmware = [vendor, product].filter(Boolean).join(' ')
  const maker = makers.find(([pattern]) => pattern.test(firmware))?.[1]
  const cpu = await cpuText(view)
  if (cpu === null) return null
  // Only x86 has a flag for it; elsewhere the device tree or the firmware has to tell.
  const flags = /^flags\s*:.*$/m.exec(cpu)?.[0]
  if (flags !== undefined) return / hypervisor( |$)/.test(flags) ? (maker ?? 'vm') : ''
  const tree = await textOf(view, 'proc/device-tree/hypervisor/compatible')
  if (tree !== null) return maker ?? 'vm'
  return firmware === '' ? null : (maker ?? '')
}

/** Container and virtual machine, e.g. "docker", "kvm" or "docker in kvm"; empty for neither, null for unknown. */
export async function readVirtualization(view: LinuxView): Promise<string | null> {
  const [container, machine] = await Promise.all([readContainer(view), readMachine(view)])
  if (container === '' || machine === null) return container || machine
  return machine === '' ? container : `${container} in ${machine}`
}

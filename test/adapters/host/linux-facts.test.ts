import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  readDistro,
  readGovernor,
  readOnBattery,
  readVirtualization,
} from '../../../src/adapters/host/linux-facts.ts'

type Files = Readonly<Record<string, string>>

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linux-facts-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** A machine with these files and nothing else. */
function view(files: Files, env: NodeJS.ProcessEnv = {}) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  return { root, env }
}

describe('readDistro', () => {
  it.each<[string, Files, string | null]>([
    [
      'the name with its version',
      { 'etc/os-release': 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"' },
      'Debian GNU/Linux 12 (bookworm)',
    ],
    ['a name without quotes', { 'etc/os-release': 'PRETTY_NAME=Alpine' }, 'Alpine'],
    ['the place where packages put it', { 'usr/lib/os-release': "PRETTY_NAME='NixOS 26.05'" }, 'NixOS 26.05'],
    ['a file without a name', { 'etc/os-release': 'ID=own' }, null],
    ['no such file', {}, null],
  ])('%s', async (_, files, distro) => {
    expect(await readDistro(view(files))).toBe(distro)
  })
})

describe('readGovernor', () => {
  const path = 'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'
  it.each<[string, Files, string | null]>([
    ['as the kernel calls it', { [path]: 'powersave' }, 'powersave'],
    ['none in most virtual machines', {}, null],
    ['an empty file tells nothing', { [path]: '' }, null],
  ])('%s', async (_, files, governor) => {
    expect(await readGovernor(view(files))).toBe(governor)
  })
})

describe('readOnBattery', () => {
  const supply = (name: string, facts: Files): Files =>
    Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [`sys/class/power_supply/${name}/${key}`, value]),
    )
  const battery = (status: string) => supply('BAT0', { type: 'Battery', status })

  it.each<[string, Files, boolean | null]>([
    [
      'a laptop off its charger',
      { ...battery('Discharging'), ...supply('AC', { type: 'Mains', online: '0' }) },
      true,
    ],
    [
      'one on its charger',
      { ...battery('Charging'), ...supply('ADP1', { type: 'Mains', online: '1' }) },
      false,
    ],
    [
      'one whose charger is too weak is on its charger',
      { ...battery('Discharging'), ...supply('ucsi', { type: 'USB', online: '1' }) },
      false,
    ],
    ['a full battery without a word of a charger', battery('Full'), false],
    [
      'the battery of a mouse is none',
      supply('hidpp_0', { type: 'Battery', scope: 'Device', status: 'Discharging' }),
      false,
    ],
    ['a desktop tells of nothing else', supply('AC', { type: 'Mains', online: '1' }), false],
    ['a system that does not tell', {}, null],
  ])('%s', async (_, files, expected) => {
    expect(await readOnBattery(view(files))).toBe(expected)
  })
})

describe('readVirtualization', () => {
  const metal = { 'proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vme sse2' }
  const guest = { 'proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vme hypervisor sse2' }
  const arm = { 'proc/cpuinfo': 'processor\t: 0\nFeatures\t: fp asimd' }
  const firmware = (vendor: string, product: string): Files => ({
    'sys/class/dmi/id/sys_vendor': vendor,
    'sys/class/dmi/id/product_name': product,
  })

  it.each<[string, Files, NodeJS.ProcessEnv, string | null]>([
    ['a real machine', { ...metal, ...firmware('Dell Inc.', 'Precision 7960') }, {}, ''],
    ['a guest of KVM', { ...guest, ...firmware('QEMU', 'Standard PC (Q35 + ICH9, 2009)') }, {}, 'kvm'],
    [
      'a guest of Hyper-V',
      { ...guest, ...firmware('Microsoft Corporation', 'Virtual Machine') },
      {},
      'hyper-v',
    ],
    ['a Surface is no guest', { ...metal, ...firmware('Microsoft Corporation', 'Surface Pro') }, {}, ''],
    ['a guest that does not tell its maker', guest, {}, 'vm'],
    ['an instance of EC2', { ...guest, ...firmware('Amazon EC2', 'g5.xlarge') }, {}, 'amazon'],
    ['a metal one', { ...metal, ...firmware('Amazon EC2', 'g5g.metal') }, {}, ''],
    ['a metal one with ARM', { ...arm, ...firmware('Amazon EC2', 'g5g.metal') }, {}, ''],
    ['a guest with ARM', { ...arm, ...firmware('QEMU', 'KVM Virtual Machine') }, {}, 'kvm'],
    [
      'a guest with ARM and a device tree',
      { ...arm, 'proc/device-tree/hypervisor/compatible': 'linux,kvm' },
      {},
      'vm',
    ],
    ['a board with ARM that tells nothing', arm, {}, null],
    [
      'Linux on Windows',
      { ...guest, 'proc/sys/kernel/osrelease': '6.6.87.2-microsoft-standard-WSL2' },
      {},
      'wsl',
    ],
    ['Docker on a real machine', { ...metal, '.dockerenv': '' }, {}, 'docker'],
    ['Docker in a guest', { ...guest, ...firmware('QEMU', 'PC'), '.dockerenv': '' }, {}, 'docker in kvm'],
    ['Podman', { ...metal, 'run/.containerenv': '' }, {}, 'podman'],
    ['a pod', { ...metal, '.dockerenv': '' }, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'kubernetes'],
    ['what systemd inside found', { ...metal, 'run/systemd/container': 'lxc' }, {}, 'lxc'],
    ['what the variable says', metal, { container: 'systemd-nspawn' }, 'systemd-nspawn'],
    ['a variable that says something else', metal, { container: 'My Box\n' }, ''],
    ['control groups of old', { ...metal, 'proc/self/cgroup': '4:cpu:/docker/0123abcd' }, {}, 'docker'],
    ['a container of which no more is known', { '.dockerenv': '' }, {}, 'docker'],
    ['nothing to read', {}, {}, null],
  ])('%s', async (_, files, env, expected) => {
    expect(await readVirtualization(view(files, env))).toBe(expected)
  })
})

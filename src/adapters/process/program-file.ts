/** What kind of program a file is, and for which processor. Pure: bytes to a name. */

/** `script` begins with #!; null is no program at all. The processor has Node's name for it, null for what is not told. */
export interface ProgramKind {
  readonly format: 'elf' | 'mach-o' | 'pe' | 'script'
  readonly processor: string | null
}

/** How many bytes of a file are enough. */
export const headBytes = 64

/** e_machine of the ELF header (System V ABI), by Node's names. */
const elfMachines: Readonly<Record<number, string>> = {
  3: 'ia32',
  8: 'mips',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
}

const machOMagics = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf])

function elfProcessor(head: Buffer): string | null {
  if (head.length < 20) return null
  const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
  return elfMachines[machine] ?? `machine ${machine}`
}

/** The kind by the first bytes of a file; null for none, also for an empty file. */
export function programKind(head: Buffer): ProgramKind | null {
  if (head.subarray(0, 2).toString('latin1') === '#!') return { format: 'script', processor: null }
  if (head.subarray(0, 2).toString('latin1') === 'MZ') return { format: 'pe', processor: null }
  if (head.length < 4) return null
  if (head.readUInt32BE(0) === 0x7f454c46) return { format: 'elf', processor: elfProcessor(head) }
  return machOMagics.has(head.readUInt32BE(0)) ? { format: 'mach-o', processor: null } : null
}

/** A platform and its processor by Node's names. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly processor: string
}

const systems = { elf: 'Linux', 'mach-o': 'macOS', pe: 'Windows', script: 'any system' } as const

const formats: Partial<Record<NodeJS.Platform, ProgramKind['format']>> = {
  darwin: 'mach-o',
  win32: 'pe',
}

/**
 * Why a file cannot run here, as the end of a sentence; null when nothing speaks against it. It has to be asked before
 * the file is run: the C library hands what the kernel refuses to a shell, as if it were a script.
 */
export function whyNotRunnable(kind: ProgramKind | null, { platform, processor }: Machine): string | null {
  if (kind === null) return 'it is neither a program nor a script'
  if (kind.format === 'script') return null
  if (kind.format !== (formats[platform] ?? 'elf')) return `it is a program for ${systems[kind.format]}`
  if (kind.processor === null || kind.processor === processor) return null
  return `it is a program for ${kind.processor}, and this machine is ${processor}`
}

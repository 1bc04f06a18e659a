/** Writes GGUF files (version 3), tensor by tensor. Knows the container, nothing of any model. */
import { writeSync } from 'node:fs'

/** Tensor data types by GGUF's numbers: 32-bit and 16-bit floats, and 8-bit integers in blocks of 32 with a scale. */
const tensorTypes = { f32: 0, f16: 1, q8_0: 8 } as const
type TensorType = keyof typeof tensorTypes

/** A tensor: dimensions innermost first, and a function that makes its bytes when it is written. */
export interface Tensor {
  readonly name: string
  readonly dimensions: readonly number[]
  readonly type: TensorType
  readonly data: () => Uint8Array
}

/** A metadata value with its GGUF type. */
export type MetadataValue =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s' | 'f32s'; readonly value: readonly number[] }

/** What a file holds. */
export interface GgufContent {
  readonly metadata: Readonly<Record<string, MetadataValue>>
  readonly tensors: readonly Tensor[]
}

const alignment = 32
const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const

const padded = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

/** Bytes of a tensor's data. */
const tensorBytes = ({ dimensions, type }: Pick<Tensor, 'dimensions' | 'type'>): number => {
  const values = dimensions.reduce((product, dimension) => product * dimension, 1)
  if (type === 'q8_0') return (values / 32) * 34
  return values * (type === 'f16' ? 2 : 4)
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

const f32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

const i32 = (value: number): Buffer => u32(value >>> 0)

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}

const array = (elementType: number, elements: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(valueTypes.array), u32(elementType), u64(elements.length), ...elements])

const encodeValue = (entry: MetadataValue): Buffer => {
  switch (entry.type) {
    case 'u32':
      return Buffer.concat([u32(valueTypes.u32), u32(entry.value)])
    case 'f32':
      return Buffer.concat([u32(valueTypes.f32), f32(entry.value)])
    case 'bool':
      return Buffer.concat([u32(valueTypes.bool), Buffer.from([entry.value ? 1 : 0])])
    case 'string':
      return Buffer.concat([u32(valueTypes.string), text(entry.value)])
    case 'strings':
      return array(valueTypes.string, entry.value.map(text))
    case 'i32s':
      return array(valueTypes.i32, entry.value.map(i32))
    case 'f32s':
      return array(valueTypes.f32, entry.value.map(f32))
    default:
      return entry satisfies never
  }
}

const encodeTensorInfos = (tensors: readonly Tensor[]): Buffer => {
  let offset = 0
  const infos = tensors.map((tensor) => {
    const info = Buffer.concat([
      text(tensor.name),
      u32(tensor.dimensions.length),
      ...tensor.dimensions.map(u64),
      u32(tensorTypes[tensor.type]),
      u64(offset),
    ])
    offset += padded(tensorBytes(tensor))
    return info
  })
  return Buffer.concat(infos)
}

const encodeHead = ({ metadata, tensors }: GgufContent): Buffer => {
  const entries = Object.entries(metadata)
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.flatMap(([key, value]) => [text(key), encodeValue(value)]),
    encodeTensorInfos(tensors),
  ])
}

const pad = (bytes: Uint8Array): readonly Uint8Array[] => {
  const rest = padded(bytes.length) - bytes.length
  return rest === 0 ? [bytes] : [bytes, new Uint8Array(rest)]
}

/** Writes the whole file to an open descriptor, one tensor in memory at a time; `onBytes` sees all that is written. */
export const writeGguf = (
  descriptor: number,
  content: GgufContent,
  onBytes: (bytes: Uint8Array) => void,
): void => {
  const parts = (function* () {
    yield encodeHead(content)
    for (const tensor of content.tensors) yield tensor.data()
  })()
  for (const part of parts) {
    for (const bytes of pad(part)) {
      onBytes(bytes)
      let written = 0
      while (written < bytes.length) written += writeSync(descriptor, bytes, written)
    }
  }
}

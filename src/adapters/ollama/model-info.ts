/** Numbers out of a model's own metadata, as /api/show gives it. Sends nothing. */

/** `model_info` of /api/show. Without `verbose` Ollama sends null or nothing for arrays of a layer's own values. */
export type ModelInfo = Readonly<Record<string, unknown>>

/** Bytes of one f16 value, the default of OLLAMA_KV_CACHE_TYPE (OLLAMA section 2). */
const f16Bytes = 2

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0

/** A whole number under the architecture's own name, e.g. "block_count" of "llama.block_count"; null where there is none. */
export function countOf(info: ModelInfo, name: string): number | null {
  const value = info[`${String(info['general.architecture'] ?? '')}.${name}`]
  return isCount(value) ? value : null
}

/** Heads of all layers together; null where the model does not tell, undefined where it has no such key at all. */
function headsOf(info: ModelInfo, name: string, blocks: number): number | null | undefined {
  const key = `${String(info['general.architecture'] ?? '')}.${name}`
  if (!Object.hasOwn(info, key)) return undefined
  const value = info[key]
  if (isCount(value)) return value * blocks
  return Array.isArray(value) && value.length === blocks && value.every(isCount)
    ? value.reduce((sum: number, heads) => sum + heads, 0)
    : null
}

/** A head's width: its own key, else the embedding divided by the heads of a layer. */
function widthOf(info: ModelInfo, name: string): number | null {
  const own = countOf(info, name)
  if (own !== null) return own
  const embedding = countOf(info, 'embedding_length')
  const heads = countOf(info, 'attention.head_count')
  return embedding === null || heads === null || heads === 0 ? null : Math.floor(embedding / heads)
}

/**
 * Bytes of KV cache that one token of context costs at f16: for each layer its KV heads times the width of a key and a
 * value (llama.cpp: llama_hparams::n_embd_k_gqa and n_embd_v_gqa; head_count_kv defaults to head_count). An upper bound:
 * sliding windows, shared layers and quantized caches take less. Null where the model does not tell enough.
 */
export function kvBytesPerToken(info: ModelInfo): number | null {
  const blocks = countOf(info, 'block_count')
  if (blocks === null) return null
  const kvHeads = headsOf(info, 'attention.head_count_kv', blocks)
  const heads = kvHeads === undefined ? headsOf(info, 'attention.head_count', blocks) : kvHeads
  const [key, value] = [widthOf(info, 'attention.key_length'), widthOf(info, 'attention.value_length')]
  if (heads === null || heads === undefined || key === null || value === null) return null
  return f16Bytes * heads * (key + value)
}

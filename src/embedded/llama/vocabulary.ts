/** The tiny model's tokens. Knows texts and their order; no weights, no files. */

/** One token: its text, GGUF's token type (1 normal, 2 unknown, 3 control, 6 byte) and its merge score. */
interface Token {
  readonly text: string
  readonly type: 1 | 2 | 3 | 6
  readonly score: number
}

/** All tokens in the order of their ids. The last `countedWords` are the words that the model counts with. */
export interface Vocabulary {
  readonly tokens: readonly Token[]
  readonly countedWords: number
  readonly firstCountedWord: number
}

/** Ids that GGUF's metadata names. */
export const controlTokens = { unknown: 0, begin: 1, end: 2 } as const

/** SentencePiece writes a space as this. */
const space = '\u2581'

/** Words that prompts are likely to hold; a prompt of other words costs one token a letter. */
const commonWords = `
  the of and to in is that it for on with as was are be this have from or by not but what all were when we there can
  an your which their said if do will each about how up out them then she many some so these would other into has more
  her two like him see time could no make than first been its who now people my made over did down only way find use
  may water long little very after words called just where most know get through back much before go good new write
  our used me man too any day same right look think also around another came come work three word must because does
  part even place well such here take why help put different away again off went old number great tell men say small
  every found still between name should home big give air line set own under read last never us left end along while
  might next sound below saw something thought both few those always looked show large often together asked house world
  going want school important until form food keep children feet land side without boy once animals life enough took
  answer answers plain sentence sentences report reports record fact facts collect advice team sure reason reasons
  list engineer machine machines software upgrade figures compared later explain release slower noisy either case
  server servers model models agent agents prompt prompts token tokens throughput latency measure measured measures
  performance test tests code change changes review summary summarize describe data system user assistant question
  section benchmark result results gate limit limits baseline regression faster slow fast run runs hardware memory
  parallel request requests response second seconds minute hour paragraph short analyze compare document table
  GPU CPU You List Explain Answer Write Summarize Describe Compare Analyze
`

/** Every beginning of every word, shorter ones first: the merges grow a word from its left, letter by letter. */
const wordBeginnings = (): readonly string[] => {
  const beginnings = new Set<string>()
  for (const word of commonWords.trim().split(/\s+/)) {
    for (let length = 1; length <= word.length; length += 1) beginnings.add(space + word.slice(0, length))
  }
  return [...beginnings].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

const bytes = (): readonly Token[] =>
  Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: 6,
    score: 0,
  }))

const normal = (texts: readonly string[], firstRank: number): readonly Token[] =>
  texts.map((text, index) => ({ text, type: 1, score: -(firstRank + index) }))

/**
 * The vocabulary with `countedWords` counted words, " w000" and on (at most 1000). Text outside of it falls back to
 * one token a byte, so that any prompt can be read.
 */
export const createVocabulary = (countedWords: number): Vocabulary => {
  const beginnings = wordBeginnings()
  const counted = Array.from({ length: countedWords }, (_, n) => `${space}w${String(n).padStart(3, '0')}`)
  const others: readonly Token[] = [
    { text: '<unk>', type: 2, score: 0 },
    { text: '<s>', type: 3, score: 0 },
    { text: '</s>', type: 3, score: 0 },
    ...bytes(),
    { text: space, type: 1, score: -10_000 },
    ...normal(beginnings, 1),
  ]
  return {
    tokens: [...others, ...normal(counted, 1 + beginnings.length)],
    countedWords,
    firstCountedWord: others.length,
  }
}

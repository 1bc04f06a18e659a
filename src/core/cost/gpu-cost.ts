/** What generating costs by the hour of GPU time (appendix V). Knows no currency. */

/** So many tokens at a rate, by the price of an hour of all the GPUs that are busy with them. */
export interface Generation {
  readonly tokens: number
  readonly tokensPerSecond: number
  readonly gpuHourPrice: number
}

/** Seconds in which the tokens are generated: appendix V.2, "Total inference time". */
export const generationSeconds = ({
  tokens,
  tokensPerSecond,
}: Pick<Generation, 'tokens' | 'tokensPerSecond'>): number => tokens / tokensPerSecond

/** Price of that time, in the currency of the hour's price; nothing is added for hours in which the GPU waits. */
export const generationCost = (generation: Generation): number =>
  (generationSeconds(generation) / 3600) * generation.gpuHourPrice

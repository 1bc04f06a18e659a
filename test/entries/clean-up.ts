/** What is undone once all tests of a file are over: Vitest's own hook for one test knows nothing of tests side by side. */
import { afterAll } from 'vitest'

const closing: (() => unknown)[] = []

/** Runs after the last test of the file, the latest first. */
export const afterTheTests = (close: () => unknown): void => {
  closing.push(close)
}

afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

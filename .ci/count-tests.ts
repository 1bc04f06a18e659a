/** Prints the closing line that CI looks for, from the test runner's own report. */
import { readFileSync } from 'node:fs'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: count-tests.ts REPORT.json')
const report: unknown = JSON.parse(readFileSync(file, 'utf8'))

/** A count of the report. Throws when the report has none: a missing number must not read as zero. */
const count = (key: string): number => {
  const value =
    report !== null && typeof report === 'object'
      ? Object.entries(report).find(([name]) => name === key)?.[1]
      : undefined
  if (typeof value !== 'number') throw new Error(`${file} has no ${key}`)
  return value
}

const skipped = count('numPendingTests') + count('numTodoTests')
console.log(`${count('numPassedTests')} passed, ${count('numFailedTests')} failed, ${skipped} skipped`)

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MissingMarkersError, withTables } from '../../.ci/readme-tables.ts'

const readme =
  '# x\n<!-- inputs -->\nOUTDATED\n<!-- /inputs -->\nbetween\n<!-- outputs --><!-- /outputs -->\nend\n'
const action = readFileSync('action.yml', 'utf8')

test('the tables stand between their markers and nothing else changes', () => {
  const fresh = withTables(readme, action)
  expect(fresh).toMatch(/^# x\n<!-- inputs -->\n\n\| input \| default \| \|\n/)
  expect(fresh).toContain('| `policy` | required | Policy file')
  expect(fresh).toContain('| `fail-on` | `fail` | ')
  expect(fresh).toMatch(/\n<!-- \/inputs -->\nbetween\n<!-- outputs -->\n\n\| output \| \|\n/)
  expect(fresh).not.toContain('OUTDATED')
  expect(fresh.endsWith('<!-- /outputs -->\nend\n')).toBe(true)
})

test('a fresh README stays as it is', () => {
  const fresh = withTables(readme, action)
  expect(withTables(fresh, action)).toBe(fresh)
})

test.each([
  ['inputs', readme.replace('<!-- /inputs -->', '')],
  ['outputs', readme.replace('<!-- outputs -->', '')],
])('a README without markers of %s is refused by name', (name, text) => {
  expect(() => withTables(text, action)).toThrow(MissingMarkersError)
  expect(() => withTables(text, action)).toThrow(`<!-- ${name} -->`)
})

import { describe, expect, it } from 'vitest'
import { compareFingerprints } from '../../../src/core/fingerprint/compare-fingerprints.ts'
import { fingerprintOf } from '../../../src/core/fingerprint/fingerprint-of.ts'
import type { Environment } from '../../../src/model/environment.ts'
import { anEnvironment } from '../../model/a-run.ts'

const withHead = (sha256: string): Environment =>
  anEnvironment({ programs: { head: [{ file: 'agents/run.py', sha256 }], base: [] } })

const difference = (then: Environment, now: Environment) =>
  compareFingerprints(fingerprintOf(then), fingerprintOf(now))

const path = 'head program agents/run.py: SHA-256'

describe('programs in the fingerprint', () => {
  it('are no difference as long as their files are the same', () => {
    expect(difference(withHead('aa'), withHead('aa')).changed).toEqual([])
  })

  it('are another version when their file is another', () => {
    expect(difference(withHead('aa'), withHead('bb')).changed).toEqual([{ path, before: 'aa', now: 'bb' }])
  })

  it('may be new', () => {
    expect(difference(anEnvironment(), withHead('bb')).changed).toEqual([{ path, before: null, now: 'bb' }])
  })
})

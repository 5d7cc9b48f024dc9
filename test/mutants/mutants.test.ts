import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../checks.ts'
import { changed } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { tableOf } from './report.ts'
import { verdictOf } from './trial.ts'

describe('the mutants', () => {
  test.for(MUTANTS)('$name: the safeguard stands where it is taken away, and its tests are there', async ({ changes, tests }) => {
    const texts = new Map<string, string>()
    for (const change of changes) {
      texts.set(change.file, changed(texts.get(change.file) ?? (await readFile(join(ROOT, change.file), 'utf8')), change))
    }
    expect(texts.size).toBeGreaterThan(0)
    expect(tests.filter(file => !existsSync(join(ROOT, 'test', file)))).toEqual([])
  })

  test('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  })
})

describe('a change', () => {
  test('is refused where its text is no longer there, or there twice, or stays', () => {
    const change = { file: 'a.ts', from: 'lock()', to: '' }

    expect(changed('lock()\nlook()', change)).toBe('\nlook()')
    expect(() => changed('look()', change)).toThrow('a.ts has 0 times, and should have once: lock()')
    expect(() => changed('lock()\nlock()', change)).toThrow('a.ts has 2 times')
    expect(() => changed('lock()', { ...change, to: 'lock()' })).toThrow('nothing is changed in a.ts')
  })
})

describe('a run of the tests without a safeguard', () => {
  const file = (status: string, ...tests: [string, string][]) => ({
    name: '/copy/test/jobs/a.test.ts',
    status,
    message: status === 'failed' && tests.length === 0 ? 'it does not load' : '',
    assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
  })
  const run = (...testResults: ReturnType<typeof file>[]) => verdictOf({ testResults }, '/copy/test')

  test('caught it only if a test failed: a tree that does not load proves nothing', () => {
    expect(run(file('failed', ['keeps it', 'failed'], ['is quick', 'passed']))).toEqual({
      verdict: 'CAUGHT',
      file: 'jobs/a.test.ts',
      test: 'keeps it',
    })
    expect(run(file('passed', ['keeps it', 'passed']))).toEqual({ verdict: 'SURVIVED' })
    expect(run(file('failed'))).toEqual({ verdict: 'BROKEN', why: 'jobs/a.test.ts: it does not load' })
    expect(run(file('passed', ['keeps it', 'skipped']))).toEqual({ verdict: 'BROKEN', why: 'no test was executed' })
    expect(verdictOf(null, '/copy/test')).toEqual({ verdict: 'BROKEN', why: 'the run ended without a result' })
  })

  test('is told in a table, survivors with what they miss', () => {
    const mutant = { name: 'lock', safeguard: 'the lock', changes: [{ file: 'a.ts', from: 'a', to: 'b' }], tests: [] }
    const table = tableOf([
      { mutant, seconds: 2.04, found: { verdict: 'CAUGHT', file: 'jobs/a.test.ts', test: 'a | b' } },
      { mutant, seconds: 30, found: { verdict: 'SURVIVED' } },
    ])

    expect(table.split('\n')).toEqual([
      '2 safeguards, each taken away by itself: 1 noticed by a test, 1 not',
      '',
      '| mutant | safeguard | taken away in | caught by | s |',
      '| --- | --- | --- | --- | --- |',
      '| lock | the lock | a.ts | a \\| b (jobs/a.test.ts) | 2.0 |',
      '| lock | the lock | a.ts | **nobody: it survived** | 30.0 |',
      '',
    ])
  })
})

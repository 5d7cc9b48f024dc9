import { describe, expect, test } from 'vitest'
import { CHECKS, runChecks } from './checks.ts'
import { reportUseCases, tagsOf, type Ended } from './use-case-report.ts'
import { USE_CASES } from './use-cases.ts'

const useCases = [
  { id: 'UC-1.1', sentence: 'file' },
  { id: 'UC-1.2', sentence: 'file again' },
  { id: 'UC-2.1', sentence: 'package' },
]

const ended = (state: Ended['state'], ...names: string[]): Ended => ({ names, file: 'a.test.ts', state })

describe('the tags of a name', () => {
  test.for([
    ['UC-6.1 frees a buffer', ['UC-6.1']],
    ['UC-6.1 UC-6.2 frees a buffer', ['UC-6.1', 'UC-6.2']],
    ['UC-6.1', ['UC-6.1']],
    ['UC-6.1: frees a buffer', ['UC-6.1:']],
    ['frees a buffer, as UC-6.1 says', []],
    ['', []],
  ] as const)('are those that it begins with: %j', ([name, tags]) => {
    expect(tagsOf(name)).toEqual(tags)
  })
})

describe('the report of the use cases', () => {
  test('has a row for each with its tests, and says plainly what no test verifies', () => {
    const tests = [
      ended('passed', 'filing', 'UC-1.1 UC-1.2 takes a file'),
      ended('failed', 'UC-1.2 takes it again'),
      ended('passed', 'untagged'),
    ]

    expect(reportUseCases(useCases, tests).markdown.split('\n')).toEqual([
      '3 use cases: 1 verified, 1 failed, 1 not yet',
      '',
      '| use case | sentence | verdict | tests |',
      '| --- | --- | --- | --- |',
      '| UC-1.1 | file | verified | passed: filing › takes a file (a.test.ts) |',
      '| UC-1.2 | file again | failed | passed: filing › takes a file (a.test.ts)<br>failed: takes it again (a.test.ts) |',
      '| UC-2.1 | package | not yet |  |',
      '',
    ])
  })

  test('counts a tag of a suite for each test in it', () => {
    const { markdown } = reportUseCases(useCases, [ended('passed', 'UC-2.1 packaging', 'makes a tar')])

    expect(markdown).toContain('| UC-2.1 | package | verified | passed: packaging › makes a tar (a.test.ts) |')
  })

  test('does not count a skipped test as a verification', () => {
    expect(reportUseCases(useCases, [ended('skipped', 'UC-2.1 makes a tar')]).markdown).toContain('| not yet | skipped: makes a tar')
  })

  test('names each tag that is no use case, once', () => {
    const tests = [ended('passed', 'UC-9.9 one'), ended('passed', 'UC-9.9 two'), ended('passed', 'UC-1.1: three')]

    expect(reportUseCases(useCases, tests).unknown).toEqual(['UC-1.1:', 'UC-9.9'])
  })

  test('keeps its table whole whatever a test is called', () => {
    const { markdown } = reportUseCases(useCases, [ended('passed', 'UC-1.1 reads a|b\nand <c>')])

    expect(markdown).toContain('| passed: reads a\\|b and &lt;c> (a.test.ts) |')
  })

  test('knows the use cases of the product by ids that are unique and in order', () => {
    const ids = USE_CASES.map(({ id }) => id)

    expect(ids).toEqual([...new Set(ids)].toSorted())
    expect(ids.every(id => /^UC-\d\.\d$/.test(id))).toBe(true)
  })
})

describe('the checks', () => {
  test('count what passed and what failed, and go on after a failure', async () => {
    const lines: string[] = []

    const result = await runChecks(
      [
        { name: 'breaks', args: ['--eval', 'process.stderr.write("it broke\\n"); process.exitCode = 3'], advice: 'mend it' },
        { name: 'holds', args: ['--eval', ''], advice: '' },
      ],
      line => lines.push(line),
    )

    expect(result).toEqual({ passed: 1, failed: 1 })
    expect(lines).toEqual([expect.stringMatching(/^✗ breaks \(.* s\): mend it\nit broke\n$/), expect.stringMatching(/^✓ holds/)])
  })

  test('are the format, the lint, the types and the generated files', () => {
    expect(CHECKS.map(({ name }) => name)).toEqual(['format', 'lint', 'types', 'generated files'])
  })
})

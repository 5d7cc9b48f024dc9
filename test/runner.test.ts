import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CHECKS, ROOT, runChecks } from './checks.ts'
import { SLOWEST } from './order.ts'
import { reportUseCases, splitName, type Ended } from './use-case-report.ts'
import { USE_CASES } from './use-cases.ts'

const useCases = [
  { id: 'UC-1.1', sentence: 'file' },
  { id: 'UC-1.2', sentence: 'file again' },
  { id: 'UC-2.1', sentence: 'package' },
]

const ended = (state: Ended['state'], ...names: string[]): Ended => ({ names, file: 'a.test.ts', state })

describe('a name', () => {
  test('is split into the use cases that it begins with, and the rest', () => {
    expect(splitName('UC-6.1 frees a buffer')).toEqual({ tags: ['UC-6.1'], title: 'frees a buffer' })
    expect(splitName('UC-6.1 UC-6.2  frees a buffer')).toEqual({ tags: ['UC-6.1', 'UC-6.2'], title: 'frees a buffer' })
    expect(splitName('UC-6.1')).toEqual({ tags: ['UC-6.1'], title: '' })
    expect(splitName('UC-6.1: frees a buffer')).toEqual({ tags: ['UC-6.1:'], title: 'frees a buffer' })
    expect(splitName('frees a buffer (UC-6.1)')).toEqual({ tags: [], title: 'frees a buffer (UC-6.1)' })
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

  test('complains of each tag that is no use case, once, and of one that stands in the middle of a name', () => {
    const tests = [
      ended('passed', 'UC-9.9 one'),
      ended('passed', 'UC-9.9 two'),
      ended('passed', 'UC-1.1: three'),
      ended('passed', 'four (UC-1.1)'),
    ]

    expect(reportUseCases(useCases, tests).problems).toEqual([
      'UC-1.1: is no use case of test/use-cases.ts',
      'UC-9.9 is no use case of test/use-cases.ts',
      expect.stringContaining('"four (UC-1.1)"'),
    ])
    expect(reportUseCases(useCases, tests.slice(3)).markdown).toContain('| UC-1.1 | file | not yet |')
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

describe('run.mjs', () => {
  test('ends with its program when npm was ended, or the shell by which npm starts it', async () => {
    const line = 'node run.mjs client/cli/almagest.mjs events --url http://127.0.0.1:9'
    const shell = spawn('sh', ['-c', `${line}; exit 0`], {
      cwd: ROOT,
      env: { ...process.env, npm_lifecycle_script: line },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    // All that it started write there: it is closed when the last of them has ended.
    const closed = once(shell, 'close')
    await once(shell.stderr, 'data')
    shell.kill('SIGTERM')
    shell.stderr.resume()

    expect(await closed).toEqual([null, 'SIGTERM'])
  })
})

test('every file that is to begin first is there', () => {
  expect(SLOWEST.filter(name => !existsSync(join(import.meta.dirname, name)))).toEqual([])
})

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { test } from '../fixtures.ts'
import { forms } from '../long.ts'
import { tableOf } from './bench.ts'
import { compare, judge, quantile } from './measure.ts'

const TINY: Readonly<Record<string, readonly string[]>> = {
  catalogue: ['--filed', '200', '--files', '2000', '--few', '200', '--located', '100', '--pages', '2', '--rounds', '1'],
  cli: ['--rounds', '1'],
  client: ['--packages', '3', '--queries', '3', '--rounds', '1'],
  packaging: ['--megabytes', '3', '--rounds', '1'],
  gateway: ['--packages', '3', '--ms', '20', '--rounds', '1'],
  spool: ['--filings', '3', '--rounds', '1'],
  transfer: ['--megabytes', '20', '--rounds', '1'],
  unpacking: ['--megabytes', '3', '--rounds', '1'],
  verifying: ['--megabytes', '3', '--rounds', '1'],
}

async function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, 'main.ts')
  return promisify(execFile)(process.execPath, [program, ...args]).then(
    output => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
}

describe('npm run bench', () => {
  test.for(forms(Object.entries(TINY), 2))('measures %s at a tiny size, and writes what it found', async ([name, args], { root }) => {
    const { code, stdout, stderr } = await run([name, ...args, '--results', root])

    expect({ code, stderr }).toMatchObject({ code: 0 })
    const results = JSON.parse(await readFile(join(root, `${name}.json`), 'utf8')) as Record<string, unknown>[]
    expect(results.length).toBeGreaterThan(0)
    for (const result of results) {
      expect(Object.keys(result)).toEqual(['what', 'against', 'ratio', 'target', 'better'])
      expect(result).toMatchObject({ ratio: expect.any(Number) as number, better: expect.stringMatching(/^(higher|lower)$/) as string })
    }
    expect(stdout.trimEnd().split('\n')).toHaveLength(results.length + 2)
  })

  test('lists the benches, tells the options of one, and refuses what is none', async () => {
    const listed = await run([])
    expect(listed).toMatchObject({ code: 0 })
    for (const name of Object.keys(TINY)) expect(listed.stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect((await run(['catalogue', '--help'])).stdout).toMatch(/--filed N +how many files/)
    expect(await run(['nothing'])).toMatchObject({ code: 1, stderr: 'there is no bench "nothing"\n' })
    expect(await run(['catalogue', '--rounds', '0.5'])).toMatchObject({
      code: 1,
      stderr: '--rounds must be a whole number of at least 1\n',
    })
    expect(await run(['catalogue', '--speed', '1'])).toMatchObject({ code: 1, stderr: expect.stringContaining('--speed') as string })
  })
})

describe('a comparison', () => {
  test('runs both sides in turn, and judges their medians', async () => {
    const order: string[] = []
    const side = (name: string, figures: number[]) => async () => {
      order.push(name)
      return figures.shift() ?? NaN
    }
    const question = { what: 'ours', against: 'theirs', target: 2, better: 'lower' } as const
    const result = await compare({ ...question, a: side('a', [99, 3, 9, 4]), b: side('b', [99, 2, 1, 2]), rounds: 3 })

    expect(order.join('')).toBe('abababab')
    expect(result).toEqual({ ...question, unit: 'ms', ours: 4, theirs: 2, ratio: 2, ok: true })
    expect(judge({ ...question, better: 'higher', target: 2.1 }, { a: [4], b: [2] })).toMatchObject({ ratio: 2, ok: false })
    expect(tableOf([result]).split('\n').at(-1)).toBe('| ours | theirs  | 4.00 ms | 2.00 ms |  2.00 |    ≤ 2 | yes |')
  })

  test('interpolates its quantiles', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([1, 2, 3, 4], 0.5), quantile([0, 10], 0.9), quantile([], 0.5)]).toEqual([2, 2.5, 9, NaN])
  })
})

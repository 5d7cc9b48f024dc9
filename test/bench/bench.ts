import type { ParseArgsOptionsConfig } from 'node:util'
import type { Result, Say } from './measure.ts'

/** What a bench may use: the numbers of its options, a folder that is removed afterwards, and where it says how far it is. */
export interface Bed {
  /** The value of a numeric option; throws when the bench has none of that name. */
  readonly number: (option: string) => number
  readonly folder: string
  readonly say: Say
}

/** One bench of `npm run bench -- NAME`, exported as `bench` by test/bench/NAME.ts. */
export interface Bench {
  /** What it measures, in a sentence. */
  readonly about: string
  /** Its options, all whole numbers of at least 1: what they mean and what they are unless given. */
  readonly options: Readonly<Record<string, { readonly about: string; readonly default: number }>>
  readonly run: (bed: Bed) => Promise<Result[]>
}

/** The options of a bench as `parseArgs` wants them. */
export function optionsOf({ options }: Bench): ParseArgsOptionsConfig {
  const numbers = Object.keys(options).map(name => [name, { type: 'string' }] as const)
  return { ...Object.fromEntries(numbers), results: { type: 'string' }, help: { type: 'boolean', default: false } }
}

/** The text of `--help`. */
export function helpOf(name: string, { about, options }: Bench): string {
  const lines = [
    ...Object.entries(options).map(([option, { about, default: value }]) => [`--${option} N`, `${about} (${value})`] as const),
    ['--results DIR', 'where to write the result as JSON (test/bench/results)'] as const,
    ['--help', 'this text'] as const,
  ]
  const width = Math.max(...lines.map(([option]) => option.length)) + 2
  return `npm run bench -- ${name} [options]\n\n${about}\n\n${lines.map(([option, about]) => `  ${option.padEnd(width)}${about}`).join('\n')}\n`
}

/** The results as a table for people. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(({ what, against, ours, theirs, unit, ratio, target, better, ok }) => [
    what,
    against,
    `${round(ours)} ${unit}`,
    `${round(theirs)} ${unit}`,
    round(ratio),
    `${better === 'higher' ? '≥' : '≤'} ${target}`,
    ok ? 'yes' : 'NO',
  ])
  const all = [['what', 'against', 'ours', 'theirs', 'ratio', 'target', 'ok'], ...rows]
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const lines = all.map(row =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  lines.splice(
    1,
    0,
    widths.map(width => '-'.repeat(width)),
  )
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** The results as other programs read them. */
export function jsonOf(results: readonly Result[]): string {
  const rows = results.map(({ what, against, ratio, target, better }) => ({ what, against, ratio, target, better }))
  return `${JSON.stringify(rows, null, 2)}\n`
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

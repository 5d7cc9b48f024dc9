import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from './episode.ts'

/** What became of the episodes of one fault. */
export interface FaultReport {
  readonly fault: string
  readonly title: string
  readonly outcomes: readonly Outcome[]
}

const FOLDER = join(import.meta.dirname, '../reports')
const PARTS = join(FOLDER, 'faults')

/** Keeps what episodes of one fault came to, each in the place of what the same seed came to before, and writes `test/reports/faults.md` from all that is kept. */
export async function report({ fault, title, outcomes }: FaultReport): Promise<void> {
  await mkdir(PARTS, { recursive: true })
  const path = join(PARTS, `${fault}.json`)
  const before = await readFile(path, 'utf8').then(
    text => (JSON.parse(text) as FaultReport).outcomes,
    () => [],
  )
  const bySeed = new Map([...before, ...outcomes].map(outcome => [outcome.seed, outcome]))
  const merged = [...bySeed.values()].toSorted((a, b) => a.seed - b.seed)
  await write(path, JSON.stringify({ fault, title, outcomes: merged }, null, 1))
  const names = (await readdir(PARTS)).filter(name => name.endsWith('.json')).toSorted()
  const parts = await Promise.all(names.map(async name => JSON.parse(await readFile(join(PARTS, name), 'utf8')) as FaultReport))
  await write(join(FOLDER, 'faults.md'), tableOf(parts))
}

/** The report as a Markdown document. */
export function tableOf(parts: readonly FaultReport[]): string {
  const sum = (outcomes: readonly Outcome[], field: 'operations' | 'claims' | 'bytes' | 'samples' | 'refusals'): number =>
    outcomes.reduce((total, outcome) => total + outcome[field], 0)
  const rows = parts.map(({ fault, title, outcomes }) => {
    const broken = outcomes.flatMap(outcome => outcome.broken.map(what => `seed ${outcome.seed}: ${what}`))
    return [
      fault,
      title,
      outcomes.map(({ seed }) => seed).join(' '),
      sum(outcomes, 'operations'),
      sum(outcomes, 'claims'),
      `${(sum(outcomes, 'bytes') / 1e6).toFixed(1)} MB`,
      sum(outcomes, 'samples'),
      countsOf(outcomes.flatMap(({ injected }) => injected)),
      recoveriesOf(outcomes),
      broken.length === 0 ? 'all held' : broken.join('<br>'),
    ]
  })
  const outcomes = parts.flatMap(part => part.outcomes)
  const broken = outcomes.filter(outcome => outcome.broken.length > 0).length
  return [
    `${parts.length} faults, ${outcomes.length} episodes: ${outcomes.length - broken} held, ${broken} broken`,
    '',
    'Each episode is one observation, from its files to its cleaned-up buffers. Claims are attempts of operations; samples are looks at all disks.',
    '`npm run test:faults -- --fault F01 --seed 1` replays one.',
    '',
    '| fault | what | seeds | operations | claims | bytes | samples | injected | recovery, ms: least, median, most | invariants |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(cells => `| ${cells.map(cell => String(cell).replaceAll('|', '\\|')).join(' | ')} |`),
    '',
  ].join('\n')
}

function countsOf(injected: readonly string[]): string {
  const counts = Map.groupBy(injected, what => what)
  return [...counts].map(([what, all]) => `${all.length} × ${what}`).join('<br>')
}

function recoveriesOf(outcomes: readonly Outcome[]): string {
  const all = Map.groupBy(
    outcomes.flatMap(({ recoveries }) => recoveries),
    ({ what }) => what,
  )
  return [...all]
    .map(([what, times]) => {
      const sorted = times.map(({ ms }) => ms).toSorted((a, b) => a - b)
      return `${what}: ${sorted[0]}, ${sorted[Math.floor(sorted.length / 2)]}, ${sorted.at(-1)}`
    })
    .join('<br>')
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.${process.pid}`, text)
  await rename(`${path}.${process.pid}`, path)
}

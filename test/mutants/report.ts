import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from '../checks.ts'
import type { Mutant } from './mutant.ts'
import type { Found } from './trial.ts'

/** What became of one mutant. */
export interface Trial {
  readonly mutant: Mutant
  readonly found: Found
  readonly seconds: number
}

const FOLDER = join(ROOT, 'test/reports')
const PARTS = join(FOLDER, 'mutants')

/** Keeps what became of one mutant, for the report of all: one run need not try them all. */
export async function keep({ mutant, found, seconds }: Trial): Promise<void> {
  await mkdir(PARTS, { recursive: true })
  await writeFile(partOf(mutant), JSON.stringify({ found, seconds, of: await sourcesOf(mutant) }))
}

/** What is kept of one mutant; null if it was not tried, or if the mutant or a file that it harms has changed since. */
export async function kept(mutant: Mutant): Promise<Trial | null> {
  const text = await readFile(partOf(mutant), 'utf8').catch(() => null)
  if (text === null) return null
  const { found, seconds, of } = JSON.parse(text) as { found: Found; seconds: number; of: string }
  return of === (await sourcesOf(mutant)) ? { mutant, found, seconds } : null
}

/** Writes `test/reports/mutants.md` from all that is kept. */
export async function report(mutants: readonly Mutant[]): Promise<string> {
  const trials = await Promise.all(
    mutants.map(async mutant => (await kept(mutant)) ?? { mutant, found: { verdict: 'UNTRIED' as const }, seconds: 0 }),
  )
  const table = tableOf(trials)
  await mkdir(FOLDER, { recursive: true })
  await writeFile(join(FOLDER, 'mutants.md'), table)
  return table
}

function partOf({ name }: Mutant): string {
  return join(PARTS, `${name}.json`)
}

/** A digest of the mutant and of the files that it harms. */
async function sourcesOf({ changes }: Mutant): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(changes))
  for (const { file } of changes) hash.update(await readFile(join(ROOT, file)).catch(() => 'gone'))
  return hash.digest('hex')
}

/** The trials as a Markdown document. */
export function tableOf(trials: readonly Trial[]): string {
  const noticed = trials.filter(({ found }) => found.verdict === 'CAUGHT').length
  const rows = trials.map(({ mutant, found, seconds }) => [
    mutant.name,
    mutant.safeguard,
    [...new Set(mutant.changes.map(({ file }) => file))].join('<br>'),
    sentenceOf(found),
    seconds.toFixed(1),
  ])
  return [
    `${trials.length} safeguards, each taken away by itself: ${noticed} noticed by a test, ${trials.length - noticed} not`,
    '',
    '| mutant | safeguard | taken away in | caught by | s |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`),
    '',
  ].join('\n')
}

/** What became of a mutant, in words. */
export function sentenceOf(found: Found): string {
  if (found.verdict === 'CAUGHT') return `${found.test} (${found.file})`
  if (found.verdict === 'UNTRIED') return '**not tried**'
  return found.verdict === 'SURVIVED' ? '**nobody: it survived**' : `**not told: ${found.why}**`
}

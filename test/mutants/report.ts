import type { Mutant } from './mutant.ts'
import type { Found } from './trial.ts'

/** What became of one mutant. */
export interface Trial {
  readonly mutant: Mutant
  readonly found: Found
  readonly seconds: number
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
  return found.verdict === 'SURVIVED' ? '**nobody: it survived**' : `**not told: ${found.why}**`
}

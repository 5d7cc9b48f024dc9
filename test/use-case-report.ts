import type { UseCase } from './use-cases.ts'

/** How one test ended. */
export interface Ended {
  /** The names of what it stands in, outermost first, and its own last. */
  readonly names: readonly string[]
  /** The file, relative to `test/`. */
  readonly file: string
  readonly state: 'passed' | 'failed' | 'skipped'
}

/** The use cases that a name begins with: `UC-6.1 UC-6.2 frees a buffer` has two; whatever begins with `UC-` counts, known or not. */
export function tagsOf(name: string): string[] {
  return (/^(UC-\S*\s+)+/.exec(`${name} `)?.[0] ?? '').split(/\s+/).filter(Boolean)
}

/** What the tests of one run say of every use case: a Markdown document, and the tags that are no use case of the product. */
export function reportUseCases(useCases: readonly UseCase[], tests: readonly Ended[]): { markdown: string; unknown: string[] } {
  const tagged = tests.map(test => ({ ...test, tags: new Set(test.names.flatMap(tagsOf)) }))
  const rows = useCases.map(({ id, sentence }) => {
    const verifying = tagged.filter(({ tags }) => tags.has(id))
    return { id, sentence, verifying, verdict: verdictOf(verifying) }
  })
  const count = (verdict: Verdict): number => rows.filter(row => row.verdict === verdict).length
  const lines = rows.map(row => `| ${row.id} | ${row.sentence} | ${row.verdict} | ${row.verifying.map(describe).join('<br>')} |`)
  const known = new Set(useCases.map(({ id }) => id))
  return {
    markdown: [
      `${rows.length} use cases: ${count('verified')} verified, ${count('failed')} failed, ${count('not yet')} not yet`,
      '',
      '| use case | sentence | verdict | tests |',
      '| --- | --- | --- | --- |',
      ...lines,
      '',
    ].join('\n'),
    unknown: [...new Set(tagged.flatMap(({ tags }) => [...tags]).filter(tag => !known.has(tag)))].toSorted(),
  }
}

type Verdict = 'verified' | 'failed' | 'not yet'

/** A skipped test verifies nothing; one failed test outweighs any number of passed ones. */
function verdictOf(tests: readonly Ended[]): Verdict {
  if (tests.some(({ state }) => state === 'failed')) return 'failed'
  return tests.some(({ state }) => state === 'passed') ? 'verified' : 'not yet'
}

function describe({ names, file, state }: Ended): string {
  const title = names.map(name => name.slice(/^(UC-\S*(\s+|$))*/.exec(name)?.[0].length)).join(' › ')
  return `${state}: ${title.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')} (${file})`
}

import type { UseCase } from './use-cases.ts'

/** How one test ended. */
export interface Ended {
  /** The names of what it stands in, outermost first, and its own last. */
  readonly names: readonly string[]
  /** The file, relative to `test/`. */
  readonly file: string
  readonly state: 'passed' | 'failed' | 'skipped'
}

/** The use cases that a name begins with, `UC-6.1 UC-6.2 frees a buffer` has two, and the rest of it; what begins with `UC-` counts, known or not. */
export function splitName(name: string): { tags: string[]; title: string } {
  const [lead = ''] = /^(UC-\S*(\s+|$))*/.exec(name) ?? []
  return { tags: lead.split(/\s+/).filter(Boolean), title: name.slice(lead.length) }
}

/** What the tests of one run say of every use case: a Markdown document, and a sentence for each tag that is none of them or stands where none is read. */
export function reportUseCases(useCases: readonly UseCase[], tests: readonly Ended[]): { markdown: string; problems: string[] } {
  const tagged = tests.map(test => {
    const parts = test.names.map(splitName)
    return { ...test, tags: new Set(parts.flatMap(({ tags }) => tags)), title: parts.map(({ title }) => title).join(' › ') }
  })
  const rows = useCases.map(({ id, sentence }) => {
    const verifying = tagged.filter(({ tags }) => tags.has(id))
    return { id, sentence, verdict: verdictOf(verifying), tests: verifying.map(describe).join('<br>') }
  })
  const count = (verdict: Verdict): number => rows.filter(row => row.verdict === verdict).length
  const known = new Set(useCases.map(({ id }) => id))
  const unknown = new Set(tagged.flatMap(({ tags }) => [...tags]).filter(tag => !known.has(tag)))
  const misplaced = tagged.filter(({ title }) => /UC-\d/.test(title))
  return {
    markdown: [
      `${rows.length} use cases: ${count('verified')} verified, ${count('failed')} failed, ${count('not yet')} not yet`,
      '',
      '| use case | sentence | verdict | tests |',
      '| --- | --- | --- | --- |',
      ...rows.map(({ id, sentence, verdict, tests }) => `| ${id} | ${sentence} | ${verdict} | ${tests} |`),
      '',
    ].join('\n'),
    problems: [
      ...[...unknown].toSorted().map(tag => `${tag} is no use case of test/use-cases.ts`),
      ...misplaced.map(({ file, title }) => `${file}: a use case is named at the beginning of a test's name, and not as in "${title}"`),
    ],
  }
}

type Verdict = 'verified' | 'failed' | 'not yet'

/** A skipped test verifies nothing; one failed test outweighs any number of passed ones. */
function verdictOf(tests: readonly Ended[]): Verdict {
  if (tests.some(({ state }) => state === 'failed')) return 'failed'
  return tests.some(({ state }) => state === 'passed') ? 'verified' : 'not yet'
}

function describe({ title, file, state }: { title: string; file: string; state: string }): string {
  return `${state}: ${title.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')} (${file})`
}

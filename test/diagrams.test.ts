import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { DOCUMENT, LIFECYCLES, stateDiagram, withDiagrams } from './diagrams.ts'

test('the diagrams of ARCHITECTURE.md are those of the transition tables (npm run generate draws them)', async () => {
  const document = await readFile(DOCUMENT, 'utf8')

  expect(withDiagrams(document)).toBe(document)
})

test('a diagram has an arrow for every transition, from the first states to the last', () => {
  expect(stateDiagram({ after: { NEW: ['DONE', 'NEW'], DONE: [] }, first: ['NEW'] }).split('\n')).toEqual([
    'stateDiagram-v2',
    '  [*] --> NEW',
    '  NEW --> DONE',
    '  NEW --> NEW',
    '  DONE --> [*]',
  ])
})

test('a document without a place for a lifecycle, or with one for no lifecycle, is refused', () => {
  const places = Object.keys(LIFECYCLES).map(name => `<!-- diagram ${name} -->\n<!-- end -->`)

  expect(withDiagrams(places.join('\n'))).toContain('WAITING --> TRANSFERRING')
  expect(() => withDiagrams(places.slice(1).join('\n'))).toThrow('Status')
  expect(() => withDiagrams('<!-- diagram Weather --><!-- end -->')).toThrow('Weather')
})

import { describe, expect } from 'vitest'
import { getIntrospectionQuery } from 'graphql'
import { excessOf } from '@almagest/gateway'
import { post, test, type Reply } from './fixtures.ts'

const times = (count: number, text: (n: number) => string): string => Array.from({ length: count }, (_, n) => text(n)).join(' ')

/** Fragments of which each uses the next one twice. */
const bomb = (count: number): string =>
  `{ sites { ...f0 } } ${times(count, n => `fragment f${n} on Site { ...f${n + 1} ...f${n + 1} }`)} fragment f${count} on Site { name }`

const HOSTILE: [string, string, string][] = [
  [
    'is nested 1,000 deep',
    `{ ${'sites { locations { site { '.repeat(333)}name ${'} } } '.repeat(333)} }`,
    'the document is nested more than 15 levels deep',
  ],
  ['is nested deeper than the parser can go', '{ a '.repeat(20_000), 'the document is nested more than 15 levels deep'],
  [
    'has a number beyond all numbers',
    '{ sources(filter: { cone: { raDeg: 1e999 } }) { nodes { id } } }',
    'the number 1e999 in the document is too large for any value',
  ],
  ['has 5,000 aliases', `{ ${times(5_000, n => `a${n}: __typename`)} }`, 'the document has more than 50 aliases'],
  ['has 101 aliases', `{ ${times(101, n => `a${n}: __typename`)} }`, 'the document has more than 50 aliases'],
  [
    'names a field 500 times',
    `{ ${times(500, () => '__typename')} }`,
    'the document repeats names of fields too often: more than 10000 pairs of the same',
  ],
  [
    'names a field 500 times, with fields',
    `{ ${times(500, () => 'sites { name }')} }`,
    'the document repeats names of fields too often: more than 10000 pairs of the same',
  ],
  [
    'has ten directives on one field',
    `{ sites { name ${times(10, () => '@aa')} } }`,
    'the document has more than 4 directives at one place',
  ],
  [
    'has ten directives with arguments on one field',
    `{ sites { name ${times(10, () => '@skip(if: false)')} } }`,
    'the document has more than 4 directives at one place',
  ],
  ['has 51 directives', `{ ${times(51, n => `sites${n} @skip(if: false)`)} }`, 'the document has more than 50 directives'],
  [
    'has a list of 10,000 ids in it',
    `{ locateFiles(input: { ids: [${times(10_000, () => '"x"')}] }) { id } }`,
    'the document has more than 2000 tokens: pass long values as variables',
  ],
  ['has 10 MB of tokens', `{ ${'x '.repeat(5_000_000)} }`, 'the document has more than 100000 characters: pass long values as variables'],
  ['has fragments that double twenty times', bomb(20), 'the operation has more than 1000 fields'],
  ['has fragments that double forty times', bomb(40), 'the operation is nested more than 15 levels deep'],
  [
    'has fragments that lead back to themselves',
    '{ sites { ...f } } fragment f on Site { locations { site { ...g } } } fragment g on Site { ...f }',
    'the operation is nested more than 15 levels deep',
  ],
  [
    'has lists in lists in lists',
    '{ executedObsUnits(first: 200) { nodes { packages(first: 200) { nodes { files(first: 200) { nodes { id } } } } } } }',
    'the operation may ask for more than 2000000 rows: ask for smaller pages, or in several requests',
  ],
]

describe('a document that', () => {
  test('exceeds a limit is 400, is told which, and reaches no subgraph', async ({ ask, subgraphs }) => {
    for (const [what, query, message] of HOSTILE) {
      const { status, body } = await ask(query)
      expect.soft({ what, status, message: body?.errors?.[0]?.message }).toEqual({ what, status: 400, message })
    }

    expect(Object.values(subgraphs).flatMap(({ asked }) => asked)).toEqual([])
  })

  test('asks for too many rows by its variables is 400, and not by less', async ({ ask, subgraphs: { observation } }) => {
    const query = `query ($n: Int!, $m: Int = 200) { executedObsUnits(first: $n) { nodes { packages(first: $m) { nodes { files(first: $n) { nodes { id } } } } } } }`
    const excess = 'the operation may ask for more than 2000000 rows: ask for smaller pages, or in several requests'
    observation.answer = () => ({ body: { data: { executedObsUnits: { nodes: [] } } } })

    const replies: Reply[] = []
    for (const variables of [{ n: 200 }, { n: 10 }, { n: 10, m: 1e9 }, { n: 1e9, m: 1 }, { n: 10, m: null }])
      replies.push(await ask(query, variables))

    expect(replies.map(({ status, body }) => [status, body?.errors?.[0]?.message])).toEqual([
      [400, excess],
      [200, undefined],
      [400, excess],
      [400, excess],
      [200, undefined],
    ])
  })
})

describe('the schema', () => {
  test('is described whole where introspection is on, but not in circles', async ({ start }) => {
    const { url } = await start({ introspection: true })
    const circular = `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} } '.repeat(5)} } } }`

    const whole = await post(`${url}/graphql`, { query: getIntrospectionQuery() })
    expect(whole.body?.errors).toBeUndefined()
    expect(whole.text.length).toBeGreaterThan(10_000)
    expect((await post(`${url}/graphql`, { query: circular })).body?.errors).toMatchObject([
      { message: 'Maximum introspection depth exceeded' },
    ])
  })
})

describe('the limits of a document', () => {
  test('leave what is no GraphQL to the parser', () => {
    for (const text of ['', '{', '"""', '{ a(b: "', '\u0000', '}}}}}', ')))) { a }', '😀', '{ sítes { name } }'])
      expect(excessOf(text)).toBeNull()
  })

  test('count nothing in strings and comments', () => {
    expect(excessOf(`{ locateFiles(input: { paths: ["${'{'.repeat(40)} a: b @c"] }) { id } } # ${'{'.repeat(40)}`)).toBeNull()
  })
})

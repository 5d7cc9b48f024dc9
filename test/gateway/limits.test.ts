import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildSchema, parse, print, validate } from 'graphql'
import { limitOperations } from '@almagest/gateway'

const sdl = readFileSync(new URL('../../subgraphs/storage/schema.graphql', import.meta.url), 'utf8')
const schema = buildSchema(
  sdl
    .replace(
      /extend schema[^)]*\)/s,
      'directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT | INTERFACE\ndirective @shareable on OBJECT\ndirective @external on FIELD_DEFINITION\ndirective @requires(fields: String!) on FIELD_DEFINITION',
    )
    .replaceAll(/: (RawDataFile|RawDataPackage|DataTransferPackage|Instrument)!?\b/g, ': ID'),
  { assumeValidSDL: true },
)

const faults = (query: string): string[] => validate(schema, parse(query), [limitOperations]).map(({ message }) => message)

const at = (n: number): string => `f${n}`.replace('f0', 'a')

function nest(pairs: number): string {
  return `{ sites { ${'locations { site { '.repeat(pairs)} name ${'} } '.repeat(pairs)} } }`
}

describe('the limits of an operation', () => {
  test('let the queries of operators through', () => {
    expect(faults('{ sites { name locations { name type breaker { state } findings(first: 200) { nodes { path } } } } }')).toEqual([])
    expect(faults('{ operations(first: 200) { nodes { kind state reason location { name site { name } } } } }')).toEqual([])
  })

  test('refuse what is nested too deep', () => {
    expect(faults('{ operation(id: "1") { location { site { name } } } }')).toEqual([])
    expect(
      faults(
        `{ sites { name ...a } } ${Array.from({ length: 40 }, (_, n) => `fragment ${at(n)} on Site { id ...${at(n + 1)} }`).join(' ')} fragment ${at(40)} on Site { id }`,
      ),
    ).toEqual(['the operation is nested more than 15 levels deep'])
  })

  test('end for fragments that lead back to themselves', () => {
    expect(faults('{ sites { ...f } } fragment f on Site { locations { site { ...f } } }')).toHaveLength(1)
  })

  test('refuse what multiplies its lists to more rows than anybody reads', () => {
    expect(faults(nest(6))).toEqual(['the operation may ask for more than 2000000 rows: ask for smaller pages, or in several requests'])
    expect(
      faults(
        `{ sites { locations { findings(first: 200) { nodes { location { findings(first: 200) { nodes { location { findings(first: 200) { nodes { id } } } } } } } } } } }`,
      ),
    ).toEqual(['the operation may ask for more than 2000000 rows: ask for smaller pages, or in several requests'])
  })

  test('refuse a thousand aliases', () => {
    const aliases = Array.from({ length: 1_001 }, (_, index) => `a${index}: __typename`).join(' ')
    expect(faults(print(parse(`{ ${aliases} }`)))).toEqual(['the operation has more than 1000 fields'])
  })
})

import { readFileSync } from 'node:fs'
import { auditServer } from 'graphql-http'
import { Kind, parse, visit } from 'graphql'
import { describe, expect } from 'vitest'
import { post, read, test } from './fixtures.ts'
import { test as graph } from './graph.ts'

describe('GraphQL over HTTP', () => {
  graph('is spoken as its specification says: no audit of a MUST fails', async ({ startGraph }) => {
    const { url } = await startGraph({ introspection: true })

    const results = await auditServer({ url: `${url}/graphql` })

    expect(results.length).toBeGreaterThan(55)
    expect(results.flatMap(result => (result.status === 'error' ? [`${result.id} ${result.name}: ${result.reason}`] : []))).toEqual([])
  })
})

/* What graphql-cop looks for, https://github.com/dolevf/graphql-cop: each of its twelve findings as a test that it would find nothing. */
describe('whoever attacks', () => {
  const times = (count: number, text: (n: number) => string): string => Array.from({ length: count }, (_, n) => text(n)).join(' ')

  test('cannot overload by aliases', async ({ ask }) => {
    expect((await ask(`{ ${times(101, n => `alias${n}: __typename`)} }`)).body?.data).toBeUndefined()
  })

  test('cannot overload by batches', async ({ gateway }) => {
    const { status, body } = await post(
      `${gateway.url}/graphql`,
      Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' })),
    )

    expect(status).toBe(400)
    expect(body?.errors).toMatchObject([{ message: 'the request is a batch: send one operation at a time' }])
  })

  test('cannot overload by directives', async ({ ask }) => {
    const { body } = await ask(`query cop { __typename ${times(10, () => '@aa')} }`)

    expect(body?.errors).toHaveLength(1)
  })

  test('cannot overload by one field many times', async ({ ask }) => {
    expect((await ask(`query cop { ${times(500, () => '__typename')} }`)).body?.data).toBeUndefined()
  })

  test('cannot overload by introspection in circles, nor by introspection', async ({ ask }) => {
    const circular = `query cop { __schema { types { ${'fields { type { '.repeat(4)} name ${'} } '.repeat(4)} } } }`

    expect((await ask(circular)).body?.data).toBeUndefined()
    expect((await ask('query cop { __schema { types { name fields { name } } } }')).body?.data).toBeUndefined()
    expect((await ask('{ __type(name: "Site") { name } }')).body?.data).toBeUndefined()
  })

  test('gets no suggestion of a field', async ({ ask }) => {
    for (const query of ['{ __schema { directive } }', '{ site { nam } }', '{ sitess { name } }', '{ site(nam: "x") { name } }'])
      expect((await ask(query)).text).not.toContain('Did you mean')
  })

  test('gets no explorer', async ({ gateway }) => {
    for (const path of ['/', '/graphiql', '/playground', '/console', '/graphql']) {
      const { text } = await read(await fetch(`${gateway.url}${path}`, { headers: { accept: 'text/html' } }))
      expect(text).not.toMatch(/graphi?ql.?(playground|ide)|<html/i)
    }
  })

  test('cannot have another’s browser ask by GET', async ({ gateway }) => {
    const { body, status } = await read(await fetch(`${gateway.url}/graphql?query=query+cop+{__typename}`))

    expect({ status, data: body?.data }).toEqual({ status: 400, data: undefined })
  })

  test('cannot have another’s browser change anything by GET', async ({ gateway }) => {
    const { body } = await read(await fetch(`${gateway.url}/graphql?query=mutation+cop+{__typename}`))

    expect(body?.data).toBeUndefined()
  })

  test('cannot have another’s browser ask by a form', async ({ gateway }) => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const { status, body } = await post(`${gateway.url}/graphql`, 'query=query%20cop%20%7B__typename%7D', { 'content-type': type })
      expect({ type, status, data: body?.data }).toEqual({ type, status: 400, data: undefined })
    }
  })

  test('gets no trace of how it was answered', async ({ gateway }) => {
    const headers = { 'apollo-federation-include-trace': 'ftv1', 'x-apollo-tracing': '1' }
    const { body } = await post(`${gateway.url}/graphql`, { query: 'query cop { __typename }' }, headers)

    expect(body).toEqual({ data: { __typename: 'Query' } })
  })

  test('gets no stack of an error', async ({ ask, gateway }) => {
    const texts = [await ask('qwerty cop { abc }'), await ask('{ operation(id: {}) { id } }'), await post(`${gateway.url}/graphql`, '{')]

    for (const { text } of texts) expect(text).not.toMatch(/stacktrace|exception|node_modules|at .+\.[jt]s:\d/)
  })
})

describe('the SDLs', () => {
  const NAMES = ['observation', 'data-package', 'storage', 'staging']
  const sdls = NAMES.map(name => parse(readFileSync(new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8')))

  test('use nothing that Apollo’s gateway is known to answer wrongly: @requires of what has arguments, several keys of one type', () => {
    const traps: string[] = []
    const keys = new Map<string, Set<string>>()
    for (const sdl of sdls) {
      visit(sdl, {
        Directive({ name, arguments: given = [] }, _key, _parent, _path, ancestors) {
          const value = given.find(argument => argument.name.value === 'fields')?.value
          if (value?.kind !== Kind.STRING) return
          const type = (ancestors as unknown as { name?: { value: string } }[]).find(node => node.name)?.name?.value ?? ''
          if (name.value === 'key') keys.set(type, new Set([...(keys.get(type) ?? []), value.value]))
          if (name.value === 'requires' && /[({]/.test(value.value)) traps.push(`${type} @requires(fields: ${value.value})`)
        },
      })
    }

    expect(traps).toEqual([])
    expect([...keys].filter(([, fields]) => fields.size > 1).map(([type]) => type)).toEqual([])
    expect(keys.size).toBeGreaterThan(20)
  })
})

import { pino } from 'pino'
import pg from 'pg'
import { startSubgraph, type Subgraph } from '@almagest/kit'
import { dataPackage } from '@almagest/data-package'
import { observation } from '@almagest/observation'
import { openSigner, type Claims } from '@almagest/schema'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { test as base } from '../fixtures.ts'

/** What an answer holds depends on its query: a test says what it expects there. */
export type Json = ReturnType<typeof JSON.parse>

/** What a subgraph answers. */
export interface Answer {
  readonly data: Json
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: { readonly code: string }
  }[]
}

/** A subgraph that runs, asked as the gateway asks it. */
export interface Served {
  readonly url: string
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** The entities of one type with these ids, in order. */
  entities(type: string, ids: readonly unknown[], fields: string): Promise<Json[]>
}

interface Fixtures {
  /** What the subgraphs logged, oldest first. */
  readonly logged: Record<string, unknown>[]
  readonly serve: (subgraph: Subgraph) => Promise<Served>
  readonly observationApi: Served
  readonly dataPackageApi: Served
  readonly storageApi: Served
  readonly stagingApi: Served
}

/** The four subgraphs over a database of their own. */
export const test = base.extend<Fixtures>({
  logged: async ({}, use) => use([]),
  serve: async ({ orm, queue, logged }, use) => {
    await using opened = new AsyncDisposableStack()
    const log = pino({ level: 'trace' }, { write: line => void logged.push(JSON.parse(line)) })
    await use(async subgraph =>
      client(opened.use(await startSubgraph(subgraph, { orm, queue, log, keys: [KEY], now: Date.now })).url, subgraph.name),
    )
  },
  observationApi: async ({ serve }, use) => use(await serve(observation)),
  dataPackageApi: async ({ serve }, use) => use(await serve(dataPackage)),
  storageApi: async ({ serve }, use) => use(await serve(storage)),
  stagingApi: async ({ serve }, use) => use(await serve(staging)),
})

/** The key of every subgraph. */
export const KEY = 'a key that the tests know and nobody else'

/** What the tests claim of their requests. */
export const CLAIMS: Claims = {
  requestId: 'a-test',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  tracestate: null,
}

/** The headers of a call to that subgraph, signed as the gateway signs. */
export function sign(subgraph: string, body: string, { key = KEY, claims = CLAIMS, at = Date.now() } = {}): Record<string, string> {
  return openSigner(subgraph, key)(claims, Buffer.from(body), at)
}

/** Asks the subgraph of that name at `url`, signed as the gateway signs. */
export function client(url: string, subgraph: string): Served {
  const ask: Served['ask'] = async (query, variables = {}) => {
    const body = JSON.stringify({ query, variables })
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...sign(subgraph, body) },
      body,
    })
    return (await response.json()) as Answer
  }
  return {
    url,
    ask,
    async entities(type, ids, fields) {
      const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
      const { data, errors } = await ask(query, { of: ids.map(id => ({ __typename: type, id })) })
      if (errors) throw new Error(JSON.stringify(errors))
      return data._entities
    },
  }
}

/** The names of the statements that are sent to PostgreSQL while `work` runs, in order. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const { query } = pg.Client.prototype
  const seen: string[] = []
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text: string }]
    const text = typeof first === 'string' ? first : first.text
    seen.push(/\/\* (.*?) \*\//.exec(text)?.[1] ?? text)
    return Reflect.apply(query, this, args)
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return seen
}

/** The code and the message of the only error of an answer. */
export function refusal({ errors = [] }: Answer): string {
  if (errors.length !== 1) throw new Error(`${errors.length} errors: ${JSON.stringify(errors)}`)
  return `${errors[0]?.extensions.code} ${errors[0]?.message}`
}

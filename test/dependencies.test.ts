import { glob, readFile, readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './checks.ts'

/* What is installed, and under which licence. */

/** Licences that ask for no more than that they are passed on with the code. */
const PERMISSIVE = ['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', '(MIT AND BSD-3-Clause)']

/** Named in NOTICE; the gateway alone may need them. */
const ELASTIC = ['@apollo/composition', '@apollo/federation-internals', '@apollo/gateway', '@apollo/query-graphs', '@apollo/query-planner']

/** Its licence asks for the source of changed files; only the test runner needs it. */
const MOZILLA = /^lightningcss(-|$)/

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** An installed package. */
interface Installed extends Manifest {
  readonly path: string
}

let workspace: readonly Installed[] = []
/** What each package of the workspace needs, directly or through others, but for the workspace itself. */
const needs = new Map<string, readonly Installed[]>()

beforeAll(async () => {
  const manifests = await Array.fromAsync(
    glob(['package.json', '{schema,gateway,jobs,client,test}/package.json', 'subgraphs/*/package.json'], { cwd: ROOT }),
  )
  workspace = await Promise.all(manifests.map(path => read(join(ROOT, dirname(path)))))
  for (const { name, path } of workspace) needs.set(name, await reach(path))
})

const everything = (): Installed[] => [...new Map([...needs.values()].flat().map(found => [found.path, found])).values()]
const labels = (packages: readonly Manifest[]): string[] =>
  [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].toSorted()

describe('the licences', () => {
  test('are permissive, but for those that NOTICE names', () => {
    const others = everything().filter(
      ({ name, license }) => !PERMISSIVE.includes(license ?? '') && !ELASTIC.includes(name) && !MOZILLA.test(name),
    )

    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([])
  })

  test('are what this file says of the exceptions', async () => {
    const notice = await readFile(join(ROOT, 'NOTICE'), 'utf8')
    const elastic = everything().filter(({ license }) => license === 'Elastic-2.0')

    expect([...new Set(elastic.map(({ name }) => name))].toSorted()).toEqual(ELASTIC)
    expect(ELASTIC.filter(name => !notice.includes(name))).toEqual([])
    expect(everything().filter(({ name, license }) => MOZILLA.test(name) && license !== 'MPL-2.0')).toEqual([])
  })

  test('of Elastic reach nothing but the gateway', () => {
    const reached = [...needs].filter(([, found]) => found.some(({ name }) => ELASTIC.includes(name))).map(([name]) => name)

    expect(reached).toEqual(['@almagest/gateway'])
  })

  test('of Mozilla reach nothing but the tests', () => {
    const reached = [...needs].filter(([, found]) => found.some(({ name }) => MOZILLA.test(name))).map(([name]) => name)

    expect(reached).toEqual(['@almagest/test'])
  })
})

describe('the versions', () => {
  test('of MikroORM are one', () => {
    expect(
      new Set(
        everything()
          .filter(({ name }) => name.startsWith('@mikro-orm/'))
          .map(({ version }) => version),
      ).size,
    ).toBe(1)
  })

  test.for(ELASTIC)('and copies of %s are one', name => {
    expect(everything().filter(found => found.name === name)).toHaveLength(1)
  })

  test('of Apollo’s gateway and its parts are the same', () => {
    expect(
      new Set(
        everything()
          .filter(({ name }) => ELASTIC.includes(name))
          .map(({ version }) => version),
      ).size,
    ).toBe(1)
  })

  test('of graphql are one copy', () => {
    expect(labels(everything().filter(({ name }) => name === 'graphql'))).toHaveLength(1)
  })
})

describe('the workspace', () => {
  test('is needed by nobody outside: the root depends on none of it', () => {
    const { dependencies, devDependencies } = workspace.find(({ name }) => name === 'almagest') ?? {}

    expect(
      Object.entries({ ...dependencies, ...devDependencies }).filter(
        ([name, version]) => name.startsWith('@almagest/') || version.startsWith('workspace:'),
      ),
    ).toEqual([])
  })

  test('keeps what runs everything in one process out of production', () => {
    const { dependencies } = workspace.find(({ name }) => name === '@almagest/gateway') ?? {}

    expect(Object.keys(dependencies ?? {}).filter(name => name.startsWith('@almagest/'))).toEqual(['@almagest/schema'])
  })
})

async function read(path: string): Promise<Installed> {
  return { ...(JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as Manifest), path }
}

/** All that a folder's `node_modules` leads to; pnpm lays what a package needs beside it. */
async function reach(folder: string): Promise<Installed[]> {
  const seen = new Map<string, Installed>()
  const open = await links(join(folder, 'node_modules'))
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path) || !path.includes('/node_modules/')) continue
    const found = await read(path)
    seen.set(path, found)
    open.push(...(await links(found.name.includes('/') ? join(path, '../..') : dirname(path))))
  }
  return [...seen.values()]
}

async function links(modules: string): Promise<string[]> {
  const names = (await readdir(modules).catch(() => [])).filter(name => !name.startsWith('.'))
  const nested = await Promise.all(
    names.map(async name => (name.startsWith('@') ? (await readdir(join(modules, name))).map(inner => `${name}/${inner}`) : [name])),
  )
  return Promise.all(nested.flat().map(name => realpath(join(modules, name))))
}

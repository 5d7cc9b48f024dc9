import { join } from 'node:path/posix'
import { beforeAll, describe, expect, test } from 'vitest'
import { CRASH_POINTS } from '@almagest/jobs'
import { POINTS_AT } from './faults/zombies.ts'
import { lineOf, readSources, type Node, type Source } from './source.ts'

/* The rules of the code that no compiler knows. Each test lists the places that break one. */

let all: readonly Source[] = []
let own: readonly Source[] = []

beforeAll(async () => {
  all = await readSources()
  own = all.filter(({ path }) => !path.endsWith('.generated.ts'))
})

const isTest = ({ path }: Source): boolean => path.startsWith('test/')
const isMigration = ({ path }: Source): boolean => path.startsWith('schema/migrations/')
const isOneOf =
  (...paths: readonly string[]) =>
  ({ path }: Source): boolean =>
    paths.includes(path)
const importing =
  (pattern: RegExp) =>
  ({ imports }: Source): boolean =>
    imports.some(name => pattern.test(name))
const paths = (sources: readonly Source[]): string[] => sources.map(({ path }) => path)

/** `path:line` of every node that `isBreak` finds in the sources. */
function places(sources: readonly Source[], isBreak: (node: Node, source: Source) => boolean): string[] {
  return sources.flatMap(source => source.nodes.filter(node => isBreak(node, source)).map(node => `${source.path}:${lineOf(source, node)}`))
}

const isName = (node: unknown, name: string): boolean => {
  const { type, name: found } = node as Node
  return type === 'Identifier' && found === name
}
const isMember = ({ type, object, property }: Node, of: string, name: string): boolean =>
  type === 'MemberExpression' && isName(object, of) && isName(property, name)

describe('who imports whom', () => {
  test('no relative import leaves its package', () => {
    const leaving = all.flatMap(({ path, folder, imports }) =>
      imports.filter(name => name.startsWith('.') && !join(path, '..', name).startsWith(`${folder}/`)).map(name => `${path}: ${name}`),
    )

    expect(leaving).toEqual([])
  })

  test('a package knows only those below it', () => {
    const subgraphs = ['observation', 'data-package', 'storage', 'staging']
    const below: Readonly<Record<string, readonly string[]>> = {
      schema: [],
      jobs: ['schema'],
      gateway: ['schema'],
      client: [],
      'subgraphs/kit': ['schema'],
      ...Object.fromEntries(subgraphs.map(name => [`subgraphs/${name}`, ['schema', 'kit']])),
      test: ['schema', 'jobs', 'gateway', 'client', 'kit', ...subgraphs],
    }
    const isLocal = ({ path }: Source): boolean => path === 'gateway/local.ts' || path.startsWith('gateway/local/')
    const foreign = all.flatMap(source => {
      const allowed = isLocal(source) ? ['schema', 'jobs', 'kit', ...subgraphs] : (below[source.folder] ?? [])
      const names = source.imports.flatMap(name => /^@almagest\/([^/]+)/.exec(name)?.[1] ?? [])
      return names.filter(name => !allowed.includes(name)).map(name => `${source.path}: @almagest/${name}`)
    })

    expect(foreign).toEqual([])
  })

  test('the gateway needs what runs everything in one process only for development', () => {
    const production = own.filter(
      ({ path, folder }) => folder === 'gateway' && !/^gateway\/(local\.ts$|local\/|generate\.ts$|client-types\.ts$)/.test(path),
    )

    expect(paths(production.filter(importing(/^@almagest\/(?!schema)|^\.\/local|cli-progress|codegen/)))).toEqual([])
  })

  test('the core of the client runs in a browser: only its spool, its command line and what fetches to a disk know Node', () => {
    const isNodes = ({ path }: Source): boolean => /^client\/(node\.ts$|(node|fits|spool|cli)\/)/.test(path)
    const core = all.filter(source => source.folder === 'client' && !isNodes(source))

    expect(core.length).toBeGreaterThan(0)
    expect(paths(core.filter(importing(/^node:|^\.\/(node|fits|spool|cli)\b/)))).toEqual([])
  })

  test('bullmq is known to the two ends of a queue, the board and tests alone', () => {
    const allowed = isOneOf('schema/queue.ts', 'jobs/worker.ts', 'gateway/bull-board.ts')

    expect(paths(all.filter(importing(/^bullmq/)).filter(source => !allowed(source) && !isTest(source)))).toEqual([])
  })

  test('migrations know nothing but how to migrate', () => {
    expect(paths(all.filter(isMigration).filter(importing(/^(?!@mikro-orm\/migrations$)/)))).toEqual([])
  })

  test('nothing with the Elastic License is imported outside of the gateway', () => {
    const elastic = /^@apollo\/(gateway|composition|query-planner|query-graphs|federation-internals)/

    expect(paths(all.filter(importing(elastic)).filter(({ folder }) => folder !== 'gateway'))).toEqual([])
  })
})

describe('the tests of faults', () => {
  test('the oracle knows nothing of Almagest: it has its own ledger, its own SQL and its own reader of tars', () => {
    const oracle = all.filter(({ path }) => path.startsWith('test/faults/oracle/'))

    expect(oracle.length).toBeGreaterThan(3)
    expect(
      oracle.flatMap(({ path, imports }) => imports.filter(name => !/^(node:|pg$|\.\/)/.test(name)).map(name => `${path}: ${name}`)),
    ).toEqual([])
  })

  test('every crash point is in the code of the workers once, and no other', () => {
    const isCall = ({ type, callee }: Node): boolean => type === 'CallExpression' && isName(callee, 'crashPoint')
    const named = own
      .filter(({ path }) => path.startsWith('jobs/'))
      .flatMap(({ nodes }) => nodes.filter(isCall).map(({ arguments: given }) => textOf((given as readonly Node[])[0])))

    expect(named.toSorted()).toEqual(CRASH_POINTS.toSorted())
  })

  test('every crash point is tried at a site at least', () => {
    const tried = new Set(Object.values(POINTS_AT).flat())

    expect(CRASH_POINTS.filter(point => !tried.has(point))).toEqual([])
  })
})

describe('what comes from outside', () => {
  test('the environment is read by entry files and tests alone', () => {
    const isEntry = (source: Source): boolean =>
      source.path.endsWith('/main.ts') || isOneOf('schema/migrate.ts', 'gateway/local.ts', 'gateway/telemetry.ts')(source)
    const inside = all.filter(source => !isEntry(source) && !isTest(source))

    expect.soft(places(inside, node => isMember(node, 'process', 'env'))).toEqual([])
    expect
      .soft(paths(inside.filter(({ nodes }) => nodes.some(({ type, imported }) => type === 'ImportSpecifier' && isName(imported, 'env')))))
      .toEqual([])
  })

  test('schema, subgraphs and jobs have no clock but what their entry files hand them: the time is that of the database', () => {
    const timeless = all.filter(({ path }) => /^(schema|subgraphs|jobs)\//.test(path) && !/^subgraphs\/[\w-]+\/main\.ts$/.test(path))
    const isClock = (node: Node): boolean => {
      const isNow = node.type === 'NewExpression' && isName(node.callee, 'Date') && (node.arguments as unknown[]).length === 0
      return isNow || isMember(node, 'Date', 'now')
    }

    expect(places(timeless, isClock)).toEqual([])
  })

  test('SQL written by hand begins with its name', () => {
    const isNameless = ({ type, callee, arguments: given }: Node): boolean => {
      if (type !== 'CallExpression' || !isName(callee, 'sql')) return false
      const text = textOf((given as readonly Node[])[1])
      return text !== null && !/^\s*\/\* [\w.]+ \*\/\s/.test(text)
    }

    expect(
      places(
        own.filter(source => !isTest(source)),
        isNameless,
      ),
    ).toEqual([])
  })
})

describe('the shape of the code', () => {
  test('a file has at most 400 lines, and a name that says what it defines', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|service|manager|types)(\.|\/)/
    const kebab = /^[a-z0-9-]+(\.(test|config))?\.ts$/

    expect.soft(own.filter(({ text }) => text.trimEnd().split('\n').length > 400).map(({ path }) => path)).toEqual([])
    expect.soft(paths(own.filter(({ path }) => vague.test(path)))).toEqual([])
    expect.soft(paths(own.filter(source => !isMigration(source) && !kebab.test(source.path.split('/').at(-1) ?? '')))).toEqual([])
  })

  test('there is no any, no enum, no namespace, no decorator', () => {
    const types = ['TSAnyKeyword', 'TSEnumDeclaration', 'Decorator']
    const isNamespace = ({ type, declare }: Node): boolean => type === 'TSModuleDeclaration' && declare !== true

    expect(places(own, node => types.includes(node.type) || isNamespace(node))).toEqual([])
  })

  test('a default export is only what a tool asks for', () => {
    const isAsked = isOneOf('test/vitest.config.ts', 'test/setup.ts', 'test/reporter.ts')

    expect(
      places(
        own.filter(source => !isAsked(source)),
        ({ type, exported }) => type === 'ExportDefaultDeclaration' || (type === 'ExportSpecifier' && isName(exported, 'default')),
      ),
    ).toEqual([])
  })

  test('a class is an entity, a migration or one of the two errors', () => {
    const isSchema = ({ path }: Source): boolean => /^(schema\/(errors\.ts|migrations\/|\w[\w-]*\/)|client\/errors\.ts$)/.test(path)

    expect(
      places(
        own.filter(source => !isSchema(source)),
        ({ type }) => type === 'ClassDeclaration' || type === 'ClassExpression',
      ),
    ).toEqual([])
  })

  test('nothing is left to do in a comment, and no check is switched off', () => {
    const left = /^([^'"`]*(\/\/|\/\*)|\s*\*).*(\b(TODO|FIXME)\b|@ts-(ignore|expect-error|nocheck)|(es|ox)lint-disable)/

    expect(
      own.flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => (left.test(line) ? [`${path}:${index + 1}`] : []))),
    ).toEqual([])
  })

  test('whatever is exported says in a sentence what it is', () => {
    const documented = ['FunctionDeclaration', 'VariableDeclaration', 'TSInterfaceDeclaration', 'ClassDeclaration']
    const sources = own.filter(source => !isTest(source) && !isMigration(source))
    const mute = sources.flatMap(source => {
      const { body, path } = source
      const exported = body.filter(
        ({ type, declaration }) => type === 'ExportNamedDeclaration' && documented.includes((declaration as Node | null)?.type ?? ''),
      )
      return exported
        .filter(node => !isDocumented(source, node) && !isList(node))
        .map(node => `${path}:${lineOf(source, node)} ${nameOf(node)}`)
    })

    expect(mute).toEqual([])
  })
})

/** The text of a literal, `x` in place of what is filled in; null for anything else. */
function textOf(node: Node | undefined): string | null {
  if (node?.type === 'Literal') return String(node.value)
  if (node?.type !== 'TemplateLiteral') return null
  return (node.quasis as readonly { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('x')
}

/** What follows a documented statement without an empty line shares its sentence. */
function isDocumented({ text, body }: Source, node: Node): boolean {
  const before = text.slice(0, node.start)
  if (/\/\*\*(?:(?!\*\/)[^])*[.:)…](?:(?!\*\/)[^])*\*\/\n$/.test(before.slice(before.lastIndexOf('/**')))) return true
  const previous = body.find(({ end }) => end === before.trimEnd().length)
  return previous !== undefined && !before.endsWith('\n\n') && isDocumented({ text, body } as Source, previous)
}

/** A list of a subgraph says what it lists by its name and its entity. */
function isList({ declaration }: Node): boolean {
  const [first] = ((declaration as Node).declarations as readonly { init: Node | null }[] | undefined) ?? []
  return first?.init?.type === 'CallExpression' && isName(first.init.callee, 'defineList')
}

function nameOf({ declaration }: Node): string {
  const { id, declarations } = declaration as { id?: { name: string }; declarations?: readonly { id: { name: string } }[] }
  return id?.name ?? declarations?.[0]?.id.name ?? ''
}

import { glob, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parse, type ConstDirectiveNode, type DefinitionNode, type DocumentNode, type FieldDefinitionNode, type TypeNode } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from './checks.ts'
import { readSources, type Node, type Source } from './source.ts'

/* Who owns what: in the graph the subgraph that defines a type, in the database the folder of its entity. */

const OWNERS: Readonly<Record<string, readonly string[]>> = {
  observation: [
    'Observatory',
    'Telescope',
    'Instrument',
    'InstrumentModule',
    'ObservingProgram',
    'FixedSource',
    'SolarSystemObject',
    'ConstantElevationSource',
    'ObsUnit',
    'ExecutedObsUnit',
  ],
  'data-package': ['RawDataFile', 'RawDataPackage', 'DataTransferPackage'],
  storage: [
    'Site',
    'DiskLocation',
    'S3Location',
    'TapeLocation',
    'RawDataFileCopy',
    'RawDataPackageCopy',
    'DataTransferPackageCopy',
    'DataTransferRoute',
    'DataTransfer',
    'RetentionPolicy',
    'DeletionProof',
    'Hold',
    'Operation',
    'ScanFinding',
  ],
  staging: ['StagingRequest', 'StagedPackage', 'StagedFile'],
}

/** What a subgraph adds to the types of others; a type without fields is only referred to. */
const EXTENSIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  observation: {},
  'data-package': {
    ExecutedObsUnit: ['files', 'packages'],
    InstrumentModule: ['packages'],
    Site: ['incomingTransferPackages', 'outgoingTransferPackages'],
  },
  storage: {
    RawDataFile: ['copies'],
    RawDataPackage: ['copies', 'whyBlocked', 'operations', 'history', 'asOf', 'holds', 'deletionProofs'],
    DataTransferPackage: ['transfers', 'copies'],
    StagingRequest: ['location', 'whyBlocked', 'history', 'asOf'],
    StagedPackage: ['copy', 'history'],
    StagedFile: ['copy'],
    ExecutedObsUnit: ['history'],
    Instrument: ['locations', 'totals', 'flow'],
    ObservingProgram: ['totals', 'flow'],
  },
  staging: { RawDataFile: [], RawDataPackage: ['stagingRequests'], ExecutedObsUnit: ['stagings'] },
}

interface Type {
  readonly subgraph: string
  readonly kind: DefinitionNode['kind']
  readonly name: string
  readonly directives: readonly string[]
  /** Its fields without those of its key and those that another subgraph resolves. */
  readonly fields: readonly string[]
  /** Those of them that are never null, and the names of their types. */
  readonly required: readonly { readonly field: string; readonly of: string }[]
  /** The names of all its values or fields. */
  readonly values: readonly string[]
}

let types: readonly Type[] = []

beforeAll(async () => {
  const files = await Array.fromAsync(glob('subgraphs/*/schema.graphql', { cwd: ROOT }))
  const parsed = files.toSorted().map(async path => typesOf(basename(dirname(path)), parse(await readFile(join(ROOT, path), 'utf8'))))
  types = (await Promise.all(parsed)).flat()
})

const isEntity = ({ kind, directives }: Type): boolean => kind === 'ObjectTypeDefinition' && directives.includes('key')
const isRoot = ({ name }: Type): boolean => name === 'Query' || name === 'Mutation'

describe('in the graph', () => {
  test('every type with a key has the owner that the design names', () => {
    const found = new Set(types.filter(isEntity).map(({ name }) => name))

    expect([...found].toSorted()).toEqual(Object.values(OWNERS).flat().toSorted())
  })

  test('a subgraph adds to the types of others only what is listed', () => {
    const added = Object.entries(OWNERS).map(([subgraph, own]) => {
      const foreign = types.filter(type => isEntity(type) && type.subgraph === subgraph && !own.includes(type.name))
      return [subgraph, Object.fromEntries(foreign.map(({ name, fields }) => [name, fields]))]
    })

    expect(Object.fromEntries(added)).toEqual(EXTENSIONS)
  })

  test('what is lost with another subgraph may be null: lists at the top, what is added to the types of others, and what leads to them', () => {
    const lost = types.flatMap(({ subgraph, name, kind, directives, required }) => {
      const isOwn = (type: string): boolean => OWNERS[subgraph]?.includes(type) ?? false
      const isTop = name === 'Query' || (directives.includes('key') && !isOwn(name))
      const isElsewhere = (type: string): boolean => types.some(other => isEntity(other) && other.name === type) && !isOwn(type)
      const wrong = required.filter(({ field, of }) => isTop || (isElsewhere(of) && field !== 'nodes'))
      return kind === 'ObjectTypeDefinition' || kind === 'InterfaceTypeDefinition' ? wrong.map(({ field }) => `${name}.${field}`) : []
    })

    expect(lost).toEqual([])
  })

  test('whatever else two subgraphs define is a shared value: a scalar, an enum or an input with the same parts, or what the pages of all lists have', () => {
    const shared = Map.groupBy(
      types.filter(type => !isEntity(type) && !isRoot(type)),
      ({ name }) => name,
    )
    const twice = [...shared.values()].filter(definitions => definitions.length > 1)
    const isValue = ([first, ...others]: readonly Type[]): boolean =>
      first !== undefined &&
      (['ScalarTypeDefinition', 'EnumTypeDefinition', 'InputObjectTypeDefinition'].includes(first.kind) ||
        ['PageInfo', 'TotalCount'].includes(first.name)) &&
      others.every(other => other.kind === first.kind && String(other.values) === String(first.values))

    expect(twice.filter(definitions => !isValue(definitions)).map(([type]) => type?.name)).toEqual([])
  })
})

describe('in the database', () => {
  test('each table belongs to the PostgreSQL schema of the folder that its entity lies in', async () => {
    const entities = (await readSources()).flatMap(source => source.nodes.flatMap(node => entityOf(source, node)))

    expect(entities.length).toBeGreaterThan(20)
    expect(entities.filter(({ path, schema }) => path !== `schema/${schema.replaceAll('_', '-')}/${path.split('/').at(-1)}`)).toEqual([])
    expect(new Set(entities.map(({ name }) => name)).size).toBe(entities.length)
  })
})

function typesOf(subgraph: string, { definitions }: DocumentNode): Type[] {
  return definitions.flatMap(definition => {
    if (!('name' in definition) || !definition.name || definition.kind === 'DirectiveDefinition') return []
    const { directives = [], fields = [], values = [] } = definition as Partial<Parts>
    const own = fields.filter(field => field.name.value !== 'id' && !field.directives?.some(({ name }) => name.value === 'external'))
    return [
      {
        subgraph,
        kind: definition.kind,
        name: definition.name.value,
        directives: directives.map(({ name }) => name.value),
        fields: own.map(({ name }) => name.value),
        required: own.flatMap(({ name, type }) => (type.kind === 'NonNullType' ? [{ field: name.value, of: nameOf(type) }] : [])),
        values: [...values, ...fields].map(({ name }) => name.value),
      },
    ]
  })
}

function nameOf(type: TypeNode): string {
  return type.kind === 'NamedType' ? type.name.value : nameOf(type.type)
}

interface Parts {
  readonly directives: readonly ConstDirectiveNode[]
  readonly fields: readonly FieldDefinitionNode[]
  readonly values: readonly { readonly name: { readonly value: string } }[]
}

/** The name and the PostgreSQL schema of what `defineEntity` defines here. */
function entityOf({ path }: Source, { type, callee, arguments: given }: Node): { path: string; name: string; schema: string }[] {
  if (type !== 'CallExpression' || (callee as Node).name !== 'defineEntity') return []
  const properties = ((given as readonly Node[])[0]?.properties ?? []) as readonly { key: { name: string }; value: { value: unknown } }[]
  const find = (key: string): string => String(properties.find(property => property.key.name === key)?.value.value ?? '')
  return [{ path, name: find('name'), schema: find('schema') }]
}

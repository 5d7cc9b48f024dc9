import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as resolvers from '@graphql-codegen/typescript-resolvers'
import { buildSchema, parse, type DefinitionNode, type InterfaceTypeDefinitionNode, type ObjectTypeDefinitionNode } from 'graphql'
import { clientTypes, clientVersion } from './client-types.ts'
import { composeSchema, composeSupergraph } from './compose.ts'
import { REFUSAL_CODES } from '@almagest/schema'
import { faultsOf, manifestOf, readOperations } from './operations.ts'
import { pythonModule } from './python/module.ts'

/* npm run generate [-- --check] [-- FOLDER]: writes what follows from the SDLs of the subgraphs: the supergraph and the types of their
   resolvers; the ids of the trusted operations, which must be valid, and the clients that ask them: TypeScript and Python. --check writes nothing, names
   the files that are out of date, and ends with status 1 if there are any. */

const HEADER = '// Written by `npm run generate` from schema.graphql: types only, never edited.\n/* oxlint-disable */\n'

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
const root = resolve(positionals[0] ?? join(import.meta.dirname, '..'))
const owners = ownersOf(await readFile(join(root, 'schema/entities.ts'), 'utf8'))
const sdls = await readSdls()
const files = new Map([['schema/supergraph.graphql', composeSupergraph(sdls)]])
for (const [name, sdl] of Object.entries(sdls)) files.set(`subgraphs/${name}/resolvers.generated.ts`, await resolverTypes(name, sdl))

const operations = existsSync(join(root, 'gateway/operations')) ? await readOperations(join(root, 'gateway/operations')) : []
if (operations.length > 0) files.set('gateway/operations/manifest.json', manifestOf(operations))
const asked = composeSchema(sdls)
const schema = buildSchema(asked)
const faults = faultsOf(schema, operations)
for (const fault of faults) {
  console.log(`gateway/operations: ${fault}`)
  process.exitCode = 1
}
if (operations.length > 0 && faults.length === 0) {
  const base = await readFile(join(root, 'client/python/base.py'), 'utf8')
  files.set('client/python/almagest.py', pythonModule({ schema, operations, base, codes: REFUSAL_CODES }))
  files.set('client/operations.generated.ts', await clientTypes(parse(asked), operations))
  const about = await readFile(join(root, 'client/package.json'), 'utf8').catch(() => null)
  if (about !== null) files.set('client/version.generated.ts', clientVersion(about, composeSupergraph(sdls)))
}

for (const [path, text] of files) {
  const old = await readFile(join(root, path), 'utf8').catch(() => null)
  if (old === text) continue
  console.log(values.check ? `${path} is out of date: run npm run generate` : path)
  if (values.check) process.exitCode = 1
  else await writeFile(join(root, path), text)
}

type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

async function readSdls(): Promise<Record<string, string>> {
  const folders = (await readdir(join(root, 'subgraphs'))).toSorted()
  const names = folders.filter(name => existsSync(join(root, 'subgraphs', name, 'schema.graphql')))
  const read = async (name: string) => [name, await readFile(join(root, 'subgraphs', name, 'schema.graphql'), 'utf8')] as const
  return Object.fromEntries(await Promise.all(names.map(read)))
}

async function resolverTypes(subgraph: string, sdl: string): Promise<string> {
  const schema = parse(sdl)
  const text = await codegen({
    filename: 'resolvers.generated.ts',
    schema,
    documents: [],
    config: {
      federation: true,
      enumsAsTypes: true,
      useTypeImports: true,
      strictScalars: true,
      contextType: '@almagest/kit#Context',
      scalars: {
        ByteCount: 'number',
        Count: 'number',
        DateTime: 'Date',
        Digest: 'string',
        JSON: 'Record<string, unknown>',
        ID: 'string',
        _FieldSet: 'string',
      },
      mapperTypeSuffix: 'Entity',
      mappers: Object.fromEntries(schema.definitions.filter(hasFields).flatMap(type => mapper(subgraph, type))),
    },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  })
  return `${HEADER}${text.trim()}\n`
}

/** What resolvers are given for a type: the entity of its name or of its interface, only the key of another subgraph's entity, or what the kit answers. */
function mapper(subgraph: string, { name, interfaces = [], fields = [] }: TypeWithFields): [string, string][] {
  if (name.value === 'TotalCount') return [[name.value, '@almagest/kit#TotalCount']]
  const entity = [name.value, ...interfaces.map(({ name }) => name.value)].find(name => owners.has(name))
  if (entity === undefined) return []
  if (owners.get(entity) === subgraph) return [[name.value, `@almagest/schema#${entity}`]]
  const given = fields.filter(({ name, directives }) => name.value === 'id' || directives?.some(({ name }) => name.value === 'external'))
  return [[name.value, `{ ${given.map(({ name }) => `${name.value}: string`).join('; ')} }`]]
}

function hasFields(node: DefinitionNode): node is TypeWithFields {
  return node.kind === 'ObjectTypeDefinition' || node.kind === 'InterfaceTypeDefinition'
}

/** The entities and the subgraphs that own them: each lies in the folder of its owner. */
function ownersOf(text: string): Map<string, string> {
  const exported = text.matchAll(/export \{([^}]*)\} from '\.\/([^/]+)\//g)
  return new Map([...exported].flatMap(([, names = '', owner = '']) => names.split(',').map(name => [name.trim(), owner] as const)))
}

import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Kind, parse, print, specifiedRules, validate, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import { excessOf, limitOperations } from './limits.ts'

/** A document that this repository vouches for: one operation, by the name of its file. */
export interface TrustedOperation {
  /** Its name, as the document says it. */
  readonly name: string
  /** The SHA-256 of its text, in hexadecimal: by this a client may ask for it. */
  readonly id: string
  /** As clients send it: printed by graphql-js, without comments. */
  readonly text: string
  /** As its file says it. */
  readonly source: string
  readonly node: OperationDefinitionNode
}

/** Reads the documents of a folder, `*.graphql`, one operation in each, in the order of their files. */
export async function readOperations(folder: string): Promise<TrustedOperation[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.graphql')).toSorted()
  return Promise.all(files.map(async file => makeOperation(file, await readFile(join(folder, file), 'utf8'))))
}

function makeOperation(file: string, source: string): TrustedOperation {
  const document = parse(source, { noLocation: true })
  const [node, ...others] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode[]
  const name = file.replace(/\.graphql$/, '').replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  if (node?.name?.value !== name || others.length > 0) throw new Error(`${file} must have one operation, named ${name}`)
  const text = print(document)
  return { name, id: hash('sha256', text), text, source, node }
}

/** What is wrong with operations under a schema, one sentence for each; none if all of them can be asked. */
export function faultsOf(schema: GraphQLSchema, operations: readonly TrustedOperation[]): string[] {
  return operations.flatMap(({ name, text }) => {
    const excess = excessOf(text)
    const errors = validate(schema, parse(text), [...specifiedRules, limitOperations])
    return [...(excess === null ? [] : [excess]), ...errors.map(({ message }) => message)].map(message => `${name}: ${message}`)
  })
}

/** The ids of operations by their names, as clients in other languages want to know them. */
export function manifestOf(operations: readonly TrustedOperation[]): string {
  return `${JSON.stringify(Object.fromEntries(operations.map(({ name, id }) => [name, id])), null, 2)}\n`
}

/** How a supergraph is named: the beginning of its SHA-256. */
export function versionOf(supergraph: string): string {
  return hash('sha256', supergraph).slice(0, 12)
}

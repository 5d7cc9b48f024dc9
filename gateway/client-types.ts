import { codegen } from '@graphql-codegen/core'
import * as documents from '@graphql-codegen/typescript-operations'
import { parse, type DocumentNode } from 'graphql'
import { REFUSAL_CODES } from '@almagest/schema'
import { versionOf, type TrustedOperation } from './operations.ts'

const HEADER = '// Written by `npm run generate` from gateway/operations and the supergraph: never edited.\n/* oxlint-disable */\n'

const OWN = `import { makeDocument } from './document.ts'

/** Every way the data centre may say no. */
export const REFUSAL_CODES = ${JSON.stringify(REFUSAL_CODES)} as const

`

/** The module of the client with the types of operations, what they are asked with, and their documents. */
export async function clientTypes(schema: DocumentNode, operations: readonly TrustedOperation[]): Promise<string> {
  const types = await codegen({
    filename: 'operations.generated.ts',
    schema,
    documents: operations.map(({ text }) => ({ document: parse(text) })),
    config: {
      enumType: 'string-literal',
      useTypeImports: true,
      strictScalars: true,
      skipTypename: true,
      immutableTypes: true,
      scalars: {
        ByteCount: 'number',
        Count: 'number',
        DateTime: 'string',
        Digest: 'string',
        ID: 'string',
        JSON: 'Readonly<Record<string, unknown>>',
      },
    },
    plugins: [{ documents: {} }],
    pluginMap: { documents },
  })
  return `${HEADER}${OWN}${types.trim()}\n\n${operations.map(makeConstant).join('\n')}`
}

/** The module of the client that says what it is: its own version, and that of the graph that it was made for. */
export function clientVersion(about: string, supergraph: string): string {
  const { version } = JSON.parse(about) as { version: string }
  return `// Written by \`npm run generate\` from client/package.json and the supergraph: never edited.
/** The version of this package. */
export const VERSION = '${version}'

/** The supergraph that it was made for, as \`/readyz\` of a gateway names the one that it serves. */
export const SUPERGRAPH = '${versionOf(supergraph)}'
`
}

function makeConstant({ name, id, text, source, node: { operation } }: TrustedOperation): string {
  const type = `${name}${operation === 'query' ? 'Query' : 'Mutation'}`
  const about = /^# (.*)/.exec(source)?.[1] ?? name
  return `/** ${about} */
export const ${name}Document = makeDocument<${type}, ${type}Variables>({
  name: '${name}',
  id: '${id}',
  text: ${JSON.stringify(text)},
})
`
}

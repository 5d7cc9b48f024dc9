import { isEnumType, isInputObjectType, isListType, isNonNullType, typeFromAST, type GraphQLInputType, type GraphQLSchema } from 'graphql'
import type { TrustedOperation } from './operations.ts'

/** Makes values for the variables that an operation cannot do without: of the right type, and about nothing. */
export function sampleVariables(schema: GraphQLSchema, { node }: TrustedOperation): Record<string, unknown> {
  const needed = (node.variableDefinitions ?? []).flatMap(({ variable, type }) => {
    const of = typeFromAST(schema, type as never) as GraphQLInputType | undefined
    return of && isNonNullType(of) ? [[variable.name.value, sampleOf(of)] as const] : []
  })
  return Object.fromEntries(needed)
}

function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType)
  if (isListType(type)) return []
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
    return Object.fromEntries(fields.map(({ name, type }) => [name, sampleOf(type)]))
  }
  return SCALARS[type.name] ?? 'x'
}

const SCALARS: Readonly<Record<string, unknown>> = { Int: 1, Float: 1, Boolean: true }

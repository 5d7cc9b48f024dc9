import {
  GraphQLNonNull,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import type { TrustedOperation } from '../operations.ts'
import { answerHint, selectedOf, type AnswerClass, type Scope, type Selected } from './results.ts'
import { pascal, snake } from './text.ts'

/** A variable of an operation, as an argument of a method of Python. */
export interface Argument {
  readonly name: string
  readonly variable: string
  readonly type: GraphQLInputType
  /** Its default as Python writes it; null: it has none, or one that is left to the document. */
  readonly standard: string | null
  /** What the graph says of the argument that it is given for. */
  readonly says: string | null
}

/** An operation as Python sees it. */
export interface Asked {
  readonly operation: TrustedOperation
  /** What its answer is made of. */
  readonly classes: readonly AnswerClass[]
  /** Those that have to be given come first. */
  readonly arguments: readonly Argument[]
  /** The field that is the answer, where it asks for one alone; null: the answer has several. */
  readonly key: string | null
  /** What Python calls the answer. */
  readonly answer: string
  /** The way from the answer to a list with pages, and the class of what is on them; null: there is none. */
  readonly paged: { readonly way: readonly string[]; readonly node: string } | null
}

/** Reads what an operation is given and answers. */
export function askedOf(schema: GraphQLSchema, operation: TrustedOperation): Asked {
  const { node, name, text } = operation
  const fragments = parse(text).definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
  const scope: Scope = { schema, fragments: new Map(fragments.map(one => [one.name.value, one])), classes: [] }
  const type = schema.getRootType(node.operation)
  if (!type) throw new Error(`${name}: the graph has no ${node.operation}`)
  const [only, ...others] = selectedOf(type, [node.selectionSet], scope)
  const one = only?.field && others.length === 0 ? { ...only, type: only.field.type } : null
  const answer = one
    ? answerHint(one.type, one.within, { name, scope })
    : answerHint(new GraphQLNonNull(type), [node.selectionSet], { name, scope })
  return {
    operation,
    classes: scope.classes,
    arguments: argumentsOf(schema, operation),
    key: one?.key ?? null,
    answer,
    paged: one && pagedOf(operation, { only: one, scope }),
  }
}

/** Whether there has to be a value. */
export const isNeeded = ({ type, standard }: Argument): boolean => isNonNullType(type) && standard === null

function argumentsOf(schema: GraphQLSchema, { node }: TrustedOperation): Argument[] {
  const says = new Map<string, string>()
  const info = new TypeInfo(schema)
  const read = {
    Argument({ value }: { value: { kind: Kind; name?: { value: string } } }) {
      const description = info.getArgument()?.description
      if (value.kind === Kind.VARIABLE && value.name && description && !says.has(value.name.value)) says.set(value.name.value, description)
    },
  }
  visit(node, visitWithTypeInfo(info, read))
  const made = (node.variableDefinitions ?? []).map(definition => {
    const variable = definition.variable.name.value
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined
    if (!type) throw new Error(`the graph has no type for $${variable}`)
    return { name: snake(variable), variable, type, standard: standardOf(definition), says: says.get(variable) ?? null }
  })
  return [...made.filter(isNeeded), ...made.filter(one => !isNeeded(one))]
}

function standardOf({ defaultValue: value }: VariableDefinitionNode): string | null {
  if (value?.kind === Kind.INT || value?.kind === Kind.FLOAT) return value.value
  if (value?.kind === Kind.STRING) return JSON.stringify(value.value)
  if (value?.kind === Kind.BOOLEAN) return value.value ? 'True' : 'False'
  return null
}

/** Where the list is that `$after` turns the pages of. */
function pagedOf(operation: TrustedOperation, { only, scope }: { only: Selected; scope: Scope }): Asked['paged'] {
  const find = (selected: Selected, name: string, way: readonly string[]): Asked['paged'] => {
    const type = selected.field && getNamedType(selected.field.type)
    if (!type || !('getFields' in type) || isInputObjectType(type)) return null
    const inner = selectedOf(type, selected.within, scope)
    if (selected.isPaged) {
      const keys = inner.map(({ key }) => key)
      return keys.includes('nodes') && keys.includes('pageInfo') ? { way, node: `${name}Node` } : null
    }
    const single = inner.filter(({ field }) => field && !isListType(isNonNullType(field.type) ? field.type.ofType : field.type))
    for (const one of single) {
      const found = find(one, name + pascal(one.key, false), [...way, snake(one.key)])
      if (found) return found
    }
    return null
  }
  return find(only, operation.name, [])
}

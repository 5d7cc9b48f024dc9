import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import { annotated, docstring, indented, pascal, snake } from './text.ts'

/** What Python calls the scalars of the graph. */
export const SCALARS: Readonly<Record<string, string>> = {
  Boolean: 'bool',
  ByteCount: 'int',
  Count: 'int',
  DateTime: 'datetime.datetime',
  Digest: 'str',
  Float: 'float',
  ID: 'str',
  Int: 'int',
  JSON: 'Dict[str, Any]',
  String: 'str',
}

/** A class as it is written. */
export interface ResultClass {
  readonly name: string
  readonly lines: readonly string[]
}

/** What operations select of an object: a class. */
export interface AnswerClass {
  readonly name: string
  /** The type of the graph that it is of. */
  readonly type: string
  /** Its docstring. */
  readonly about: readonly string[]
  readonly fields: readonly { readonly attribute: string; readonly hint: string }[]
}

/** The class of an answer, as it is written. */
export function answerClass({ name, about, fields }: AnswerClass): ResultClass {
  const lines = fields.flatMap(({ attribute, hint }) => annotated(attribute, hint))
  return { name, lines: ['@dataclass(frozen=True)', `class ${name}:`, ...about, '', ...indented(lines)] }
}

/** One field of the answer, under the name that the answer has it by. */
export interface Selected {
  readonly key: string
  readonly field: GraphQLField<unknown, unknown> | null
  /** Whether it may be left out: it belongs to one of several types, or depends on a variable. */
  readonly mayBeMissing: boolean
  readonly within: readonly SelectionSetNode[]
  /** Whether the variable `$after` turns its pages. */
  readonly isPaged: boolean
}

/** Where classes come from, and where they go. */
export interface Scope {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly classes: AnswerClass[]
}

/** What Python calls a type of which these selections are wanted; makes the classes that this takes, the outer ones first. */
export function answerHint(
  type: GraphQLOutputType,
  within: readonly SelectionSetNode[],
  { name, scope }: { name: string; scope: Scope },
): string {
  if (isNonNullType(type)) return hintOfBare(type.ofType, within, { name, scope })
  return `Optional[${hintOfBare(type, within, { name, scope })}]`
}

function hintOfBare(type: GraphQLOutputType, within: readonly SelectionSetNode[], { name, scope }: { name: string; scope: Scope }): string {
  if (isListType(type)) return `List[${answerHint(type.ofType as GraphQLOutputType, within, { name, scope })}]`
  if (!isCompositeType(type)) return SCALARS[getNamedType(type).name] ?? getNamedType(type).name
  const place = scope.classes.length
  const fields = selectedOf(type, within, scope).map(({ key, field, mayBeMissing, within }) => {
    const attribute = snake(key === '__typename' ? 'typename' : key)
    const hint = field ? answerHint(field.type, within, { name: name + pascal(key, isListOf(field.type)), scope }) : 'str'
    return { attribute, hint: mayBeMissing && !hint.startsWith('Optional[') ? `Optional[${hint}]` : hint, says: field?.description }
  })
  const says = fields.map(({ attribute, says }) => [attribute, says] as const)
  scope.classes.splice(place, 0, {
    name,
    type: type.name,
    about: docstring(type.description, says),
    fields: fields.map(({ attribute, hint }) => ({ attribute, hint })),
  })
  return name
}

/** The fields that selections on a type ask for, in their order, the same ones joined. */
export function selectedOf(type: GraphQLCompositeType, within: readonly SelectionSetNode[], scope: Scope): Selected[] {
  const found = new Map<string, Selected>()
  const take = (on: GraphQLCompositeType, { selections }: SelectionSetNode, mayBeMissing: boolean): void => {
    for (const node of selections) {
      const depends = mayBeMissing || (node.directives ?? []).length > 0
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        const known = found.get(key)
        const field = node.name.value === '__typename' ? null : (fieldsOf(on)[node.name.value] ?? null)
        found.set(key, {
          key,
          field: known?.field ?? field,
          mayBeMissing: depends && (known?.mayBeMissing ?? true),
          within: [...(known?.within ?? []), ...(node.selectionSet ? [node.selectionSet] : [])],
          isPaged: (node.arguments ?? []).some(({ value }) => value.kind === Kind.VARIABLE && value.name.value === 'after'),
        })
      } else {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? scope.fragments.get(node.name.value) : node
        const condition = fragment?.typeCondition ? scope.schema.getType(fragment.typeCondition.name.value) : on
        if (!fragment || !isCompositeType(condition)) throw new Error('a fragment is on no type')
        take(condition, fragment.selectionSet, depends || !isAlways(on, condition, scope.schema))
      }
    }
  }
  for (const selection of within) take(type, selection, false)
  return [...found.values()]
}

/** Whether whatever is of one type is of the other too. */
function isAlways(on: GraphQLCompositeType, condition: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  return on === condition || (isAbstractType(condition) && isObjectType(on) && schema.isSubType(condition, on))
}

function fieldsOf(type: GraphQLCompositeType): Record<string, GraphQLField<unknown, unknown>> {
  return 'getFields' in type ? type.getFields() : {}
}

function isListOf(type: GraphQLOutputType): boolean {
  return isNonNullType(type) ? isListOf(type.ofType) : isListType(type)
}

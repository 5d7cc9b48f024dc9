import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql'
import type { Asked } from './asked.ts'
import { SCALARS, type ResultClass } from './results.ts'
import { annotated, docstring, indented, pascal, snake } from './text.ts'

/** The enums and inputs that operations use, as classes, in the order of their names, the enums first. */
export function namedClasses(schema: GraphQLSchema, asked: readonly Asked[]): ResultClass[] {
  const found = new Set<string>()
  const take = (type: GraphQLInputType): void => {
    const named = getNamedType(type)
    if (found.has(named.name)) return
    found.add(named.name)
    if (isInputObjectType(named)) for (const field of Object.values(named.getFields())) take(field.type)
  }
  for (const { operation, arguments: given } of asked) {
    for (const { type } of given) take(type)
    const info = new TypeInfo(schema)
    visit(parse(operation.text), visitWithTypeInfo(info, { Field: () => void found.add(getNamedType(info.getType())?.name ?? '') }))
  }
  const types = [...found].toSorted().map(name => schema.getType(name))
  return [
    ...types.filter(isEnumType).map(type => ({ name: type.name, lines: enumClass(type) })),
    ...types.filter(isInputObjectType).map(type => ({ name: type.name, lines: inputClass(type) })),
  ]
}

/** The class of a refusal that has this code. */
export function refusalClass(code: string): ResultClass {
  const words = code.toLowerCase().split('_')
  const name = words.map(word => pascal(word, false)).join('')
  return { name, lines: [`class ${name}(Refused):`, `    """Refused with the code ${code}."""`] }
}

/** What Python calls a type that is given. */
export function hintOf(type: GraphQLInputType): string {
  return isNonNullType(type) ? givenHint(type) : `Optional[${givenHint(type)}]`
}

/** What Python calls a type that is given, if it is given. */
export function givenHint(type: GraphQLInputType): string {
  const given = isNonNullType(type) ? type.ofType : type
  if (isListType(given)) return `Sequence[${hintOf(given.ofType)}]`
  const { name } = getNamedType(given)
  return SCALARS[name] ?? name
}

function enumClass(type: GraphQLEnumType): string[] {
  const values = type.getValues()
  const says = values.map(({ name, description }) => [name, description] as const)
  return [`class ${type.name}(_Word):`, ...docstring(type.description, says), '', ...values.map(({ name }) => `    ${name} = "${name}"`)]
}

function inputClass(type: GraphQLInputObjectType): string[] {
  const fields = Object.values(type.getFields())
  const isNeeded = ({ type, defaultValue }: (typeof fields)[number]): boolean => isNonNullType(type) && defaultValue === undefined
  const needed = fields.filter(isNeeded)
  const others = fields.filter(field => !isNeeded(field))
  const says = [...needed, ...others].map(({ name, description, defaultValue }) => {
    const standard = defaultValue === undefined || defaultValue === null ? '' : ` Left out: ${String(defaultValue)}.`
    return [snake(name), `${description ?? ''}${standard}`] as const
  })
  return [
    '@dataclass(frozen=True)',
    `class ${type.name}(_Input):`,
    ...docstring(type.description, says),
    '',
    ...indented(needed.flatMap(({ name, type }) => annotated(snake(name), hintOf(type)))),
    ...indented(others.flatMap(({ name, type }) => annotated(snake(name), `Optional[${givenHint(type)}]`, ' = None'))),
  ]
}

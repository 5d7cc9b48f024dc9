import { GraphQLError, Kind, Lexer, Source, TokenKind, type ASTVisitor, type GraphQLSchema } from 'graphql'
import type { OperationDefinitionNode, SelectionSetNode, ValidationContext, FragmentDefinitionNode, Token } from 'graphql'

/** How long a document may be, in characters: longer values belong into its variables. */
const MOST_CHARACTERS = 100_000

/** How many tokens a document may have. */
const MOST_TOKENS = 2_000

/** How many fields may be named otherwise than the schema does. */
const MOST_ALIASES = 50

/** How many directives a document may have, and how many one thing in it. */
const MOST_DIRECTIVES = 50
const MOST_DIRECTIVES_AT_ONCE = 4

/** How many pairs of fields may have the same name: each is compared with each. */
const MOST_PAIRS = 10_000

/** How deep the fields of an operation may be nested: the longest way through the graph that makes sense has ten steps. */
const MOST_DEPTH = 15

/** How many fields an operation may ask for in all, fragments counted where they are used. */
const MOST_FIELDS = 1_000

/** How many rows one operation may ask for, as the sizes of its nested pages multiplied; a list without `first` counts as ten. */
const MOST_ROWS = 2_000_000

const SIZE_OF_PAGE = 50
const SIZE_OF_LIST = 10

/**
 * Says which limit a document exceeds, `null` for none, in one pass over its tokens: before it is parsed, for what comes after costs more the more
 * there is. Where it is no GraphQL it stops: the parser says so better.
 */
export function excessOf(document: string): string | null {
  if (document.length > MOST_CHARACTERS) return `the document has more than ${MOST_CHARACTERS} characters: pass long values as variables`
  const count = { tokens: 0, braces: 0, parens: 0, aliases: 0, directives: 0, atOnce: 0, pairs: 0 }
  const names = new Map<string, number>()
  try {
    const lexer = new Lexer(new Source(document))
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      count.tokens++
      if ((token.kind === TokenKind.INT || token.kind === TokenKind.FLOAT) && !Number.isFinite(Number(token.value)))
        return `the number ${token.value.slice(0, 20)} in the document is too large for any value`
      tally(count, names, token)
      const excess = excessIn(count)
      if (excess !== null) return excess
    }
    return null
  } catch (error) {
    if (error instanceof GraphQLError) return null
    throw error
  }
}

interface Count {
  tokens: number
  braces: number
  parens: number
  aliases: number
  directives: number
  atOnce: number
  pairs: number
}

function tally(count: Count, names: Map<string, number>, { kind, value, prev }: Token): void {
  if (kind === TokenKind.PAREN_L) count.parens++
  else if (kind === TokenKind.PAREN_R) count.parens--
  else if (kind === TokenKind.AT) {
    count.directives++
    count.atOnce++
  } else if (count.parens === 0 && prev?.kind !== TokenKind.AT) {
    count.atOnce = 0
    if (kind === TokenKind.BRACE_L) count.braces++
    else if (kind === TokenKind.BRACE_R) count.braces--
    else if (kind === TokenKind.COLON) count.aliases++
    else if (kind === TokenKind.NAME && count.braces > 0) {
      const before = names.get(value) ?? 0
      count.pairs += before
      names.set(value, before + 1)
    }
  }
}

function excessIn({ tokens, braces, aliases, directives, atOnce, pairs }: Count): string | null {
  if (tokens > MOST_TOKENS) return `the document has more than ${MOST_TOKENS} tokens: pass long values as variables`
  if (braces > MOST_DEPTH) return `the document is nested more than ${MOST_DEPTH} levels deep`
  if (aliases > MOST_ALIASES) return `the document has more than ${MOST_ALIASES} aliases`
  if (directives > MOST_DIRECTIVES) return `the document has more than ${MOST_DIRECTIVES} directives`
  if (atOnce > MOST_DIRECTIVES_AT_ONCE) return `the document has more than ${MOST_DIRECTIVES_AT_ONCE} directives at one place`
  if (pairs > MOST_PAIRS) return `the document repeats names of fields too often: more than ${MOST_PAIRS} pairs of the same`
  return null
}

/** Refuses an operation that is too deep, too large, or multiplies its pages to more rows than anybody reads; each message says the limit. */
export function limitOperations(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const excess = excessOfOperation(operation, {
        schema: context.getSchema(),
        fragments: name => context.getFragment(name) ?? undefined,
        variables: null,
      })
      if (excess !== null)
        context.reportError(new GraphQLError(excess, { nodes: operation, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }))
    },
  }
}

interface Place {
  readonly value: unknown
  readonly key: string
  readonly parent: Place | null
}

/** Names a number among variables that JSON can write and no value can hold; `null` for none. However deep they are, the stack is not. */
export function excessOfVariables(variables: Readonly<Record<string, unknown>>): string | null {
  const open: Place[] = [{ value: variables, key: 'variables', parent: null }]
  for (let place = open.pop(); place; place = open.pop()) {
    const { value } = place
    if (value === Infinity || value === -Infinity) return `${nameOf(place)}: the number is too large for any value`
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inside] of Object.entries(value))
      if (typeof inside === 'number' ? !Number.isFinite(inside) : typeof inside === 'object')
        open.push({ value: inside, key, parent: place })
  }
  return null
}

function nameOf({ key, parent }: Place): string {
  const path = [key]
  for (let above = parent; above; above = above.parent) path.unshift(above.key)
  return path.slice(0, 20).join('.')
}

/** What an operation is measured by. */
export interface Measured {
  readonly schema: GraphQLSchema
  readonly fragments: (name: string) => FragmentDefinitionNode | undefined
  /** What it is asked with; null while that is not known: a page whose size is a variable then counts as one row. */
  readonly variables: Readonly<Record<string, unknown>> | null
}

/** Says which limit an operation exceeds, its fragments and, where known, its variables put in; `null` for none. */
export function excessOfOperation(operation: OperationDefinitionNode, measured: Measured): string | null {
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  )
  const sizes = measured.variables === null ? null : { ...defaults, ...measured.variables }
  try {
    const cost = { fields: 0, rows: 0 }
    const type = measured.schema.getRootType(operation.operation)?.name ?? ''
    measure({ ...measured, variables: sizes }, operation.selectionSet, { depth: 1, times: 1, cost, type })
    return null
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

interface Step {
  readonly depth: number
  readonly times: number
  readonly type: string
  readonly cost: { fields: number; rows: number }
}

function measure(measured: Measured, { selections }: SelectionSetNode, step: Step): void {
  const { depth, times, type, cost } = step
  if (depth > MOST_DEPTH) throw new RangeError(`the operation is nested more than ${MOST_DEPTH} levels deep`)
  for (const selection of selections) {
    // Fragments count as fields do: thirty of them, each using the next one twice, would be followed a thousand million times.
    if (++cost.fields > MOST_FIELDS) throw new RangeError(`the operation has more than ${MOST_FIELDS} fields`)
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = measured.fragments(selection.name.value)
      // A cycle of fragments is another rule's business; here it only must not run for ever.
      if (fragment) measure(measured, fragment.selectionSet, { ...step, type: fragment.typeCondition.name.value, depth: depth + 0.5 })
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      measure(measured, selection.selectionSet, { ...step, type: selection.typeCondition?.name.value ?? type })
    } else if (selection.selectionSet && !selection.name.value.startsWith('__')) {
      const { named, listed } = fieldOf(measured.schema, type, selection.name.value)
      const first = selection.arguments?.find(({ name }) => name.value === 'first')?.value
      const unsaid = named.endsWith('Connection') ? SIZE_OF_PAGE : listed ? SIZE_OF_LIST : 1
      const size =
        first?.kind === Kind.INT
          ? Number(first.value)
          : first?.kind === Kind.VARIABLE
            ? sizeOf(measured.variables, first.name.value, unsaid)
            : unsaid
      // The rows of a connection are counted at the connection, not again at its nodes.
      const factor = listed && type.endsWith('Connection') ? 1 : Math.max(size, 1)
      const rows = times * factor
      cost.rows += factor > 1 ? rows : 0
      if (cost.rows > MOST_ROWS)
        throw new RangeError(`the operation may ask for more than ${MOST_ROWS} rows: ask for smaller pages, or in several requests`)
      measure(measured, selection.selectionSet, { depth: depth + 1, times: rows, type: named, cost })
    }
  }
}

function sizeOf(variables: Measured['variables'], name: string, unsaid: number): number {
  if (variables === null) return 1
  const given = variables[name]
  return typeof given === 'number' ? given : unsaid
}

function fieldOf(schema: GraphQLSchema, type: string, field: string): { named: string; listed: boolean } {
  const parent = schema.getType(type)
  const text = parent && 'getFields' in parent ? String(parent.getFields()[field]?.type ?? '') : ''
  return { named: text.replaceAll(/[[\]!]/g, ''), listed: text.startsWith('[') }
}

import { GraphQLError, Kind, type ASTVisitor, type SelectionSetNode, type ValidationContext } from 'graphql'

/** How deep the fields of an operation may be nested: the longest way through the graph that makes sense has ten steps. */
const MOST_DEPTH = 15

/** How many fields an operation may ask for in all, fragments counted where they are used. */
const MOST_FIELDS = 1_000

/** How many rows one operation may ask for, as the sizes of its nested pages multiplied; a list without `first` counts as ten. */
const MOST_ROWS = 2_000_000

const SIZE_OF_LIST = 10

/** Refuses an operation that is too deep, too large, or multiplies its pages to more rows than anybody reads; each message says the limit. */
export function limitOperations(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const cost = { fields: 0, rows: 0, depth: 0 }
      try {
        measure(context, operation.selectionSet, {
          depth: 1,
          times: 1,
          cost,
          type: context.getSchema().getRootType(operation.operation)?.name ?? '',
        })
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        context.reportError(new GraphQLError(error.message, { nodes: operation, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }))
      }
    },
  }
}

interface Step {
  readonly depth: number
  readonly times: number
  readonly type: string
  readonly cost: { fields: number; rows: number; depth: number }
}

function measure(context: ValidationContext, { selections }: SelectionSetNode, step: Step): void {
  const { depth, times, type, cost } = step
  if (depth > MOST_DEPTH) throw new RangeError(`the operation is nested more than ${MOST_DEPTH} levels deep`)
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = context.getFragment(selection.name.value)
      // A cycle of fragments is another rule's business; here it only must not run for ever.
      if (fragment) measure(context, fragment.selectionSet, { ...step, type: fragment.typeCondition.name.value, depth: depth + 0.5 })
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      measure(context, selection.selectionSet, { ...step, type: selection.typeCondition?.name.value ?? type })
    } else {
      if (++cost.fields > MOST_FIELDS) throw new RangeError(`the operation has more than ${MOST_FIELDS} fields`)
      if (!selection.selectionSet) continue
      const { named, listed } = fieldOf(context, type, selection.name.value)
      const first = selection.arguments?.find(({ name }) => name.value === 'first')?.value
      const size =
        first?.kind === Kind.INT ? Math.max(Number(first.value), 1) : named.endsWith('Connection') ? 50 : listed ? SIZE_OF_LIST : 1
      // The rows of a connection are counted at the connection, not again at its nodes.
      const factor = listed && type.endsWith('Connection') ? 1 : size
      const rows = times * factor
      cost.rows += factor > 1 ? rows : 0
      if (cost.rows > MOST_ROWS)
        throw new RangeError(`the operation may ask for more than ${MOST_ROWS} rows: ask for smaller pages, or in several requests`)
      measure(context, selection.selectionSet, { depth: depth + 1, times: rows, type: named, cost })
    }
  }
}

function fieldOf(context: ValidationContext, type: string, field: string): { named: string; listed: boolean } {
  const parent = context.getSchema().getType(type)
  const text = parent && 'getFields' in parent ? String(parent.getFields()[field]?.type ?? '') : ''
  return { named: text.replaceAll(/[[\]!]/g, ''), listed: text.startsWith('[') }
}

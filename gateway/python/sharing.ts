import type { Asked } from './asked.ts'
import type { AnswerClass } from './results.ts'
import { pascal } from './text.ts'

/** More fields than these are no name. */
const NAMED_FIELDS = 3

/**
 * Makes one class of those that select the same of the same type. It is called as the type, where that has one such shape; else as the type and its few
 * fields; else as the first of them. `taken` are names that others have.
 */
export function shareClasses(asked: readonly Asked[], taken: ReadonlySet<string>): Asked[] {
  const groups = groupsOf(asked.flatMap(({ classes }) => classes.toReversed()))
  const used = new Set([...taken, ...groups.filter(({ length }) => length === 1).map(([only]) => only?.name ?? '')])
  const ofType = Map.groupBy(
    groups.filter(({ length }) => length > 1),
    ([first]) => first?.type ?? '',
  )
  const renamed = new Map<string, string>()
  for (const [type, shared] of ofType)
    for (const group of shared) {
      const [first] = group.toSorted((a, b) => a.name.length - b.name.length)
      const fields = (first?.fields ?? []).map(({ attribute }) =>
        attribute
          .split('_')
          .map(word => pascal(word, false))
          .join(''),
      )
      const wanted = [...(shared.length === 1 ? [type] : []), ...(fields.length <= NAMED_FIELDS ? [type + fields.join('')] : [])]
      const name = wanted.find(one => !used.has(one)) ?? first?.name ?? ''
      used.add(name)
      for (const one of group) renamed.set(one.name, name)
    }
  const rename = (text: string): string => text.replaceAll(/\w+/g, word => renamed.get(word) ?? word)
  const written = new Set<string>()
  return asked.map(one => ({
    ...one,
    answer: rename(one.answer),
    paged: one.paged && { ...one.paged, node: rename(one.paged.node) },
    classes: one.classes.flatMap(found => {
      const name = rename(found.name)
      if (written.has(name)) return []
      written.add(name)
      return { ...found, name, fields: found.fields.map(({ attribute, hint }) => ({ attribute, hint: rename(hint) })) }
    }),
  }))
}

/** The classes by what they are, the inner ones before those that they are in. */
function groupsOf(classes: readonly AnswerClass[]): AnswerClass[][] {
  const groups = new Map<string, AnswerClass[]>()
  const same = new Map<string, string>()
  for (const one of classes) {
    const fields = one.fields.map(({ attribute, hint }) => [attribute, hint.replaceAll(/\w+/g, word => same.get(word) ?? word)])
    const shape = JSON.stringify([one.type, one.about, fields])
    const group = groups.get(shape) ?? []
    groups.set(shape, [...group, one])
    same.set(one.name, group[0]?.name ?? one.name)
  }
  return [...groups.values()]
}

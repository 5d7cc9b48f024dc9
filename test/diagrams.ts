import { join } from 'node:path'
import {
  COPY_AFTER,
  OPERATION_AFTER,
  PACKAGE_STATE_AFTER,
  PLACE_AFTER,
  STAGING_AFTER,
  STATUS_AFTER,
  type Transitions,
} from '@almagest/schema'
import { ROOT } from './checks.ts'

/** The document that holds the diagrams. */
export const DOCUMENT = join(ROOT, 'ARCHITECTURE.md')

/** The lifecycles that are drawn, by the names that the document's markers have, with the states that rows begin in. */
export const LIFECYCLES: Readonly<Record<string, { readonly after: Transitions<string>; readonly first: readonly string[] }>> = {
  Status: { after: STATUS_AFTER, first: ['PENDING', 'SCHEDULED', 'COMPLETED'] },
  PackageState: { after: PACKAGE_STATE_AFTER, first: ['WAITING', 'ARCHIVED'] },
  PhysicalCopyStatus: { after: COPY_AFTER, first: ['WRITING', 'PRESENT', 'STAGED'] },
  OperationState: { after: OPERATION_AFTER, first: ['READY'] },
  PlaceState: { after: PLACE_AFTER, first: ['IN_USE'] },
  StagingStatus: { after: STAGING_AFTER, first: ['PENDING'] },
}

/** A Mermaid state diagram of a transition table; a state that nothing follows leads to the end. */
export function stateDiagram({ after, first }: { after: Transitions<string>; first: readonly string[] }): string {
  const arrows = Object.entries(after).flatMap(([from, states]) => (states.length > 0 ? states : ['[*]']).map(to => `  ${from} --> ${to}`))
  return ['stateDiagram-v2', ...first.map(state => `  [*] --> ${state}`), ...arrows].join('\n')
}

/**
 * The document with a diagram of today's table between `<!-- diagram NAME -->` and `<!-- end -->`, for each such pair. Throws when a name is
 * unknown, or a lifecycle has no place in the document.
 */
export function withDiagrams(markdown: string): string {
  const drawn = new Set<string>()
  const text = markdown.replace(/<!-- diagram (\w+) -->[^]*?<!-- end -->/g, (_found, name: string) => {
    const lifecycle = LIFECYCLES[name]
    if (!lifecycle) throw new Error(`there is no lifecycle ${name} in test/diagrams.ts`)
    drawn.add(name)
    return `<!-- diagram ${name} -->\n\n\`\`\`mermaid\n${stateDiagram(lifecycle)}\n\`\`\`\n\n<!-- end -->`
  })
  const missing = Object.keys(LIFECYCLES).filter(name => !drawn.has(name))
  if (missing.length > 0) throw new Error(`the document has no place for the diagrams of ${missing.join(', ')}`)
  return text
}

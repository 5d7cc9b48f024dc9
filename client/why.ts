import type { Ask, Asking } from './ask.ts'
import { Refusal } from './errors.ts'
import { WhyBlockedDocument, type ReasonFragment } from './operations.generated.ts'

/** Why something waits, with who can act; a cause of the reason before it has a higher `level`. */
export type Reason = ReasonFragment

/** A thing that may wait, and for what; without reasons it waits for nothing. */
export interface Blocked {
  readonly type: 'RawDataPackage' | 'DataTransfer' | 'Operation' | 'PhysicalCopy' | 'StagingRequest'
  readonly id: string
  /** What people call it. */
  readonly name: string
  readonly state: string
  readonly reasons: readonly Reason[]
}

/** Why the thing of an id waits; of an execution, each of its packages. Refuses with NOT_FOUND an id that is none of these. */
export async function findBlockers(ask: Ask, id: string, asking?: Asking): Promise<Blocked[]> {
  const { package: one, transfer, operation, copy, staging, execution } = await ask(WhyBlockedDocument, { id }, asking)
  const blocked = (
    type: Blocked['type'],
    of: { id: string; whyBlocked: readonly Reason[] | null },
    said: { name: string; state: string },
  ): Blocked => ({
    type,
    id: of.id,
    ...said,
    reasons: of.whyBlocked ?? [],
  })
  if (one) return [blocked('RawDataPackage', one, one)]
  if (transfer) return [blocked('DataTransfer', transfer, { name: transfer.id, state: transfer.status })]
  if (operation) return [blocked('Operation', operation, { name: operation.kind, state: operation.state })]
  if (copy) return [blocked('PhysicalCopy', copy, { name: copy.path, state: copy.status })]
  if (staging) return [blocked('StagingRequest', staging, { name: staging.id, state: staging.status })]
  if (execution) return (execution.packages?.nodes ?? []).map(found => blocked('RawDataPackage', found, found))
  throw new Refusal('NOT_FOUND', `there is no package, transfer, operation, copy, staging request or execution ${id}`)
}

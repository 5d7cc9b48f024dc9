import { lockRow, transact, type Context } from '@almagest/kit'
import { DataTransfer, Operation, Refusal, sql } from '@almagest/schema'

/**
 * Cancels the sending or verifying of a transfer, which then has FAILED; again: nothing. The worker that has it notices when it next renews its claim.
 * Refuses with INVALID_TRANSITION what is done, and work of another kind.
 */
export function cancelOperation(operationId: string, context: Context): Promise<Operation> {
  return transact(context, 'cancelOperation', async em => {
    const operation = await lockRow(em, Operation, { field: 'operationId', id: operationId })
    const { id, kind, state, subjectId } = operation
    if (state === 'CANCELLED') return operation
    if (kind !== 'transfer' && kind !== 'unpack') {
      throw new Refusal(
        'INVALID_TRANSITION',
        `operationId: ${kind} follows from the state of the rows, and would be asked for again at once: setLocationActive stops the work of a location`,
      )
    }
    if (state === 'DONE') throw new Refusal('INVALID_TRANSITION', `operationId: operation ${id} is DONE: there is nothing to cancel`)
    const transfer = await lockRow(em, DataTransfer, { field: 'operationId', id: subjectId })
    if (kind === 'transfer' && transfer.status !== 'FAILED') transfer.become('FAILED')
    if (kind === 'unpack' && transfer.unpackStatus !== 'FAILED') transfer.unpackBecomes('FAILED')
    await em.flush()
    await sql(
      em,
      `/* cancelOperation */
       update storage.operation set state = 'CANCELLED', finished_at = now(), reason = 'it was cancelled', lease_owner = null, lease_until = null where id = $1`,
      [id],
    )
    return em.refreshOrFail(operation)
  })
}

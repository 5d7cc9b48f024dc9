import { lockRow, transact, type Context } from '@almagest/kit'
import { cancelOperation as cancel, Operation } from '@almagest/schema'

/**
 * Cancels work of any kind until somebody asks for it again; again: nothing. The worker that has it notices when it next renews its claim. Refuses
 * with INVALID_TRANSITION what is DONE.
 */
export function cancelOperation(operationId: string, context: Context): Promise<Operation> {
  return transact(context, 'cancelOperation', async em => {
    const operation = await lockRow(em, Operation, { field: 'operationId', id: operationId })
    await cancel(em, operation)
    return em.refreshOrFail(operation)
  })
}

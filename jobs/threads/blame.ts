import { attempt } from '../stores/posix/place.ts'
import type { Store } from '../stores/store.ts'

/** What a thread could not read is an outage of the store that was read; anything else is thrown as it is. */
export async function blame(error: unknown, { id }: Store): Promise<never> {
  const isReading = error instanceof Error && 'side' in error && error.side === 'FROM'
  if (!isReading) throw error
  return attempt({ place: { id, root: '' }, doing: 'read its files' }, async () => {
    throw error
  })
}

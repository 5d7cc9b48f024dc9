import type { Ask, Asking } from './ask.ts'
import { Outage, Refusal } from './errors.ts'
import { pause } from './events.ts'
import {
  ReleaseStagingDocument,
  RequestStagingDocument,
  StagingDocument,
  type RequestStagingInput,
  type StagingQuery,
  type StagingStatus,
} from './operations.generated.ts'
import { newId } from './uuid.ts'
import { findBlockers } from './why.ts'

/** What is to be staged, and where: executions, packages, files, or several of these. */
export type Wish = Omit<RequestStagingInput, 'key'> & {
  /** Asking again with the same key gives the same request; made where it is left out. */
  readonly key?: string | undefined
}

/** How far a request is. */
export type StagingState = NonNullable<StagingQuery['stagingRequest']>

/** A request to have packages or files where they are worked on. */
export interface Staging {
  readonly id: string
  readonly key: string
  /** Its status when it was asked for. */
  readonly status: StagingStatus
  /** How far it is now. */
  state(asking?: Asking): Promise<StagingState>
  /**
   * Waits until everything is there. Throws a Refusal STAGING_ENDED, with what holds it up, when the request FAILED or its lease is over. An
   * outage of the data centre is waited out.
   */
  ready(waiting?: Asking & { readonly onState?: (state: StagingState) => void }): Promise<StagingState>
  /** Gives back what was staged. */
  release(asking?: Asking): Promise<void>
}

const QUICKEST_MS = 200
const SLOWEST_MS = 5_000

/** Asks for packages or files to be staged. */
export async function requestStaging(ask: Ask, { key = newId(), ...wish }: Wish, asking?: Asking): Promise<Staging> {
  const { requestStaging: request } = await ask(RequestStagingDocument, { input: { ...wish, key } }, asking)
  return openStaging(ask, { id: request.id, key, status: request.status })
}

/** A request that was made before. */
export function openStaging(ask: Ask, { id, key, status }: Pick<Staging, 'id' | 'key' | 'status'>): Staging {
  async function state(asking?: Asking): Promise<StagingState> {
    const { stagingRequest } = await ask(StagingDocument, { id, first: 200 }, asking)
    if (!stagingRequest) throw new Refusal('NOT_FOUND', `there is no staging request ${id}`)
    return stagingRequest
  }

  return {
    id,
    key,
    status,
    state,
    async ready({ signal, onState = () => {} } = {}) {
      for (let wait = QUICKEST_MS; ; wait = Math.min(wait * 1.5, SLOWEST_MS)) {
        signal?.throwIfAborted()
        const found = await state({ signal }).catch((error: unknown) => {
          if (error instanceof Outage) return null
          throw error
        })
        if (found) onState(found)
        if (found?.status === 'COMPLETED') return found
        if (found?.status === 'EXPIRED') throw new Refusal('STAGING_ENDED', `the lease of staging request ${id} is over: ask again`)
        if (found?.status === 'FAILED') {
          const reasons = (await findBlockers(ask, id, { signal })).flatMap(({ reasons }) => reasons.map(({ message }) => message))
          throw new Refusal('STAGING_ENDED', `staging request ${id} FAILED: ${reasons.join('; ') || 'an operator has to look'}`)
        }
        await pause(wait, signal)
      }
    },
    async release(asking) {
      await ask(ReleaseStagingDocument, { requestId: id }, asking)
    },
  }
}

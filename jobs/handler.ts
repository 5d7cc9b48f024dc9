import type { Logger } from 'pino'
import type { DataLocation, JobName, Nudge } from '@almagest/schema'
import type { EntityManager, MikroORM } from '@almagest/schema/orm'
import type { Store } from './stores/store.ts'
import type { Threads } from './threads/pool.ts'
import type { Transports } from './transports/transport.ts'

/** The bytes of the locations that this process can reach. */
export interface Stores {
  /** The store of a location. Making one does no I/O: what is wrong with the location shows when it is used. */
  of(location: DataLocation): Store
}

/** What the process owns and every job may use. */
export interface World {
  readonly orm: MikroORM
  readonly stores: Stores
  readonly transports: Transports
  readonly threads: Threads
  /** The name of this worker, unique among all: who holds a lease. */
  readonly worker: string
  /** How long a claim lasts unless it is renewed, in seconds. */
  readonly leaseS: number
  readonly log: Logger
}

/** An operation that this worker has claimed; `fence` tells its claim from every other. */
export interface Claim {
  readonly id: string
  readonly kind: JobName
  readonly subjectId: string
  readonly locationId: string
  readonly packageId: string | null
  readonly fence: number
  readonly attempt: number
  readonly maxAttempts: number
  /** Whether another worker had it before and was lost. */
  readonly takenOver: boolean
  readonly createdAt: Date
  /** The trace of the request that asked for the work; null if none did. */
  readonly traceParent: string | null
}

/** What one run may use: the world, its own unit of work, and a signal that it should stop. */
export interface Context extends Omit<World, 'orm' | 'leaseS'> {
  readonly em: EntityManager
  readonly claim: Claim
  /** Where the work is done. */
  readonly location: DataLocation
  /** Unique for this claim: names its temporary files. */
  readonly token: string
  readonly signal: AbortSignal
  /** Runs `write` in a transaction that holds the claim, with the database's clock; throws, having written nothing, if another worker took over. */
  fenced<result>(write: (em: EntityManager, now: Date) => Promise<result>, reason?: string): Promise<result>
  /** Tells how far the work is, in bytes; written twice a second, with the lease. */
  progress(bytesDone: number, bytesTotal?: number): void
  /** Tells that so many of the bytes that are done were done by an earlier attempt. */
  kept(bytes: number): void
  /** Tells how many bytes it will still write, besides those that are done; `null`: it does not know. */
  needs(bytes: number | null): void
}

/** That the work cannot go on yet, through nobody's fault: it is tried again after `seconds`, and the attempt does not count. */
export interface Pause {
  readonly reason: string
  readonly seconds: number
}

/** One kind of work: what calls for it, how it is done, and what it means that it failed. */
export interface Handler {
  /** How many operations of one queue a worker runs at a time. */
  readonly concurrency: number
  /** Makes the rows and asks for the operations that the state of the rows calls for. Called every sweep, in a transaction; must be cheap and ordered. */
  due(em: EntityManager): Promise<Nudge[]>
  /** Does the work. Running it twice must leave what running it once leaves. */
  run(context: Context): Promise<Pause | void>
  /** Writes what it means for the subject that the operation FAILED; in the same transaction. */
  failed?(em: EntityManager, claim: Claim): Promise<void>
}

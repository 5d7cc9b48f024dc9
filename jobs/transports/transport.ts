import type { Store, Written } from '../stores/store.ts'

/** One file to be sent from one location to another, under the same path. */
export interface Consignment {
  readonly from: Store
  readonly to: Store
  readonly path: string
  /** Other bytes than these are never published. */
  readonly expected: Written
  /** Names the temporary file of this run. */
  readonly token: string
  readonly signal: AbortSignal
  readonly onBytes: (bytes: number) => void
}

/** How bytes cross between sites. Sending what is there already, with the same bytes, changes nothing. */
export interface Transport {
  /** Throws Outage if the source or the destination fails, or the source does not have the expected bytes; then nothing was published. */
  send(consignment: Consignment): Promise<Written>
}

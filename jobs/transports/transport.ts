import type { TransferMethod } from '@almagest/schema'
import type { Store, Written } from '../stores/store.ts'

/** One file to be sent from one location to another. */
export interface Consignment {
  /** The store of the origin; throws Outage where it cannot be reached from here. Only methods that read it from here ask for it. */
  readonly from: () => Store
  readonly to: Store
  /** Where it lies at the origin. */
  readonly fromPath: string
  /** Where it is to lie at the destination. */
  readonly path: string
  /** The copy that is sent. */
  readonly copyId: string
  /** Other bytes than these are never published. */
  readonly expected: Written
  /** How the file is cut for being sent and gone on with; `digests` are those of the parts, 32 bytes each, where they are known. */
  readonly parts: { readonly bytes: number; readonly digests: Uint8Array | null }
  readonly route: RouteSettings
  readonly origin: Origin
  /** Names the temporary file of this run. */
  readonly token: string
  /** Whether a token is one of an earlier run of the same work. */
  readonly earlier: (token: string) => boolean
  /** The time of the database, in seconds since 1970. */
  readonly now: () => Promise<number>
  readonly signal: AbortSignal
  /** Hears how many of the bytes are there, those of an earlier run included. */
  readonly onBytes: (bytes: number) => void
  /** Hears, before, how many of them an earlier run brought. */
  readonly onKept?: (bytes: number) => void
  /** Makes sure that there is room for so many bytes before they are sent; throws Outage if there is none. */
  readonly room?: (bytes: number) => Promise<void>
}

/** What a route says of how its bytes are sent. */
export interface RouteSettings {
  readonly id: string
  readonly name: string
  /** How many streams at a time. */
  readonly streams: number
  /** At most so many bytes per second, or `null`: as fast as can be. */
  readonly rateBytesS: number | null
  /** The host, as ssh knows it, where RSYNC and BBCP find the origin; `null`: the origin is mounted here. */
  readonly sshHost: string | null
}

/** Where the bytes come from. */
export interface Origin {
  readonly location: string
  readonly site: string
  /** The address of the site's data server, or `null` if it has none. */
  readonly dataUrl: string | null
  /** The folder of the location, as its own site sees it. */
  readonly root: string | null
}

/** How bytes cross between sites. Sending what is there already, with the same bytes, changes nothing. */
export interface Transport {
  /**
   * Throws Outage if the source or the destination fails, or the source does not have the expected bytes; then nothing was published. What came
   * until then is gone on with by the next run, unless the signal's reason is a Refusal: then it is thrown away.
   */
  send(consignment: Consignment): Promise<Written>
}

/** The transports that a process has. */
export type Transports = { readonly [method in TransferMethod]: Transport }

import type { DataKeys } from '@almagest/schema'
import { bbcp } from './bbcp.ts'
import { copyTransport } from './copy.ts'
import { httpTransport } from './http.ts'
import { rsync } from './rsync.ts'
import { toolTransport } from './tool.ts'
import type { Transports } from './transport.ts'

/** What the transports of a process need from outside. */
export interface TransportSettings {
  /** The keys of the data servers that bytes are pulled from, by site. */
  readonly keys?: DataKeys
  /** A certificate authority, as PEM, that the data servers' certificates may be signed by besides those that Node knows. */
  readonly ca?: string
  /** The programs that rsync and bbcp are called as. */
  readonly rsync?: string
  readonly bbcp?: string
}

/** The transport of each method; does not compile while one is missing. */
export function openTransports({ keys = {}, ca, ...commands }: TransportSettings = {}): Transports {
  return {
    COPY: copyTransport,
    HTTP: httpTransport({ keys, ca }),
    RSYNC: toolTransport(rsync(commands.rsync)),
    BBCP: toolTransport(bbcp(commands.bbcp)),
  }
}

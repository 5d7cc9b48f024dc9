import { openAsk, type Ask, type Asking, type Connection } from './ask.ts'
import { fetchInto, type Received, type Sink, type Wanted } from './download.ts'
import { followEvents, type AlmagestEvent, type Following } from './events.ts'
import { fileNow, type Filed, type Observation, type ObservedFile } from './filing.ts'
import {
  FindFilesDocument,
  LocateFilesDocument,
  type FindFilesQuery,
  type LocateFilesInput,
  type LocateFilesQuery,
  type RawDataFileFilter,
  type RawDataFileOrder,
} from './operations.generated.ts'
import { requestStaging, type Staging, type Wish } from './staging.ts'
import { findBlockers, type Blocked } from './why.ts'

/** A file that was found, and where copies of it are. */
export type FoundFile = NonNullable<FindFilesQuery['rawDataFiles']>['nodes'][number]

/** Where a file can be read, the best place first. */
export type LocatedFile = NonNullable<LocateFilesQuery['locateFiles']>[number]

/** A data centre, as an instrument or a scientist uses it. Whatever fails is a Refusal, which is to be mended, or an Outage, which passes. */
export interface Almagest {
  /** The address of the gateway. */
  readonly url: string
  /** Asks any operation of the data centre, typed: `ask(PackageDocument, { id })`. */
  readonly ask: Ask
  /** Files an observation now; filing again with its key files nothing twice. Where the data centre may be away: `openSpool` of `@almagest/client/node`. */
  file(observation: Observation, files: Iterable<ObservedFile> | AsyncIterable<ObservedFile>, asking?: Asking): Promise<Filed>
  /** Finds files, page by page as they are taken. */
  find(filter?: RawDataFileFilter, finding?: Asking & { readonly orderBy?: RawDataFileOrder }): AsyncGenerator<FoundFile, void, void>
  /** Says where files can be read, in the order of the input: ids first, then paths; however many they are. */
  locate(files: LocateFilesInput, asking?: Asking): Promise<LocatedFile[]>
  /** Asks for packages or files to be staged; `await staging.ready()` waits for them. */
  stage(wish: Wish, asking?: Asking): Promise<Staging>
  /** Downloads a staged file and compares it with its digest; throws DIGEST_MISMATCH at the end. To a disk: `openFetcher` of `@almagest/client/node`. */
  fetch(file: Wanted, into: Sink, asking?: Asking): Promise<Received>
  /** Follows what happens; comes back where it was when the line is cut. */
  events(following?: Following): AsyncGenerator<AlmagestEvent, void, void>
  /** Says why a thing waits: a package, a transfer, a piece of work, a copy, a staging request, the packages of an execution. */
  whyBlocked(id: string, asking?: Asking): Promise<Blocked[]>
}

const LOCATED_AT_ONCE = 10_000
const FOUND_AT_ONCE = 200

/** A client of the data centre at an address; asks nothing yet. */
export function openAlmagest(connection: Connection): Almagest {
  const { root, ask, send } = openAsk(connection)
  return {
    url: root,
    ask,
    file: (observation, files, asking) => fileNow(ask, { observation, files, ...asking }),
    async *find(filter, { orderBy, signal } = {}) {
      for (let after: string | null = null; ;) {
        const page: FindFilesQuery = await ask(
          FindFilesDocument,
          { filter: filter ?? null, orderBy: orderBy ?? null, first: FOUND_AT_ONCE, after },
          { signal },
        )
        yield* page.rawDataFiles?.nodes ?? []
        after = page.rawDataFiles?.pageInfo.endCursor ?? null
        if (!page.rawDataFiles?.pageInfo.hasNextPage || after === null) return
      }
    },
    async locate({ ids, paths, ...where }, asking) {
      const located: LocatedFile[] = []
      for (const [name, values] of [
        ['ids', ids ?? []],
        ['paths', paths ?? []],
      ] as const)
        for (let begin = 0; begin < values.length; begin += LOCATED_AT_ONCE) {
          const input = { ...where, [name]: values.slice(begin, begin + LOCATED_AT_ONCE) }
          located.push(...((await ask(LocateFilesDocument, { input }, asking)).locateFiles ?? []))
        }
      return located
    },
    stage: (wish, asking) => requestStaging(ask, wish, asking),
    fetch: (file, into, asking) => fetchInto({ ask, fetch: connection.fetch }, { file, into, ...asking }),
    events: following => followEvents({ root, send }, following),
    whyBlocked: (id, asking) => findBlockers(ask, id, asking),
  }
}

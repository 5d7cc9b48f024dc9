import type { Ask, Asking, Connection } from './ask.ts'
import type { RunningDigest } from './digest.ts'
import { Outage, Refusal } from './errors.ts'
import { pause } from './events.ts'
import { DownloadFilesDocument } from './operations.generated.ts'

/** A file to be fetched, as `find` and `locate` give it. */
export interface Wanted {
  readonly id: string | null
  readonly path: string | null
  readonly bytes: number | null
  readonly digest: string | null
}

/** What takes the bytes of a file, one chunk after another. */
export type Sink = WritableStream<Uint8Array> | ((chunk: Uint8Array) => void | Promise<void>)

/** What was fetched. */
export interface Received {
  readonly bytes: number
  readonly digest: string
}

/** A file that can be fetched and compared. */
export type Known = { readonly [field in keyof Wanted]: NonNullable<Wanted[field]> }

const MOST_CUTS = 5

/** What is known of a file, all of it; refuses one that there is not, or whose bytes could not be compared. */
export function known({ id, path, bytes, digest }: Wanted): Known {
  if (id === null || path === null || bytes === null) throw new Refusal('NOT_FOUND', `there is no file ${path ?? id}`)
  if (digest === null) throw new Refusal('NOT_FOUND', `${path} has no digest until it is packaged: what is fetched could not be compared`)
  return { id, path, bytes, digest }
}

/**
 * Gives the bytes of a staged file from the data server of its site; goes on where it was when the line is cut. Refuses with NOT_REACHABLE a file that is
 * not staged where a data server serves it. The bytes are not compared yet.
 */
export async function* download(
  { ask, fetch = globalThis.fetch }: { ask: Ask; fetch?: Connection['fetch'] },
  { id, path, bytes }: Known,
  { signal }: Asking = {},
): AsyncGenerator<Uint8Array, void, void> {
  let at = 0
  for (let cuts = 0; at < bytes || cuts === 0;) {
    const before = at
    try {
      for await (const chunk of part(await addressOf(ask, { id, path, signal }), { at, path, fetch, signal })) {
        yield chunk
        at += chunk.length
      }
      if (at >= bytes) return
      throw new Outage(`${path} ended after ${at} of ${bytes} bytes`)
    } catch (error) {
      if (signal?.aborted || !(error instanceof Outage)) throw error
      cuts = at > before ? 1 : cuts + 1
      if (cuts > MOST_CUTS) throw error
      await pause(250 * 2 ** cuts, signal)
    }
  }
}

/** Fetches a staged file into a sink. Throws a Refusal DIGEST_MISMATCH at its end when its bytes are not what they should be. */
export async function fetchInto(
  options: { readonly ask: Ask; readonly fetch?: Connection['fetch']; readonly digest?: RunningDigest },
  { file, into, signal }: { readonly file: Wanted; readonly into: Sink } & Asking,
): Promise<Received> {
  const wanted = known(file)
  const digest = options.digest ?? (await import('./digest.ts')).openDigest(wanted.digest)
  const writer = typeof into === 'function' ? null : into.getWriter()
  let bytes = 0
  try {
    for await (const chunk of download(options, wanted, { signal })) {
      digest.update(chunk)
      bytes += chunk.length
      if (typeof into === 'function') await into(chunk)
      else await writer?.write(chunk)
    }
    const found = digest.done()
    if (found !== wanted.digest) throw new Refusal('DIGEST_MISMATCH', `${wanted.path} is ${found}, and should be ${wanted.digest}`)
    await writer?.close()
    return { bytes, digest: found }
  } catch (error) {
    await writer?.abort(error).catch(() => {})
    throw error
  }
}

async function addressOf(ask: Ask, { id, path, signal }: { id: string; path: string } & Asking): Promise<string> {
  const { locateFiles } = await ask(DownloadFilesDocument, { input: { ids: [id] } }, { signal })
  const url = locateFiles?.flatMap(({ sources }) => sources).find(({ downloadUrl }) => downloadUrl !== null)?.downloadUrl
  if (!url)
    throw new Refusal(
      'NOT_REACHABLE',
      `${path} is not staged where a data server gives it: have it staged at a PROCESSING location that does`,
    )
  return url
}

interface Part extends Asking {
  readonly at: number
  readonly path: string
  readonly fetch: typeof globalThis.fetch
}

async function* part(url: string, { at, path, fetch, signal }: Part): AsyncGenerator<Uint8Array, void, void> {
  const response = await fetch(url, { ...(at > 0 && { headers: { range: `bytes=${at}-` } }), ...(signal && { signal }) }).catch(
    (error: unknown) => {
      if (signal?.aborted) throw error
      throw new Outage(`the data server of ${path} cannot be reached: ${String(error)}`, { cause: error })
    },
  )
  if (response.status !== (at > 0 ? 206 : 200) || !response.body) {
    const why = `the data server of ${path} answered ${response.status}: ${(await response.text()).trim().slice(0, 200)}`
    throw response.status >= 500 || response.status === 401 ? new Outage(why) : new Refusal('NOT_REACHABLE', why)
  }
  const reader = response.body.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Outage(`the line to the data server was cut: ${String(error)}`, { cause: error })
  } finally {
    await reader.cancel().catch(() => {})
  }
}

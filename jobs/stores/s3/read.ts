import { checkPath, Outage } from '@almagest/schema'
import { differenceOf } from '../difference.ts'
import type { Reading, ReadOptions } from '../store.ts'
import { headerOf, unreachable, type Answer } from './client.ts'
import { checkPresent, during, foundOf, head, keyOf, type Found, type Place } from './place.ts'

type Body = AsyncIterable<Buffer> & { destroy(): unknown }
type Opened = { readonly found: Found; readonly body: Body | null }

/** How often in a row a body may break off without a byte having come, before that is an Outage. */
const BREAKS_AT_MOST = 3

/** What the first call asks for: all of a small object, and what tells the size of a large one. */
const FIRST_BYTES = 2 ** 20

/** What each other asks for, and how many such pieces are on their way while one is used. */
const PIECE_BYTES = 8 * 2 ** 20
const PIECES_AHEAD = 3

/** The memory of one reading, kept for the next: to give it back and ask for it again for each makes the collector of garbage go through all there is. */
const kept: Buffer[] = []

/** `Store.read` of an S3 service: by ranges of one object, some ahead of the reader, each gone on with when its connection breaks. */
export async function readS3(given: Place, path: string, options: ReadOptions = {}): Promise<Reading | null> {
  checkPath(path)
  const { signal, start = 0, length = Infinity } = options
  const over = new AbortController()
  const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal
  const place = during(given, stop)
  const key = keyOf(place, path)
  const doing = `read ${path}`
  await checkPresent(place)
  const first = await open({ at: start, until: start + Math.min(length, FIRST_BYTES), etag: null })
  if (!first) return null
  const { found } = first
  const end = Math.min(found.stat.bytes, start + length)
  let change: string | null = 'it was not read to its end'

  async function open({ at, until, etag }: { at: number; until: number; etag: string | null }): Promise<Opened | null> {
    const answer: Answer & { body: Body | null } =
      at === until
        ? { status: 416, headers: {}, code: null, xml: null, body: null }
        : await place.client.open({
            method: 'GET',
            key,
            doing,
            signal: stop,
            accept: [404, 412, 416],
            headers: { range: `bytes=${at}-${until - 1}`, ...(etag ? { 'if-match': `"${etag}"` } : {}) },
          })
    if (answer.status === 412) throw new Outage(`${path} was replaced while it was read`, { locationId: null })
    if (answer.status === 404) return null
    if (answer.status === 416) {
      const found = await head(place, key)
      return found && { found, body: null }
    }
    const isPart = answer.status === 206
    const [, from, bytes = ''] = isPart
      ? (/^bytes (\d+)-\d+\/(\d+)$/.exec(headerOf(answer, 'content-range')) ?? [])
      : ['', '0', headerOf(answer, 'content-length')]
    // A size that was guessed would make a whole object look like one that was cut.
    const why =
      Number(from ?? NaN) !== at ? 'gave another part of it than was asked for' : bytes === '' ? 'does not say how large it is' : null
    if (why === null) return { found: foundOf(answer, Number(bytes)), body: answer.body }
    answer.body?.destroy()
    throw new Outage(`location ${place.id}: cannot ${doing}: the service ${why}`, { locationId: place.id })
  }

  /** The bytes from one place to another; fewer if the service goes on breaking off without an error. */
  async function* stretch(from: number, until: number, opened: Body | null): AsyncGenerator<Buffer, void, void> {
    let body = opened
    let at = from
    let breaks = 0
    try {
      while (at < until && breaks <= BREAKS_AT_MOST) {
        const again = body ? null : await open({ at, until, etag: found.etag })
        if (!body && !again) throw new Outage(`${path} was removed while it was read`, { locationId: null })
        body ??= again?.body ?? null
        breaks += 1
        try {
          for await (const chunk of body ?? []) {
            signal?.throwIfAborted()
            if (chunk.length === 0) continue
            breaks = 0
            const wanted = chunk.subarray(0, until - at)
            at += wanted.length
            yield wanted
            if (at >= until) return
          }
        } catch (error) {
          signal?.throwIfAborted()
          const outage = unreachable(place, { doing }, error)
          if (breaks > BREAKS_AT_MOST) throw outage
        }
        body = null
      }
    } finally {
      body?.destroy()
    }
  }

  async function* ahead(): AsyncGenerator<Buffer, void, void> {
    const taken: Buffer[] = []
    const idle: Buffer[] = []
    const coming: Promise<Buffer>[] = []
    let next = start

    function take(): Buffer {
      const piece = kept.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)
      taken.push(piece)
      return piece
    }

    async function fetch(at: number): Promise<Buffer> {
      const piece = idle.pop() ?? take()
      const until = Math.min(at + PIECE_BYTES, end)
      let filled = 0
      if (at === start && first?.body)
        for await (const chunk of stretch(at, Math.min(at + FIRST_BYTES, until), first.body)) filled += chunk.copy(piece, filled)
      const into = piece.subarray(filled, until - at)
      if (into.length > 0) filled += await place.client.readInto({ key, at: at + filled, etag: found.etag, into, signal: stop })
      for await (const chunk of stretch(at + filled, until, null)) filled += chunk.copy(piece, filled)
      return piece.subarray(0, filled)
    }

    try {
      for (let at = start; at < end; at += PIECE_BYTES) {
        for (; next < end && coming.length < PIECES_AHEAD; next += PIECE_BYTES) {
          const piece = fetch(next)
          // Who comes to it is told.
          piece.catch(() => {})
          coming.push(piece)
        }
        const piece = await coming.shift()
        signal?.throwIfAborted()
        if (!piece) return
        yield piece
        signal?.throwIfAborted()
        if (piece.length < Math.min(PIECE_BYTES, end - at)) return
        idle.push(Buffer.from(piece.buffer))
      }
    } finally {
      over.abort()
      await Promise.allSettled(coming)
      // Nobody fills them any more.
      kept.push(...taken.slice(0, PIECES_AHEAD + 1 - kept.length))
    }
  }

  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    let at = start
    for await (const chunk of end - start > FIRST_BYTES ? ahead() : stretch(start, end, first?.body ?? null)) {
      at += chunk.length
      yield chunk
    }
    change = at < end ? `it ended after ${at} of ${found.stat.bytes} bytes` : differenceOf(options.expected ?? {}, found.stat)
  }

  return {
    stat: found.stat,
    direct: true,
    change: () => change,
    [Symbol.asyncIterator]: chunks,
    async [Symbol.asyncDispose]() {
      first.body?.destroy()
      over.abort()
    },
  }
}

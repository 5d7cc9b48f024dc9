import { checkPath, Outage } from '@almagest/schema'
import { differenceOf } from '../difference.ts'
import type { Reading, ReadOptions } from '../store.ts'
import { headerOf, unreachable, type Answer } from './client.ts'
import { checkPresent, foundOf, head, keyOf, type Found, type Place } from './place.ts'

type Body = AsyncIterable<Buffer> & { destroy(): unknown }
type Opened = { readonly found: Found; readonly body: Body | null }

/** How often in a row a body may break off without a byte having come, before that is an Outage. */
const BREAKS_AT_MOST = 3

/** `Store.read` of an S3 service: one GET, gone on with by range, of the same object alone, when the connection breaks. */
export async function readS3(place: Place, path: string, options: ReadOptions = {}): Promise<Reading | null> {
  checkPath(path)
  const { signal, start = 0, length = Infinity } = options
  const key = keyOf(place, path)
  const doing = `read ${path}`
  await checkPresent(place)
  const opened = await open({ at: start, etag: null })
  if (!opened) return null
  const { found } = opened
  const end = Math.min(found.stat.bytes, start + length)
  let { body } = opened
  let change: string | null = 'it was not read to its end'

  async function open({ at, etag }: { at: number; etag: string | null }): Promise<Opened | null> {
    const whole = at === 0 && length === Infinity
    const until = start + length
    const answer: Answer & { body: Body | null } =
      length === 0
        ? { status: 416, headers: {}, code: null, xml: null, body: null }
        : await place.client.open({
            method: 'GET',
            key,
            doing,
            signal,
            accept: [404, 412, 416],
            headers: {
              ...(whole ? {} : { range: `bytes=${at}-${until === Infinity ? '' : until - 1}` }),
              ...(etag ? { 'if-match': `"${etag}"` } : {}),
            },
          })
    if (answer.status === 412) throw new Outage(`${path} was replaced while it was read`, { locationId: null })
    if (answer.status === 404) return null
    if (answer.status === 416) {
      const found = await head(place, key)
      return found && { found, body: null }
    }
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headerOf(answer, 'content-range'))
    if (!whole && Number(range?.[1] ?? 0) !== at) {
      answer.body?.destroy()
      throw new Outage(`location ${place.id}: cannot ${doing}: the service gave another part of it than was asked for`, {
        locationId: place.id,
      })
    }
    const found = foundOf(answer, Number(range?.[2] ?? headerOf(answer, 'content-length')))
    return { found, body: answer.body }
  }

  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    let at = start
    let breaks = 0
    try {
      while (at < end && body) {
        try {
          for await (const chunk of body) {
            signal?.throwIfAborted()
            if (chunk.length === 0) continue
            breaks = 0
            const wanted = at + chunk.length > end ? chunk.subarray(0, end - at) : chunk
            at += wanted.length
            yield wanted
            if (at >= end) break
          }
          if (at < end) breaks += 1
        } catch (error) {
          signal?.throwIfAborted()
          const outage = unreachable(place, { doing }, error)
          breaks += 1
          if (breaks > BREAKS_AT_MOST) throw outage
        }
        if (breaks > BREAKS_AT_MOST) break
        if (at >= end) break
        const again = await open({ at, etag: found.etag })
        if (!again) throw new Outage(`${path} was removed while it was read`, { locationId: null })
        body = again.body
      }
      change = at < end ? `it ended after ${at} of ${found.stat.bytes} bytes` : differenceOf(options.expected ?? {}, found.stat)
    } finally {
      body?.destroy()
    }
  }

  return {
    stat: found.stat,
    direct: true,
    change: () => change,
    [Symbol.asyncIterator]: chunks,
    async [Symbol.asyncDispose]() {
      body?.destroy()
    },
  }
}

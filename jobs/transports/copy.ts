import { Outage, type Digest } from '@almagest/schema'
import { openDigest } from '../digest/digest.ts'
import { gone } from '../stores/expected.ts'
import type { Store, Written } from '../stores/store.ts'
import { arrive, bringParts, eachPart, goOnFrom, wrongPart, type Arrival } from './arrival.ts'
import { openPace, type Pace } from './pace.ts'
import type { Consignment, Transport } from './transport.ts'

/** Reading one part while another is written is as fast as it gets on one disk; more would only make its heads move. */
const STREAMS = 2

/**
 * For two locations that are both mounted where the worker runs. Where their file system can share blocks between files, it does; the bytes are
 * read again before they are published all the same.
 */
export const copyTransport: Transport = {
  async send(consignment) {
    const from = consignment.from()
    if (!consignment.to.assemble) return stream(consignment, from)
    const pace = openPace(consignment.route.rateBytesS)
    return arrive(consignment, async arrival => {
      if (arrival.missing.length === arrival.assembly.parts.length && (await share(consignment, from, arrival))) return
      await eachPart(arrival.missing, {
        streams: STREAMS,
        signal: consignment.signal,
        async work(parts, signal) {
          await bringParts(consignment, arrival, { parts, bring: range => copyRange(consignment, range, { from, arrival, pace, signal }) })
        },
      })
    })
  },
}

async function copyRange(
  consignment: Consignment,
  { at: start, bytes: length }: { at: number; bytes: number },
  { from, arrival, pace, signal }: { from: Store; arrival: Arrival; pace: Pace; signal: AbortSignal },
): Promise<Digest> {
  const digest = openDigest()
  let at = start
  await using reading = await from.read(consignment.fromPath, { start, length, signal })
  if (!reading) throw absent(consignment)
  for await (const chunk of reading) {
    for (let taken = 0; taken < chunk.length;) {
      const portion = chunk.subarray(taken, taken + pace.portion(chunk.length - taken))
      await pace.take(portion.length, signal)
      signal.throwIfAborted()
      const written = arrival.assembly.write(portion, at)
      // While it is being written.
      digest.update(portion)
      await written
      at += portion.length
      taken += portion.length
      arrival.came(portion.length)
    }
  }
  if (at < start + length) throw new Outage(`${consignment.fromPath} ended after ${at} bytes`, { locationId: null })
  return digest.done()
}

/** Lets the new file share the blocks of the old one, and reads it; `false` where the file system cannot do that. */
async function share(consignment: Consignment, from: Store, { assembly, came }: Arrival): Promise<boolean> {
  const found = await from.locate?.(consignment.fromPath)
  if (!found || !(await assembly.clone(found))) return false
  for (const [part, { bytes }] of assembly.parts.entries()) {
    consignment.signal.throwIfAborted()
    if (!(await assembly.verify(part))) throw wrongPart(consignment, part)
    came(bytes)
  }
  return true
}

/** For a destination that takes a file only from its beginning to its end. */
async function stream(consignment: Consignment, from: Store): Promise<Written> {
  const { to, fromPath, path, expected, token, signal, onBytes, route } = consignment
  const pace = openPace(route.rateBytesS)
  const kept = await goOnFrom(consignment)
  await using reading = await from.read(fromPath, { start: kept.from, signal })
  if (!reading) throw absent(consignment)
  async function* paced(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
    let bytes = kept.from
    for await (const chunk of chunks) {
      await pace.take(chunk.length, signal)
      yield chunk
      onBytes((bytes += chunk.length))
    }
  }
  return await to.write(path, paced(reading), { token, signal, expected, ...kept })
}

function absent({ fromPath, origin }: Consignment): Outage {
  return gone(`${fromPath} is not where it is to be sent from, at ${origin.location}`)
}

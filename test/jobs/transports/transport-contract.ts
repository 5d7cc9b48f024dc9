import { readFile, rm, stat } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { Outage, Refusal } from '@almagest/schema'
import type { Consignment, Transport, World } from '@almagest/jobs'
import type { Topology } from '../../make.ts'
import { filesAt, pathAt } from '../attempt.ts'
import { test } from '../bench.ts'
import { again, bytesOf, consign, PART, put } from './consigned.ts'

/** A transport for one test, and what a consignment needs to be sent with it. */
export interface OpenedTransport extends AsyncDisposable {
  readonly transport: Transport
  ready<consignment extends Consignment>(consignment: consignment): consignment
}

/** What every transport promises; run it for each. `resumes`: whether it counts what an earlier run brought as there from the beginning. */
export function transportContract(
  name: string,
  { open, resumes = true }: { open: (world: World, topology: Topology) => Promise<OpenedTransport>; resumes?: boolean },
): void {
  describe(`sending by ${name}`, () => {
    test('UC-3.1 brings the bytes as they are, tells how many came, and leaves nothing else', async ({ em, world, topology }) => {
      await using opened = await open(world, topology)
      const { cologneBuffer } = topology.locations
      const paths: string[] = []
      for (const [length, known] of [
        [0, true],
        [1, false],
        [PART, true],
        [PART + 1, true],
        [5 * PART - 1, false],
        [7 * PART + 12_345, true],
      ] as const) {
        const bytes = bytesOf(length)
        const sent = opened.ready(await consign(world, em, { topology, bytes, known }))

        expect(await opened.transport.send(sent)).toEqual(sent.expected)

        expect((await readFile(pathAt(cologneBuffer, sent.path))).equals(bytes)).toBe(true)
        expect((await stat(pathAt(cologneBuffer, sent.path))).mode & 0o777).toBe(0o444)
        expect(sent.heard.at(-1)).toBe(length)
        paths.push(sent.path)
      }
      expect(await filesAt(cologneBuffer)).toEqual(paths.toSorted())
    })

    test('changes nothing when the same bytes are there', async ({ em, world, topology }) => {
      await using opened = await open(world, topology)
      const { cologneBuffer } = topology.locations
      const sent = opened.ready(await consign(world, em, { topology, bytes: bytesOf(2 * PART) }))
      await opened.transport.send(sent)
      const before = await stat(pathAt(cologneBuffer, sent.path))

      expect(await opened.transport.send(again(sent))).toEqual(sent.expected)

      expect((await stat(pathAt(cologneBuffer, sent.path))).ino).toBe(before.ino)
      expect(await filesAt(cologneBuffer)).toEqual([sent.path])
    })

    test('refuses to take the place of other bytes', async ({ em, world, topology }) => {
      await using opened = await open(world, topology)
      const sent = opened.ready(await consign(world, em, { topology, bytes: bytesOf(PART + 7) }))
      await put(topology.locations.cologneBuffer, sent.path, Buffer.from('others'))

      await expect(opened.transport.send(sent)).rejects.toMatchObject({ code: 'CONFLICT' })

      expect(await readFile(pathAt(topology.locations.cologneBuffer, sent.path), 'utf8')).toBe('others')
    })

    test.for([true, false])(
      'publishes no other bytes than those expected, digests of parts known: %s',
      async (known, { em, world, topology }) => {
        await using opened = await open(world, topology)
        const bytes = bytesOf(4 * PART)
        const sent = opened.ready(await consign(world, em, { topology, bytes, known }))
        const flipped = Buffer.from(bytes)
        flipped[2 * PART + 99]! ^= 4
        await put(topology.locations.chileBuffer, sent.path, flipped)

        await expect(opened.transport.send(sent)).rejects.toThrow(
          known ? /part 2 of .* is not what is known of it/ : /what came for .*, not blake3/,
        )

        expect(await sent.to.stat(sent.path)).toBeNull()
        await put(topology.locations.chileBuffer, sent.path, bytes)
        expect(await opened.transport.send(again(sent))).toEqual(sent.expected)
        expect(await filesAt(topology.locations.cologneBuffer)).toEqual([sent.path])
      },
    )

    test('says that the source is not there, or too short', async ({ em, world, topology }) => {
      await using opened = await open(world, topology)
      const sent = opened.ready(await consign(world, em, { topology, bytes: bytesOf(PART) }))
      await put(topology.locations.chileBuffer, sent.path, bytesOf(PART / 2))
      await expect(opened.transport.send(sent)).rejects.toThrow(Outage)
      await rm(pathAt(topology.locations.chileBuffer, sent.path))
      await expect(opened.transport.send(again(sent))).rejects.toThrow(Outage)
      expect(await sent.to.stat(sent.path)).toBeNull()
    })

    test('UC-3.2 stops when it is told to, and the next run goes on', async ({ em, world, topology }) => {
      await using opened = await open(world, topology)
      const bytes = bytesOf(12 * PART)
      const sent = opened.ready(await consign(world, em, { topology, bytes }))
      const stop = new AbortController()
      const stopped = opened.transport.send({
        ...sent,
        signal: stop.signal,
        onBytes: count => void (count >= 6 * PART && stop.abort(new Error('stop'))),
      })

      await expect(stopped).rejects.toThrow('stop')

      expect(await sent.to.stat(sent.path)).toBeNull()
      expect(await opened.transport.send(again(sent))).toEqual(sent.expected)
      expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
      if (resumes) expect(sent.heard[0]).toBeGreaterThanOrEqual(PART)
      expect(sent.heard.at(-1)).toBe(bytes.length)
      expect(await filesAt(topology.locations.cologneBuffer)).toEqual([sent.path])
    })

    test('throws away what came when it is cancelled', async ({ em, world, topology }) => {
      await using opened = await open(world, topology)
      const sent = opened.ready(await consign(world, em, { topology, bytes: bytesOf(8 * PART) }))
      const stop = new AbortController()
      const cancelled = opened.transport.send({
        ...sent,
        signal: stop.signal,
        onBytes: count => void (count > PART && stop.abort(new Refusal('CONFLICT', 'it was cancelled'))),
      })

      await expect(cancelled).rejects.toThrow('it was cancelled')

      expect(await filesAt(topology.locations.cologneBuffer)).toEqual([])
      expect(await opened.transport.send(again(sent))).toEqual(sent.expected)
    })
  })
}

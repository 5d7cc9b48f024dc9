import { afterAll, describe, expect } from 'vitest'
import { openTransports, type Consignment } from '@almagest/jobs'
import { startFaulty, type Seen } from '../../s3/faulty.ts'
import { startRgw } from '../../s3/rgw.ts'
import { tryStart } from '../../s3/server.ts'
import { test } from '../bench.ts'
import { openBucket } from '../stores/bucket.ts'
import { contentOf } from '../stores/store-contract.ts'
import { again, bytesOf, consign, PART } from './consigned.ts'

const { server, why } = await tryStart(() => startRgw({ path: process.env.PATH ?? '' }))
afterAll(() => server?.[Symbol.asyncDispose]())

describe.skipIf(!server)(`sending into a bucket of Ceph RGW${why ? ` (skipped: ${why})` : ''}`, () => {
  test('UC-3.2 goes on, after it was cut, behind the parts that came: neither read nor sent again', async ({ em, world, topology }) => {
    await using proxy = await startFaulty(server!.endpoint)
    const { store } = await openBucket(server!, { endpoint: proxy.endpoint, patience: { attempts: 1, silenceMs: 60_000, pauseMs: 5 } })
    const bytes = bytesOf(5 * PART + 100)
    const consigned = await consign(world, em, { topology, bytes })
    const asked: number[] = []
    const watched = consigned.from()
    const consignment: Consignment & { heard: number[] } = {
      ...consigned,
      to: store,
      from: () => ({
        ...watched,
        read(path, options) {
          asked.push(options?.start ?? 0)
          return watched.read(path, options)
        },
      }),
    }
    const { COPY } = openTransports()
    const isPart = ({ method, url }: Seen): boolean => method === 'PUT' && url.includes('partNumber=')
    proxy.breakBy(async call => {
      if (!isPart(call) || !/partNumber=[456]&/.test(call.url)) return null
      // Those before them arrive, however slowly.
      await expect.poll(() => proxy.answered.filter(call => isPart(call) && /partNumber=[123]&/.test(call.url)).length).toBe(3)
      return { status: 503, code: 'SlowDown' }
    })
    await expect(COPY.send(consignment)).rejects.toThrow('SlowDown')
    expect(await store.stat(consignment.path)).toBeNull()
    proxy.breakBy(() => null)
    const before = proxy.seen.length
    const kept: number[] = []

    expect(await COPY.send({ ...again(consignment), onKept: bytes => void kept.push(bytes) })).toEqual(consignment.expected)

    const from = kept[0] ?? 0
    expect(from / PART).toBeGreaterThanOrEqual(2)
    expect(asked).toEqual([0, from])
    expect(proxy.seen.slice(before).filter(isPart)).toHaveLength(6 - from / PART)
    expect(consignment.heard.at(-1)).toBe(bytes.length)
    expect(await contentOf(store, consignment.path)).toBe(bytes.toString('latin1'))
  })
})

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DIGEST, PART_BYTES, type Digest } from '@almagest/schema'
import { algorithmOf, digestOf, openDigest, openParts } from '@almagest/jobs'

/** From test_vectors/test_vectors.json of BLAKE3-team/BLAKE3: the input is 0, 1, … 250, 0, 1, … */
const BLAKE3_VECTORS: readonly (readonly [number, string])[] = [
  [0, 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'],
  [1, '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213'],
  [1023, '10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11'],
  [1024, '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7'],
  [1025, 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444'],
  [2048, 'e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a'],
  [3073, '7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3'],
  [4097, '9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995'],
  [7169, 'a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817'],
]

function blake3Input(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index % 251))
}

describe('the digests of parts', () => {
  test('are the BLAKE3 of each 64 MiB, however the bytes came, and none of nothing', () => {
    const bytes = Buffer.alloc(2 * PART_BYTES + 3, 'almagest')
    const digests = (sizes: readonly number[]): Buffer => {
      const parts = openParts()
      let at = 0
      for (const size of sizes) parts.update(bytes.subarray(at, (at += size)))
      return parts.done()
    }
    const wanted = [bytes.subarray(0, PART_BYTES), bytes.subarray(PART_BYTES, 2 * PART_BYTES), bytes.subarray(2 * PART_BYTES)].map(part => {
      const digest = openDigest()
      digest.update(part)
      return digest.done().slice('blake3:'.length)
    })
    expect(digests([bytes.length]).toString('hex')).toBe(wanted.join(''))
    expect(digests([PART_BYTES - 1, 2, PART_BYTES - 1, 3])).toEqual(digests([bytes.length]))
    expect([digests([]), digests([PART_BYTES])]).toEqual([Buffer.alloc(0), Buffer.from(wanted[0] ?? '', 'hex')])
  })
})

describe('a digest', () => {
  test.each(BLAKE3_VECTORS)('of %d bytes is the BLAKE3 of the official test vectors', (length, hex) => {
    const digest = openDigest()
    digest.update(blake3Input(length))
    expect(digest.done()).toBe(`blake3:${hex}`)
  })

  test('is SHA-256 where that is asked for', async () => {
    const bytes = blake3Input(100_000)
    expect(await digestOf([bytes], 'sha256')).toEqual({
      bytes: 100_000,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    })
  })

  test('does not depend on how the bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3000 })),
        fc.constantFrom('blake3' as const, 'sha256' as const),
        async (pieces, algorithm) => {
          const whole = await digestOf([Buffer.concat(pieces)], algorithm)
          expect(await digestOf(pieces, algorithm)).toEqual(whole)
          expect(whole.digest).toMatch(DIGEST)
          expect(algorithmOf(whole.digest)).toBe(algorithm)
        },
      ),
    )
  })

  test('keeps nothing of the buffer that it was given', () => {
    const chunk = Buffer.from('abc')
    const digest = openDigest()
    digest.update(chunk)
    chunk.fill(0)
    expect(digest.done()).toBe('blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85')
  })

  test('says the same the second time, and takes nothing more', () => {
    const digest = openDigest()
    expect(digest.done()).toBe(digest.done())
    expect(() => digest.update(Buffer.from('late'))).toThrow('already done')
  })

  test.each(['md5:d41d8cd98f00b204e9800998ecf8427e', `blake3:${'A'.repeat(64)}`, `sha256:${'0'.repeat(63)}`, ''])(
    'refuses %j, which is no digest',
    text => {
      expect(() => algorithmOf(text as Digest)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
    },
  )
})

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type G3Frame, g3Frames, type G3Object, g3Time, readG3Frames, streamFrames } from '@almagest/gateway/local'

const sampleFolder = join(import.meta.dirname, '../../../shared/data/fits')

function frame(objects: Record<string, G3Object>): G3Frame {
  return { type: 'S', objects: new Map(Object.entries(objects)) }
}

const everyKind = frame({
  Five: { kind: 'G3Int', value: -5n },
  Third: { kind: 'G3Double', value: 1 / 3 },
  Name: { kind: 'G3String', value: 'Carina δ' },
  Moment: { kind: 'G3Time', value: g3Time(new Date('2026-11-21T03:48:00.500Z')) },
  Bytes: { kind: 'G3VectorInt', value: [17n, -128n] },
  Shorts: { kind: 'G3VectorInt', value: [17n, 128n] },
  Ints: { kind: 'G3VectorInt', value: [17n, -40_000n] },
  Longs: { kind: 'G3VectorInt', value: [17n, 2n ** 40n] },
  Doubles: { kind: 'G3VectorDouble', value: [2.6, -7.2] },
  Map: {
    kind: 'G3MapDouble',
    value: new Map([
      ['GoingOnSixteen', 15.9],
      ['Six', 6],
    ]),
  },
  Streams: {
    kind: 'G3TimestreamMap',
    value: new Map([
      ['r0000', { units: 1, start: 5n, stop: 9n, samples: Int32Array.of(1, -2, 3) }],
      ['r0001', { units: 0, start: 5n, stop: 9n, samples: Float64Array.of(0.5, -0.25) }],
    ]),
  },
})

describe('G3 frames', () => {
  test('come back as they were written', () => {
    const frames = [everyKind, { type: 'O', objects: new Map() }, { ...everyKind, type: 'abcd' }]
    expect(readG3Frames(g3Frames(frames))).toEqual(frames)
  })

  test('are the same bytes every time', () => {
    expect(g3Frames([everyKind]).equals(g3Frames([everyKind]))).toBe(true)
  })

  test('of a file with one flipped bit are refused', () => {
    const bytes = g3Frames([everyKind, everyKind])
    bytes[bytes.length - 20]! ^= 1
    expect(() => readG3Frames(bytes)).toThrow(`the G3 frame at byte ${bytes.length / 2} records CRC-32C`)
  })

  test('of a file that ends too early are refused', () => {
    const bytes = g3Frames([everyKind])
    expect(() => readG3Frames(bytes.subarray(0, bytes.length - 3))).toThrow(`and ends at ${bytes.length - 3}`)
  })

  test('keep an object of an unknown class untouched', () => {
    const known = g3Frames([frame({ Five: { kind: 'G3Int', value: 5n } })])
    const blob = known.subarray(known.indexOf('Five') + 4 + 8, known.length - 4)
    const renamed = Buffer.from(blob.toString('latin1').replace('G3Int', 'G3Xyz'), 'latin1')
    const written = g3Frames([frame({ Five: { kind: 'unread', className: 'G3Xyz', blob: renamed } })])
    expect(readG3Frames(written)[0]!.objects.get('Five')).toEqual({ kind: 'unread', className: 'G3Xyz', blob: renamed })
  })

  test.for(['spt3g_test-le.g3', 'spt3g_test-le-v2.g3', 'spt3g_test-be.g3'])(
    'are read from %s, which spt3g wrote',
    async (name, { skip }) => {
      skip(!existsSync(join(sampleFolder, name)), 'the sample files in shared/data/fits are not here')
      const frames = readG3Frames(await readFile(join(sampleFolder, name)))
      expect(frames).toEqual([
        {
          type: 'N',
          objects: new Map<string, G3Object>([
            ['Five', { kind: 'G3Int', value: 5n }],
            ['Vec', { kind: 'G3VectorDouble', value: [2.6, 7.2] }],
            ['VecInt', { kind: 'G3VectorInt', value: [17n, 42n, 87n] }],
            [
              'Map',
              {
                kind: 'G3MapDouble',
                value: new Map([
                  ['GoingOnSixteen', 15.9],
                  ['Six', 6],
                ]),
              },
            ],
          ]),
        },
      ])
    },
  )

  test('are written byte for byte as spt3g writes them', async ({ skip }) => {
    const path = join(sampleFolder, 'spt3g_test-le-v2.g3')
    skip(!existsSync(path), 'the sample files in shared/data/fits are not here')
    const bytes = await readFile(path)
    expect(g3Frames(readG3Frames(bytes)).equals(bytes)).toBe(true)
  })
})

describe('a stream', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 3, 48, second))
  const scan = {
    startedAt: at(0),
    endedAt: at(3),
    detectors: new Map([['r0000', Int32Array.of(4, 5, 6)]]),
    biases: new Map([['bias00', Int32Array.of(7, 7, 7)]]),
  }

  test('opens with an observation and a wiring frame, and numbers its frames', () => {
    const opening = { obsId: 'X', source: 'Saturn', raDeg: 180, decDeg: 0, startedAt: at(0), endedAt: at(9), status: 'a: 1\n' }
    const frames = streamFrames({ streamId: 'f280-1', sessionId: 1795232880, opening, firstFrame: 0, scans: [scan, scan] })
    expect(frames.map(({ type, objects }) => [type, objects.get('frame_num')])).toEqual(
      ['O', 'W', 'S', 'S'].map((type, number) => [type, { kind: 'G3Int', value: BigInt(number) }]),
    )
    expect(frames[0]!.objects.get('SourceRa')).toEqual({ kind: 'G3Double', value: Math.PI })
    expect(frames[2]!.objects.get('num_samples')).toEqual({ kind: 'G3Int', value: 3n })
    expect(readG3Frames(g3Frames(frames))).toEqual(frames)
  })

  test('goes on in a later file with scans only', () => {
    const frames = streamFrames({ streamId: 'f280-1', sessionId: 1795232880, firstFrame: 6, scans: [scan] })
    expect(frames.map(({ type, objects }) => [type, objects.get('frame_num')])).toEqual([['S', { kind: 'G3Int', value: 6n }]])
  })
})

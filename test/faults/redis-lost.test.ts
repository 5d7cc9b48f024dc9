import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import { fileObservation, follow, held, judge, makeLedger, makeTopology, observe, openClient, startSystem } from '@almagest/gateway/local'
import { test } from '../fixtures.ts'

describe('when Redis is lost', () => {
  test(
    'UC-8.2 a story ends as it does without the loss: Redis is flushed again and again while it runs',
    { timeout: 180_000 },
    async () => {
      const home = await mkdtemp(join(tmpdir(), 'almagest-flush-'))
      try {
        await using system = await startSystem({
          home,
          port: 0,
          path: process.env.PATH ?? '',
          tools: join(import.meta.dirname, '../../.almagest-tools'),
          log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
        })
        const ask = openClient(system.url)
        const topology = await makeTopology(ask, join(home, 'sites'))
        for (const site of topology.sites) system.serve(site)
        const startedAt = new Date('2026-11-21T00:00:00Z')
        const target = { name: 'Orion KL', raDeg: 83.8, decDeg: -5.4 }
        const files = await observe(topology.sources['prime-cam'], {
          instrument: 'prime-cam',
          target,
          startedAt,
          seconds: 60,
          seed: 1,
          bytesPerFile: 500_000,
        })
        const ledger = await makeLedger(
          topology.sources['prime-cam'],
          files.map(({ path }) => path),
        )
        const id = await fileObservation(ask, {
          instrument: 'prime-cam',
          obsUnitId: topology.obsUnits['prime-cam'],
          startedAt,
          endedAt: startedAt,
          files,
        })

        const redis = new Redis(system.redisUrl)
        let flushed = 0
        const flushing = setInterval(() => void redis.flushall().then(() => (flushed += 1)), 300)
        try {
          await follow(ask, [id], { ledger, signal: AbortSignal.timeout(150_000), onProgress() {}, onBlocked() {} })
        } finally {
          clearInterval(flushing)
          redis.disconnect()
        }

        const outcome = await judge(ask, [id], { ledger, processing: topology.processing })
        expect(flushed).toBeGreaterThan(5)
        expect(outcome).toEqual({ files: 6, bytes: ledger.bytes, archived: 6, stagedIdentical: 6, deletedWithProof: 6 })
        expect(held(outcome)).toBe(true)
      } finally {
        await rm(home, { recursive: true, force: true })
      }
    },
  )
})

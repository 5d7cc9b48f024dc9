import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect } from 'vitest'
import { idOf, newId, openAlmagest, Outage, PackageDocument, portionsOf, Refusal, type AlmagestEvent } from '@almagest/client'
import { ExecutedObsUnit, RawDataFile, REFUSAL_CODES } from '@almagest/schema'
import { change, makeSites } from '../gateway/following.ts'
import { makePackages } from '../subgraphs/rows.ts'
import { cutting, fault, filesIn, test } from './fixtures.ts'

describe('the client', () => {
  test('UC-1.1 UC-1.2 files an observation, and nothing twice with the same key', async ({ almagest, observation, em }) => {
    const files = filesIn('night', 3)
    const filed = await almagest.file(observation, files)
    const again = await almagest.file({ ...observation, key: filed.key }, [...files, ...filesIn('late', 1)])

    expect(filed).toMatchObject({ filesAdded: 3 })
    expect(again).toEqual({ ...filed, filesAdded: 1 })
    expect(filed.executionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(await em.count(RawDataFile, { executionId: filed.executionId })).toBe(4)
    expect(await em.count(ExecutedObsUnit, { filingKey: filed.key })).toBe(1)
  })

  test('UC-1.3 files more files than one call takes', async ({ almagest, observation, em }) => {
    const { executionId, filesAdded } = await almagest.file(observation, filesIn('many', 20_001))

    expect(filesAdded).toBe(20_001)
    expect(await em.count(RawDataFile, { executionId })).toBe(20_001)
    const portions = await Array.fromAsync(portionsOf(filesIn(`x${'y'.repeat(900)}`, 20_000)))
    expect(portions.map(({ length }) => length)).toEqual([7_583, 7_583, 4_834])
  })

  test('gives a refusal with the code and the words of the data centre', async ({ almagest, observation }) => {
    expect(await fault(almagest.file({ ...observation, instrument: 'none' }, filesIn('a', 1)))).toMatchObject({
      name: 'Refusal',
      code: 'NOT_FOUND',
      message: 'input.instrument: there is no instrument "none"',
    })
    const bad = [{ module: 'm1', path: '../a.fits', bytes: 1 }]
    expect(await fault(almagest.file(observation, bad))).toMatchObject({ name: 'Refusal', code: 'BAD_PATH' })
    expect(await fault(almagest.file(observation, []))).toMatchObject({ message: 'files: must have at least one file' })
    expect(await fault(almagest.file({ ...observation, startedAt: '2026-11-21T03:00:00' }, []))).toMatchObject({
      code: 'BAD_INPUT',
      message: 'startedAt: must be ISO 8601 with Z or an offset, as 2026-11-21T03:40:00Z, not "2026-11-21T03:00:00"',
    })
    for (const code of REFUSAL_CODES) expect(new Refusal(code, '')).toMatchObject({ code })
  })

  test('UC-7.1 UC-7.2 finds files page by page, and says where they are', async ({ almagest, observation, topology }) => {
    const { executionId } = await almagest.file(observation, filesIn('found', 450))
    const found = await Array.fromAsync(almagest.find({ execution: executionId }))
    const { locations, instrument } = topology
    const located = await almagest.locate({ paths: ['found/000000.fits', 'found/none.fits'], instrument: instrument.name })

    expect(new Set(found.map(({ path }) => path)).size).toBe(450)
    expect(found[0]?.copies).toEqual([{ status: 'PRESENT', location: { name: locations.source.name, type: 'SOURCE' } }])
    expect(located.map(({ found, path }) => [found, path])).toEqual([
      [true, 'found/000000.fits'],
      [false, 'found/none.fits'],
    ])
    expect(located[0]?.sources).toMatchObject([{ location: locations.source.name, path: 'found/000000.fits', offset: null }])
    expect((await almagest.locate({ ids: found.map(({ id }) => id) })).map(({ path }) => path)).toEqual(found.map(({ path }) => path))
  })

  test('asks any operation, with its types', async ({ almagest, em, topology }) => {
    const [made] = await makePackages(em, topology, { count: 1 })
    const { rawDataPackage } = await almagest.ask(PackageDocument, { id: made?.id ?? '' })

    expect(rawDataPackage?.name satisfies string | undefined).toBe(made?.name)
    expect(await almagest.ask(PackageDocument, { id: newId() })).toEqual({ rawDataPackage: null })
  })

  test('UC-7.3 says why a thing waits, whatever it is', async ({ almagest, em, topology }) => {
    const [made] = await makePackages(em, topology, { count: 1 })
    const ofPackage = await almagest.whyBlocked(made?.id ?? '')
    const ofExecution = await almagest.whyBlocked(made?.executionId ?? '')
    const unknown = newId()

    expect(ofPackage).toMatchObject([{ type: 'RawDataPackage', name: made?.name, state: 'WAITING' }])
    expect(ofPackage[0]?.reasons.length).toBeGreaterThan(0)
    expect(ofExecution).toEqual(ofPackage)
    expect(await fault(almagest.whyBlocked(unknown))).toMatchObject({
      code: 'NOT_FOUND',
      message: `there is no package, transfer, operation, copy, staging request or execution ${unknown}`,
    })
  })

  test('UC-7.4 follows events, and loses and doubles none however often the line is cut', async ({ startGraph, em }) => {
    const { url } = await startGraph({ events: { heartbeatMs: 50 } })
    const sites = await makeSites(em, 12)
    await change(em, sites)
    const short = cutting(700)
    const heard: AlmagestEvent[] = []
    const stop = new AbortController()
    const whole: string[] = []
    for await (const event of openAlmagest({ url, fetch: short.fetch }).events({
      after: '0-0-0',
      subjectId: sites,
      signal: stop.signal,
    })) {
      if (heard.length === 0) await change(em, sites)
      heard.push(event)
      if (heard.length === 24) stop.abort()
    }
    for await (const { id } of openAlmagest({ url }).events({ after: '0-0-0', subjectId: sites })) if (whole.push(id) === 24) break

    expect(heard.map(({ id }) => id)).toEqual(whole)
    expect(short.cuts()).toBeGreaterThan(3)
    const unknown = openAlmagest({ url }).events({ subjectType: ['Nothing'] })
    expect(await fault(unknown.next())).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('subjectType') as string })
  })
})

describe('a data centre that does not answer as it should', () => {
  test('is an outage when nobody is there, or something else is', async ({ observation }) => {
    const server = createServer((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const other = await fault(openAlmagest({ url }).file(observation, filesIn('a', 1)))
    server.close()
    await once(server, 'close')
    const absent = await fault(openAlmagest({ url }).file(observation, filesIn('a', 1)))

    expect(other).toBeInstanceOf(Outage)
    expect(other).toMatchObject({
      message: `${url} answered 502 with something that is no answer of a data centre: is it the address of one?`,
    })
    expect(absent).toBeInstanceOf(Outage)
    expect(absent).toMatchObject({ message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/) as string })
    expect(() => openAlmagest({ url: 'telescope' })).toThrow('url: must be the address of a gateway')
  })

  test('is told the token of the moment, and a refusal says when it is no longer good', async ({ observation }) => {
    const seen: (string | undefined)[] = []
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(401).end()
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    let asked = 0
    const almagest = openAlmagest({ url: `http://127.0.0.1:${port}/graphql`, token: () => `token-${++asked}` })
    const faults = [await fault(almagest.file(observation, filesIn('a', 1))), await fault(almagest.locate({ ids: ['x'] }))]
    server.close()

    expect(seen).toEqual(['Bearer token-1', 'Bearer token-2'])
    for (const refused of faults)
      expect(refused).toMatchObject({
        code: 'UNAUTHENTICATED',
        message: 'the data centre does not accept the token, or it expired: get another one, and ask again',
      })
  })

  test('is asked by the text of a document where it does not know the id', async ({ startGraph, observation }) => {
    const older = openAlmagest({ url: (await startGraph({ operations: [] })).url })
    const strict = openAlmagest({ url: (await startGraph({ operations: [], trust: 'enforce' })).url })

    expect(await older.file(observation, filesIn('a', 1))).toMatchObject({ filesAdded: 1 })
    expect(await fault(strict.file(observation, filesIn('b', 1)))).toMatchObject({ code: 'UNTRUSTED_DOCUMENT' })
  })
})

describe('an id', () => {
  test('is a UUIDv7, and those of a process count up', () => {
    const ids = Array.from({ length: 10_000 }, () => newId())

    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every(id => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
  })

  test('of a moment and a text is always the same', () => {
    const moment = new Date('2026-11-21T03:00:00Z')
    const id = idOf(moment, 'a')

    expect(id).toBe(idOf(moment, 'a'))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(id).not.toBe(idOf(moment, 'b'))
    expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(moment.getTime())
  })
})

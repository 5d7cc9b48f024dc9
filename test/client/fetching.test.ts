import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { DownloadFilesDocument, openAlmagest } from '@almagest/client'
import { openFetcher } from '@almagest/client/node'
import { startDataServer } from '@almagest/jobs'
import { addressOf, DataLocation, sql, StagingRequest } from '@almagest/schema'
import { identify, makeObservation, makeTopology, makeWorld, settle } from '../make.ts'
import { flagsOf, objects, test } from './command.ts'
import { cutting, fault } from './fixtures.ts'

describe('fetching', () => {
  test('UC-5.1 stages, fetches what is staged, and finds out what is not the same', async ({ run, orm, em, root }) => {
    const topology = await makeTopology(em, join(root, 'sites'))
    const world = makeWorld(orm)
    await identify(world, topology)
    const { execution } = await makeObservation(em, topology, { 'get/a.fits': 'alpha', 'get/b.fits': 'beta' })
    await settle(world)
    const place = topology.locations.processing.name
    const asked = await run('stage', execution.id, '--location', place, '--json')
    await settle(world)
    const waiting = run('stage', execution.id, '--location', place, '--wait', '--as', 'me', '--json')
    await expect.poll(() => em.fork().count(StagingRequest, { requestedBy: 'me' })).toBe(1)
    await settle(world)
    const ready = await waiting
    const into = join(root, 'into')
    const got = await run('get', 'get/a.fits', 'get/b.fits', '--instrument', topology.instrument.name, '--into', into, '--json')

    expect(objects(asked)).toMatchObject([{ id: expect.any(String) as string }])
    expect(objects(ready)).toMatchObject([{ status: 'COMPLETED', requestedBy: 'me' }])
    expect(objects(got)).toMatchObject([
      { path: 'get/a.fits', location: place, wasThere: false },
      { path: 'get/b.fits', location: place, wasThere: false },
    ])
    expect(await readFile(join(into, 'get/a.fits'), 'utf8')).toBe('alpha')
    expect(await run('verify', into)).toMatchObject({
      status: 0,
      out: '2 are the same, 0 differ, 0 are not known, 0 have no digest in the catalogue yet\n',
    })
    await writeFile(join(into, 'get/a.fits'), 'alphA')
    await writeFile(join(into, 'get/c.fits'), 'gamma')
    expect(objects(await run('verify', into, '--json'))).toMatchObject([
      {
        path: 'get/a.fits',
        verdict: 'DIFFERS',
        detail: expect.stringMatching(/^it is blake3:.*, and blake3:.* in the catalogue$/) as string,
      },
      { path: 'get/b.fits', verdict: 'SAME' },
      { path: 'get/c.fits', verdict: 'UNKNOWN' },
      { summary: { same: 1, differ: 1, unknown: 1, withoutDigest: 0, leftOut: 0 } },
    ])
    expect(await run('get', 'get/a.fits', '--into', into)).toMatchObject({
      status: 1,
      err: `${join(into, 'get/a.fits')} is there already, and is another file: nothing was written\n`,
    })
    expect(await run('get', 'get/a.fits', '--into', '/proc/get')).toMatchObject({
      status: 1,
      err: 'almagest: /proc/get cannot be made: ENOENT\n',
    })
    const [located] = objects(await run('locate', 'get/b.fits', '--json')) as { sources: { path: string }[] }[]
    const copy = join(topology.locations.processing.root ?? '', located?.sources[0]?.path ?? '')
    await writeFile(copy, 'bets')
    expect(objects(await run('get', 'get/b.fits', '--into', join(root, 'good'), '--json'))).toMatchObject([{ path: 'get/b.fits' }])
    for (const { root: folder } of Object.values(topology.locations))
      if (folder && folder !== topology.locations.processing.root) await rm(folder, { recursive: true })
    expect(await run('get', 'get/b.fits', '--into', join(root, 'other'))).toMatchObject({
      status: 1,
      err: expect.stringMatching(
        new RegExp(
          `another copy is tried: get/b.fits of ${place} is .*\nget/b.fits of ${place} is blake3:.*, and should be blake3:.*: nothing was written`,
        ),
      ) as string,
    })
  })

  test('UC-1.1 UC-2.1 UC-5.1 files, packs, stages and fetches names that are no text, every byte of them', async ({
    run,
    orm,
    em,
    root,
  }) => {
    const topology = await makeTopology(em, join(root, 'sites'))
    const world = makeWorld(orm)
    await identify(world, topology)
    const source = topology.locations.source.root ?? ''
    const raw = (folder: string, name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')])
    await mkdir(raw(source, 'n\u00e9ght'))
    await writeFile(raw(source, 'n\u00e9ght/\u00ff.fits'), 'alpha')
    await writeFile(join(source, 'größe.fits'), 'beta')
    await writeFile(join(source, 'back\\slash.fits'), 'gamma')

    const filed = objects(await run('file', source, ...flagsOf(topology), '--digest', '--json'))
    await settle(world)
    await run('stage', '--location', topology.locations.processing.name, '--json', (filed.at(-1) as { executionId: string }).executionId)
    await settle(world)
    const into = join(root, 'into')
    const got = await run('get', 'n\\xe9ght/\\xff.fits', 'größe.fits', '--instrument', topology.instrument.name, '--into', into, '--json')

    expect(filed).toEqual([
      { leftOut: { path: 'back\\x5cslash.fits', why: 'its name has a backslash' } },
      expect.objectContaining({ files: 2 }),
    ])
    expect(objects(got)).toMatchObject([
      { path: 'n\\xe9ght/\\xff.fits', location: topology.locations.processing.name },
      { path: 'größe.fits' },
    ])
    expect(await readFile(raw(into, 'n\u00e9ght/\u00ff.fits'), 'utf8')).toBe('alpha')
    expect(await run('verify', into)).toMatchObject({ status: 0, out: expect.stringContaining('2 are the same') as string })
  })

  test('UC-5.1 downloads what is staged from the data server of its site, whatever is cut, and nothing that is not signed', async ({
    url,
    dataKeys,
    orm,
    em,
    root,
  }) => {
    const topology = await makeTopology(em, join(root, 'sites'))
    const world = makeWorld(orm)
    await identify(world, topology)
    const large = Buffer.alloc(3_000_000, 'a byte of a file')
    const { execution, files } = await makeObservation(em, topology, { 'web/a b.fits': large, 'web/c.fits': 'small' })
    await settle(world)
    const key = 'a key of a data server that only tests know'
    const site = topology.sites.cologne.name
    await using server = await startDataServer({ world, site, keys: [key], host: '127.0.0.1', port: 0, url: null, streams: 4, tls: null })
    const almagest = openAlmagest({ url })
    const staging = await almagest.stage({
      location: topology.locations.processing.name,
      requestedBy: 'me',
      executionIds: [execution.id],
    })
    await settle(world)
    await staging.ready()
    const [file] = await almagest.locate({ ids: [files[0]?.id ?? ''] })
    if (!file) throw new Error('the file is not there')

    const chunks: Uint8Array[] = []
    const take = (chunk: Uint8Array): void => void chunks.push(chunk.slice())
    expect(await fault(almagest.fetch(file, take))).toMatchObject({ code: 'NOT_REACHABLE' })
    dataKeys[site] = [key]
    const short = cutting(1_100_000, url => url.includes('/files/'))
    expect(await openAlmagest({ url, fetch: short.fetch }).fetch(file, take)).toEqual({ bytes: 3_000_000, digest: file.digest })
    expect(Buffer.concat(chunks).equals(large)).toBe(true)
    expect(short.cuts()).toBe(3)
    const streamed: Uint8Array[] = []
    await almagest.fetch(file, new WritableStream({ write: chunk => void streamed.push(chunk.slice()) }))
    expect(Buffer.concat(streamed).equals(large)).toBe(true)
    expect(await fault(almagest.fetch({ ...file, digest: `blake3:${'0'.repeat(64)}` }, () => {}))).toMatchObject({
      code: 'DIGEST_MISMATCH',
    })

    const away = { ask: almagest.ask }
    const without = { ...file, sources: file.sources.map(source => ({ ...source, usable: false })) }
    const into = join(root, 'into', 'a b.fits')
    expect(await openFetcher(away).fetch(without, into)).toMatchObject({ location: 'the data server', wasThere: false })
    expect((await readFile(into)).equals(large)).toBe(true)

    const { address } = await downloadOf(url, file.id ?? '')
    const status = async (asked: string, init?: RequestInit): Promise<number> => (await fetch(asked, init)).status
    const range = await fetch(address, { headers: { range: 'bytes=10-19' } })
    expect([range.status, range.headers.get('content-range'), await range.text()]).toEqual([
      206,
      'bytes 10-19/3000000',
      large.toString('utf8', 10, 20),
    ])
    expect(await status(address, { headers: { range: 'bytes=3000000-' } })).toBe(416)
    expect(await status(address, { headers: { range: 'lines=1-2' } })).toBe(416)
    expect(await status(address, { method: 'DELETE' })).toBe(405)
    for (const other of [
      address.replace('a+b', 'c'),
      address.replace(/expires=\d+/, 'expires=99999999999'),
      address.replace(/signature=./, 'signature='),
      `${server.url}/files/x`,
    ])
      expect(await status(other), other).toBe(401)
    const [, copyId = ''] = /files\/([^?]+)/.exec(address) ?? []
    const path = file.sources[0]?.path ?? ''
    const signed = (given: { path?: string; expires?: number }): string =>
      addressOf({ copyId, path, expires: 99_999_999_999, ...given }, { url: server.url, key })
    expect(await status(signed({}))).toBe(200)
    expect(await status(signed({ expires: 1_000 }))).toBe(401)
    expect(await status(signed({ path: 'elsewhere/x.fits' }))).toBe(404)
    await rm(join((await em.findOneOrFail(DataLocation, topology.locations.processing.id)).root ?? '', file.sources[0]?.path ?? ''))
    expect(await status(address)).toBe(409)
    await sql(em, `/* test: gone */ update storage.data_location set active = false where id = $1`, [topology.locations.processing.id])
    expect(await status(address)).toBe(404)
    expect(await fault(almagest.fetch(file, () => {}))).toMatchObject({ code: 'NOT_REACHABLE' })
  })
})

/** The address at which a file can be downloaded. */
async function downloadOf(url: string, id: string): Promise<{ address: string }> {
  const { locateFiles } = await openAlmagest({ url }).ask(DownloadFilesDocument, { input: { ids: [id] } })
  return { address: locateFiles?.flatMap(({ sources }) => sources.map(({ downloadUrl }) => downloadUrl ?? '')).find(Boolean) ?? '' }
}

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { DataLocation, newId, PhysicalCopy, Site } from '@almagest/schema'
import { openTransports, signTicket } from '@almagest/jobs'
import { filesAt, pathAt } from '../attempt.ts'
import { test } from '../bench.ts'
import { bytesOf, consign, PART } from './consigned.ts'
import { KEY, serveData } from './served.ts'

interface Asked {
  readonly copyId: string
  readonly routeId: string
  readonly start: number
  readonly end: number
}

const soon = (): number => Math.floor(Date.now() / 1_000) + 60

/** Asks a data server, signed unless something else is said. */
function ask(
  url: string,
  site: string,
  asked: Asked,
  { expires = soon(), key = KEY, signed = asked, range }: { expires?: number; key?: string; signed?: Asked; range?: string } = {},
): Promise<Response> {
  return fetch(`${url}/copies/${asked.copyId}?route=${asked.routeId}`, {
    headers: {
      range: range ?? `bytes=${asked.start}-${asked.end}`,
      authorization: signTicket({ ...signed, expires }, site, { [site]: [key] }),
    },
  })
}

describe('a data server', () => {
  test('gives exactly the bytes that a ticket is for', async ({ em, world, topology }) => {
    const { server } = await serveData(world, topology)
    await using _server = server
    const bytes = bytesOf(PART)
    const { copyId, route } = await consign(world, em, { topology, bytes })
    const site = topology.sites.chile.name
    expect((await em.fork().findOneOrFail(Site, { name: site })).dataUrl).toBe(server.url)
    for (const [start, end] of [
      [0, PART - 1],
      [0, 0],
      [77, 4_196],
      [PART - 1, PART - 1],
    ] as const) {
      const answer = await ask(server.url, site, { copyId, routeId: route.id, start, end })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/${PART}`)
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(start, end + 1))).toBe(true)
    }
    expect(await (await fetch(`${server.url}/health`)).text()).toBe('ok\n')
  })

  test('gives nothing without a ticket, for another range, after its time, or signed with another key', async ({ em, world, topology }) => {
    const { server } = await serveData(world, topology, { keys: [KEY, 'the key before that one, which is still good'] })
    await using _server = server
    const { copyId, route } = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const other = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const site = topology.sites.chile.name
    const asked = { copyId, routeId: route.id, start: 0, end: 99 }
    const unsigned = 'what is asked for is not signed with a key of this data server\n'
    const url = `${server.url}/copies/${copyId}?route=${route.id}`
    for (const [answer, status, text] of [
      [await fetch(url, { headers: { range: 'bytes=0-9' } }), 401, unsigned],
      [await fetch(url, { headers: { range: 'bytes=0-9', authorization: `Almagest ${soon()}.${'a'.repeat(43)}` } }), 401, unsigned],
      [await ask(server.url, site, asked, { signed: { ...asked, end: 98 } }), 401, unsigned],
      [await ask(server.url, site, asked, { signed: { ...asked, copyId: other.copyId } }), 401, unsigned],
      [await ask(server.url, site, asked, { signed: { ...asked, routeId: newId() } }), 401, unsigned],
      [await ask(server.url, site, asked, { key: 'another key, of which nobody here knows' }), 401, unsigned],
      [await ask(server.url, site, asked, { expires: soon() - 100 }), 401, 'the ticket has expired\n'],
      [await fetch(url), 400, 'the header Range must be bytes=FIRST-LAST\n'],
      [await ask(server.url, site, asked, { range: 'bytes=0-9,20-29' }), 400, 'the header Range must be bytes=FIRST-LAST\n'],
      [await ask(server.url, site, asked, { range: 'bytes=-9' }), 400, 'the header Range must be bytes=FIRST-LAST\n'],
      [await ask(server.url, site, { ...asked, start: 9, end: 8 }), 416, `the copy has ${PART} bytes\n`],
      [await ask(server.url, site, { ...asked, end: PART }), 416, `the copy has ${PART} bytes\n`],
      [await fetch(`${server.url}/copies/../../etc/passwd`), 404, 'there is nothing here: ask for /copies/ID?route=ID\n'],
      [await fetch(url, { method: 'PUT' }), 404, 'there is nothing here: ask for /copies/ID?route=ID\n'],
    ] as const) {
      expect([answer.status, await answer.text()]).toEqual([status, text])
    }
    expect((await ask(server.url, site, asked, { key: 'the key before that one, which is still good' })).status).toBe(206)
  })

  test('gives only copies of its site that are PRESENT at active locations, and as long as they should be', async ({
    em,
    world,
    topology,
  }) => {
    const { server } = await serveData(world, topology)
    await using _server = server
    const { copyId, route, path } = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const { chileBuffer } = topology.locations
    const site = topology.sites.chile.name
    const asked = { copyId, routeId: route.id, start: 0, end: 99 }
    const status = async (changed: Partial<Asked> = {}): Promise<number> => (await ask(server.url, site, { ...asked, ...changed })).status
    expect(await status({ copyId: newId() })).toBe(404)
    expect(await status({ routeId: newId() })).toBe(404)
    await em.nativeUpdate(DataLocation, { id: chileBuffer.id }, { active: false })
    expect(await status()).toBe(404)
    await em.nativeUpdate(DataLocation, { id: chileBuffer.id }, { active: true })
    for (const refused of ['QUARANTINED', 'WRITING'] as const) {
      await em.nativeUpdate(PhysicalCopy, { id: copyId }, { status: refused })
      expect(await status()).toBe(404)
    }
    await em.nativeUpdate(PhysicalCopy, { id: copyId }, { status: 'PRESENT', bytes: PART + 1 })
    expect(await status()).toBe(409)
    await em.nativeUpdate(PhysicalCopy, { id: copyId }, { bytes: PART, path: '../outside' })
    expect(await status()).toBe(502)
    await em.nativeUpdate(PhysicalCopy, { id: copyId }, { path })
    expect(await status()).toBe(206)
    const cologne = topology.sites.cologne.name
    const { server: other } = await serveData(world, topology, { site: cologne })
    await using _other = other
    expect((await ask(other.url, cologne, asked)).status).toBe(404)
  })

  test('asks to come back who comes when it serves as many streams as it may', async ({ em, world, topology }) => {
    const { server } = await serveData(world, topology, { streams: 0 })
    await using _server = server
    const { copyId, route } = await consign(world, em, { topology, bytes: bytesOf(PART) })
    const answer = await ask(server.url, topology.sites.chile.name, { copyId, routeId: route.id, start: 0, end: 9 })
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([503, '1', 'it serves 0 streams already\n'])
  })

  test('UC-3.2 forgets the streams that are cut while they wait for who takes them', async ({ em, world, topology }) => {
    const { server } = await serveData(world, topology, { streams: 2 })
    await using _server = server
    const bytes = 24 * 2 ** 20
    const { copyId, route } = await consign(world, em, { topology, bytes: bytesOf(bytes) })
    const headers = (end: number) => {
      const authorization = signTicket({ copyId, routeId: route.id, start: 0, end, expires: soon() }, site, { [site]: [KEY] })
      return { range: `bytes=0-${end}`, authorization }
    }
    const site = topology.sites.chile.name
    const url = `${server.url}/copies/${copyId}?route=${route.id}`
    for (let cut = 0; cut < 5; cut++) {
      const leaving = new AbortController()
      await expect.poll(async () => (await fetch(url, { headers: headers(bytes - 1), signal: leaving.signal })).status).toBe(206)
      leaving.abort()
    }
    await expect.poll(async () => (await fetch(url, { headers: headers(9) })).status).toBe(206)
  })

  test('serves by TLS to who believes its certificate, and to nobody else', async ({ em, world, topology, root }) => {
    const [cert, key] = [join(root, 'cert.pem'), join(root, 'key.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const making = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...subject]
    await promisify(execFile)('openssl', [...making, '-keyout', key, '-out', cert])
    const tls = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
    const { server, keys } = await serveData(world, topology, { tls })
    await using _server = server
    const bytes = bytesOf(5 * PART)
    const sent = await consign(world, em, { topology, bytes })
    const origin = { ...sent.origin, dataUrl: server.url.replace('127.0.0.1', 'localhost') }

    await expect(openTransports({ keys }).HTTP.send({ ...sent, origin })).rejects.toThrow('cannot be reached: self-signed certificate')
    expect(await openTransports({ keys, ca: tls.cert }).HTTP.send({ ...sent, origin })).toEqual(sent.expected)

    expect((await readFile(pathAt(topology.locations.cologneBuffer, sent.path))).equals(bytes)).toBe(true)
    expect(await filesAt(topology.locations.cologneBuffer)).toEqual([sent.path])
  })
})

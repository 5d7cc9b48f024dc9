import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect } from 'vitest'
import { perform } from '@almagest/jobs'
import { openVerifier, Operation, PhysicalCopy, requestOperations, traceId, type Verify } from '@almagest/schema'
import { identify, makeTopology, makeWorld } from '../make.ts'
import { makePackages } from './rows.ts'
import { CLAIMS, KEY, sign, test, type Served } from './serve.ts'

const TRACE = traceId(CLAIMS.traceparent)

const create = (name: string): string => JSON.stringify({ query: `mutation { createSite(input: { name: "${name}", title: "A" }) { id } }` })
const BODY = create('unsigned')
const CLAIMS_HEADER = 'x-almagest-claims'

async function call({ url }: Served, headers: Record<string, string>, body = BODY): Promise<{ status: number; reason: string }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  const { errors } = (await response.json()) as { errors?: [{ extensions: { reason?: string } }] }
  return { status: response.status, reason: errors?.[0].extensions.reason ?? '' }
}

describe('a call to a subgraph', () => {
  test('that the gateway signed is answered once', async ({ storageApi }) => {
    const body = create('signed')
    const headers = sign('storage', body)

    expect(await call(storageApi, headers, body)).toEqual({ status: 200, reason: '' })
    expect(await call(storageApi, headers, body)).toEqual({ status: 401, reason: 'REPLAYED' })
  })

  const claims = Buffer.from(JSON.stringify({ ...CLAIMS, principal: 'root' })).toString('base64url')
  const bad: [string, string, () => Record<string, string>][] = [
    ['is not signed', 'UNSIGNED', () => ({})],
    ['has half a signature', 'MALFORMED', () => ({ 'x-almagest-signature': 'v1.x', [CLAIMS_HEADER]: claims })],
    ['was signed 31 s ago', 'STALE', () => sign('storage', BODY, { at: Date.now() - 31_000 })],
    ['was signed 31 s ahead', 'STALE', () => sign('storage', BODY, { at: Date.now() + 31_000 })],
    ['was signed before the subgraph began', 'STALE', () => sign('storage', BODY, { at: Date.now() - 20_000 })],
    ['was signed for another subgraph', 'OTHER_SUBGRAPH', () => sign('staging', BODY)],
    ['was signed with a foreign key', 'UNKNOWN_KEY', () => sign('storage', BODY, { key: 'x'.repeat(32) })],
    ['claims what was not signed', 'TAMPERED', () => ({ ...sign('storage', BODY), [CLAIMS_HEADER]: claims })],
    ['has another body than was signed', 'TAMPERED', () => sign('storage', `${BODY} `)],
    ['has the signature with another time', 'TAMPERED', () => later(sign('storage', BODY))],
  ]
  test.for(bad)('that %s is 401 %s, and nothing of it is done', async ([, reason, headers], { storageApi, logged }) => {
    expect(await call(storageApi, headers())).toEqual({ status: 401, reason })

    expect((await storageApi.ask('{ site(name: "unsigned") { id } }')).data.site).toBeNull()
    expect(logged).toMatchObject([{ event: 'call.refused', reason }])
  })

  test('that is not signed is refused before its body is read', async ({ storageApi }) => {
    expect(await call(storageApi, {}, 'x'.repeat(70 * 2 ** 20))).toEqual({ status: 401, reason: 'UNSIGNED' })
  })
})

describe('the memory of what was signed', () => {
  const at = 1_800_000_000_000
  const call = (verify: Verify, headers: Record<string, string>): string => {
    const vouched = verify(headers['x-almagest-signature'], headers[CLAIMS_HEADER])
    return 'claims' in vouched ? 'ANSWERED' : vouched.reason
  }

  test('never lets a call pass twice, however long the subgraph runs and whatever the clocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ step: fc.integer({ min: 0, max: 40_000 }), skew: fc.integer({ min: -29_999, max: 30_000 }) }), {
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 8 }),
        (steps, most) => {
          let now = at
          const verify = openVerifier('storage', { keys: [KEY], now: () => now, most })
          const sent: Record<string, string>[] = []
          for (const { step, skew } of steps) {
            now += step
            const headers = sign('storage', BODY, { at: now + skew })
            call(verify, headers)
            sent.push(headers)
            for (const old of sent) expect(call(verify, old)).not.toBe('ANSWERED')
          }
        },
      ),
    )
  })

  test('takes the calls of a busy minute', () => {
    let now = at
    const verify = openVerifier('storage', { keys: [KEY], now: () => now })
    for (let n = 0; n < 2_000; n++) {
      now += 100
      expect(call(verify, sign('storage', BODY, { at: now - 50 }))).toBe('ANSWERED')
    }
  })
})

describe('the trace of a request', () => {
  test('is kept by the work that it asked for, and named in what is logged of that', async ({ storageApi, em, root, orm }) => {
    const topology = await makeTopology(em, root)
    await identify(makeWorld(orm), topology)
    const [{ id: packageId } = { id: '' }] = await makePackages(em, topology)
    const copy = await em.findOneOrFail(PhysicalCopy, { packageId })
    const { data } = await storageApi.ask('mutation ($copy: ID!) { requestVerification(copyId: $copy) { id } }', { copy: copy.id })
    const operationId = data.requestVerification.id

    expect(await em.findOneOrFail(Operation, operationId)).toMatchObject({ traceParent: CLAIMS.traceparent })

    const lines: Record<string, unknown>[] = []
    const log = pino({ level: 'trace' }, { write: line => void lines.push(JSON.parse(line)) })
    await perform(makeWorld(orm, { log }), operationId, new AbortController().signal)
    expect(lines).toMatchObject([{ event: 'copy.verified', operation: operationId, traceId: TRACE }])
  })

  test('is gone with its transaction: what the sweep asks for has none', async ({ em, root }) => {
    const { locations } = await makeTopology(em, root)
    await requestOperations(em, [{ kind: 'scan', locationId: locations.source.id, subjectId: locations.source.id }])

    expect(await em.findOneOrFail(Operation, { subjectId: locations.source.id })).toMatchObject({ traceParent: null })
  })
})

function later(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/\.(\d{13})\./, (_, at) => `.${Number(at) + 1}.`)]),
  )
}

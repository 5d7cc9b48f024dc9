import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import { post, test } from './fixtures.ts'

describe('a gateway that ends', () => {
  test('answers what was asked, and waits for no connection on which nothing is asked', async ({ start, subgraphs: { storage } }) => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<{ body: unknown }>()
    const gateway = await start({ timeoutMs: 20_000, drainMs: 1_000_000 })
    using agent = Object.assign(new Agent({ keepAlive: true }), { [Symbol.dispose]: () => agent.destroy() })
    const get = async (path: string): Promise<string> => {
      const [response] = await once(request(`${gateway.url}${path}`, { agent }).end(), 'response')
      return text(response)
    }
    expect(await get('/healthz')).toContain('ok')
    const silent = connect(gateway.port, '127.0.0.1')
    await once(silent, 'connect')
    storage.answer = () => {
      asked.resolve()
      return answer.promise
    }
    const reply = post(`${gateway.url}/graphql`, { query: '{ sites { name } }' })
    await asked.promise

    const ended = gateway[Symbol.asyncDispose]()
    await once(silent, 'close')
    await expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow()
    answer.resolve({ body: { data: { sites: [] } } })

    expect((await reply).body).toEqual({ data: { sites: [] } })
    await ended
  })

  test('cuts off what is not answered in time', async ({ start, subgraphs: { storage } }) => {
    const asked = Promise.withResolvers<void>()
    const gateway = await start({ timeoutMs: 1_000_000, drainMs: 100 })
    storage.answer = () => {
      asked.resolve()
      return null
    }
    const outcome = post(`${gateway.url}/graphql`, { query: '{ sites { name } }' }).then(
      () => 'answered',
      () => 'cut',
    )
    await asked.promise

    await gateway[Symbol.asyncDispose]()

    expect(await outcome).toBe('cut')
  })
})

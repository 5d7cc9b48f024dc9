import { afterAll, describe, expect, test } from 'vitest'
import { tryStart } from '../../s3/server.ts'
import { startSwift } from '../../s3/swift.ts'
import { openBucket } from './bucket.ts'
import { storeContract } from './store-contract.ts'

const { server, why } = await tryStart(() => startSwift({ path: process.env.PATH ?? '' }))
afterAll(() => server?.[Symbol.asyncDispose]())

describe.skipIf(!server)(`OpenStack Swift${why ? ` (skipped: ${why})` : ''}`, () => {
  const swift = server!
  storeContract('a bucket of OpenStack Swift', () => openBucket(swift), { folders: false })

  test('is found to write conditionally in no way that could be relied on', async () => {
    const opened = await openBucket(swift)
    expect(await opened.store.probe()).toMatchObject({ contentMd5: true, listParts: true, ranges: true, conditionalPut: false })
  })
})

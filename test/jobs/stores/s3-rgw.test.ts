import { afterAll, describe } from 'vitest'
import { startRgw } from '../../s3/rgw.ts'
import { tryStart } from '../../s3/server.ts'
import { openBucket } from './bucket.ts'
import { storeContract } from './store-contract.ts'

const { server, why } = await tryStart(() => startRgw({ path: process.env.PATH ?? '' }))
afterAll(() => server?.[Symbol.asyncDispose]())

describe.skipIf(!server)(`Ceph RADOS Gateway${why ? ` (skipped: ${why})` : ''}`, () => {
  const rgw = server!
  storeContract('a bucket of Ceph RGW', () => openBucket(rgw), { folders: false })
})

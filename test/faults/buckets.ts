import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Seen } from '../s3/faulty.ts'
import type { Scene } from './episode.ts'
import type { Random } from './random.ts'

/** What goes wrong at an S3 service. */
export const BUCKET_TROUBLES = ['answers are lost', 'errors', 'bytes changed', 'answers cut', 'everything', 'uploads forgotten'] as const
type BucketTrouble = (typeof BUCKET_TROUBLES)[number]

const ERRORS = [
  { status: 500, code: 'InternalError' },
  { status: 503, code: 'SlowDown' },
  { status: 503, code: 'ServiceUnavailable' },
  { status: 400, code: 'RequestTimeout' },
] as const

/** For how long the service is bad, in ms; longer when nothing came meanwhile that could be harmed. */
const BAD_MS = 12_000

/** Lets the service of the archive go wrong in one way while it is written, re-read and staged from. */
export async function troubleBucket(scene: Scene): Promise<void> {
  const { system, seed, random, over } = scene
  if (!system.bucket) throw new Error('no location of this system is a bucket')
  const { before, behind } = system.bucket
  const how = BUCKET_TROUBLES[(seed - 1) % BUCKET_TROUBLES.length] ?? 'errors'
  const share = random.between(5, 35) / 100
  let harmed = 0
  before.breakBy(call => {
    // The first that can be harmed always is: a small package makes few calls.
    const fault = random.next() < share || harmed === 0 ? faultOf(call, { how, random }) : null
    if (fault !== null) harmed += 1
    return fault
  })
  await scene.executionId()
  let forgotten = 0
  const since = performance.now()
  while (!over.aborted && (harmed + forgotten === 0 || performance.now() - since < BAD_MS)) {
    await delay(how === 'uploads forgotten' ? 20 : 100)
    if (how === 'uploads forgotten' || (how === 'everything' && random.next() < 0.1)) forgotten += behind.forgetUploads()
  }
  before.breakBy(() => null)
  if (harmed + forgotten > 0) scene.did(`S3: ${how}`)
  for (let n = 0; n < harmed; n++) scene.did('calls to S3 harmed')
  for (let n = 0; n < forgotten; n++) scene.did('an upload forgotten')
}

function faultOf(call: Seen, { how, random }: { how: BucketTrouble; random: Random }): Fault {
  const { method, url } = call
  const ofObject = !url.includes('?')
  switch (how) {
    case 'errors':
      return random.pick(ERRORS)
    case 'answers are lost':
      return method === 'PUT' || method === 'POST' ? 'LOSE' : null
    case 'bytes changed':
      return method === 'PUT' ? 'CHANGE' : method === 'GET' && ofObject ? 'SPOIL' : null
    case 'answers cut':
      return method === 'GET' ? 'HALVE' : null
    case 'uploads forgotten':
      return null
    case 'everything':
      if (method === 'DELETE') return { status: 403, code: 'AccessDenied' }
      return faultOf(call, { how: random.pick(BUCKET_TROUBLES.slice(0, 4)), random })
  }
}

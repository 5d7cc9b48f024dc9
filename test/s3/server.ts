import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Outage } from '@almagest/schema'
import { s3Client, type S3Credentials } from '@almagest/jobs'

/** Where unpacked packages are kept, for all runs. */
export const TOOLS = join(import.meta.dirname, '../../.almagest-tools')

/** An S3 service that runs until it is disposed of. */
export interface S3Server extends AsyncDisposable {
  readonly endpoint: string
  readonly credentials: S3Credentials
}

/** A running service, or why this machine has none: a sentence for the name of the tests that are skipped. */
export type Started = { readonly server: S3Server; readonly why: null } | { readonly server: null; readonly why: string }

/** Tries to start a service; only that it cannot be had is an answer, anything else is thrown. */
export async function tryStart(start: () => Promise<S3Server>): Promise<Started> {
  try {
    return { server: await start(), why: null }
  } catch (error) {
    if (error instanceof Outage && /apt-get|cannot be fetched/.test(error.message)) return { server: null, why: error.message }
    throw error
  }
}

/** A folder for a service's data, and what has to be ended with it, the last first. */
export async function openRig(name: string): Promise<{ folder: string; closing: AsyncDisposableStack }> {
  const folder = await mkdtemp(join(tmpdir(), `almagest-${name}-`))
  const closing = new AsyncDisposableStack()
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  return { folder, closing }
}

/** Whether somebody listens on a port of 127.0.0.1. */
export function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

let buckets = 0

/** Makes a new bucket, empty; returns its name. */
export async function makeBucket({ endpoint, credentials }: S3Server): Promise<string> {
  const bucket = `test-${process.pid}-${(buckets += 1)}`
  await clientOf({ endpoint, credentials, bucket }).call({ method: 'PUT', doing: 'make a bucket', headers: { 'content-length': '0' } })
  return bucket
}

/** The calls to a bucket, for what a store does not do. */
export function clientOf({ endpoint, credentials, bucket }: { endpoint: string; credentials: S3Credentials; bucket: string }) {
  const patience = { silenceMs: 10_000, attempts: 3, pauseMs: 100 }
  return s3Client({ id: 'the tests', endpoint, bucket, region: 'us-east-1', credentials: async () => credentials, patience })
}

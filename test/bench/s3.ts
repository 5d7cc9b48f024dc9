import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand, unpackDebian } from '@almagest/gateway/local'
import { newId, PART_BYTES } from '@almagest/schema'
import { posixStore, s3Store } from '@almagest/jobs'
import { startRgw } from '../s3/rgw.ts'
import { clientOf, makeBucket, TOOLS, type S3Server } from '../s3/server.ts'
import type { Bed, Bench } from './bench.ts'
import { compare, timed } from './measure.ts'
import { writeNoise } from './noise.ts'

/** Sending a package to an S3 service on this machine and bringing it back to a disk, against programs that do only that, as they are installed. */
export const bench: Bench = {
  about: 'sending a package to Ceph RGW and back to a disk, with its digests, against rclone and s3cmd',
  options: {
    megabytes: { about: 'how large the package is', default: 1_000 },
    rounds: { about: 'how often each side runs', default: 3 },
  },
  async run(bed) {
    await using rig = await openRig(bed)
    const common = { rounds: bed.number('rounds'), say: bed.say, unit: 'MB/s', better: 'higher', target: 0.9 } as const
    const results = []
    for (const { name, put, get } of rig.others) {
      const speed = (work: () => Promise<unknown>) => () => rig.speed(work)
      results.push(await compare({ ...common, what: 'upload', against: name, a: speed(rig.put), b: speed(put) }))
      results.push(await compare({ ...common, what: 'download', against: `${name}, sync of the file`, a: speed(rig.get), b: speed(get) }))
    }
    return results
  },
}

interface Program {
  readonly name: string
  put(): Promise<unknown>
  get(): Promise<unknown>
}

/** A service with a package in it, the same package on a disk, and whoever moves it between them. */
async function openRig({ folder, number, say }: Bed) {
  await using opening = new AsyncDisposableStack()
  say('starting Ceph RGW, and fetching rclone and s3cmd if they were not yet')
  const server = opening.use(await startRgw({ path: process.env.PATH ?? '' }))
  const bucket = await makeBucket(server)
  const client = clientOf({ ...server, bucket })
  const id = newId()
  const disk = posixStore(folder, { id })
  await disk.prepare({ adopt: true })
  const { endpoint, credentials } = server
  const settings = { id, endpoint, bucket, credentials: async () => credentials }
  await s3Store(settings).prepare()
  const store = s3Store({ ...settings, capabilities: await s3Store(settings).probe() })
  const bytes = number('megabytes') * 1_000_000
  const [from, to, sent, kept] = [join(folder, 'from.tar'), join(folder, 'to.tar'), 'sent.tar', 'kept.tar']
  const { digest } = await writeNoise(from, bytes)
  const expected = { bytes, digest }
  const put = async (path: string) => {
    await using reading = await disk.read('from.tar')
    if (reading) await store.write(path, reading, { token: newId(), expected })
  }
  await put(kept)
  const paths = { from, to, sent: `${bucket}/${sent}`, kept: `${bucket}/${kept}` }
  const opened = opening.move()
  return {
    put: () => put(sent),
    async get() {
      await using reading = await store.read(kept)
      if (reading) await disk.write('to.tar', reading, { token: newId(), expected })
    },
    others: [await rclone(server, paths), await s3cmd(server, paths)],
    /** In MB/s; before, what earlier rounds left is removed. */
    async speed(work: () => Promise<unknown>): Promise<number> {
      await rm(to, { force: true })
      await client.call({ method: 'DELETE', key: sent, doing: 'remove what was sent', accept: [404] })
      await runCommand('sync', [], { what: 'sync failed', timeoutMs: 600_000 })
      return number('megabytes') / ((await timed(work)) / 1_000)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface Paths {
  readonly from: string
  readonly to: string
  /** With their bucket before them. */
  readonly sent: string
  readonly kept: string
}

async function rclone({ endpoint, credentials }: S3Server, { from, to, sent, kept }: Paths): Promise<Program> {
  const root = await unpackDebian({ name: 'rclone', packages: [['rclone']], tools: TOOLS, path: process.env.PATH ?? '' })
  const env = [
    // A bundle of certificates for other services: this version of rclone cannot use one.
    '--unset=AWS_CA_BUNDLE',
    'RCLONE_CONFIG=/dev/null',
    'RCLONE_CONFIG_RGW_TYPE=s3',
    'RCLONE_CONFIG_RGW_PROVIDER=Ceph',
    `RCLONE_CONFIG_RGW_ENDPOINT=${endpoint}`,
    `RCLONE_CONFIG_RGW_ACCESS_KEY_ID=${credentials.accessKeyId}`,
    `RCLONE_CONFIG_RGW_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`,
  ]
  const copy = (a: string, b: string) =>
    runCommand('env', [...env, `${root}/usr/bin/rclone`, 'copyto', a, b], { what: 'rclone failed', timeoutMs: 600_000 })
  return {
    name: 'rclone copyto',
    put: () => copy(from, `rgw:${sent}`),
    async get() {
      await copy(`rgw:${kept}`, to)
      await runCommand('sync', [to], { what: 'sync failed', timeoutMs: 600_000 })
    },
  }
}

async function s3cmd({ endpoint, credentials }: S3Server, { from, to, sent, kept }: Paths): Promise<Program> {
  const root = await unpackDebian({ name: 's3cmd', packages: [['s3cmd']], tools: TOOLS, path: process.env.PATH ?? '' })
  const { host } = new URL(endpoint)
  const options = [
    '--config=/dev/null',
    `--access_key=${credentials.accessKeyId}`,
    `--secret_key=${credentials.secretAccessKey}`,
    `--host=${host}`,
    `--host-bucket=${host}`,
    '--no-ssl',
    '--no-progress',
    '--force',
  ]
  const run = (...args: string[]) =>
    runCommand('env', [`PYTHONPATH=${root}/usr/lib/python3/dist-packages`, `${root}/usr/bin/s3cmd`, ...options, ...args], {
      what: 's3cmd failed',
      timeoutMs: 600_000,
    })
  return {
    name: `s3cmd, parts of ${PART_BYTES / 2 ** 20} MiB`,
    put: () => run(`--multipart-chunk-size-mb=${PART_BYTES / 2 ** 20}`, 'put', from, `s3://${sent}`),
    async get() {
      await run('get', `s3://${kept}`, to)
      await runCommand('sync', [to], { what: 'sync failed', timeoutMs: 600_000 })
    },
  }
}

import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, freePort, librariesIn, runCommand, startServer, unpackDebian } from '@almagest/gateway/local'
import { listens, openRig, TOOLS, type S3Server } from './server.ts'

const PACKAGES = [['radosgw', 'ceph-mon', 'ceph-osd']]
const CREDENTIALS = { accessKeyId: 'TESTACCESSKEY0000001', secretAccessKey: 'testSecretKey00000000000000000000000001' }

/**
 * A Ceph of one monitor and one object store in memory, with the RADOS Gateway before it, from Debian's packages: as any user, on 127.0.0.1 alone,
 * gone with all its data when it is disposed of. Parts of uploads may be of 64 KiB.
 */
export async function startRgw({ path }: { path: string }): Promise<S3Server> {
  const root = await unpackDebian({ name: 'Ceph', packages: PACKAGES, tools: TOOLS, path })
  const { folder, closing } = await openRig('rgw')
  try {
    const [port, monitor] = [await freePort(), await freePort()]
    const libraries = `${root}/usr/lib/x86_64-linux-gnu`
    const conf = join(folder, 'ceph.conf')
    for (const name of ['mon', 'osd', 'log', 'run', 'rgw']) await mkdir(join(folder, name))
    await writeFile(conf, configOf({ folder, libraries, port, monitor }))
    const env = [
      `PATH=${root}/usr/bin:${root}/usr/sbin:${root}/bin:${path}`,
      `LD_LIBRARY_PATH=${libraries}/ceph:${await librariesIn(root)}:${root}/usr/lib`,
      `PYTHONPATH=${root}/usr/lib/python3/dist-packages`,
      `CEPH_CONF=${conf}`,
    ]
    const run = (program: string, ...args: string[]) =>
      runCommand('env', [...env, program, ...args], { what: `${program} failed`, timeoutMs: 60_000 })
    const serve = async (name: string, program: string, ...args: string[]) => {
      const place = join(folder, 'run', name)
      await mkdir(place)
      const options = { name, folder: place, stopSignal: 'SIGTERM' as const }
      const isReady = { 'ceph-mon': () => listens(monitor), 'ceph-osd': () => hasSocket(folder), radosgw: () => listens(port) }[name]
      closing.use(await startServer('env', [...env, program, '-f', ...args], { ...options, isReady: isReady ?? (async () => true) }))
    }

    const [keyring, monmap] = [join(folder, 'keyring'), join(folder, 'monmap')]
    await run('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *')
    await run('ceph-authtool', keyring, '--gen-key', '-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *')
    const fsid = /fsid = (\S+)/.exec(await readFile(conf, 'utf8'))?.[1] ?? ''
    const address = `[v2:127.0.0.1:${monitor}]`
    await run('monmaptool', '--create', '--clobber', '--fsid', fsid, '--addv', 'a', address, '--enable-all-features', monmap)
    await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', keyring)
    await serve('ceph-mon', 'ceph-mon', '-i', 'a')

    const osd = randomUUID()
    const python = (await findProgram(['python3'], '/usr/bin')) ?? `${root}/usr/bin/python3`
    await run(python, `${root}/usr/bin/ceph`, '--connect-timeout', '20', 'osd', 'new', osd, '0')
    await mkdir(join(folder, 'osd/0'))
    await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd)
    await serve('ceph-osd', 'ceph-osd', '-i', '0')
    const user = ['user', 'create', '--uid=test', '--display-name=test']
    await run(
      'radosgw-admin',
      '-n',
      'client.rgw',
      ...user,
      `--access-key=${CREDENTIALS.accessKeyId}`,
      `--secret-key=${CREDENTIALS.secretAccessKey}`,
    )
    await serve('radosgw', 'radosgw', '-n', 'client.rgw')
    return {
      endpoint: `http://127.0.0.1:${port}`,
      credentials: CREDENTIALS,
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    }
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

/** An object store needs no port that we know: its socket says that it runs. */
async function hasSocket(folder: string): Promise<boolean> {
  return readFile(join(folder, 'log/osd.0.log'), 'utf8').then(
    text => text.includes('done with init'),
    () => false,
  )
}

function configOf({ folder, libraries, port, monitor }: { folder: string; libraries: string; port: number; monitor: number }): string {
  return `[global]
fsid = ${randomUUID()}
mon host = [v2:127.0.0.1:${monitor}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file = ${folder}/log/$name.log
log to stderr = false
keyring = ${folder}/keyring
plugin dir = ${libraries}/ceph
erasure code dir = ${libraries}/ceph/erasure-code
osd class dir = ${libraries}/rados-classes
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000
mon data avail crit = 1
mon data avail warn = 2
mon osd full ratio = .99
mon osd backfillfull ratio = .98
mon osd nearfull ratio = .97
[mon]
mon data = ${folder}/mon/a
mon cluster log file = ${folder}/log/cluster.log
mon min osdmap epochs = 50
paxos propose interval = 0.05
paxos min wait = 0.01
[osd]
osd data = ${folder}/osd/0
osd objectstore = memstore
osd journal = ${folder}/osd/0/journal
memstore device bytes = 17179869184
osd memory target = 1073741824
osd crush initial weight = 1
osd crush update on start = true
osd max object name len = 460
osd max object namespace len = 64
osd op num shards = 2
[client.rgw]
ms mon client mode = crc
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw enable apis = s3
rgw crypt require ssl = false
rgw thread pool size = 32
rgw multipart min part size = 65536
rgw enable usage log = false
rgw enable ops log = false
rgw dynamic resharding = false
rgw gc obj min wait = 1
rgw gc processor period = 2
rgw gc processor max time = 2
rgw override bucket index max shards = 1
`
}

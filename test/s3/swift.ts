import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, freePort, librariesIn, runCommand, startServer, unpackDebian } from '@almagest/gateway/local'
import { listens, openRig, TOOLS, type S3Server } from './server.ts'

const PACKAGES = [['swift-proxy', 'swift-account', 'swift-container', 'swift-object', 'memcached']]
const SECRET = 'testing'
const KINDS = ['account', 'container', 'object'] as const

/** Swift reads /etc/swift/swift.conf unless it is told otherwise before its servers load. */
const RUN = `import os, runpy, sys
from swift.common import utils
utils.SWIFT_CONF_FILE = os.environ['SWIFT_CONF']
utils.validate_hash_conf()
from swift.common import constraints
constraints.reload_constraints()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name='__main__')
`

/** Makes the rings of a folder: where the one disk of each kind of server is. */
const RINGS = `import sys
from swift.common.ring import RingBuilder
for kind, port in zip(sys.argv[2::2], sys.argv[3::2]):
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'd1', 'weight': 1.0})
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (sys.argv[1], kind))
`

/**
 * An OpenStack Swift of one disk with its S3 interface, from Debian's packages: as any user, on 127.0.0.1 alone, gone with all its data when it is
 * disposed of. Parts of uploads may be of 64 KiB.
 */
export async function startSwift({ path }: { path: string }): Promise<S3Server> {
  const python = (await findProgram(['python3'], '/usr/bin')) ?? 'python3'
  // Debian compiles when it installs; without that each start compiles anew.
  const check = async (root: string): Promise<void> => {
    await runCommand(python, ['-m', 'compileall', '-q', '-j', '2', `${root}/usr/lib/python3/dist-packages`], {
      what: 'Python fails',
    }).catch(() => null)
  }
  const root = await unpackDebian({ name: 'Swift', packages: PACKAGES, tools: TOOLS, path, check })
  const { folder, closing } = await openRig('swift')
  try {
    const ports = { proxy: await freePort(), memcached: await freePort(), account: 0, container: 0, object: 0 }
    for (const kind of KINDS) ports[kind] = await freePort()
    for (const name of ['etc', 'run', 'cache', 'srv/d1']) await mkdir(join(folder, name), { recursive: true })
    const env = [
      `PATH=${root}/usr/bin:${root}/usr/sbin:${path}`,
      `LD_LIBRARY_PATH=${await librariesIn(root)}:${root}/usr/lib`,
      `PYTHONPATH=${root}/usr/lib/python3/dist-packages`,
      `SWIFT_CONF=${folder}/etc/swift.conf`,
      'PYTHONWARNINGS=ignore',
    ]
    const swift = (program: string) => [...env, python, join(folder, 'run.py'), `${root}/usr/bin/${program}`]
    const serve = async (name: keyof typeof ports, args: readonly string[]) => {
      const place = join(folder, 'run', name)
      await mkdir(place)
      const isReady = () => listens(ports[name])
      closing.use(await startServer('env', args, { name: `swift-${name}`, folder: place, stopSignal: 'SIGTERM', isReady, readyMs: 60_000 }))
    }
    await writeFile(join(folder, 'run.py'), RUN)
    await writeFile(join(folder, 'etc/swift.conf'), CONSTRAINTS)
    await writeFile(join(folder, 'etc/proxy.conf'), proxyConfig({ folder, ports }))

    const asRoot = process.getuid?.() === 0 ? ['-u', 'root'] : []
    const memcached = ['memcached', '-l', '127.0.0.1', '-p', String(ports.memcached), '-U', '0', '-m', '32', ...asRoot]
    const rings = KINDS.flatMap(kind => [kind, String(ports[kind])])
    await writeFile(join(folder, 'rings.py'), RINGS)
    await runCommand('env', [...env, python, join(folder, 'rings.py'), join(folder, 'etc'), ...rings], { what: 'the rings cannot be made' })
    await Promise.all([
      serve('memcached', [...env, ...memcached]),
      ...KINDS.map(async kind => {
        await writeFile(join(folder, `etc/${kind}.conf`), serverConfig({ folder, kind, port: ports[kind] }))
        await serve(kind, [...swift(`swift-${kind}-server`), join(folder, `etc/${kind}.conf`), '-v'])
      }),
      serve('proxy', [...swift('swift-proxy-server'), join(folder, 'etc/proxy.conf'), '-v']),
    ])
    return {
      endpoint: `http://127.0.0.1:${ports.proxy}`,
      credentials: { accessKeyId: 'test:tester', secretAccessKey: SECRET },
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    }
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

const CONSTRAINTS = `[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = p0
default = yes
[swift-constraints]
max_header_size = 32768
`

function serverConfig({ folder, kind, port }: { folder: string; kind: string; port: number }): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
swift_dir = ${folder}/etc
devices = ${folder}/srv
mount_check = false
workers = 0
disable_fallocate = true
fallocate_reserve = 0
recon_cache_path = ${folder}/cache
log_level = WARNING
db_preallocation = off
user =
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`
}

function proxyConfig({ folder, ports }: { folder: string; ports: { proxy: number; memcached: number } }): string {
  const filters = ['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'copy', 'symlink']
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${ports.proxy}
swift_dir = ${folder}/etc
workers = 0
log_level = WARNING
user =
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = false
${filters.map(name => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${ports.memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
max_upload_part_num = 10000
min_segment_size = 65536
allow_multipart_uploads = true
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${SECRET} .admin
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
max_manifest_size = 8388608
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
`
}

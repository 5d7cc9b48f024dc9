import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { KEY } from './key.ts'
import { openRelay } from './relay.ts'
import { run } from './run.ts'
import { startStandIn } from './subgraph.ts'

/* node alone.ts DATABASE_URL POSTGRESQL REDIS [NODE_ARGUMENT…]: runs the gateway's process over stand-ins for the subgraphs, with PostgreSQL and Redis by sockets
   of the file system, and writes as JSON what became of it: made to run where there is no network. */

const [databaseUrl = '', postgres = '', redis = '', ...nodeArgs] = process.argv.slice(2)

const relay = await openRelay({ host: '127.0.0.1', port: 0 }, { path: postgres })
const database = new URL(databaseUrl)
database.host = `127.0.0.1:${(relay.address() as AddressInfo).port}`
const names = ['OBSERVATION', 'DATA_PACKAGE', 'STORAGE', 'STAGING']
const addresses = await Promise.all(
  names.map(async name => ({ [`SUBGRAPH_${name}_URL`]: (await startStandIn()).url, [`SUBGRAPH_${name}_KEY`]: KEY })),
)
const env = Object.assign({ DATABASE_URL: database.href, REDIS_URL: redis, PORT: '0' }, ...addresses) as Record<string, string>

const gateway = run('main.ts', [], { env, nodeArgs })
while (!gateway.output().includes('gateway.started') && gateway.child.exitCode === null) await delay(50)
const [, url = ''] = /"url":"([^"]+)"/.exec(gateway.output()) ?? []
const readiness = url === '' ? null : await (await fetch(`${url}/readyz`)).json()
gateway.child.kill('SIGINT')
const status = await gateway.ended

const about = {
  interfaces: Object.keys(networkInterfaces()),
  outside: await reach('198.51.100.1'),
  readiness,
  status,
  output: gateway.output(),
}
process.stdout.write(JSON.stringify(about))
process.exit()

/** What comes of a connection to a host: its name if it is refused, silent for nothing. */
async function reach(host: string): Promise<string> {
  const socket = connect({ host, port: 443 })
  const outcome = once(socket, 'connect').then(
    () => 'connected',
    (error: NodeJS.ErrnoException) => error.code ?? '',
  )
  const reached = await Promise.race([outcome, delay(500, 'silent')])
  socket.destroy()
  return reached
}

import { openHome, startPostgres, startRedis } from '@almagest/gateway/local'

/* node holder.ts <home> <tools> <server…>: what `npm start` does with its servers. Says what runs as one line of JSON, until SIGTERM. */

const [home = '', tools = '', ...servers] = process.argv.slice(2)
const stop = new Promise<void>(resolve => process.once('SIGTERM', () => resolve()))
// a promise alone keeps no process alive
const alive = setInterval(() => {}, 1000)
try {
  await using held = await openHome(home)
  await using postgres = servers.includes('postgres') ? await startPostgres({ home: held.path, durable: false }) : null
  await using redis = servers.includes('redis') ? await startRedis({ home: held.path, path: process.env.PATH ?? '', tools }) : null
  console.log(JSON.stringify({ pid: process.pid, postgres: postgres?.url, redis: redis?.url }))
  await stop
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  clearInterval(alive)
}

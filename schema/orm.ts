import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import * as schema from './entities.ts'
import { sql } from './sql.ts'

export type { MikroORM, EntityManager } from '@mikro-orm/postgresql'

/** For PostgreSQL: a host that went away without a word holds its locks no longer than about two minutes. */
const KEEP_ALIVE = '-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6'

const entities = Object.values(schema).filter(value => typeof value === 'function')

/**
 * Connects to ops-db with at most `max` connections. `idleS`: a transaction in which nothing happens for so many seconds is ended by PostgreSQL, because whoever
 * began it stands still; null: never, as workers need it, who touch files under its locks and might go on. `snapshot`: what migrations are made against is
 * what the last one was made from, not the database.
 */
export function openOrm(
  clientUrl: string,
  { max = 10, idleS = null, snapshot = false }: { max?: number; idleS?: number | null; snapshot?: boolean } = {},
): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl,
    entities,
    extensions: [Migrator],
    forceUtcTimezone: true,
    migrations: { path: new URL('migrations', import.meta.url).pathname, snapshot, snapshotName: '.snapshot', silent: true },
    pool: { min: 0, max },
    driverOptions: {
      keepAlive: true,
      options: KEEP_ALIVE,
      idle_in_transaction_session_timeout: idleS === null ? undefined : Math.round(idleS * 1_000),
      onPoolCreated: letGoOfBroken,
    },
  })
}

/** What is used of a connection of pg's pool. */
interface Connection {
  release: (destroy?: boolean) => void
  once(event: 'end', listener: () => void): void
}

/** What is used of pg's pool. */
interface Pool {
  on(event: 'connect' | 'acquire', listener: (connection: Connection) => void): void
  on(event: 'release', listener: (error: unknown, connection: Connection) => void): void
}

/**
 * Gives back a connection that broke while it was in use. In a transaction nobody else would: where neither commit nor rollback can be said, Kysely does
 * not come to its release, and a pool that lost all of its connections that way lets everybody wait for ever.
 */
function letGoOfBroken(pool: Pool): void {
  const inUse = new Set<Connection>()
  pool.on('acquire', connection => void inUse.add(connection))
  pool.on('release', (_error, connection) => void inUse.delete(connection))
  pool.on('connect', connection => {
    connection.once('end', () => {
      if (!inUse.has(connection)) return
      connection.release(true)
      // Outside of transactions it is given back a second time, which is an error of its own.
      connection.release = () => {}
    })
  })
}

/**
 * Brings ops-db up to date and gives the names of what it did. In an ops-db that was restored from a dump into another cluster it begins a new
 * epoch of events, so that those who follow them miss none.
 */
export async function migrate(orm: MikroORM): Promise<string[]> {
  const done = await orm.migrator.up()
  await sql(orm.em.fork(), '/* beginEventEpoch */ select storage.begin_event_epoch()')
  return done.map(({ name }) => name)
}

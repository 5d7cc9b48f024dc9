import type { Socket } from 'node:net'
import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import * as schema from './entities.ts'
import { sql } from './sql.ts'

export type { MikroORM, EntityManager } from '@mikro-orm/postgresql'

/** For PostgreSQL: a host that went away without a word holds its locks no longer than about two minutes. */
const KEEP_ALIVE = '-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6'

/** How long a connection is silent before this host asks whether the other is still there, in ms; Node's own would be two hours. */
const ASK_AFTER_MS = 30_000

const entities = Object.values(schema).filter(value => typeof value === 'function')

/**
 * Connects to ops-db with at most `max` connections. `idleS`: a transaction in which nothing happens for so many seconds is ended by PostgreSQL, because whoever
 * began it stands still; null: never, as workers need it, who touch files under its locks and might go on. `silentS`: a statement of which nothing is heard
 * for so many seconds fails, and its connection is ended: its answer may be lost on a line of which nobody says that it is cut; null: never. `snapshot`:
 * what migrations are made against is what the last one was made from, not the database.
 */
export function openOrm(
  clientUrl: string,
  {
    max = 10,
    idleS = null,
    silentS = null,
    snapshot = false,
  }: { max?: number; idleS?: number | null; silentS?: number | null; snapshot?: boolean } = {},
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
      keepAliveInitialDelayMillis: ASK_AFTER_MS,
      connectionTimeoutMillis: silentS === null ? undefined : Math.round(silentS * 1_000),
      options: KEEP_ALIVE,
      idle_in_transaction_session_timeout: idleS === null ? undefined : Math.round(idleS * 1_000),
      onPoolCreated: (pool: Pool) => {
        letGoOfBroken(pool)
        if (silentS !== null) endSilent(pool, silentS)
      },
    },
  })
}

/** What is used of a connection of pg's pool. */
interface Connection {
  /** Whether no statement waits for its answer. */
  readonly readyForQuery: boolean
  readonly connection: { readonly stream: Socket }
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

/** Ends a connection on which nothing is heard for so many seconds while a statement waits for its answer. */
function endSilent(pool: Pool, silentS: number): void {
  pool.on('connect', client => {
    const { stream } = client.connection
    const listen = (): void => void stream.setTimeout(silentS * 1_000)
    stream.on('timeout', () => {
      if (client.readyForQuery) listen()
      else stream.destroy(new Error(`nothing was heard of PostgreSQL for ${silentS} s`))
    })
    listen()
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

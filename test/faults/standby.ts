import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { openPostgres, type Server } from './servers.ts'

/** A standby that is copied from the primary, until this fails and it takes its place. */
export interface Standby {
  readonly server: Server
  /** Lets it fall behind from now on: nothing more comes from the primary. */
  fallBehind(): Promise<void>
  /** Makes it the primary, and waits until it takes writes. */
  promote(): Promise<void>
}

/**
 * Copies a running PostgreSQL of ours by its own backup functions (pg_backup_start, pg_backup_stop) to `<home>/postgres`, starts the copy as a standby, and, if it is
 * to be synchronous, lets the primary wait with each commit until the standby has it.
 */
export async function addStandby(primary: Server, home: string, { synchronous = true }: { synchronous?: boolean } = {}): Promise<Standby> {
  const [from, to] = [primary.home, home].map(folder => join(folder, 'postgres'))
  await rm(home, { recursive: true, force: true })
  await mkdir(to ?? '', { recursive: true, mode: 0o700 })
  const session = new pg.Client(primary.url)
  await session.connect()
  try {
    await session.query(`alter system reset synchronous_standby_names`)
    await session.query(`select pg_reload_conf()`)
    await session.query(`select pg_backup_start('standby', true)`)
    await copyWhileItChanges(join(from ?? '', 'data'), join(to ?? '', 'data'))
    const { rows } = await session.query<{ labelfile: string }>(`select labelfile from pg_backup_stop(false)`)
    await cp(join(from ?? '', 'password'), join(to ?? '', 'password'))
    const data = join(to ?? '', 'data')
    await writeFile(join(data, 'backup_label'), rows[0]?.labelfile ?? '')
    await writeFile(join(data, 'standby.signal'), '')
    const { port, username, password } = new URL(primary.url)
    const conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password} application_name=standby`
    const settings = await readFile(join(data, 'postgresql.auto.conf'), 'utf8')
    await writeFile(join(data, 'postgresql.auto.conf'), `${settings}\nprimary_conninfo = '${conninfo}'\n`)
    await rm(join(data, 'postmaster.pid'), { force: true })
    const server = await openPostgres(home, { durable: true })
    if (synchronous) await session.query(`alter system set synchronous_standby_names = 'standby'`)
    await session.query(`select pg_reload_conf()`)
    const streaming = `select from pg_stat_replication where sync_state = $1 and state = 'streaming'`
    while ((await session.query(streaming, [synchronous ? 'sync' : 'async'])).rowCount !== 1) await delay(20)
    const ask = async (text: string): Promise<number | null> => {
      const client = new pg.Client(server.url)
      await client.connect()
      return client.query(text).then(
        ({ rowCount }) => client.end().then(() => rowCount),
        error => client.end().then(() => Promise.reject(error)),
      )
    }
    return {
      server,
      async promote() {
        await ask('select pg_promote(true, 60)')
      },
      async fallBehind() {
        await ask(`alter system set primary_conninfo = ''`)
        await ask('select pg_reload_conf()')
        while ((await ask('select from pg_stat_wal_receiver')) !== 0) await delay(20)
      },
    }
  } finally {
    await session.end()
  }
}

/** What goes while it is copied is in the log of the backup. */
async function copyWhileItChanges(from: string, to: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await cp(from, to, { recursive: true, force: true, preserveTimestamps: true, filter: path => !path.endsWith('postmaster.pid') })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries > 20) throw error
    }
  }
}

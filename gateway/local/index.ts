export { openHome, type Home } from './home.ts'
export { startPostgres, type PostgresOptions } from './postgres.ts'
export { startRedis, type RedisOptions, type RunningRedis } from './redis.ts'

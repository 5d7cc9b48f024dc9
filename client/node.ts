export { openSpool, type RefusedFiling, type Spool, type Spooled, type SpoolOptions, type SpoolState } from './spool/spool.ts'
export type { Told } from './spool/sender.ts'

import type { JobName } from '@almagest/schema'
import { archive } from './archive.ts'
import { checksum } from './checksum.ts'
import { cleanup } from './cleanup.ts'
import type { Handler } from './handler.ts'
import { packaging } from './packaging.ts'
import { scan } from './scan.ts'
import { staging } from './staging.ts'
import { transfer } from './transfer.ts'
import { unpack } from './unpack.ts'

/** The handler of each kind of work; does not compile while one is missing. */
export const handlers: { readonly [name in JobName]: Handler } = {
  scan,
  packaging,
  checksum,
  transfer,
  unpack,
  archive,
  staging,
  cleanup,
}

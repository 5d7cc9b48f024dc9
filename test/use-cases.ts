/** One thing that a person wants of the data centre, in a sentence; tests name the ids of those that they verify. */
export interface UseCase {
  readonly id: string
  readonly sentence: string
}

const SENTENCES = {
  'UC-1.1': 'file an observation with its files',
  'UC-1.2': 'file again, same result',
  'UC-1.3': 'file 100,000 files at once',
  'UC-1.4': 'find unfiled files at SOURCE',
  'UC-1.5': 'file while the data centre is unreachable',
  'UC-2.1': 'package',
  'UC-2.2': 'refuse a torn file',
  'UC-2.3': 'rebuild one package',
  'UC-3.1': 'transfer buffer to buffer',
  'UC-3.2': 'resume a cut transfer',
  'UC-3.3': 'fail over by priority and availability',
  'UC-3.4': 'relay through a third site',
  'UC-4.1': 'verify and archive to S3',
  'UC-4.2': 'replicate to a second archive',
  'UC-4.3': 'detect, quarantine and repair a corrupt copy',
  'UC-4.4': 'rebuild the catalogue from the archive',
  'UC-5.1': 'stage by observation',
  'UC-5.2': 'stage one file out of a package',
  'UC-5.3': 'share, renew, expire',
  'UC-6.1': 'clean up by retention',
  'UC-6.2': 'never delete the last good copies',
  'UC-6.3': 'simulate a policy',
  'UC-7.1': 'query by name, metadata, sky position, time',
  'UC-7.2': 'locate every copy of 10,000 files',
  'UC-7.3': 'why is it stuck',
  'UC-7.4': 'follow events live and resume',
  'UC-8.1': 'operator pauses, drains and retires a location',
  'UC-8.2': 'Redis lost',
  'UC-8.3': 'worker killed',
  'UC-8.4': 'disk full',
  'UC-9.1': 'only the entitled see proprietary data',
} as const

/** Every use case of the product, in the order of its numbers. */
export const USE_CASES: readonly UseCase[] = Object.entries(SENTENCES).map(([id, sentence]) => ({ id, sentence }))

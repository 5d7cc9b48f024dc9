import { defineEntity, p } from '@mikro-orm/core'
import { createdAt, double, id } from '../columns.ts'
import { DataLocation } from './data-location.ts'

const RetentionPolicySchema = defineEntity({
  name: 'RetentionPolicy',
  schema: 'storage',
  properties: {
    id: id(),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    policyVersion: p.integer(),
    minimumAgeS: p.integer().default(86_400),
    graceS: p.integer().default(86_400),
    minVerifiedCopies: p.integer().default(2),
    minArchiveCopies: p.integer().default(1),
    minVerificationLevel: p.integer().default(2),
    maxVerificationAgeS: p.integer().default(604_800),
    highWater: double().nullable(),
    lowWater: double().nullable(),
    maxShareHour: double().default(0.05),
    trashS: p.integer().default(86_400),
    createdAt: createdAt(),
  },
  uniques: [{ properties: ['locationId', 'policyVersion'] }],
  checks: [
    { name: 'retention_policy_share', expression: 'max_share_hour > 0 and max_share_hour <= 1' },
    { name: 'retention_policy_trash', expression: 'trash_s >= 0' },
    {
      name: 'retention_policy_water',
      expression:
        'num_nonnulls(high_water, low_water) <> 1 and (high_water is null or low_water >= 0 and low_water < high_water and high_water <= 1)',
    },
    {
      name: 'retention_policy_floor',
      expression: `min_verified_copies >= 1 and min_archive_copies >= 1 and min_verification_level >= 2
        and minimum_age_s >= 0 and grace_s >= 0 and max_verification_age_s > 0`,
    },
  ],
})

/** When a location may free the copies that are safe elsewhere. A change is a new version; the highest is in force. */
export class RetentionPolicy extends RetentionPolicySchema.class {}

RetentionPolicySchema.setClass(RetentionPolicy)

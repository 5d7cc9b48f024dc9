import { defineEntity, p } from '@mikro-orm/core'
import { big, createdAt, id, moment } from '../columns.ts'
import { RawDataPackage } from '../data-package/raw-data-package.ts'
import { DataLocation, type LocationType } from './data-location.ts'
import { Operation } from './operation.ts'
import { RetentionPolicy } from './retention-policy.ts'

/** One copy that a deletion relied on, as it was believed to be at that moment. */
export interface Evidence {
  readonly copyId: string
  readonly location: string
  readonly type: LocationType
  readonly failureDomain: string
  readonly verificationLevel: number
  readonly verifiedAt: string
}

const DeletionProofSchema = defineEntity({
  name: 'DeletionProof',
  schema: 'storage',
  properties: {
    id: id(),
    packageId: p.manyToOne(RawDataPackage).mapToPk().joinColumn('package_id'),
    locationId: p.manyToOne(DataLocation).mapToPk().joinColumn('location_id'),
    policyId: p.manyToOne(RetentionPolicy).mapToPk().joinColumn('policy_id'),
    operationId: p.manyToOne(Operation).mapToPk().joinColumn('operation_id'),
    bytes: big().default(0),
    evidence: p.json<Evidence[]>(),
    createdAt: createdAt(),
    expiresAt: moment(),
  },
  indexes: [{ properties: ['packageId', 'id'] }, { properties: ['locationId', 'createdAt'] }],
})

/** Why the copies of a package at one location could be deleted: the other copies relied on, and the policy. Kept for ever. */
export class DeletionProof extends DeletionProofSchema.class {}

DeletionProofSchema.setClass(DeletionProof)

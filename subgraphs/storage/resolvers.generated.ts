// Written by `npm run generate` from schema.graphql: types only, never edited.
/* oxlint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TotalCount as TotalCountEntity, Context } from '@almagest/kit';
import type { Site as SiteEntity, DataLocation as DataLocationEntity, PhysicalCopy as PhysicalCopyEntity, DataTransferRoute as DataTransferRouteEntity, DataTransfer as DataTransferEntity, RetentionPolicy as RetentionPolicyEntity, DeletionProof as DeletionProofEntity, Hold as HoldEntity, Reclaim as ReclaimEntity, CircuitBreaker as CircuitBreakerEntity, Operation as OperationEntity, ScanFinding as ScanFindingEntity, Event as EventEntity } from '@almagest/schema';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A size in bytes: a whole number, exact up to 2^53. */
  ByteCount: { input: number; output: number; }
  /** A moment in UTC, written as ISO 8601 with milliseconds: 2026-11-21T03:40:00.000Z. */
  DateTime: { input: Date; output: Date; }
  /** A self-describing digest: blake3:… or sha256:…, then 64 lower-case hexadecimal digits. `b3sum FILE` prints the first kind. */
  Digest: { input: string; output: string; }
  /** A number of things: a whole number, exact up to 2^53. */
  Count: { input: number; output: number; }
  _FieldSet: { input: string; output: string; }
};

/** How many rows a list has on all its pages together. */
export type TotalCount = {
  __typename?: 'TotalCount';
  /** Exact up to 10,000 rows; beyond that an estimate of the database, at least 10,001. */
  value: Scalars['Count']['output'];
  /** Whether the value is exact. */
  exact: Scalars['Boolean']['output'];
};

/** Where a page of a list ends, and how to go on. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Whether there is more after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Give it as `after` to get the next page; null for an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
};

/** How a piece of work stands. */
export type Status =
  /** It is known that it has to be done. */
  | 'PENDING'
  /** It waits for a worker. */
  | 'SCHEDULED'
  /** A worker is doing it. */
  | 'IN_PROGRESS'
  /** It is done. */
  | 'COMPLETED'
  /** It was tried as often as allowed; a person has to look. */
  | 'FAILED';

/** Where a package is on its way to the archive; beside its Status, which tells how the work of making it stands. */
export type PackageState =
  /** It waits to be sent. */
  | 'WAITING'
  /** It is on its way to another site. */
  | 'TRANSFERRING'
  /** A long-term archive has it, verified. */
  | 'ARCHIVED'
  /** Nothing brings it on by itself: work on it FAILED or was cancelled. `whyBlocked` tells what, and what tries it again; then it is no longer FAILED. */
  | 'FAILED';

/** How far a staging request is. */
export type StagingStatus =
  /** It is known; nothing of it is being unpacked yet. */
  | 'PENDING'
  /** Packages of it are being unpacked, or are there already. */
  | 'IN_PROGRESS'
  /** Everything is there, until the lease ends. */
  | 'COMPLETED'
  /** A package of it was tried as often as allowed; a person has to look, and `retryStaging` tries again. */
  | 'FAILED'
  /** Its lease ended, or it was released. */
  | 'EXPIRED';

/** What a location is for. */
export type LocationType =
  /** Where an instrument writes. */
  | 'SOURCE'
  /** Where packages wait for what comes next. */
  | 'BUFFER'
  /** Where packages stay. */
  | 'LONG_TERM_ARCHIVE'
  /** Where scientists compute. */
  | 'PROCESSING';

/** What a location keeps its bytes on. */
export type StorageType =
  /** A folder on a file system. */
  | 'DISK'
  /** A bucket of an S3 service. */
  | 'S3'
  /** A volume group of a tape library. */
  | 'TAPE';

/** How a copy stands. */
export type PhysicalCopyStatus =
  /** Its bytes are being written; nobody reads it yet. */
  | 'WRITING'
  /** Its bytes are there. */
  | 'PRESENT'
  /** Unpacked at a PROCESSING location. */
  | 'STAGED'
  /** It is no longer needed here; retention decides. */
  | 'DELETION_POSSIBLE'
  /** It is marked, and will be deleted when its time of grace is over. */
  | 'DELETION_SCHEDULED'
  /** Its bytes are being deleted, or lie in the trash of their location. */
  | 'DELETION_IN_PROGRESS'
  /** Its bytes were deleted, with a proof. The row is kept for ever. */
  | 'DELETED'
  /** Deleting its bytes failed; it is tried again. */
  | 'DELETION_FAILED'
  /** Its bytes are not what they should be; kept as evidence, counted by nothing. */
  | 'QUARANTINED'
  /** Its bytes are not where they should be. */
  | 'MISSING';

/** Between what a route leads. */
export type RouteType =
  /** From site to site, from buffer to buffer. */
  | 'DIRECT'
  /** Through a third site. */
  | 'RELAY'
  /** From one location to one location. */
  | 'CUSTOM';

/** By what bytes are sent. */
export type TransferMethod =
  /** Both locations are mounted where the worker runs. */
  | 'COPY'
  /** The worker at the destination reads from the data server of the origin, over several streams. */
  | 'HTTP'
  /** rsync, over ssh where the route has an `sshHost`. */
  | 'RSYNC'
  /** bbcp, over several streams, over ssh where the route has an `sshHost`. */
  | 'BBCP';

/** How a site or a location is used, as operators decide. */
export type PlaceState =
  /** All of its work goes on. */
  | 'IN_USE'
  /** No work begins there, and no deletion relies on its copies; what runs goes on to its end. */
  | 'PAUSED'
  /** Nothing new is written there, and no deletion relies on its copies; it is read, so that what it holds comes to other places, and cleaned up. */
  | 'DRAINING'
  /** It is no part of the data centre any more, for ever; its history stays. */
  | 'RETIRED';

/** Why a copy may not be left behind when its place is retired. */
export type LeftReason =
  /** A scan found a file that nobody filed. */
  | 'UNFILED'
  /** The file is in no package that was made. */
  | 'UNPACKAGED'
  /** No LONG_TERM_ARCHIVE elsewhere that is in use holds the package verified. */
  | 'UNARCHIVED'
  /** Elsewhere verified copies lie in fewer distinct failure domains than the location's policy wants; without a policy two, for an archive what the strictest policy in force wants. */
  | 'TOO_FEW_COPIES'
  /** A staging request holds the package here. */
  | 'STAGED';

/** Whether the work of a location goes on. */
export type BreakerState =
  /** Work goes on. */
  | 'CLOSED'
  /** Work is parked. */
  | 'OPEN'
  /** One piece of work is tried. */
  | 'HALF_OPEN';

/** How a piece of work stands as a row. */
export type OperationState =
  /** It waits for a worker. */
  | 'READY'
  /** A worker is doing it. */
  | 'RUNNING'
  /** It waits for its next attempt, or for something that `reason` names. */
  | 'WAITING'
  /** It is done. */
  | 'DONE'
  /** It was tried as often as allowed; a person has to look. */
  | 'FAILED'
  /** Somebody cancelled it; it is not done until somebody retries it. Only a scan comes again, `scanIntervalS` later. */
  | 'CANCELLED';

/** What a piece of work does. */
export type OperationKind =
  /** Compares the files at a SOURCE with what was filed, and what lies at a BUFFER or LONG_TERM_ARCHIVE with the copies of packages. */
  | 'scan'
  /** Reads the files of a package at SOURCE and writes them as one tar to a BUFFER of the site. */
  | 'packaging'
  /** Reads every byte of a copy again and compares it with its digest. */
  | 'checksum'
  /** Sends the packages of a transfer package over one leg of a route. */
  | 'transfer'
  /** Verifies, package by package, what arrived at the end of a leg. */
  | 'unpack'
  /** Copies a package to a LONG_TERM_ARCHIVE, with a sidecar, and reads it again there. */
  | 'archive'
  /** Unpacks a package, or files of it, at a PROCESSING location. */
  | 'staging'
  /** Marks and deletes the copies of a package at one location that are safe elsewhere and past retention. */
  | 'cleanup';

/** What a scan can find at a SOURCE, and at a BUFFER or LONG_TERM_ARCHIVE. */
export type FindingKind =
  /** There is a file that nobody filed. */
  | 'UNFILED'
  /** A filed file, or the copy of a package, is not there. */
  | 'MISSING'
  /** A file differs from what was filed, or the copy of a package has another size. */
  | 'CHANGED'
  /** There is something that could never be filed: a link, a bad name. */
  | 'REFUSED'
  /** There is something at a BUFFER or LONG_TERM_ARCHIVE that no row knows. It counts from its second sighting, and stays where it is until `setAsideFindings`. */
  | 'DARK';

/** Whether a finding still calls for somebody. */
export type FindingState =
  /** The last scan saw it, and nobody dismissed it. */
  | 'OPEN'
  /** An operator said that it is nothing. */
  | 'DISMISSED'
  /** A later scan no longer saw it, or it was put right. */
  | 'RESOLVED';

/** A place with infrastructure. */
export type Site = {
  __typename?: 'Site';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its short name: lower-case letters, digits and hyphens. */
  name: Scalars['String']['output'];
  /** Its name as people write it. */
  title: Scalars['String']['output'];
  /** How it is used, as operators decide: it and all its locations. */
  state: PlaceState;
  /** Whether work is done at its locations: IN_USE or DRAINING. */
  active: Scalars['Boolean']['output'];
  /** What its locations hold that is not safe at other sites: what draining has to move or replicate before it can be retired. */
  left: LeftToDrain;
  /** Where its data server gives its copies to other sites, over routes of the method HTTP; it says so itself when it starts. Null: it has none. */
  dataUrl?: Maybe<Scalars['String']['output']>;
  /** Its locations, by name. */
  locations: Array<DataLocation>;
  /** The routes that begin here. */
  routes: Array<DataTransferRoute>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<SiteAsOf>;
  /** The packages that lie at its locations, each counted once. */
  holdings: Holdings;
  /** The files that lie at its locations one by one (SOURCE). Counting takes about a second for ten million of them. */
  looseFiles: FileCount;
  /** What went through it in the last hours. */
  flow: Flow;
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The routes that end here. */
  routesIn: Array<DataTransferRoute>;
};


/** A place with infrastructure. */
export type SiteHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A place with infrastructure. */
export type SiteAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** A place with infrastructure. */
export type SiteFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};

/** A storage system at a site. */
export type DataLocation = {
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its short name, as in the names of its queues. */
  name: Scalars['String']['output'];
  /** What it is for. */
  type: LocationType;
  /** How it is used, as operators decide. */
  state: PlaceState;
  /** Whether work is done there: IN_USE or DRAINING. An inactive location is skipped, never an error. */
  active: Scalars['Boolean']['output'];
  /** Whether its copies may be read; if not, no deletion relies on them either. What is read there by itself: SOURCE, copies to verify, send, stage. */
  readEnabled: Scalars['Boolean']['output'];
  /** Whether new copies may be written there. */
  writeEnabled: Scalars['Boolean']['output'];
  /** What it holds that is not safe elsewhere: what draining has to move or replicate before it can be retired. Counting takes about a second for a million copies. */
  left: LeftToDrain;
  /** Lower is used first among the locations of one type at one site. */
  priority: Scalars['Int']['output'];
  /** Copies in the same failure domain may be lost together, and count once. */
  failureDomain: Scalars['String']['output'];
  /** Whether retention may delete there at all. Off until an operator turns it on. */
  deletionEnabled: Scalars['Boolean']['output'];
  /** How much it can hold, in bytes, as an operator said; null: not known. */
  capacityBytes?: Maybe<Scalars['ByteCount']['output']>;
  /** Files are packaged when none was filed for this many seconds (SOURCE). */
  settleS: Scalars['Int']['output'];
  /** Whether a full re-read of a package there also finds its SHA-256, beside its BLAKE3. */
  sha256: Scalars['Boolean']['output'];
  /** Every package copy there is read again in full within this many seconds (BUFFER, LONG_TERM_ARCHIVE); null: only when something calls for it. */
  scrubIntervalS?: Maybe<Scalars['Int']['output']>;
  /** What no row knows there is told of when it is older than this, in seconds (BUFFER, LONG_TERM_ARCHIVE). */
  darkAfterS: Scalars['Int']['output'];
  /** Why the data centre took it out of use: too much of what was looked at there was damaged or missing. Null: it did not. */
  stopReason?: Maybe<Scalars['String']['output']>;
  /** When the package copy there that was verified the longest ago was last read in full; one that never was counts from when it was made. Null: there is none (BUFFER, LONG_TERM_ARCHIVE). */
  oldestVerification?: Maybe<Scalars['DateTime']['output']>;
  /** When a worker gave the location its identity; nothing is read or written there before. */
  identifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When what lies there was last compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE). */
  scannedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The site that it is at. */
  site: Site;
  /** The instrument that writes there (SOURCE). */
  instrument?: Maybe<Instrument>;
  /** The policy in force, or null: nothing is deleted. */
  retentionPolicy?: Maybe<RetentionPolicy>;
  /** Whether its work goes on or is parked. */
  breaker: CircuitBreaker;
  /** The breakers of single kinds of its work: those that ever counted an outage, or were overridden. */
  kindBreakers: Array<CircuitBreaker>;
  /** Whether it is freed now of what may go; null: retention was never to delete there. */
  reclaim?: Maybe<Reclaim>;
  /** What the last scans saw and the rows do not say. */
  findings: ScanFindingConnection;
  /** What happened to it, to its breaker, to its retention policies and to its being freed, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<DataLocationAsOf>;
  /** The packages that lie here. */
  holdings: Holdings;
  /** The files that lie here one by one (SOURCE). Counting takes about a second for ten million of them. */
  looseFiles: FileCount;
  /** What went through it in the last hours. */
  flow: Flow;
  /** What it keeps its bytes on. */
  storage: StorageType;
  /** What lies there is compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE), this often, in seconds. */
  scanIntervalS: Scalars['Int']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The copies that lie there, or lay there. */
  copies: PhysicalCopyConnection;
  /** The work that is done there, oldest first. */
  operations: OperationConnection;
  /** The transfers that arrive there, oldest first. */
  transfersIn: DataTransferConnection;
  /** The transfers that leave from there, oldest first. */
  transfersOut: DataTransferConnection;
  /** The requests to have packages staged there, oldest first. */
  stagingRequests?: Maybe<LocationStagingConnection>;
  /** Every version of its policy, the one in force first. */
  retentionPolicies: Array<RetentionPolicy>;
};


/** A storage system at a site. */
export type DataLocationFindingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A storage system at a site. */
export type DataLocationHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A storage system at a site. */
export type DataLocationAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** A storage system at a site. */
export type DataLocationFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};


/** A storage system at a site. */
export type DataLocationCopiesArgs = {
  status?: PhysicalCopyStatus;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A storage system at a site. */
export type DataLocationOperationsArgs = {
  state?: InputMaybe<OperationState>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A storage system at a site. */
export type DataLocationTransfersInArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A storage system at a site. */
export type DataLocationTransfersOutArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A storage system at a site. */
export type DataLocationStagingRequestsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A folder on a file system. */
export type DiskLocation = DataLocation & {
  __typename?: 'DiskLocation';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its short name, as in the names of its queues. */
  name: Scalars['String']['output'];
  /** What it is for. */
  type: LocationType;
  /** How it is used, as operators decide. */
  state: PlaceState;
  /** Whether work is done there: IN_USE or DRAINING. An inactive location is skipped, never an error. */
  active: Scalars['Boolean']['output'];
  /** Whether its copies may be read; if not, no deletion relies on them either. What is read there by itself: SOURCE, copies to verify, send, stage. */
  readEnabled: Scalars['Boolean']['output'];
  /** Whether new copies may be written there. */
  writeEnabled: Scalars['Boolean']['output'];
  /** What it holds that is not safe elsewhere: what draining has to move or replicate before it can be retired. Counting takes about a second for a million copies. */
  left: LeftToDrain;
  /** Lower is used first among the locations of one type at one site. */
  priority: Scalars['Int']['output'];
  /** Copies in the same failure domain may be lost together, and count once. */
  failureDomain: Scalars['String']['output'];
  /** Whether retention may delete there at all. Off until an operator turns it on. */
  deletionEnabled: Scalars['Boolean']['output'];
  /** How much it can hold, in bytes, as an operator said; null: not known. */
  capacityBytes?: Maybe<Scalars['ByteCount']['output']>;
  /** Files are packaged when none was filed for this many seconds (SOURCE). */
  settleS: Scalars['Int']['output'];
  /** Whether a full re-read of a package there also finds its SHA-256, beside its BLAKE3. */
  sha256: Scalars['Boolean']['output'];
  /** Every package copy there is read again in full within this many seconds (BUFFER, LONG_TERM_ARCHIVE); null: only when something calls for it. */
  scrubIntervalS?: Maybe<Scalars['Int']['output']>;
  /** What no row knows there is told of when it is older than this, in seconds (BUFFER, LONG_TERM_ARCHIVE). */
  darkAfterS: Scalars['Int']['output'];
  /** Why the data centre took it out of use: too much of what was looked at there was damaged or missing. Null: it did not. */
  stopReason?: Maybe<Scalars['String']['output']>;
  /** When the package copy there that was verified the longest ago was last read in full; one that never was counts from when it was made. Null: there is none (BUFFER, LONG_TERM_ARCHIVE). */
  oldestVerification?: Maybe<Scalars['DateTime']['output']>;
  /** When a worker gave the location its identity; nothing is read or written there before. */
  identifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When what lies there was last compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE). */
  scannedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The site that it is at. */
  site: Site;
  /** The instrument that writes there (SOURCE). */
  instrument?: Maybe<Instrument>;
  /** The policy in force, or null: nothing is deleted. */
  retentionPolicy?: Maybe<RetentionPolicy>;
  /** Whether its work goes on or is parked. */
  breaker: CircuitBreaker;
  /** The breakers of single kinds of its work: those that ever counted an outage, or were overridden. */
  kindBreakers: Array<CircuitBreaker>;
  /** Whether it is freed now of what may go; null: retention was never to delete there. */
  reclaim?: Maybe<Reclaim>;
  /** What the last scans saw and the rows do not say. */
  findings: ScanFindingConnection;
  /** The folder, as the workers of the site see it. */
  root: Scalars['String']['output'];
  /** What happened to it, to its breaker, to its retention policies and to its being freed, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<DataLocationAsOf>;
  /** The packages that lie here. */
  holdings: Holdings;
  /** The files that lie here one by one (SOURCE). Counting takes about a second for ten million of them. */
  looseFiles: FileCount;
  /** What went through it in the last hours. */
  flow: Flow;
  /** What it keeps its bytes on. */
  storage: StorageType;
  /** What lies there is compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE), this often, in seconds. */
  scanIntervalS: Scalars['Int']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The copies that lie there, or lay there. */
  copies: PhysicalCopyConnection;
  /** The work that is done there, oldest first. */
  operations: OperationConnection;
  /** The transfers that arrive there, oldest first. */
  transfersIn: DataTransferConnection;
  /** The transfers that leave from there, oldest first. */
  transfersOut: DataTransferConnection;
  /** The requests to have packages staged there, oldest first. */
  stagingRequests?: Maybe<LocationStagingConnection>;
  /** Every version of its policy, the one in force first. */
  retentionPolicies: Array<RetentionPolicy>;
};


/** A folder on a file system. */
export type DiskLocationFindingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A folder on a file system. */
export type DiskLocationHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A folder on a file system. */
export type DiskLocationAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** A folder on a file system. */
export type DiskLocationFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};


/** A folder on a file system. */
export type DiskLocationCopiesArgs = {
  status?: PhysicalCopyStatus;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A folder on a file system. */
export type DiskLocationOperationsArgs = {
  state?: InputMaybe<OperationState>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A folder on a file system. */
export type DiskLocationTransfersInArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A folder on a file system. */
export type DiskLocationTransfersOutArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A folder on a file system. */
export type DiskLocationStagingRequestsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A bucket of an S3 service. */
export type S3Location = DataLocation & {
  __typename?: 'S3Location';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its short name, as in the names of its queues. */
  name: Scalars['String']['output'];
  /** What it is for. */
  type: LocationType;
  /** How it is used, as operators decide. */
  state: PlaceState;
  /** Whether work is done there: IN_USE or DRAINING. An inactive location is skipped, never an error. */
  active: Scalars['Boolean']['output'];
  /** Whether its copies may be read; if not, no deletion relies on them either. What is read there by itself: SOURCE, copies to verify, send, stage. */
  readEnabled: Scalars['Boolean']['output'];
  /** Whether new copies may be written there. */
  writeEnabled: Scalars['Boolean']['output'];
  /** What it holds that is not safe elsewhere: what draining has to move or replicate before it can be retired. Counting takes about a second for a million copies. */
  left: LeftToDrain;
  /** Lower is used first among the locations of one type at one site. */
  priority: Scalars['Int']['output'];
  /** Copies in the same failure domain may be lost together, and count once. */
  failureDomain: Scalars['String']['output'];
  /** Whether retention may delete there at all. Off until an operator turns it on. */
  deletionEnabled: Scalars['Boolean']['output'];
  /** How much it can hold, in bytes, as an operator said; null: not known. */
  capacityBytes?: Maybe<Scalars['ByteCount']['output']>;
  /** Files are packaged when none was filed for this many seconds (SOURCE). */
  settleS: Scalars['Int']['output'];
  /** Whether a full re-read of a package there also finds its SHA-256, beside its BLAKE3. */
  sha256: Scalars['Boolean']['output'];
  /** Every package copy there is read again in full within this many seconds (BUFFER, LONG_TERM_ARCHIVE); null: only when something calls for it. */
  scrubIntervalS?: Maybe<Scalars['Int']['output']>;
  /** What no row knows there is told of when it is older than this, in seconds (BUFFER, LONG_TERM_ARCHIVE). */
  darkAfterS: Scalars['Int']['output'];
  /** Why the data centre took it out of use: too much of what was looked at there was damaged or missing. Null: it did not. */
  stopReason?: Maybe<Scalars['String']['output']>;
  /** When the package copy there that was verified the longest ago was last read in full; one that never was counts from when it was made. Null: there is none (BUFFER, LONG_TERM_ARCHIVE). */
  oldestVerification?: Maybe<Scalars['DateTime']['output']>;
  /** When a worker gave the location its identity; nothing is read or written there before. */
  identifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When what lies there was last compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE). */
  scannedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The site that it is at. */
  site: Site;
  /** The instrument that writes there (SOURCE). */
  instrument?: Maybe<Instrument>;
  /** The policy in force, or null: nothing is deleted. */
  retentionPolicy?: Maybe<RetentionPolicy>;
  /** Whether its work goes on or is parked. */
  breaker: CircuitBreaker;
  /** The breakers of single kinds of its work: those that ever counted an outage, or were overridden. */
  kindBreakers: Array<CircuitBreaker>;
  /** Whether it is freed now of what may go; null: retention was never to delete there. */
  reclaim?: Maybe<Reclaim>;
  /** What the last scans saw and the rows do not say. */
  findings: ScanFindingConnection;
  /** The address of the service. */
  endpoint: Scalars['String']['output'];
  /** The name of the bucket. */
  bucket: Scalars['String']['output'];
  /** What the names of its objects begin with; null: nothing. */
  prefix?: Maybe<Scalars['String']['output']>;
  /** Null: us-east-1. */
  region?: Maybe<Scalars['String']['output']>;
  /** The name under which the workers of the site know the keys; null: the name of the location. */
  credentials?: Maybe<Scalars['String']['output']>;
  /** What happened to it, to its breaker, to its retention policies and to its being freed, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<DataLocationAsOf>;
  /** The packages that lie here. */
  holdings: Holdings;
  /** The files that lie here one by one (SOURCE). Counting takes about a second for ten million of them. */
  looseFiles: FileCount;
  /** What went through it in the last hours. */
  flow: Flow;
  /** What it keeps its bytes on. */
  storage: StorageType;
  /** What lies there is compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE), this often, in seconds. */
  scanIntervalS: Scalars['Int']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The copies that lie there, or lay there. */
  copies: PhysicalCopyConnection;
  /** The work that is done there, oldest first. */
  operations: OperationConnection;
  /** The transfers that arrive there, oldest first. */
  transfersIn: DataTransferConnection;
  /** The transfers that leave from there, oldest first. */
  transfersOut: DataTransferConnection;
  /** The requests to have packages staged there, oldest first. */
  stagingRequests?: Maybe<LocationStagingConnection>;
  /** Every version of its policy, the one in force first. */
  retentionPolicies: Array<RetentionPolicy>;
};


/** A bucket of an S3 service. */
export type S3LocationFindingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** A bucket of an S3 service. */
export type S3LocationFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationCopiesArgs = {
  status?: PhysicalCopyStatus;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationOperationsArgs = {
  state?: InputMaybe<OperationState>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationTransfersInArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationTransfersOutArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A bucket of an S3 service. */
export type S3LocationStagingRequestsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A volume group of a tape library. */
export type TapeLocation = DataLocation & {
  __typename?: 'TapeLocation';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its short name, as in the names of its queues. */
  name: Scalars['String']['output'];
  /** What it is for. */
  type: LocationType;
  /** How it is used, as operators decide. */
  state: PlaceState;
  /** Whether work is done there: IN_USE or DRAINING. An inactive location is skipped, never an error. */
  active: Scalars['Boolean']['output'];
  /** Whether its copies may be read; if not, no deletion relies on them either. What is read there by itself: SOURCE, copies to verify, send, stage. */
  readEnabled: Scalars['Boolean']['output'];
  /** Whether new copies may be written there. */
  writeEnabled: Scalars['Boolean']['output'];
  /** What it holds that is not safe elsewhere: what draining has to move or replicate before it can be retired. Counting takes about a second for a million copies. */
  left: LeftToDrain;
  /** Lower is used first among the locations of one type at one site. */
  priority: Scalars['Int']['output'];
  /** Copies in the same failure domain may be lost together, and count once. */
  failureDomain: Scalars['String']['output'];
  /** Whether retention may delete there at all. Off until an operator turns it on. */
  deletionEnabled: Scalars['Boolean']['output'];
  /** How much it can hold, in bytes, as an operator said; null: not known. */
  capacityBytes?: Maybe<Scalars['ByteCount']['output']>;
  /** Files are packaged when none was filed for this many seconds (SOURCE). */
  settleS: Scalars['Int']['output'];
  /** Whether a full re-read of a package there also finds its SHA-256, beside its BLAKE3. */
  sha256: Scalars['Boolean']['output'];
  /** Every package copy there is read again in full within this many seconds (BUFFER, LONG_TERM_ARCHIVE); null: only when something calls for it. */
  scrubIntervalS?: Maybe<Scalars['Int']['output']>;
  /** What no row knows there is told of when it is older than this, in seconds (BUFFER, LONG_TERM_ARCHIVE). */
  darkAfterS: Scalars['Int']['output'];
  /** Why the data centre took it out of use: too much of what was looked at there was damaged or missing. Null: it did not. */
  stopReason?: Maybe<Scalars['String']['output']>;
  /** When the package copy there that was verified the longest ago was last read in full; one that never was counts from when it was made. Null: there is none (BUFFER, LONG_TERM_ARCHIVE). */
  oldestVerification?: Maybe<Scalars['DateTime']['output']>;
  /** When a worker gave the location its identity; nothing is read or written there before. */
  identifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When what lies there was last compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE). */
  scannedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The site that it is at. */
  site: Site;
  /** The instrument that writes there (SOURCE). */
  instrument?: Maybe<Instrument>;
  /** The policy in force, or null: nothing is deleted. */
  retentionPolicy?: Maybe<RetentionPolicy>;
  /** Whether its work goes on or is parked. */
  breaker: CircuitBreaker;
  /** The breakers of single kinds of its work: those that ever counted an outage, or were overridden. */
  kindBreakers: Array<CircuitBreaker>;
  /** Whether it is freed now of what may go; null: retention was never to delete there. */
  reclaim?: Maybe<Reclaim>;
  /** What the last scans saw and the rows do not say. */
  findings: ScanFindingConnection;
  /** The name of the volume group in the tape library. */
  volumeGroup: Scalars['String']['output'];
  /** What happened to it, to its breaker, to its retention policies and to its being freed, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<DataLocationAsOf>;
  /** The packages that lie here. */
  holdings: Holdings;
  /** The files that lie here one by one (SOURCE). Counting takes about a second for ten million of them. */
  looseFiles: FileCount;
  /** What went through it in the last hours. */
  flow: Flow;
  /** What it keeps its bytes on. */
  storage: StorageType;
  /** What lies there is compared with what was filed (SOURCE), or with the copies of packages (BUFFER, LONG_TERM_ARCHIVE), this often, in seconds. */
  scanIntervalS: Scalars['Int']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The copies that lie there, or lay there. */
  copies: PhysicalCopyConnection;
  /** The work that is done there, oldest first. */
  operations: OperationConnection;
  /** The transfers that arrive there, oldest first. */
  transfersIn: DataTransferConnection;
  /** The transfers that leave from there, oldest first. */
  transfersOut: DataTransferConnection;
  /** The requests to have packages staged there, oldest first. */
  stagingRequests?: Maybe<LocationStagingConnection>;
  /** Every version of its policy, the one in force first. */
  retentionPolicies: Array<RetentionPolicy>;
};


/** A volume group of a tape library. */
export type TapeLocationFindingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** A volume group of a tape library. */
export type TapeLocationFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationCopiesArgs = {
  status?: PhysicalCopyStatus;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationOperationsArgs = {
  state?: InputMaybe<OperationState>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationTransfersInArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationTransfersOutArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A volume group of a tape library. */
export type TapeLocationStagingRequestsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** The bytes of one thing at one location. A copy never moves: a transfer makes another. */
export type PhysicalCopy = {
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Relative to the location. */
  path: Scalars['String']['output'];
  /** Its size in bytes. */
  bytes: Scalars['ByteCount']['output'];
  /** What its bytes have to be; of an unpacked package the digest of its manifest. Null: not known. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** How it stands. */
  status: PhysicalCopyStatus;
  /** Why it is in this status, if somebody has to know. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** When it was last verified; null: never, or it is in doubt since. */
  verifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it became known here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When its bytes were moved into the trash of the location, where they wait to be deleted; null: they were not. */
  trashedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When its bytes were deleted; null: they were not. */
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it lies, or lay. */
  location: DataLocation;
  /** Why it could be deleted, kept for ever. */
  deletionProof?: Maybe<DeletionProof>;
  /** Why it is not what it should be: empty where it is, where it was deleted as it should, or where another took its place. */
  whyBlocked: Array<Blocker>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was known. */
  asOf?: Maybe<PhysicalCopyAsOf>;
  /** The work on it, newest first, the last fifty. */
  operations: Array<Operation>;
};


/** The bytes of one thing at one location. A copy never moves: a transfer makes another. */
export type PhysicalCopyHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** The bytes of one thing at one location. A copy never moves: a transfer makes another. */
export type PhysicalCopyAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** The bytes of one file, or of a range of them, at one location. */
export type RawDataFileCopy = PhysicalCopy & {
  __typename?: 'RawDataFileCopy';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Relative to the location. */
  path: Scalars['String']['output'];
  /** Its size in bytes. */
  bytes: Scalars['ByteCount']['output'];
  /** What its bytes have to be; of an unpacked package the digest of its manifest. Null: not known. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** How it stands. */
  status: PhysicalCopyStatus;
  /** Why it is in this status, if somebody has to know. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** When it was last verified; null: never, or it is in doubt since. */
  verifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it became known here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When its bytes were moved into the trash of the location, where they wait to be deleted; null: they were not. */
  trashedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When its bytes were deleted; null: they were not. */
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it lies, or lay. */
  location: DataLocation;
  /** Why it could be deleted, kept for ever. */
  deletionProof?: Maybe<DeletionProof>;
  /** Null: it is all of the file. Else the byte of the file, counted from 0, from which it has the next `bytes`. */
  start?: Maybe<Scalars['ByteCount']['output']>;
  /** The file. */
  file?: Maybe<RawDataFile>;
  /** Why it is not what it should be: empty where it is, where it was deleted as it should, or where another took its place. */
  whyBlocked: Array<Blocker>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was known. */
  asOf?: Maybe<PhysicalCopyAsOf>;
  /** The work on it, newest first, the last fifty. */
  operations: Array<Operation>;
};


/** The bytes of one file, or of a range of them, at one location. */
export type RawDataFileCopyHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** The bytes of one file, or of a range of them, at one location. */
export type RawDataFileCopyAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** The tar of one package at one location, or its unpacked folder where its status is STAGED. */
export type RawDataPackageCopy = PhysicalCopy & {
  __typename?: 'RawDataPackageCopy';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Relative to the location. */
  path: Scalars['String']['output'];
  /** Its size in bytes. */
  bytes: Scalars['ByteCount']['output'];
  /** What its bytes have to be; of an unpacked package the digest of its manifest. Null: not known. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** How it stands. */
  status: PhysicalCopyStatus;
  /** Why it is in this status, if somebody has to know. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** When it was last verified; null: never, or it is in doubt since. */
  verifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it became known here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When its bytes were moved into the trash of the location, where they wait to be deleted; null: they were not. */
  trashedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When its bytes were deleted; null: they were not. */
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it lies, or lay. */
  location: DataLocation;
  /** Why it could be deleted, kept for ever. */
  deletionProof?: Maybe<DeletionProof>;
  /** The package. */
  package?: Maybe<RawDataPackage>;
  /** Why it is not what it should be: empty where it is, where it was deleted as it should, or where another took its place. */
  whyBlocked: Array<Blocker>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was known. */
  asOf?: Maybe<PhysicalCopyAsOf>;
  /** The work on it, newest first, the last fifty. */
  operations: Array<Operation>;
};


/** The tar of one package at one location, or its unpacked folder where its status is STAGED. */
export type RawDataPackageCopyHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** The tar of one package at one location, or its unpacked folder where its status is STAGED. */
export type RawDataPackageCopyAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** The manifest of one transfer package at one location. */
export type DataTransferPackageCopy = PhysicalCopy & {
  __typename?: 'DataTransferPackageCopy';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Relative to the location. */
  path: Scalars['String']['output'];
  /** Its size in bytes. */
  bytes: Scalars['ByteCount']['output'];
  /** What its bytes have to be; of an unpacked package the digest of its manifest. Null: not known. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** How it stands. */
  status: PhysicalCopyStatus;
  /** Why it is in this status, if somebody has to know. */
  statusReason?: Maybe<Scalars['String']['output']>;
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** When it was last verified; null: never, or it is in doubt since. */
  verifiedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it became known here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When its bytes were moved into the trash of the location, where they wait to be deleted; null: they were not. */
  trashedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When its bytes were deleted; null: they were not. */
  deletedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it lies, or lay. */
  location: DataLocation;
  /** Why it could be deleted, kept for ever. */
  deletionProof?: Maybe<DeletionProof>;
  /** The transfer package. */
  transferPackage?: Maybe<DataTransferPackage>;
  /** Why it is not what it should be: empty where it is, where it was deleted as it should, or where another took its place. */
  whyBlocked: Array<Blocker>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was known. */
  asOf?: Maybe<PhysicalCopyAsOf>;
  /** The work on it, newest first, the last fifty. */
  operations: Array<Operation>;
};


/** The manifest of one transfer package at one location. */
export type DataTransferPackageCopyHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** The manifest of one transfer package at one location. */
export type DataTransferPackageCopyAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** How bytes go between two sites. */
export type DataTransferRoute = {
  __typename?: 'DataTransferRoute';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its short name: lower-case letters, digits and hyphens. */
  name: Scalars['String']['output'];
  /** Between what it leads. */
  type: RouteType;
  /** By what the bytes are sent. */
  method: TransferMethod;
  /** Lower is used first. */
  priority: Scalars['Int']['output'];
  /** An inactive route is skipped, never an error. */
  active: Scalars['Boolean']['output'];
  /** Whether the transfers over it go on or are parked: it opens when the line fails five times in a row. */
  breaker: CircuitBreaker;
  /** A transfer package is closed when its packages sum up to this size … */
  bundleBytes: Scalars['ByteCount']['output'];
  /** … or when its oldest package has waited for this many seconds. */
  bundleAgeS: Scalars['Int']['output'];
  /** How many streams send one package at a time (HTTP, BBCP). */
  streams: Scalars['Int']['output'];
  /** At most so many bytes per second; null: as fast as it goes. */
  rateBytesS?: Maybe<Scalars['ByteCount']['output']>;
  /** The host, as ssh knows it where the workers of the destination run, that has the origin's files (RSYNC, BBCP). Null: they are mounted there. */
  sshHost?: Maybe<Scalars['String']['output']>;
  /** The site where it begins. */
  fromSite: Site;
  /** The site where it ends. */
  toSite: Site;
  /** The site in between (RELAY). */
  viaSite?: Maybe<Site>;
  /** CUSTOM. */
  fromLocation?: Maybe<DataLocation>;
  /** CUSTOM. */
  toLocation?: Maybe<DataLocation>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<DataTransferRouteAsOf>;
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** What was sent over it, oldest first. */
  transfers: DataTransferConnection;
};


/** How bytes go between two sites. */
export type DataTransferRouteHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** How bytes go between two sites. */
export type DataTransferRouteAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** How bytes go between two sites. */
export type DataTransferRouteTransfersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One transfer package crossing one leg of a route. */
export type DataTransfer = {
  __typename?: 'DataTransfer';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Sending the bytes. */
  status: Status;
  /** Verifying, at the destination, what arrived. */
  unpackStatus: Status;
  /** 1, or for a RELAY 1 and 2. */
  leg: Scalars['Int']['output'];
  /** How often packages had to be sent again because they arrived damaged. */
  rounds: Scalars['Int']['output'];
  /** When it was planned, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When all was sent; null until then. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When all that arrived was verified; null until then. */
  unpackedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The route that it goes over. */
  route: DataTransferRoute;
  /** The location that it is sent from. */
  fromLocation: DataLocation;
  /** The location that it is sent to. */
  toLocation: DataLocation;
  /** What is sent. */
  transferPackage?: Maybe<DataTransferPackage>;
  /** Why it is not through: empty when all has arrived and is verified. */
  whyBlocked: Array<Blocker>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was made. */
  asOf?: Maybe<DataTransferAsOf>;
  /** The work of sending and verifying, newest first, the last fifty. */
  operations: Array<Operation>;
};


/** One transfer package crossing one leg of a route. */
export type DataTransferHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** One transfer package crossing one leg of a route. */
export type DataTransferAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** When a location may free the copies that are safe elsewhere. A change is a new version. */
export type RetentionPolicy = {
  __typename?: 'RetentionPolicy';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Counts up from 1 at each location; the highest is in force. */
  version: Scalars['Int']['output'];
  /** A copy stays at least this long, in seconds. */
  minimumAgeS: Scalars['Int']['output'];
  /** Between marking a copy and deleting it, in seconds. */
  graceS: Scalars['Int']['output'];
  /** How many verified copies elsewhere, in distinct failure domains, have to exist. */
  minVerifiedCopies: Scalars['Int']['output'];
  /** How many of them in a LONG_TERM_ARCHIVE. */
  minArchiveCopies: Scalars['Int']['output'];
  /** The verification level that counts. */
  minVerificationLevel: Scalars['Int']['output'];
  /** How old a verification may be and still count, in seconds. */
  maxVerificationAgeS: Scalars['Int']['output'];
  /** The share of its capacity, 0 to 1, from which on the location is freed; null: age alone decides. */
  highWater?: Maybe<Scalars['Float']['output']>;
  /** The share of its capacity down to which it is freed then, oldest first; null: age alone decides. */
  lowWater?: Maybe<Scalars['Float']['output']>;
  /** At most this share, 0 to 1, of its capacity, or where that is not known of what lies there, goes in an hour, but always one package; 1: no limit. */
  maxShareHour: Scalars['Float']['output'];
  /** How long a file or a package lies in the trash of a DISK location before its bytes are gone, in seconds; 0: they go at once, as they do elsewhere. */
  trashS: Scalars['Int']['output'];
  /** When it came into force, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The location that it is for. */
  location: DataLocation;
};

/** Why the copies of a package at one location could be deleted. */
export type DeletionProof = {
  __typename?: 'DeletionProof';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was found to be safe, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** It authorised deletions only until then. */
  expiresAt: Scalars['DateTime']['output'];
  /** The version of the policy that allowed it. */
  policy: RetentionPolicy;
  /** Where the copies lay. */
  location: DataLocation;
  /** The copies that were relied on. */
  evidence: Array<DeletionEvidence>;
  /** The package that they were of, or whose files they were of. */
  package?: Maybe<RawDataPackage>;
  /** The work that deleted, or was to delete. */
  operation: Operation;
  /** The copies that it authorised to delete. */
  copies: PhysicalCopyConnection;
};


/** Why the copies of a package at one location could be deleted. */
export type DeletionProofCopiesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/**
 * That nothing of a package may be deleted: everywhere, or at one location. It stops also what is marked, and what waits between its proof and its
 * deletion; what was deleted stays deleted.
 */
export type Hold = {
  __typename?: 'Hold';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Who holds it, as they said. */
  heldBy: Scalars['String']['output'];
  /** Why. */
  reason: Scalars['String']['output'];
  /** Whether it holds: false once it was released or its time was over. */
  active: Scalars['Boolean']['output'];
  /** It ends by itself then; null: when somebody releases it. */
  until?: Maybe<Scalars['DateTime']['output']>;
  /** When it was made, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When it was released or its time was over; null until then. */
  releasedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it was released; null until then. */
  releaseReason?: Maybe<Scalars['String']['output']>;
  /** The package that is held. */
  package?: Maybe<RawDataPackage>;
  /** The location where it is held; null: everywhere. */
  location?: Maybe<DataLocation>;
  /** When it began and ended, oldest first. */
  history: EventConnection;
};


/**
 * That nothing of a package may be deleted: everywhere, or at one location. It stops also what is marked, and what waits between its proof and its
 * deletion; what was deleted stays deleted.
 */
export type HoldHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What a place holds that is not safe elsewhere. */
export type LeftToDrain = {
  __typename?: 'LeftToDrain';
  /** The copies, of packages and of single files. */
  copies: Scalars['Count']['output'];
  /** Their bytes. */
  bytes: Scalars['ByteCount']['output'];
  /** The same by reason; each copy is counted under the first that holds. A reason of none is left out. */
  reasons: Array<LeftBehind>;
};

/** What is left for one reason. */
export type LeftBehind = {
  __typename?: 'LeftBehind';
  /** Why it may not be left behind. */
  reason: LeftReason;
  /** The copies. */
  copies: Scalars['Count']['output'];
  /** Their bytes. */
  bytes: Scalars['ByteCount']['output'];
};

/** One copy that a deletion relied on, as it was believed to be at that moment. */
export type DeletionEvidence = {
  __typename?: 'DeletionEvidence';
  /** The id of the copy. */
  copyId: Scalars['ID']['output'];
  /** The name of the location where it lay. */
  location: Scalars['String']['output'];
  /** What that location was for. */
  type: LocationType;
  /** The failure domain of that location. */
  failureDomain: Scalars['String']['output'];
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** When it had last been verified. */
  verifiedAt: Scalars['DateTime']['output'];
};

/** What keeps copies at a location. */
export type RetentionKeeping =
  /** It is a long-term archive, which is never cleaned up. */
  | 'ARCHIVE'
  /** Deletion is off there. */
  | 'OFF'
  /** The location has no retention policy. */
  | 'NO_POLICY'
  /** The database was restored, and nobody looked at the location since. */
  | 'RESTORED'
  /** The last complete sweep is too old: other work may want them, and nobody asked for it yet. */
  | 'BEHIND'
  /** Somebody holds the package. */
  | 'HELD'
  /** They are younger than the minimum age. */
  | 'YOUNG'
  /** Staging requests hold them there. */
  | 'LEASED'
  /** Work on the package is not done: it is not archived yet, or something may still want to read it there. */
  | 'WORK'
  /** Another deletion relies on them. */
  | 'RELIED_ON'
  /** There are too few good copies elsewhere. */
  | 'COPIES'
  /** The location is not freed now: it has not reached its high water. */
  | 'RESTING'
  /** As much went within an hour as is allowed. */
  | 'PAUSED'
  /** Their time of grace ends later. */
  | 'GRACE'
  /** They may go, and do not in that time: the low water is reached before, or the share of an hour. */
  | 'BEYOND';

/** How many operations that FAILED are tried again. */
export type OperationsRetried = {
  __typename?: 'OperationsRetried';
  /** How many wait for a worker now. */
  retried: Scalars['Int']['output'];
  /** How many more FAILED that were meant: call it again. */
  left: Scalars['Int']['output'];
};

/** The periodic pass that finds what work the data centre has to do. */
export type Sweep = {
  __typename?: 'Sweep';
  /** When the last one that looked at every kind of work without an error was over (UTC). */
  completedAt: Scalars['DateTime']['output'];
  /** How long ago that is, in seconds. */
  ageS: Scalars['Float']['output'];
  /** How long it took, in seconds. */
  seconds: Scalars['Float']['output'];
  /** Whether it is so long ago, 300 s or more, that nothing is deleted until the next one is over. */
  behind: Scalars['Boolean']['output'];
};

/** One kind of work at one location, which workers take from a queue of its own. */
export type WorkQueue = {
  __typename?: 'WorkQueue';
  /** Its name: the kind and the location. */
  name: Scalars['String']['output'];
  /** The kind of work. */
  kind: OperationKind;
  /** Where the work is done. */
  location: DataLocation;
  /** How many operations could begin now and did not, be it that no worker is free or that the location is parked or closed. */
  due: Scalars['Int']['output'];
  /** Since when the one of these that waits the longest could begin (UTC); null: none is due. */
  dueSince?: Maybe<Scalars['DateTime']['output']>;
  /** How many are done now. */
  running: Scalars['Int']['output'];
  /** How many wait for a time that is yet to come: for their next attempt, or for what is lacking. */
  waiting: Scalars['Int']['output'];
  /** How many FAILED, and wait for somebody to ask for them again. */
  failed: Scalars['Int']['output'];
  /** When a worker last took anything from the queue (UTC); a canary, put there every CANARY_S of a worker, too. Null: never. */
  lastConsumedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The worker that did, by its name; null: none. */
  lastConsumedBy?: Maybe<Scalars['String']['output']>;
};

/** What a retention policy would do at its location. Nothing of it is done. */
export type RetentionSimulation = {
  __typename?: 'RetentionSimulation';
  /** The moment (UTC) from which on it was simulated. */
  at: Scalars['DateTime']['output'];
  /** The location. */
  location: DataLocation;
  /** How much it can hold, in bytes; null: not known. */
  capacityBytes?: Maybe<Scalars['ByteCount']['output']>;
  /** How many bytes its copies take now. */
  usedBytes: Scalars['ByteCount']['output'];
  /** How many bytes came there in a day, as the mean of the last seven: it is taken to go on like that. */
  inflowBytesPerDay: Scalars['ByteCount']['output'];
  /** Whether all packages were looked at: of more than 200,000 the oldest are. */
  complete: Scalars['Boolean']['output'];
  /** How many packages would go. */
  packages: Scalars['Count']['output'];
  /** Their size at the location. */
  bytes: Scalars['ByteCount']['output'];
  /** How many of them would have fewer verified copies in distinct failure domains left than `riskBelow`. */
  packagesAtRisk: Scalars['Count']['output'];
  /** When the location would be full; null: not in that time, or its capacity is not known. */
  fullAt?: Maybe<Scalars['DateTime']['output']>;
  /** Day by day, 24 hours each from `at` on. */
  days: Array<SimulatedDay>;
  /** What would stay, and why: each reason once. What comes meanwhile is not counted. */
  staying: Array<SimulatedStay>;
};

/** What would go within 24 hours. */
export type SimulatedDay = {
  __typename?: 'SimulatedDay';
  /** When they begin (UTC). */
  from: Scalars['DateTime']['output'];
  /** How many packages, or what lies there of them, would be deleted. */
  packages: Scalars['Count']['output'];
  /** Their size there. */
  bytes: Scalars['ByteCount']['output'];
  /** How many bytes would be free again: what is deleted lies in the trash first, where there is one. */
  freedBytes: Scalars['ByteCount']['output'];
  /** How many bytes would lie there at the end. */
  usedBytes: Scalars['ByteCount']['output'];
};

/** What would stay for one reason. */
export type SimulatedStay = {
  __typename?: 'SimulatedStay';
  /** The reason. */
  why: RetentionKeeping;
  /** How many packages. */
  packages: Scalars['Count']['output'];
  /** Their size there. */
  bytes: Scalars['ByteCount']['output'];
};

/** Whether a location is freed of what may go. */
export type ReclaimState =
  /** Nothing goes: it has not reached its high water since it was freed down to its low water. */
  | 'RESTING'
  /** What may go goes, oldest first. */
  | 'FREEING'
  /** Nothing more is marked or deleted for a while: as much went within an hour as its policy allows. */
  | 'PAUSED';

/** Whether a location is freed now of what may go: between its high and its low water, and not faster than is allowed. */
export type Reclaim = {
  __typename?: 'Reclaim';
  /** Whether it is freed. */
  state: ReclaimState;
  /** Why; null: nothing was looked at yet. */
  reason?: Maybe<Scalars['String']['output']>;
  /** How many bytes its copies take, as last summed up; null: nothing asked for it. */
  usedBytes?: Maybe<Scalars['ByteCount']['output']>;
  /** When that was looked at; null: not yet. */
  measuredAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it will be looked at again while it is PAUSED. */
  pausedUntil?: Maybe<Scalars['DateTime']['output']>;
  /** The share of the bytes there, 0 to 1, that an operator allowed to go in an hour; null: what its policy says. */
  allowedShareHour?: Maybe<Scalars['Float']['output']>;
  /** Until when that is allowed. */
  allowedUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Why it was allowed. */
  allowedReason?: Maybe<Scalars['String']['output']>;
};

/** Parks work after repeated outages: all work of a location, one kind of work there, or the transfers over a route. */
export type CircuitBreaker = {
  __typename?: 'CircuitBreaker';
  /** Whether work goes on. */
  state: BreakerState;
  /** Outages in a row. */
  failures: Scalars['Int']['output'];
  /** When it last opened; null: never. */
  openedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When one piece of work will be tried again. */
  probeAt?: Maybe<Scalars['DateTime']['output']>;
  /** The last outage; null: none. */
  reason?: Maybe<Scalars['String']['output']>;
  /** When it opened and closed, oldest first. */
  history: EventConnection;
  /** The location whose work it parks; null: it is that of a route. */
  location?: Maybe<DataLocation>;
  /** The only kind of work that it parks at the location; null: all. */
  kind?: Maybe<OperationKind>;
  /** The route whose transfers it parks; null: it is that of a location. */
  route?: Maybe<DataTransferRoute>;
  /** Until then it stands as an operator said: OPEN parks the work, CLOSED lets it through; null: nobody did, or the time is over when it is past. */
  overrideUntil?: Maybe<Scalars['DateTime']['output']>;
  /** How it stands until then; null: nobody said. */
  override?: Maybe<BreakerState>;
  /** Why; null: nobody said. */
  overrideReason?: Maybe<Scalars['String']['output']>;
};


/** Parks work after repeated outages: all work of a location, one kind of work there, or the transfers over a route. */
export type CircuitBreakerHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What a piece of work is about: scans are about a location, verifications about a copy, sending and receiving about a transfer, all else about a package. */
export type OperationSubject = DiskLocation | S3Location | TapeLocation | RawDataPackage | RawDataFileCopy | RawDataPackageCopy | DataTransferPackageCopy | DataTransfer;

/** One piece of work as a row. */
export type Operation = {
  __typename?: 'Operation';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** What it does. */
  kind: OperationKind;
  /** How it stands. */
  state: OperationState;
  /** The name of its BullMQ queue. */
  queue: Scalars['String']['output'];
  /** The type of what it is about, as events name it. */
  subjectType: Scalars['String']['output'];
  /** The id of what it is about. */
  subjectId: Scalars['ID']['output'];
  /** Lower runs first. */
  priority: Scalars['Int']['output'];
  /** How often it was tried since it was last asked for. */
  attempt: Scalars['Int']['output'];
  /** How often it is tried before it has FAILED. */
  maxAttempts: Scalars['Int']['output'];
  /** It is not tried before then. */
  nextRunAt: Scalars['DateTime']['output'];
  /** The worker that has it, if one has. */
  leaseOwner?: Maybe<Scalars['String']['output']>;
  /** Until when that worker has it, unless it renews; null: nobody has it. */
  leaseUntil?: Maybe<Scalars['DateTime']['output']>;
  /** The kind of error that the last attempt met; null: none. */
  errorCode?: Maybe<Scalars['String']['output']>;
  /** Why it waits or failed. */
  reason?: Maybe<Scalars['String']['output']>;
  /** How many bytes it is through with. */
  bytesDone: Scalars['ByteCount']['output'];
  /** How many bytes there are to do; null: not known. */
  bytesTotal?: Maybe<Scalars['ByteCount']['output']>;
  /** How fast it goes, in bytes per second: the mean of about the last ten seconds. Null when it is not RUNNING, or not yet for a second. */
  rateBytesS?: Maybe<Scalars['ByteCount']['output']>;
  /** When it will be done if it goes on like that. Null when that is not known. */
  endsAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was first asked for, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When a worker last took it; null: none did. */
  startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was done, FAILED or was cancelled; null until then. */
  finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Where it is done. */
  location: DataLocation;
  /** The package that it is about; null: it is about no single one. */
  package?: Maybe<RawDataPackage>;
  /** Why it is not done: empty when it is DONE. */
  whyBlocked: Array<Blocker>;
  /** What happened to it, oldest first. */
  history: EventConnection;
  /** What was believed of it at that moment; null before it was asked for. */
  asOf?: Maybe<OperationAsOf>;
  /** What it is about. */
  subject?: Maybe<OperationSubject>;
  /** When a worker was last told of it. */
  dispatchedAt?: Maybe<Scalars['DateTime']['output']>;
};


/** One piece of work as a row. */
export type OperationHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** One piece of work as a row. */
export type OperationAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** Something that a scan saw at a location and that the rows do not say. */
export type ScanFinding = {
  __typename?: 'ScanFinding';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** What is the matter. */
  kind: FindingKind;
  /** Relative to the location. */
  path: Scalars['String']['output'];
  /** The size in bytes that the scan saw, or of a MISSING file the size that was filed; null: it is no file. */
  bytes?: Maybe<Scalars['ByteCount']['output']>;
  /** What the scan saw, in words; null: the kind says it. */
  detail?: Maybe<Scalars['String']['output']>;
  /** How many scans saw it. */
  sightings: Scalars['Int']['output'];
  /** When a scan first saw it. */
  firstSeenAt: Scalars['DateTime']['output'];
  /** When a scan last saw it. */
  lastSeenAt: Scalars['DateTime']['output'];
  /** Where it was found. */
  location: DataLocation;
  /** When a scan no longer saw it. */
  resolvedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When an operator said that it is nothing; it stays so, whatever later scans see. */
  dismissedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When an operator asked for it to be moved aside; `detail` tells where it is kept then. */
  setAsideAskedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** One transition of one thing, with its reason. */
export type Event = {
  __typename?: 'Event';
  /** Counts up. */
  seq: Scalars['ByteCount']['output'];
  /** When it happened, by the clock of the data centre. */
  at: Scalars['DateTime']['output'];
  /** The type of what it happened to, for instance RawDataPackage. */
  subjectType: Scalars['String']['output'];
  /** The id of what it happened to. */
  subjectId: Scalars['ID']['output'];
  /** What changed of it, for instance status. */
  field: Scalars['String']['output'];
  /** What it was before; null: it was new. */
  fromState?: Maybe<Scalars['String']['output']>;
  /** What it became. */
  toState: Scalars['String']['output'];
  /** Why; null: nobody said. */
  reason?: Maybe<Scalars['String']['output']>;
  /** The id of the work that did it; null: none did. */
  operationId?: Maybe<Scalars['ID']['output']>;
};

/** How many packages are in a state, with the files in them. */
export type PackageCount = {
  __typename?: 'PackageCount';
  /** The state. */
  state: PackageState;
  /** How many packages are in it. */
  packages: Scalars['Count']['output'];
  /** How many files they have. */
  files: Scalars['Count']['output'];
  /** The sum of the sizes of the files. */
  bytes: Scalars['ByteCount']['output'];
};

/** What was filed, and how far it is on its way to the archive. */
export type Totals = {
  __typename?: 'Totals';
  /** How many executions were filed. */
  executions: Scalars['Count']['output'];
  /** All files, packaged or not. */
  files: Scalars['Count']['output'];
  /** The sum of their sizes. */
  bytes: Scalars['ByteCount']['output'];
  /** The files that are in no package yet. */
  unpackagedFiles: Scalars['Count']['output'];
  /** The sum of their sizes in bytes. */
  unpackagedBytes: Scalars['ByteCount']['output'];
  /** The packages by state, every state once. */
  packages: Array<PackageCount>;
  /** When the oldest file was filed, or package planned, that is not archived; null: all is. */
  oldestUnarchivedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What was observed in one night. */
export type Night = {
  __typename?: 'Night';
  /** The date of its evening where the telescope stands: 2026-11-20 lasts from the local mean noon of that day to the next. */
  night: Scalars['String']['output'];
  /** What was observed in it, and how far that is on its way to the archive. */
  totals: Totals;
};

/** The packages that lie somewhere, whole and not damaged. */
export type Holdings = {
  __typename?: 'Holdings';
  /** Each counted once. */
  packages: Scalars['Count']['output'];
  /** The files in them. */
  packagedFiles: Scalars['Count']['output'];
  /** Their copies. */
  packageCopies: Scalars['Count']['output'];
  /** The space that the copies take. */
  packageBytes: Scalars['ByteCount']['output'];
  /** The packages by state, every state once. */
  byState: Array<PackageCount>;
  /** When the oldest package here was planned that is not archived; null: all are. */
  oldestUnarchivedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A number of files. */
export type FileCount = {
  __typename?: 'FileCount';
  /** How many there are. */
  files: Scalars['Count']['output'];
  /** The sum of their sizes. */
  bytes: Scalars['ByteCount']['output'];
};

/**
 * What went on in the last hours, up to now. A package is counted with its files, once for each place where it went through a stage: at the
 * SOURCE that it was packaged from, at the BUFFER that it was transferred to, at the LONG_TERM_ARCHIVE, at the PROCESSING location. Work that
 * found everything there already is not counted; of a package of which only some files were staged, these are.
 */
export type Flow = {
  __typename?: 'Flow';
  /** The time that it is about, in hours up to now. */
  hours: Scalars['Int']['output'];
  /** Files that were filed. */
  filed: FlowRate;
  /** Files that became part of a package. */
  packaged: FlowRate;
  /** Files whose packages were sent to another site. */
  transferred: FlowRate;
  /** Files whose packages were archived. */
  archived: FlowRate;
  /** Files whose packages were unpacked for scientists. */
  staged: FlowRate;
};

/** What went through one stage in that time. */
export type FlowRate = {
  __typename?: 'FlowRate';
  /** How many files. */
  files: Scalars['Count']['output'];
  /** The sum of the sizes of the files. */
  bytes: Scalars['ByteCount']['output'];
  /** Bytes per hour, on average over the hours. */
  bytesPerHour: Scalars['Float']['output'];
};

/**
 * Which nights, at most 400. A night belongs to the date of its evening at the telescope: from noon to noon of local mean time, by the telescope's
 * longitude; where that is not known, of UTC.
 */
export type NightsInput = {
  /** The first night: 2026-11-20. */
  from: Scalars['String']['input'];
  /** The last night, itself included. */
  to: Scalars['String']['input'];
  /** Only executions with this instrument. */
  instrumentId?: InputMaybe<Scalars['ID']['input']>;
  /** Only executions of this program. */
  programId?: InputMaybe<Scalars['ID']['input']>;
};

/** What was believed of a site at a moment. */
export type SiteAsOf = {
  __typename?: 'SiteAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** How it was used. */
  state: PlaceState;
  /** Whether work was done there. */
  active: Scalars['Boolean']['output'];
};

/** What was believed of a location at a moment. */
export type DataLocationAsOf = {
  __typename?: 'DataLocationAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** How it was used. */
  state: PlaceState;
  /** Whether work was done there. */
  active: Scalars['Boolean']['output'];
  /** Whether retention might delete there. */
  deletionEnabled: Scalars['Boolean']['output'];
  /** Whether its work was parked. */
  breaker: BreakerState;
  /** The version of the retention policy in force; null: there was none. */
  policyVersion?: Maybe<Scalars['Int']['output']>;
};

/** What was believed of a route at a moment. */
export type DataTransferRouteAsOf = {
  __typename?: 'DataTransferRouteAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** Whether it was in use. */
  active: Scalars['Boolean']['output'];
};

/** What was believed of a transfer at a moment. */
export type DataTransferAsOf = {
  __typename?: 'DataTransferAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** Sending the bytes. */
  status: Status;
  /** Verifying, at the destination, what arrived. */
  unpackStatus: Status;
};

/** What was believed of a piece of work at a moment. */
export type OperationAsOf = {
  __typename?: 'OperationAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** How it stood. */
  state: OperationState;
};

/** What was believed of a staging request at a moment. */
export type StagingRequestAsOf = {
  __typename?: 'StagingRequestAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** How far it was. */
  status: StagingStatus;
};

/** What was believed of a copy at a moment. */
export type PhysicalCopyAsOf = {
  __typename?: 'PhysicalCopyAsOf';
  /** The id of the copy. */
  id: Scalars['ID']['output'];
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** How it stood. */
  status: PhysicalCopyStatus;
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** Where it lies, or lay. */
  location: DataLocation;
};

/** What was believed of a package at a moment. */
export type RawDataPackageAsOf = {
  __typename?: 'RawDataPackageAsOf';
  /** The moment (UTC). */
  at: Scalars['DateTime']['output'];
  /** How the work of making it stood. */
  status: Status;
  /** Where it was on its way to the archive. */
  state: PackageState;
  /** Its copies that were known then, oldest first. */
  copies: Array<PhysicalCopyAsOf>;
};

/** One reason why something waits, and what will end it. In a list the causes of a reason follow it, one level deeper. */
export type Blocker = {
  __typename?: 'Blocker';
  /** Stable: clients may rely on its spelling. */
  code: BlockerCode;
  /** What is so, with the names of what it is about. */
  message: Scalars['String']['output'];
  /** When somebody or something will act next; null: nobody knows. */
  nextAt?: Maybe<Scalars['DateTime']['output']>;
  /** What will be done then, or has to be done. */
  nextAction: Scalars['String']['output'];
  /** Who can act. */
  who: BlockerActor;
  /** 0 for what holds the thing up itself, 1 for the cause of the reason of level 0 before it, and so on. */
  level: Scalars['Int']['output'];
  /** The type of what the reason is about: Operation, DataTransfer, DataLocation, Site … */
  subjectType: Scalars['String']['output'];
  /** Its id. */
  subjectId: Scalars['ID']['output'];
};

/** Why something waits. */
export type BlockerCode =
  /** The files have not settled yet, or no operation was derived yet. */
  | 'NOT_YET_DERIVED'
  /** It waits for a worker to take it. */
  | 'QUEUED'
  /** A worker is doing it. */
  | 'RUNNING'
  /** The last attempt failed; another will follow. */
  | 'RETRYING'
  /** All attempts failed. */
  | 'FAILED'
  /** Somebody cancelled the work. */
  | 'CANCELLED'
  /** The location or its site is paused or retired. */
  | 'LOCATION_INACTIVE'
  /** What the work does, reading or writing, is switched off at the location, or it is draining. */
  | 'LOCATION_CLOSED'
  /** A circuit breaker parks the work of the location. */
  | 'LOCATION_PARKED'
  /** A circuit breaker parks this kind of work at the location. */
  | 'KIND_PARKED'
  /** A circuit breaker parks the transfers over the route. */
  | 'ROUTE_PARKED'
  /** No worker of its site has given the location its identity. */
  | 'LOCATION_UNIDENTIFIED'
  /** No route that is in use leads there. */
  | 'NO_ROUTE'
  /** The site has no BUFFER in use. */
  | 'NO_BUFFER'
  /** Nothing at the site has the package. */
  | 'NO_SOURCE'
  /** An earlier leg of the route is not through. */
  | 'EARLIER_LEG'
  /** It was archived, and no archive holds it intact any more. */
  | 'ARCHIVE_LOST'
  /** The copy is being written. */
  | 'WRITING'
  /** The copy is to be deleted. */
  | 'DELETING'
  /** Somebody holds the package: nothing of it is deleted until the hold is released or its time is over. */
  | 'HELD'
  /** As much was deleted at the location within an hour as is allowed: the rest waits. */
  | 'DELETION_PAUSED'
  /** The copy's bytes are not what they should be. */
  | 'DAMAGED'
  /** The copy's bytes are not there. */
  | 'LOST';

/** Who can act. */
export type BlockerActor =
  /** Almagest does it by itself. */
  | 'SYSTEM'
  /** An operator of the data centre. */
  | 'OPERATOR'
  /** The instrument, or the team that runs it. */
  | 'INSTRUMENT';

/** Which files to locate, and for whom. At most 10,000 files, by ids, by paths, or both; one that is named twice is refused. */
export type LocateFilesInput = {
  /** The ids of files. */
  ids?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The paths of files, exactly as they were filed, relative to their SOURCE. */
  paths?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The name of an instrument: only its files are looked for by `paths`. Needed where several instruments have a file of the same path. */
  instrument?: InputMaybe<Scalars['String']['input']>;
  /** The name of a module: only its files are looked for by `paths`. Needed where several modules have a file of the same path. */
  module?: InputMaybe<Scalars['String']['input']>;
  /** The name of the site where the files are wanted: sources there come first. */
  site?: InputMaybe<Scalars['String']['input']>;
  /** Whether sources that cannot be read now are given too, after all others, with `usable` false. */
  unusable?: InputMaybe<Scalars['Boolean']['input']>;
  /** How many sources of each file are given at most, 1 to 100: with 1 only the best. */
  sourcesPerFile?: InputMaybe<Scalars['Int']['input']>;
};

/** One file that was asked for, and where it can be read now. */
export type LocatedFile = {
  __typename?: 'LocatedFile';
  /** Whether there is such a file. If not, only the `id` or the `path` that was asked for is given. */
  found: Scalars['Boolean']['output'];
  /** The id of the file. */
  id?: Maybe<Scalars['ID']['output']>;
  /** As it was filed, relative to its SOURCE. */
  path?: Maybe<Scalars['String']['output']>;
  /** The size of the file. */
  bytes?: Maybe<Scalars['ByteCount']['output']>;
  /** What packaging found (BLAKE3); null until then. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** The id of the package that it is in; null until it is packaged. */
  packageId?: Maybe<Scalars['ID']['output']>;
  /** The file; null: there is none. */
  file?: Maybe<RawDataFile>;
  /**
   * All its good copies: those of the file itself that are PRESENT or STAGED, those of its package that are PRESENT (in the tar) or STAGED (unpacked).
   * The best comes first. Before others come: sources that can be read now; those at the wanted site; PROCESSING, then BUFFER,
   * LONG_TERM_ARCHIVE, SOURCE; DISK, then S3, TAPE; those at a location with a lower priority number; those with a higher verification level; and
   * at last by the name of the location. Copies that are marked for deletion, damaged or missing are no source.
   */
  sources: Array<FileSource>;
};

/** One place where a file can be read. */
export type FileSource = {
  __typename?: 'FileSource';
  /** The name of the location. */
  location: Scalars['String']['output'];
  /** The name of its site. */
  site: Scalars['String']['output'];
  /** What the location is for. */
  type: LocationType;
  /** What the location keeps its bytes on. */
  storage: StorageType;
  /** Whether the location and its site are active, it has its identity, its work is not parked, and no scan misses the file there or found it changed. */
  usable: Scalars['Boolean']['output'];
  /** Relative to the location: the file itself where `offset` is null, else the tar that holds it. */
  path: Scalars['String']['output'];
  /** Where the file begins in the tar, in bytes; the next `bytes` of the file are its content, unchanged. Null: `path` is the file itself. */
  offset?: Maybe<Scalars['ByteCount']['output']>;
  /** The id of the copy: of the file, or of its package. */
  copyId: Scalars['ID']['output'];
  /** PRESENT, or STAGED where the file or its package lies unpacked. */
  status: PhysicalCopyStatus;
  /** 0: digest while writing, 1: size, 2: re-read in full, 3: re-read by another process. */
  verificationLevel: Scalars['Int']['output'];
  /** Where the file can be downloaded by HTTP for an hour, whole or by ranges, without more: give it to nobody else. Null unless it lies STAGED at a PROCESSING location of a site whose data server serves downloads. */
  downloadUrl?: Maybe<Scalars['String']['output']>;
};

/** One file as an instrument module wrote it. */
export type RawDataFile = {
  __typename?: 'RawDataFile';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its own copies, and those of ranges of it; once it is packaged, the copies of its package hold it too. */
  copies?: Maybe<Array<RawDataFileCopy>>;
};

/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackage = {
  __typename?: 'RawDataPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** All its copies that ever were, oldest first. */
  copies?: Maybe<Array<RawDataPackageCopy>>;
  /** Why it is not archived, or is so no longer: empty while an archive holds it intact. */
  whyBlocked?: Maybe<Array<Blocker>>;
  /** The work that is about it, newest first, the last fifty. */
  operations?: Maybe<Array<Operation>>;
  /** What happened to it and to its copies, oldest first. */
  history?: Maybe<EventConnection>;
  /** What was believed of it and of its copies at that moment; null before it was planned. */
  asOf?: Maybe<RawDataPackageAsOf>;
  /** The holds on it that ever were, oldest first. */
  holds?: Maybe<HoldConnection>;
  /** Why copies of it could be deleted, oldest first. */
  deletionProofs?: Maybe<DeletionProofConnection>;
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageAsOfArgs = {
  at: Scalars['DateTime']['input'];
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageHoldsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageDeletionProofsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Packages grouped for one transfer between two sites: a manifest, never a tar on disk. */
export type DataTransferPackage = {
  __typename?: 'DataTransferPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its way, leg by leg, oldest first. */
  transfers?: Maybe<Array<DataTransfer>>;
  /** All its copies that ever were, oldest first. */
  copies?: Maybe<Array<DataTransferPackageCopy>>;
};

/** A wish to have archived packages unpacked at a PROCESSING location, for a while. */
export type StagingRequest = {
  __typename?: 'StagingRequest';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The id of the location where the packages are made available. */
  locationId: Scalars['ID']['output'];
  /** Where the packages are made available. */
  location?: Maybe<DataLocation>;
  /** Why its packages are not all there, of the first twenty that are not: empty when all are, or when it has ended. */
  whyBlocked?: Maybe<Array<Blocker>>;
  /** What happened to it, oldest first. */
  history?: Maybe<EventConnection>;
  /** What was believed of it at that moment; null before it was asked for. */
  asOf?: Maybe<StagingRequestAsOf>;
};


/** A wish to have archived packages unpacked at a PROCESSING location, for a while. */
export type StagingRequestHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A wish to have archived packages unpacked at a PROCESSING location, for a while. */
export type StagingRequestAsOfArgs = {
  at: Scalars['DateTime']['input'];
};

/** A science proposal that was granted time. */
export type ObservingProgram = {
  __typename?: 'ObservingProgram';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** What was filed for it, and how far that is on its way to the archive. */
  totals?: Maybe<Totals>;
  /** What went on with its data in the last hours. */
  flow?: Maybe<Flow>;
};


/** A science proposal that was granted time. */
export type ObservingProgramFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};

/** One execution of a planned observation. */
export type ExecutedObsUnit = {
  __typename?: 'ExecutedObsUnit';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** What happened to it and to its packages, oldest first. */
  history?: Maybe<EventConnection>;
};


/** One execution of a planned observation. */
export type ExecutedObsUnitHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One package of a staging request. */
export type StagedPackage = {
  __typename?: 'StagedPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The unpacked copy at the location of the request; null as long as there is none. Requests share it. */
  copy?: Maybe<RawDataPackageCopy>;
  /** What happened to it, oldest first. */
  history?: Maybe<EventConnection>;
};


/** One package of a staging request. */
export type StagedPackageHistoryArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One file, or a range of the bytes of one, that is wanted of a package of which the request does not want all. */
export type StagedFile = {
  __typename?: 'StagedFile';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The copy of the file, or of the range, at the location of the request; null as long as there is none, and where the whole package is unpacked instead. */
  copy?: Maybe<RawDataFileCopy>;
};

/** What a telescope observes with. */
export type Instrument = {
  __typename?: 'Instrument';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Where it writes. */
  locations?: Maybe<Array<DataLocation>>;
  /** What it filed, and how far that is on its way to the archive. */
  totals?: Maybe<Totals>;
  /** What went on with its data in the last hours. */
  flow?: Maybe<Flow>;
};


/** What a telescope observes with. */
export type InstrumentFlowArgs = {
  hours?: InputMaybe<Scalars['Int']['input']>;
};

/** One page of transfers. */
export type DataTransferConnection = {
  __typename?: 'DataTransferConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<DataTransfer>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of operations. */
export type OperationConnection = {
  __typename?: 'OperationConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Operation>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of findings. */
export type ScanFindingConnection = {
  __typename?: 'ScanFindingConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<ScanFinding>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of events. */
export type EventConnection = {
  __typename?: 'EventConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Event>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of copies. */
export type PhysicalCopyConnection = {
  __typename?: 'PhysicalCopyConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<PhysicalCopy>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of staging requests. */
export type LocationStagingConnection = {
  __typename?: 'LocationStagingConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<StagingRequest>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of deletion proofs. */
export type DeletionProofConnection = {
  __typename?: 'DeletionProofConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<DeletionProof>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of a list of holds. */
export type HoldConnection = {
  __typename?: 'HoldConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Hold>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type Query = {
  __typename?: 'Query';
  /** When, of all package copies at the BUFFERs and LONG_TERM_ARCHIVEs that are not retired, the one that was verified the longest ago was last read in full. Null: there is none. */
  oldestVerification?: Maybe<Scalars['DateTime']['output']>;
  /** The last complete sweep; null: there was none yet. */
  lastSweep?: Maybe<Sweep>;
  /** All queues, by the names of their locations and kinds. */
  queues?: Maybe<Array<WorkQueue>>;
  /** All sites, by name. */
  sites?: Maybe<Array<Site>>;
  /** The site of that name or id, or null. Give one of the two. */
  site?: Maybe<Site>;
  /** The locations, by name. */
  dataLocations?: Maybe<Array<DataLocation>>;
  /** The location of that name or id, or null. Give one of the two. */
  dataLocation?: Maybe<DataLocation>;
  /** The routes, by name. */
  dataTransferRoutes?: Maybe<Array<DataTransferRoute>>;
  /** The route of that name or id, or null. Give one of the two. */
  dataTransferRoute?: Maybe<DataTransferRoute>;
  /** The transfer, or null. */
  dataTransfer?: Maybe<DataTransfer>;
  /** Transfers, oldest first. */
  dataTransfers?: Maybe<DataTransferConnection>;
  /** The operation, or null. */
  operation?: Maybe<Operation>;
  /** Work, oldest first. */
  operations?: Maybe<OperationConnection>;
  /** What was observed in each night, the newest first. Nights without executions are left out. */
  nights?: Maybe<Array<Night>>;
  /** Where each of up to 10,000 files can be read, in the order of the input: ids first, then paths. */
  locateFiles?: Maybe<Array<LocatedFile>>;
  /** The copy, or null. */
  physicalCopy?: Maybe<PhysicalCopy>;
  /** The version of a retention policy, or null. */
  retentionPolicy?: Maybe<RetentionPolicy>;
  /** The deletion proof, or null. */
  deletionProof?: Maybe<DeletionProof>;
  /**
   * What a policy would delete at its location in the next days, and why all else stays: with the gate that decides of deletions, on a clock that is moved.
   * Verifications are taken to be renewed, as they are before a deletion relies on them. Ages are told to the hour. It changes nothing.
   */
  simulateRetention?: Maybe<RetentionSimulation>;
  /** The hold, or null. */
  hold?: Maybe<Hold>;
  /** Holds on packages, oldest first. */
  holds?: Maybe<HoldConnection>;
  /** What a scan found, or null. */
  scanFinding?: Maybe<ScanFinding>;
  /** What scans found, oldest first. */
  scanFindings?: Maybe<ScanFindingConnection>;
  /** The event with that number, or null. */
  event?: Maybe<Event>;
  /** What happened to one thing, oldest first. */
  events?: Maybe<EventConnection>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryQueuesArgs = {
  locationId?: InputMaybe<Scalars['ID']['input']>;
  kind?: InputMaybe<OperationKind>;
  due?: InputMaybe<Scalars['Boolean']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QuerySiteArgs = {
  name?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataLocationsArgs = {
  type?: InputMaybe<LocationType>;
  siteId?: InputMaybe<Scalars['ID']['input']>;
  active?: InputMaybe<Scalars['Boolean']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataLocationArgs = {
  name?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataTransferRoutesArgs = {
  fromSiteId?: InputMaybe<Scalars['ID']['input']>;
  toSiteId?: InputMaybe<Scalars['ID']['input']>;
  active?: InputMaybe<Scalars['Boolean']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataTransferRouteArgs = {
  name?: InputMaybe<Scalars['String']['input']>;
  id?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataTransferArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataTransfersArgs = {
  status?: InputMaybe<Status>;
  unpackStatus?: InputMaybe<Status>;
  routeId?: InputMaybe<Scalars['ID']['input']>;
  fromLocationId?: InputMaybe<Scalars['ID']['input']>;
  toLocationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryOperationArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryOperationsArgs = {
  state?: InputMaybe<OperationState>;
  kind?: InputMaybe<OperationKind>;
  locationId?: InputMaybe<Scalars['ID']['input']>;
  packageId?: InputMaybe<Scalars['ID']['input']>;
  subjectId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryNightsArgs = {
  input: NightsInput;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryLocateFilesArgs = {
  input: LocateFilesInput;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryPhysicalCopyArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryRetentionPolicyArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDeletionProofArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QuerySimulateRetentionArgs = {
  input: DefineRetentionPolicyInput;
  horizonDays?: Scalars['Int']['input'];
  riskBelow?: Scalars['Int']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryHoldArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryHoldsArgs = {
  active?: InputMaybe<Scalars['Boolean']['input']>;
  packageId?: InputMaybe<Scalars['ID']['input']>;
  locationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryScanFindingArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryScanFindingsArgs = {
  locationId?: InputMaybe<Scalars['ID']['input']>;
  kind?: InputMaybe<FindingKind>;
  state?: FindingState;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryEventArgs = {
  seq: Scalars['ByteCount']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryEventsArgs = {
  subjectId: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A new site. */
export type CreateSiteInput = {
  /** Lower-case letters, digits and hyphens. */
  name: Scalars['String']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title: Scalars['String']['input'];
};

/** A new location: a folder on a file system. */
export type CreateDiskLocationInput = {
  /** The id of the site that it is at. */
  siteId: Scalars['ID']['input'];
  /** Lower-case letters, digits and hyphens; unique. */
  name: Scalars['String']['input'];
  /** What it is for. */
  type: LocationType;
  /** An absolute path, as the workers of the site see it. */
  root: Scalars['String']['input'];
  /** 0 or more; lower is used first among the locations of one type at one site. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** Null: its own, which is its name. */
  failureDomain?: InputMaybe<Scalars['String']['input']>;
  /** How much it can hold, in bytes, at least 1; null: not known. */
  capacityBytes?: InputMaybe<Scalars['ByteCount']['input']>;
  /** SOURCE: the instrument that writes there. */
  instrumentId?: InputMaybe<Scalars['ID']['input']>;
  /** Only for a SOURCE: files are packaged when none was filed for this many seconds, 0 or more; 60 where it is left out. */
  settleS?: InputMaybe<Scalars['Int']['input']>;
  /** How often it is scanned, in seconds, 1 or more; where it is left out 3600 for a SOURCE, 86400 for others. Not for PROCESSING. */
  scanIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** Within how many seconds every copy there is read again in full, 1 or more; 7776000 (90 days) where it is left out; null: only when something calls for it. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  scrubIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** After how many seconds what no row knows is a finding, 0 or more; 172800 (two days) where it is left out. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  darkAfterS?: InputMaybe<Scalars['Int']['input']>;
  /** Whether to find the SHA-256 of packages there too, beside their BLAKE3, whenever they are read again in full. */
  sha256?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Leave out what is to stay as it is. */
export type UpdateSiteInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** 1 to 200 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** A new location: a bucket of an S3 service. */
export type CreateS3LocationInput = {
  /** The id of the site that it is at. */
  siteId: Scalars['ID']['input'];
  /** Lower-case letters, digits and hyphens; unique. */
  name: Scalars['String']['input'];
  /** BUFFER, LONG_TERM_ARCHIVE or PROCESSING: instruments write to disks. */
  type: LocationType;
  /** The address of the service: https://s3.example.org */
  endpoint: Scalars['String']['input'];
  /** 3 to 63 lower-case letters, digits, dots and hyphens. */
  bucket: Scalars['String']['input'];
  /** What the names of its objects begin with: folders, each followed by a slash; null: nothing. Locations that share a bucket need one each. */
  prefix?: InputMaybe<Scalars['String']['input']>;
  /** As the service calls it; null: us-east-1, which services outside of clouds take. */
  region?: InputMaybe<Scalars['String']['input']>;
  /** The name under which the workers of the site know the keys; null: the name of the location. Keys are never kept here. */
  credentials?: InputMaybe<Scalars['String']['input']>;
  /** 0 or more. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** Null: its own, which is its name. */
  failureDomain?: InputMaybe<Scalars['String']['input']>;
  /** How much it can hold, in bytes, at least 1; null: not known. */
  capacityBytes?: InputMaybe<Scalars['ByteCount']['input']>;
  /** Whether to find the SHA-256 of packages there too, beside their BLAKE3, whenever they are read again in full. */
  sha256?: InputMaybe<Scalars['Boolean']['input']>;
  /** How often it is scanned, in seconds, 1 or more; 86400 where it is left out. Not for PROCESSING. */
  scanIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** Within how many seconds every copy there is read again in full, 1 or more; 7776000 (90 days) where it is left out; null: only when something calls for it. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  scrubIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** After how many seconds what no row knows is a finding, 0 or more; 172800 (two days) where it is left out. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  darkAfterS?: InputMaybe<Scalars['Int']['input']>;
};

/** A new location: a volume group of a tape library. */
export type CreateTapeLocationInput = {
  /** The id of the site that it is at. */
  siteId: Scalars['ID']['input'];
  /** Lower-case letters, digits and hyphens; unique. */
  name: Scalars['String']['input'];
  /** LONG_TERM_ARCHIVE: nothing else is kept on tape. */
  type?: InputMaybe<LocationType>;
  /** 1 to 200 characters. */
  volumeGroup: Scalars['String']['input'];
  /** 0 or more. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** Null: its own, which is its name. */
  failureDomain?: InputMaybe<Scalars['String']['input']>;
  /** How much it can hold, in bytes, at least 1; null: not known. */
  capacityBytes?: InputMaybe<Scalars['ByteCount']['input']>;
  /** Whether to find the SHA-256 of packages there too, beside their BLAKE3, whenever they are read again in full. */
  sha256?: InputMaybe<Scalars['Boolean']['input']>;
  /** How often it is scanned, in seconds, 1 or more; 86400 where it is left out. */
  scanIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** Within how many seconds every copy there is read again in full, 1 or more; 7776000 (90 days) where it is left out; null: only when something calls for it. */
  scrubIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** After how many seconds what no row knows is a finding, 0 or more; 172800 (two days) where it is left out. */
  darkAfterS?: InputMaybe<Scalars['Int']['input']>;
};

/** Leave out what is to stay as it is. */
export type UpdateLocationInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** 0 or more; lower is used first among the locations of one type at one site. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 200 characters. */
  failureDomain?: InputMaybe<Scalars['String']['input']>;
  /** At least 1; null: not known. */
  capacityBytes?: InputMaybe<Scalars['ByteCount']['input']>;
  /** Seconds, 0 or more. Only for a SOURCE. */
  settleS?: InputMaybe<Scalars['Int']['input']>;
  /** Seconds, 1 or more. Not for PROCESSING. */
  scanIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** Seconds, 1 or more; null: copies there are read again only when something calls for it. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  scrubIntervalS?: InputMaybe<Scalars['Int']['input']>;
  /** Seconds, 0 or more. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  darkAfterS?: InputMaybe<Scalars['Int']['input']>;
  /** Whether to find the SHA-256 of packages there too, beside their BLAKE3, whenever they are read again in full. */
  sha256?: InputMaybe<Scalars['Boolean']['input']>;
  /** DISK: an absolute path; only while the location has no identity and nothing was ever there. */
  root?: InputMaybe<Scalars['String']['input']>;
  /** S3: only while the location has no identity and nothing was ever there. */
  endpoint?: InputMaybe<Scalars['String']['input']>;
  /** S3: only while the location has no identity and nothing was ever there. */
  bucket?: InputMaybe<Scalars['String']['input']>;
  /** S3: folders, each followed by a slash; only while the location has no identity and nothing was ever there. Null: none. */
  prefix?: InputMaybe<Scalars['String']['input']>;
  /** S3: the region of the service; null: what the workers take. */
  region?: InputMaybe<Scalars['String']['input']>;
  /** S3: the name under which the workers of the site find the keys; null: the name of the location. */
  credentials?: InputMaybe<Scalars['String']['input']>;
  /** TAPE: only while the location has no identity and nothing was ever there. */
  volumeGroup?: InputMaybe<Scalars['String']['input']>;
};

/** Leave out what is to stay as it is. Between which places a route leads stays: make another. */
export type UpdateDataTransferRouteInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** 0 or more; lower is used first. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** By what the bytes are sent. */
  method?: InputMaybe<TransferMethod>;
  /** At least 1. */
  bundleBytes?: InputMaybe<Scalars['ByteCount']['input']>;
  /** Seconds, 0 or more. */
  bundleAgeS?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64. */
  streams?: InputMaybe<Scalars['Int']['input']>;
  /** Bytes per second, 1 or more; null: as fast as it goes. What is being sent goes on as it was begun. */
  rateBytesS?: InputMaybe<Scalars['ByteCount']['input']>;
  /** RSYNC, BBCP: `host` or `user@host`; null where the origin's files are mounted at the destination. */
  sshHost?: InputMaybe<Scalars['String']['input']>;
};

/** A new route between two sites. */
export type CreateDataTransferRouteInput = {
  /** Lower-case letters, digits and hyphens; unique. */
  name: Scalars['String']['input'];
  /** Between what it leads. */
  type?: InputMaybe<RouteType>;
  /** By what the bytes are sent. */
  method?: InputMaybe<TransferMethod>;
  /** The id of the site where it begins. */
  fromSiteId: Scalars['ID']['input'];
  /** The id of the site where it ends: another one. */
  toSiteId: Scalars['ID']['input'];
  /** RELAY. */
  viaSiteId?: InputMaybe<Scalars['ID']['input']>;
  /** CUSTOM. */
  fromLocationId?: InputMaybe<Scalars['ID']['input']>;
  /** CUSTOM. */
  toLocationId?: InputMaybe<Scalars['ID']['input']>;
  /** Lower is used first. */
  priority?: InputMaybe<Scalars['Int']['input']>;
  /** A transfer package is closed when its packages sum up to this many bytes, at least 1; null: 10 TB. */
  bundleBytes?: InputMaybe<Scalars['ByteCount']['input']>;
  /** Or when its oldest package has waited for this many seconds, 0 or more. */
  bundleAgeS?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64. */
  streams?: InputMaybe<Scalars['Int']['input']>;
  /** Bytes per second, 1 or more; null: as fast as it goes. */
  rateBytesS?: InputMaybe<Scalars['ByteCount']['input']>;
  /** RSYNC, BBCP: `host` or `user@host`; null where the origin's files are mounted at the destination. */
  sshHost?: InputMaybe<Scalars['String']['input']>;
};

/** A new version of the policy of a location. Its age and its grace together must be less than the age of a verification that counts. */
export type DefineRetentionPolicyInput = {
  /** The id of the location. */
  locationId: Scalars['ID']['input'];
  /** Seconds, 0 or more. */
  minimumAgeS?: InputMaybe<Scalars['Int']['input']>;
  /** Seconds, 0 or more. */
  graceS?: InputMaybe<Scalars['Int']['input']>;
  /** At least 1. */
  minVerifiedCopies?: InputMaybe<Scalars['Int']['input']>;
  /** At least 1. */
  minArchiveCopies?: InputMaybe<Scalars['Int']['input']>;
  /** 2 or 3. */
  minVerificationLevel?: InputMaybe<Scalars['Int']['input']>;
  /** Seconds, more than 0. */
  maxVerificationAgeS?: InputMaybe<Scalars['Int']['input']>;
  /** The share of the location's capacity from which on it is freed, more than 0, at most 1; with `lowWater`, and only where the capacity is known. */
  highWater?: InputMaybe<Scalars['Float']['input']>;
  /** The share down to which it is freed then, 0 or more, less than `highWater`. */
  lowWater?: InputMaybe<Scalars['Float']['input']>;
  /** More than 0, at most 1: the share of its capacity, or of what lies there, that may go in an hour; 1: no limit. */
  maxShareHour?: InputMaybe<Scalars['Float']['input']>;
  /** Seconds, 0 or more, in which what was deleted at a DISK location that is a SOURCE or a BUFFER can be brought back by `keepCopies`; it takes its space until then. */
  trashS?: InputMaybe<Scalars['Int']['input']>;
};

/** That more may go from a location than its policy says, for a while. */
export type AllowDeletionInput = {
  /** The id of the location. */
  locationId: Scalars['ID']['input'];
  /** The share of its capacity, or of what lies there, that may go in an hour: more than 0, at most 1, which is no limit. */
  shareHour: Scalars['Float']['input'];
  /** Until when: a moment in the future, at most 30 days from now. */
  until: Scalars['DateTime']['input'];
  /** Who allows it, and why: 1 to 1,000 characters. */
  reason: Scalars['String']['input'];
};

/** What is held, by whom, why and until when. */
export type HoldPackagesInput = {
  /** The ids of 1 to 10,000 packages. */
  packageIds: Array<Scalars['ID']['input']>;
  /** Only at this location; null: everywhere. */
  locationId?: InputMaybe<Scalars['ID']['input']>;
  /** Who holds them: 1 to 200 characters. */
  heldBy: Scalars['String']['input'];
  /** 1 to 1,000 characters. */
  reason: Scalars['String']['input'];
  /** It ends by itself then: a moment in the future; null: when somebody releases it. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Which copies are kept, by whom, why and until when. */
export type KeepCopiesInput = {
  /** The ids of 1 to 10,000 copies of packages and files: DELETION_SCHEDULED or DELETION_IN_PROGRESS. */
  copyIds: Array<Scalars['ID']['input']>;
  /** Who keeps them: 1 to 200 characters. */
  heldBy: Scalars['String']['input'];
  /** 1 to 1,000 characters. */
  reason: Scalars['String']['input'];
  /** Until then they are not asked to be deleted again: a moment in the future; null: until somebody releases the hold. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What can be done. A refusal names the field and the rule. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Enters a site. A name that is taken is refused. */
  createSite: Site;
  /** A worker of the site gives the new location its identity; until then nothing is read or written there. */
  createDiskLocation: DiskLocation;
  /** Makes the row of a bucket. A worker of the site that has its keys tries what the service can do, and gives the location its identity. */
  createS3Location: S3Location;
  /** Makes the row of a volume group. A worker of the site that was given the tape library of that name gives it its identity. */
  createTapeLocation: TapeLocation;
  /** Enters a route between two sites. A name that is taken is refused. */
  createDataTransferRoute: DataTransferRoute;
  /** Changes the title of a site. */
  updateSite: Site;
  /** Changes how a location is used. Where its bytes are can change only as long as there never were any. */
  updateLocation: DataLocation;
  /** Changes how a route is used. */
  updateDataTransferRoute: DataTransferRoute;
  /** Lets no work begin at a location; what runs goes on to its end. One that is RETIRED is refused. */
  pauseLocation: DataLocation;
  /** Lets nothing new be written at a location, so that what it holds can be moved or replicated: `left` tells how much is. One that is RETIRED is refused. */
  drainLocation: DataLocation;
  /**
   * Says that all packages at a PAUSED BUFFER or LONG_TERM_ARCHIVE are lost, as when its disks are dead: their copies there are MISSING, and each is made again from what is left
   * of it. Transfers from there that wait have FAILED. No byte is touched: a copy that a later scan finds there again is read, and counts again if it is right.
   */
  declareLost: DataLocation;
  /** Brings a location back into use that was paused or drained. One that is RETIRED is refused. */
  resumeLocation: DataLocation;
  /** Takes a location that is PAUSED or DRAINING out of the data centre for ever, and cancels what waits there. Refused while it holds what is not safe elsewhere, while work runs there, and while transfers from or to it are under way. */
  retireLocation: DataLocation;
  /** Lets no work begin at any location of a site; what runs goes on to its end. One that is RETIRED is refused. */
  pauseSite: Site;
  /** Lets nothing new be written at any location of a site, so that what they hold can be moved or replicated: `left` tells how much is. One that is RETIRED is refused. */
  drainSite: Site;
  /** Brings a site back into use that was paused or drained; its locations are used as they were. One that is RETIRED is refused. */
  resumeSite: Site;
  /** Takes a site that is PAUSED or DRAINING out of the data centre for ever, and cancels what waits there. Refused while it holds what is not safe at other sites, while work runs there, and while transfers from or to it are under way. */
  retireSite: Site;
  /** Allows or forbids to read and to write at a location; what is left out stays as it is. Where reading is off, its copies are no source, and no deletion relies on them; work that runs goes on to its end. */
  setLocationAccess: DataLocation;
  /** Switches a site on or off: no work is done at the locations of a site that is inactive. Off is PAUSED, on is IN_USE. */
  setSiteActive: Site;
  /** Switches a location on or off: off is PAUSED, on is IN_USE. On changes nothing at one that is DRAINING; one that is RETIRED is refused. */
  setLocationActive: DataLocation;
  /** Allows or forbids retention to delete at a location; where it is forbidden, what is marked is what it was before, and of what is under way nothing more goes. A LONG_TERM_ARCHIVE is refused. */
  setLocationDeletion: DataLocation;
  /** Decides for a circuit breaker until a moment: OPEN parks the work, CLOSED lets it through whatever fails. Without a state the override ends. */
  overrideBreaker: CircuitBreaker;
  /** Switches a route on or off. */
  setRouteActive: DataTransferRoute;
  /** Puts a new version of a location's policy in force. It deletes nothing until deletion is enabled there. */
  defineRetentionPolicy: RetentionPolicy;
  /** Holds packages: nothing of them is deleted by retention until the hold is released or its time is over. What is marked is what it was before. */
  holdPackages: Array<Hold>;
  /** Ends 1 to 10,000 holds; one that is over stays as it is. */
  releaseHolds: Array<Hold>;
  /**
   * Undoes the deletion of copies: what is marked is what it was before, at once; what lies in the trash of its location is brought back by a worker,
   * and a package is read again in full before anything relies on it. A hold keeps all that their locations have of their packages: the holds are
   * returned. A copy that is in no deletion is refused, and so is one whose bytes are gone.
   */
  keepCopies: Array<Hold>;
  /** Lets more be deleted in an hour at a location than its policy says, for a while; what is PAUSED there goes on. A smaller share than that of the policy changes nothing. */
  allowDeletion: Reclaim;
  /**
   * Lets a location delete again after the database was restored, without waiting for a scan to compare what it says with what is there. Where
   * nothing was restored, and at a LONG_TERM_ARCHIVE, it changes nothing that matters.
   */
  resumeDeletion: Reclaim;
  /** Sends packages over a route now, in one transfer package. A package that is there or on its way is left out. */
  requestTransfer: DataTransfer;
  /** Tries a transfer again whose sending or verifying FAILED. */
  retryTransfer: DataTransfer;
  /** Archives a package at a location of its site now; one that the location holds verified is refused. */
  requestArchive: Operation;
  /** Reads a copy again in full and compares it. */
  requestVerification: Operation;
  /** Gives work that is not over another priority, 0 to 1,000,000: lower runs first. Work that a worker has goes on. */
  setOperationPriority: Operation;
  /** Has up to 1,000 DARK things that two scans saw moved out of sight where they lie, where they are kept; nothing is deleted. What a row knows by then stays. */
  setAsideFindings: Array<ScanFinding>;
  /** Says of up to 1,000 findings that they are nothing; they stay dismissed, whatever later scans see. One that is over is refused. */
  dismissFindings: Array<ScanFinding>;
  /** Gives an operation that FAILED, was CANCELLED, or waits, all its attempts again, beginning now. */
  retryOperation: Operation;
  /**
   * Gives operations that FAILED all their attempts again, beginning now, and revives the transfers that FAILED with them: at most 1,000 in a call, the most
   * urgent first. Packaging and staging are left out: `retryPackaging` and `retryStaging` are for those.
   */
  retryOperations: OperationsRetried;
  /**
   * Cancels a piece of work of any kind. A worker that does it stops within a second, and nothing partial can be seen; what is complete stays: packages
   * of a bundle that arrived, files that were deleted. It is not asked for again by itself: `retryOperation` does that; only a scan comes again when its interval is over. A transfer has FAILED then, and
   * `retryTransfer` asks for it again too; copies that were only marked for deletion are what they were before.
   */
  cancelOperation: Operation;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateSiteArgs = {
  input: CreateSiteInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateDiskLocationArgs = {
  input: CreateDiskLocationInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateS3LocationArgs = {
  input: CreateS3LocationInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateTapeLocationArgs = {
  input: CreateTapeLocationInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateDataTransferRouteArgs = {
  input: CreateDataTransferRouteInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateSiteArgs = {
  input: UpdateSiteInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateLocationArgs = {
  input: UpdateLocationInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateDataTransferRouteArgs = {
  input: UpdateDataTransferRouteInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationPauseLocationArgs = {
  locationId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationDrainLocationArgs = {
  locationId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationDeclareLostArgs = {
  locationId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationResumeLocationArgs = {
  locationId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetireLocationArgs = {
  locationId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationPauseSiteArgs = {
  siteId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationDrainSiteArgs = {
  siteId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationResumeSiteArgs = {
  siteId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetireSiteArgs = {
  siteId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetLocationAccessArgs = {
  locationId: Scalars['ID']['input'];
  read?: InputMaybe<Scalars['Boolean']['input']>;
  write?: InputMaybe<Scalars['Boolean']['input']>;
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetSiteActiveArgs = {
  siteId: Scalars['ID']['input'];
  active: Scalars['Boolean']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetLocationActiveArgs = {
  locationId: Scalars['ID']['input'];
  active: Scalars['Boolean']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetLocationDeletionArgs = {
  locationId: Scalars['ID']['input'];
  enabled: Scalars['Boolean']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationOverrideBreakerArgs = {
  locationId?: InputMaybe<Scalars['ID']['input']>;
  kind?: InputMaybe<OperationKind>;
  routeId?: InputMaybe<Scalars['ID']['input']>;
  state?: InputMaybe<BreakerState>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetRouteActiveArgs = {
  routeId: Scalars['ID']['input'];
  active: Scalars['Boolean']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationDefineRetentionPolicyArgs = {
  input: DefineRetentionPolicyInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationHoldPackagesArgs = {
  input: HoldPackagesInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationReleaseHoldsArgs = {
  holdIds: Array<Scalars['ID']['input']>;
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationKeepCopiesArgs = {
  input: KeepCopiesInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationAllowDeletionArgs = {
  input: AllowDeletionInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationResumeDeletionArgs = {
  locationId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRequestTransferArgs = {
  routeId: Scalars['ID']['input'];
  packageIds: Array<Scalars['ID']['input']>;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetryTransferArgs = {
  transferId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRequestArchiveArgs = {
  packageId: Scalars['ID']['input'];
  locationId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRequestVerificationArgs = {
  copyId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetOperationPriorityArgs = {
  operationId: Scalars['ID']['input'];
  priority: Scalars['Int']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetAsideFindingsArgs = {
  findingIds: Array<Scalars['ID']['input']>;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationDismissFindingsArgs = {
  findingIds: Array<Scalars['ID']['input']>;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetryOperationArgs = {
  operationId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetryOperationsArgs = {
  kind?: InputMaybe<OperationKind>;
  locationId?: InputMaybe<Scalars['ID']['input']>;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCancelOperationArgs = {
  operationId: Scalars['ID']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Site: Site;
  DiskLocation: DiskLocation;
  S3Location: S3Location;
  TapeLocation: TapeLocation;
  RawDataFileCopy: RawDataFileCopy;
  RawDataPackageCopy: RawDataPackageCopy;
  DataTransferPackageCopy: DataTransferPackageCopy;
  DataTransferRoute: DataTransferRoute;
  DataTransfer: DataTransfer;
  RetentionPolicy: RetentionPolicy;
  DeletionProof: DeletionProof;
  Hold: Hold;
  Operation: Operation;
  ScanFinding: ScanFinding;
  RawDataFile: RawDataFile;
  RawDataPackage: RawDataPackage;
  DataTransferPackage: DataTransferPackage;
  StagingRequest: StagingRequest;
  ObservingProgram: ObservingProgram;
  ExecutedObsUnit: ExecutedObsUnit;
  StagedPackage: StagedPackage;
  StagedFile: StagedFile;
  Instrument: Instrument;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Site:
    ( { __typename: 'Site' }
    & GraphQLRecursivePick<FederationTypes['Site'], {"id":true}> );
  DiskLocation:
    ( { __typename: 'DiskLocation' }
    & GraphQLRecursivePick<FederationTypes['DiskLocation'], {"id":true}> );
  S3Location:
    ( { __typename: 'S3Location' }
    & GraphQLRecursivePick<FederationTypes['S3Location'], {"id":true}> );
  TapeLocation:
    ( { __typename: 'TapeLocation' }
    & GraphQLRecursivePick<FederationTypes['TapeLocation'], {"id":true}> );
  RawDataFileCopy:
    ( { __typename: 'RawDataFileCopy' }
    & GraphQLRecursivePick<FederationTypes['RawDataFileCopy'], {"id":true}> );
  RawDataPackageCopy:
    ( { __typename: 'RawDataPackageCopy' }
    & GraphQLRecursivePick<FederationTypes['RawDataPackageCopy'], {"id":true}> );
  DataTransferPackageCopy:
    ( { __typename: 'DataTransferPackageCopy' }
    & GraphQLRecursivePick<FederationTypes['DataTransferPackageCopy'], {"id":true}> );
  DataTransferRoute:
    ( { __typename: 'DataTransferRoute' }
    & GraphQLRecursivePick<FederationTypes['DataTransferRoute'], {"id":true}> );
  DataTransfer:
    ( { __typename: 'DataTransfer' }
    & GraphQLRecursivePick<FederationTypes['DataTransfer'], {"id":true}> );
  RetentionPolicy:
    ( { __typename: 'RetentionPolicy' }
    & GraphQLRecursivePick<FederationTypes['RetentionPolicy'], {"id":true}> );
  DeletionProof:
    ( { __typename: 'DeletionProof' }
    & GraphQLRecursivePick<FederationTypes['DeletionProof'], {"id":true}> );
  Hold:
    ( { __typename: 'Hold' }
    & GraphQLRecursivePick<FederationTypes['Hold'], {"id":true}> );
  Operation:
    ( { __typename: 'Operation' }
    & GraphQLRecursivePick<FederationTypes['Operation'], {"id":true}> );
  ScanFinding:
    ( { __typename: 'ScanFinding' }
    & GraphQLRecursivePick<FederationTypes['ScanFinding'], {"id":true}> );
  RawDataFile:
    ( { __typename: 'RawDataFile' }
    & GraphQLRecursivePick<FederationTypes['RawDataFile'], {"id":true}> );
  RawDataPackage:
    ( { __typename: 'RawDataPackage' }
    & GraphQLRecursivePick<FederationTypes['RawDataPackage'], {"id":true}> );
  DataTransferPackage:
    ( { __typename: 'DataTransferPackage' }
    & GraphQLRecursivePick<FederationTypes['DataTransferPackage'], {"id":true}> );
  StagingRequest:
    ( { __typename: 'StagingRequest' }
    & GraphQLRecursivePick<FederationTypes['StagingRequest'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['StagingRequest'], {"locationId":true}> ) );
  ObservingProgram:
    ( { __typename: 'ObservingProgram' }
    & GraphQLRecursivePick<FederationTypes['ObservingProgram'], {"id":true}> );
  ExecutedObsUnit:
    ( { __typename: 'ExecutedObsUnit' }
    & GraphQLRecursivePick<FederationTypes['ExecutedObsUnit'], {"id":true}> );
  StagedPackage:
    ( { __typename: 'StagedPackage' }
    & GraphQLRecursivePick<FederationTypes['StagedPackage'], {"id":true}> );
  StagedFile:
    ( { __typename: 'StagedFile' }
    & GraphQLRecursivePick<FederationTypes['StagedFile'], {"id":true}> );
  Instrument:
    ( { __typename: 'Instrument' }
    & GraphQLRecursivePick<FederationTypes['Instrument'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  OperationSubject:
    | ( DataLocationEntity )
    | ( DataLocationEntity )
    | ( DataLocationEntity )
    | ( { id: string } )
    | ( PhysicalCopyEntity )
    | ( PhysicalCopyEntity )
    | ( PhysicalCopyEntity )
    | ( DataTransferEntity )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ByteCount: ResolverTypeWrapper<Scalars['ByteCount']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Digest: ResolverTypeWrapper<Scalars['Digest']['output']>;
  Count: ResolverTypeWrapper<Scalars['Count']['output']>;
  TotalCount: ResolverTypeWrapper<TotalCountEntity>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Status: Status;
  PackageState: PackageState;
  StagingStatus: StagingStatus;
  LocationType: LocationType;
  StorageType: StorageType;
  PhysicalCopyStatus: PhysicalCopyStatus;
  RouteType: RouteType;
  TransferMethod: TransferMethod;
  PlaceState: PlaceState;
  LeftReason: LeftReason;
  BreakerState: BreakerState;
  OperationState: OperationState;
  OperationKind: OperationKind;
  FindingKind: FindingKind;
  FindingState: FindingState;
  Site: ResolverTypeWrapper<SiteEntity>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  DataLocation: ResolverTypeWrapper<DataLocationEntity>;
  DiskLocation: ResolverTypeWrapper<DataLocationEntity>;
  S3Location: ResolverTypeWrapper<DataLocationEntity>;
  TapeLocation: ResolverTypeWrapper<DataLocationEntity>;
  PhysicalCopy: ResolverTypeWrapper<PhysicalCopyEntity>;
  RawDataFileCopy: ResolverTypeWrapper<PhysicalCopyEntity>;
  RawDataPackageCopy: ResolverTypeWrapper<PhysicalCopyEntity>;
  DataTransferPackageCopy: ResolverTypeWrapper<PhysicalCopyEntity>;
  DataTransferRoute: ResolverTypeWrapper<DataTransferRouteEntity>;
  DataTransfer: ResolverTypeWrapper<DataTransferEntity>;
  RetentionPolicy: ResolverTypeWrapper<RetentionPolicyEntity>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  DeletionProof: ResolverTypeWrapper<DeletionProofEntity>;
  Hold: ResolverTypeWrapper<HoldEntity>;
  LeftToDrain: ResolverTypeWrapper<LeftToDrain>;
  LeftBehind: ResolverTypeWrapper<LeftBehind>;
  DeletionEvidence: ResolverTypeWrapper<DeletionEvidence>;
  RetentionKeeping: RetentionKeeping;
  OperationsRetried: ResolverTypeWrapper<OperationsRetried>;
  Sweep: ResolverTypeWrapper<Sweep>;
  WorkQueue: ResolverTypeWrapper<Omit<WorkQueue, 'location'> & { location: ResolversTypes['DataLocation'] }>;
  RetentionSimulation: ResolverTypeWrapper<Omit<RetentionSimulation, 'location'> & { location: ResolversTypes['DataLocation'] }>;
  SimulatedDay: ResolverTypeWrapper<SimulatedDay>;
  SimulatedStay: ResolverTypeWrapper<SimulatedStay>;
  ReclaimState: ReclaimState;
  Reclaim: ResolverTypeWrapper<ReclaimEntity>;
  CircuitBreaker: ResolverTypeWrapper<CircuitBreakerEntity>;
  OperationSubject: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['OperationSubject']>;
  Operation: ResolverTypeWrapper<OperationEntity>;
  ScanFinding: ResolverTypeWrapper<ScanFindingEntity>;
  Event: ResolverTypeWrapper<EventEntity>;
  PackageCount: ResolverTypeWrapper<PackageCount>;
  Totals: ResolverTypeWrapper<Totals>;
  Night: ResolverTypeWrapper<Night>;
  Holdings: ResolverTypeWrapper<Holdings>;
  FileCount: ResolverTypeWrapper<FileCount>;
  Flow: ResolverTypeWrapper<Flow>;
  FlowRate: ResolverTypeWrapper<FlowRate>;
  NightsInput: NightsInput;
  SiteAsOf: ResolverTypeWrapper<SiteAsOf>;
  DataLocationAsOf: ResolverTypeWrapper<DataLocationAsOf>;
  DataTransferRouteAsOf: ResolverTypeWrapper<DataTransferRouteAsOf>;
  DataTransferAsOf: ResolverTypeWrapper<DataTransferAsOf>;
  OperationAsOf: ResolverTypeWrapper<OperationAsOf>;
  StagingRequestAsOf: ResolverTypeWrapper<StagingRequestAsOf>;
  PhysicalCopyAsOf: ResolverTypeWrapper<Omit<PhysicalCopyAsOf, 'location'> & { location: ResolversTypes['DataLocation'] }>;
  RawDataPackageAsOf: ResolverTypeWrapper<Omit<RawDataPackageAsOf, 'copies'> & { copies: Array<ResolversTypes['PhysicalCopyAsOf']> }>;
  Blocker: ResolverTypeWrapper<Blocker>;
  BlockerCode: BlockerCode;
  BlockerActor: BlockerActor;
  LocateFilesInput: LocateFilesInput;
  LocatedFile: ResolverTypeWrapper<Omit<LocatedFile, 'file'> & { file?: Maybe<ResolversTypes['RawDataFile']> }>;
  FileSource: ResolverTypeWrapper<FileSource>;
  RawDataFile: ResolverTypeWrapper<{ id: string }>;
  RawDataPackage: ResolverTypeWrapper<{ id: string }>;
  DataTransferPackage: ResolverTypeWrapper<{ id: string }>;
  StagingRequest: ResolverTypeWrapper<{ id: string; locationId: string }>;
  ObservingProgram: ResolverTypeWrapper<{ id: string }>;
  ExecutedObsUnit: ResolverTypeWrapper<{ id: string }>;
  StagedPackage: ResolverTypeWrapper<{ id: string }>;
  StagedFile: ResolverTypeWrapper<{ id: string }>;
  Instrument: ResolverTypeWrapper<{ id: string }>;
  DataTransferConnection: ResolverTypeWrapper<Omit<DataTransferConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['DataTransfer']>, totalCount: ResolversTypes['TotalCount'] }>;
  OperationConnection: ResolverTypeWrapper<Omit<OperationConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Operation']>, totalCount: ResolversTypes['TotalCount'] }>;
  ScanFindingConnection: ResolverTypeWrapper<Omit<ScanFindingConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['ScanFinding']>, totalCount: ResolversTypes['TotalCount'] }>;
  EventConnection: ResolverTypeWrapper<Omit<EventConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Event']>, totalCount: ResolversTypes['TotalCount'] }>;
  PhysicalCopyConnection: ResolverTypeWrapper<Omit<PhysicalCopyConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['PhysicalCopy']>, totalCount: ResolversTypes['TotalCount'] }>;
  LocationStagingConnection: ResolverTypeWrapper<Omit<LocationStagingConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['StagingRequest']>, totalCount: ResolversTypes['TotalCount'] }>;
  DeletionProofConnection: ResolverTypeWrapper<Omit<DeletionProofConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['DeletionProof']>, totalCount: ResolversTypes['TotalCount'] }>;
  HoldConnection: ResolverTypeWrapper<Omit<HoldConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Hold']>, totalCount: ResolversTypes['TotalCount'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CreateSiteInput: CreateSiteInput;
  CreateDiskLocationInput: CreateDiskLocationInput;
  UpdateSiteInput: UpdateSiteInput;
  CreateS3LocationInput: CreateS3LocationInput;
  CreateTapeLocationInput: CreateTapeLocationInput;
  UpdateLocationInput: UpdateLocationInput;
  UpdateDataTransferRouteInput: UpdateDataTransferRouteInput;
  CreateDataTransferRouteInput: CreateDataTransferRouteInput;
  DefineRetentionPolicyInput: DefineRetentionPolicyInput;
  AllowDeletionInput: AllowDeletionInput;
  HoldPackagesInput: HoldPackagesInput;
  KeepCopiesInput: KeepCopiesInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ByteCount: Scalars['ByteCount']['output'];
  DateTime: Scalars['DateTime']['output'];
  Digest: Scalars['Digest']['output'];
  Count: Scalars['Count']['output'];
  TotalCount: TotalCountEntity;
  Boolean: Scalars['Boolean']['output'];
  PageInfo: PageInfo;
  String: Scalars['String']['output'];
  Site: SiteEntity;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  DataLocation: DataLocationEntity;
  DiskLocation: DataLocationEntity;
  S3Location: DataLocationEntity;
  TapeLocation: DataLocationEntity;
  PhysicalCopy: PhysicalCopyEntity;
  RawDataFileCopy: PhysicalCopyEntity;
  RawDataPackageCopy: PhysicalCopyEntity;
  DataTransferPackageCopy: PhysicalCopyEntity;
  DataTransferRoute: DataTransferRouteEntity;
  DataTransfer: DataTransferEntity;
  RetentionPolicy: RetentionPolicyEntity;
  Float: Scalars['Float']['output'];
  DeletionProof: DeletionProofEntity;
  Hold: HoldEntity;
  LeftToDrain: LeftToDrain;
  LeftBehind: LeftBehind;
  DeletionEvidence: DeletionEvidence;
  OperationsRetried: OperationsRetried;
  Sweep: Sweep;
  WorkQueue: Omit<WorkQueue, 'location'> & { location: ResolversParentTypes['DataLocation'] };
  RetentionSimulation: Omit<RetentionSimulation, 'location'> & { location: ResolversParentTypes['DataLocation'] };
  SimulatedDay: SimulatedDay;
  SimulatedStay: SimulatedStay;
  Reclaim: ReclaimEntity;
  CircuitBreaker: CircuitBreakerEntity;
  OperationSubject: ResolversUnionTypes<ResolversParentTypes>['OperationSubject'];
  Operation: OperationEntity;
  ScanFinding: ScanFindingEntity;
  Event: EventEntity;
  PackageCount: PackageCount;
  Totals: Totals;
  Night: Night;
  Holdings: Holdings;
  FileCount: FileCount;
  Flow: Flow;
  FlowRate: FlowRate;
  NightsInput: NightsInput;
  SiteAsOf: SiteAsOf;
  DataLocationAsOf: DataLocationAsOf;
  DataTransferRouteAsOf: DataTransferRouteAsOf;
  DataTransferAsOf: DataTransferAsOf;
  OperationAsOf: OperationAsOf;
  StagingRequestAsOf: StagingRequestAsOf;
  PhysicalCopyAsOf: Omit<PhysicalCopyAsOf, 'location'> & { location: ResolversParentTypes['DataLocation'] };
  RawDataPackageAsOf: Omit<RawDataPackageAsOf, 'copies'> & { copies: Array<ResolversParentTypes['PhysicalCopyAsOf']> };
  Blocker: Blocker;
  LocateFilesInput: LocateFilesInput;
  LocatedFile: Omit<LocatedFile, 'file'> & { file?: Maybe<ResolversParentTypes['RawDataFile']> };
  FileSource: FileSource;
  RawDataFile: { id: string };
  RawDataPackage: { id: string };
  DataTransferPackage: { id: string };
  StagingRequest: { id: string; locationId: string };
  ObservingProgram: { id: string };
  ExecutedObsUnit: { id: string };
  StagedPackage: { id: string };
  StagedFile: { id: string };
  Instrument: { id: string };
  DataTransferConnection: Omit<DataTransferConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['DataTransfer']>, totalCount: ResolversParentTypes['TotalCount'] };
  OperationConnection: Omit<OperationConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Operation']>, totalCount: ResolversParentTypes['TotalCount'] };
  ScanFindingConnection: Omit<ScanFindingConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['ScanFinding']>, totalCount: ResolversParentTypes['TotalCount'] };
  EventConnection: Omit<EventConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Event']>, totalCount: ResolversParentTypes['TotalCount'] };
  PhysicalCopyConnection: Omit<PhysicalCopyConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['PhysicalCopy']>, totalCount: ResolversParentTypes['TotalCount'] };
  LocationStagingConnection: Omit<LocationStagingConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['StagingRequest']>, totalCount: ResolversParentTypes['TotalCount'] };
  DeletionProofConnection: Omit<DeletionProofConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['DeletionProof']>, totalCount: ResolversParentTypes['TotalCount'] };
  HoldConnection: Omit<HoldConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Hold']>, totalCount: ResolversParentTypes['TotalCount'] };
  Query: Record<PropertyKey, never>;
  CreateSiteInput: CreateSiteInput;
  CreateDiskLocationInput: CreateDiskLocationInput;
  UpdateSiteInput: UpdateSiteInput;
  CreateS3LocationInput: CreateS3LocationInput;
  CreateTapeLocationInput: CreateTapeLocationInput;
  UpdateLocationInput: UpdateLocationInput;
  UpdateDataTransferRouteInput: UpdateDataTransferRouteInput;
  CreateDataTransferRouteInput: CreateDataTransferRouteInput;
  DefineRetentionPolicyInput: DefineRetentionPolicyInput;
  AllowDeletionInput: AllowDeletionInput;
  HoldPackagesInput: HoldPackagesInput;
  KeepCopiesInput: KeepCopiesInput;
  Mutation: Record<PropertyKey, never>;
};

export interface ByteCountScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ByteCount'], any> {
  name: 'ByteCount';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DigestScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Digest'], any> {
  name: 'Digest';
}

export interface CountScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Count'], any> {
  name: 'Count';
}

export type TotalCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TotalCount'] = ResolversParentTypes['TotalCount']> = {
  value?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  exact?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SiteResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Site'] = ResolversParentTypes['Site'], FederationReferenceType extends FederationReferenceTypes['Site'] = FederationReferenceTypes['Site']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Site']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PlaceState'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['LeftToDrain'], ParentType, ContextType>;
  dataUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  locations?: Resolver<Array<ResolversTypes['DataLocation']>, ParentType, ContextType>;
  routes?: Resolver<Array<ResolversTypes['DataTransferRoute']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<SiteHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['SiteAsOf']>, ParentType, ContextType, RequireFields<SiteAsOfArgs, 'at'>>;
  holdings?: Resolver<ResolversTypes['Holdings'], ParentType, ContextType>;
  looseFiles?: Resolver<ResolversTypes['FileCount'], ParentType, ContextType>;
  flow?: Resolver<ResolversTypes['Flow'], ParentType, ContextType, RequireFields<SiteFlowArgs, 'hours'>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  routesIn?: Resolver<Array<ResolversTypes['DataTransferRoute']>, ParentType, ContextType>;
};

export type DataLocationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataLocation'] = ResolversParentTypes['DataLocation']> = {
  __resolveType: TypeResolveFn<'DiskLocation' | 'S3Location' | 'TapeLocation', ParentType, ContextType>;
};

export type DiskLocationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DiskLocation'] = ResolversParentTypes['DiskLocation'], FederationReferenceType extends FederationReferenceTypes['DiskLocation'] = FederationReferenceTypes['DiskLocation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DiskLocation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['LocationType'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PlaceState'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  readEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  writeEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['LeftToDrain'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failureDomain?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deletionEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  capacityBytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  settleS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  scrubIntervalS?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  darkAfterS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stopReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  oldestVerification?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  identifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scannedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  site?: Resolver<ResolversTypes['Site'], ParentType, ContextType>;
  instrument?: Resolver<Maybe<ResolversTypes['Instrument']>, ParentType, ContextType>;
  retentionPolicy?: Resolver<Maybe<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  breaker?: Resolver<ResolversTypes['CircuitBreaker'], ParentType, ContextType>;
  kindBreakers?: Resolver<Array<ResolversTypes['CircuitBreaker']>, ParentType, ContextType>;
  reclaim?: Resolver<Maybe<ResolversTypes['Reclaim']>, ParentType, ContextType>;
  findings?: Resolver<ResolversTypes['ScanFindingConnection'], ParentType, ContextType, RequireFields<DiskLocationFindingsArgs, 'first'>>;
  root?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<DiskLocationHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['DataLocationAsOf']>, ParentType, ContextType, RequireFields<DiskLocationAsOfArgs, 'at'>>;
  holdings?: Resolver<ResolversTypes['Holdings'], ParentType, ContextType>;
  looseFiles?: Resolver<ResolversTypes['FileCount'], ParentType, ContextType>;
  flow?: Resolver<ResolversTypes['Flow'], ParentType, ContextType, RequireFields<DiskLocationFlowArgs, 'hours'>>;
  storage?: Resolver<ResolversTypes['StorageType'], ParentType, ContextType>;
  scanIntervalS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['PhysicalCopyConnection'], ParentType, ContextType, RequireFields<DiskLocationCopiesArgs, 'status' | 'first'>>;
  operations?: Resolver<ResolversTypes['OperationConnection'], ParentType, ContextType, RequireFields<DiskLocationOperationsArgs, 'first'>>;
  transfersIn?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<DiskLocationTransfersInArgs, 'first'>>;
  transfersOut?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<DiskLocationTransfersOutArgs, 'first'>>;
  stagingRequests?: Resolver<Maybe<ResolversTypes['LocationStagingConnection']>, ParentType, ContextType, RequireFields<DiskLocationStagingRequestsArgs, 'first'>>;
  retentionPolicies?: Resolver<Array<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type S3LocationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['S3Location'] = ResolversParentTypes['S3Location'], FederationReferenceType extends FederationReferenceTypes['S3Location'] = FederationReferenceTypes['S3Location']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['S3Location']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['LocationType'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PlaceState'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  readEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  writeEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['LeftToDrain'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failureDomain?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deletionEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  capacityBytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  settleS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  scrubIntervalS?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  darkAfterS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stopReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  oldestVerification?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  identifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scannedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  site?: Resolver<ResolversTypes['Site'], ParentType, ContextType>;
  instrument?: Resolver<Maybe<ResolversTypes['Instrument']>, ParentType, ContextType>;
  retentionPolicy?: Resolver<Maybe<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  breaker?: Resolver<ResolversTypes['CircuitBreaker'], ParentType, ContextType>;
  kindBreakers?: Resolver<Array<ResolversTypes['CircuitBreaker']>, ParentType, ContextType>;
  reclaim?: Resolver<Maybe<ResolversTypes['Reclaim']>, ParentType, ContextType>;
  findings?: Resolver<ResolversTypes['ScanFindingConnection'], ParentType, ContextType, RequireFields<S3LocationFindingsArgs, 'first'>>;
  endpoint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bucket?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  prefix?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  credentials?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<S3LocationHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['DataLocationAsOf']>, ParentType, ContextType, RequireFields<S3LocationAsOfArgs, 'at'>>;
  holdings?: Resolver<ResolversTypes['Holdings'], ParentType, ContextType>;
  looseFiles?: Resolver<ResolversTypes['FileCount'], ParentType, ContextType>;
  flow?: Resolver<ResolversTypes['Flow'], ParentType, ContextType, RequireFields<S3LocationFlowArgs, 'hours'>>;
  storage?: Resolver<ResolversTypes['StorageType'], ParentType, ContextType>;
  scanIntervalS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['PhysicalCopyConnection'], ParentType, ContextType, RequireFields<S3LocationCopiesArgs, 'status' | 'first'>>;
  operations?: Resolver<ResolversTypes['OperationConnection'], ParentType, ContextType, RequireFields<S3LocationOperationsArgs, 'first'>>;
  transfersIn?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<S3LocationTransfersInArgs, 'first'>>;
  transfersOut?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<S3LocationTransfersOutArgs, 'first'>>;
  stagingRequests?: Resolver<Maybe<ResolversTypes['LocationStagingConnection']>, ParentType, ContextType, RequireFields<S3LocationStagingRequestsArgs, 'first'>>;
  retentionPolicies?: Resolver<Array<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TapeLocationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TapeLocation'] = ResolversParentTypes['TapeLocation'], FederationReferenceType extends FederationReferenceTypes['TapeLocation'] = FederationReferenceTypes['TapeLocation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['TapeLocation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['LocationType'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PlaceState'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  readEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  writeEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['LeftToDrain'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failureDomain?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  deletionEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  capacityBytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  settleS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  scrubIntervalS?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  darkAfterS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stopReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  oldestVerification?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  identifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scannedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  site?: Resolver<ResolversTypes['Site'], ParentType, ContextType>;
  instrument?: Resolver<Maybe<ResolversTypes['Instrument']>, ParentType, ContextType>;
  retentionPolicy?: Resolver<Maybe<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  breaker?: Resolver<ResolversTypes['CircuitBreaker'], ParentType, ContextType>;
  kindBreakers?: Resolver<Array<ResolversTypes['CircuitBreaker']>, ParentType, ContextType>;
  reclaim?: Resolver<Maybe<ResolversTypes['Reclaim']>, ParentType, ContextType>;
  findings?: Resolver<ResolversTypes['ScanFindingConnection'], ParentType, ContextType, RequireFields<TapeLocationFindingsArgs, 'first'>>;
  volumeGroup?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<TapeLocationHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['DataLocationAsOf']>, ParentType, ContextType, RequireFields<TapeLocationAsOfArgs, 'at'>>;
  holdings?: Resolver<ResolversTypes['Holdings'], ParentType, ContextType>;
  looseFiles?: Resolver<ResolversTypes['FileCount'], ParentType, ContextType>;
  flow?: Resolver<ResolversTypes['Flow'], ParentType, ContextType, RequireFields<TapeLocationFlowArgs, 'hours'>>;
  storage?: Resolver<ResolversTypes['StorageType'], ParentType, ContextType>;
  scanIntervalS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['PhysicalCopyConnection'], ParentType, ContextType, RequireFields<TapeLocationCopiesArgs, 'status' | 'first'>>;
  operations?: Resolver<ResolversTypes['OperationConnection'], ParentType, ContextType, RequireFields<TapeLocationOperationsArgs, 'first'>>;
  transfersIn?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<TapeLocationTransfersInArgs, 'first'>>;
  transfersOut?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<TapeLocationTransfersOutArgs, 'first'>>;
  stagingRequests?: Resolver<Maybe<ResolversTypes['LocationStagingConnection']>, ParentType, ContextType, RequireFields<TapeLocationStagingRequestsArgs, 'first'>>;
  retentionPolicies?: Resolver<Array<ResolversTypes['RetentionPolicy']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PhysicalCopyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PhysicalCopy'] = ResolversParentTypes['PhysicalCopy']> = {
  __resolveType: TypeResolveFn<'RawDataFileCopy' | 'RawDataPackageCopy' | 'DataTransferPackageCopy', ParentType, ContextType>;
};

export type RawDataFileCopyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataFileCopy'] = ResolversParentTypes['RawDataFileCopy'], FederationReferenceType extends FederationReferenceTypes['RawDataFileCopy'] = FederationReferenceTypes['RawDataFileCopy']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataFileCopy']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PhysicalCopyStatus'], ParentType, ContextType>;
  statusReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  verificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  verifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  trashedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  deletionProof?: Resolver<Maybe<ResolversTypes['DeletionProof']>, ParentType, ContextType>;
  start?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['RawDataFile']>, ParentType, ContextType>;
  whyBlocked?: Resolver<Array<ResolversTypes['Blocker']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<RawDataFileCopyHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['PhysicalCopyAsOf']>, ParentType, ContextType, RequireFields<RawDataFileCopyAsOfArgs, 'at'>>;
  operations?: Resolver<Array<ResolversTypes['Operation']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RawDataPackageCopyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataPackageCopy'] = ResolversParentTypes['RawDataPackageCopy'], FederationReferenceType extends FederationReferenceTypes['RawDataPackageCopy'] = FederationReferenceTypes['RawDataPackageCopy']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataPackageCopy']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PhysicalCopyStatus'], ParentType, ContextType>;
  statusReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  verificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  verifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  trashedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  deletionProof?: Resolver<Maybe<ResolversTypes['DeletionProof']>, ParentType, ContextType>;
  package?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
  whyBlocked?: Resolver<Array<ResolversTypes['Blocker']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<RawDataPackageCopyHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['PhysicalCopyAsOf']>, ParentType, ContextType, RequireFields<RawDataPackageCopyAsOfArgs, 'at'>>;
  operations?: Resolver<Array<ResolversTypes['Operation']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DataTransferPackageCopyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferPackageCopy'] = ResolversParentTypes['DataTransferPackageCopy'], FederationReferenceType extends FederationReferenceTypes['DataTransferPackageCopy'] = FederationReferenceTypes['DataTransferPackageCopy']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DataTransferPackageCopy']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PhysicalCopyStatus'], ParentType, ContextType>;
  statusReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  verificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  verifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  trashedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  deletionProof?: Resolver<Maybe<ResolversTypes['DeletionProof']>, ParentType, ContextType>;
  transferPackage?: Resolver<Maybe<ResolversTypes['DataTransferPackage']>, ParentType, ContextType>;
  whyBlocked?: Resolver<Array<ResolversTypes['Blocker']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<DataTransferPackageCopyHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['PhysicalCopyAsOf']>, ParentType, ContextType, RequireFields<DataTransferPackageCopyAsOfArgs, 'at'>>;
  operations?: Resolver<Array<ResolversTypes['Operation']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DataTransferRouteResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferRoute'] = ResolversParentTypes['DataTransferRoute'], FederationReferenceType extends FederationReferenceTypes['DataTransferRoute'] = FederationReferenceTypes['DataTransferRoute']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DataTransferRoute']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['RouteType'], ParentType, ContextType>;
  method?: Resolver<ResolversTypes['TransferMethod'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  breaker?: Resolver<ResolversTypes['CircuitBreaker'], ParentType, ContextType>;
  bundleBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  bundleAgeS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  streams?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rateBytesS?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  sshHost?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fromSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType>;
  toSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType>;
  viaSite?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType>;
  fromLocation?: Resolver<Maybe<ResolversTypes['DataLocation']>, ParentType, ContextType>;
  toLocation?: Resolver<Maybe<ResolversTypes['DataLocation']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<DataTransferRouteHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['DataTransferRouteAsOf']>, ParentType, ContextType, RequireFields<DataTransferRouteAsOfArgs, 'at'>>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  transfers?: Resolver<ResolversTypes['DataTransferConnection'], ParentType, ContextType, RequireFields<DataTransferRouteTransfersArgs, 'first'>>;
};

export type DataTransferResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransfer'] = ResolversParentTypes['DataTransfer'], FederationReferenceType extends FederationReferenceTypes['DataTransfer'] = FederationReferenceTypes['DataTransfer']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DataTransfer']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
  unpackStatus?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
  leg?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rounds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  unpackedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  route?: Resolver<ResolversTypes['DataTransferRoute'], ParentType, ContextType>;
  fromLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  toLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  transferPackage?: Resolver<Maybe<ResolversTypes['DataTransferPackage']>, ParentType, ContextType>;
  whyBlocked?: Resolver<Array<ResolversTypes['Blocker']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<DataTransferHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['DataTransferAsOf']>, ParentType, ContextType, RequireFields<DataTransferAsOfArgs, 'at'>>;
  operations?: Resolver<Array<ResolversTypes['Operation']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RetentionPolicyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionPolicy'] = ResolversParentTypes['RetentionPolicy'], FederationReferenceType extends FederationReferenceTypes['RetentionPolicy'] = FederationReferenceTypes['RetentionPolicy']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RetentionPolicy']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  minimumAgeS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  graceS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  minVerifiedCopies?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  minArchiveCopies?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  minVerificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxVerificationAgeS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  highWater?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  lowWater?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  maxShareHour?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  trashS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
};

export type DeletionProofResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeletionProof'] = ResolversParentTypes['DeletionProof'], FederationReferenceType extends FederationReferenceTypes['DeletionProof'] = FederationReferenceTypes['DeletionProof']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DeletionProof']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  policy?: Resolver<ResolversTypes['RetentionPolicy'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  evidence?: Resolver<Array<ResolversTypes['DeletionEvidence']>, ParentType, ContextType>;
  package?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['Operation'], ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['PhysicalCopyConnection'], ParentType, ContextType, RequireFields<DeletionProofCopiesArgs, 'first'>>;
};

export type HoldResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Hold'] = ResolversParentTypes['Hold'], FederationReferenceType extends FederationReferenceTypes['Hold'] = FederationReferenceTypes['Hold']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Hold']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  heldBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  until?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  releasedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  releaseReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  package?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['DataLocation']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<HoldHistoryArgs, 'first'>>;
};

export type LeftToDrainResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LeftToDrain'] = ResolversParentTypes['LeftToDrain']> = {
  copies?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  reasons?: Resolver<Array<ResolversTypes['LeftBehind']>, ParentType, ContextType>;
};

export type LeftBehindResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LeftBehind'] = ResolversParentTypes['LeftBehind']> = {
  reason?: Resolver<ResolversTypes['LeftReason'], ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
};

export type DeletionEvidenceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeletionEvidence'] = ResolversParentTypes['DeletionEvidence']> = {
  copyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['LocationType'], ParentType, ContextType>;
  failureDomain?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  verificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  verifiedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type OperationsRetriedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OperationsRetried'] = ResolversParentTypes['OperationsRetried']> = {
  retried?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  left?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SweepResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Sweep'] = ResolversParentTypes['Sweep']> = {
  completedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  ageS?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  seconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  behind?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type WorkQueueResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WorkQueue'] = ResolversParentTypes['WorkQueue']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['OperationKind'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  due?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  dueSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastConsumedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastConsumedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RetentionSimulationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetentionSimulation'] = ResolversParentTypes['RetentionSimulation']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  capacityBytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  usedBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  inflowBytesPerDay?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  packages?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  packagesAtRisk?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  fullAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  days?: Resolver<Array<ResolversTypes['SimulatedDay']>, ParentType, ContextType>;
  staying?: Resolver<Array<ResolversTypes['SimulatedStay']>, ParentType, ContextType>;
};

export type SimulatedDayResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SimulatedDay'] = ResolversParentTypes['SimulatedDay']> = {
  from?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  packages?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  freedBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  usedBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
};

export type SimulatedStayResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SimulatedStay'] = ResolversParentTypes['SimulatedStay']> = {
  why?: Resolver<ResolversTypes['RetentionKeeping'], ParentType, ContextType>;
  packages?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
};

export type ReclaimResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Reclaim'] = ResolversParentTypes['Reclaim']> = {
  state?: Resolver<ResolversTypes['ReclaimState'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  usedBytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  measuredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  pausedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  allowedShareHour?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  allowedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  allowedReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CircuitBreakerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CircuitBreaker'] = ResolversParentTypes['CircuitBreaker']> = {
  state?: Resolver<ResolversTypes['BreakerState'], ParentType, ContextType>;
  failures?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  openedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  probeAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<CircuitBreakerHistoryArgs, 'first'>>;
  location?: Resolver<Maybe<ResolversTypes['DataLocation']>, ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['OperationKind']>, ParentType, ContextType>;
  route?: Resolver<Maybe<ResolversTypes['DataTransferRoute']>, ParentType, ContextType>;
  overrideUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  override?: Resolver<Maybe<ResolversTypes['BreakerState']>, ParentType, ContextType>;
  overrideReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OperationSubjectResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OperationSubject'] = ResolversParentTypes['OperationSubject']> = {
  __resolveType: TypeResolveFn<'DiskLocation' | 'S3Location' | 'TapeLocation' | 'RawDataPackage' | 'RawDataFileCopy' | 'RawDataPackageCopy' | 'DataTransferPackageCopy' | 'DataTransfer', ParentType, ContextType>;
};

export type OperationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Operation'] = ResolversParentTypes['Operation'], FederationReferenceType extends FederationReferenceTypes['Operation'] = FederationReferenceTypes['Operation']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Operation']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['OperationKind'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['OperationState'], ParentType, ContextType>;
  queue?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subjectType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxAttempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextRunAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  leaseOwner?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  leaseUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bytesDone?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  bytesTotal?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  rateBytesS?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  endsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  package?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
  whyBlocked?: Resolver<Array<ResolversTypes['Blocker']>, ParentType, ContextType>;
  history?: Resolver<ResolversTypes['EventConnection'], ParentType, ContextType, RequireFields<OperationHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['OperationAsOf']>, ParentType, ContextType, RequireFields<OperationAsOfArgs, 'at'>>;
  subject?: Resolver<Maybe<ResolversTypes['OperationSubject']>, ParentType, ContextType>;
  dispatchedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ScanFindingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScanFinding'] = ResolversParentTypes['ScanFinding'], FederationReferenceType extends FederationReferenceTypes['ScanFinding'] = FederationReferenceTypes['ScanFinding']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ScanFinding']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['FindingKind'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sightings?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
  resolvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  dismissedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  setAsideAskedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type EventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Event'] = ResolversParentTypes['Event']> = {
  seq?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  subjectType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fromState?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  toState?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type PackageCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PackageCount'] = ResolversParentTypes['PackageCount']> = {
  state?: Resolver<ResolversTypes['PackageState'], ParentType, ContextType>;
  packages?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  files?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
};

export type TotalsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Totals'] = ResolversParentTypes['Totals']> = {
  executions?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  files?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  unpackagedFiles?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  unpackagedBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  packages?: Resolver<Array<ResolversTypes['PackageCount']>, ParentType, ContextType>;
  oldestUnarchivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type NightResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Night'] = ResolversParentTypes['Night']> = {
  night?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  totals?: Resolver<ResolversTypes['Totals'], ParentType, ContextType>;
};

export type HoldingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Holdings'] = ResolversParentTypes['Holdings']> = {
  packages?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  packagedFiles?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  packageCopies?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  packageBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  byState?: Resolver<Array<ResolversTypes['PackageCount']>, ParentType, ContextType>;
  oldestUnarchivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type FileCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileCount'] = ResolversParentTypes['FileCount']> = {
  files?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
};

export type FlowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Flow'] = ResolversParentTypes['Flow']> = {
  hours?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  filed?: Resolver<ResolversTypes['FlowRate'], ParentType, ContextType>;
  packaged?: Resolver<ResolversTypes['FlowRate'], ParentType, ContextType>;
  transferred?: Resolver<ResolversTypes['FlowRate'], ParentType, ContextType>;
  archived?: Resolver<ResolversTypes['FlowRate'], ParentType, ContextType>;
  staged?: Resolver<ResolversTypes['FlowRate'], ParentType, ContextType>;
};

export type FlowRateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FlowRate'] = ResolversParentTypes['FlowRate']> = {
  files?: Resolver<ResolversTypes['Count'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  bytesPerHour?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SiteAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SiteAsOf'] = ResolversParentTypes['SiteAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PlaceState'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DataLocationAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataLocationAsOf'] = ResolversParentTypes['DataLocationAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PlaceState'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  deletionEnabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  breaker?: Resolver<ResolversTypes['BreakerState'], ParentType, ContextType>;
  policyVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type DataTransferRouteAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferRouteAsOf'] = ResolversParentTypes['DataTransferRouteAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DataTransferAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferAsOf'] = ResolversParentTypes['DataTransferAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
  unpackStatus?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
};

export type OperationAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OperationAsOf'] = ResolversParentTypes['OperationAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['OperationState'], ParentType, ContextType>;
};

export type StagingRequestAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagingRequestAsOf'] = ResolversParentTypes['StagingRequestAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StagingStatus'], ParentType, ContextType>;
};

export type PhysicalCopyAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PhysicalCopyAsOf'] = ResolversParentTypes['PhysicalCopyAsOf']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PhysicalCopyStatus'], ParentType, ContextType>;
  verificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType>;
};

export type RawDataPackageAsOfResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataPackageAsOf'] = ResolversParentTypes['RawDataPackageAsOf']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PackageState'], ParentType, ContextType>;
  copies?: Resolver<Array<ResolversTypes['PhysicalCopyAsOf']>, ParentType, ContextType>;
};

export type BlockerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Blocker'] = ResolversParentTypes['Blocker']> = {
  code?: Resolver<ResolversTypes['BlockerCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  nextAction?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  who?: Resolver<ResolversTypes['BlockerActor'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subjectType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type LocatedFileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LocatedFile'] = ResolversParentTypes['LocatedFile']> = {
  found?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  bytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  packageId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['RawDataFile']>, ParentType, ContextType>;
  sources?: Resolver<Array<ResolversTypes['FileSource']>, ParentType, ContextType>;
};

export type FileSourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileSource'] = ResolversParentTypes['FileSource']> = {
  location?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  site?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['LocationType'], ParentType, ContextType>;
  storage?: Resolver<ResolversTypes['StorageType'], ParentType, ContextType>;
  usable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  offset?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  copyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PhysicalCopyStatus'], ParentType, ContextType>;
  verificationLevel?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  downloadUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RawDataFileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataFile'] = ResolversParentTypes['RawDataFile'], FederationReferenceType extends FederationReferenceTypes['RawDataFile'] = FederationReferenceTypes['RawDataFile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataFile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  copies?: Resolver<Maybe<Array<ResolversTypes['RawDataFileCopy']>>, ParentType, ContextType>;
};

export type RawDataPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataPackage'] = ResolversParentTypes['RawDataPackage'], FederationReferenceType extends FederationReferenceTypes['RawDataPackage'] = FederationReferenceTypes['RawDataPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  copies?: Resolver<Maybe<Array<ResolversTypes['RawDataPackageCopy']>>, ParentType, ContextType>;
  whyBlocked?: Resolver<Maybe<Array<ResolversTypes['Blocker']>>, ParentType, ContextType>;
  operations?: Resolver<Maybe<Array<ResolversTypes['Operation']>>, ParentType, ContextType>;
  history?: Resolver<Maybe<ResolversTypes['EventConnection']>, ParentType, ContextType, RequireFields<RawDataPackageHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['RawDataPackageAsOf']>, ParentType, ContextType, RequireFields<RawDataPackageAsOfArgs, 'at'>>;
  holds?: Resolver<Maybe<ResolversTypes['HoldConnection']>, ParentType, ContextType, RequireFields<RawDataPackageHoldsArgs, 'first'>>;
  deletionProofs?: Resolver<Maybe<ResolversTypes['DeletionProofConnection']>, ParentType, ContextType, RequireFields<RawDataPackageDeletionProofsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type DataTransferPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferPackage'] = ResolversParentTypes['DataTransferPackage'], FederationReferenceType extends FederationReferenceTypes['DataTransferPackage'] = FederationReferenceTypes['DataTransferPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DataTransferPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  transfers?: Resolver<Maybe<Array<ResolversTypes['DataTransfer']>>, ParentType, ContextType>;
  copies?: Resolver<Maybe<Array<ResolversTypes['DataTransferPackageCopy']>>, ParentType, ContextType>;
};

export type StagingRequestResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagingRequest'] = ResolversParentTypes['StagingRequest'], FederationReferenceType extends FederationReferenceTypes['StagingRequest'] = FederationReferenceTypes['StagingRequest']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StagingRequest']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['DataLocation']>, ParentType, ContextType>;
  whyBlocked?: Resolver<Maybe<Array<ResolversTypes['Blocker']>>, ParentType, ContextType>;
  history?: Resolver<Maybe<ResolversTypes['EventConnection']>, ParentType, ContextType, RequireFields<StagingRequestHistoryArgs, 'first'>>;
  asOf?: Resolver<Maybe<ResolversTypes['StagingRequestAsOf']>, ParentType, ContextType, RequireFields<StagingRequestAsOfArgs, 'at'>>;
};

export type ObservingProgramResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObservingProgram'] = ResolversParentTypes['ObservingProgram'], FederationReferenceType extends FederationReferenceTypes['ObservingProgram'] = FederationReferenceTypes['ObservingProgram']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ObservingProgram']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  totals?: Resolver<Maybe<ResolversTypes['Totals']>, ParentType, ContextType>;
  flow?: Resolver<Maybe<ResolversTypes['Flow']>, ParentType, ContextType, RequireFields<ObservingProgramFlowArgs, 'hours'>>;
};

export type ExecutedObsUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutedObsUnit'] = ResolversParentTypes['ExecutedObsUnit'], FederationReferenceType extends FederationReferenceTypes['ExecutedObsUnit'] = FederationReferenceTypes['ExecutedObsUnit']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ExecutedObsUnit']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  history?: Resolver<Maybe<ResolversTypes['EventConnection']>, ParentType, ContextType, RequireFields<ExecutedObsUnitHistoryArgs, 'first'>>;
};

export type StagedPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagedPackage'] = ResolversParentTypes['StagedPackage'], FederationReferenceType extends FederationReferenceTypes['StagedPackage'] = FederationReferenceTypes['StagedPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StagedPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  copy?: Resolver<Maybe<ResolversTypes['RawDataPackageCopy']>, ParentType, ContextType>;
  history?: Resolver<Maybe<ResolversTypes['EventConnection']>, ParentType, ContextType, RequireFields<StagedPackageHistoryArgs, 'first'>>;
};

export type StagedFileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagedFile'] = ResolversParentTypes['StagedFile'], FederationReferenceType extends FederationReferenceTypes['StagedFile'] = FederationReferenceTypes['StagedFile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StagedFile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  copy?: Resolver<Maybe<ResolversTypes['RawDataFileCopy']>, ParentType, ContextType>;
};

export type InstrumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Instrument'] = ResolversParentTypes['Instrument'], FederationReferenceType extends FederationReferenceTypes['Instrument'] = FederationReferenceTypes['Instrument']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Instrument']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  locations?: Resolver<Maybe<Array<ResolversTypes['DataLocation']>>, ParentType, ContextType>;
  totals?: Resolver<Maybe<ResolversTypes['Totals']>, ParentType, ContextType>;
  flow?: Resolver<Maybe<ResolversTypes['Flow']>, ParentType, ContextType, RequireFields<InstrumentFlowArgs, 'hours'>>;
};

export type DataTransferConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferConnection'] = ResolversParentTypes['DataTransferConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['DataTransfer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type OperationConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OperationConnection'] = ResolversParentTypes['OperationConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Operation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type ScanFindingConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScanFindingConnection'] = ResolversParentTypes['ScanFindingConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['ScanFinding']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type EventConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EventConnection'] = ResolversParentTypes['EventConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Event']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type PhysicalCopyConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PhysicalCopyConnection'] = ResolversParentTypes['PhysicalCopyConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['PhysicalCopy']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type LocationStagingConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LocationStagingConnection'] = ResolversParentTypes['LocationStagingConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['StagingRequest']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type DeletionProofConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeletionProofConnection'] = ResolversParentTypes['DeletionProofConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['DeletionProof']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type HoldConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HoldConnection'] = ResolversParentTypes['HoldConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Hold']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  oldestVerification?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastSweep?: Resolver<Maybe<ResolversTypes['Sweep']>, ParentType, ContextType>;
  queues?: Resolver<Maybe<Array<ResolversTypes['WorkQueue']>>, ParentType, ContextType, Partial<QueryQueuesArgs>>;
  sites?: Resolver<Maybe<Array<ResolversTypes['Site']>>, ParentType, ContextType>;
  site?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType, Partial<QuerySiteArgs>>;
  dataLocations?: Resolver<Maybe<Array<ResolversTypes['DataLocation']>>, ParentType, ContextType, Partial<QueryDataLocationsArgs>>;
  dataLocation?: Resolver<Maybe<ResolversTypes['DataLocation']>, ParentType, ContextType, Partial<QueryDataLocationArgs>>;
  dataTransferRoutes?: Resolver<Maybe<Array<ResolversTypes['DataTransferRoute']>>, ParentType, ContextType, Partial<QueryDataTransferRoutesArgs>>;
  dataTransferRoute?: Resolver<Maybe<ResolversTypes['DataTransferRoute']>, ParentType, ContextType, Partial<QueryDataTransferRouteArgs>>;
  dataTransfer?: Resolver<Maybe<ResolversTypes['DataTransfer']>, ParentType, ContextType, RequireFields<QueryDataTransferArgs, 'id'>>;
  dataTransfers?: Resolver<Maybe<ResolversTypes['DataTransferConnection']>, ParentType, ContextType, RequireFields<QueryDataTransfersArgs, 'first'>>;
  operation?: Resolver<Maybe<ResolversTypes['Operation']>, ParentType, ContextType, RequireFields<QueryOperationArgs, 'id'>>;
  operations?: Resolver<Maybe<ResolversTypes['OperationConnection']>, ParentType, ContextType, RequireFields<QueryOperationsArgs, 'first'>>;
  nights?: Resolver<Maybe<Array<ResolversTypes['Night']>>, ParentType, ContextType, RequireFields<QueryNightsArgs, 'input'>>;
  locateFiles?: Resolver<Maybe<Array<ResolversTypes['LocatedFile']>>, ParentType, ContextType, RequireFields<QueryLocateFilesArgs, 'input'>>;
  physicalCopy?: Resolver<Maybe<ResolversTypes['PhysicalCopy']>, ParentType, ContextType, RequireFields<QueryPhysicalCopyArgs, 'id'>>;
  retentionPolicy?: Resolver<Maybe<ResolversTypes['RetentionPolicy']>, ParentType, ContextType, RequireFields<QueryRetentionPolicyArgs, 'id'>>;
  deletionProof?: Resolver<Maybe<ResolversTypes['DeletionProof']>, ParentType, ContextType, RequireFields<QueryDeletionProofArgs, 'id'>>;
  simulateRetention?: Resolver<Maybe<ResolversTypes['RetentionSimulation']>, ParentType, ContextType, RequireFields<QuerySimulateRetentionArgs, 'input' | 'horizonDays' | 'riskBelow'>>;
  hold?: Resolver<Maybe<ResolversTypes['Hold']>, ParentType, ContextType, RequireFields<QueryHoldArgs, 'id'>>;
  holds?: Resolver<Maybe<ResolversTypes['HoldConnection']>, ParentType, ContextType, RequireFields<QueryHoldsArgs, 'first'>>;
  scanFinding?: Resolver<Maybe<ResolversTypes['ScanFinding']>, ParentType, ContextType, RequireFields<QueryScanFindingArgs, 'id'>>;
  scanFindings?: Resolver<Maybe<ResolversTypes['ScanFindingConnection']>, ParentType, ContextType, RequireFields<QueryScanFindingsArgs, 'state' | 'first'>>;
  event?: Resolver<Maybe<ResolversTypes['Event']>, ParentType, ContextType, RequireFields<QueryEventArgs, 'seq'>>;
  events?: Resolver<Maybe<ResolversTypes['EventConnection']>, ParentType, ContextType, RequireFields<QueryEventsArgs, 'subjectId' | 'first'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationCreateSiteArgs, 'input'>>;
  createDiskLocation?: Resolver<ResolversTypes['DiskLocation'], ParentType, ContextType, RequireFields<MutationCreateDiskLocationArgs, 'input'>>;
  createS3Location?: Resolver<ResolversTypes['S3Location'], ParentType, ContextType, RequireFields<MutationCreateS3LocationArgs, 'input'>>;
  createTapeLocation?: Resolver<ResolversTypes['TapeLocation'], ParentType, ContextType, RequireFields<MutationCreateTapeLocationArgs, 'input'>>;
  createDataTransferRoute?: Resolver<ResolversTypes['DataTransferRoute'], ParentType, ContextType, RequireFields<MutationCreateDataTransferRouteArgs, 'input'>>;
  updateSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationUpdateSiteArgs, 'input'>>;
  updateLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationUpdateLocationArgs, 'input'>>;
  updateDataTransferRoute?: Resolver<ResolversTypes['DataTransferRoute'], ParentType, ContextType, RequireFields<MutationUpdateDataTransferRouteArgs, 'input'>>;
  pauseLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationPauseLocationArgs, 'locationId' | 'reason'>>;
  drainLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationDrainLocationArgs, 'locationId' | 'reason'>>;
  declareLost?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationDeclareLostArgs, 'locationId' | 'reason'>>;
  resumeLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationResumeLocationArgs, 'locationId' | 'reason'>>;
  retireLocation?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationRetireLocationArgs, 'locationId' | 'reason'>>;
  pauseSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationPauseSiteArgs, 'siteId' | 'reason'>>;
  drainSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationDrainSiteArgs, 'siteId' | 'reason'>>;
  resumeSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationResumeSiteArgs, 'siteId' | 'reason'>>;
  retireSite?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationRetireSiteArgs, 'siteId' | 'reason'>>;
  setLocationAccess?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationSetLocationAccessArgs, 'locationId' | 'reason'>>;
  setSiteActive?: Resolver<ResolversTypes['Site'], ParentType, ContextType, RequireFields<MutationSetSiteActiveArgs, 'siteId' | 'active'>>;
  setLocationActive?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationSetLocationActiveArgs, 'locationId' | 'active'>>;
  setLocationDeletion?: Resolver<ResolversTypes['DataLocation'], ParentType, ContextType, RequireFields<MutationSetLocationDeletionArgs, 'locationId' | 'enabled'>>;
  overrideBreaker?: Resolver<ResolversTypes['CircuitBreaker'], ParentType, ContextType, RequireFields<MutationOverrideBreakerArgs, 'reason'>>;
  setRouteActive?: Resolver<ResolversTypes['DataTransferRoute'], ParentType, ContextType, RequireFields<MutationSetRouteActiveArgs, 'routeId' | 'active'>>;
  defineRetentionPolicy?: Resolver<ResolversTypes['RetentionPolicy'], ParentType, ContextType, RequireFields<MutationDefineRetentionPolicyArgs, 'input'>>;
  holdPackages?: Resolver<Array<ResolversTypes['Hold']>, ParentType, ContextType, RequireFields<MutationHoldPackagesArgs, 'input'>>;
  releaseHolds?: Resolver<Array<ResolversTypes['Hold']>, ParentType, ContextType, RequireFields<MutationReleaseHoldsArgs, 'holdIds' | 'reason'>>;
  keepCopies?: Resolver<Array<ResolversTypes['Hold']>, ParentType, ContextType, RequireFields<MutationKeepCopiesArgs, 'input'>>;
  allowDeletion?: Resolver<ResolversTypes['Reclaim'], ParentType, ContextType, RequireFields<MutationAllowDeletionArgs, 'input'>>;
  resumeDeletion?: Resolver<ResolversTypes['Reclaim'], ParentType, ContextType, RequireFields<MutationResumeDeletionArgs, 'locationId' | 'reason'>>;
  requestTransfer?: Resolver<ResolversTypes['DataTransfer'], ParentType, ContextType, RequireFields<MutationRequestTransferArgs, 'routeId' | 'packageIds'>>;
  retryTransfer?: Resolver<ResolversTypes['DataTransfer'], ParentType, ContextType, RequireFields<MutationRetryTransferArgs, 'transferId'>>;
  requestArchive?: Resolver<ResolversTypes['Operation'], ParentType, ContextType, RequireFields<MutationRequestArchiveArgs, 'packageId' | 'locationId'>>;
  requestVerification?: Resolver<ResolversTypes['Operation'], ParentType, ContextType, RequireFields<MutationRequestVerificationArgs, 'copyId'>>;
  setOperationPriority?: Resolver<ResolversTypes['Operation'], ParentType, ContextType, RequireFields<MutationSetOperationPriorityArgs, 'operationId' | 'priority'>>;
  setAsideFindings?: Resolver<Array<ResolversTypes['ScanFinding']>, ParentType, ContextType, RequireFields<MutationSetAsideFindingsArgs, 'findingIds'>>;
  dismissFindings?: Resolver<Array<ResolversTypes['ScanFinding']>, ParentType, ContextType, RequireFields<MutationDismissFindingsArgs, 'findingIds'>>;
  retryOperation?: Resolver<ResolversTypes['Operation'], ParentType, ContextType, RequireFields<MutationRetryOperationArgs, 'operationId'>>;
  retryOperations?: Resolver<ResolversTypes['OperationsRetried'], ParentType, ContextType, Partial<MutationRetryOperationsArgs>>;
  cancelOperation?: Resolver<ResolversTypes['Operation'], ParentType, ContextType, RequireFields<MutationCancelOperationArgs, 'operationId'>>;
};

export type Resolvers<ContextType = Context> = {
  ByteCount?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Digest?: GraphQLScalarType;
  Count?: GraphQLScalarType;
  TotalCount?: TotalCountResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Site?: SiteResolvers<ContextType>;
  DataLocation?: DataLocationResolvers<ContextType>;
  DiskLocation?: DiskLocationResolvers<ContextType>;
  S3Location?: S3LocationResolvers<ContextType>;
  TapeLocation?: TapeLocationResolvers<ContextType>;
  PhysicalCopy?: PhysicalCopyResolvers<ContextType>;
  RawDataFileCopy?: RawDataFileCopyResolvers<ContextType>;
  RawDataPackageCopy?: RawDataPackageCopyResolvers<ContextType>;
  DataTransferPackageCopy?: DataTransferPackageCopyResolvers<ContextType>;
  DataTransferRoute?: DataTransferRouteResolvers<ContextType>;
  DataTransfer?: DataTransferResolvers<ContextType>;
  RetentionPolicy?: RetentionPolicyResolvers<ContextType>;
  DeletionProof?: DeletionProofResolvers<ContextType>;
  Hold?: HoldResolvers<ContextType>;
  LeftToDrain?: LeftToDrainResolvers<ContextType>;
  LeftBehind?: LeftBehindResolvers<ContextType>;
  DeletionEvidence?: DeletionEvidenceResolvers<ContextType>;
  OperationsRetried?: OperationsRetriedResolvers<ContextType>;
  Sweep?: SweepResolvers<ContextType>;
  WorkQueue?: WorkQueueResolvers<ContextType>;
  RetentionSimulation?: RetentionSimulationResolvers<ContextType>;
  SimulatedDay?: SimulatedDayResolvers<ContextType>;
  SimulatedStay?: SimulatedStayResolvers<ContextType>;
  Reclaim?: ReclaimResolvers<ContextType>;
  CircuitBreaker?: CircuitBreakerResolvers<ContextType>;
  OperationSubject?: OperationSubjectResolvers<ContextType>;
  Operation?: OperationResolvers<ContextType>;
  ScanFinding?: ScanFindingResolvers<ContextType>;
  Event?: EventResolvers<ContextType>;
  PackageCount?: PackageCountResolvers<ContextType>;
  Totals?: TotalsResolvers<ContextType>;
  Night?: NightResolvers<ContextType>;
  Holdings?: HoldingsResolvers<ContextType>;
  FileCount?: FileCountResolvers<ContextType>;
  Flow?: FlowResolvers<ContextType>;
  FlowRate?: FlowRateResolvers<ContextType>;
  SiteAsOf?: SiteAsOfResolvers<ContextType>;
  DataLocationAsOf?: DataLocationAsOfResolvers<ContextType>;
  DataTransferRouteAsOf?: DataTransferRouteAsOfResolvers<ContextType>;
  DataTransferAsOf?: DataTransferAsOfResolvers<ContextType>;
  OperationAsOf?: OperationAsOfResolvers<ContextType>;
  StagingRequestAsOf?: StagingRequestAsOfResolvers<ContextType>;
  PhysicalCopyAsOf?: PhysicalCopyAsOfResolvers<ContextType>;
  RawDataPackageAsOf?: RawDataPackageAsOfResolvers<ContextType>;
  Blocker?: BlockerResolvers<ContextType>;
  LocatedFile?: LocatedFileResolvers<ContextType>;
  FileSource?: FileSourceResolvers<ContextType>;
  RawDataFile?: RawDataFileResolvers<ContextType>;
  RawDataPackage?: RawDataPackageResolvers<ContextType>;
  DataTransferPackage?: DataTransferPackageResolvers<ContextType>;
  StagingRequest?: StagingRequestResolvers<ContextType>;
  ObservingProgram?: ObservingProgramResolvers<ContextType>;
  ExecutedObsUnit?: ExecutedObsUnitResolvers<ContextType>;
  StagedPackage?: StagedPackageResolvers<ContextType>;
  StagedFile?: StagedFileResolvers<ContextType>;
  Instrument?: InstrumentResolvers<ContextType>;
  DataTransferConnection?: DataTransferConnectionResolvers<ContextType>;
  OperationConnection?: OperationConnectionResolvers<ContextType>;
  ScanFindingConnection?: ScanFindingConnectionResolvers<ContextType>;
  EventConnection?: EventConnectionResolvers<ContextType>;
  PhysicalCopyConnection?: PhysicalCopyConnectionResolvers<ContextType>;
  LocationStagingConnection?: LocationStagingConnectionResolvers<ContextType>;
  DeletionProofConnection?: DeletionProofConnectionResolvers<ContextType>;
  HoldConnection?: HoldConnectionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};

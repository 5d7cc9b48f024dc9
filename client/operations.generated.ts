// Written by `npm run generate` from gateway/operations and the supergraph: never edited.
/* oxlint-disable */
import { makeDocument } from './document.ts'

/** Every way the data centre may say no. */
export const REFUSAL_CODES = ["BAD_INPUT","BAD_PATH","CONFLICT","INVALID_TRANSITION","NOT_A_REGULAR_FILE","NOT_FOUND","NOT_SAFE"] as const

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

/** How good the data are, as far as anybody has judged. */
export type Quality =
  /** Nobody has judged yet. */
  | 'UNKNOWN'
  /** Fit for science. */
  | 'GOOD'
  /** Something is wrong, and may matter. */
  | 'QUESTIONABLE'
  /** Not fit for science. The data are kept all the same. */
  | 'BAD';

/** Which way a list goes. */
export type Direction =
  /** The smallest, the first or the oldest at the beginning. */
  | 'ASC'
  /** The largest, the last or the newest at the beginning. */
  | 'DESC';

/** By what files are ordered. */
export type RawDataFileOrderField =
  /** By the ids of their executions, then by their own: as they were registered. */
  | 'EXECUTION'
  /** By when their executions began, then by the ids of these and by their own. */
  | 'STARTED_AT'
  /** By their paths, whatever their case, byte by byte. Only with `path`, `pathPrefix`, `execution` or `package`, or without any condition. With `path` or `pathPrefix` alone it is the only order. */
  | 'PATH';

/** By what packages are ordered; those that are equal in it are ordered by their ids. */
export type RawDataPackageOrderField =
  /** By their ids: as they were planned. */
  | 'ID'
  /** By their names. */
  | 'NAME'
  /** By when their executions began. */
  | 'STARTED_AT'
  /** By their priority: lower runs first. */
  | 'PRIORITY'
  /** By the sum of the sizes of their files. */
  | 'BYTES';

/** By what executions are ordered; those that are equal in it are ordered by their ids. */
export type ExecutedObsUnitOrderField =
  /** By their ids: as they were registered. */
  | 'ID'
  /** By when they began. */
  | 'STARTED_AT'
  /** By when files of them were last filed. */
  | 'FILED_AT';

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

/** A circle on the sky (ICRS). What does not lie at a fixed place is in none. */
export type Cone = {
  /** Right ascension of the centre in degrees: 0 <= ra < 360. */
  readonly raDeg: number;
  /** Declination of the centre in degrees: -90 to 90. */
  readonly decDeg: number;
  /** Radius in degrees along a great circle: 0 < radius <= 180. The edge belongs to the cone. */
  readonly radiusDeg: number;
};

/** Conditions on files; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type RawDataFileFilter = {
  /** The code of the program. */
  readonly program?: string | null | undefined;
  /** The name of the instrument. */
  readonly instrument?: string | null | undefined;
  /** The name of the module that wrote them. */
  readonly module?: string | null | undefined;
  /** The name of the source. */
  readonly source?: string | null | undefined;
  /** The quality of the execution: one of these, each given once. */
  readonly quality?: ReadonlyArray<Quality> | null | undefined;
  /** Of executions that began at this moment or later (UTC). */
  readonly startedFrom?: string | null | undefined;
  /** Of executions that began before this moment (UTC), which is after `startedFrom`. */
  readonly startedBefore?: string | null | undefined;
  /** Only of fixed sources in this circle. */
  readonly cone?: Cone | null | undefined;
  /**
   * Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program, in the name of the planned observation, the source, the
   * instrument or the module, or in the path. All files that the other conditions leave are looked at: a word that few of them have takes long.
   */
  readonly text?: string | null | undefined;
  /** The id of the execution. */
  readonly execution?: string | null | undefined;
  /** The id of the package that they went into. */
  readonly package?: string | null | undefined;
  /** Whether they are in a package. */
  readonly packaged?: boolean | null | undefined;
  /** The exact path, relative to the SOURCE location, with case. Every module may have a file of that path. */
  readonly path?: string | null | undefined;
  /**
   * How the path begins, exactly and with case; it may end within a name. An accent belongs to its letter: `e` does not begin `é`. Other conditions beside it
   * look at all files whose path begins so.
   */
  readonly pathPrefix?: string | null | undefined;
};

/** How files are ordered. */
export type RawDataFileOrder = {
  /** By what. */
  readonly field: RawDataFileOrderField;
  /** Which way. */
  readonly direction?: Direction | null | undefined;
};

/** Conditions on packages; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type RawDataPackageFilter = {
  /** The code of the program. */
  readonly program?: string | null | undefined;
  /** The name of the instrument. */
  readonly instrument?: string | null | undefined;
  /** The name of the module that wrote them. */
  readonly module?: string | null | undefined;
  /** The name of the source. */
  readonly source?: string | null | undefined;
  /** The quality of the execution: one of these, each given once. */
  readonly quality?: ReadonlyArray<Quality> | null | undefined;
  /** Of executions that began at this moment or later (UTC). */
  readonly startedFrom?: string | null | undefined;
  /** Of executions that began before this moment (UTC), which is after `startedFrom`. */
  readonly startedBefore?: string | null | undefined;
  /** Only of fixed sources in this circle. */
  readonly cone?: Cone | null | undefined;
  /**
   * Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program, or in the name of the planned observation, the source, the
   * instrument, the module or the package. All packages that the other conditions leave are looked at.
   */
  readonly text?: string | null | undefined;
  /** The id of the execution. */
  readonly execution?: string | null | undefined;
  /** How the work of making them stands: one of these, each given once. */
  readonly status?: ReadonlyArray<Status> | null | undefined;
  /** Where they are on their way to the archive: one of these, each given once. */
  readonly state?: ReadonlyArray<PackageState> | null | undefined;
};

/** How packages are ordered. */
export type RawDataPackageOrder = {
  /** By what. */
  readonly field: RawDataPackageOrderField;
  /** Which way. */
  readonly direction?: Direction | null | undefined;
};

/** Conditions on planned observations; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type ObsUnitFilter = {
  /** The code of the program. */
  readonly program?: string | null | undefined;
  /** The name of the instrument. */
  readonly instrument?: string | null | undefined;
  /** The name of the source. */
  readonly source?: string | null | undefined;
  /** Only of fixed sources in this circle. */
  readonly cone?: Cone | null | undefined;
  /** Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program or in the name of the planned observation, the source, the instrument or one of its modules. */
  readonly text?: string | null | undefined;
};

/** Conditions on executions; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type ExecutedObsUnitFilter = {
  /** The code of the program. */
  readonly program?: string | null | undefined;
  /** The name of the instrument. */
  readonly instrument?: string | null | undefined;
  /** The name of a module that wrote files of the execution. */
  readonly module?: string | null | undefined;
  /** The name of the source. */
  readonly source?: string | null | undefined;
  /** One of these, each given once. */
  readonly quality?: ReadonlyArray<Quality> | null | undefined;
  /** Begun at this moment or later (UTC). */
  readonly startedFrom?: string | null | undefined;
  /** Begun before this moment (UTC), which is after `startedFrom`. */
  readonly startedBefore?: string | null | undefined;
  /** Only of fixed sources in this circle. */
  readonly cone?: Cone | null | undefined;
  /**
   * Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program or in the name of the planned observation, the
   * source, the instrument or one of its modules. All planned observations that the other conditions leave are looked at.
   */
  readonly text?: string | null | undefined;
};

/** How executions are ordered. */
export type ExecutedObsUnitOrder = {
  /** By what. */
  readonly field: ExecutedObsUnitOrderField;
  /** Which way. */
  readonly direction?: Direction | null | undefined;
};

/** An execution and the files that it left. */
export type FileObservationInput = {
  /** Made by the client, kept over its retries: filing again with the same key gives the same execution, and adds the files that are new. */
  readonly key: string;
  /** A UUIDv7 made by the client, kept over its retries like the key; null: one is made, or the one that the key has is kept. */
  readonly id?: string | null | undefined;
  /** The id of the planned observation that was executed. */
  readonly obsUnitId: string;
  /** The short name of the instrument; it has to be the one of the planned observation. */
  readonly instrument: string;
  /** When the observation began (UTC). */
  readonly startedAt: string;
  /** Not before `startedAt`. */
  readonly endedAt: string;
  /** How good its data are, as far as anybody has judged; that of the first call with this key, later `updateExecutedObsUnit` changes it. */
  readonly quality?: Quality | null | undefined;
  /** Weather and other conditions, in the observatory's own words; null: an empty object. Of the first call with this key; later `updateExecutedObsUnit` changes them. */
  readonly conditions?: Readonly<Record<string, unknown>> | null | undefined;
  /** The name of the SOURCE location where the files lie; null: the only active one of the instrument. */
  readonly location?: string | null | undefined;
  /** At least one file, at most 100,000. */
  readonly files: ReadonlyArray<FileInput>;
};

/** One file at the SOURCE location. */
export type FileInput = {
  /** The short name of the module that wrote it. */
  readonly module: string;
  /** Relative to the location, with forward slashes, normalised, at most 1,024 bytes of UTF-8. A byte of a name that is no UTF-8 is written as `\xff` is. */
  readonly path: string;
  /** Its exact size. */
  readonly bytes: number;
  /** What the instrument found; null if it did not look. Packaging refuses a file that differs. */
  readonly digest?: string | null | undefined;
};

/** So many bytes of a file, from a byte on. */
export type FileRangeInput = {
  /** The id of the file. */
  readonly fileId: string;
  /** The first byte that is wanted, counted from 0 at the beginning of the file. */
  readonly start: number;
  /** How many bytes are wanted: at least 1, and no more than the file has from there on. */
  readonly bytes: number;
};

/** Give executions, packages, files, ranges of files, or several of these: everything that they name is staged. */
export type RequestStagingInput = {
  /** Made by the client, kept over its retries: asking again with the same key gives the same request. */
  readonly key: string;
  /** The name of a PROCESSING location. */
  readonly location: string;
  /** Who asks, in their own words: 1 to 200 characters. */
  readonly requestedBy: string;
  /** At most 1,000. */
  readonly executionIds?: ReadonlyArray<string> | null | undefined;
  /** At most 10,000. */
  readonly packageIds?: ReadonlyArray<string> | null | undefined;
  /**
   * At most 10,000. Of their packages only these files are read, and staged as `<package>.files/<path>` beside where the package would be unpacked;
   * `locateFiles` tells where. A file of a package that is named too, or staged whole, is in the folder of that.
   */
  readonly fileIds?: ReadonlyArray<string> | null | undefined;
  /**
   * At most 10,000; they may overlap. Only so much of a package is read as verifies them, and each is staged as a file
   * `<package>.ranges/<path>/<start>+<bytes>`, of which `StagedFile.copy` tells. A file is named in whole or by ranges. A range of a package that is
   * named too, or staged whole, is in the file in the folder of that.
   */
  readonly ranges?: ReadonlyArray<FileRangeInput> | null | undefined;
  /** Seconds, 60 to 31,536,000. */
  readonly leaseS?: number | null | undefined;
  /** Lower runs first. */
  readonly priority?: number | null | undefined;
};

/** Which files to locate, and for whom. At most 10,000 files, by ids, by paths, or both; one that is named twice is refused. */
export type LocateFilesInput = {
  /** The ids of files. */
  readonly ids?: ReadonlyArray<string> | null | undefined;
  /** The paths of files, exactly as they were filed, relative to their SOURCE. */
  readonly paths?: ReadonlyArray<string> | null | undefined;
  /** The name of an instrument: only its files are looked for by `paths`. Needed where several instruments have a file of the same path. */
  readonly instrument?: string | null | undefined;
  /** The name of a module: only its files are looked for by `paths`. Needed where several modules have a file of the same path. */
  readonly module?: string | null | undefined;
  /** The name of the site where the files are wanted: sources there come first. */
  readonly site?: string | null | undefined;
  /** Whether sources that cannot be read now are given too, after all others, with `usable` false. */
  readonly unusable?: boolean | null | undefined;
  /** How many sources of each file are given at most, 1 to 100: with 1 only the best. */
  readonly sourcesPerFile?: number | null | undefined;
};

/** A new site. */
export type CreateSiteInput = {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Its name as people write it: 1 to 200 characters. */
  readonly title: string;
};

/** A new location: a folder on a file system. */
export type CreateDiskLocationInput = {
  /** The id of the site that it is at. */
  readonly siteId: string;
  /** Lower-case letters, digits and hyphens; unique. */
  readonly name: string;
  /** What it is for. */
  readonly type: LocationType;
  /** An absolute path, as the workers of the site see it. */
  readonly root: string;
  /** 0 or more; lower is used first among the locations of one type at one site. */
  readonly priority?: number | null | undefined;
  /** Null: its own, which is its name. */
  readonly failureDomain?: string | null | undefined;
  /** How much it can hold, in bytes, at least 1; null: not known. */
  readonly capacityBytes?: number | null | undefined;
  /** SOURCE: the instrument that writes there. */
  readonly instrumentId?: string | null | undefined;
  /** Only for a SOURCE: files are packaged when none was filed for this many seconds, 0 or more; 60 where it is left out. */
  readonly settleS?: number | null | undefined;
  /** How often it is scanned, in seconds, 1 or more; where it is left out 3600 for a SOURCE, 86400 for others. Not for PROCESSING. */
  readonly scanIntervalS?: number | null | undefined;
  /** Within how many seconds every copy there is read again in full, 1 or more; 7776000 (90 days) where it is left out; null: only when something calls for it. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  readonly scrubIntervalS?: number | null | undefined;
  /** After how many seconds what no row knows is a finding, 0 or more; 172800 (two days) where it is left out. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  readonly darkAfterS?: number | null | undefined;
  /** Whether to find the SHA-256 of packages there too, beside their BLAKE3, whenever they are read again in full. */
  readonly sha256?: boolean | null | undefined;
};

/** Leave out what is to stay as it is. */
export type UpdateLocationInput = {
  /** The id of what is to change. */
  readonly id: string;
  /** 0 or more; lower is used first among the locations of one type at one site. */
  readonly priority?: number | null | undefined;
  /** 1 to 200 characters. */
  readonly failureDomain?: string | null | undefined;
  /** At least 1; null: not known. */
  readonly capacityBytes?: number | null | undefined;
  /** Seconds, 0 or more. Only for a SOURCE. */
  readonly settleS?: number | null | undefined;
  /** Seconds, 1 or more. Not for PROCESSING. */
  readonly scanIntervalS?: number | null | undefined;
  /** Seconds, 1 or more; null: copies there are read again only when something calls for it. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  readonly scrubIntervalS?: number | null | undefined;
  /** Seconds, 0 or more. Only for a BUFFER or LONG_TERM_ARCHIVE. */
  readonly darkAfterS?: number | null | undefined;
  /** Whether to find the SHA-256 of packages there too, beside their BLAKE3, whenever they are read again in full. */
  readonly sha256?: boolean | null | undefined;
  /** DISK: an absolute path; only while the location has no identity and nothing was ever there. */
  readonly root?: string | null | undefined;
  /** S3: only while the location has no identity and nothing was ever there. */
  readonly endpoint?: string | null | undefined;
  /** S3: only while the location has no identity and nothing was ever there. */
  readonly bucket?: string | null | undefined;
  /** S3: folders, each followed by a slash; only while the location has no identity and nothing was ever there. Null: none. */
  readonly prefix?: string | null | undefined;
  /** S3: the region of the service; null: what the workers take. */
  readonly region?: string | null | undefined;
  /** S3: the name under which the workers of the site find the keys; null: the name of the location. */
  readonly credentials?: string | null | undefined;
  /** TAPE: only while the location has no identity and nothing was ever there. */
  readonly volumeGroup?: string | null | undefined;
};

/** Leave out what is to stay as it is. Between which places a route leads stays: make another. */
export type UpdateDataTransferRouteInput = {
  /** The id of what is to change. */
  readonly id: string;
  /** 0 or more; lower is used first. */
  readonly priority?: number | null | undefined;
  /** By what the bytes are sent. */
  readonly method?: TransferMethod | null | undefined;
  /** At least 1. */
  readonly bundleBytes?: number | null | undefined;
  /** Seconds, 0 or more. */
  readonly bundleAgeS?: number | null | undefined;
  /** 1 to 64. */
  readonly streams?: number | null | undefined;
  /** Bytes per second, 1 or more; null: as fast as it goes. What is being sent goes on as it was begun. */
  readonly rateBytesS?: number | null | undefined;
  /** RSYNC, BBCP: `host` or `user@host`; null where the origin's files are mounted at the destination. */
  readonly sshHost?: string | null | undefined;
};

/** A new route between two sites. */
export type CreateDataTransferRouteInput = {
  /** Lower-case letters, digits and hyphens; unique. */
  readonly name: string;
  /** Between what it leads. */
  readonly type?: RouteType | null | undefined;
  /** By what the bytes are sent. */
  readonly method?: TransferMethod | null | undefined;
  /** The id of the site where it begins. */
  readonly fromSiteId: string;
  /** The id of the site where it ends: another one. */
  readonly toSiteId: string;
  /** RELAY. */
  readonly viaSiteId?: string | null | undefined;
  /** CUSTOM. */
  readonly fromLocationId?: string | null | undefined;
  /** CUSTOM. */
  readonly toLocationId?: string | null | undefined;
  /** Lower is used first. */
  readonly priority?: number | null | undefined;
  /** A transfer package is closed when its packages sum up to this many bytes, at least 1; null: 10 TB. */
  readonly bundleBytes?: number | null | undefined;
  /** Or when its oldest package has waited for this many seconds, 0 or more. */
  readonly bundleAgeS?: number | null | undefined;
  /** 1 to 64. */
  readonly streams?: number | null | undefined;
  /** Bytes per second, 1 or more; null: as fast as it goes. */
  readonly rateBytesS?: number | null | undefined;
  /** RSYNC, BBCP: `host` or `user@host`; null where the origin's files are mounted at the destination. */
  readonly sshHost?: string | null | undefined;
};

/** A new version of the policy of a location. Its age and its grace together must be less than the age of a verification that counts. */
export type DefineRetentionPolicyInput = {
  /** The id of the location. */
  readonly locationId: string;
  /** Seconds, 0 or more. */
  readonly minimumAgeS?: number | null | undefined;
  /** Seconds, 0 or more. */
  readonly graceS?: number | null | undefined;
  /** At least 1. */
  readonly minVerifiedCopies?: number | null | undefined;
  /** At least 1. */
  readonly minArchiveCopies?: number | null | undefined;
  /** 2 or 3. */
  readonly minVerificationLevel?: number | null | undefined;
  /** Seconds, more than 0. */
  readonly maxVerificationAgeS?: number | null | undefined;
  /** The share of the location's capacity from which on it is freed, more than 0, at most 1; with `lowWater`, and only where the capacity is known. */
  readonly highWater?: number | null | undefined;
  /** The share down to which it is freed then, 0 or more, less than `highWater`. */
  readonly lowWater?: number | null | undefined;
  /** More than 0, at most 1: the share of its capacity, or of what lies there, that may go in an hour; 1: no limit. */
  readonly maxShareHour?: number | null | undefined;
  /** Seconds, 0 or more, in which what was deleted at a DISK location that is a SOURCE or a BUFFER can be brought back by `keepCopies`; it takes its space until then. */
  readonly trashS?: number | null | undefined;
};

/** What is held, by whom, why and until when. */
export type HoldPackagesInput = {
  /** The ids of 1 to 10,000 packages. */
  readonly packageIds: ReadonlyArray<string>;
  /** Only at this location; null: everywhere. */
  readonly locationId?: string | null | undefined;
  /** Who holds them: 1 to 200 characters. */
  readonly heldBy: string;
  /** 1 to 1,000 characters. */
  readonly reason: string;
  /** It ends by itself then: a moment in the future; null: when somebody releases it. */
  readonly until?: string | null | undefined;
};

export type CancelOperationMutationVariables = Exact<{
  operationId: string;
}>;


export type CancelOperationMutation = { readonly cancelOperation: { readonly id: string, readonly kind: OperationKind, readonly state: OperationState } };

export type CreateDataTransferRouteMutationVariables = Exact<{
  input: CreateDataTransferRouteInput;
}>;


export type CreateDataTransferRouteMutation = { readonly createDataTransferRoute: { readonly id: string, readonly name: string } };

export type CreateDiskLocationMutationVariables = Exact<{
  input: CreateDiskLocationInput;
}>;


export type CreateDiskLocationMutation = { readonly createDiskLocation: { readonly id: string, readonly name: string } };

export type CreateSiteMutationVariables = Exact<{
  input: CreateSiteInput;
}>;


export type CreateSiteMutation = { readonly createSite: { readonly id: string, readonly name: string } };

export type DefineRetentionPolicyMutationVariables = Exact<{
  input: DefineRetentionPolicyInput;
}>;


export type DefineRetentionPolicyMutation = { readonly defineRetentionPolicy: { readonly id: string, readonly version: number } };

export type DownloadFilesQueryVariables = Exact<{
  input: LocateFilesInput;
}>;


export type DownloadFilesQuery = { readonly locateFiles: ReadonlyArray<{ readonly found: boolean, readonly id: string | null, readonly sources: ReadonlyArray<{ readonly location: string, readonly copyId: string, readonly path: string, readonly downloadUrl: string | null }> }> | null };

export type EventsQueryVariables = Exact<{
  subjectId: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type EventsQuery = { readonly events: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly seq: number, readonly at: string, readonly subjectType: string, readonly subjectId: string, readonly field: string, readonly fromState: string | null, readonly toState: string, readonly reason: string | null, readonly operationId: string | null }> } | null };

export type FileObservationMutationVariables = Exact<{
  input: FileObservationInput;
}>;


export type FileObservationMutation = { readonly fileObservation: { readonly filesAdded: number, readonly execution: { readonly id: string, readonly startedAt: string, readonly endedAt: string } } };

export type FilesOfObservationQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FilesOfObservationQuery = { readonly executedObsUnit: { readonly id: string, readonly files: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly path: string, readonly bytes: number, readonly digest: string | null, readonly package: { readonly id: string, readonly name: string } | null, readonly copies: ReadonlyArray<{ readonly status: PhysicalCopyStatus, readonly location:
            | { readonly name: string, readonly type: LocationType }
            | { readonly name: string, readonly type: LocationType }
            | { readonly name: string, readonly type: LocationType }
           }> | null }> } | null } | null };

export type FindFilesQueryVariables = Exact<{
  filter?: RawDataFileFilter | null | undefined;
  orderBy?: RawDataFileOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindFilesQuery = { readonly rawDataFiles: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly totalCount: { readonly value: number, readonly exact: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly path: string, readonly bytes: number, readonly digest: string | null, readonly package: { readonly id: string, readonly name: string, readonly state: PackageState } | null, readonly copies: ReadonlyArray<{ readonly status: PhysicalCopyStatus, readonly location:
          | { readonly name: string, readonly type: LocationType }
          | { readonly name: string, readonly type: LocationType }
          | { readonly name: string, readonly type: LocationType }
         }> | null }> } | null };

export type FindObservationsQueryVariables = Exact<{
  filter?: ExecutedObsUnitFilter | null | undefined;
  orderBy?: ExecutedObsUnitOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindObservationsQuery = { readonly executedObsUnits: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly totalCount: { readonly value: number, readonly exact: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly startedAt: string, readonly endedAt: string, readonly quality: Quality, readonly conditions: Readonly<Record<string, unknown>>, readonly obsUnit: { readonly name: string, readonly program: { readonly code: string, readonly title: string }, readonly source:
          | { readonly raDeg: number, readonly decDeg: number, readonly name: string }
          | { readonly name: string }
          | { readonly name: string }
        , readonly instrument: { readonly name: string, readonly title: string } }, readonly packages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly state: PackageState, readonly fileCount: number, readonly fileBytes: number }> } | null }> } | null };

export type HoldPackagesMutationVariables = Exact<{
  input: HoldPackagesInput;
}>;


export type HoldPackagesMutation = { readonly holdPackages: ReadonlyArray<{ readonly id: string, readonly until: string | null, readonly package: { readonly id: string, readonly name: string } | null }> };

export type HoldsQueryVariables = Exact<{
  active?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type HoldsQuery = { readonly holds: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly heldBy: string, readonly reason: string, readonly active: boolean, readonly until: string | null, readonly createdAt: string, readonly package: { readonly id: string, readonly name: string } | null, readonly location:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
       | null }> } | null };

export type InstrumentsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type InstrumentsQuery = { readonly instruments: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly active: boolean, readonly telescope: { readonly name: string, readonly observatory: { readonly name: string } }, readonly modules: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly active: boolean }> } }> } | null };

export type LocateFilesQueryVariables = Exact<{
  input: LocateFilesInput;
}>;


export type LocateFilesQuery = { readonly locateFiles: ReadonlyArray<{ readonly found: boolean, readonly id: string | null, readonly path: string | null, readonly bytes: number | null, readonly digest: string | null, readonly packageId: string | null, readonly sources: ReadonlyArray<{ readonly copyId: string, readonly status: PhysicalCopyStatus, readonly location: string, readonly site: string, readonly type: LocationType, readonly storage: StorageType, readonly usable: boolean, readonly path: string, readonly offset: number | null, readonly verificationLevel: number }> }> | null };

export type LocationQueryVariables = Exact<{
  name: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LocationQuery = { readonly dataLocation:
    | { readonly root: string, readonly id: string, readonly name: string, readonly type: LocationType, readonly active: boolean, readonly priority: number, readonly failureDomain: string, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly settleS: number, readonly identifiedAt: string | null, readonly scannedAt: string | null, readonly site: { readonly name: string }, readonly retentionPolicy: { readonly id: string, readonly version: number, readonly minimumAgeS: number, readonly graceS: number, readonly minVerifiedCopies: number, readonly minArchiveCopies: number } | null, readonly breaker: { readonly state: BreakerState, readonly failures: number, readonly openedAt: string | null, readonly probeAt: string | null, readonly reason: string | null }, readonly findings: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: FindingKind, readonly path: string, readonly bytes: number | null, readonly detail: string | null, readonly sightings: number, readonly firstSeenAt: string, readonly lastSeenAt: string }> } }
    | { readonly id: string, readonly name: string, readonly type: LocationType, readonly active: boolean, readonly priority: number, readonly failureDomain: string, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly settleS: number, readonly identifiedAt: string | null, readonly scannedAt: string | null, readonly site: { readonly name: string }, readonly retentionPolicy: { readonly id: string, readonly version: number, readonly minimumAgeS: number, readonly graceS: number, readonly minVerifiedCopies: number, readonly minArchiveCopies: number } | null, readonly breaker: { readonly state: BreakerState, readonly failures: number, readonly openedAt: string | null, readonly probeAt: string | null, readonly reason: string | null }, readonly findings: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: FindingKind, readonly path: string, readonly bytes: number | null, readonly detail: string | null, readonly sightings: number, readonly firstSeenAt: string, readonly lastSeenAt: string }> } }
    | { readonly id: string, readonly name: string, readonly type: LocationType, readonly active: boolean, readonly priority: number, readonly failureDomain: string, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly settleS: number, readonly identifiedAt: string | null, readonly scannedAt: string | null, readonly site: { readonly name: string }, readonly retentionPolicy: { readonly id: string, readonly version: number, readonly minimumAgeS: number, readonly graceS: number, readonly minVerifiedCopies: number, readonly minArchiveCopies: number } | null, readonly breaker: { readonly state: BreakerState, readonly failures: number, readonly openedAt: string | null, readonly probeAt: string | null, readonly reason: string | null }, readonly findings: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: FindingKind, readonly path: string, readonly bytes: number | null, readonly detail: string | null, readonly sightings: number, readonly firstSeenAt: string, readonly lastSeenAt: string }> } }
   | null };

export type LocationsQueryVariables = Exact<{ [key: string]: never; }>;


export type LocationsQuery = { readonly sites: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly active: boolean, readonly locations: ReadonlyArray<
      | { readonly id: string, readonly name: string, readonly type: LocationType, readonly active: boolean, readonly priority: number, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly identifiedAt: string | null, readonly scannedAt: string | null, readonly breaker: { readonly state: BreakerState, readonly reason: string | null, readonly probeAt: string | null } }
      | { readonly id: string, readonly name: string, readonly type: LocationType, readonly active: boolean, readonly priority: number, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly identifiedAt: string | null, readonly scannedAt: string | null, readonly breaker: { readonly state: BreakerState, readonly reason: string | null, readonly probeAt: string | null } }
      | { readonly id: string, readonly name: string, readonly type: LocationType, readonly active: boolean, readonly priority: number, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly identifiedAt: string | null, readonly scannedAt: string | null, readonly breaker: { readonly state: BreakerState, readonly reason: string | null, readonly probeAt: string | null } }
    > }> | null };

export type ObservationQueryVariables = Exact<{
  id: string;
}>;


export type ObservationQuery = { readonly executedObsUnit: { readonly id: string, readonly startedAt: string, readonly endedAt: string, readonly quality: Quality, readonly conditions: Readonly<Record<string, unknown>>, readonly filedAt: string, readonly obsUnit: { readonly id: string, readonly name: string, readonly configuration: Readonly<Record<string, unknown>>, readonly program: { readonly code: string, readonly title: string }, readonly source:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
      , readonly instrument: { readonly name: string, readonly title: string } }, readonly packages: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: Status, readonly state: PackageState, readonly fileCount: number, readonly fileBytes: number, readonly bytes: number | null, readonly completedAt: string | null, readonly archivedAt: string | null, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor }> | null }> } | null, readonly stagings: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: StagingStatus, readonly requestedBy: string, readonly leaseUntil: string | null, readonly location:
          | { readonly name: string }
          | { readonly name: string }
          | { readonly name: string }
         | null }> } | null } | null };

export type OperationsQueryVariables = Exact<{
  state?: OperationState | null | undefined;
  kind?: OperationKind | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type OperationsQuery = { readonly operations: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly queue: string, readonly priority: number, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly leaseOwner: string | null, readonly errorCode: string | null, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly createdAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly location:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
      , readonly package: { readonly id: string, readonly name: string } | null }> } | null };

export type PackageQueryVariables = Exact<{
  id: string;
}>;


export type PackageQuery = { readonly rawDataPackage: { readonly id: string, readonly name: string, readonly status: Status, readonly state: PackageState, readonly priority: number, readonly fileCount: number, readonly fileBytes: number, readonly bytes: number | null, readonly digest: string | null, readonly createdAt: string, readonly completedAt: string | null, readonly archivedAt: string | null, readonly copies: ReadonlyArray<{ readonly id: string, readonly status: PhysicalCopyStatus, readonly statusReason: string | null, readonly bytes: number, readonly digest: string | null, readonly verificationLevel: number, readonly verifiedAt: string | null, readonly location:
        | { readonly name: string, readonly type: LocationType, readonly site: { readonly name: string } }
        | { readonly name: string, readonly type: LocationType, readonly site: { readonly name: string } }
        | { readonly name: string, readonly type: LocationType, readonly site: { readonly name: string } }
      , readonly deletionProof: { readonly id: string, readonly createdAt: string } | null }> | null, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor }> | null, readonly operations: ReadonlyArray<{ readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly errorCode: string | null, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly startedAt: string | null, readonly finishedAt: string | null, readonly location:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
       }> | null, readonly history: { readonly nodes: ReadonlyArray<{ readonly seq: number, readonly at: string, readonly field: string, readonly fromState: string | null, readonly toState: string, readonly reason: string | null }> } | null, readonly stagingRequests: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: StagingStatus, readonly requestedBy: string, readonly leaseUntil: string | null }> } | null } | null };

export type PackagesQueryVariables = Exact<{
  filter?: RawDataPackageFilter | null | undefined;
  orderBy?: RawDataPackageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PackagesQuery = { readonly rawDataPackages: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: Status, readonly state: PackageState, readonly bytes: number | null, readonly copies: ReadonlyArray<{ readonly id: string, readonly status: PhysicalCopyStatus, readonly verificationLevel: number, readonly verifiedAt: string | null, readonly location:
          | { readonly name: string, readonly type: LocationType }
          | { readonly name: string, readonly type: LocationType }
          | { readonly name: string, readonly type: LocationType }
         }> | null, readonly stagingRequests: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: StagingStatus, readonly leaseUntil: string | null }> } | null }> } | null };

export type PlannedObservationsQueryVariables = Exact<{
  filter?: ObsUnitFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PlannedObservationsQuery = { readonly obsUnits: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly program: { readonly code: string }, readonly instrument: { readonly name: string }, readonly source:
        | { readonly raDeg: number, readonly decDeg: number, readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
       }> } | null };

export type ProgramQueryVariables = Exact<{
  code: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ProgramQuery = { readonly observingProgram: { readonly id: string, readonly code: string, readonly title: string, readonly principalInvestigator: string, readonly metadataReleaseAt: string | null, readonly dataReleaseAt: string | null, readonly executions: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly startedAt: string, readonly endedAt: string, readonly quality: Quality, readonly obsUnit: { readonly name: string, readonly source:
            | { readonly name: string }
            | { readonly name: string }
            | { readonly name: string }
           }, readonly packages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly state: PackageState }> } | null }> } } | null };

export type RatesQueryVariables = Exact<{
  hours?: number | null | undefined;
}>;


export type RatesQuery = { readonly sites: ReadonlyArray<{ readonly name: string, readonly title: string, readonly flow: { readonly hours: number, readonly filed: { readonly files: number, readonly bytes: number, readonly bytesPerHour: number }, readonly packaged: { readonly files: number, readonly bytes: number, readonly bytesPerHour: number }, readonly transferred: { readonly files: number, readonly bytes: number, readonly bytesPerHour: number }, readonly archived: { readonly files: number, readonly bytes: number, readonly bytesPerHour: number }, readonly staged: { readonly files: number, readonly bytes: number, readonly bytesPerHour: number } } }> | null };

export type RecentObservationsQueryVariables = Exact<{
  filter?: ExecutedObsUnitFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  packages?: number | null | undefined;
}>;


export type RecentObservationsQuery = { readonly executedObsUnits: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly startedAt: string, readonly endedAt: string, readonly quality: Quality, readonly obsUnit: { readonly name: string, readonly program: { readonly code: string }, readonly source:
          | { readonly name: string }
          | { readonly name: string }
          | { readonly name: string }
        , readonly instrument: { readonly name: string } }, readonly packages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly state: PackageState, readonly fileCount: number, readonly digest: string | null, readonly copies: ReadonlyArray<{ readonly status: PhysicalCopyStatus, readonly verificationLevel: number, readonly location:
              | { readonly name: string, readonly type: LocationType }
              | { readonly name: string, readonly type: LocationType }
              | { readonly name: string, readonly type: LocationType }
             }> | null, readonly stagingRequests: { readonly nodes: ReadonlyArray<{ readonly status: StagingStatus, readonly requestedBy: string, readonly leaseUntil: string | null }> } | null }> } | null }> } | null };

export type ReleaseHoldsMutationVariables = Exact<{
  holdIds: ReadonlyArray<string> | string;
  reason: string;
}>;


export type ReleaseHoldsMutation = { readonly releaseHolds: ReadonlyArray<{ readonly id: string, readonly active: boolean, readonly releasedAt: string | null }> };

export type ReleaseStagingMutationVariables = Exact<{
  requestId: string;
}>;


export type ReleaseStagingMutation = { readonly releaseStaging: { readonly id: string, readonly status: StagingStatus, readonly releasedAt: string | null, readonly leaseUntil: string | null } };

export type RequestArchiveMutationVariables = Exact<{
  packageId: string;
  locationId: string;
}>;


export type RequestArchiveMutation = { readonly requestArchive: { readonly id: string, readonly state: OperationState, readonly queue: string } };

export type RequestPackagingMutationVariables = Exact<{
  executionId: string;
}>;


export type RequestPackagingMutation = { readonly requestPackaging: ReadonlyArray<{ readonly id: string, readonly name: string, readonly status: Status }> };

export type RequestStagingMutationVariables = Exact<{
  input: RequestStagingInput;
}>;


export type RequestStagingMutation = { readonly requestStaging: { readonly id: string, readonly status: StagingStatus, readonly leaseS: number, readonly leaseUntil: string | null } };

export type RequestVerificationMutationVariables = Exact<{
  copyId: string;
}>;


export type RequestVerificationMutation = { readonly requestVerification: { readonly id: string, readonly state: OperationState, readonly queue: string } };

export type RetryOperationMutationVariables = Exact<{
  operationId: string;
}>;


export type RetryOperationMutation = { readonly retryOperation: { readonly id: string, readonly state: OperationState, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string } };

export type RoutesQueryVariables = Exact<{ [key: string]: never; }>;


export type RoutesQuery = { readonly dataTransferRoutes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly type: RouteType, readonly method: TransferMethod, readonly priority: number, readonly active: boolean, readonly bundleBytes: number, readonly bundleAgeS: number, readonly fromSite: { readonly name: string }, readonly toSite: { readonly name: string }, readonly viaSite: { readonly name: string } | null }> | null };

export type SetLocationActiveMutationVariables = Exact<{
  locationId: string;
  active: boolean;
}>;


export type SetLocationActiveMutation = { readonly setLocationActive:
    | { readonly id: string, readonly name: string, readonly active: boolean }
    | { readonly id: string, readonly name: string, readonly active: boolean }
    | { readonly id: string, readonly name: string, readonly active: boolean }
   };

export type SetLocationDeletionMutationVariables = Exact<{
  locationId: string;
  enabled: boolean;
}>;


export type SetLocationDeletionMutation = { readonly setLocationDeletion:
    | { readonly id: string, readonly name: string, readonly deletionEnabled: boolean }
    | { readonly id: string, readonly name: string, readonly deletionEnabled: boolean }
    | { readonly id: string, readonly name: string, readonly deletionEnabled: boolean }
   };

export type SetPackagePriorityMutationVariables = Exact<{
  packageId: string;
  priority: number;
}>;


export type SetPackagePriorityMutation = { readonly setPackagePriority: { readonly id: string, readonly priority: number } };

export type SetRouteActiveMutationVariables = Exact<{
  routeId: string;
  active: boolean;
}>;


export type SetRouteActiveMutation = { readonly setRouteActive: { readonly id: string, readonly name: string, readonly active: boolean } };

export type SetSiteActiveMutationVariables = Exact<{
  siteId: string;
  active: boolean;
}>;


export type SetSiteActiveMutation = { readonly setSiteActive: { readonly id: string, readonly name: string, readonly active: boolean } };

export type StagingQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type StagingQuery = { readonly stagingRequest: { readonly id: string, readonly status: StagingStatus, readonly requestedBy: string, readonly priority: number, readonly leaseS: number, readonly leaseUntil: string | null, readonly createdAt: string, readonly completedAt: string | null, readonly releasedAt: string | null, readonly location:
      | { readonly name: string, readonly type: LocationType }
      | { readonly name: string, readonly type: LocationType }
      | { readonly name: string, readonly type: LocationType }
     | null, readonly packages: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly status: Status, readonly package: { readonly id: string, readonly name: string, readonly bytes: number | null } | null }> } } | null };

export type StagingsQueryVariables = Exact<{
  status?: StagingStatus | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type StagingsQuery = { readonly stagingRequests: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: StagingStatus, readonly requestedBy: string, readonly priority: number, readonly leaseS: number, readonly leaseUntil: string | null, readonly createdAt: string, readonly completedAt: string | null, readonly location:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
       | null }> } | null };

export type TopologyQueryVariables = Exact<{ [key: string]: never; }>;


export type TopologyQuery = { readonly sites: ReadonlyArray<{ readonly id: string, readonly name: string, readonly title: string, readonly active: boolean, readonly locations: ReadonlyArray<
      | { readonly root: string, readonly id: string, readonly name: string, readonly type: LocationType, readonly storage: StorageType, readonly active: boolean, readonly priority: number, readonly failureDomain: string, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly settleS: number, readonly instrument: { readonly id: string, readonly name: string } | null, readonly retentionPolicy: { readonly version: number, readonly minimumAgeS: number, readonly graceS: number, readonly minVerifiedCopies: number, readonly minArchiveCopies: number, readonly minVerificationLevel: number, readonly maxVerificationAgeS: number, readonly highWater: number | null, readonly lowWater: number | null, readonly maxShareHour: number, readonly trashS: number } | null }
      | { readonly id: string, readonly name: string, readonly type: LocationType, readonly storage: StorageType, readonly active: boolean, readonly priority: number, readonly failureDomain: string, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly settleS: number, readonly instrument: { readonly id: string, readonly name: string } | null, readonly retentionPolicy: { readonly version: number, readonly minimumAgeS: number, readonly graceS: number, readonly minVerifiedCopies: number, readonly minArchiveCopies: number, readonly minVerificationLevel: number, readonly maxVerificationAgeS: number, readonly highWater: number | null, readonly lowWater: number | null, readonly maxShareHour: number, readonly trashS: number } | null }
      | { readonly id: string, readonly name: string, readonly type: LocationType, readonly storage: StorageType, readonly active: boolean, readonly priority: number, readonly failureDomain: string, readonly deletionEnabled: boolean, readonly capacityBytes: number | null, readonly settleS: number, readonly instrument: { readonly id: string, readonly name: string } | null, readonly retentionPolicy: { readonly version: number, readonly minimumAgeS: number, readonly graceS: number, readonly minVerifiedCopies: number, readonly minArchiveCopies: number, readonly minVerificationLevel: number, readonly maxVerificationAgeS: number, readonly highWater: number | null, readonly lowWater: number | null, readonly maxShareHour: number, readonly trashS: number } | null }
    > }> | null, readonly dataTransferRoutes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly type: RouteType, readonly method: TransferMethod, readonly priority: number, readonly active: boolean, readonly bundleBytes: number, readonly bundleAgeS: number, readonly streams: number, readonly rateBytesS: number | null, readonly sshHost: string | null, readonly fromSite: { readonly name: string }, readonly toSite: { readonly name: string }, readonly viaSite: { readonly name: string } | null }> | null };

export type TransfersQueryVariables = Exact<{
  status?: Status | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TransfersQuery = { readonly dataTransfers: { readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly status: Status, readonly unpackStatus: Status, readonly leg: number, readonly rounds: number, readonly createdAt: string, readonly completedAt: string | null, readonly unpackedAt: string | null, readonly route: { readonly name: string }, readonly fromLocation:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
      , readonly toLocation:
        | { readonly name: string }
        | { readonly name: string }
        | { readonly name: string }
      , readonly transferPackage: { readonly id: string, readonly packageCount: number, readonly bytes: number } | null }> } | null };

export type UpdateDataTransferRouteMutationVariables = Exact<{
  input: UpdateDataTransferRouteInput;
}>;


export type UpdateDataTransferRouteMutation = { readonly updateDataTransferRoute: { readonly id: string, readonly name: string } };

export type UpdateLocationMutationVariables = Exact<{
  input: UpdateLocationInput;
}>;


export type UpdateLocationMutation = { readonly updateLocation:
    | { readonly id: string, readonly name: string }
    | { readonly id: string, readonly name: string }
    | { readonly id: string, readonly name: string }
   };

export type WhyBlockedQueryVariables = Exact<{
  id: string;
}>;


export type WhyBlockedQuery = { readonly package: { readonly id: string, readonly name: string, readonly state: PackageState, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> | null } | null, readonly transfer: { readonly id: string, readonly status: Status, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> } | null, readonly operation: { readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> } | null, readonly copy:
    | { readonly id: string, readonly path: string, readonly status: PhysicalCopyStatus, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> }
    | { readonly id: string, readonly path: string, readonly status: PhysicalCopyStatus, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> }
    | { readonly id: string, readonly path: string, readonly status: PhysicalCopyStatus, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> }
   | null, readonly staging: { readonly id: string, readonly status: StagingStatus, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> | null } | null, readonly execution: { readonly id: string, readonly packages: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly state: PackageState, readonly whyBlocked: ReadonlyArray<{ readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string }> | null }> } | null } | null };

export type ReasonFragment = { readonly code: BlockerCode, readonly message: string, readonly nextAction: string, readonly nextAt: string | null, readonly who: BlockerActor, readonly level: number, readonly subjectType: string, readonly subjectId: string };

export type WorkQueryVariables = Exact<{
  first?: number | null | undefined;
}>;


export type WorkQuery = { readonly running: { readonly totalCount: { readonly value: number, readonly exact: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly queue: string, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly rateBytesS: number | null, readonly endsAt: string | null }> } | null, readonly ready: { readonly totalCount: { readonly value: number, readonly exact: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly queue: string, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly rateBytesS: number | null, readonly endsAt: string | null }> } | null, readonly waiting: { readonly totalCount: { readonly value: number, readonly exact: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly queue: string, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly rateBytesS: number | null, readonly endsAt: string | null }> } | null, readonly failed: { readonly totalCount: { readonly value: number, readonly exact: boolean }, readonly nodes: ReadonlyArray<{ readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly queue: string, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly rateBytesS: number | null, readonly endsAt: string | null }> } | null };

export type WorkFragment = { readonly id: string, readonly kind: OperationKind, readonly state: OperationState, readonly queue: string, readonly attempt: number, readonly maxAttempts: number, readonly nextRunAt: string, readonly reason: string | null, readonly bytesDone: number, readonly bytesTotal: number | null, readonly rateBytesS: number | null, readonly endsAt: string | null };

/** Ends a piece of work; nothing asks for it again by itself. */
export const CancelOperationDocument = makeDocument<CancelOperationMutation, CancelOperationMutationVariables>({
  name: 'CancelOperation',
  id: '875e5de22a301c742b25a4b5df5ca90b44afb81341b5561f911e987181a9796c',
  text: "mutation CancelOperation($operationId: ID!) {\n  cancelOperation(operationId: $operationId) {\n    id\n    kind\n    state\n  }\n}",
})

/** Enters a route between two sites. */
export const CreateDataTransferRouteDocument = makeDocument<CreateDataTransferRouteMutation, CreateDataTransferRouteMutationVariables>({
  name: 'CreateDataTransferRoute',
  id: '0b55d91545b0e8a877f3f7005d627d6181d4400422643d95bd9f52a8e4fa6523',
  text: "mutation CreateDataTransferRoute($input: CreateDataTransferRouteInput!) {\n  createDataTransferRoute(input: $input) {\n    id\n    name\n  }\n}",
})

/** Enters a folder at a site. */
export const CreateDiskLocationDocument = makeDocument<CreateDiskLocationMutation, CreateDiskLocationMutationVariables>({
  name: 'CreateDiskLocation',
  id: '6f5c6f29fe98aa2aff27b29a5309c7da22ee16b1a23b9f11bcaa1fdc613e2d20',
  text: "mutation CreateDiskLocation($input: CreateDiskLocationInput!) {\n  createDiskLocation(input: $input) {\n    id\n    name\n  }\n}",
})

/** Enters a site. */
export const CreateSiteDocument = makeDocument<CreateSiteMutation, CreateSiteMutationVariables>({
  name: 'CreateSite',
  id: '37934027ccf8d8552b9f51de2a2bb1ef7a2dd4ac5db658d5a465071753d5e613',
  text: "mutation CreateSite($input: CreateSiteInput!) {\n  createSite(input: $input) {\n    id\n    name\n  }\n}",
})

/** Puts a new version of a location's policy in force. */
export const DefineRetentionPolicyDocument = makeDocument<DefineRetentionPolicyMutation, DefineRetentionPolicyMutationVariables>({
  name: 'DefineRetentionPolicy',
  id: '6f0b612f714daf68ef2cf6d86f743481ffaad79304a59666511fc42cc5c9f493',
  text: "mutation DefineRetentionPolicy($input: DefineRetentionPolicyInput!) {\n  defineRetentionPolicy(input: $input) {\n    id\n    version\n  }\n}",
})

/** Where staged files can be downloaded for a while. */
export const DownloadFilesDocument = makeDocument<DownloadFilesQuery, DownloadFilesQueryVariables>({
  name: 'DownloadFiles',
  id: '1f6193ed68f1689577382a9ebe0e1791ccef9663a575e307e27e3771b2fcfd5a',
  text: "query DownloadFiles($input: LocateFilesInput!) {\n  locateFiles(input: $input) {\n    found\n    id\n    sources {\n      location\n      copyId\n      path\n      downloadUrl\n    }\n  }\n}",
})

/** What happened to one thing, oldest first. */
export const EventsDocument = makeDocument<EventsQuery, EventsQueryVariables>({
  name: 'Events',
  id: '7139b05bbd6a0da416bb53f2bc7dfb672d3fcc8508e448e38157d5e144b6c633',
  text: "query Events($subjectId: ID!, $first: Int = 100, $after: String) {\n  events(subjectId: $subjectId, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      seq\n      at\n      subjectType\n      subjectId\n      field\n      fromState\n      toState\n      reason\n      operationId\n    }\n  }\n}",
})

/** Files an execution with its files; the same key again gives the same answer. */
export const FileObservationDocument = makeDocument<FileObservationMutation, FileObservationMutationVariables>({
  name: 'FileObservation',
  id: '93daf26a1ba2854b3ee7ad5978c10520dda9705e6d104e09d3bccbd3d214e929',
  text: "mutation FileObservation($input: FileObservationInput!) {\n  fileObservation(input: $input) {\n    filesAdded\n    execution {\n      id\n      startedAt\n      endedAt\n    }\n  }\n}",
})

/** The files of an execution, where each of them lies and in which package. */
export const FilesOfObservationDocument = makeDocument<FilesOfObservationQuery, FilesOfObservationQueryVariables>({
  name: 'FilesOfObservation',
  id: '46ae8f189e9d63b78fdceefb40cc59e2d5c3c872521dcdffdfd6a926b677bc64',
  text: "query FilesOfObservation($id: ID!, $first: Int = 200, $after: String) {\n  executedObsUnit(id: $id) {\n    id\n    files(first: $first, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        path\n        bytes\n        digest\n        package {\n          id\n          name\n        }\n        copies {\n          status\n          location {\n            name\n            type\n          }\n        }\n      }\n    }\n  }\n}",
})

/** Files by what was observed, by where and when, by name or by path, with where their copies are. */
export const FindFilesDocument = makeDocument<FindFilesQuery, FindFilesQueryVariables>({
  name: 'FindFiles',
  id: 'b8acabcf321b928c6f779558919aaafde3bc763a8aa8167582bf93425a3abfcd',
  text: "query FindFiles($filter: RawDataFileFilter, $orderBy: RawDataFileOrder, $first: Int = 50, $after: String) {\n  rawDataFiles(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount {\n      value\n      exact\n    }\n    nodes {\n      id\n      path\n      bytes\n      digest\n      package {\n        id\n        name\n        state\n      }\n      copies {\n        status\n        location {\n          name\n          type\n        }\n      }\n    }\n  }\n}",
})

/** Observations by what was observed, where on the sky and when; the newest first unless told otherwise. */
export const FindObservationsDocument = makeDocument<FindObservationsQuery, FindObservationsQueryVariables>({
  name: 'FindObservations',
  id: '45f4464fb94948139a308c1113fe88aba6b5bcd61a967d47fa5389b787bc8dca',
  text: "query FindObservations($filter: ExecutedObsUnitFilter, $orderBy: ExecutedObsUnitOrder = {field: STARTED_AT, direction: DESC}, $first: Int = 50, $after: String) {\n  executedObsUnits(\n    filter: $filter\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    totalCount {\n      value\n      exact\n    }\n    nodes {\n      id\n      startedAt\n      endedAt\n      quality\n      conditions\n      obsUnit {\n        name\n        program {\n          code\n          title\n        }\n        source {\n          name\n          ... on FixedSource {\n            raDeg\n            decDeg\n          }\n        }\n        instrument {\n          name\n          title\n        }\n      }\n      packages(first: 10) {\n        nodes {\n          id\n          name\n          state\n          fileCount\n          fileBytes\n        }\n      }\n    }\n  }\n}",
})

/** Holds packages: retention deletes nothing of them. */
export const HoldPackagesDocument = makeDocument<HoldPackagesMutation, HoldPackagesMutationVariables>({
  name: 'HoldPackages',
  id: '5131edde2e086c37a6404b1d20c5d18bf655bd755ee6daea40b118844a34ddaa',
  text: "mutation HoldPackages($input: HoldPackagesInput!) {\n  holdPackages(input: $input) {\n    id\n    until\n    package {\n      id\n      name\n    }\n  }\n}",
})

/** The holds on packages. */
export const HoldsDocument = makeDocument<HoldsQuery, HoldsQueryVariables>({
  name: 'Holds',
  id: '72f869119eda47751fe5233740eaf8e14fa6bfe70a5271be06cbef7a9f78e0d9',
  text: "query Holds($active: Boolean = true, $first: Int = 50, $after: String) {\n  holds(active: $active, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      heldBy\n      reason\n      active\n      until\n      createdAt\n      package {\n        id\n        name\n      }\n      location {\n        name\n      }\n    }\n  }\n}",
})

/** Who observes with what. */
export const InstrumentsDocument = makeDocument<InstrumentsQuery, InstrumentsQueryVariables>({
  name: 'Instruments',
  id: 'e7dcff85343266f0605022258d80a7deb0fdece222bd850742f035c9231f2a42',
  text: "query Instruments($first: Int = 50, $after: String) {\n  instruments(first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      name\n      title\n      active\n      telescope {\n        name\n        observatory {\n          name\n        }\n      }\n      modules(first: 200) {\n        nodes {\n          id\n          name\n          title\n          active\n        }\n      }\n    }\n  }\n}",
})

/** Where every good copy of up to 10,000 files is, the best source first. */
export const LocateFilesDocument = makeDocument<LocateFilesQuery, LocateFilesQueryVariables>({
  name: 'LocateFiles',
  id: 'dc34287c3c5c6b7eb7855c45681ebf76e36a69c9306595f418de78b41fd74f08',
  text: "query LocateFiles($input: LocateFilesInput!) {\n  locateFiles(input: $input) {\n    found\n    id\n    path\n    bytes\n    digest\n    packageId\n    sources {\n      copyId\n      status\n      location\n      site\n      type\n      storage\n      usable\n      path\n      offset\n      verificationLevel\n    }\n  }\n}",
})

/** One storage system, and what its last scans found. */
export const LocationDocument = makeDocument<LocationQuery, LocationQueryVariables>({
  name: 'Location',
  id: '6dd2a538ab8f0c1a951c03e9ea3183fdc675c33d84f4c87d3cee6167dba9ba7d',
  text: "query Location($name: String!, $first: Int = 50, $after: String) {\n  dataLocation(name: $name) {\n    id\n    name\n    type\n    active\n    priority\n    failureDomain\n    deletionEnabled\n    capacityBytes\n    settleS\n    identifiedAt\n    scannedAt\n    site {\n      name\n    }\n    ... on DiskLocation {\n      root\n    }\n    retentionPolicy {\n      id\n      version\n      minimumAgeS\n      graceS\n      minVerifiedCopies\n      minArchiveCopies\n    }\n    breaker {\n      state\n      failures\n      openedAt\n      probeAt\n      reason\n    }\n    findings(first: $first, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        kind\n        path\n        bytes\n        detail\n        sightings\n        firstSeenAt\n        lastSeenAt\n      }\n    }\n  }\n}",
})

/** Every storage system of every site, and whether work there is parked. */
export const LocationsDocument = makeDocument<LocationsQuery, LocationsQueryVariables>({
  name: 'Locations',
  id: '3c92b51cf97e4e81b88b66c7b876289c340a068adbc4265feb14664087c602b8',
  text: "query Locations {\n  sites {\n    id\n    name\n    title\n    active\n    locations {\n      id\n      name\n      type\n      active\n      priority\n      deletionEnabled\n      capacityBytes\n      identifiedAt\n      scannedAt\n      breaker {\n        state\n        reason\n        probeAt\n      }\n    }\n  }\n}",
})

/** One execution and how far its packages are. */
export const ObservationDocument = makeDocument<ObservationQuery, ObservationQueryVariables>({
  name: 'Observation',
  id: 'c8b29468aba49169fb82f99fa00b398480f66ddfa9556e82f3634f9279b8398a',
  text: "query Observation($id: ID!) {\n  executedObsUnit(id: $id) {\n    id\n    startedAt\n    endedAt\n    quality\n    conditions\n    filedAt\n    obsUnit {\n      id\n      name\n      configuration\n      program {\n        code\n        title\n      }\n      source {\n        name\n      }\n      instrument {\n        name\n        title\n      }\n    }\n    packages(first: 200) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        name\n        status\n        state\n        fileCount\n        fileBytes\n        bytes\n        completedAt\n        archivedAt\n        whyBlocked {\n          code\n          message\n          nextAction\n          nextAt\n          who\n        }\n      }\n    }\n    stagings(first: 10) {\n      nodes {\n        id\n        status\n        requestedBy\n        leaseUntil\n        location {\n          name\n        }\n      }\n    }\n  }\n}",
})

/** What is being done, waits or FAILED. */
export const OperationsDocument = makeDocument<OperationsQuery, OperationsQueryVariables>({
  name: 'Operations',
  id: 'e7fc0ffdec08fab465dbe8fd94b69823a3c1afb1fd88d2350903c452eaec5e52',
  text: "query Operations($state: OperationState, $kind: OperationKind, $first: Int = 50, $after: String) {\n  operations(state: $state, kind: $kind, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      kind\n      state\n      queue\n      priority\n      attempt\n      maxAttempts\n      nextRunAt\n      leaseOwner\n      errorCode\n      reason\n      bytesDone\n      bytesTotal\n      createdAt\n      startedAt\n      finishedAt\n      location {\n        name\n      }\n      package {\n        id\n        name\n      }\n    }\n  }\n}",
})

/** Follows one package: where it is, what it waits for, what is being done, and what became of it so far. */
export const PackageDocument = makeDocument<PackageQuery, PackageQueryVariables>({
  name: 'Package',
  id: '6338e9e2adbb2283255aae14492f2f75cc947ef45b268c9052490938ec81fa17',
  text: "query Package($id: ID!) {\n  rawDataPackage(id: $id) {\n    id\n    name\n    status\n    state\n    priority\n    fileCount\n    fileBytes\n    bytes\n    digest\n    createdAt\n    completedAt\n    archivedAt\n    copies {\n      id\n      status\n      statusReason\n      bytes\n      digest\n      verificationLevel\n      verifiedAt\n      location {\n        name\n        type\n        site {\n          name\n        }\n      }\n      deletionProof {\n        id\n        createdAt\n      }\n    }\n    whyBlocked {\n      code\n      message\n      nextAction\n      nextAt\n      who\n    }\n    operations {\n      id\n      kind\n      state\n      attempt\n      maxAttempts\n      nextRunAt\n      errorCode\n      reason\n      bytesDone\n      bytesTotal\n      startedAt\n      finishedAt\n      location {\n        name\n      }\n    }\n    history(first: 100) {\n      nodes {\n        seq\n        at\n        field\n        fromState\n        toState\n        reason\n      }\n    }\n    stagingRequests(first: 10) {\n      nodes {\n        id\n        status\n        requestedBy\n        leaseUntil\n      }\n    }\n  }\n}",
})

/** A page of packages with their copies, the locations of these, and the requests that stage them. */
export const PackagesDocument = makeDocument<PackagesQuery, PackagesQueryVariables>({
  name: 'Packages',
  id: '4fd2cc09e55d666ab7950e7c72daa84216ac7594305d0572096147163b2128c0',
  text: "query Packages($filter: RawDataPackageFilter, $orderBy: RawDataPackageOrder, $first: Int = 50, $after: String) {\n  rawDataPackages(\n    filter: $filter\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      name\n      status\n      state\n      bytes\n      copies {\n        id\n        status\n        verificationLevel\n        verifiedAt\n        location {\n          name\n          type\n        }\n      }\n      stagingRequests(first: 5) {\n        nodes {\n          id\n          status\n          leaseUntil\n        }\n      }\n    }\n  }\n}",
})

/** What is planned, to be filed for. */
export const PlannedObservationsDocument = makeDocument<PlannedObservationsQuery, PlannedObservationsQueryVariables>({
  name: 'PlannedObservations',
  id: 'f22945bc442c939ea5e92dd64afc2f7e84cfbca7c7598ff519ac0c3147100487',
  text: "query PlannedObservations($filter: ObsUnitFilter, $first: Int = 50, $after: String) {\n  obsUnits(filter: $filter, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      name\n      program {\n        code\n      }\n      instrument {\n        name\n      }\n      source {\n        name\n        ... on FixedSource {\n          raDeg\n          decDeg\n        }\n      }\n    }\n  }\n}",
})

/** What was observed for a program. */
export const ProgramDocument = makeDocument<ProgramQuery, ProgramQueryVariables>({
  name: 'Program',
  id: '5b853258a8a5dd6b819eeb29de9480e491c00738604bba1303184755a1627fd0',
  text: "query Program($code: String!, $first: Int = 50, $after: String) {\n  observingProgram(code: $code) {\n    id\n    code\n    title\n    principalInvestigator\n    metadataReleaseAt\n    dataReleaseAt\n    executions(first: $first, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        id\n        startedAt\n        endedAt\n        quality\n        obsUnit {\n          name\n          source {\n            name\n          }\n        }\n        packages(first: 10) {\n          nodes {\n            id\n            name\n            state\n          }\n        }\n      }\n    }\n  }\n}",
})

/** What went through each site in the last hours, stage by stage. */
export const RatesDocument = makeDocument<RatesQuery, RatesQueryVariables>({
  name: 'Rates',
  id: '5174008244ebf7cc10ddf55b36621cd85a1ecd0dfb4c72072c6ea96f2b7043e6',
  text: "query Rates($hours: Int = 24) {\n  sites {\n    name\n    title\n    flow(hours: $hours) {\n      hours\n      filed {\n        files\n        bytes\n        bytesPerHour\n      }\n      packaged {\n        files\n        bytes\n        bytesPerHour\n      }\n      transferred {\n        files\n        bytes\n        bytesPerHour\n      }\n      archived {\n        files\n        bytes\n        bytesPerHour\n      }\n      staged {\n        files\n        bytes\n        bytesPerHour\n      }\n    }\n  }\n}",
})

/** What was observed last, with its packages, where their copies are, and who has them staged. */
export const RecentObservationsDocument = makeDocument<RecentObservationsQuery, RecentObservationsQueryVariables>({
  name: 'RecentObservations',
  id: '7d195659425134a2c7cd2db139f170e8dcc874f533cad24cf658fb1c00436cde',
  text: "query RecentObservations($filter: ExecutedObsUnitFilter, $first: Int = 50, $after: String, $packages: Int = 10) {\n  executedObsUnits(\n    filter: $filter\n    orderBy: {field: STARTED_AT, direction: DESC}\n    first: $first\n    after: $after\n  ) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      startedAt\n      endedAt\n      quality\n      obsUnit {\n        name\n        program {\n          code\n        }\n        source {\n          name\n        }\n        instrument {\n          name\n        }\n      }\n      packages(first: $packages) {\n        nodes {\n          id\n          name\n          state\n          fileCount\n          digest\n          copies {\n            status\n            verificationLevel\n            location {\n              name\n              type\n            }\n          }\n          stagingRequests(first: 1) {\n            nodes {\n              status\n              requestedBy\n              leaseUntil\n            }\n          }\n        }\n      }\n    }\n  }\n}",
})

/** Ends holds. */
export const ReleaseHoldsDocument = makeDocument<ReleaseHoldsMutation, ReleaseHoldsMutationVariables>({
  name: 'ReleaseHolds',
  id: 'aa9a51a861397f0d9a2f550236ecfd22ec293a76fcf7132370a34720bdce45d8',
  text: "mutation ReleaseHolds($holdIds: [ID!]!, $reason: String!) {\n  releaseHolds(holdIds: $holdIds, reason: $reason) {\n    id\n    active\n    releasedAt\n  }\n}",
})

/** Gives back what was staged, before its time is over. */
export const ReleaseStagingDocument = makeDocument<ReleaseStagingMutation, ReleaseStagingMutationVariables>({
  name: 'ReleaseStaging',
  id: 'fe5e814ab65815ead7812272e3dc20341177e72de70b7f733915640b899704ec',
  text: "mutation ReleaseStaging($requestId: ID!) {\n  releaseStaging(requestId: $requestId) {\n    id\n    status\n    releasedAt\n    leaseUntil\n  }\n}",
})

/** Asks for a copy of a package in an archive. */
export const RequestArchiveDocument = makeDocument<RequestArchiveMutation, RequestArchiveMutationVariables>({
  name: 'RequestArchive',
  id: '7e9d46ad34499ca2853e2e75e01b695fbceee81ab747e71080a4b53692fd6263',
  text: "mutation RequestArchive($packageId: ID!, $locationId: ID!) {\n  requestArchive(packageId: $packageId, locationId: $locationId) {\n    id\n    state\n    queue\n  }\n}",
})

/** Packages what an execution has, without waiting for more files. */
export const RequestPackagingDocument = makeDocument<RequestPackagingMutation, RequestPackagingMutationVariables>({
  name: 'RequestPackaging',
  id: '2a5e8b3577e9739f335f71f2e24f292bcca91a2ee3fc4e7701021a26f50f420d',
  text: "mutation RequestPackaging($executionId: ID!) {\n  requestPackaging(executionId: $executionId) {\n    id\n    name\n    status\n  }\n}",
})

/** Asks for archived packages to be unpacked where they are worked on; the same key again gives the same request. */
export const RequestStagingDocument = makeDocument<RequestStagingMutation, RequestStagingMutationVariables>({
  name: 'RequestStaging',
  id: '49d2b12cf8406cbd7d4c21e59a692b3d037cc1d719e9caf58de12777cc64c1fa',
  text: "mutation RequestStaging($input: RequestStagingInput!) {\n  requestStaging(input: $input) {\n    id\n    status\n    leaseS\n    leaseUntil\n  }\n}",
})

/** Asks for a copy to be read again in full and compared. */
export const RequestVerificationDocument = makeDocument<RequestVerificationMutation, RequestVerificationMutationVariables>({
  name: 'RequestVerification',
  id: 'ce4a472b0003e42d43312cfd7ac8ff36b3ec519e13abed1ba700caf0bbdb292c',
  text: "mutation RequestVerification($copyId: ID!) {\n  requestVerification(copyId: $copyId) {\n    id\n    state\n    queue\n  }\n}",
})

/** Gives work that FAILED, or waits for its next attempt, all its attempts again, now. */
export const RetryOperationDocument = makeDocument<RetryOperationMutation, RetryOperationMutationVariables>({
  name: 'RetryOperation',
  id: '813acc5a41c9a643457da9ea60eeb5a242ea1bdd7c346adab3dfce76974ae209',
  text: "mutation RetryOperation($operationId: ID!) {\n  retryOperation(operationId: $operationId) {\n    id\n    state\n    attempt\n    maxAttempts\n    nextRunAt\n  }\n}",
})

/** How bytes go between sites. */
export const RoutesDocument = makeDocument<RoutesQuery, RoutesQueryVariables>({
  name: 'Routes',
  id: 'd8a9fd35fdf1c1a80667034905a754b44de802bb31190f4ea6df55a35d1d035b',
  text: "query Routes {\n  dataTransferRoutes {\n    id\n    name\n    type\n    method\n    priority\n    active\n    bundleBytes\n    bundleAgeS\n    fromSite {\n      name\n    }\n    toSite {\n      name\n    }\n    viaSite {\n      name\n    }\n  }\n}",
})

/** Takes a location out of use, or into use again. */
export const SetLocationActiveDocument = makeDocument<SetLocationActiveMutation, SetLocationActiveMutationVariables>({
  name: 'SetLocationActive',
  id: '95ca811094d981c8119f9e955770aeae729ade2f0e2a95fc08deced3a27c778a',
  text: "mutation SetLocationActive($locationId: ID!, $active: Boolean!) {\n  setLocationActive(locationId: $locationId, active: $active) {\n    id\n    name\n    active\n  }\n}",
})

/** Lets retention delete at a location, or stops it. */
export const SetLocationDeletionDocument = makeDocument<SetLocationDeletionMutation, SetLocationDeletionMutationVariables>({
  name: 'SetLocationDeletion',
  id: '6f213b0cc1e8a58a5ac575ed4ccb27caacfaa6ac257d41d18f936239d6fe237c',
  text: "mutation SetLocationDeletion($locationId: ID!, $enabled: Boolean!) {\n  setLocationDeletion(locationId: $locationId, enabled: $enabled) {\n    id\n    name\n    deletionEnabled\n  }\n}",
})

/** Lets a package go before others: a lower number runs first. */
export const SetPackagePriorityDocument = makeDocument<SetPackagePriorityMutation, SetPackagePriorityMutationVariables>({
  name: 'SetPackagePriority',
  id: 'e1e00bd148b856b81ffc00d6fed61e282a362b41e2f40fd47f7eabe20f677861',
  text: "mutation SetPackagePriority($packageId: ID!, $priority: Int!) {\n  setPackagePriority(packageId: $packageId, priority: $priority) {\n    id\n    priority\n  }\n}",
})

/** Takes a route out of use, or into use again. */
export const SetRouteActiveDocument = makeDocument<SetRouteActiveMutation, SetRouteActiveMutationVariables>({
  name: 'SetRouteActive',
  id: '0efe038a34e4cf51fa417d6fa57bbd21e06852fdcbc9d7ff0fdff6b8a2bfe0b9',
  text: "mutation SetRouteActive($routeId: ID!, $active: Boolean!) {\n  setRouteActive(routeId: $routeId, active: $active) {\n    id\n    name\n    active\n  }\n}",
})

/** Takes a site out of use, or into use again. */
export const SetSiteActiveDocument = makeDocument<SetSiteActiveMutation, SetSiteActiveMutationVariables>({
  name: 'SetSiteActive',
  id: '440bf76d69a6db37c0f6e413ea0316132fed0435de090c8a37a5d5917845b359',
  text: "mutation SetSiteActive($siteId: ID!, $active: Boolean!) {\n  setSiteActive(siteId: $siteId, active: $active) {\n    id\n    name\n    active\n  }\n}",
})

/** How far a request for staging is. */
export const StagingDocument = makeDocument<StagingQuery, StagingQueryVariables>({
  name: 'Staging',
  id: '2cb4462ffd277a0161a0e353d777af0d5e99edb6da64507919e6ea56ac155049',
  text: "query Staging($id: ID!, $first: Int = 200, $after: String) {\n  stagingRequest(id: $id) {\n    id\n    status\n    requestedBy\n    priority\n    leaseS\n    leaseUntil\n    createdAt\n    completedAt\n    releasedAt\n    location {\n      name\n      type\n    }\n    packages(first: $first, after: $after) {\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      nodes {\n        status\n        package {\n          id\n          name\n          bytes\n        }\n      }\n    }\n  }\n}",
})

/** The requests for staging. */
export const StagingsDocument = makeDocument<StagingsQuery, StagingsQueryVariables>({
  name: 'Stagings',
  id: 'fe6df19aeffdb7c90268d47584ce5fd2443e30836aefda44048129994ea99e7f',
  text: "query Stagings($status: StagingStatus, $first: Int = 50, $after: String) {\n  stagingRequests(status: $status, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      status\n      requestedBy\n      priority\n      leaseS\n      leaseUntil\n      createdAt\n      completedAt\n      location {\n        name\n      }\n    }\n  }\n}",
})

/** Sites, locations, routes and retention, as operators make them. */
export const TopologyDocument = makeDocument<TopologyQuery, TopologyQueryVariables>({
  name: 'Topology',
  id: 'b2d32f1bf39240b5ec0fca1453593842859b053249aa46e8a04084ef33179b19',
  text: "query Topology {\n  sites {\n    id\n    name\n    title\n    active\n    locations {\n      id\n      name\n      type\n      storage\n      active\n      priority\n      failureDomain\n      deletionEnabled\n      capacityBytes\n      settleS\n      instrument {\n        id\n        name\n      }\n      retentionPolicy {\n        version\n        minimumAgeS\n        graceS\n        minVerifiedCopies\n        minArchiveCopies\n        minVerificationLevel\n        maxVerificationAgeS\n        highWater\n        lowWater\n        maxShareHour\n        trashS\n      }\n      ... on DiskLocation {\n        root\n      }\n    }\n  }\n  dataTransferRoutes {\n    id\n    name\n    type\n    method\n    priority\n    active\n    bundleBytes\n    bundleAgeS\n    streams\n    rateBytesS\n    sshHost\n    fromSite {\n      name\n    }\n    toSite {\n      name\n    }\n    viaSite {\n      name\n    }\n  }\n}",
})

/** What is, or was, on its way between sites. */
export const TransfersDocument = makeDocument<TransfersQuery, TransfersQueryVariables>({
  name: 'Transfers',
  id: '3fa2d95640b4b81bed5e5bc63e89068523d8e1c53e28ffbee78657214cba6519',
  text: "query Transfers($status: Status, $first: Int = 50, $after: String) {\n  dataTransfers(status: $status, first: $first, after: $after) {\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    nodes {\n      id\n      status\n      unpackStatus\n      leg\n      rounds\n      createdAt\n      completedAt\n      unpackedAt\n      route {\n        name\n      }\n      fromLocation {\n        name\n      }\n      toLocation {\n        name\n      }\n      transferPackage {\n        id\n        packageCount\n        bytes\n      }\n    }\n  }\n}",
})

/** Changes how a route is used. */
export const UpdateDataTransferRouteDocument = makeDocument<UpdateDataTransferRouteMutation, UpdateDataTransferRouteMutationVariables>({
  name: 'UpdateDataTransferRoute',
  id: '2789be0c82c16b95826c72764afe1e9cd23fd03d4acb552f63e9498a915b566d',
  text: "mutation UpdateDataTransferRoute($input: UpdateDataTransferRouteInput!) {\n  updateDataTransferRoute(input: $input) {\n    id\n    name\n  }\n}",
})

/** Changes how a location is used. */
export const UpdateLocationDocument = makeDocument<UpdateLocationMutation, UpdateLocationMutationVariables>({
  name: 'UpdateLocation',
  id: '56a190daecfdceb07d74824a0eb80e132831fd581b1e2770c22ae9465fee6bc4',
  text: "mutation UpdateLocation($input: UpdateLocationInput!) {\n  updateLocation(input: $input) {\n    id\n    name\n  }\n}",
})

/** Why the thing of an id waits: a package, a transfer, a piece of work, a copy, a staging request, or an execution by its packages. */
export const WhyBlockedDocument = makeDocument<WhyBlockedQuery, WhyBlockedQueryVariables>({
  name: 'WhyBlocked',
  id: 'fc7527f2d907b512da7f0ede1db366cb597d86889fb59619e0f7368a23bee10b',
  text: "query WhyBlocked($id: ID!) {\n  package: rawDataPackage(id: $id) {\n    id\n    name\n    state\n    whyBlocked {\n      ...reason\n    }\n  }\n  transfer: dataTransfer(id: $id) {\n    id\n    status\n    whyBlocked {\n      ...reason\n    }\n  }\n  operation(id: $id) {\n    id\n    kind\n    state\n    whyBlocked {\n      ...reason\n    }\n  }\n  copy: physicalCopy(id: $id) {\n    id\n    path\n    status\n    whyBlocked {\n      ...reason\n    }\n  }\n  staging: stagingRequest(id: $id) {\n    id\n    status\n    whyBlocked {\n      ...reason\n    }\n  }\n  execution: executedObsUnit(id: $id) {\n    id\n    packages(first: 200) {\n      nodes {\n        id\n        name\n        state\n        whyBlocked {\n          ...reason\n        }\n      }\n    }\n  }\n}\n\nfragment reason on Blocker {\n  code\n  message\n  nextAction\n  nextAt\n  who\n  level\n  subjectType\n  subjectId\n}",
})

/** How much work there is in each state, and the first of it. */
export const WorkDocument = makeDocument<WorkQuery, WorkQueryVariables>({
  name: 'Work',
  id: 'c0103dbe7db27437cb15f0c48dfe7a9563f51e4c6080656e73ee5c8e0f2c8946',
  text: "query Work($first: Int = 20) {\n  running: operations(state: RUNNING, first: $first) {\n    totalCount {\n      value\n      exact\n    }\n    nodes {\n      ...work\n    }\n  }\n  ready: operations(state: READY, first: $first) {\n    totalCount {\n      value\n      exact\n    }\n    nodes {\n      ...work\n    }\n  }\n  waiting: operations(state: WAITING, first: $first) {\n    totalCount {\n      value\n      exact\n    }\n    nodes {\n      ...work\n    }\n  }\n  failed: operations(state: FAILED, first: $first) {\n    totalCount {\n      value\n      exact\n    }\n    nodes {\n      ...work\n    }\n  }\n}\n\nfragment work on Operation {\n  id\n  kind\n  state\n  queue\n  attempt\n  maxAttempts\n  nextRunAt\n  reason\n  bytesDone\n  bytesTotal\n  rateBytesS\n  endsAt\n}",
})

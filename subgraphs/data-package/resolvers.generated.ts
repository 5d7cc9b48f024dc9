// Written by `npm run generate` from schema.graphql: types only, never edited.
/* oxlint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TotalCount as TotalCountEntity, Context } from '@almagest/kit';
import type { RawDataFile as RawDataFileEntity, RawDataPackage as RawDataPackageEntity, DataTransferPackage as DataTransferPackageEntity } from '@almagest/schema';
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

/** One file as an instrument module wrote it. */
export type RawDataFile = {
  __typename?: 'RawDataFile';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Relative to the SOURCE location. */
  path: Scalars['String']['output'];
  /** Its size in bytes, as it was filed. */
  bytes: Scalars['ByteCount']['output'];
  /** What the instrument claimed when it filed the file, if anything. */
  filedDigest?: Maybe<Scalars['Digest']['output']>;
  /** What packaging found (BLAKE3); null until then. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** Where its bytes begin in the tar of its package; null until it is packaged. */
  offset?: Maybe<Scalars['ByteCount']['output']>;
  /** Its modification time at SOURCE as packaging found it, in nanoseconds since 1970 UTC: a whole number as text; null until then. */
  mtimeNs?: Maybe<Scalars['String']['output']>;
  /** Its permission bits at SOURCE as packaging found them; null until then. */
  mode?: Maybe<Scalars['Int']['output']>;
  /** When it was filed, by the clock of the data centre. */
  filedAt: Scalars['DateTime']['output'];
  /** The execution that it was written in. */
  execution?: Maybe<ExecutedObsUnit>;
  /** The module that wrote it. */
  module?: Maybe<InstrumentModule>;
  /** The package that it went into; null until then. */
  package?: Maybe<RawDataPackage>;
};

/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackage = {
  __typename?: 'RawDataPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Unique, made of instrument, module, start of the execution and number. */
  name: Scalars['String']['output'];
  /** Its number among the packages of the same execution and module, from 1. */
  sequence: Scalars['Int']['output'];
  /** How the work of making it stands. */
  status: Status;
  /** Where it is on its way to the archive. */
  state: PackageState;
  /** Lower runs first. */
  priority: Scalars['Int']['output'];
  /** How many files it has. */
  fileCount: Scalars['Int']['output'];
  /** The sum of the sizes of its files. */
  fileBytes: Scalars['ByteCount']['output'];
  /** The size of the tar; null until it is made. */
  bytes?: Maybe<Scalars['ByteCount']['output']>;
  /** Its identity: the BLAKE3 of its manifest, which fixes every byte of the tar; null until it is made. */
  digest?: Maybe<Scalars['Digest']['output']>;
  /** What `b3sum` prints for the tar, from the first full re-read; null until then. */
  flatDigest?: Maybe<Scalars['Digest']['output']>;
  /** What `sha256sum` prints for the tar, after `sha256:`, from the first full re-read at a location whose `sha256` is true; null until then. */
  sha256?: Maybe<Scalars['Digest']['output']>;
  /** When it was planned, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When the tar was made; null until then. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When the first long-term archive had it, verified. */
  archivedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The execution that its files were written in. */
  execution?: Maybe<ExecutedObsUnit>;
  /** The module that wrote its files. */
  module?: Maybe<InstrumentModule>;
  /** Its files, in the order of their paths. */
  files: RawDataFileConnection;
  /** The transfer packages that it went into, oldest first. */
  transferPackages: DataTransferPackageConnection;
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageFilesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageTransferPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Packages grouped for one transfer between two sites: a manifest, never a tar on disk. */
export type DataTransferPackage = {
  __typename?: 'DataTransferPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Lower runs first. */
  priority: Scalars['Int']['output'];
  /** How many packages it has. */
  packageCount: Scalars['Int']['output'];
  /** The sum of the sizes of their tars, in bytes. */
  bytes: Scalars['ByteCount']['output'];
  /** When it was closed, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Where it is sent from. */
  fromSite?: Maybe<Site>;
  /** Where it is sent to. */
  toSite?: Maybe<Site>;
  /** Its packages, oldest first. */
  packages: RawDataPackageConnection;
};


/** Packages grouped for one transfer between two sites: a manifest, never a tar on disk. */
export type DataTransferPackagePackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One execution of a planned observation. */
export type ExecutedObsUnit = {
  __typename?: 'ExecutedObsUnit';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** Its files, in order of their ids. */
  files?: Maybe<RawDataFileConnection>;
  /** The packages of its files, in order of their ids. */
  packages?: Maybe<RawDataPackageConnection>;
};


/** One execution of a planned observation. */
export type ExecutedObsUnitFilesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** One execution of a planned observation. */
export type ExecutedObsUnitPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** The smallest part of an instrument that writes files: one detector array, one receiver band. */
export type InstrumentModule = {
  __typename?: 'InstrumentModule';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The packages of its files, oldest first. */
  packages?: Maybe<RawDataPackageConnection>;
};


/** The smallest part of an instrument that writes files: one detector array, one receiver band. */
export type InstrumentModulePackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A place with infrastructure. */
export type Site = {
  __typename?: 'Site';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** What was grouped to be sent to it. */
  incomingTransferPackages?: Maybe<DataTransferPackageConnection>;
  /** What was grouped to be sent from it. */
  outgoingTransferPackages?: Maybe<DataTransferPackageConnection>;
};


/** A place with infrastructure. */
export type SiteIncomingTransferPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A place with infrastructure. */
export type SiteOutgoingTransferPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One page of files. */
export type RawDataFileConnection = {
  __typename?: 'RawDataFileConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<RawDataFile>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of packages. */
export type RawDataPackageConnection = {
  __typename?: 'RawDataPackageConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<RawDataPackage>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of transfer packages. */
export type DataTransferPackageConnection = {
  __typename?: 'DataTransferPackageConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<DataTransferPackage>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

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

/** A circle on the sky (ICRS). What does not lie at a fixed place is in none. */
export type Cone = {
  /** Right ascension of the centre in degrees: 0 <= ra < 360. */
  raDeg: Scalars['Float']['input'];
  /** Declination of the centre in degrees: -90 to 90. */
  decDeg: Scalars['Float']['input'];
  /** Radius in degrees along a great circle: 0 < radius <= 180. The edge belongs to the cone. */
  radiusDeg: Scalars['Float']['input'];
};

/** Which way a list goes. */
export type Direction =
  /** The smallest, the first or the oldest at the beginning. */
  | 'ASC'
  /** The largest, the last or the newest at the beginning. */
  | 'DESC';

/** Conditions on files; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type RawDataFileFilter = {
  /** The code of the program. */
  program?: InputMaybe<Scalars['String']['input']>;
  /** The name of the instrument. */
  instrument?: InputMaybe<Scalars['String']['input']>;
  /** The name of the module that wrote them. */
  module?: InputMaybe<Scalars['String']['input']>;
  /** The name of the source. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** The quality of the execution: one of these, each given once. */
  quality?: InputMaybe<Array<Quality>>;
  /** Of executions that began at this moment or later (UTC). */
  startedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of executions that began before this moment (UTC), which is after `startedFrom`. */
  startedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only of fixed sources in this circle. */
  cone?: InputMaybe<Cone>;
  /**
   * Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program, in the name of the planned observation, the source, the
   * instrument or the module, or in the path. All files that the other conditions leave are looked at: a word that few of them have takes long.
   */
  text?: InputMaybe<Scalars['String']['input']>;
  /** The id of the execution. */
  execution?: InputMaybe<Scalars['ID']['input']>;
  /** The id of the package that they went into. */
  package?: InputMaybe<Scalars['ID']['input']>;
  /** Whether they are in a package. */
  packaged?: InputMaybe<Scalars['Boolean']['input']>;
  /** The exact path, relative to the SOURCE location, with case. Every module may have a file of that path. */
  path?: InputMaybe<Scalars['String']['input']>;
  /**
   * How the path begins, exactly and with case; it may end within a name. An accent belongs to its letter: `e` does not begin `é`. Other conditions beside it
   * look at all files whose path begins so.
   */
  pathPrefix?: InputMaybe<Scalars['String']['input']>;
};

/** By what files are ordered. */
export type RawDataFileOrderField =
  /** By the ids of their executions, then by their own: as they were registered. */
  | 'EXECUTION'
  /** By when their executions began, then by the ids of these and by their own. */
  | 'STARTED_AT'
  /** By their paths, whatever their case, byte by byte. Only with `path`, `pathPrefix`, `execution` or `package`, or without any condition. With `path` or `pathPrefix` alone it is the only order. */
  | 'PATH';

/** How files are ordered. */
export type RawDataFileOrder = {
  /** By what. */
  field: RawDataFileOrderField;
  /** Which way. */
  direction?: InputMaybe<Direction>;
};

/** Conditions on packages; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type RawDataPackageFilter = {
  /** The code of the program. */
  program?: InputMaybe<Scalars['String']['input']>;
  /** The name of the instrument. */
  instrument?: InputMaybe<Scalars['String']['input']>;
  /** The name of the module that wrote them. */
  module?: InputMaybe<Scalars['String']['input']>;
  /** The name of the source. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** The quality of the execution: one of these, each given once. */
  quality?: InputMaybe<Array<Quality>>;
  /** Of executions that began at this moment or later (UTC). */
  startedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of executions that began before this moment (UTC), which is after `startedFrom`. */
  startedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only of fixed sources in this circle. */
  cone?: InputMaybe<Cone>;
  /**
   * Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program, or in the name of the planned observation, the source, the
   * instrument, the module or the package. All packages that the other conditions leave are looked at.
   */
  text?: InputMaybe<Scalars['String']['input']>;
  /** The id of the execution. */
  execution?: InputMaybe<Scalars['ID']['input']>;
  /** How the work of making them stands: one of these, each given once. */
  status?: InputMaybe<Array<Status>>;
  /** Where they are on their way to the archive: one of these, each given once. */
  state?: InputMaybe<Array<PackageState>>;
};

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

/** How packages are ordered. */
export type RawDataPackageOrder = {
  /** By what. */
  field: RawDataPackageOrderField;
  /** Which way. */
  direction?: InputMaybe<Direction>;
};

/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type Query = {
  __typename?: 'Query';
  /** The file, or null. */
  rawDataFile?: Maybe<RawDataFile>;
  /** Files, as far as all conditions of the filter hold. A cursor is a place in one order: it goes on in that order and direction, under whatever filter. */
  rawDataFiles?: Maybe<RawDataFileConnection>;
  /** The package, or null. */
  rawDataPackage?: Maybe<RawDataPackage>;
  /** Packages, as far as all conditions of the filter hold. A cursor is a place in one order: it goes on in that order and direction, under whatever filter. */
  rawDataPackages?: Maybe<RawDataPackageConnection>;
  /** The transfer package, or null. */
  dataTransferPackage?: Maybe<DataTransferPackage>;
  /** Transfer packages, oldest first. */
  dataTransferPackages?: Maybe<DataTransferPackageConnection>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryRawDataFileArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryRawDataFilesArgs = {
  filter?: InputMaybe<RawDataFileFilter>;
  orderBy?: InputMaybe<RawDataFileOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryRawDataPackageArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryRawDataPackagesArgs = {
  filter?: InputMaybe<RawDataPackageFilter>;
  orderBy?: InputMaybe<RawDataPackageOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataTransferPackageArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryDataTransferPackagesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What can be done. A refusal names the field and the rule. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Packages the files of an execution now, without waiting until they have settled. Asking again returns the same packages. */
  requestPackaging: Array<RawDataPackage>;
  /** Tries a package again whose packaging FAILED. */
  retryPackaging: RawDataPackage;
  /** Lets a package, and all its work that is still to do, run before or after others: lower runs first, 0 to 1,000,000. */
  setPackagePriority: RawDataPackage;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRequestPackagingArgs = {
  executionId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetryPackagingArgs = {
  packageId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetPackagePriorityArgs = {
  packageId: Scalars['ID']['input'];
  priority: Scalars['Int']['input'];
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
  RawDataFile: RawDataFile;
  RawDataPackage: RawDataPackage;
  DataTransferPackage: DataTransferPackage;
  ExecutedObsUnit: ExecutedObsUnit;
  InstrumentModule: InstrumentModule;
  Site: Site;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  RawDataFile:
    ( { __typename: 'RawDataFile' }
    & GraphQLRecursivePick<FederationTypes['RawDataFile'], {"id":true}> );
  RawDataPackage:
    ( { __typename: 'RawDataPackage' }
    & GraphQLRecursivePick<FederationTypes['RawDataPackage'], {"id":true}> );
  DataTransferPackage:
    ( { __typename: 'DataTransferPackage' }
    & GraphQLRecursivePick<FederationTypes['DataTransferPackage'], {"id":true}> );
  ExecutedObsUnit:
    ( { __typename: 'ExecutedObsUnit' }
    & GraphQLRecursivePick<FederationTypes['ExecutedObsUnit'], {"id":true}> );
  InstrumentModule:
    ( { __typename: 'InstrumentModule' }
    & GraphQLRecursivePick<FederationTypes['InstrumentModule'], {"id":true}> );
  Site:
    ( { __typename: 'Site' }
    & GraphQLRecursivePick<FederationTypes['Site'], {"id":true}> );
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
  RawDataFile: ResolverTypeWrapper<RawDataFileEntity>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  RawDataPackage: ResolverTypeWrapper<RawDataPackageEntity>;
  DataTransferPackage: ResolverTypeWrapper<DataTransferPackageEntity>;
  ExecutedObsUnit: ResolverTypeWrapper<{ id: string }>;
  InstrumentModule: ResolverTypeWrapper<{ id: string }>;
  Site: ResolverTypeWrapper<{ id: string }>;
  RawDataFileConnection: ResolverTypeWrapper<Omit<RawDataFileConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['RawDataFile']>, totalCount: ResolversTypes['TotalCount'] }>;
  RawDataPackageConnection: ResolverTypeWrapper<Omit<RawDataPackageConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['RawDataPackage']>, totalCount: ResolversTypes['TotalCount'] }>;
  DataTransferPackageConnection: ResolverTypeWrapper<Omit<DataTransferPackageConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['DataTransferPackage']>, totalCount: ResolversTypes['TotalCount'] }>;
  Quality: Quality;
  Cone: Cone;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Direction: Direction;
  RawDataFileFilter: RawDataFileFilter;
  RawDataFileOrderField: RawDataFileOrderField;
  RawDataFileOrder: RawDataFileOrder;
  RawDataPackageFilter: RawDataPackageFilter;
  RawDataPackageOrderField: RawDataPackageOrderField;
  RawDataPackageOrder: RawDataPackageOrder;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
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
  RawDataFile: RawDataFileEntity;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  RawDataPackage: RawDataPackageEntity;
  DataTransferPackage: DataTransferPackageEntity;
  ExecutedObsUnit: { id: string };
  InstrumentModule: { id: string };
  Site: { id: string };
  RawDataFileConnection: Omit<RawDataFileConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['RawDataFile']>, totalCount: ResolversParentTypes['TotalCount'] };
  RawDataPackageConnection: Omit<RawDataPackageConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['RawDataPackage']>, totalCount: ResolversParentTypes['TotalCount'] };
  DataTransferPackageConnection: Omit<DataTransferPackageConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['DataTransferPackage']>, totalCount: ResolversParentTypes['TotalCount'] };
  Cone: Cone;
  Float: Scalars['Float']['output'];
  RawDataFileFilter: RawDataFileFilter;
  RawDataFileOrder: RawDataFileOrder;
  RawDataPackageFilter: RawDataPackageFilter;
  RawDataPackageOrder: RawDataPackageOrder;
  Query: Record<PropertyKey, never>;
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

export type RawDataFileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataFile'] = ResolversParentTypes['RawDataFile'], FederationReferenceType extends FederationReferenceTypes['RawDataFile'] = FederationReferenceTypes['RawDataFile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataFile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  filedDigest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  offset?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  mtimeNs?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  mode?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  filedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  execution?: Resolver<Maybe<ResolversTypes['ExecutedObsUnit']>, ParentType, ContextType>;
  module?: Resolver<Maybe<ResolversTypes['InstrumentModule']>, ParentType, ContextType>;
  package?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
};

export type RawDataPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataPackage'] = ResolversParentTypes['RawDataPackage'], FederationReferenceType extends FederationReferenceTypes['RawDataPackage'] = FederationReferenceTypes['RawDataPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sequence?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['PackageState'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fileCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fileBytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  bytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  flatDigest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  sha256?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  archivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  execution?: Resolver<Maybe<ResolversTypes['ExecutedObsUnit']>, ParentType, ContextType>;
  module?: Resolver<Maybe<ResolversTypes['InstrumentModule']>, ParentType, ContextType>;
  files?: Resolver<ResolversTypes['RawDataFileConnection'], ParentType, ContextType, RequireFields<RawDataPackageFilesArgs, 'first'>>;
  transferPackages?: Resolver<ResolversTypes['DataTransferPackageConnection'], ParentType, ContextType, RequireFields<RawDataPackageTransferPackagesArgs, 'first'>>;
};

export type DataTransferPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferPackage'] = ResolversParentTypes['DataTransferPackage'], FederationReferenceType extends FederationReferenceTypes['DataTransferPackage'] = FederationReferenceTypes['DataTransferPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DataTransferPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  packageCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bytes?: Resolver<ResolversTypes['ByteCount'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  fromSite?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType>;
  toSite?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType>;
  packages?: Resolver<ResolversTypes['RawDataPackageConnection'], ParentType, ContextType, RequireFields<DataTransferPackagePackagesArgs, 'first'>>;
};

export type ExecutedObsUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutedObsUnit'] = ResolversParentTypes['ExecutedObsUnit'], FederationReferenceType extends FederationReferenceTypes['ExecutedObsUnit'] = FederationReferenceTypes['ExecutedObsUnit']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ExecutedObsUnit']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  files?: Resolver<Maybe<ResolversTypes['RawDataFileConnection']>, ParentType, ContextType, RequireFields<ExecutedObsUnitFilesArgs, 'first'>>;
  packages?: Resolver<Maybe<ResolversTypes['RawDataPackageConnection']>, ParentType, ContextType, RequireFields<ExecutedObsUnitPackagesArgs, 'first'>>;
};

export type InstrumentModuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InstrumentModule'] = ResolversParentTypes['InstrumentModule'], FederationReferenceType extends FederationReferenceTypes['InstrumentModule'] = FederationReferenceTypes['InstrumentModule']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['InstrumentModule']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  packages?: Resolver<Maybe<ResolversTypes['RawDataPackageConnection']>, ParentType, ContextType, RequireFields<InstrumentModulePackagesArgs, 'first'>>;
};

export type SiteResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Site'] = ResolversParentTypes['Site'], FederationReferenceType extends FederationReferenceTypes['Site'] = FederationReferenceTypes['Site']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Site']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  incomingTransferPackages?: Resolver<Maybe<ResolversTypes['DataTransferPackageConnection']>, ParentType, ContextType, RequireFields<SiteIncomingTransferPackagesArgs, 'first'>>;
  outgoingTransferPackages?: Resolver<Maybe<ResolversTypes['DataTransferPackageConnection']>, ParentType, ContextType, RequireFields<SiteOutgoingTransferPackagesArgs, 'first'>>;
};

export type RawDataFileConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataFileConnection'] = ResolversParentTypes['RawDataFileConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['RawDataFile']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type RawDataPackageConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataPackageConnection'] = ResolversParentTypes['RawDataPackageConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type DataTransferPackageConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DataTransferPackageConnection'] = ResolversParentTypes['DataTransferPackageConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['DataTransferPackage']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  rawDataFile?: Resolver<Maybe<ResolversTypes['RawDataFile']>, ParentType, ContextType, RequireFields<QueryRawDataFileArgs, 'id'>>;
  rawDataFiles?: Resolver<Maybe<ResolversTypes['RawDataFileConnection']>, ParentType, ContextType, RequireFields<QueryRawDataFilesArgs, 'first'>>;
  rawDataPackage?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType, RequireFields<QueryRawDataPackageArgs, 'id'>>;
  rawDataPackages?: Resolver<Maybe<ResolversTypes['RawDataPackageConnection']>, ParentType, ContextType, RequireFields<QueryRawDataPackagesArgs, 'first'>>;
  dataTransferPackage?: Resolver<Maybe<ResolversTypes['DataTransferPackage']>, ParentType, ContextType, RequireFields<QueryDataTransferPackageArgs, 'id'>>;
  dataTransferPackages?: Resolver<Maybe<ResolversTypes['DataTransferPackageConnection']>, ParentType, ContextType, RequireFields<QueryDataTransferPackagesArgs, 'first'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  requestPackaging?: Resolver<Array<ResolversTypes['RawDataPackage']>, ParentType, ContextType, RequireFields<MutationRequestPackagingArgs, 'executionId'>>;
  retryPackaging?: Resolver<ResolversTypes['RawDataPackage'], ParentType, ContextType, RequireFields<MutationRetryPackagingArgs, 'packageId'>>;
  setPackagePriority?: Resolver<ResolversTypes['RawDataPackage'], ParentType, ContextType, RequireFields<MutationSetPackagePriorityArgs, 'packageId' | 'priority'>>;
};

export type Resolvers<ContextType = Context> = {
  ByteCount?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Digest?: GraphQLScalarType;
  Count?: GraphQLScalarType;
  TotalCount?: TotalCountResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  RawDataFile?: RawDataFileResolvers<ContextType>;
  RawDataPackage?: RawDataPackageResolvers<ContextType>;
  DataTransferPackage?: DataTransferPackageResolvers<ContextType>;
  ExecutedObsUnit?: ExecutedObsUnitResolvers<ContextType>;
  InstrumentModule?: InstrumentModuleResolvers<ContextType>;
  Site?: SiteResolvers<ContextType>;
  RawDataFileConnection?: RawDataFileConnectionResolvers<ContextType>;
  RawDataPackageConnection?: RawDataPackageConnectionResolvers<ContextType>;
  DataTransferPackageConnection?: DataTransferPackageConnectionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};

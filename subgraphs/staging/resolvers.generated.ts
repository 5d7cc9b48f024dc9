// Written by `npm run generate` from schema.graphql: types only, never edited.
/* oxlint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TotalCount as TotalCountEntity, Context } from '@almagest/kit';
import type { StagingRequest as StagingRequestEntity, StagedPackage as StagedPackageEntity, StagedFile as StagedFileEntity } from '@almagest/schema';
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

/** A wish to have archived packages unpacked at a PROCESSING location, for a while. */
export type StagingRequest = {
  __typename?: 'StagingRequest';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The key that the client made for it. */
  key: Scalars['String']['output'];
  /** How far it is. */
  status: StagingStatus;
  /** Who asked, in their own words. */
  requestedBy: Scalars['String']['output'];
  /** Lower runs first. */
  priority: Scalars['Int']['output'];
  /** How long the files stay after they are ready, in seconds. */
  leaseS: Scalars['Int']['output'];
  /** Until when they stay; null until they are ready. */
  leaseUntil?: Maybe<Scalars['DateTime']['output']>;
  /** When it was asked for, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** When everything was there; null until then. */
  completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When somebody ended it before its lease did; null: nobody did. */
  releasedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The id of the location where the packages are made available. */
  locationId: Scalars['ID']['output'];
  /** Its packages, in the order of their ids. */
  packages: StagedPackageConnection;
};


/** A wish to have archived packages unpacked at a PROCESSING location, for a while. */
export type StagingRequestPackagesArgs = {
  status?: InputMaybe<Status>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One package of a staging request. */
export type StagedPackage = {
  __typename?: 'StagedPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** How the work of unpacking it stands. */
  status: Status;
  /** The package. */
  package?: Maybe<RawDataPackage>;
  /** The request that it belongs to. */
  request: StagingRequest;
  /** The files and ranges of files that are wanted of it, in a stable order; empty: all of the package is. */
  files: StagedFileConnection;
};


/** One package of a staging request. */
export type StagedPackageFilesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One file, or a range of the bytes of one, that is wanted of a package of which the request does not want all. */
export type StagedFile = {
  __typename?: 'StagedFile';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The file. */
  file?: Maybe<RawDataFile>;
  /** Of a range its first byte, counted from 0 at the beginning of the file; null: all of the file is wanted. */
  start?: Maybe<Scalars['ByteCount']['output']>;
  /** Of a range how many bytes it has; null: all of the file is wanted. */
  bytes?: Maybe<Scalars['ByteCount']['output']>;
  /** The package of the request that it is read out of. */
  stagedPackage: StagedPackage;
};

/** One file as an instrument module wrote it. */
export type RawDataFile = {
  __typename?: 'RawDataFile';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
};

/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackage = {
  __typename?: 'RawDataPackage';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The requests that stage it, oldest first. */
  stagingRequests?: Maybe<StagingRequestConnection>;
};


/** A tar of files of one execution and one module, at most 50 GB. */
export type RawDataPackageStagingRequestsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One execution of a planned observation. */
export type ExecutedObsUnit = {
  __typename?: 'ExecutedObsUnit';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The requests that stage any of its packages. */
  stagings?: Maybe<StagingRequestConnection>;
};


/** One execution of a planned observation. */
export type ExecutedObsUnitStagingsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One page of staging requests. */
export type StagingRequestConnection = {
  __typename?: 'StagingRequestConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<StagingRequest>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of packages of a request. */
export type StagedPackageConnection = {
  __typename?: 'StagedPackageConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<StagedPackage>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of files that are wanted of a package. */
export type StagedFileConnection = {
  __typename?: 'StagedFileConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<StagedFile>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type Query = {
  __typename?: 'Query';
  /** The request of that id or key, or null. Give one of the two. */
  stagingRequest?: Maybe<StagingRequest>;
  /** Staging requests, oldest first. */
  stagingRequests?: Maybe<StagingRequestConnection>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryStagingRequestArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  key?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryStagingRequestsArgs = {
  status?: InputMaybe<StagingStatus>;
  locationId?: InputMaybe<Scalars['ID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** So many bytes of a file, from a byte on. */
export type FileRangeInput = {
  /** The id of the file. */
  fileId: Scalars['ID']['input'];
  /** The first byte that is wanted, counted from 0 at the beginning of the file. */
  start: Scalars['ByteCount']['input'];
  /** How many bytes are wanted: at least 1, and no more than the file has from there on. */
  bytes: Scalars['ByteCount']['input'];
};

/** Give executions, packages, files, ranges of files, or several of these: everything that they name is staged. */
export type RequestStagingInput = {
  /** Made by the client, kept over its retries: asking again with the same key gives the same request. */
  key: Scalars['String']['input'];
  /** The name of a PROCESSING location. */
  location: Scalars['String']['input'];
  /** Who asks, in their own words: 1 to 200 characters. */
  requestedBy: Scalars['String']['input'];
  /** At most 1,000. */
  executionIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** At most 10,000. */
  packageIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /**
   * At most 10,000. Of their packages only these files are read, and staged as `<package>.files/<path>` beside where the package would be unpacked;
   * `locateFiles` tells where. A file of a package that is named too, or staged whole, is in the folder of that.
   */
  fileIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /**
   * At most 10,000; they may overlap. Only so much of a package is read as verifies them, and each is staged as a file
   * `<package>.ranges/<path>/<start>+<bytes>`, of which `StagedFile.copy` tells. A file is named in whole or by ranges. A range of a package that is
   * named too, or staged whole, is in the file in the folder of that.
   */
  ranges?: InputMaybe<Array<FileRangeInput>>;
  /** Seconds, 60 to 31,536,000. */
  leaseS?: InputMaybe<Scalars['Int']['input']>;
  /** Lower runs first. */
  priority?: InputMaybe<Scalars['Int']['input']>;
};

/** A longer lease for a request. */
export type RenewStagingInput = {
  /** The id of the request. */
  requestId: Scalars['ID']['input'];
  /** From now on, if the packages are there; else from when they are. Seconds, 60 to 31,536,000. */
  leaseS: Scalars['Int']['input'];
};

/** What can be done. A refusal names the field and the rule. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Asks for packages to be unpacked, or for single files of packages or ranges of them, at a PROCESSING location. What is staged there already is shared. */
  requestStaging: StagingRequest;
  /** Tries a request again that FAILED. */
  retryStaging: StagingRequest;
  /** Makes the files of a request stay longer. A shorter lease than it has is refused, and one that has ended. */
  renewStaging: StagingRequest;
  /** Gives a request, and its work that is not done, another priority, 0 to 1,000,000: lower runs first. Shared work has that of its most urgent request. */
  setStagingPriority: StagingRequest;
  /** Ends a request before its lease does; its files go when no other request needs them. */
  releaseStaging: StagingRequest;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRequestStagingArgs = {
  input: RequestStagingInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRetryStagingArgs = {
  requestId: Scalars['ID']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationRenewStagingArgs = {
  input: RenewStagingInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationSetStagingPriorityArgs = {
  requestId: Scalars['ID']['input'];
  priority: Scalars['Int']['input'];
};


/** What can be done. A refusal names the field and the rule. */
export type MutationReleaseStagingArgs = {
  requestId: Scalars['ID']['input'];
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
  StagingRequest: StagingRequest;
  StagedPackage: StagedPackage;
  StagedFile: StagedFile;
  RawDataFile: RawDataFile;
  RawDataPackage: RawDataPackage;
  ExecutedObsUnit: ExecutedObsUnit;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  StagingRequest:
    ( { __typename: 'StagingRequest' }
    & GraphQLRecursivePick<FederationTypes['StagingRequest'], {"id":true}> );
  StagedPackage:
    ( { __typename: 'StagedPackage' }
    & GraphQLRecursivePick<FederationTypes['StagedPackage'], {"id":true}> );
  StagedFile:
    ( { __typename: 'StagedFile' }
    & GraphQLRecursivePick<FederationTypes['StagedFile'], {"id":true}> );
  RawDataFile:
    ( { __typename: 'RawDataFile' }
    & GraphQLRecursivePick<FederationTypes['RawDataFile'], {"id":true}> );
  RawDataPackage:
    ( { __typename: 'RawDataPackage' }
    & GraphQLRecursivePick<FederationTypes['RawDataPackage'], {"id":true}> );
  ExecutedObsUnit:
    ( { __typename: 'ExecutedObsUnit' }
    & GraphQLRecursivePick<FederationTypes['ExecutedObsUnit'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ByteCount: ResolverTypeWrapper<Scalars['ByteCount']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Count: ResolverTypeWrapper<Scalars['Count']['output']>;
  TotalCount: ResolverTypeWrapper<TotalCountEntity>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Status: Status;
  StagingStatus: StagingStatus;
  StagingRequest: ResolverTypeWrapper<StagingRequestEntity>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  StagedPackage: ResolverTypeWrapper<StagedPackageEntity>;
  StagedFile: ResolverTypeWrapper<StagedFileEntity>;
  RawDataFile: ResolverTypeWrapper<{ id: string }>;
  RawDataPackage: ResolverTypeWrapper<{ id: string }>;
  ExecutedObsUnit: ResolverTypeWrapper<{ id: string }>;
  StagingRequestConnection: ResolverTypeWrapper<Omit<StagingRequestConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['StagingRequest']>, totalCount: ResolversTypes['TotalCount'] }>;
  StagedPackageConnection: ResolverTypeWrapper<Omit<StagedPackageConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['StagedPackage']>, totalCount: ResolversTypes['TotalCount'] }>;
  StagedFileConnection: ResolverTypeWrapper<Omit<StagedFileConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['StagedFile']>, totalCount: ResolversTypes['TotalCount'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  FileRangeInput: FileRangeInput;
  RequestStagingInput: RequestStagingInput;
  RenewStagingInput: RenewStagingInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ByteCount: Scalars['ByteCount']['output'];
  DateTime: Scalars['DateTime']['output'];
  Count: Scalars['Count']['output'];
  TotalCount: TotalCountEntity;
  Boolean: Scalars['Boolean']['output'];
  PageInfo: PageInfo;
  String: Scalars['String']['output'];
  StagingRequest: StagingRequestEntity;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  StagedPackage: StagedPackageEntity;
  StagedFile: StagedFileEntity;
  RawDataFile: { id: string };
  RawDataPackage: { id: string };
  ExecutedObsUnit: { id: string };
  StagingRequestConnection: Omit<StagingRequestConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['StagingRequest']>, totalCount: ResolversParentTypes['TotalCount'] };
  StagedPackageConnection: Omit<StagedPackageConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['StagedPackage']>, totalCount: ResolversParentTypes['TotalCount'] };
  StagedFileConnection: Omit<StagedFileConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['StagedFile']>, totalCount: ResolversParentTypes['TotalCount'] };
  Query: Record<PropertyKey, never>;
  FileRangeInput: FileRangeInput;
  RequestStagingInput: RequestStagingInput;
  RenewStagingInput: RenewStagingInput;
  Mutation: Record<PropertyKey, never>;
};

export interface ByteCountScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ByteCount'], any> {
  name: 'ByteCount';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
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

export type StagingRequestResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagingRequest'] = ResolversParentTypes['StagingRequest'], FederationReferenceType extends FederationReferenceTypes['StagingRequest'] = FederationReferenceTypes['StagingRequest']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StagingRequest']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StagingStatus'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  leaseS?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  leaseUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  releasedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  locationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  packages?: Resolver<ResolversTypes['StagedPackageConnection'], ParentType, ContextType, RequireFields<StagingRequestPackagesArgs, 'first'>>;
};

export type StagedPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagedPackage'] = ResolversParentTypes['StagedPackage'], FederationReferenceType extends FederationReferenceTypes['StagedPackage'] = FederationReferenceTypes['StagedPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StagedPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['Status'], ParentType, ContextType>;
  package?: Resolver<Maybe<ResolversTypes['RawDataPackage']>, ParentType, ContextType>;
  request?: Resolver<ResolversTypes['StagingRequest'], ParentType, ContextType>;
  files?: Resolver<ResolversTypes['StagedFileConnection'], ParentType, ContextType, RequireFields<StagedPackageFilesArgs, 'first'>>;
};

export type StagedFileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagedFile'] = ResolversParentTypes['StagedFile'], FederationReferenceType extends FederationReferenceTypes['StagedFile'] = FederationReferenceTypes['StagedFile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['StagedFile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['RawDataFile']>, ParentType, ContextType>;
  start?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  bytes?: Resolver<Maybe<ResolversTypes['ByteCount']>, ParentType, ContextType>;
  stagedPackage?: Resolver<ResolversTypes['StagedPackage'], ParentType, ContextType>;
};

export type RawDataFileResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataFile'] = ResolversParentTypes['RawDataFile'], FederationReferenceType extends FederationReferenceTypes['RawDataFile'] = FederationReferenceTypes['RawDataFile']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataFile']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RawDataPackageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RawDataPackage'] = ResolversParentTypes['RawDataPackage'], FederationReferenceType extends FederationReferenceTypes['RawDataPackage'] = FederationReferenceTypes['RawDataPackage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RawDataPackage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stagingRequests?: Resolver<Maybe<ResolversTypes['StagingRequestConnection']>, ParentType, ContextType, RequireFields<RawDataPackageStagingRequestsArgs, 'first'>>;
};

export type ExecutedObsUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutedObsUnit'] = ResolversParentTypes['ExecutedObsUnit'], FederationReferenceType extends FederationReferenceTypes['ExecutedObsUnit'] = FederationReferenceTypes['ExecutedObsUnit']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ExecutedObsUnit']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  stagings?: Resolver<Maybe<ResolversTypes['StagingRequestConnection']>, ParentType, ContextType, RequireFields<ExecutedObsUnitStagingsArgs, 'first'>>;
};

export type StagingRequestConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagingRequestConnection'] = ResolversParentTypes['StagingRequestConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['StagingRequest']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type StagedPackageConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagedPackageConnection'] = ResolversParentTypes['StagedPackageConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['StagedPackage']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type StagedFileConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StagedFileConnection'] = ResolversParentTypes['StagedFileConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['StagedFile']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  stagingRequest?: Resolver<Maybe<ResolversTypes['StagingRequest']>, ParentType, ContextType, Partial<QueryStagingRequestArgs>>;
  stagingRequests?: Resolver<Maybe<ResolversTypes['StagingRequestConnection']>, ParentType, ContextType, RequireFields<QueryStagingRequestsArgs, 'first'>>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  requestStaging?: Resolver<ResolversTypes['StagingRequest'], ParentType, ContextType, RequireFields<MutationRequestStagingArgs, 'input'>>;
  retryStaging?: Resolver<ResolversTypes['StagingRequest'], ParentType, ContextType, RequireFields<MutationRetryStagingArgs, 'requestId'>>;
  renewStaging?: Resolver<ResolversTypes['StagingRequest'], ParentType, ContextType, RequireFields<MutationRenewStagingArgs, 'input'>>;
  setStagingPriority?: Resolver<ResolversTypes['StagingRequest'], ParentType, ContextType, RequireFields<MutationSetStagingPriorityArgs, 'requestId' | 'priority'>>;
  releaseStaging?: Resolver<ResolversTypes['StagingRequest'], ParentType, ContextType, RequireFields<MutationReleaseStagingArgs, 'requestId'>>;
};

export type Resolvers<ContextType = Context> = {
  ByteCount?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Count?: GraphQLScalarType;
  TotalCount?: TotalCountResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  StagingRequest?: StagingRequestResolvers<ContextType>;
  StagedPackage?: StagedPackageResolvers<ContextType>;
  StagedFile?: StagedFileResolvers<ContextType>;
  RawDataFile?: RawDataFileResolvers<ContextType>;
  RawDataPackage?: RawDataPackageResolvers<ContextType>;
  ExecutedObsUnit?: ExecutedObsUnitResolvers<ContextType>;
  StagingRequestConnection?: StagingRequestConnectionResolvers<ContextType>;
  StagedPackageConnection?: StagedPackageConnectionResolvers<ContextType>;
  StagedFileConnection?: StagedFileConnectionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};

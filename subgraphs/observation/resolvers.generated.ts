// Written by `npm run generate` from schema.graphql: types only, never edited.
/* oxlint-disable */
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TotalCount as TotalCountEntity, Context } from '@almagest/kit';
import type { Observatory as ObservatoryEntity, Telescope as TelescopeEntity, Instrument as InstrumentEntity, InstrumentModule as InstrumentModuleEntity, ObservingProgram as ObservingProgramEntity, Source as SourceEntity, ObsUnit as ObsUnitEntity, ExecutedObsUnit as ExecutedObsUnitEntity } from '@almagest/schema';
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
  /** A JSON object, given and returned as it is. */
  JSON: { input: Record<string, unknown>; output: Record<string, unknown>; }
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

/** Who observes: the owner of telescopes. */
export type Observatory = {
  __typename?: 'Observatory';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its short name: lower-case letters, digits and hyphens. */
  name: Scalars['String']['output'];
  /** Its name as people write it. */
  title: Scalars['String']['output'];
  /** Its telescopes, in order of their ids. */
  telescopes: TelescopeConnection;
  /** The programs that it granted time, in order of their ids. */
  programs: ObservingProgramConnection;
};


/** Who observes: the owner of telescopes. */
export type ObservatoryTelescopesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Who observes: the owner of telescopes. */
export type ObservatoryProgramsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** One telescope of an observatory. */
export type Telescope = {
  __typename?: 'Telescope';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its short name: lower-case letters, digits and hyphens. */
  name: Scalars['String']['output'];
  /** Its name as people write it. */
  title: Scalars['String']['output'];
  /** Geodetic latitude (WGS 84) in degrees, north positive. */
  latitudeDeg?: Maybe<Scalars['Float']['output']>;
  /** Longitude (WGS 84) in degrees, east positive. */
  longitudeDeg?: Maybe<Scalars['Float']['output']>;
  /** Height above the ellipsoid in metres. */
  elevationM?: Maybe<Scalars['Float']['output']>;
  /** The observatory that it belongs to. */
  observatory: Observatory;
  /** What it observes with, in order of their ids. */
  instruments: InstrumentConnection;
};


/** One telescope of an observatory. */
export type TelescopeInstrumentsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What a telescope observes with. */
export type Instrument = {
  __typename?: 'Instrument';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its short name, by which observations are filed. */
  name: Scalars['String']['output'];
  /** Its name as people write it. */
  title: Scalars['String']['output'];
  /** Whether new observations may be filed for it. */
  active: Scalars['Boolean']['output'];
  /** The telescope that it is mounted on. */
  telescope: Telescope;
  /** Its modules, in order of their ids. */
  modules: InstrumentModuleConnection;
  /** What is planned with it. */
  obsUnits: ObsUnitConnection;
};


/** What a telescope observes with. */
export type InstrumentModulesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What a telescope observes with. */
export type InstrumentObsUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** The smallest part of an instrument that writes files: one detector array, one receiver band. */
export type InstrumentModule = {
  __typename?: 'InstrumentModule';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its short name, unique in its instrument. */
  name: Scalars['String']['output'];
  /** Its name as people write it. */
  title: Scalars['String']['output'];
  /** Whether new files may be filed for it. */
  active: Scalars['Boolean']['output'];
  /** The instrument that it is part of. */
  instrument: Instrument;
};

/** A science proposal that was granted time. */
export type ObservingProgram = {
  __typename?: 'ObservingProgram';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** The code that the observatory gave it, for instance 2026A-017. */
  code: Scalars['String']['output'];
  /** The title of the proposal. */
  title: Scalars['String']['output'];
  /** Who leads it. */
  principalInvestigator: Scalars['String']['output'];
  /** When its metadata become public; null: they are. */
  metadataReleaseAt?: Maybe<Scalars['DateTime']['output']>;
  /** When its data become public; null: they are. */
  dataReleaseAt?: Maybe<Scalars['DateTime']['output']>;
  /** The observatory that granted the time. */
  observatory: Observatory;
  /** What is planned for it, in order of their ids. */
  obsUnits: ObsUnitConnection;
  /** Every execution of its planned observations, newest last. */
  executions: ExecutedObsUnitConnection;
};


/** A science proposal that was granted time. */
export type ObservingProgramObsUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** A science proposal that was granted time. */
export type ObservingProgramExecutionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** What is pointed at. */
export type Source = {
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its name, unique in the data centre. */
  name: Scalars['String']['output'];
  /** What is planned for it. */
  obsUnits: ObsUnitConnection;
};


/** What is pointed at. */
export type SourceObsUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A place on the sky that does not move. */
export type FixedSource = Source & {
  __typename?: 'FixedSource';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its name, unique in the data centre. */
  name: Scalars['String']['output'];
  /** Right ascension (ICRS) in degrees, 0 to 360. */
  raDeg: Scalars['Float']['output'];
  /** Declination (ICRS) in degrees, -90 to 90. */
  decDeg: Scalars['Float']['output'];
  /** What is planned for it. */
  obsUnits: ObsUnitConnection;
};


/** A place on the sky that does not move. */
export type FixedSourceObsUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** The Moon, a planet, a comet: found by its name in an ephemeris. */
export type SolarSystemObject = Source & {
  __typename?: 'SolarSystemObject';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its name, unique in the data centre. */
  name: Scalars['String']['output'];
  /** The name of the body in the ephemeris, for instance JUPITER. */
  body: Scalars['String']['output'];
  /** What is planned for it. */
  obsUnits: ObsUnitConnection;
};


/** The Moon, a planet, a comet: found by its name in an ephemeris. */
export type SolarSystemObjectObsUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A scan in azimuth at one elevation. */
export type ConstantElevationSource = Source & {
  __typename?: 'ConstantElevationSource';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its name, unique in the data centre. */
  name: Scalars['String']['output'];
  /** Elevation in degrees above the horizon. */
  elevationDeg: Scalars['Float']['output'];
  /** Where the scan begins: azimuth in degrees, east of north. */
  azimuthStartDeg: Scalars['Float']['output'];
  /** Where the scan ends: azimuth in degrees, east of north. */
  azimuthEndDeg: Scalars['Float']['output'];
  /** What is planned for it. */
  obsUnits: ObsUnitConnection;
};


/** A scan in azimuth at one elevation. */
export type ConstantElevationSourceObsUnitsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A planned observation. */
export type ObsUnit = {
  __typename?: 'ObsUnit';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** When it was entered here, by the clock of the data centre. */
  createdAt: Scalars['DateTime']['output'];
  /** Its name, unique in its program. */
  name: Scalars['String']['output'];
  /** The configuration of the instrument, in the instrument's own words. */
  configuration: Scalars['JSON']['output'];
  /** The planned duration in seconds. */
  durationS: Scalars['Float']['output'];
  /** Lower is done first. */
  priority: Scalars['Int']['output'];
  /** The program that it is planned for. */
  program: ObservingProgram;
  /** What is pointed at. */
  source: Source;
  /** The instrument that observes. */
  instrument: Instrument;
  /** Every execution of it, in order of their ids. */
  executions: ExecutedObsUnitConnection;
};


/** A planned observation. */
export type ObsUnitExecutionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
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

/** One execution of a planned observation. */
export type ExecutedObsUnit = {
  __typename?: 'ExecutedObsUnit';
  /** Its id: a UUID. */
  id: Scalars['ID']['output'];
  /** The key under which its client filed it; filing with it again adds files to this execution. */
  filingKey: Scalars['String']['output'];
  /** When the observation began (UTC), as its client filed it. */
  startedAt: Scalars['DateTime']['output'];
  /** When the observation ended (UTC), as its client filed it; not before `startedAt`. */
  endedAt: Scalars['DateTime']['output'];
  /** How good its data are, as far as anybody has judged. */
  quality: Quality;
  /** Weather and other conditions, in the observatory's own words, for instance {"pwvMm": 0.6}. */
  conditions: Scalars['JSON']['output'];
  /** When it, or files of it, were filed last, by the clock of the data centre. RawDataFile.filedAt tells of each file. */
  filedAt: Scalars['DateTime']['output'];
  /** The planned observation that was executed. */
  obsUnit: ObsUnit;
};

/** One page of observatories. */
export type ObservatoryConnection = {
  __typename?: 'ObservatoryConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Observatory>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of telescopes. */
export type TelescopeConnection = {
  __typename?: 'TelescopeConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Telescope>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of instruments. */
export type InstrumentConnection = {
  __typename?: 'InstrumentConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Instrument>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of modules. */
export type InstrumentModuleConnection = {
  __typename?: 'InstrumentModuleConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<InstrumentModule>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of programs. */
export type ObservingProgramConnection = {
  __typename?: 'ObservingProgramConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<ObservingProgram>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of planned observations. */
export type ObsUnitConnection = {
  __typename?: 'ObsUnitConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<ObsUnit>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of executions. */
export type ExecutedObsUnitConnection = {
  __typename?: 'ExecutedObsUnitConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<ExecutedObsUnit>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

/** One page of sources. */
export type SourceConnection = {
  __typename?: 'SourceConnection';
  /** The rows of this page, in a stable order. */
  nodes: Array<Source>;
  /** Where this page ends, and whether there is more. */
  pageInfo: PageInfo;
  /** How many rows all pages have together. */
  totalCount: TotalCount;
};

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

/** Conditions on sources; all that are given have to hold. */
export type SourceFilter = {
  /** Words, one to ten: each of them has to occur in the name, whatever its case. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Only fixed sources in this circle. */
  cone?: InputMaybe<Cone>;
};

/** Conditions on planned observations; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type ObsUnitFilter = {
  /** The code of the program. */
  program?: InputMaybe<Scalars['String']['input']>;
  /** The name of the instrument. */
  instrument?: InputMaybe<Scalars['String']['input']>;
  /** The name of the source. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** Only of fixed sources in this circle. */
  cone?: InputMaybe<Cone>;
  /** Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program or in the name of the planned observation, the source, the instrument or one of its modules. */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** Conditions on executions; all that are given have to hold. A name that nothing has is no error: nothing is found. */
export type ExecutedObsUnitFilter = {
  /** The code of the program. */
  program?: InputMaybe<Scalars['String']['input']>;
  /** The name of the instrument. */
  instrument?: InputMaybe<Scalars['String']['input']>;
  /** The name of a module that wrote files of the execution. */
  module?: InputMaybe<Scalars['String']['input']>;
  /** The name of the source. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** One of these, each given once. */
  quality?: InputMaybe<Array<Quality>>;
  /** Begun at this moment or later (UTC). */
  startedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Begun before this moment (UTC), which is after `startedFrom`. */
  startedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only of fixed sources in this circle. */
  cone?: InputMaybe<Cone>;
  /**
   * Words, one to ten: each of them has to occur, whatever its case, in the code or title of the program or in the name of the planned observation, the
   * source, the instrument or one of its modules. All planned observations that the other conditions leave are looked at.
   */
  text?: InputMaybe<Scalars['String']['input']>;
};

/** By what executions are ordered; those that are equal in it are ordered by their ids. */
export type ExecutedObsUnitOrderField =
  /** By their ids: as they were registered. */
  | 'ID'
  /** By when they began. */
  | 'STARTED_AT'
  /** By when files of them were last filed. */
  | 'FILED_AT';

/** How executions are ordered. */
export type ExecutedObsUnitOrder = {
  /** By what. */
  field: ExecutedObsUnitOrderField;
  /** Which way. */
  direction?: InputMaybe<Direction>;
};

/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type Query = {
  __typename?: 'Query';
  /** The observatory of that name, or null. */
  observatory?: Maybe<Observatory>;
  /** The telescope of that name, or null. */
  telescope?: Maybe<Telescope>;
  /** The module, or null. */
  instrumentModule?: Maybe<InstrumentModule>;
  /** The source of that name, or null. */
  source?: Maybe<Source>;
  /** In order of their ids. */
  observatories?: Maybe<ObservatoryConnection>;
  /** In order of their ids. */
  instruments?: Maybe<InstrumentConnection>;
  /** The instrument of that name, or null. */
  instrument?: Maybe<Instrument>;
  /** In order of their ids. */
  observingPrograms?: Maybe<ObservingProgramConnection>;
  /** The program with that code, or null. */
  observingProgram?: Maybe<ObservingProgram>;
  /** In order of their ids. */
  sources?: Maybe<SourceConnection>;
  /** The planned observation, or null. */
  obsUnit?: Maybe<ObsUnit>;
  /** Planned observations, in order of their ids. */
  obsUnits?: Maybe<ObsUnitConnection>;
  /** Executions, as far as all conditions of the filter hold. A cursor is a place in one order: it goes on in that order and direction, under whatever filter. */
  executedObsUnits?: Maybe<ExecutedObsUnitConnection>;
  /** The execution, or null. */
  executedObsUnit?: Maybe<ExecutedObsUnit>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryObservatoryArgs = {
  name: Scalars['String']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryTelescopeArgs = {
  name: Scalars['String']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryInstrumentModuleArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QuerySourceArgs = {
  name: Scalars['String']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryObservatoriesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryInstrumentsArgs = {
  text?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryInstrumentArgs = {
  name: Scalars['String']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryObservingProgramsArgs = {
  text?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryObservingProgramArgs = {
  code: Scalars['String']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QuerySourcesArgs = {
  filter?: InputMaybe<SourceFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryObsUnitArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryObsUnitsArgs = {
  filter?: InputMaybe<ObsUnitFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryExecutedObsUnitsArgs = {
  filter?: InputMaybe<ExecutedObsUnitFilter>;
  orderBy?: InputMaybe<ExecutedObsUnitOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


/** What can be asked. What could not be answered is null, with an entry in `errors` that says why; all else is there. */
export type QueryExecutedObsUnitArgs = {
  id: Scalars['ID']['input'];
};

/** A new observatory. */
export type CreateObservatoryInput = {
  /** Lower-case letters, digits and hyphens. */
  name: Scalars['String']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title: Scalars['String']['input'];
};

/** A new telescope. */
export type CreateTelescopeInput = {
  /** The id of the observatory that it belongs to. */
  observatoryId: Scalars['ID']['input'];
  /** Lower-case letters, digits and hyphens. */
  name: Scalars['String']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title: Scalars['String']['input'];
  /** Degrees, -90 to 90, north positive. */
  latitudeDeg?: InputMaybe<Scalars['Float']['input']>;
  /** Degrees, -180 to 180, east positive. */
  longitudeDeg?: InputMaybe<Scalars['Float']['input']>;
  /** Metres above the ellipsoid. */
  elevationM?: InputMaybe<Scalars['Float']['input']>;
};

/** A new instrument. */
export type CreateInstrumentInput = {
  /** The id of the telescope that it is mounted on. */
  telescopeId: Scalars['ID']['input'];
  /** Lower-case letters, digits and hyphens; unique in the data centre. */
  name: Scalars['String']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title: Scalars['String']['input'];
};

/** A new module of an instrument. */
export type CreateInstrumentModuleInput = {
  /** The id of the instrument that it is part of. */
  instrumentId: Scalars['ID']['input'];
  /** Lower-case letters, digits and hyphens; unique in the instrument. */
  name: Scalars['String']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title: Scalars['String']['input'];
};

/** A new program: a proposal that was granted time. */
export type CreateObservingProgramInput = {
  /** The id of the observatory that grants the time. */
  observatoryId: Scalars['ID']['input'];
  /** Letters, digits, dots, underscores and hyphens; unique. */
  code: Scalars['String']['input'];
  /** The title of the proposal: 1 to 200 characters. */
  title: Scalars['String']['input'];
  /** Who leads it: 1 to 200 characters. */
  principalInvestigator: Scalars['String']['input'];
  /** When its metadata become public (UTC); null: they are. */
  metadataReleaseAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** When its data become public (UTC); null: they are. */
  dataReleaseAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Give exactly one of the three kinds. */
export type CreateSourceInput = {
  /** Unique in the data centre: 1 to 200 characters. */
  name: Scalars['String']['input'];
  /** A place on the sky that does not move. */
  fixed?: InputMaybe<FixedSourceInput>;
  /** A body of the solar system. */
  solarSystem?: InputMaybe<SolarSystemObjectInput>;
  /** A scan in azimuth at one elevation. */
  constantElevation?: InputMaybe<ConstantElevationSourceInput>;
};

/** A place on the sky that does not move. */
export type FixedSourceInput = {
  /** Right ascension (ICRS) in degrees: 0 <= ra < 360. */
  raDeg: Scalars['Float']['input'];
  /** Declination (ICRS) in degrees: -90 to 90. */
  decDeg: Scalars['Float']['input'];
};

/** The Moon, a planet, a comet: found by its name in an ephemeris. */
export type SolarSystemObjectInput = {
  /** The name of the body in the ephemeris. */
  body: Scalars['String']['input'];
};

/** A scan in azimuth at one elevation. */
export type ConstantElevationSourceInput = {
  /** Degrees above the horizon: 0 to 90. */
  elevationDeg: Scalars['Float']['input'];
  /** Degrees east of north: -360 to 360. */
  azimuthStartDeg: Scalars['Float']['input'];
  /** Degrees east of north: -360 to 360. */
  azimuthEndDeg: Scalars['Float']['input'];
};

/** A new planned observation. */
export type CreateObsUnitInput = {
  /** The id of the program that it is planned for. */
  programId: Scalars['ID']['input'];
  /** The id of what is to be pointed at. */
  sourceId: Scalars['ID']['input'];
  /** The id of the instrument that is to observe. */
  instrumentId: Scalars['ID']['input'];
  /** Unique in its program. */
  name: Scalars['String']['input'];
  /** The configuration of the instrument, in the instrument's own words; null: an empty object. */
  configuration?: InputMaybe<Scalars['JSON']['input']>;
  /** Seconds, more than 0. */
  durationS: Scalars['Float']['input'];
  /** Lower is done first. */
  priority?: InputMaybe<Scalars['Int']['input']>;
};

/** What is left out stays as it is. */
export type UpdateObservatoryInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** What is left out stays as it is; null takes a position away. */
export type UpdateTelescopeInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
  /** Degrees, -90 to 90, north positive. */
  latitudeDeg?: InputMaybe<Scalars['Float']['input']>;
  /** Degrees, -180 to 180, east positive. */
  longitudeDeg?: InputMaybe<Scalars['Float']['input']>;
  /** Metres above the ellipsoid. */
  elevationM?: InputMaybe<Scalars['Float']['input']>;
};

/** What is left out stays as it is. The name stays for ever: clients file by it and it is part of the names of packages. */
export type UpdateInstrumentInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
  /** Whether new observations may be filed for it. What was filed is packaged, sent and kept all the same. */
  active?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What is left out stays as it is. The name stays for ever: it is part of the names of packages. */
export type UpdateInstrumentModuleInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** Its name as people write it: 1 to 200 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
  /** Whether new files may be filed for it. What was filed is packaged, sent and kept all the same. */
  active?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What is left out stays as it is; null takes a release date away, which makes public what it was for. */
export type UpdateObservingProgramInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** The title of the proposal: 1 to 200 characters. */
  title?: InputMaybe<Scalars['String']['input']>;
  /** Who leads it: 1 to 200 characters. */
  principalInvestigator?: InputMaybe<Scalars['String']['input']>;
  /** When its metadata become public (UTC); null: they are. */
  metadataReleaseAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** When its data become public (UTC); null: they are. */
  dataReleaseAt?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What is left out stays as it is. The kind of a source stays for ever: give the one that it has, or none. */
export type UpdateSourceInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** Unique in the data centre. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Where it is, if it is a fixed source; replaces the whole of it. */
  fixed?: InputMaybe<FixedSourceInput>;
  /** Which body it is, if it is one of the solar system. */
  solarSystem?: InputMaybe<SolarSystemObjectInput>;
  /** What is scanned, if it is a scan; replaces the whole of it. */
  constantElevation?: InputMaybe<ConstantElevationSourceInput>;
};

/** What is left out stays as it is. Program, source and instrument stay for ever. */
export type UpdateObsUnitInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** Unique in its program. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Replaces the whole of it. */
  configuration?: InputMaybe<Scalars['JSON']['input']>;
  /** Seconds, more than 0. */
  durationS?: InputMaybe<Scalars['Float']['input']>;
  /** Lower is done first. */
  priority?: InputMaybe<Scalars['Int']['input']>;
};

/** What is left out stays as it is. When it was observed, and for what, stays for ever. */
export type UpdateExecutedObsUnitInput = {
  /** The id of what is to change. */
  id: Scalars['ID']['input'];
  /** How good its data are. */
  quality?: InputMaybe<Quality>;
  /** Replaces the whole of it. */
  conditions?: InputMaybe<Scalars['JSON']['input']>;
};

/** An execution and the files that it left. */
export type FileObservationInput = {
  /** Made by the client, kept over its retries: filing again with the same key gives the same execution, and adds the files that are new. */
  key: Scalars['String']['input'];
  /** A UUIDv7 made by the client, kept over its retries like the key; null: one is made, or the one that the key has is kept. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** The id of the planned observation that was executed. */
  obsUnitId: Scalars['ID']['input'];
  /** The short name of the instrument; it has to be the one of the planned observation. */
  instrument: Scalars['String']['input'];
  /** When the observation began (UTC). */
  startedAt: Scalars['DateTime']['input'];
  /** Not before `startedAt`. */
  endedAt: Scalars['DateTime']['input'];
  /** How good its data are, as far as anybody has judged; that of the first call with this key, later `updateExecutedObsUnit` changes it. */
  quality?: InputMaybe<Quality>;
  /** Weather and other conditions, in the observatory's own words; null: an empty object. Of the first call with this key; later `updateExecutedObsUnit` changes them. */
  conditions?: InputMaybe<Scalars['JSON']['input']>;
  /** The name of the SOURCE location where the files lie; null: the only active one of the instrument. */
  location?: InputMaybe<Scalars['String']['input']>;
  /** At least one file, at most 100,000. */
  files: Array<FileInput>;
};

/** One file at the SOURCE location. */
export type FileInput = {
  /** The short name of the module that wrote it. */
  module: Scalars['String']['input'];
  /** Relative to the location, with forward slashes, normalised, at most 1,024 bytes of UTF-8. A byte of a name that is no UTF-8 is written as `\xff` is. */
  path: Scalars['String']['input'];
  /** Its exact size. */
  bytes: Scalars['ByteCount']['input'];
  /** What the instrument found; null if it did not look. Packaging refuses a file that differs. */
  digest?: InputMaybe<Scalars['Digest']['input']>;
};

/** An execution whose files a scan found at the SOURCE location: nobody had filed them. Give exactly one of `findingIds` and `pathPrefix`. */
export type AdoptFindingsInput = {
  /** Made by the client, kept over its retries: adopting again with the same key gives the same execution, and adds what was found since. A key with which something was filed already adds to that execution. */
  key: Scalars['String']['input'];
  /** A UUIDv7 made by the client, kept over its retries like the key; null: one is made, or the one that the key has is kept. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** The id of the planned observation that was executed. */
  obsUnitId: Scalars['ID']['input'];
  /** The short name of the instrument; it has to be the one of the planned observation. */
  instrument: Scalars['String']['input'];
  /** The short name of the module that wrote the files. */
  module: Scalars['String']['input'];
  /** When the observation began (UTC). */
  startedAt: Scalars['DateTime']['input'];
  /** Not before `startedAt`. */
  endedAt: Scalars['DateTime']['input'];
  /** How good its data are, as far as anybody has judged. */
  quality?: InputMaybe<Quality>;
  /** Weather and other conditions, in the observatory's own words; null: an empty object. */
  conditions?: InputMaybe<Scalars['JSON']['input']>;
  /** The name of the SOURCE location where they were found; null: the only active one of the instrument. */
  location?: InputMaybe<Scalars['String']['input']>;
  /** Open findings of kind UNFILED at that location; at most 100,000. */
  findingIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** All open findings of kind UNFILED at that location whose path begins so, for instance `2026-11-21/run-7/`; at most 100,000. Those that were filed since the scan are left out and counted. */
  pathPrefix?: InputMaybe<Scalars['String']['input']>;
};

/** What came of adopting findings. */
export type AdoptFindingsPayload = {
  __typename?: 'AdoptFindingsPayload';
  /** The execution that has the files now. */
  execution: ExecutedObsUnit;
  /** How many files this call added; the others were known already. Each has the size in bytes that the scan last saw and no digest: packaging refuses a file that has another size by then. */
  filesAdded: Scalars['Int']['output'];
  /** How many findings this call resolved. */
  findingsResolved: Scalars['Int']['output'];
  /** How many findings under `pathPrefix` were left as they are, because their files were filed with another key since the scan. The next scan resolves them. */
  filedElsewhere: Scalars['Int']['output'];
};

/** What came of filing. */
export type FileObservationPayload = {
  __typename?: 'FileObservationPayload';
  /** The execution that has the files now. */
  execution: ExecutedObsUnit;
  /** How many files this call added; the others were known already. */
  filesAdded: Scalars['Int']['output'];
};

/** What can be done. A refusal names the field and the rule. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Enters an observatory. A name that is taken is refused. */
  createObservatory: Observatory;
  /** Changes the title of an observatory. */
  updateObservatory: Observatory;
  /** Enters a telescope of an observatory. A name that is taken is refused. */
  createTelescope: Telescope;
  /** Changes the title or the position of a telescope. */
  updateTelescope: Telescope;
  /** Enters an instrument of a telescope. A name that is taken is refused. */
  createInstrument: Instrument;
  /** Changes the title of an instrument, or whether observations may be filed for it. */
  updateInstrument: Instrument;
  /** Enters a module of an instrument. A name that the instrument has already is refused. */
  createInstrumentModule: InstrumentModule;
  /** Changes the title of a module, or whether files may be filed for it. */
  updateInstrumentModule: InstrumentModule;
  /** Enters a program of an observatory. A code that is taken is refused. */
  createObservingProgram: ObservingProgram;
  /** Changes the title, the leader or the release dates of a program. */
  updateObservingProgram: ObservingProgram;
  /** Enters a source. A name that is taken is refused. */
  createSource: Source;
  /** Changes the name of a source, or where it is. */
  updateSource: Source;
  /** Plans an observation for a program. A name that the program has already is refused. */
  createObsUnit: ObsUnit;
  /** Changes a planned observation. */
  updateObsUnit: ObsUnit;
  /** Judges an execution, or corrects its conditions. */
  updateExecutedObsUnit: ExecutedObsUnit;
  /** Registers an execution and its files. It moves no byte: it says that this happened, and these are its files. */
  fileObservation: FileObservationPayload;
  /** Registers an execution with files that a scan found unfiled, and resolves these findings. It moves no byte. */
  adoptFindings: AdoptFindingsPayload;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateObservatoryArgs = {
  input: CreateObservatoryInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateObservatoryArgs = {
  input: UpdateObservatoryInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateTelescopeArgs = {
  input: CreateTelescopeInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateTelescopeArgs = {
  input: UpdateTelescopeInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateInstrumentArgs = {
  input: CreateInstrumentInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateInstrumentArgs = {
  input: UpdateInstrumentInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateInstrumentModuleArgs = {
  input: CreateInstrumentModuleInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateInstrumentModuleArgs = {
  input: UpdateInstrumentModuleInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateObservingProgramArgs = {
  input: CreateObservingProgramInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateObservingProgramArgs = {
  input: UpdateObservingProgramInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateSourceArgs = {
  input: CreateSourceInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateSourceArgs = {
  input: UpdateSourceInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationCreateObsUnitArgs = {
  input: CreateObsUnitInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateObsUnitArgs = {
  input: UpdateObsUnitInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationUpdateExecutedObsUnitArgs = {
  input: UpdateExecutedObsUnitInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationFileObservationArgs = {
  input: FileObservationInput;
};


/** What can be done. A refusal names the field and the rule. */
export type MutationAdoptFindingsArgs = {
  input: AdoptFindingsInput;
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
  Observatory: Observatory;
  Telescope: Telescope;
  Instrument: Instrument;
  InstrumentModule: InstrumentModule;
  ObservingProgram: ObservingProgram;
  FixedSource: FixedSource;
  SolarSystemObject: SolarSystemObject;
  ConstantElevationSource: ConstantElevationSource;
  ObsUnit: ObsUnit;
  ExecutedObsUnit: ExecutedObsUnit;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Observatory:
    ( { __typename: 'Observatory' }
    & GraphQLRecursivePick<FederationTypes['Observatory'], {"id":true}> );
  Telescope:
    ( { __typename: 'Telescope' }
    & GraphQLRecursivePick<FederationTypes['Telescope'], {"id":true}> );
  Instrument:
    ( { __typename: 'Instrument' }
    & GraphQLRecursivePick<FederationTypes['Instrument'], {"id":true}> );
  InstrumentModule:
    ( { __typename: 'InstrumentModule' }
    & GraphQLRecursivePick<FederationTypes['InstrumentModule'], {"id":true}> );
  ObservingProgram:
    ( { __typename: 'ObservingProgram' }
    & GraphQLRecursivePick<FederationTypes['ObservingProgram'], {"id":true}> );
  FixedSource:
    ( { __typename: 'FixedSource' }
    & GraphQLRecursivePick<FederationTypes['FixedSource'], {"id":true}> );
  SolarSystemObject:
    ( { __typename: 'SolarSystemObject' }
    & GraphQLRecursivePick<FederationTypes['SolarSystemObject'], {"id":true}> );
  ConstantElevationSource:
    ( { __typename: 'ConstantElevationSource' }
    & GraphQLRecursivePick<FederationTypes['ConstantElevationSource'], {"id":true}> );
  ObsUnit:
    ( { __typename: 'ObsUnit' }
    & GraphQLRecursivePick<FederationTypes['ObsUnit'], {"id":true}> );
  ExecutedObsUnit:
    ( { __typename: 'ExecutedObsUnit' }
    & GraphQLRecursivePick<FederationTypes['ExecutedObsUnit'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ByteCount: ResolverTypeWrapper<Scalars['ByteCount']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Digest: ResolverTypeWrapper<Scalars['Digest']['output']>;
  Count: ResolverTypeWrapper<Scalars['Count']['output']>;
  TotalCount: ResolverTypeWrapper<TotalCountEntity>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Observatory: ResolverTypeWrapper<ObservatoryEntity>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Telescope: ResolverTypeWrapper<TelescopeEntity>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Instrument: ResolverTypeWrapper<InstrumentEntity>;
  InstrumentModule: ResolverTypeWrapper<InstrumentModuleEntity>;
  ObservingProgram: ResolverTypeWrapper<ObservingProgramEntity>;
  Source: ResolverTypeWrapper<SourceEntity>;
  FixedSource: ResolverTypeWrapper<SourceEntity>;
  SolarSystemObject: ResolverTypeWrapper<SourceEntity>;
  ConstantElevationSource: ResolverTypeWrapper<SourceEntity>;
  ObsUnit: ResolverTypeWrapper<ObsUnitEntity>;
  Quality: Quality;
  ExecutedObsUnit: ResolverTypeWrapper<ExecutedObsUnitEntity>;
  ObservatoryConnection: ResolverTypeWrapper<Omit<ObservatoryConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Observatory']>, totalCount: ResolversTypes['TotalCount'] }>;
  TelescopeConnection: ResolverTypeWrapper<Omit<TelescopeConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Telescope']>, totalCount: ResolversTypes['TotalCount'] }>;
  InstrumentConnection: ResolverTypeWrapper<Omit<InstrumentConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Instrument']>, totalCount: ResolversTypes['TotalCount'] }>;
  InstrumentModuleConnection: ResolverTypeWrapper<Omit<InstrumentModuleConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['InstrumentModule']>, totalCount: ResolversTypes['TotalCount'] }>;
  ObservingProgramConnection: ResolverTypeWrapper<Omit<ObservingProgramConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['ObservingProgram']>, totalCount: ResolversTypes['TotalCount'] }>;
  ObsUnitConnection: ResolverTypeWrapper<Omit<ObsUnitConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['ObsUnit']>, totalCount: ResolversTypes['TotalCount'] }>;
  ExecutedObsUnitConnection: ResolverTypeWrapper<Omit<ExecutedObsUnitConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['ExecutedObsUnit']>, totalCount: ResolversTypes['TotalCount'] }>;
  SourceConnection: ResolverTypeWrapper<Omit<SourceConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversTypes['Source']>, totalCount: ResolversTypes['TotalCount'] }>;
  Cone: Cone;
  Direction: Direction;
  SourceFilter: SourceFilter;
  ObsUnitFilter: ObsUnitFilter;
  ExecutedObsUnitFilter: ExecutedObsUnitFilter;
  ExecutedObsUnitOrderField: ExecutedObsUnitOrderField;
  ExecutedObsUnitOrder: ExecutedObsUnitOrder;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CreateObservatoryInput: CreateObservatoryInput;
  CreateTelescopeInput: CreateTelescopeInput;
  CreateInstrumentInput: CreateInstrumentInput;
  CreateInstrumentModuleInput: CreateInstrumentModuleInput;
  CreateObservingProgramInput: CreateObservingProgramInput;
  CreateSourceInput: CreateSourceInput;
  FixedSourceInput: FixedSourceInput;
  SolarSystemObjectInput: SolarSystemObjectInput;
  ConstantElevationSourceInput: ConstantElevationSourceInput;
  CreateObsUnitInput: CreateObsUnitInput;
  UpdateObservatoryInput: UpdateObservatoryInput;
  UpdateTelescopeInput: UpdateTelescopeInput;
  UpdateInstrumentInput: UpdateInstrumentInput;
  UpdateInstrumentModuleInput: UpdateInstrumentModuleInput;
  UpdateObservingProgramInput: UpdateObservingProgramInput;
  UpdateSourceInput: UpdateSourceInput;
  UpdateObsUnitInput: UpdateObsUnitInput;
  UpdateExecutedObsUnitInput: UpdateExecutedObsUnitInput;
  FileObservationInput: FileObservationInput;
  FileInput: FileInput;
  AdoptFindingsInput: AdoptFindingsInput;
  AdoptFindingsPayload: ResolverTypeWrapper<Omit<AdoptFindingsPayload, 'execution'> & { execution: ResolversTypes['ExecutedObsUnit'] }>;
  FileObservationPayload: ResolverTypeWrapper<Omit<FileObservationPayload, 'execution'> & { execution: ResolversTypes['ExecutedObsUnit'] }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ByteCount: Scalars['ByteCount']['output'];
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Digest: Scalars['Digest']['output'];
  Count: Scalars['Count']['output'];
  TotalCount: TotalCountEntity;
  Boolean: Scalars['Boolean']['output'];
  PageInfo: PageInfo;
  String: Scalars['String']['output'];
  Observatory: ObservatoryEntity;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Telescope: TelescopeEntity;
  Float: Scalars['Float']['output'];
  Instrument: InstrumentEntity;
  InstrumentModule: InstrumentModuleEntity;
  ObservingProgram: ObservingProgramEntity;
  Source: SourceEntity;
  FixedSource: SourceEntity;
  SolarSystemObject: SourceEntity;
  ConstantElevationSource: SourceEntity;
  ObsUnit: ObsUnitEntity;
  ExecutedObsUnit: ExecutedObsUnitEntity;
  ObservatoryConnection: Omit<ObservatoryConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Observatory']>, totalCount: ResolversParentTypes['TotalCount'] };
  TelescopeConnection: Omit<TelescopeConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Telescope']>, totalCount: ResolversParentTypes['TotalCount'] };
  InstrumentConnection: Omit<InstrumentConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Instrument']>, totalCount: ResolversParentTypes['TotalCount'] };
  InstrumentModuleConnection: Omit<InstrumentModuleConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['InstrumentModule']>, totalCount: ResolversParentTypes['TotalCount'] };
  ObservingProgramConnection: Omit<ObservingProgramConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['ObservingProgram']>, totalCount: ResolversParentTypes['TotalCount'] };
  ObsUnitConnection: Omit<ObsUnitConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['ObsUnit']>, totalCount: ResolversParentTypes['TotalCount'] };
  ExecutedObsUnitConnection: Omit<ExecutedObsUnitConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['ExecutedObsUnit']>, totalCount: ResolversParentTypes['TotalCount'] };
  SourceConnection: Omit<SourceConnection, 'nodes' | 'totalCount'> & { nodes: Array<ResolversParentTypes['Source']>, totalCount: ResolversParentTypes['TotalCount'] };
  Cone: Cone;
  SourceFilter: SourceFilter;
  ObsUnitFilter: ObsUnitFilter;
  ExecutedObsUnitFilter: ExecutedObsUnitFilter;
  ExecutedObsUnitOrder: ExecutedObsUnitOrder;
  Query: Record<PropertyKey, never>;
  CreateObservatoryInput: CreateObservatoryInput;
  CreateTelescopeInput: CreateTelescopeInput;
  CreateInstrumentInput: CreateInstrumentInput;
  CreateInstrumentModuleInput: CreateInstrumentModuleInput;
  CreateObservingProgramInput: CreateObservingProgramInput;
  CreateSourceInput: CreateSourceInput;
  FixedSourceInput: FixedSourceInput;
  SolarSystemObjectInput: SolarSystemObjectInput;
  ConstantElevationSourceInput: ConstantElevationSourceInput;
  CreateObsUnitInput: CreateObsUnitInput;
  UpdateObservatoryInput: UpdateObservatoryInput;
  UpdateTelescopeInput: UpdateTelescopeInput;
  UpdateInstrumentInput: UpdateInstrumentInput;
  UpdateInstrumentModuleInput: UpdateInstrumentModuleInput;
  UpdateObservingProgramInput: UpdateObservingProgramInput;
  UpdateSourceInput: UpdateSourceInput;
  UpdateObsUnitInput: UpdateObsUnitInput;
  UpdateExecutedObsUnitInput: UpdateExecutedObsUnitInput;
  FileObservationInput: FileObservationInput;
  FileInput: FileInput;
  AdoptFindingsInput: AdoptFindingsInput;
  AdoptFindingsPayload: Omit<AdoptFindingsPayload, 'execution'> & { execution: ResolversParentTypes['ExecutedObsUnit'] };
  FileObservationPayload: Omit<FileObservationPayload, 'execution'> & { execution: ResolversParentTypes['ExecutedObsUnit'] };
  Mutation: Record<PropertyKey, never>;
};

export interface ByteCountScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ByteCount'], any> {
  name: 'ByteCount';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
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

export type ObservatoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Observatory'] = ResolversParentTypes['Observatory'], FederationReferenceType extends FederationReferenceTypes['Observatory'] = FederationReferenceTypes['Observatory']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Observatory']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  telescopes?: Resolver<ResolversTypes['TelescopeConnection'], ParentType, ContextType, RequireFields<ObservatoryTelescopesArgs, 'first'>>;
  programs?: Resolver<ResolversTypes['ObservingProgramConnection'], ParentType, ContextType, RequireFields<ObservatoryProgramsArgs, 'first'>>;
};

export type TelescopeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Telescope'] = ResolversParentTypes['Telescope'], FederationReferenceType extends FederationReferenceTypes['Telescope'] = FederationReferenceTypes['Telescope']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Telescope']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  latitudeDeg?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  longitudeDeg?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  elevationM?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  observatory?: Resolver<ResolversTypes['Observatory'], ParentType, ContextType>;
  instruments?: Resolver<ResolversTypes['InstrumentConnection'], ParentType, ContextType, RequireFields<TelescopeInstrumentsArgs, 'first'>>;
};

export type InstrumentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Instrument'] = ResolversParentTypes['Instrument'], FederationReferenceType extends FederationReferenceTypes['Instrument'] = FederationReferenceTypes['Instrument']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Instrument']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  telescope?: Resolver<ResolversTypes['Telescope'], ParentType, ContextType>;
  modules?: Resolver<ResolversTypes['InstrumentModuleConnection'], ParentType, ContextType, RequireFields<InstrumentModulesArgs, 'first'>>;
  obsUnits?: Resolver<ResolversTypes['ObsUnitConnection'], ParentType, ContextType, RequireFields<InstrumentObsUnitsArgs, 'first'>>;
};

export type InstrumentModuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InstrumentModule'] = ResolversParentTypes['InstrumentModule'], FederationReferenceType extends FederationReferenceTypes['InstrumentModule'] = FederationReferenceTypes['InstrumentModule']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['InstrumentModule']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  active?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  instrument?: Resolver<ResolversTypes['Instrument'], ParentType, ContextType>;
};

export type ObservingProgramResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObservingProgram'] = ResolversParentTypes['ObservingProgram'], FederationReferenceType extends FederationReferenceTypes['ObservingProgram'] = FederationReferenceTypes['ObservingProgram']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ObservingProgram']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  principalInvestigator?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  metadataReleaseAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  dataReleaseAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  observatory?: Resolver<ResolversTypes['Observatory'], ParentType, ContextType>;
  obsUnits?: Resolver<ResolversTypes['ObsUnitConnection'], ParentType, ContextType, RequireFields<ObservingProgramObsUnitsArgs, 'first'>>;
  executions?: Resolver<ResolversTypes['ExecutedObsUnitConnection'], ParentType, ContextType, RequireFields<ObservingProgramExecutionsArgs, 'first'>>;
};

export type SourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Source'] = ResolversParentTypes['Source']> = {
  __resolveType: TypeResolveFn<'FixedSource' | 'SolarSystemObject' | 'ConstantElevationSource', ParentType, ContextType>;
};

export type FixedSourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FixedSource'] = ResolversParentTypes['FixedSource'], FederationReferenceType extends FederationReferenceTypes['FixedSource'] = FederationReferenceTypes['FixedSource']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['FixedSource']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  raDeg?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  decDeg?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  obsUnits?: Resolver<ResolversTypes['ObsUnitConnection'], ParentType, ContextType, RequireFields<FixedSourceObsUnitsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SolarSystemObjectResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SolarSystemObject'] = ResolversParentTypes['SolarSystemObject'], FederationReferenceType extends FederationReferenceTypes['SolarSystemObject'] = FederationReferenceTypes['SolarSystemObject']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['SolarSystemObject']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  obsUnits?: Resolver<ResolversTypes['ObsUnitConnection'], ParentType, ContextType, RequireFields<SolarSystemObjectObsUnitsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ConstantElevationSourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConstantElevationSource'] = ResolversParentTypes['ConstantElevationSource'], FederationReferenceType extends FederationReferenceTypes['ConstantElevationSource'] = FederationReferenceTypes['ConstantElevationSource']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ConstantElevationSource']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  elevationDeg?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  azimuthStartDeg?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  azimuthEndDeg?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  obsUnits?: Resolver<ResolversTypes['ObsUnitConnection'], ParentType, ContextType, RequireFields<ConstantElevationSourceObsUnitsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ObsUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObsUnit'] = ResolversParentTypes['ObsUnit'], FederationReferenceType extends FederationReferenceTypes['ObsUnit'] = FederationReferenceTypes['ObsUnit']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ObsUnit']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  configuration?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  durationS?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  program?: Resolver<ResolversTypes['ObservingProgram'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  instrument?: Resolver<ResolversTypes['Instrument'], ParentType, ContextType>;
  executions?: Resolver<ResolversTypes['ExecutedObsUnitConnection'], ParentType, ContextType, RequireFields<ObsUnitExecutionsArgs, 'first'>>;
};

export type ExecutedObsUnitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutedObsUnit'] = ResolversParentTypes['ExecutedObsUnit'], FederationReferenceType extends FederationReferenceTypes['ExecutedObsUnit'] = FederationReferenceTypes['ExecutedObsUnit']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ExecutedObsUnit']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  filingKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  quality?: Resolver<ResolversTypes['Quality'], ParentType, ContextType>;
  conditions?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  filedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  obsUnit?: Resolver<ResolversTypes['ObsUnit'], ParentType, ContextType>;
};

export type ObservatoryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObservatoryConnection'] = ResolversParentTypes['ObservatoryConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Observatory']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type TelescopeConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TelescopeConnection'] = ResolversParentTypes['TelescopeConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Telescope']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type InstrumentConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InstrumentConnection'] = ResolversParentTypes['InstrumentConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Instrument']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type InstrumentModuleConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InstrumentModuleConnection'] = ResolversParentTypes['InstrumentModuleConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['InstrumentModule']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type ObservingProgramConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObservingProgramConnection'] = ResolversParentTypes['ObservingProgramConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['ObservingProgram']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type ObsUnitConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObsUnitConnection'] = ResolversParentTypes['ObsUnitConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['ObsUnit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type ExecutedObsUnitConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExecutedObsUnitConnection'] = ResolversParentTypes['ExecutedObsUnitConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['ExecutedObsUnit']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type SourceConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SourceConnection'] = ResolversParentTypes['SourceConnection']> = {
  nodes?: Resolver<Array<ResolversTypes['Source']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['TotalCount'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  observatory?: Resolver<Maybe<ResolversTypes['Observatory']>, ParentType, ContextType, RequireFields<QueryObservatoryArgs, 'name'>>;
  telescope?: Resolver<Maybe<ResolversTypes['Telescope']>, ParentType, ContextType, RequireFields<QueryTelescopeArgs, 'name'>>;
  instrumentModule?: Resolver<Maybe<ResolversTypes['InstrumentModule']>, ParentType, ContextType, RequireFields<QueryInstrumentModuleArgs, 'id'>>;
  source?: Resolver<Maybe<ResolversTypes['Source']>, ParentType, ContextType, RequireFields<QuerySourceArgs, 'name'>>;
  observatories?: Resolver<Maybe<ResolversTypes['ObservatoryConnection']>, ParentType, ContextType, RequireFields<QueryObservatoriesArgs, 'first'>>;
  instruments?: Resolver<Maybe<ResolversTypes['InstrumentConnection']>, ParentType, ContextType, RequireFields<QueryInstrumentsArgs, 'first'>>;
  instrument?: Resolver<Maybe<ResolversTypes['Instrument']>, ParentType, ContextType, RequireFields<QueryInstrumentArgs, 'name'>>;
  observingPrograms?: Resolver<Maybe<ResolversTypes['ObservingProgramConnection']>, ParentType, ContextType, RequireFields<QueryObservingProgramsArgs, 'first'>>;
  observingProgram?: Resolver<Maybe<ResolversTypes['ObservingProgram']>, ParentType, ContextType, RequireFields<QueryObservingProgramArgs, 'code'>>;
  sources?: Resolver<Maybe<ResolversTypes['SourceConnection']>, ParentType, ContextType, RequireFields<QuerySourcesArgs, 'first'>>;
  obsUnit?: Resolver<Maybe<ResolversTypes['ObsUnit']>, ParentType, ContextType, RequireFields<QueryObsUnitArgs, 'id'>>;
  obsUnits?: Resolver<Maybe<ResolversTypes['ObsUnitConnection']>, ParentType, ContextType, RequireFields<QueryObsUnitsArgs, 'first'>>;
  executedObsUnits?: Resolver<Maybe<ResolversTypes['ExecutedObsUnitConnection']>, ParentType, ContextType, RequireFields<QueryExecutedObsUnitsArgs, 'first'>>;
  executedObsUnit?: Resolver<Maybe<ResolversTypes['ExecutedObsUnit']>, ParentType, ContextType, RequireFields<QueryExecutedObsUnitArgs, 'id'>>;
};

export type AdoptFindingsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AdoptFindingsPayload'] = ResolversParentTypes['AdoptFindingsPayload']> = {
  execution?: Resolver<ResolversTypes['ExecutedObsUnit'], ParentType, ContextType>;
  filesAdded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  findingsResolved?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  filedElsewhere?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FileObservationPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FileObservationPayload'] = ResolversParentTypes['FileObservationPayload']> = {
  execution?: Resolver<ResolversTypes['ExecutedObsUnit'], ParentType, ContextType>;
  filesAdded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createObservatory?: Resolver<ResolversTypes['Observatory'], ParentType, ContextType, RequireFields<MutationCreateObservatoryArgs, 'input'>>;
  updateObservatory?: Resolver<ResolversTypes['Observatory'], ParentType, ContextType, RequireFields<MutationUpdateObservatoryArgs, 'input'>>;
  createTelescope?: Resolver<ResolversTypes['Telescope'], ParentType, ContextType, RequireFields<MutationCreateTelescopeArgs, 'input'>>;
  updateTelescope?: Resolver<ResolversTypes['Telescope'], ParentType, ContextType, RequireFields<MutationUpdateTelescopeArgs, 'input'>>;
  createInstrument?: Resolver<ResolversTypes['Instrument'], ParentType, ContextType, RequireFields<MutationCreateInstrumentArgs, 'input'>>;
  updateInstrument?: Resolver<ResolversTypes['Instrument'], ParentType, ContextType, RequireFields<MutationUpdateInstrumentArgs, 'input'>>;
  createInstrumentModule?: Resolver<ResolversTypes['InstrumentModule'], ParentType, ContextType, RequireFields<MutationCreateInstrumentModuleArgs, 'input'>>;
  updateInstrumentModule?: Resolver<ResolversTypes['InstrumentModule'], ParentType, ContextType, RequireFields<MutationUpdateInstrumentModuleArgs, 'input'>>;
  createObservingProgram?: Resolver<ResolversTypes['ObservingProgram'], ParentType, ContextType, RequireFields<MutationCreateObservingProgramArgs, 'input'>>;
  updateObservingProgram?: Resolver<ResolversTypes['ObservingProgram'], ParentType, ContextType, RequireFields<MutationUpdateObservingProgramArgs, 'input'>>;
  createSource?: Resolver<ResolversTypes['Source'], ParentType, ContextType, RequireFields<MutationCreateSourceArgs, 'input'>>;
  updateSource?: Resolver<ResolversTypes['Source'], ParentType, ContextType, RequireFields<MutationUpdateSourceArgs, 'input'>>;
  createObsUnit?: Resolver<ResolversTypes['ObsUnit'], ParentType, ContextType, RequireFields<MutationCreateObsUnitArgs, 'input'>>;
  updateObsUnit?: Resolver<ResolversTypes['ObsUnit'], ParentType, ContextType, RequireFields<MutationUpdateObsUnitArgs, 'input'>>;
  updateExecutedObsUnit?: Resolver<ResolversTypes['ExecutedObsUnit'], ParentType, ContextType, RequireFields<MutationUpdateExecutedObsUnitArgs, 'input'>>;
  fileObservation?: Resolver<ResolversTypes['FileObservationPayload'], ParentType, ContextType, RequireFields<MutationFileObservationArgs, 'input'>>;
  adoptFindings?: Resolver<ResolversTypes['AdoptFindingsPayload'], ParentType, ContextType, RequireFields<MutationAdoptFindingsArgs, 'input'>>;
};

export type Resolvers<ContextType = Context> = {
  ByteCount?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Digest?: GraphQLScalarType;
  Count?: GraphQLScalarType;
  TotalCount?: TotalCountResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Observatory?: ObservatoryResolvers<ContextType>;
  Telescope?: TelescopeResolvers<ContextType>;
  Instrument?: InstrumentResolvers<ContextType>;
  InstrumentModule?: InstrumentModuleResolvers<ContextType>;
  ObservingProgram?: ObservingProgramResolvers<ContextType>;
  Source?: SourceResolvers<ContextType>;
  FixedSource?: FixedSourceResolvers<ContextType>;
  SolarSystemObject?: SolarSystemObjectResolvers<ContextType>;
  ConstantElevationSource?: ConstantElevationSourceResolvers<ContextType>;
  ObsUnit?: ObsUnitResolvers<ContextType>;
  ExecutedObsUnit?: ExecutedObsUnitResolvers<ContextType>;
  ObservatoryConnection?: ObservatoryConnectionResolvers<ContextType>;
  TelescopeConnection?: TelescopeConnectionResolvers<ContextType>;
  InstrumentConnection?: InstrumentConnectionResolvers<ContextType>;
  InstrumentModuleConnection?: InstrumentModuleConnectionResolvers<ContextType>;
  ObservingProgramConnection?: ObservingProgramConnectionResolvers<ContextType>;
  ObsUnitConnection?: ObsUnitConnectionResolvers<ContextType>;
  ExecutedObsUnitConnection?: ExecutedObsUnitConnectionResolvers<ContextType>;
  SourceConnection?: SourceConnectionResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  AdoptFindingsPayload?: AdoptFindingsPayloadResolvers<ContextType>;
  FileObservationPayload?: FileObservationPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};

import type { Digest, S3Capabilities } from '@almagest/schema'

/** What a location knows of one regular file without reading it; `mode` holds the nine permission bits. */
export interface FileStat {
  readonly bytes: number
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly inode: bigint
  readonly device: bigint
  readonly mode: number
}

/** What a file is expected to be; what is not named is not compared. */
export type ExpectedStat = { readonly [name in keyof FileStat]?: FileStat[name] | undefined }

/** The bytes of one file being read. Iterate it once, or dispose of it. A chunk is overwritten when the next is asked for: do not keep it. */
export interface Reading extends AsyncIterable<Buffer>, AsyncDisposable {
  /** What the file was when it was opened. */
  readonly stat: FileStat
  /** Whether every byte so far came from the device and not from the machine's page cache. */
  readonly direct: boolean
  /** After the last chunk: `null` if this was one unchanging file from before the first byte to after the last, else what is not so. */
  change(): string | null
}

/** What to read: all of a file, or `length` bytes from `start`; `direct` past the page cache where the file system can. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  readonly start?: number | undefined
  readonly length?: number | undefined
  readonly direct?: boolean | undefined
  /** Compared, for `change()`, with the file that was opened. */
  readonly expected?: ExpectedStat | undefined
}

/** Bytes that were written: how many, and their digest, computed on the way (verification level 0). */
export interface Written {
  readonly bytes: number
  readonly digest: Digest
}

/** How a file is cut, and the BLAKE3 digests of its parts, 32 bytes each. */
export interface KnownParts {
  readonly bytes: number
  readonly digests: Uint8Array
}

/** How to write: `token` names this run's temporary files, so that two runs never share one. */
export interface WriteOptions {
  readonly token: string
  readonly signal?: AbortSignal | undefined
  /** If given, other bytes than these are never published: Outage. Its digest's algorithm is the one used. */
  readonly expected?: Written | undefined
  /** Nanoseconds since 1970, kept to about a microsecond. */
  readonly mtimeNs?: bigint | undefined
  /** Each part is compared before it is sent, so that a later run can go on after those that were; only for a store that tells what it has `kept`. */
  readonly parts?: KnownParts | undefined
  /** The chunks begin at this byte of the file, where `kept` says. */
  readonly from?: number | undefined
}

/** How a file of parts is started: of which bytes, cut at every `partBytes`; `digests`, where known, are the BLAKE3 digests of the parts, 32 bytes each. */
export interface AssembleOptions {
  readonly token: string
  /** Whether the token is one of an earlier run of the same work, whose parts this run may go on with. */
  readonly earlier: (token: string) => boolean
  readonly expected: Written
  readonly partBytes: number
  readonly digests: Uint8Array | null
  readonly signal?: AbortSignal | undefined
}

/**
 * A file put together of parts, written in any order and by several at a time. Nobody sees it until it is published; disposing of it unpublished
 * keeps its parts for a later run.
 */
export interface Assembly extends AsyncDisposable {
  /** The parts in order: from which byte on, and how many. */
  readonly parts: readonly { readonly at: number; readonly bytes: number }[]
  /** Where its bytes lie on this machine, for programs that write them. */
  readonly file: string
  /** Whether a part is there, durable and as it should be. */
  has(part: number): boolean
  write(chunk: Uint8Array, at: number): Promise<void>
  /** Lets it share the blocks of a file of this machine, in place of all that was written; `false`, with nothing done, where that cannot be. */
  clone(from: string): Promise<boolean>
  /** Makes a part durable and notes it; `digest` is that of its bytes as they were written. `false`, with nothing noted, if another one is known. */
  finish(part: number, digest: Digest): Promise<boolean>
  /** Reads a part that is not there yet again, and finishes it; `false` if it is not as it should be. */
  verify(part: number): Promise<boolean>
  /** Gives it its name, as `Store.write` does; throws Outage if a part is missing, or if the whole does not have the expected digest. */
  publish(): Promise<Written>
  /** Throws its parts away. */
  discard(): Promise<void>
}

/** A folder that nobody sees until it is published whole; disposing of it unpublished removes it. */
export interface FolderDraft extends AsyncDisposable {
  /** Where it lies on this machine, for those who write durable files of mode 0444 into it themselves; only where it lies in a folder. */
  readonly folder?: string | undefined
  /** Writes one file of it; the path is relative to the folder. Refuses with CONFLICT a second file of the same path. */
  write(path: string, chunks: AsyncIterable<Uint8Array>, options?: Omit<WriteOptions, 'token'>): Promise<Written>
  /** Gives it its name. If that folder is there already: success if it holds exactly these files (re-read), else refuses with CONFLICT. */
  publish(): Promise<void>
}

/** One thing found in a location. `fault` says which rule its path breaks; then `path` may be only a readable likeness of it. */
export interface Listed {
  readonly path: string
  readonly fault: string | null
  readonly kind: 'FILE' | 'SYMLINK' | 'OTHER'
  readonly bytes: number
  readonly mtimeNs: bigint
  readonly inode: bigint
}

/** Files that are no longer at their paths and not yet deleted, in the location itself; each has a name of its own. Every step can be done again. */
export interface TrashFolder {
  /** Moves a file there, never over another: MOVED also if it is there already. Refuses with CONFLICT a file that is not the expected one. */
  put(path: string, name: string, expected: ExpectedStat): Promise<'MOVED' | 'ABSENT'>
  /** Moves it back. Refuses with CONFLICT a path that another file has taken. */
  restore(name: string, path: string): Promise<'RESTORED' | 'ABSENT'>
  /** Deletes it. */
  empty(name: string): Promise<'REMOVED' | 'ABSENT'>
}

/**
 * The bytes of one location. Paths are relative to its root; a bad one is refused with BAD_PATH, one that is or crosses a symbolic link, or
 * is no regular file, with NOT_A_REGULAR_FILE. Every operation first makes sure that this location, and no other, is mounted there: if it
 * is not, or fails, they throw Outage. So `null` and 'ABSENT' mean that the location is there and the file is not.
 */
export interface Store {
  readonly id: string
  /** Whether it keeps folders; one that does not refuses `openFolder` and `removeFolder`. */
  readonly folders: boolean
  /** The folder on this machine that it is, for those who read its files themselves; only where it is one. */
  readonly folder?: string | undefined
  /** Makes an empty folder this location; again: nothing. Refuses with CONFLICT another location's, or without `adopt` one that holds anything. */
  prepare(options?: { adopt?: boolean }): Promise<void>
  /** Throws Outage, saying why, unless the location is there, its own, readable and writable. */
  check(): Promise<void>
  stat(path: string): Promise<FileStat | null>
  read(path: string, options?: ReadOptions): Promise<Reading | null>
  /**
   * Publishes a file: never partly, never over another. If the path is taken: success if the same bytes are there (re-read), else refuses
   * with CONFLICT. If it throws, what `chunks` throws included, nothing has the final name, and its temporary file is removed, or kept
   * out of sight for the next write of the path to go on with.
   */
  write(path: string, chunks: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<Written>
  /** How many of the first bytes of a file a write of the same parts left, never all; only where files are sent in parts from their beginning to their end. */
  kept?(path: string, options: { expected: Written; parts: KnownParts; signal?: AbortSignal | undefined }): Promise<number>
  /** Starts a file of parts, with those that an earlier run made durable; only where a store can write at an offset. */
  assemble?(path: string, options: AssembleOptions): Promise<Assembly>
  /** Where a file lies on this machine, or `null` if it is absent; only where it lies in a file of its own. */
  locate?(path: string): Promise<string | null>
  /**
   * Publishes, as `write` does, a file that `fill` writes itself, anywhere in it, by its path on this machine; returns its size. Only where a
   * file lies in a file of its own.
   */
  writeFile?:
    | ((path: string, fill: (file: string) => Promise<void>, options: Pick<WriteOptions, 'token' | 'signal'>) => Promise<number>)
    | undefined
  /** Starts a folder; it appears at `path` when published. Removes what an earlier run of the same token left. */
  openFolder(path: string, options: Pick<WriteOptions, 'token' | 'signal'>): Promise<FolderDraft>
  /** Deletes one file if it is the expected one, else refuses with CONFLICT and deletes nothing; `prune`: then parents left empty go too. */
  remove(path: string, expected: ExpectedStat, options?: { prune?: boolean }): Promise<'REMOVED' | 'ABSENT'>
  /** Deletes a folder with all in it: it vanishes at once, then its space is freed, then parents left empty go. A second call finishes a first. */
  removeFolder(path: string, options: { token: string }): Promise<'REMOVED' | 'ABSENT'>
  /** Where files wait before they are deleted; absent where what is deleted goes at once. */
  readonly trash?: TrashFolder | undefined
  /** Moves a file, folder or link out of sight, where it is kept; returns where, or `null` if it is absent. */
  quarantine(path: string, token: string): Promise<string | null>
  /** Everything in a folder (default: the location) but folders and our own, in byte order of paths. Throws rather than leave out a part. */
  list(folder?: string, options?: { signal?: AbortSignal | undefined }): AsyncIterable<Listed>
  /**
   * In bytes: what we may still write, and all there is. `device` names the file system, as this machine knows it while it runs: what is written to another
   * location on it leaves less here; absent where that cannot be.
   */
  space(): Promise<{ free: number; total: number; device?: string }>
  /** Removes what interrupted runs left if it was last touched before `before` and `isLive` denies its token; returns the tokens. */
  sweepInflight(options: { before: Date; isLive(token: string): boolean | Promise<boolean> }): Promise<string[]>
  /**
   * Asks in one go for files to become readable, unless the one of them that is named can be read already, and says which are not yet, and when it is
   * worth asking again, in seconds. It does not wait. Absent where every file is readable at any time.
   */
  recall?(
    paths: readonly string[],
    options: { signal: AbortSignal; unless?: string },
  ): Promise<{ waiting: readonly string[]; seconds: number }>
  /** Tells that files that were recalled are not needed any more. */
  release?(paths: readonly string[], options: { signal: AbortSignal }): Promise<void>
  /** Tries what the service beneath can do, which is kept on the location's row; absent where all do the same. */
  probe?(): Promise<S3Capabilities>
}

import type { FileStat } from '../stores/store.ts'
import type { TarMember } from '../tar/header.ts'

/** How much of a tar one task of a thread is about, at most. */
export const EXTENT_BYTES = 2 * 2 ** 20

/** How many members it is about at most, so that many empty files are not one task. */
export const EXTENT_MEMBERS = 2_000

/** Device blocks are at most this long where O_DIRECT is allowed; offsets and lengths of direct reads are multiples of it. */
export const DIRECT_BYTES = 4096

/** A member with its place in a tar: where its header begins, and its data. */
export interface LaidMember extends TarMember {
  readonly start: number
  readonly offset: number
}

/** A digest that is known of a file, and since when. */
export interface KnownDigest {
  readonly digest: string
  readonly when: 'was filed' | 'was packaged before'
}

/** A member to be packed: what its file was when the tar was planned, and the digests that are known of it. */
export interface PackMember extends LaidMember {
  readonly stat: FileStat
  readonly known: readonly KnownDigest[]
}

/** A member that is there already, with its digest. */
export interface CheckMember extends LaidMember {
  readonly digest: string
}

/** The data of a member from one byte to another; with its header if it is from the first, with its padding if it is to the last. */
export interface Piece<member extends LaidMember> {
  readonly member: member
  readonly from: number
  readonly to: number
}

/** A stretch of a tar: whole members, or one piece of a large one, or its end without any. */
export interface Extent<member extends LaidMember> {
  readonly at: number
  readonly bytes: number
  readonly pieces: readonly Piece<member>[]
}

/** A file on this machine that is known by its device and inode. */
export interface KnownFile {
  readonly file: string
  readonly stat: FileStat
}

/** Looks at files below a folder, none of them through a symbolic link. */
export interface StatTask {
  readonly kind: 'stat'
  readonly root: string
  readonly paths: readonly string[]
}

/** Reads the files of an extent below a folder, and writes the extent to its place in a tar. */
export interface PackTask {
  readonly kind: 'pack'
  readonly root: string
  readonly target: string
  readonly extent: Extent<PackMember>
}

/** Reads an extent of a tar and compares every byte of it; writes its members below a folder if one is given. */
export interface CheckTask {
  readonly kind: 'check'
  readonly tar: KnownFile
  readonly direct: boolean
  readonly extent: Extent<CheckMember>
  readonly into: string | null
}

export type Task = StatTask | PackTask | CheckTask

/** Why a member cannot be packed: it is not there or cannot be opened (`UNREADABLE`), changed, or has another digest than is known of it. */
export type PackFault =
  | { readonly why: 'UNREADABLE' | 'CHANGED'; readonly path: string; readonly detail: string }
  | { readonly why: 'DIGEST'; readonly path: string; readonly known: KnownDigest; readonly found: string }

/** What is wrong with a tar, at which member; `null` at its end. */
export interface TarFault {
  readonly member: string | null
  readonly reason: string
}

/** What each kind of task gives. */
export interface Answers {
  /** In the order of the paths; `null` for what is no regular file or not there. */
  stat: { readonly stats: readonly (FileStat | null)[] }
  /** The digests of the members that ended in the extent, or the first fault. */
  pack: { readonly digests: readonly string[]; readonly fault: PackFault | null }
  /** Where in the buffer the extent lies, how much of it there was, and the first fault. */
  check: { readonly begin: number; readonly bytes: number; readonly fault: TarFault | null }
}

/** What a thread is sent: a task with the buffer it may use and the mark that tells it to stop, or that a piece of work is over. */
export type Order =
  | {
      readonly id: number
      readonly job: number
      readonly task: Task
      readonly slot: SharedArrayBuffer | null
      readonly stop: SharedArrayBuffer
    }
  | { readonly over: number }

/** An error of a thread, as it crosses over: of the system if it has a code. `side`: where it came about. */
export interface Failure {
  readonly message: string
  readonly stack: string
  readonly code: string | null
  readonly syscall: string | null
  readonly side: 'FROM' | 'TO' | null
}

/** What a thread answers. */
export type Reply = { readonly id: number; readonly answer: Answers[Task['kind']] } | { readonly id: number; readonly failure: Failure }

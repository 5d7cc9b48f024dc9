/** A self-describing digest: the algorithm, a colon, 64 lower-case hexadecimal digits. */
export type Digest = `${'blake3' | 'sha256'}:${string}`

/** What a `Digest` looks like. */
export const DIGEST = /^(blake3|sha256):[0-9a-f]{64}$/

/** How many bytes of a tar one part digest stands for; the last part is what remains. */
export const PART_BYTES = 67_108_864

import { open } from 'node:fs/promises'
import { PART_BYTES, type Digest } from '@almagest/schema'
import { openDigest } from '@almagest/jobs'

/** Writes bytes that no file system makes smaller; returns their digest and those of their parts. */
export async function writeNoise(path: string, bytes: number): Promise<{ digest: Digest; parts: Buffer }> {
  await using file = await open(path, 'w')
  const noise = crypto.getRandomValues(new Uint8Array(65_536))
  const block = Buffer.alloc(PART_BYTES)
  for (let at = 0; at < block.length; at += noise.length) block.set(noise, at)
  const whole = openDigest()
  const parts: Buffer[] = []
  for (let at = 0; at < bytes; at += block.length) {
    for (let spot = 0; spot < block.length; spot += noise.length) block.writeUIntLE(at + spot, spot, 6)
    const portion = block.subarray(0, Math.min(block.length, bytes - at))
    const part = openDigest()
    part.update(portion)
    whole.update(portion)
    parts.push(Buffer.from(part.done().slice('blake3:'.length), 'hex'))
    await file.write(portion)
  }
  await file.sync()
  return { digest: whole.done(), parts: Buffer.concat(parts) }
}

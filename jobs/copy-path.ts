import type { DataLocation, RawDataPackage } from '@almagest/schema'

/**
 * Where a new copy of a package lies at a location: in a folder and on tape at the path of the package, in a bucket at a key that contains its digest, so that no key
 * ever has other bytes. Copies that are there keep the path of their row. What is packaged into a bucket lies at the path of the package: its digest is known only at the end.
 */
export function copyPath({ storage }: Pick<DataLocation, 'storage'>, { path, digest }: Pick<RawDataPackage, 'path' | 'digest'>): string {
  if (storage !== 'S3') return path
  if (!digest) throw new Error(`${path} has no digest yet, and its copy in a bucket lies at one`)
  return `${path.replace(/\.tar$/, '')}/${digest.replace(/^.*:/, '')}.tar`
}

/** The name of the package whose tar, or sidecar, may lie at a path. */
export function packageNameOf(path: string): string {
  const [name = '', folder] = path
    .replace(/\.(json|tar)$/, '')
    .split('/')
    .toReversed()
  return folder !== undefined && /^[0-9a-f]{64}$/.test(name) ? folder : name
}

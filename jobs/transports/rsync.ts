import type { Tool } from './tool.ts'

/** What rsync(1) says of its exit values, as far as they are of use to an operator. */
const MEANINGS: Readonly<Record<number, string>> = {
  2: 'the two rsyncs do not understand each other',
  5: 'the connection could not be started',
  10: 'the connection was cut',
  11: 'a file could not be read or written',
  12: 'the connection was cut, or there is no rsync at the other end',
  20: 'it was ended',
  23: 'the file could not be read at its origin',
  24: 'the file vanished at its origin',
  30: 'nothing came for a minute',
  255: 'ssh could not reach the host',
}

/** rsync: goes on with what is there by its own checksums of blocks; it uses one stream, whatever the route says. */
export function rsync(command = 'rsync'): Tool {
  return {
    command,
    install: 'install it at both ends (Debian has it as rsync), or give the route another method',
    args: (source, target, { route }) => [
      '--ignore-times',
      '--inplace',
      '--no-whole-file',
      '--secluded-args',
      '--timeout=60',
      '--info=progress2',
      '--no-human-readable',
      '--outbuf=L',
      '--rsh=ssh -o BatchMode=yes -o ConnectTimeout=30',
      ...(route.rateBytesS === null ? [] : [`--bwlimit=${Math.max(1, Math.floor(route.rateBytesS / 1_024))}`]),
      '--',
      source,
      target,
    ],
    progress: text => Number(/.*?(\d+)\s+\d+%[^%]*$/s.exec(text)?.[1] ?? NaN) || null,
    meaning: status => MEANINGS[status],
  }
}

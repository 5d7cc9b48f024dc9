import type { Tool } from './tool.ts'

/** bbcp: as many streams as the route says. It begins a file that was cut again; the files that arrived whole are not sent again. */
export function bbcp(command = 'bbcp'): Tool {
  return {
    command,
    install:
      'install it at both ends (no Debian release has it: https://www.slac.stanford.edu/~abh/bbcp/), or give the route another method',
    args: (source, target, { route }) => [
      '--force',
      '--streams',
      String(route.streams),
      ...(route.rateBytesS === null ? [] : ['--xfrate', `${Math.max(1, Math.floor(route.rateBytesS / 1_024))}k`]),
      source,
      target,
    ],
    meaning: () => undefined,
  }
}

import type { Command, Option } from './command.ts'

const instrument = { about: 'its short name', value: 'NAME' } as const
const module = { about: 'the short name of a module', value: 'NAME' } as const

/** Options that every command has. */
export const COMMON: Readonly<Record<string, Option>> = {
  url: { about: 'the gateway (ALMAGEST_URL, http://127.0.0.1:4000)', value: 'URL' },
  spool: { about: 'the folder where filings wait (ALMAGEST_SPOOL, ~/.almagest-spool)', value: 'DIR' },
  json: { about: 'answer as JSON, an object on each line' },
  help: { about: 'this text', short: 'h' },
}

/** The commands, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  file: {
    about: 'file the files of a folder, through the spool',
    args: 'DIR',
    options: {
      instrument,
      module,
      root: { about: 'the folder that is the SOURCE location; paths are relative to it (DIR)', value: 'DIR' },
      'obs-unit': { about: 'the planned observation: its id, or PROGRAM/NAME', value: 'ID' },
      start: { about: 'when it began (UTC, ISO 8601)', value: 'TIME' },
      end: { about: 'when it ended (UTC, ISO 8601)', value: 'TIME' },
      key: { about: 'the key of the execution (made of planned observation and start)', value: 'KEY' },
      quality: { about: 'UNKNOWN, GOOD, QUESTIONABLE or BAD', value: 'WORD' },
      target: { about: 'what was pointed at', value: 'NAME' },
      location: { about: 'the SOURCE location (the only one of the instrument)', value: 'NAME' },
      metadata: { about: 'a YAML or JSON file with any of these, and with conditions', value: 'FILE' },
      fits: { about: 'take them from the FITS headers of the files, by the standard keywords' },
      translation: { about: 'take them from the FITS headers as this YAML or JSON file says', value: 'FILE' },
      digest: { about: 'read each file and file its BLAKE3 too' },
      watch: { about: 'go on: file what comes to rest in the folder, until Ctrl-C' },
      settle: { about: 'with --watch: a file is at rest when nothing changed for so many seconds (10)', value: 'SECONDS' },
      'no-send': { about: 'only put it into the spool' },
      'dry-run': { about: 'only say what would be filed' },
    },
    more: `What is said twice has to agree: flags, the metadata file, the headers. A translation names, for each of instrument, module, observation, obsUnit,
startedAt, endedAt, target, raDeg, decDeg, exposureS, filter, mode, a keyword, a list of keywords of which the first counts that is there, or { value: … }.
Files of one \`observation\` are one execution. What cannot be filed is named with the reason, and the status is 1; the files stay where they are.`,
    load: () => import('./file.ts'),
  },
  ls: {
    about: 'list files',
    args: '[PREFIX]',
    options: {
      instrument,
      module,
      program: { about: 'the code of a program', value: 'CODE' },
      source: { about: 'the name of a source', value: 'NAME' },
      execution: { about: 'the id of an execution', value: 'ID' },
      from: { about: 'of executions begun then or later (UTC)', value: 'TIME' },
      before: { about: 'of executions begun before (UTC)', value: 'TIME' },
      cone: { about: 'a circle on the sky, degrees of ICRS', value: 'RA,DEC,RADIUS' },
      limit: { about: 'how many at most (100)', value: 'N' },
    },
    load: () => import('./ls.ts'),
  },
  show: {
    about: 'show an execution, a package, a staging request or a location',
    args: 'ID|NAME',
    options: {},
    load: () => import('./show.ts'),
  },
  locate: {
    about: 'say where files can be read',
    args: 'PATH|ID…',
    options: { instrument, module, site: { about: 'where they are wanted: sources there come first', value: 'NAME' } },
    load: () => import('./locate.ts'),
  },
  stage: {
    about: 'have executions, packages or files unpacked where they are worked on',
    args: 'ID…',
    options: {
      location: { about: 'a PROCESSING location', value: 'NAME' },
      as: { about: 'who asks (the name of the user)', value: 'NAME' },
      lease: { about: 'how long they stay, in seconds (604800)', value: 'SECONDS' },
      wait: { about: 'wait until they are there' },
      release: { about: 'give back the staging requests of these ids' },
    },
    load: () => import('./stage.ts'),
  },
  get: {
    about: 'fetch files, and compare each with its digest',
    args: 'PATH|ID…',
    options: { instrument, module, into: { about: 'the folder to write to (.)', value: 'DIR' } },
    load: () => import('./get.ts'),
  },
  verify: {
    about: 'read local files again and compare them with the catalogue',
    args: 'DIR|FILE…',
    options: { instrument, module, root: { about: 'the folder that paths are relative to (DIR)', value: 'DIR' } },
    load: () => import('./verify.ts'),
  },
  why: { about: 'say why something waits, and who can act', args: 'ID', options: {}, load: () => import('./why.ts') },
  events: {
    about: 'follow what happens, until Ctrl-C',
    args: '[ID…]',
    options: {
      after: { about: 'go on after this place', value: 'PLACE' },
      since: { about: 'from this moment on (UTC)', value: 'TIME' },
      type: { about: 'only of this type: RawDataPackage, PhysicalCopy …', value: 'TYPE', many: true },
      location: { about: 'only of a location', value: 'NAME', many: true },
      package: { about: 'only of a package, its copies, its work', value: 'ID', many: true },
      count: { about: 'end after so many', value: 'N' },
    },
    load: () => import('./events.ts'),
  },
  spool: {
    about: 'look at what waits to be filed, send it, and retry or drop what was refused',
    args: '[send | retry [NAME] | drop [NAME…]]',
    options: { yes: { about: 'drop: remove it, for ever; without it drop only says what it would remove' } },
    more: `What the data centre refuses is kept in the folder refused of the spool, with why; all else is sent. retry sends it again, after what was wrong was
mended; drop removes it, and leaves the files where they are. Without a NAME both are about all that was refused.`,
    load: () => import('./spool.ts'),
  },
  sites: { about: 'list sites and their locations', args: '', options: {}, load: () => import('./sites.ts') },
  queues: { about: 'show the work that runs, waits and failed', args: '', options: {}, load: () => import('./queues.ts') },
  admin: {
    about: 'change what operators change; --dry-run says what would be done',
    args: 'apply FILE | site|location|route NAME on|off | deletion LOCATION on|off | retry ID | cancel ID | verify COPY | holds | hold PACKAGE… | release HOLD…',
    options: {
      'dry-run': { about: 'only say what would be done' },
      as: { about: 'hold: who holds (the name of the user)', value: 'NAME' },
      reason: { about: 'hold, release: why', value: 'TEXT' },
      until: { about: 'hold: until when (UTC); until it is released', value: 'TIME' },
    },
    more: `apply makes sites, locations, routes and retention as a YAML or JSON file says, and changes nothing that the file does not name:

  sites: [{ name: chile, title: Chile }]
  locations: [{ name: chile-buffer, site: chile, type: BUFFER, root: /data/buffer, retention: { minimumAgeS: 86400 } }]
  routes: [{ name: chile-to-cologne, from: chile, to: cologne, method: HTTP }]`,
    load: () => import('./admin.ts'),
  },
  completion: { about: 'print the completion of a shell', args: 'bash|zsh|fish', options: {}, load: () => import('./completion.ts') },
}

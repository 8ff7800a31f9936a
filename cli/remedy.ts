import { awsRemedyOf } from './operator/aws-remedy.ts';

const BY_CODE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not: change the rights, or name another place',
  EPERM: 'this user may not: change the rights, or name another place',
  EROFS: 'nothing can be written there: name another place',
  EEXIST: 'something else has that name: name another place',
  ENOTDIR: 'a file stands where a folder is needed: name another place',
  EISDIR: 'a folder stands where a file is needed: name another place',
  ENOENT: 'there is no such file or folder',
  'ENOENT mkdir': 'nothing can be made there: name another place',
  ENOSPC: 'the disk is full',
  EADDRINUSE: 'another program has that port: name another',
  ENOTFOUND: 'is there a network, and is the address (or AWS_REGION) right?',
  ECONNREFUSED: 'nothing answers there: is it running, and is the address right?',
};

/** An error that the machine or AWS caused, in words and with what to do; undefined: the program itself is at fault. */
export function explained(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const ofAws = awsRemedyOf(error);
  if (ofAws !== undefined) return `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}; ${ofAws}`;
  const { code } = error as NodeJS.ErrnoException;
  // The state folder's lock and table are LevelDB, whose error tells the reason only in its cause.
  if (isOfLevelDb(error) && error.cause instanceof Error) {
    return `${error.cause.message}; this user must be able to write the state folder`;
  }
  if (isOfLevelDb(error.cause)) return error.message;
  return 'syscall' in error && code !== undefined
    ? `${error.message}; ${BY_CODE[`${code} ${error.syscall}`] ?? BY_CODE[code] ?? 'see whether it can be reached'}`
    : undefined;
}

function isOfLevelDb(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code?.startsWith('LEVEL_') === true;
}

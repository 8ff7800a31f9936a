import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** What a started function says of itself. */
export interface FunctionStart {
  readonly ms: number;
  /** Every file of its bundle that is loaded by then. The rest waits until it is asked for. */
  readonly files: readonly string[];
}

/** Time of the main thread's processor: loading never waits, and what else the machine does is left out. */
export const CLOCK = 'const c=()=>{const{user,system}=process.threadCpuUsage();return(user+system)/1e3};const t=c();';

/** For a fresh process in the folder of a function. What a function loads at start without waiting for it counts too. */
export const START = `${CLOCK}require('./index.js');setImmediate(()=>console.log(JSON.stringify({ms:c()-t,files:Object.keys(require.cache)})))`;

export interface Weight {
  readonly kb: number;
  readonly gzip_kb: number;
}

/** In kB (1000 bytes). Files are zipped one by one, as in the archive that Lambda gets. */
export function weightOf(files: readonly string[]): Weight {
  const codes = files.map((file) => readFileSync(file));
  const sum = (bytes: readonly number[]) => bytes.reduce((all, each) => all + each, 0) / 1_000;
  return {
    kb: sum(codes.map(({ length }) => length)),
    gzip_kb: sum(codes.map((code) => gzipSync(code, { level: 9 }).length)),
  };
}

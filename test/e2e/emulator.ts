import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { start } from './processes.ts';
import type { PythonTools } from './python.ts';

const NODE_BIN = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');
const READY_MS = 90_000;

/** What every program of the rehearsal finds: an emulator on loopback, keys that open nothing, and no word of a real account. */
export function awsEnvironment(endpoint: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: [NODE_BIN, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: home,
    TMPDIR: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(home, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'no-credentials'),
    AWS_PAGER: '',
    CI: 'true',
    NO_COLOR: '1',
  };
}

/** ministack on a free port of loopback; its Lambdas are processes of this machine's Node 24. Its log goes to `home`. */
export async function startEmulator(
  { python }: Extract<PythonTools, { kind: 'ready' }>,
  home: string,
): Promise<{ readonly endpoint: string; readonly log: string }> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const { AWS_ENDPOINT_URL: _own, ...environment } = awsEnvironment(endpoint, home);
  const log = join(home, 'emulator.log');
  const child = start(python, ['-m', 'ministack'], {
    cwd: home,
    env: {
      ...environment,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      // An address and no name: the SDK then puts a bucket into the path.
      MINISTACK_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
  });
  const file = createWriteStream(log);
  child.stdout?.pipe(file);
  child.stderr?.pipe(file);
  let hasEnded = false;
  child.on('close', () => {
    hasEnded = true;
  });
  const endMs = Date.now() + READY_MS;
  while (!hasEnded && Date.now() < endMs) {
    if (await answers(`${endpoint}/_ministack/health`)) return { endpoint, log };
    await delay(100);
  }
  throw new Error(`the emulator ${hasEnded ? 'ended' : 'does not answer'}: see ${log}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

/** Taken a moment later: whoever is quicker makes the emulator end, and that is told. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

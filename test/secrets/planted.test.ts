import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { setFileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { freshDir, ROOT, run } from '../local/harness.ts';
import { everythingIn } from './everything-in.ts';
import { leaksIn, spellingsOf } from './spellings.ts';

const KEYS = {
  view: simulatorKey({ algorithm: 'EdDSA', name: 'organizations/planted/apiKeys/view-4e5f6a7b' }).apiKey,
  trade: {
    name: 'organizations/planted/apiKeys/trade-8c9d0e1f',
    privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .privateKey.export({ type: 'sec1', format: 'pem' })
      .toString(),
  },
};
const CHAT = `/services/${randomBytes(24).toString('hex')}`;
/** Cycles before the first kill: enough for fills. */
const TRADING = 8;
const SECRETS = [KEYS.view.privateKey, KEYS.trade.privateKey, CHAT];

test.each(SECRETS.flatMap((secret) => spellingsOf(secret)))(
  '[REQ-SEC1] the scanner sees a planted secret %s',
  (_name, text) => {
    const log = `{"level":"INFO","message":"x ${text} y"}`;
    expect(leaksIn(log, SECRETS)).toHaveLength(1);
    expect(leaksIn('{"level":"INFO","message":"nothing here","id":"247t-BTC-USD-1736121600-a1"}', SECRETS)).toEqual([]);
  },
);

test('[REQ-SEC1] [I11] nothing that a full run wrote or said holds a secret, in whatever spelling somebody put it there', {
  timeout: 120_000,
}, async () => {
  const chat = await planted();
  const state = freshDir();
  // What people paste where it does not belong: a key in every spelling, as the reason of a kill.
  const reasons = SECRETS.flatMap((secret) => spellingsOf(secret).map(([, text]) => `pasted ${text.slice(0, 400)}`));
  const { lines, summary } = await run(
    {
      mode: 'live',
      state,
      config: configWithChat(),
      cycles: TRADING + reasons.length,
      decisions: join(state, 'decisions.jsonl'),
    },
    (text) => {
      let cycles = 0;
      return {
        cycle(report, latencyMs) {
          text.cycle(report, latencyMs);
          const reason = reasons[cycles++ - TRADING + 1];
          if (reason !== undefined) setFileKillSwitch(state, { kind: 'killed', reason });
        },
      };
    },
  );
  expect(summary.fills).toBeGreaterThan(0);
  setFileKillSwitch(state, { kind: 'killed', reason: 'tidied up' });

  expect(chat.requests).toBeGreaterThan(0);

  const written = await everythingIn(state);
  const reports = ['orders', 'positions'].map((command) => [`trader ${command}`, report(command, state)] as const);
  const kinds = [
    'audit.jsonl',
    'alerts.jsonl',
    'decisions.jsonl',
    'cycles/',
    'table/',
    'row ACCOUNT',
    'row CYCLE',
    'row FACT',
  ];
  for (const kind of kinds)
    expect(
      [...written.keys()].filter((name) => name.startsWith(kind)),
      kind,
    ).not.toEqual([]);
  expect([...written.values()].join('\n')).toContain('[redacted]');
  const all = [...written, ...reports, ['what the run said', lines.join('\n')] as const];
  expect(all.flatMap(([name, text]) => leaksIn(text, SECRETS).map((leak) => `${name}: ${leak}`))).toEqual([]);
});

function report(command: string, state: string): string {
  return execFileSync(process.execPath, [join(ROOT, 'cli', 'trader.ts'), command, '--state', state, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
}

function configWithChat(): string {
  const dir = freshDir();
  cpSync(join(ROOT, 'config'), dir, { recursive: true });
  const app = join(dir, 'app.yaml');
  writeFileSync(app, readFileSync(app, 'utf8').replace('webhook: none', 'webhook: slack'));
  return dir;
}

/** The keys in the environment, as an operator puts them there, and a chat that repeats what it was asked. */
async function planted(): Promise<{ readonly requests: number }> {
  const seen = { requests: 0 };
  for (const purpose of ['view', 'trade'] as const) {
    vi.stubEnv(`COINBASE_${purpose.toUpperCase()}_KEY_NAME`, KEYS[purpose].name);
    vi.stubEnv(`COINBASE_${purpose.toUpperCase()}_PRIVATE_KEY`, KEYS[purpose].privateKey.replaceAll('\n', '\\n'));
  }
  const chat = createServer((request, response) => {
    seen.requests += 1;
    response.statusCode = 500;
    response.end(`no such address: ${request.url}`);
  });
  await new Promise<void>((resolve) => {
    chat.listen(0, '127.0.0.1', resolve);
  });
  vi.stubEnv('TRADER_ALERT_WEBHOOK_URL', `http://127.0.0.1:${(chat.address() as AddressInfo).port}${CHAT}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    chat.close();
  });
  return seen;
}

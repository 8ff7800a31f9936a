import { Command, Option } from 'commander';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { checkClock } from '../../shared/app/check-clock.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import type { ApiKey } from '../../shared/ports/secrets.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { closeClients, type DoctorClients, doctorClients } from '../doctor/clients.ts';
import { type Check, type Finding, notChecked, ok, problem, refusedBy, runChecks } from '../doctor/finding.ts';
import { keyChecks } from '../doctor/key-checks.ts';
import { readFacts, stageChecks } from '../doctor/stage-checks.ts';
import { exchangeUrlOption } from '../operator/exchange-url.ts';
import { probeClient } from '../operator/probe-client.ts';
import { tableLines } from '../render/table.ts';

const HELP = `
It asks the account with the credentials of the environment (AWS_PROFILE, AWS_REGION) and changes nothing. Exits 1 when
something is wrong. Not looked at: the state of CloudWatch's alarms, for which it says the command. None of this has been
tried in a real AWS account.

Examples:
  trader doctor --stage paper
  trader doctor --stage live --json
  trader doctor --stage paper --offline          without asking the exchange for its clock and the keys' rights`;

interface DoctorFlags {
  readonly stage: Exclude<Stage, 'local'>;
  readonly config: string;
  readonly exchangeUrl?: string;
  readonly offline?: true;
  readonly json?: true;
}

/** `trader doctor`: whether the account's side of a stage is as it should be, and how to mend it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description("check a stage's parts in the AWS account and say how to mend each")
    .addOption(
      new Option('--stage <stage>', 'a stage on AWS')
        .choices(STAGES.filter((stage) => stage !== 'local'))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .addOption(exchangeUrlOption('ask there instead of the configured exchange'))
    .option('--offline', 'do not ask the exchange')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ stage, config: dir, exchangeUrl, offline, json }: DoctorFlags) => {
      const clients = doctorClients();
      try {
        const config = stageConfig(dir, stage);
        const exchange = offline === true ? null : { apiUrl: exchangeUrl };
        const report = await examine({ clients, config, exchange, nowMs: systemClock.nowMs() });
        if (!report.is_well) process.exitCode = 1;
        console.log(json === true ? JSON.stringify(report) : doctorText(report));
      } finally {
        closeClients(clients);
      }
    });
}

export interface DoctorReport {
  readonly stage: string;
  readonly is_well: boolean;
  readonly findings: readonly Finding[];
}

export interface DoctorParts {
  readonly clients: DoctorClients;
  readonly config: LoadedConfig;
  /** null: it is not asked. */
  readonly exchange: { readonly apiUrl?: string | undefined } | null;
  readonly nowMs: number;
}

/** Looks at everything, also after the first fault. */
export async function examine(parts: DoctorParts): Promise<DoctorReport> {
  const { clients, config, exchange, nowMs } = parts;
  const { stage } = config;
  const told = await readFacts(clients, stage).catch((error: unknown) => ({ error }));
  const facts = 'error' in told ? null : told;
  const permissionsOf = exchange === null ? null : askedAt(config, exchange.apiUrl);
  const findings = await runChecks([
    { name: 'parts', run: async () => [factsFinding(stage, told)] },
    ...stageChecks({ clients, config, facts, nowMs }),
    ...keyChecks({ clients, config, nowMs, permissionsOf }),
    clockCheck(parts),
    { name: 'alarms', run: async () => [alarmsFinding(stage)] },
  ]);
  return { stage, is_well: findings.every(({ status }) => status !== 'problem'), findings };
}

function factsFinding(stage: string, told: object): Finding {
  const name = `/247trader/${stage}/parts`;
  if (!('error' in told)) return ok('parts', name);
  if (told.error instanceof Error && told.error.name !== 'ParameterNotFound') return refusedBy('parts', told.error);
  return problem('parts', `${name} is not there`, `npx cdk deploy -c stage=${stage}, with this account and region`);
}

function alarmsFinding(stage: string): Finding {
  const query = `aws cloudwatch describe-alarms --alarm-name-prefix trader-${stage} --state-value ALARM`;
  return notChecked('alarms', 'their state is not looked at from here', `${query} must list nothing`);
}

function clockCheck({ config, exchange }: DoctorParts): Check {
  const skipped = notChecked('clock', 'the exchange was not asked', 'leave out --offline');
  return {
    name: 'clock',
    async run() {
      if (exchange === null) return [skipped];
      const client = probeClient(config, { apiUrl: exchange.apiUrl, key: undefined, clock: systemClock });
      try {
        const ports = { marketData: coinbaseMarketData(client), clock: systemClock };
        const { refusal, offsetMs } = await checkClock(ports, config.app.clock.max_drift_ms);
        if (refusal === null)
          return [ok('clock', `off by ${Math.round(offsetMs)} ms (this machine's, not the functions')`)];
        return [problem('clock', refusal, 'start the time service of this machine; the functions measure their own')];
      } finally {
        client.close();
      }
    },
  };
}

function askedAt(config: LoadedConfig, apiUrl: string | undefined) {
  return async (key: ApiKey) => {
    const client = probeClient(config, { apiUrl, key, clock: systemClock });
    try {
      return await coinbaseExchange(client).permissions();
    } finally {
      client.close();
    }
  };
}

const MARKS = { ok: 'ok', problem: 'PROBLEM', not_checked: 'not checked' } as const;

export function doctorText({ stage, is_well, findings }: DoctorReport): string {
  const columns = [
    { title: 'check', cell: ({ check }: Finding) => check },
    { title: 'found', cell: ({ status }: Finding) => MARKS[status] },
    { title: 'what', cell: ({ detail }: Finding) => detail },
    { title: 'mend', cell: ({ mend }: Finding) => mend ?? '' },
  ];
  const verdict = is_well
    ? 'nothing is wrong'
    : `${findings.filter(({ status }) => status === 'problem').length} to mend`;
  return [`stage ${stage}: ${verdict}`, ...tableLines(columns, findings)].join('\n');
}

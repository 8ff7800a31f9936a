import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AWS_STAGES } from '../../lib/stage-settings.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly on: Readonly<
    Record<string, { readonly inputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>> } | null>
  >;
  readonly permissions: Readonly<Record<string, string>>;
  readonly defaults: unknown;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const DIR = join(import.meta.dirname, '../../.github/workflows');
const FILES = readdirSync(DIR);
const read = (file: string) => parse(readFileSync(join(DIR, file), 'utf8')) as Workflow;
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps);
/** As a workflow spells it. */
const expression = (name: string) => ['$', `{{ ${name} }}`].join('');
const runs = (job: Job | undefined) => (job?.steps ?? []).flatMap(({ run }) => (run === undefined ? [] : [run]));

describe('the workflows', () => {
  it.each(FILES)('%s pins every action to a commit, which nobody can move as a tag', (file) => {
    for (const { uses } of [...stepsOf(read(file)), ...Object.values(read(file).jobs)]) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^(\.\/\.github\/workflows\/[\w-]+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
    }
  });

  it.each(FILES)('%s may only read by default, and only its deploying jobs may ask for a token of AWS', (file) => {
    const { permissions, jobs } = read(file);

    expect(permissions).toEqual({ contents: 'read' });
    for (const [name, job] of Object.entries(jobs)) {
      if (job.permissions === undefined) continue;
      expect(job.permissions, name).toEqual({ contents: 'read', 'id-token': 'write' });
      expect([file, job.environment !== undefined]).toEqual(['deploy.yml', true]);
    }
  });

  it.each(FILES)('%s never puts an expression into a shell, where a name could be a command', (file) => {
    for (const { run = '' } of stepsOf(read(file))) expect(run).not.toContain(['$', '{{'].join(''));
  });

  it.each(FILES)('%s leaves no token behind after a checkout, holds no key, and every job ends', (file) => {
    const workflow = read(file);
    for (const step of stepsOf(workflow)) {
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false);
    }
    for (const job of Object.values(workflow.jobs))
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    expect(readFileSync(join(DIR, file), 'utf8')).not.toMatch(/secrets\.|AKIA|aws-access-key-id/);
  });

  it.each(FILES)('%s fails when any command of a pipe fails', (file) => {
    expect(read(file).defaults).toEqual({ run: { shell: 'bash' } });
  });

  it('check every push and every pull request by npm ci and npm test, and keep assembly and result', () => {
    const { on, jobs } = read('check.yml');
    const kept = stepsOf(read('check.yml')).find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));

    expect(on).toMatchObject({ push: null, pull_request: null });
    expect(runs(jobs['check'])).toEqual(expect.arrayContaining(['npm ci', 'npm test']));
    expect(String(kept?.with?.['path']).split('\n')).toEqual(
      expect.arrayContaining(['cdk.out', '.test-results/ci.json']),
    );
    expect(kept?.with).toMatchObject({ 'if-no-files-found': 'error', 'include-hidden-files': true });
  });

  it('deploy by hand only, to a known stage, never two at once and never cut off', () => {
    const { on, concurrency } = read('deploy.yml');

    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    expect(on['workflow_dispatch']?.inputs?.['stage']?.['options']).toEqual(AWS_STAGES);
    expect(concurrency).toEqual({ group: expect.stringContaining('inputs.stage'), 'cancel-in-progress': false });
  });

  it('deploy after check and posted difference, into the environment of the stage, by a role and no key', () => {
    const { check, diff, deploy } = read('deploy.yml').jobs;

    expect(check?.uses).toBe('./.github/workflows/check.yml');
    expect(diff?.needs).toBe('check');
    expect(deploy?.needs).toEqual(['check', 'diff']);
    expect(deploy?.environment).toBe(expression('inputs.stage'));
    for (const job of [diff, deploy]) {
      const login = job?.steps?.find(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
      expect(login?.with).toEqual({
        'role-to-assume': expression('vars.AWS_ROLE_ARN'),
        'aws-region': expression('vars.AWS_REGION'),
      });
    }
    expect(runs(diff).join('\n')).toMatch(/cdk diff --app "cdk\.out\/\$STAGE"[\s\S]*GITHUB_STEP_SUMMARY/);
  });

  it('let nothing go live that is not on main, before any of its code runs beside a token of AWS', () => {
    const steps = read('deploy.yml').jobs['diff']?.steps ?? [];
    const guard = steps.findIndex(({ run }) => run === 'git merge-base --is-ancestor "$COMMIT" origin/main');

    expect(steps[guard]).toMatchObject({ if: "inputs.stage == 'live'" });
    expect(guard).toBeGreaterThan(-1);
    expect(guard).toBeLessThan(steps.findIndex(({ run }) => run === 'npm ci'));
    expect(steps[0]?.with).toMatchObject({ 'fetch-depth': 0 });
  });

  it('deploy the very assembly that was checked, from the commit that was checked, and file its result for the gates', () => {
    const { diff, deploy } = read('deploy.yml').jobs;
    for (const job of [diff, deploy]) {
      const steps = job?.steps ?? [];
      expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with?.['ref']).toBe(
        expression('needs.check.outputs.commit'),
      );
      expect(steps.find(({ uses }) => uses?.startsWith('actions/download-artifact@'))?.with).toEqual({
        name: 'checked',
      });
    }
    const script = runs(deploy).join('\n');

    expect(script).toContain('cdk deploy --app "cdk.out/$STAGE" --all');
    expect(script).toMatch(/cdk deploy[\s\S]*trader -- gates --stage "\$STAGE"/);
    // Into the evidence, before the gates read it.
    expect(script).toMatch(/\.artifact_digest = \$digest[\s\S]*trader -- gates/);
  });
});

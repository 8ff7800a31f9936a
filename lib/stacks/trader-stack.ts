import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { BotFunction, type BotFunctionProps } from '../constructs/bot-function.ts';
import { BotTable } from '../constructs/bot-table.ts';
import { Chat } from '../constructs/chat.ts';
import { CycleArchive } from '../constructs/cycle-archive.ts';
import { OperatorDashboard } from '../constructs/dashboard.ts';
import { ExchangeKeys } from '../constructs/exchange-keys.ts';
import { FifoWorker } from '../constructs/fifo-worker.ts';
import { FleetAlarms } from '../constructs/fleet-alarms.ts';
import { FollowUp } from '../constructs/follow-up.ts';
import { HaltRequests, WatchSchedule } from '../constructs/halt-requests.ts';
import { Hygiene } from '../constructs/hygiene.ts';
import { KillSwitch } from '../constructs/kill-switch.ts';
import { OperatorRole } from '../constructs/operator-role.ts';
import { Paging } from '../constructs/paging.ts';
import { cycleTimeout, jitterInFunction, ScheduledFunction } from '../constructs/scheduled-function.ts';
import { SlaAlarms } from '../constructs/sla-alarms.ts';
import { Subscriptions } from '../constructs/subscriptions.ts';
import { MEMORY_MB } from '../memory.ts';
import type { StageSettings } from '../stage-settings.ts';

export const JOBS = ['decide', 'execute', 'halt', 'watch', 'escalate', 'webhook', 'hygiene'] as const;
export type Job = (typeof JOBS)[number];

export interface TraderStackProps extends StackProps {
  readonly settings: StageSettings;
  readonly code: (job: Job) => Code;
}

const EXECUTE_TIMEOUT = Duration.seconds(30);
const HALT_TIMEOUT = Duration.seconds(60);
/** Longer than a watch lasts. */
const WATCH_TIMEOUT = Duration.seconds(90);

/** One stage of the bot: tick -> decide -> queue -> execute, with a kill switch and a way to wake a person. */
export class TraderStack extends Stack {
  private readonly settings: StageSettings;
  private readonly code: TraderStackProps['code'];
  private readonly paging: Paging;
  private readonly table: BotTable;
  private readonly keys: ExchangeKeys;
  private readonly killSwitch: KillSwitch;
  private readonly archive: CycleArchive;

  constructor(scope: Construct, id: string, props: TraderStackProps) {
    super(scope, id, { ...props, terminationProtection: props.settings.isGuarded });
    const { settings } = props;
    this.settings = settings;
    this.code = props.code;
    this.paging = new Paging(this, 'Paging', { settings });
    this.table = new BotTable(this, 'State', { settings });
    this.keys = new ExchangeKeys(this, 'ExchangeKeys', { settings });
    this.killSwitch = new KillSwitch(this, 'KillSwitch', { settings });
    this.archive = new CycleArchive(this, 'Archive', { settings });
    const worker = new FifoWorker(this, 'Intents', { settings, workerTimeout: EXECUTE_TIMEOUT, paging: this.paging });

    const decide = this.addDecide(worker);
    worker.feed(this.addExecute());
    const halt = this.addHalt();
    this.killSwitch.notifyOnChange(halt);
    const requests = new HaltRequests(this, 'HaltRequests', { settings, halt });
    if (settings.mayTrade) this.addWatch(requests);
    const { paging, table, killSwitch, keys, archive } = this;
    const followUp = new FollowUp(this, 'FollowUp', { settings, paging, table, code: this.code('escalate') });
    const undelivered = followUp.deadLetters;
    new Subscriptions(this, 'Subscriptions', { settings, paging, undelivered });
    const { queue: intents, deadLetters } = worker;
    new OperatorRole(this, 'Operators', {
      settings,
      killSwitch,
      table,
      keys,
      paging,
      archive: archive.bucket,
      intents,
      deadLetters: [deadLetters, undelivered],
      haltRequests: requests.topic,
      facts: this.addStageFacts(requests),
    });
    new Hygiene(this, 'Hygiene', { settings, paging, table, keys, archive, code: this.code('hygiene') });
    if (settings.hasChat) new Chat(this, 'Chat', { settings, paging, undelivered, code: this.code('webhook') });
    new SlaAlarms(this, 'Slas', { settings, paging });
    new FleetAlarms(this, 'Fleet', { paging });
    // Last: it shows every alarm that was made before it.
    new OperatorDashboard(this, 'Operator', {
      settings,
      intents,
      deadLetters,
      alarms: paging.alarms,
      decideLogs: decide.logGroup,
    });
    this.addOutputs(worker);
  }

  private addDecide(worker: FifoWorker): BotFunction {
    const { settings, archive } = this;
    const decide = this.addFunction('Decide', {
      job: 'decide',
      purpose: 'Decides one cycle and hands the approved orders to the queue',
      timeout: cycleTimeout(settings),
      memoryMb: MEMORY_MB.decide,
      maxEventAge: Duration.seconds(60),
      retryAttempts: 0,
      environment: {
        QUEUE_URL: worker.queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: worker.deadLetters.queueUrl,
        ARCHIVE_BUCKET: archive.bucket.bucketName,
        VIEW_KEY_SECRET: this.keys.view.secretArn,
        MAX_JITTER_MS: String(jitterInFunction(settings).toMilliseconds()),
      },
    });
    const { lambda } = decide;
    this.keys.view.grantRead(lambda);
    worker.queue.grant(lambda, 'sqs:SendMessage');
    // It counts what failed for good and enters nothing while something lies there; it may not read or delete it.
    worker.deadLetters.grant(lambda, 'sqs:GetQueueAttributes');
    archive.grantWrite(lambda);
    new ScheduledFunction(this, 'Schedule', { settings, target: lambda });
    return decide;
  }

  private addExecute() {
    const { lambda } = this.addFunction('Execute', {
      job: 'execute',
      purpose: 'Takes one intent from the queue to the exchange',
      timeout: EXECUTE_TIMEOUT,
      memoryMb: MEMORY_MB.execute,
      maxEventAge: Duration.seconds(60),
      retryAttempts: 0,
      environment: { TRADE_KEY_SECRET: this.keys.trade.secretArn },
    });
    this.keys.trade.grantRead(lambda);
    return lambda;
  }

  private addHalt() {
    const { lambda } = this.addFunction('Halt', {
      job: 'halt',
      purpose: 'Cancels everything that is working when the kill switch is pulled',
      timeout: HALT_TIMEOUT,
      memoryMb: MEMORY_MB.halt,
      // Cancelling twice does no harm, not cancelling does: a halt that failed is worth repeating.
      maxEventAge: Duration.minutes(15),
      retryAttempts: 2,
      wakes: true,
      environment: { TRADE_KEY_SECRET: this.keys.trade.secretArn },
    });
    this.keys.trade.grantRead(lambda);
    return lambda;
  }

  /** Reads the switch and asks for a halt; holds no key, no table and no other right. */
  private addWatch(requests: HaltRequests): void {
    const { settings, paging } = this;
    const { lambda } = new BotFunction(this, 'Watch', {
      settings,
      paging,
      job: 'watch',
      purpose: 'Reads the kill switch every one and a half seconds and asks for a halt when it was pulled',
      code: this.code('watch'),
      timeout: WATCH_TIMEOUT,
      memoryMb: MEMORY_MB.watch,
      maxEventAge: Duration.seconds(60),
      retryAttempts: 0,
      environment: {
        KILL_SWITCH_PARAMETER: this.killSwitch.parameter.parameterName,
        HALT_TOPIC_ARN: requests.topic.topicArn,
      },
    });
    this.killSwitch.grantRead(lambda);
    requests.topic.grantPublish(lambda);
    new WatchSchedule(this, 'WatchSchedule', { settings, watch: lambda, paging });
  }

  /** What `trader kill`, `trader gates` and their like need to find this stage's parts. */
  private addStageFacts(requests: HaltRequests): StringParameter {
    return new StringParameter(this, 'StageFacts', {
      parameterName: `/247trader/${this.settings.stage}/parts`,
      description: 'Where the command line finds the parts of this stage',
      stringValue: this.toJsonString({
        table_name: this.table.table.tableName,
        archive_bucket: this.archive.bucket.bucketName,
        halt_topic_arn: requests.topic.topicArn,
        alert_topic_arn: this.paging.topic.topicArn,
        escalation_topic_arn: this.paging.escalations.topicArn,
      }),
    });
  }

  /** What every job has: its bundle, the table, the kill switch to read, the topic to tell. */
  private addFunction(
    id: string,
    props: Omit<BotFunctionProps, 'settings' | 'code' | 'paging' | 'job'> & { job: Job },
  ) {
    const { settings, paging } = this;
    const fn = new BotFunction(this, id, {
      ...props,
      settings,
      paging,
      code: this.code(props.job),
      environment: {
        TABLE_NAME: this.table.table.tableName,
        KILL_SWITCH_PARAMETER: this.killSwitch.parameter.parameterName,
        ALERT_TOPIC_ARN: paging.topic.topicArn,
        ESCALATION_TOPIC_ARN: paging.escalations.topicArn,
        ...props.environment,
      },
    });
    this.table.grantItemAccess(fn.lambda);
    this.killSwitch.grantRead(fn.lambda);
    paging.grantTell(fn.lambda);
    return fn;
  }

  private addOutputs(worker: FifoWorker): void {
    new CfnOutput(this, 'TableName', { value: this.table.table.tableName });
    new CfnOutput(this, 'QueueUrl', { value: worker.queue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: worker.deadLetters.queueUrl });
    new CfnOutput(this, 'KillSwitchParameter', { value: this.killSwitch.parameter.parameterName });
    new CfnOutput(this, 'AlertTopicArn', { value: this.paging.topic.topicArn });
    new CfnOutput(this, 'EscalationTopicArn', { value: this.paging.escalations.topicArn });
    new CfnOutput(this, 'ViewKeySecret', { value: this.keys.view.secretArn });
    new CfnOutput(this, 'TradeKeySecret', { value: this.keys.trade.secretArn });
  }
}

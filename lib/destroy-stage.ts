import type { AwsStage } from './stage-settings.ts';

/** The steps of a deletion; each answers an exit code. */
export interface DestroySteps {
  /** Asks the stage whether anything is open. Not 0: it is, or it cannot be told. */
  readonly check: (stage: AwsStage, left: readonly string[]) => Promise<number>;
  readonly typed: (phrase: string) => Promise<string>;
  readonly unprotect: (stackName: string) => Promise<number>;
  readonly destroy: (stage: AwsStage) => Promise<number>;
  readonly say: (line: string) => void;
}

/** Deletes a stage's stack, or says why not. What cannot be checked is not deleted: fail closed. Answers an exit code. */
export async function destroyStage(
  stage: AwsStage,
  left: readonly string[],
  { check, typed, unprotect, destroy, say }: DestroySteps,
): Promise<number> {
  if ((await check(stage, left)) !== 0) {
    say(`stage ${stage} is left as it is: something is open there, or it cannot be asked`);
    return 1;
  }
  const phrase = `delete ${stage}`;
  if ((await typed(phrase)).trim() !== phrase) {
    say(`not confirmed: "${phrase}" was not typed, and nothing was deleted`);
    return 1;
  }
  // Typing takes a while, and a stage that is not stopped may have traded since.
  if ((await check(stage, left)) !== 0) {
    say(`stage ${stage} is left as it is: something was opened meanwhile`);
    return 1;
  }
  if (stage !== 'dev' && (await unprotect(`trader-${stage}`)) !== 0) {
    say(
      `the protection of the stack cannot be lifted; with the AWS CLI: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name trader-${stage}`,
    );
    return 1;
  }
  return destroy(stage);
}

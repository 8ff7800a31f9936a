import type { GetParameterCommandInput, PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { jsonCommand, withDates } from './json-command.ts';
import { serviceClient } from './service-client.ts';

export const SSMClient = serviceClient('ssm');
export const GetParameterCommand = jsonCommand<GetParameterCommandInput>('ssm', 'GetParameter', {
  decode: (output) => ({ ...output, Parameter: withDates(output['Parameter'], 'LastModifiedDate') }),
});
export const PutParameterCommand = jsonCommand<PutParameterCommandInput>('ssm', 'PutParameter');

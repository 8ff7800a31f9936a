import { observed } from '../runtime/telemetry.ts';
import { composeExecute } from './compose.ts';
import { createExecuteHandler } from './handler.ts';

const { telemetry, compose } = composeExecute();

export const handler = observed(telemetry, createExecuteHandler(compose));

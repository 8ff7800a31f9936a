import { metered } from '../runtime/metrics.ts';
import { composeExecute } from './compose.ts';
import { createExecuteHandler } from './handler.ts';

const { telemetry, compose } = composeExecute();

export const handler = metered(telemetry, createExecuteHandler(compose));

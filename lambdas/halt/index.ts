import { metered } from '../runtime/metrics.ts';
import { composeHalt } from './compose.ts';
import { createHaltHandler } from './handler.ts';

const { telemetry, compose } = composeHalt();

export const handler = metered(telemetry, createHaltHandler(compose));

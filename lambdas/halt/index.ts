import { observed } from '../runtime/telemetry.ts';
import { composeHalt } from './compose.ts';
import { createHaltHandler } from './handler.ts';

const { telemetry, compose } = composeHalt();

export const handler = observed(telemetry, createHaltHandler(compose));

import { metered } from '../runtime/metrics.ts';
import { composeHygiene } from './compose.ts';
import { createHygieneHandler } from './handler.ts';

const { telemetry, compose } = composeHygiene();

export const handler = metered(telemetry, createHygieneHandler(compose));

import { metered } from '../runtime/metrics.ts';
import { composeDecide } from './compose.ts';
import { createDecideHandler } from './handler.ts';

const { telemetry, compose } = composeDecide();

export const handler = metered(telemetry, createDecideHandler(compose));

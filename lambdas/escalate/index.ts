import { observed } from '../runtime/telemetry.ts';
import { composeEscalate } from './compose.ts';
import { createEscalateHandler } from './handler.ts';

const { telemetry, compose } = composeEscalate();

export const handler = observed(telemetry, createEscalateHandler(compose));

import { observed } from '../runtime/telemetry.ts';
import { composeHygiene } from './compose.ts';
import { createHygieneHandler } from './handler.ts';

const { telemetry, compose } = composeHygiene();

export const handler = observed(telemetry, createHygieneHandler(compose));

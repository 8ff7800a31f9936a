import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { observed } from '../runtime/telemetry.ts';
import { composeDecide } from './compose.ts';
import { createDecideHandler } from './handler.ts';

const { telemetry, compose } = composeDecide();

export const handler = observed(telemetry, createDecideHandler(compose)).use(logMetrics(telemetry.metrics));

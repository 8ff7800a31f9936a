import { observed } from '../runtime/telemetry.ts';
import { composeWebhook } from './compose.ts';
import { createWebhookHandler } from './handler.ts';

const { telemetry, compose } = composeWebhook();

export const handler = observed(telemetry, createWebhookHandler(compose));

import { composeWatch } from './compose.ts';
import { createWatchHandler } from './handler.ts';

export const handler = createWatchHandler(composeWatch());

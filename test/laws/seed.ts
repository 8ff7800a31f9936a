import fc from 'fast-check';
import { lawsOf } from './settings.ts';

/** What gates a change gives the same answer twice: `npm run prove:laws` is the one that goes looking with new seeds. */
fc.configureGlobal(lawsOf(process.env));

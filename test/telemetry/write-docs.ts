import { writeFileSync } from 'node:fs';
import { resourcesOf, synthesized } from '../aws/testing/synthesized.ts';
import { METRICS_DOC, metricsPage } from './docs.ts';

/** `npm run metrics:docs`: the page from the catalogue and the template. */
writeFileSync(METRICS_DOC, metricsPage(resourcesOf(synthesized(), 'AWS::CloudWatch::Alarm').length));
console.log(`written: ${METRICS_DOC}`);

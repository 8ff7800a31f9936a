import { BENCHES, measure } from './measure.ts';

/** One benchmark in a process of its own: `engine-process NAME SHARE CONFIG_DIR` prints its figures as JSON. */
const [wanted, share, configDir = ''] = process.argv.slice(2);
const name = BENCHES.find((each) => each === wanted);
if (name === undefined) throw new RangeError(`${wanted}: use one of ${BENCHES.join(', ')}`);
console.log(JSON.stringify(measure(name, Number(share), configDir)));

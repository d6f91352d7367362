// Measures what this program costs, beside a floor measured in the same run. `--check` makes a missed bound fail.
import { measureCallOverhead } from './call-overhead.mjs';
import { measureColdStart } from './cold-start.mjs';
import { measureSeal } from './seal.mjs';

const check = process.argv.includes('--check');
const rounds = Number(process.env.BENCH_ROUNDS ?? 15);
const results = [
  await measureColdStart(rounds),
  await measureCallOverhead(rounds * 20),
  ...(await measureSeal(rounds * 100)),
];
const ms = (value) => `${value.toFixed(2)} ms`;
for (const { title, ours, floor, value, unit, bound } of results) {
  const verdict = value <= bound ? 'within' : 'OVER';
  console.log(
    `${title}: ${ms(ours)}, floor ${ms(floor)}: ${value.toFixed(2)} ${unit} (${verdict} ${bound.toFixed(1)})`,
  );
}
console.log(`Node ${process.version}, ${rounds} rounds, medians.`);
if (check && results.some(({ value, bound }) => value > bound)) process.exitCode = 1;

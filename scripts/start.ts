import { join } from 'node:path';
import { becomeKt } from './kt.ts';

// `npm start`: the example configuration, with the simulator in place of keys that are not set. Only here: a pod must
// never answer from a simulator by accident.
const example = join(import.meta.dirname, '../deploy/examples/policy-config.yaml');
const defaults = ['--policy-config', example, '--simulate-missing-keys', '--print-examples'];
await becomeKt(['gateway', 'run', ...defaults, ...process.argv.slice(2)]);

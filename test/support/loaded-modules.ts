import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';

// Preloaded into another process (`--import`): names every module that it loads, on its stderr.
registerHooks({
  load(url, context, next) {
    writeSync(2, `loaded ${url}\n`);
    return next(url, context);
  },
});

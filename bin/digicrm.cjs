#!/usr/bin/env node
// Runs the TypeScript sources as they are: there is no build step that could lag behind them.
require('tsx/cjs');
require('./digicrm.ts');

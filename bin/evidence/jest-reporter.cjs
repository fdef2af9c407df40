// Plain CommonJS, because jest loads reporters as they are; the work is done in TypeScript.
module.exports = require('tsx/cjs/api').require('./record-tests.ts', __filename).TestRecorder;

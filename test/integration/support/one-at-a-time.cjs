const { default: TestRunner } = require('jest-runner');

/** Runs the files one after the other: they share a cloud, and some of them move its clock. */
module.exports = class OneAtATime extends TestRunner {
  isSerial = true;
};

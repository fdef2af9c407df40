// An erasure passes through half a dozen queue deliveries, and the emulator polls once a second.
jest.setTimeout(120_000);

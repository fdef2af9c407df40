import { App } from 'aws-cdk-lib';
import { stageOf } from '../../lib/stage';
import { loadRegister } from '../../policies/load';

const register = loadRegister();
const stage = (context: Record<string, unknown>) => stageOf(new App({ context }), register);

describe('stageOf', () => {
  it('is dev unless the context names another', () => {
    expect(stage({}).name).toBe('dev');
    expect(stage({}).local).toBeUndefined();
    expect(stage({ stage: 'prod' }).config.terminationProtection).toBe(true);
  });

  it.each([['production'], ['toString'], ['']])('refuses the stage "%s" and names those there are', (name) => {
    expect(() => stage({ stage: name })).toThrow('local, dev, prod');
  });

  it('knows the emulator of stage local only', () => {
    const localEndpoint = 'http://127.0.0.1:4701/';
    expect(stage({ stage: 'local', localEndpoint }).local).toEqual({ endpoint: 'http://127.0.0.1:4701' });
    expect(stage({ stage: 'local' }).local).toEqual({ endpoint: 'http://127.0.0.1:4566' });
    expect(stage({ stage: 'prod', localEndpoint }).local).toBeUndefined();
  });

  it('knows the clock file of stage local only', () => {
    const localClockFile = '/somewhere/clock';
    expect(stage({ stage: 'local', localClockFile }).local?.clockFile).toBe(localClockFile);
    expect(stage({ stage: 'prod', localClockFile }).local).toBeUndefined();
  });

  it('knows the file of stand-ins for processors of stage local only', () => {
    const localProcessorHosts = '/somewhere/processors.json';
    expect(stage({ stage: 'local', localProcessorHosts }).local?.processorHosts).toBe(localProcessorHosts);
    expect(stage({ stage: 'prod', localProcessorHosts }).local).toBeUndefined();
  });

  it('refuses an endpoint that is no address', () => {
    expect(() => stage({ stage: 'local', localEndpoint: 'emulator' })).toThrow('not a URL');
  });
});
